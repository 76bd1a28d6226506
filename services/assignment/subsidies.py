"""What lawyers are owed for a case and what of it they were paid, claim by claim.

The lawyer who ends a case is owed its subsidy with the direct costs that they bore; one who left it before, what they
bore (LA 52). Both are due when the file is checked; where nobody has the case any more, when its aid is terminated.

Guarantee: a claim is paid once and whole; each time that something becomes due there is one open claim, one event that
opens its payment task, and later one that ends it. Everything here happens under the case's lock.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import handler_of, tell
from services.assignment.domain.subsidy import Subsidy, spread, spread_costs


def settle(work: Work, case: m.Case, subsidy: Subsidy, *, checked: bool) -> None:
    """The case's lawyer is owed ``subsidy`` in all; ``checked``: by the check of the file, else by a correction."""
    lawyer_id = handler_of(case)
    claims = repository.claims_of(work.session, case.id, lawyer_id)
    _owe(work, case, lawyer_id, claims, subsidy.amount_fen, subsidy.costs_fen, checked=checked)
    _show(case, claims)


def repay(work: Work, case: m.Case, lawyer_id: UUID, costs_fen: int) -> None:
    """A former lawyer of the case is owed direct costs that they bore, beside all that is due to them already."""
    claims = repository.claims_of(work.session, case.id, lawyer_id)
    due_fen, claimed_fen = (sum(getattr(one, name) for one in claims) for name in ("due_fen", "costs_fen"))
    _owe(work, case, lawyer_id, claims, due_fen + costs_fen, claimed_fen + costs_fen, checked=False)


def _owe(
    work: Work,
    case: m.Case,
    lawyer_id: UUID,
    claims: list[m.SubsidyClaim],
    amount_fen: int,
    costs_fen: int,
    *,
    checked: bool,
) -> None:
    """Bring the ``claims`` of a lawyer, with one more where it is needed, to ``amount_fen`` in all, of which
    ``costs_fen`` repay direct costs."""
    was_open = repository.open_claim(claims)
    dues, rest = spread([(one.due_fen, one.paid_fen) for one in claims], amount_fen)
    for claim, due in zip(claims, dues, strict=True):
        if due != claim.due_fen:
            claim.due_fen = due
            if lawyer_id == case.lawyer_id:  # a former lawyer's claim keeps the grade of their own file
                claim.grade = case.grade
    if rest:
        claims.append(_claim(work, case, lawyer_id, rest, checked))
        _say_due(work, case, claims[-1])
    elif was_open and repository.open_claim(claims) is None:
        said = {"claim": was_open.task_key, "lapsed_at": work.now}
        tell(work, "assignment.subsidy_lapsed.v1", case, lawyer=lawyer_id, **said)
    parts = spread_costs([(one.due_fen, one.costs_fen) for one in claims], costs_fen)
    for claim, part in zip(claims, parts, strict=True):
        claim.costs_fen = part


def _claim(work: Work, case: m.Case, lawyer_id: UUID, fen: int, checked: bool) -> m.SubsidyClaim:
    claim_id = work.new_id()
    claim = m.SubsidyClaim(
        id=claim_id,
        case_id=case.id,
        lawyer_id=lawyer_id,
        task_key=None if checked else claim_id,
        grade=case.grade,
        due_on=work.today(),
        due_at=work.now,
        due_fen=fen,
        costs_fen=0,
        paid_fen=0,
        rate_fen=case.rate_fen,
        rate_source=case.rate_source,
        rate_verified=case.rate_verified,
    )
    work.session.add(claim)
    return claim


def _say_due(work: Work, case: m.Case, claim: m.SubsidyClaim) -> None:
    due = {"amount_fen": claim.due_fen - claim.paid_fen, "grade": claim.grade, "due_at": claim.due_at}
    rate = {"rate_fen": claim.rate_fen, "rate_source": claim.rate_source, "rate_verified": claim.rate_verified}
    tell(work, "assignment.subsidy_due.v1", case, lawyer=claim.lawyer_id, claim=claim.task_key, **due, **rate)


def pay(work: Work, case: m.Case, claim: m.SubsidyClaim, paid_on: dt.date, run: m.PaymentRun | None) -> None:
    """What is open of a claim is paid."""
    amount = claim.due_fen - claim.paid_fen
    claim.paid_fen, claim.paid_on = claim.due_fen, paid_on
    payment = m.Payment(
        id=work.new_id(),
        case_id=case.id,
        lawyer_id=claim.lawyer_id,
        firm_name=repository.name_of_firm(claim.lawyer_id),
        amount_fen=amount,
        paid_on=paid_on,
        run_id=run.id if run else None,
        recorded_at=work.now,
        recorded_by=work.principal.person if work.principal else None,
    )
    work.session.add(payment)
    work.session.flush()
    if claim.lawyer_id == case.lawyer_id:
        _show(case, repository.claims_of(work.session, case.id, claim.lawyer_id))
    nth, total = repository.paid_for(work.session, case.id)
    said = {"amount_fen": amount, "paid_on": paid_on, "paid_at": work.now, "claim": claim.task_key}
    more = {"payment": payment.id, "total_fen": total, "nth": nth, "month": f"{claim.due_on:%Y-%m}"}
    tell(work, "assignment.subsidy_paid.v1", case, lawyer=claim.lawyer_id, **said, **more)


def before_restoring(work: Work, case: m.Case, lawyer_id: UUID | None) -> m.SubsidyClaim | None:
    """The aid goes on, with ``lawyer_id`` or with one to be found; returns the claim that is open.

    The same lawyer is owed the whole at the true end, so what is open of the first ending lapses. Another one is owed
    for what they do: what the former one earned stays due to them.
    """
    if case.lawyer_id is None:
        return None
    claims = repository.claims_of(work.session, case.id, case.lawyer_id)
    claim = repository.open_claim(claims)
    if claim is not None and lawyer_id == case.lawyer_id:
        claim.due_fen = claim.paid_fen
        claim.costs_fen = min(claim.costs_fen, claim.due_fen)
    return claim


def after_restoring(work: Work, case: m.Case, claim: m.SubsidyClaim | None) -> None:
    """What stays due to the former lawyer has a task of its own, with its day, for that of the ending is dropped."""
    if claim is not None and claim.due_fen > claim.paid_fen:
        claim.task_key = work.new_id()
        _say_due(work, case, claim)


def show_of(work: Work, case: m.Case) -> None:
    """The case changed hands: it shows what its lawyer of now was paid for it before."""
    claims = repository.claims_of(work.session, case.id, case.lawyer_id) if case.lawyer_id else []
    _show(case, claims)


def _show(case: m.Case, claims: list[m.SubsidyClaim]) -> None:
    """The case's own row shows what its lawyer was paid; the day only while nothing is open."""
    case.paid_fen = sum(one.paid_fen for one in claims)
    days = [one.paid_on for one in claims if one.paid_on]
    case.paid_on = max(days) if days and case.subsidy_fen is not None else None
