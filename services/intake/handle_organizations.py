"""The register of organizations: taken in, changed, and known to this service's own mailboxes."""

from __future__ import annotations

import typing as t

from chassis import versions
from chassis.errors import Rejected
from chassis.work import Work
from services.intake import entering, guards, repository
from services.intake import repository_network as network
from services.intake.domain import network as network_rules
from services.intake.models import OrganizationProfile

Command = dict[str, t.Any]
OF_THE_LIST = ("name", "name_en", "kind", "superior")


def register_organization(work: Work, command: Command) -> Command:
    """Take an organization into the network. Said in the center's mailbox: its own open because of this event."""
    guards.center_only(work)
    code = command["code"]
    if repository.organization_exists(work.session, code):
        raise Rejected("duplicate", pointer="/code", what="organization", key=code)
    if command["superior"] is not None:
        guards.known_organization(work, command["superior"], "/superior")
    _refuse_another_center(work, command)
    entering.enter_organizations(work, [command])
    return {"code": code, "name": command["name"], "kind": command["kind"], "version": 1}


def organization_registered(work: Work, event: Command) -> None:
    """Open mailboxes for an organization; again and late are harmless."""
    entering.enter_in_list(work, event)


def change_organization(work: Work, command: Command) -> Command:
    """Change what is known of an organization; the whole of it is told anew, in the center's mailbox."""
    guards.center_only(work)
    code = command["organization"]
    found = network.organization_to_change(work.session, code)
    if found is None:
        raise Rejected("not-found", what="organization")
    facts, profile = found
    guards.expect_version(command, profile.version)
    if versions.changes_nothing(command, "organization"):
        return _whole(facts, profile)
    facts |= {name: command[name] for name in OF_THE_LIST if name in command}
    _refuse_circle(work, code, facts["superior"])
    if "kind" in command or "superior" in command:
        _refuse_another_center(work, facts)
    entering.enter_in_list(work, {**facts, "version": profile.version + 1})
    for name in entering.PROFILE:
        if name in command:
            setattr(profile, name, command[name])
    profile.version += 1
    whole = _whole(facts, profile)
    work.emit("intake.organization_changed.v1", whole, organization=work.settings.center, subject=code)
    return whole


def _whole(facts: Command, profile: OrganizationProfile) -> Command:
    """An organization as it is now, with what holds for its kind where it says nothing of its own."""
    own = {name: getattr(profile, name) for name in entering.PROFILE}
    of_kind = network.standing(facts["kind"], profile.half_days, profile.recipient_groups)
    return {**facts, **own, "version": profile.version, **of_kind}


def _refuse_another_center(work: Work, facts: Command) -> None:
    """Everybody is led by one center: a second one beside it would decide nothing and be asked by nobody."""
    center, is_kind = work.settings.center, facts["kind"] == "center"
    if not network_rules.has_its_place(facts["code"], facts["kind"], facts["superior"], center):
        raise Rejected("one-center", pointer="/superior" if is_kind else "/kind", center=center)


def _refuse_circle(work: Work, code: str, superior: str | None) -> None:
    """A line of authority that leads back to its beginning has no superior to turn to."""
    seen = {code}
    while superior is not None:
        if superior in seen:
            raise Rejected("circle-of-authority", pointer="/superior", code=code)
        guards.known_organization(work, superior, "/superior")
        seen.add(superior)
        superior = network.superior_of(work.session, superior)
