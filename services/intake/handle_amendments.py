"""Corrections before the decision: the applicant, the matter, the circumstances; the rules judge anew."""

from __future__ import annotations

import typing as t

from chassis import versions
from chassis.errors import Rejected
from chassis.work import Work
from services.intake import guards, people
from services.intake.domain import application as life
from services.intake.domain.circumstances import TOLD
from services.intake.models import Application, Person

Command = dict[str, t.Any]
COLUMNS = ("recipient_group", "form_of_aid", "matter", "pledge", "limitation_on", "office_district", "arose_district")


def amend_application(work: Work, given: Command) -> dict[str, t.Any]:
    """Correct what an application says; absent fields stay. Its day, its clock and its number stay as well."""
    row = guards.application(work, given)
    guards.possible(row, "amend")
    changed = sorted(set(given) - {"application", "reason", "version"})
    if not changed:
        raise Rejected("nothing-to-amend")
    guards.possible_limitation(work, given.get("limitation_on"))
    guards.advance(work, row, "amend", given["reason"])
    person = t.cast(Person, work.session.get(Person, row.person))
    if "applicant" in given:
        people.correct(work, person, given["applicant"], "/applicant")
        row.district = given["applicant"].get("district", row.district)
    guards.usable_figures(work, given, person, row.applied_on)
    before = guards.told_of(work, row)
    before["urgency"] = before.get("urgency") or _said_urgency(work, row, before)
    told = before | {name: given[name] for name in TOLD if name in given}
    _rewrite(work, row, given, told)
    judgement = guards.judge(work, row, person, told)
    event = {
        "amended_at": work.now,
        "changed": changed,
        "urgency": row.urgency,
        "limitation_on": row.limitation_on,
        "eligibility": row.eligibility,
    }
    guards.tell(work, "intake.application_amended.v1", row, event)
    return guards.answer(row) | {"changed": changed, "reasons": judgement.as_dict()["reasons"],
                                "limitation_passed": life.is_past(row.limitation_on, work.today())}  # fmt: skip


def amend_application_of_old(work: Work, command: Command) -> dict[str, t.Any]:
    """The first version, where null meant the same as absent; among what is said of the applicant, too."""
    given = versions.said(command)
    if "applicant" in given:
        given["applicant"] = versions.said(given["applicant"])
    return amend_application(work, given)


def _rewrite(work: Work, row: Application, given: Command, told: Command) -> None:
    vault = work.settings.vault
    for name in COLUMNS:
        if name in given:
            setattr(row, name, given[name])
    if "statement" in given:
        row.statement_sealed = vault.seal(given["statement"])
    if "opposing_parties" in given:
        row.opposing_sealed = vault.seal_json(given["opposing_parties"])
    row.urgency = life.urgency(told["urgency"], row.limitation_on, told["facts"] or (), work.today())


def _said_urgency(work: Work, row: Application, told: Command) -> str:
    """What must have been said where it is not known: whatever neither limitation (near then) nor facts explain."""
    today = work.today()
    follows = life.urgency("normal", row.limitation_on, told["facts"] or (), today)
    return "normal" if follows == "urgent" or life.is_past(row.limitation_on, today) else row.urgency
