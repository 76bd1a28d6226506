"""Finding a lawyer: propose, offer, go on to the next, until somebody accepts or nobody is left.

The stored proposal is gone through in its order; before each offer the hard rules are looked at again, because
lawyers fill up and conflicts appear. When it is used up, all lawyers are ranked anew once more.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import models as m
from services.assignment import places, ranked, repository
from services.assignment.access import advance, caller, handler_of, tell
from services.assignment.domain.lifecycle import MOVES
from services.assignment.domain.ranking import WAIVABLE, Candidate, Need, Ranking, explain, obstacles
from services.assignment.tables import weights_for


def need_of(work: Work, case: m.Case) -> Need:
    """What a case asks of its lawyer."""
    return Need(
        matter=case.matter,
        form_of_aid=case.form_of_aid,
        recipient_group=case.recipient_group,
        organization=case.organization,
        district=case.district,
        urgent=case.urgency == "urgent",
        facts=frozenset(case.facts),
        minor=case.minor,
        gender=case.wished_gender,
        language=case.wished_language,
        wished=case.wished_lawyer_id,
        place=case.district or places.district_of(work.session, case.organization, case.station),
    )


#: A proposal is told with so many of its lawyers; all of them are read with their reasons at the case.
TOLD = 5


def propose(work: Work, case: m.Case) -> list[UUID]:
    """Rank the lawyers whom nobody asked before, keep and tell the proposal in place of an older one; best first."""
    ranking = _rank(work, case, without=repository.asked(work.session, case.id))
    kept = _listed(ranking, first_rank=1)
    repository.keep_proposal(work.session, case.id, kept, work.now)
    case.excluded, case.excluded_why = ranking.excluded, dict(ranking.why)
    told = [
        {**row, "lawyer": one.lawyer.id, "name": one.lawyer.name, "firm_name": one.lawyer.firm_name}
        for one, row in zip(ranking.candidates[:TOLD], kept, strict=False)
    ]
    tell(work, "assignment.lawyers_proposed.v1", case, candidates=told, excluded=ranking.excluded)
    return [one.lawyer.id for one in ranking.candidates]


def start(work: Work, case: m.Case, *, offer_next: bool = False) -> None:
    """Propose lawyers; ask the first at once where the organization lets the rule choose, or ``offer_next`` says so."""
    if not propose(work, case):
        exhaust(work, case)
    elif offer_next or repository.assigns_by_rule(work.session, case.organization):
        go_on(work, case)


def part(work: Work, case: m.Case, why: str, reason: str, *, offer_next: bool = False) -> None:
    """The lawyer no longer handles the case, and another one is looked for; ``why`` as in ``leave``."""
    leave(work, case, why, reason)
    start(work, case, offer_next=offer_next)


def leave(work: Work, case: m.Case, why: str, reason: str) -> None:
    """The lawyer no longer handles the case; its dates stay with the engagement.

    ``why``: returned, replaced, conflict, inactive or reassigned.
    """
    lawyer_id = handler_of(case)
    advance(work, case, "part")
    repository.disengage(work.session, case, work.today(), why, reason)
    repository.add_load(work.session, lawyer_id, -1)
    _settle_questions(work, case)
    repository.part_findings(work.session, case.id, lawyer_id, work.now)
    case.lawyer_id = case.assigned_at = case.assigned_on = case.signed_on = None
    release = repository.latest_release(work.session, case.id)
    said = {"why": why, "release": release, "released_at": work.now}
    tell(work, "assignment.lawyer_released.v1", case, lawyer=lawyer_id, **said)


def _settle_questions(work: Work, case: m.Case) -> None:
    """A lawyer who has gone answers every open question about that lawyer; an open wish for another one is told."""
    wish = repository.open_request(work.session, case.id)
    repository.settle_questions(work.session, case.id, work.now)
    if wish is not None:
        said = {"request": wish.id, "lawyer": wish.lawyer_id, "decision": "agree", "decided_at": work.now}
        tell(work, "assignment.replacement_decided.v1", case, **said)


def next_candidate(work: Work, case: m.Case) -> UUID | None:
    """The best lawyer who was not asked yet and may still be asked; None when nobody is left."""
    asked = repository.asked(work.session, case.id)
    proposal = repository.candidates(work.session, case.id)
    conflicts = repository.conflicts(work.session, case.id)
    proposed = [UUID(one["lawyer"]) for one in proposal]
    for lawyer_id in proposed:
        if lawyer_id not in asked and not _obstacles(work, case, lawyer_id, conflicts):
            return lawyer_id
    ranking = _rank(work, case, without=asked.union(proposed))
    if not ranking.candidates:
        return None
    more = _listed(ranking, first_rank=len(proposal) + 1)
    repository.keep_proposal(work.session, case.id, proposal + more, work.now)
    return ranking.candidates[0].lawyer.id


def check_named(work: Work, case: m.Case, lawyer_id: UUID, reason: str | None) -> None:
    """Whether the center may offer the case to the lawyer it names.

    Law cannot be set aside (lawyer-not-eligible); another than the next candidate, a full desk, another district or
    a likely conflict needs a reason (reason-needed).
    """
    if work.session.get(m.Lawyer, lawyer_id) is None:
        raise Rejected("not-found", what="lawyer", pointer="/lawyer")
    against = _obstacles(work, case, lawyer_id, repository.conflicts(work.session, case.id))
    for rule in against:
        if rule not in WAIVABLE:
            raise Rejected("lawyer-not-eligible", pointer="/lawyer", rule=rule)
    if "conflict_likely" in against and caller(work).person is None:
        raise Rejected("no-person")
    if reason is None and (against or lawyer_id != next_candidate(work, case)):
        raise Rejected("reason-needed", pointer="/reason")


def offer(
    work: Work, case: m.Case, lawyer_id: UUID, hours: int, *, reason: str | None = None, by_rule: bool = False
) -> m.Offer:
    """Ask a lawyer, who has ``hours`` to answer."""
    advance(work, case, "offer", by_rule=by_rule)
    row = m.Offer(
        id=work.new_id(),
        case_id=case.id,
        lawyer_id=lawyer_id,
        state="open",
        offered_at=work.now,
        answer_by=work.now + dt.timedelta(hours=hours),
        offered_by="rule" if by_rule else "center",
        choice_reason=reason,
    )
    work.session.add(row)
    repository.add_load(work.session, lawyer_id, +1)
    said = {"offer": row.id, "lawyer": lawyer_id, "offered_at": row.offered_at, "answer_by": row.answer_by}
    tell(work, "assignment.offer_made.v1", case, **said)
    return row


def release(work: Work, case: m.Case, row: m.Offer, state: str, by: str, reason: str | None = None) -> None:
    """An open offer ends without a yes: declined, lapsed or recalled. ``by``: lawyer, silence, center or conflict."""
    row.state, row.answered_at, row.answer_reason = state, work.now, reason
    advance(work, case, "release", by_rule=by in ("silence", "conflict"))
    repository.add_load(work.session, row.lawyer_id, -1)
    said = {"offer": row.id, "lawyer": row.lawyer_id, "by": by, "reason": reason, "declined_at": work.now}
    tell(work, "assignment.offer_declined.v1", case, **said)


def go_on(work: Work, case: m.Case) -> None:
    """Ask the next candidate, by the rule; when nobody is left, the center must act."""
    lawyer_id = next_candidate(work, case)
    if lawyer_id is None:
        exhaust(work, case)
    else:
        offer(work, case, lawyer_id, work.settings.answer_within_hours, by_rule=True)


def exhaust(work: Work, case: m.Case) -> None:
    """Nobody is left who may be asked."""
    advance(work, case, "exhaust", by_rule=True)
    asked = len(repository.asked(work.session, case.id))
    tell(work, "assignment.candidates_exhausted.v1", case, asked=asked, exhausted_at=work.now)


def may_still_be_offered(work: Work, case: m.Case, lawyer_id: UUID) -> bool:
    """Whether a planned offer still stands: the case waits, and no hard rule is against the lawyer by now."""
    waits = "offer" in MOVES[case.state]
    return waits and not _obstacles(work, case, lawyer_id, repository.conflicts(work.session, case.id))


def _rank(work: Work, case: m.Case, *, without: set[UUID]) -> Ranking:
    """The best lawyers for a case, each with the reasons in words and points."""
    need = need_of(work, case)
    weights = weights_for(case.organization, work.settings.assignment_tables)
    found = ranked.best(
        work.session,
        need,
        work.today(),
        work.now,
        weights,
        conflicts=repository.conflicts(work.session, case.id),
        without=without,
        most=work.settings.proposal_size,
    )
    chosen = tuple(
        Candidate(lawyer, hundredths / 100, explain(need, lawyer, weights, work.now))
        for hundredths, lawyer in found.lawyers
    )
    return Ranking(chosen, sum(found.excluded.values()), found.excluded)


def _listed(ranking: Ranking, *, first_rank: int) -> list[dict[str, t.Any]]:
    """The candidates as a proposal keeps them."""
    return [
        {
            "lawyer": str(one.lawyer.id),
            "rank": position,
            "score": one.score,
            "reasons": [reason.as_dict() for reason in one.reasons],
        }
        for position, one in enumerate(ranking.candidates, start=first_rank)
    ]


def _obstacles(work: Work, case: m.Case, lawyer_id: UUID, conflicts: t.Any) -> list[str]:
    """The keys of the hard rules against a lawyer; one who is unknown or not active is ``inactive``."""
    need = need_of(work, case)
    found = ranked.one(work.session, need, work.today(), lawyer_id)
    return ["inactive"] if found is None else [reason.key for reason in obstacles(need, found, conflicts)]
