"""Who is concerned: the rules for assignees, for those informed, and for superiors on both lines of authority.

Guarantee: a reminder, an overdue deadline and an escalation always have somebody to go to as long as the center has
any staff: what an organization cannot take falls back to the center's directors, then to its officers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.work import Work
from services.supervision import repository
from services.supervision.models import Dossier, Task


def assignees(work: Work, rule: str, where: Mapping[str, Any]) -> list[UUID]:
    """The people whom a clock's rule names; ``where`` has organization, station and lawyer."""
    if rule == "lawyer":
        return [where["lawyer"]] if where.get("lawyer") else present(work, center(work, "officer", "director"))
    if rule == "owner" and where.get("owner"):
        return present(work, [where["owner"]])
    if rule == "given" and where.get("to"):
        return present(work, list(where["to"]))
    if rule == "organization_heads":
        return present(work, heads(work, where["organization"]) or center(work, "director", "officer"))
    if rule == "center_directors":
        return present(work, center(work, "director", "officer"))
    if rule == "liaison_or_center":
        return present(work, liaisons(work, where) or center(work, "officer", "director"))
    return present(work, center(work, "officer", "director"))


def informed(work: Work, rule: str | None, where: Mapping[str, Any]) -> list[UUID]:
    """Those who are told that a clock runs, without a task of their own."""
    return liaisons(work, where) if rule == "liaison" else []


def heads(work: Work, organization: str) -> list[UUID]:
    """Who leads an organization; its liaison officers where nobody is registered as its head."""
    found: list[UUID] = repository.people(work.session, organization, "organization_head")
    return found or repository.people(work.session, organization, "liaison")


def liaisons(work: Work, where: Mapping[str, Any]) -> list[UUID]:
    """The liaison officer of a station; none where the application came to no station."""
    if not where.get("station"):
        return []
    return repository.people(work.session, where["organization"], "liaison", where["station"])


def center(work: Work, *roles: str) -> list[UUID]:
    """The center's people of the first of these roles that anybody has."""
    for role in roles:
        found = repository.people(work.session, work.settings.center, role)
        if found:
            return found
    return []


def responsible(work: Work, task: Task) -> list[UUID]:
    """Who hears of a task's deadline: its assignees and who stands in; the center's directors where nobody has it."""
    return present(work, repository.assignees(work.session, task.id)) or center(work, "director", "officer")


def present(work: Work, persons: list[UUID]) -> list[UUID]:
    """These people and whoever stands in for them today."""
    return list(dict.fromkeys([*persons, *repository.stand_ins(work.session, persons, work.today())]))


def superiors(work: Work, line: str, organization: str) -> list[UUID]:
    """The superiors on one line: ``center`` (professional) or ``organization`` (its own heads, and those above it)."""
    directors = center(work, "director", "officer")
    if line == "center":
        return directors
    heads = repository.people(work.session, organization, "organization_head")
    superior = repository.superior_of(work.session, organization)
    if superior:
        heads += repository.people(work.session, superior, "organization_head")
    return heads or directors


def of_task(work: Work, task: Task) -> dict[str, Any]:
    """What the rules for people ask of a task that has nobody yet: whom it was given to first is gone."""
    dossier = work.session.get(Dossier, task.application) if task.application else None
    lawyer = dossier.lawyer if dossier else None
    return {"organization": task.organization, "station": task.station, "lawyer": lawyer}
