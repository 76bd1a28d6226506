"""The end of a case: closing file, its check and return, subsidy and corrections, the payment run of a month.

Money: what is due and what was paid stand in the claims of a case (subsidies.py), changed only under its lock; so two
payers at once, a run beside a payer, or a payment after a correction never pay the same fen twice.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository, subsidies
from services.assignment.access import (
    advance,
    case_for,
    center_only,
    handler_of,
    lawful_day,
    still_known,
    tell,
    wrong_state,
)
from services.assignment.domain.checklist import missing
from services.assignment.domain.subsidy import MOST_COSTS_FEN
from services.assignment.resources import case_resource, missing_resource, run_resource
from services.assignment.tables import checklist_for, rate_table

Data = dict[str, t.Any]


def submit_closing_file(work: Work, command: Data) -> Data:
    """The closing file is handed in (LA 50), or completed after it came back; the time to check it runs."""
    case = case_for(work, command, "lawyer")
    advance(work, case, "file")
    there = {one.kind for one in repository.closing_documents(work.session, case.id)}
    needed = checklist_for(case, work.today(), work.settings)
    lacking = missing(needed, there | {one["kind"] for one in command["documents"]})
    if lacking and work.settings.strict_closing_file:
        names = "、".join(f"{one.kind} {one.zh} · {one.en}" for one in lacking)
        raise Rejected("documents-missing", pointer="/documents", missing=names)
    case.filed_at, case.closing_summary = work.now, command["summary"]
    for document in command["documents"]:
        work.session.add(m.ClosingDocument(id=work.new_id(), case_id=case.id, **document))
    back = repository.open_return(work.session, case.id)
    if back is not None:
        back.answered_at = work.now
    said = {"completion": back.id if back else None, "returned_at": back.returned_at if back else None}
    tell(work, "assignment.closing_file_submitted.v1", case, lawyer=case.lawyer_id, submitted_at=work.now, **said)
    return {**case_resource(case), **missing_resource(lacking)}


def return_closing_file(work: Work, command: Data) -> Data:
    """The center gives an incomplete file back: the time to check it stands still until it is handed in again."""
    case = case_for(work, command)
    advance(work, case, "send_back")
    back = m.ClosingReturn(
        id=work.new_id(),
        case_id=case.id,
        missing=command["missing"],
        reason=command["reason"],
        returned_at=work.now,
        returned_by=work.principal.person if work.principal else None,
    )
    work.session.add(back)
    said = {"completion": back.id, "missing": len(back.missing), "items": back.missing, "returned_at": work.now}
    tell(work, "assignment.closing_file_returned.v1", case, lawyer=case.lawyer_id, **said)
    return {**case_resource(case), "missing": back.missing}


def check_closing_file(work: Work, command: Data) -> Data:
    """The center checks and grades the file (LA 57-59); the subsidy that follows is due (LA 52).

    So is what former lawyers of the case bore of its direct costs, whatever the grade.
    """
    case = case_for(work, command)
    advance(work, case, "check")
    case.grade, case.remarks, case.checked_on = command["grade"], command["remarks"], work.today()
    said = {"lawyer": case.lawyer_id, "grade": case.grade, "checked_at": work.now}
    tell(work, "assignment.closing_file_checked.v1", case, **said)
    _settle(work, case, command["grade"], _costs_of(work, case), checked=True)
    _repay(work, case, _owed_to_former(work, case))
    return case_resource(case)


def _settle(work: Work, case: m.Case, grade: str, costs_fen: int, *, checked: bool) -> None:
    """What the center owes by the table of the day on which the case ended."""
    assert case.ended_on is not None  # a file cannot be checked before the case has ended
    table = rate_table(work.settings.jurisdiction, work.settings.assignment_tables)
    subsidy = table.subsidy(case.form_of_aid, grade, case.ended_on, costs_fen)
    case.subsidy_fen, case.rate_fen = subsidy.amount_fen, subsidy.rate_fen
    case.rate_source, case.rate_verified = subsidy.source, subsidy.verified
    subsidies.settle(work, case, subsidy, checked=checked)


def _costs_of(work: Work, case: m.Case) -> int:
    """The direct costs that the case's lawyer bore, with those of nobody known that no former lawyer was repaid."""
    by_lawyer = repository.costs_borne(work.session, case.id)
    beyond = (fen - by_lawyer.get(one, 0) for one, fen in _claimed_by_former(work, case).items())
    of_nobody = by_lawyer.get(None, 0) - sum(max(fen, 0) for fen in beyond)
    return by_lawyer.get(handler_of(case), 0) + max(of_nobody, 0)


def _claimed_by_former(work: Work, case: m.Case) -> dict[UUID, int]:
    """The direct costs that are repaid to former lawyers of the case, or are due to them."""
    claimed = repository.costs_claimed(work.session, case.id)
    return {lawyer: fen for lawyer, fen in claimed.items() if lawyer != case.lawyer_id}


def _repay(work: Work, case: m.Case, owed: t.Mapping[UUID, int]) -> None:
    for lawyer, fen in owed.items():
        subsidies.repay(work, case, lawyer, fen)


def _owed_to_former(work: Work, case: m.Case) -> dict[UUID, int]:
    """Whoever left the case before its end is owed what they bore and have no claim to yet."""
    claimed = _claimed_by_former(work, case)
    by_lawyer = repository.costs_borne(work.session, case.id).items()
    owed = {one: fen - claimed.get(one, 0) for one, fen in by_lawyer if one is not None and one != case.lawyer_id}
    return {lawyer: fen for lawyer, fen in owed.items() if fen > 0}


def settle_without_file(work: Work, case: m.Case) -> None:
    """The case is closed and nobody files it: what its former lawyers bore is due all the same."""
    assert case.ended_on is not None
    if owed := _owed_to_former(work, case):
        table = rate_table(work.settings.jurisdiction, work.settings.assignment_tables)
        rate = table.rate(case.form_of_aid, case.ended_on)
        case.rate_fen, case.rate_source, case.rate_verified = rate.fen, rate.source, rate.verified
        _repay(work, case, owed)


def _corrected_costs(work: Work, case: m.Case, given: int | None) -> int:
    """The direct costs to count with: those given, less what repays former lawyers; else those counted last."""
    if given is not None:
        return max(given - sum(_claimed_by_former(work, case).values()), 0)
    claims = repository.claims_of(work.session, case.id, handler_of(case))
    return sum(one.costs_fen for one in claims) if claims else _costs_of(work, case)


def correct_subsidy(work: Work, command: Data) -> Data:
    """A grade or the direct costs were wrong: counted anew by the same table, recorded with who and why.

    What was paid stays paid: only the rest can be paid after it; what was paid too much is shown. Direct costs that are
    given are all of the case: what repays former lawyers stays theirs, the rest is that of its lawyer. Should the aid
    be given back afterwards, that figure holds at the true end, and what is recorded after it comes on top.
    """
    case = case_for(work, command)
    if case.grade is None:
        raise wrong_state(case, "correct")
    still_known(case)
    given = command["costs_fen"]
    if given is not None and given > MOST_COSTS_FEN:
        raise Rejected("impossible-amount", pointer="/costs_fen", most=MOST_COSTS_FEN)
    old_grade, old_fen = case.grade, case.subsidy_fen or 0
    case.grade = command["grade"] or old_grade
    costs_fen = _corrected_costs(work, case, given)
    _settle(work, case, case.grade, costs_fen, checked=False)
    case.version += 1
    row = m.SubsidyCorrection(
        id=work.new_id(),
        case_id=case.id,
        old_grade=old_grade,
        new_grade=case.grade,
        old_fen=old_fen,
        new_fen=case.subsidy_fen,
        lawyer_id=case.lawyer_id,
        costs_fen=None if given is None else costs_fen,
        reason=command["reason"],
        corrected_at=work.now,
        corrected_by=work.principal.person if work.principal else None,
    )
    work.session.add(row)
    said = {"old_fen": old_fen, "new_fen": row.new_fen, "grade": case.grade, "corrected_at": work.now}
    tell(work, "assignment.subsidy_corrected.v1", case, lawyer=case.lawyer_id, correction=row.id, **said)
    return case_resource(case)


def pay_subsidy(work: Work, command: Data) -> Data:
    """What is open of the subsidy is paid, once: that of the case's lawyer, or of the former one who is named."""
    case = case_for(work, command)
    lawyer_id = command["lawyer"] or case.lawyer_id
    claims = repository.claims_of(work.session, case.id, lawyer_id) if lawyer_id else []
    claim = repository.open_claim(claims)
    if claim is None:
        paid_on = max((one.paid_on for one in claims if one.paid_on), default=None)
        if paid_on is not None and (case.state == "closed" or lawyer_id != case.lawyer_id):
            raise Rejected("already-paid", number=case.number, day=paid_on.isoformat())
        if command["lawyer"] is None and repository.owes_anybody(work.session, case.id):
            raise Rejected("lawyer-needed", pointer="/lawyer")
        advance(work, case, "pay")
        raise Rejected("nothing-to-pay", number=case.number)
    _pay(work, case, claim, lawful_day(work, command, "paid_on", since=claim.due_on), None)
    return case_resource(case)


def run_payments(work: Work, command: Data) -> Data:
    """Pay all that became due until the end of a month and is still open; the run is kept as a list."""
    principal = center_only(work)
    first = dt.date.fromisoformat(f"{command['month']}-01")
    if first > work.today():
        limits = {"earliest": "1949-10", "latest": f"{work.today():%Y-%m}"}
        raise Rejected("impossible-date", pointer="/month", field="month", value=command["month"], **limits)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    open_claims = repository.open_until(work.session, after)
    if not open_claims:
        raise Rejected("nothing-to-pay", number=command["month"])
    paid_on = lawful_day(work, command, "paid_on", since=max(claim.due_on for _, claim in open_claims))
    run = m.PaymentRun(
        id=work.new_id(), month=command["month"], paid_on=paid_on, made_at=work.now, made_by=principal.person
    )
    work.session.add(run)
    work.session.flush()
    for case, claim in open_claims:
        _pay(work, case, claim, paid_on, run)
    work.session.flush()
    return run_resource(run, repository.payments_of(work.session, run.id))


def _pay(work: Work, case: m.Case, claim: m.SubsidyClaim, paid_on: dt.date, run: m.PaymentRun | None) -> None:
    """An act on the case; a former lawyer's money is none, for the case may be anywhere on its way by now."""
    if claim.lawyer_id == case.lawyer_id and case.state == "closed":
        advance(work, case, "pay")
    else:
        case.version += 1
    subsidies.pay(work, case, claim, paid_on, run)


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.submit_closing_file.v1": submit_closing_file,
    "assignment.return_closing_file.v1": return_closing_file,
    "assignment.check_closing_file.v1": check_closing_file,
    "assignment.correct_subsidy.v1": correct_subsidy,
    "assignment.pay_subsidy.v1": pay_subsidy,
    "assignment.run_payments.v1": run_payments,
}
