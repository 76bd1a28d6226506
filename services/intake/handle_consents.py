"""Consent to the handling of sensitive data, recorded and withdrawn (PIPL 15, 28-31)."""

from __future__ import annotations

import datetime as dt
import typing as t

from chassis.errors import Rejected
from chassis.work import Work
from services.intake import guards, people
from services.intake.domain.consents import is_child
from services.intake.models import Consent

Command = dict[str, t.Any]
OLDEST = dt.timedelta(days=366)


def record_consent(work: Work, command: Command) -> dict[str, t.Any]:
    """Record a consent; for a child under 14 the guardian gives it and is named."""
    person = people.current(work.session, people.seen(work.session, guards.caller(work), command["person"]))
    if person.erased_at is not None:
        raise Rejected("person-erased")
    vault, today = work.settings.vault, work.today()
    given_on = guards.day_between(command["given_on"] or today, today - OLDEST, today, "given_on")
    age = people.age_on(vault, person, given_on)
    child = is_child(age) or command["kind"] == "child_under_14"
    if age is not None and child and not is_child(age):
        raise Rejected("not-a-child", pointer="/kind", day=given_on)
    if (child or command["given_by"] == "guardian") and not (command["given_by"] == "guardian" and command["guardian"]):
        raise Rejected("guardian-consents", pointer="/guardian")
    row = Consent(
        id=work.new_id(),
        person=person.id,
        guardian_sealed=vault.seal(command["guardian"]),
        given_on=given_on,
        recorded_at=work.now,
        recorded_by=guards.caller(work).person,
        **{name: command[name] for name in ("kind", "given_by", "guardian_relation", "form", "sha256")},
    )
    work.session.add(row)
    return {"id": str(row.id), "person": str(person.id), "kind": row.kind, "given_on": given_on.isoformat()}


def withdraw_consent(work: Work, command: Command) -> dict[str, t.Any]:
    """Note that a consent is withdrawn, once; what it was needed for shows as missing again."""
    row = work.session.get(Consent, command["consent"], with_for_update=True, populate_existing=True)
    if row is None:
        raise Rejected("not-found", what="consent")
    try:
        people.seen(work.session, guards.caller(work), row.person)
    except Rejected:
        raise Rejected("not-found", what="consent") from None
    if row.withdrawn_at is not None:
        raise Rejected("consent-withdrawn")
    row.withdrawn_at = work.now
    row.withdrawn_because_sealed = work.settings.vault.seal(command["reason"])
    return {"id": str(row.id), "kind": row.kind, "withdrawn_at": work.now.isoformat()}
