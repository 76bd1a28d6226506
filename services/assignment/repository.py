"""Assignment's queries, as plain functions that take a session. Rows that will change are read under a lock."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import typing as t
from functools import cache
from uuid import UUID

from sqlalchemy import (
    Integer,
    Table,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, aliased

from chassis import bulk
from chassis.ids import new_id
from services.assignment import models as m
from services.assignment.domain.conflicts import OTHER_SIDE, Conflict, Key, keys_of
from services.assignment.domain.lifecycle import IN_HAND, START
from services.assignment.domain.names import exact_key, number_key
from services.assignment.domain.subsidy import borne


def count_up(session: Session, name: str) -> int:
    """The next number of a counter, from 1, under a row lock that lasts until the transaction ends."""
    session.execute(bulk.insert_ignore(session, m.Counter).values(name=name, value=0))
    statement = update(m.Counter).where(m.Counter.name == name).values(value=m.Counter.value + 1)
    return session.execute(statement.returning(m.Counter.value)).scalar_one()


def among(session: Session, column: t.Any, ids: t.Sequence[UUID]) -> t.Any:
    """Whether a column is one of many ids: on PostgreSQL one parameter, however many they are.

    It is a text of them, because the driver takes longer to quote each of an array than the server to read it.
    """
    if session.get_bind().dialect.name != "postgresql":
        return column.in_(ids)
    listed = func.string_to_array(",".join(one.hex for one in ids), ",")
    return column.in_(select(func.unnest(cast(listed, postgresql.ARRAY(Uuid)))))


def keep_organization(session: Session, code: str, auto_assign: bool) -> None:
    """Our own copy of an organization's rule, made or brought up to date."""
    rule = session.get(m.OrganizationRule, code)
    if rule is None:
        session.add(m.OrganizationRule(code=code, auto_assign=auto_assign))
    else:
        rule.auto_assign = auto_assign


def assigns_by_rule(session: Session, organization: str) -> bool:
    """Whether the first candidate is offered the organization's cases without the center's confirmation."""
    rule = session.get(m.OrganizationRule, organization)
    return rule is not None and rule.auto_assign


def case_of_application(session: Session, application: UUID) -> m.Case | None:
    return session.scalar(select(m.Case).where(m.Case.application_id == application))


def lock_case(session: Session, case_id: UUID) -> m.Case | None:
    return session.get(m.Case, case_id, with_for_update=True, populate_existing=True)


def lock_offer(session: Session, offer_id: UUID) -> m.Offer | None:
    """An offer under its case's lock (always the case first, so that two messages cannot wait for each other)."""
    offer = session.get(m.Offer, offer_id)
    if offer is None:
        return None
    lock_case(session, offer.case_id)
    return session.get(m.Offer, offer_id, populate_existing=True)


def open_offer(session: Session, case_id: UUID) -> m.Offer | None:
    return session.scalar(select(m.Offer).where(m.Offer.case_id == case_id, m.Offer.state == "open"))


def asked(session: Session, case_id: UUID) -> set[UUID]:
    """The lawyers who were asked to take the case, whatever they said."""
    return set(session.scalars(ASKED, {"of": case_id}))


def candidates(session: Session, case_id: UUID) -> list[dict[str, t.Any]]:
    """The stored proposal of a case, best first; nobody where none was made."""
    return session.scalar(select(m.Proposal.candidates).where(m.Proposal.case_id == case_id)) or []


def keep_proposal(session: Session, case_id: UUID, candidates: list[dict[str, t.Any]], now: dt.datetime) -> None:
    """A proposal takes the place of an older one, under the case's lock; who was asked stays in the offers."""
    row = {"case_id": case_id, "candidates": candidates, "proposed_at": now}
    bulk.replace(session, t.cast(Table, m.Proposal.__table__), [row])


def add_load(session: Session, lawyer_id: UUID, difference: int) -> None:
    """An offer or a case more or less on a lawyer's desk: counted in the database, so that no update is lost."""
    statement = update(m.Lawyer).where(m.Lawyer.id == lawyer_id)
    session.execute(statement.values(load=m.Lawyer.load + difference))


def lawyer_with_firm(session: Session, lawyer_id: UUID) -> tuple[m.Lawyer, m.Firm] | None:
    statement = select(m.Lawyer, m.Firm).join(m.Firm, m.Firm.id == m.Lawyer.firm_id).where(m.Lawyer.id == lawyer_id)
    row = session.execute(statement.execution_options(populate_existing=True)).one_or_none()
    return (row[0], row[1]) if row else None


def name_of_firm(lawyer_id: UUID) -> t.Any:
    """That of the lawyer's firm, found by the statement that writes it: no payment of a run reads it first."""
    of_lawyer = select(m.Firm.name).join(m.Lawyer, m.Lawyer.firm_id == m.Firm.id).where(m.Lawyer.id == lawyer_id)
    return of_lawyer.scalar_subquery()


def add_party(session: Session, matter_id: UUID, party: t.Mapping[str, t.Any], secret: str) -> m.Party:
    """Keep a party with every key by which it may be recognized. ``party``: side, name, kind, number, former_names."""
    same = {key: party[key] for key in ("side", "name", "kind")}
    row = m.Party(id=new_id(), matter_id=matter_id, former_names=list(party.get("former_names") or ()), **same)
    texts = _key_texts(row, party["number"], secret)
    session.add(row)
    session.flush()
    _add_keys(session, row, texts)
    return row


def keep_keys(session: Session, row: m.Party, number: str | None, secret: str) -> None:
    """Keep the keys of a party's names, and of its number where one is given; what is kept already stays."""
    texts = _key_texts(row, number, secret)
    if number_key(number):
        session.execute(delete(m.PartyKey).where(m.PartyKey.party_id == row.id, m.PartyKey.key.startswith("number:")))
    known = set(session.scalars(select(m.PartyKey.key).where(m.PartyKey.party_id == row.id)))
    _add_keys(session, row, texts - known)


def _key_texts(row: m.Party, number: str | None, secret: str) -> set[str]:
    """All keys of a party as they are stored; the party keeps the hash of its number, where one is given."""
    texts = {key_text(key, secret) for key in keys_of(row.name, row.kind, number, row.former_names)}
    numbered = {text for text in texts if text.startswith("number:")}
    if numbered:
        row.number_hash = min(numbered).removeprefix("number:")
    return texts


def _add_keys(session: Session, row: m.Party, texts: t.Iterable[str]) -> None:
    same = {"party_id": row.id, "side": row.side, "matter_id": row.matter_id}
    rows = [{**same, "key": text} for text in sorted(texts)]
    if rows:
        session.execute(insert(m.PartyKey), rows)


def key_text(key: Key, secret: str) -> str:
    """A key as it is stored and looked up; identity and credit numbers only as a keyed hash."""
    if key.kind != "number":
        return f"{key.kind}:{key.value}"[: m.LONGEST_KEY]
    return "number:" + hmac.new(secret.encode(), key.value.encode(), hashlib.sha256).hexdigest()


def parties(session: Session, matter_id: UUID) -> list[m.Party]:
    return list(session.scalars(select(m.Party).where(m.Party.matter_id == matter_id).order_by(m.Party.id)))


def entered_before(session: Session, party: m.Party) -> bool:
    """Whether its matter has the very same party already; another number, or none, may be a namesake's."""

    def who(one: m.Party) -> tuple[str, str, str | None, str]:
        return one.side, one.kind, one.number_hash, exact_key(one.name, one.kind)

    return any(who(one) == who(party) for one in parties(session, party.matter_id) if one.id != party.id)


# Made once: every proposal asks it.
ASKED = select(m.Offer.lawyer_id).where(m.Offer.case_id == bindparam("of"))
#: The kinds of keys, those that say most first; of two parties that share several, the first counts.
KINDS = ("number", "name", "core", "sound")
#: In which ways a conflict is found, as the queries number them.
WAYS = (*KINDS, "firm", "lawyer")


def conflicts(session: Session, matter_id: UUID, *, by_party: bool = False) -> list[Conflict]:
    """Where the sides of a matter cross those of any other matter, present or past, of anybody in the network.

    Two parties whose identity or credit numbers are both known and differ are two, however alike their names are.
    ``by_party``: one for each party of the matter that crosses, instead of the most certain of all.
    """
    rows = session.execute(_found(by_party), {"matter": matter_id})
    found = [Conflict(lawyer, firm, number, WAYS[way], *party) for lawyer, firm, number, way, *party in rows]
    return sorted(found, key=lambda one: (one.matter, one.by, str(one.firm), str(one.lawyer)))


def themselves(matters: t.Any) -> t.Any:
    """Where an opposing party bears the name of a firm or of a lawyer, however written, by their matter and party.

    ``matters``: which ones, as a condition on ``Party.matter_id``.
    """
    written = func.substr(m.PartyKey.key, len("name:") + 1)
    of_party = (m.Party.matter_id.label("matter_id"), m.Party.id.label("party_id"))
    nobody = cast(null(), Uuid)
    ways = (
        (m.Firm, "firm", nobody.label("lawyer_id"), m.Firm.id.label("firm_id")),
        (m.Lawyer, "lawyer", m.Lawyer.id.label("lawyer_id"), m.Lawyer.firm_id),
    )
    return union_all(
        *(
            select(literal_column(str(WAYS.index(way)), Integer).label("way"), *who, *of_party)
            .select_from(m.Party)
            .join(m.PartyKey, m.PartyKey.party_id == m.Party.id)
            .join(table, table.name_key == written)
            .where(m.Party.side == "opposing", m.PartyKey.key.startswith("name:"), matters)
            for table, way, *who in ways
        )
    )


@cache
def _found(by_party: bool) -> t.Any:
    """Who acted in matters that cross one, or is its opposing party, and how: the same text for all matters."""
    own = themselves(m.Party.matter_id == bindparam("matter", type_=Uuid)).subquery()
    of_party = [own.c.party_id] if by_party else []
    named = select(own.c.lawyer_id, own.c.firm_id, m.Case.number, own.c.way, *of_party)
    return union_all(_crossings(by_party), named.join(m.Case, m.Case.id == own.c.matter_id))


def _crossings(by_party: bool) -> t.Any:
    """Who acted in the matters that cross one, for whom, and by which kind of key.

    Where no number is known here, the keys' own index answers, and the parties are not looked at. Whom the keys meet
    comes first, each once, for a name that thousands bear is found under each of its readings.
    """
    matter = bindparam("matter", type_=Uuid)
    ranked = case(*((m.PartyKey.key.startswith(f"{kind}:"), place) for place, kind in enumerate(KINDS)))
    opposite = case(OTHER_SIDE, value=m.PartyKey.side)
    own = (
        select(m.PartyKey.key, m.Party.id, opposite.label("opposite"), m.Party.number_hash, ranked.label("rank"))
        .join(m.Party, m.Party.id == m.PartyKey.party_id)
        .where(m.Party.matter_id == matter)
        .cte("own")
    )
    other, party, engaged = aliased(m.PartyKey), aliased(m.Party), m.Engagement
    is_opposite = and_(other.key == own.c.key, other.side == own.c.opposite, other.matter_id != matter)
    met = (
        select(other.matter_id, other.party_id, own.c.id, own.c.number_hash, func.min(own.c.rank).label("rank"))
        .select_from(own)
        .join(other, is_opposite)
        .group_by(other.matter_id, other.party_id, own.c.id, own.c.number_hash)
        .subquery()
    )
    numbered = case((met.c.number_hash.is_not(None), met.c.party_id))
    may_be_same = or_(met.c.number_hash.is_(None), party.number_hash.is_(None), party.number_hash == met.c.number_hash)
    of_party = [met.c.id] if by_party else []
    crossed = (
        select(met.c.matter_id, func.min(met.c.rank).label("rank"), *of_party)
        .select_from(met)
        .outerjoin(party, party.id == numbered)
        .where(may_be_same)
        .group_by(met.c.matter_id, *of_party)
        .subquery()
    )
    told = [crossed.c.id] if by_party else []
    return (
        select(engaged.lawyer_id, engaged.firm_id, engaged.matter_number, func.min(crossed.c.rank), *told)
        .join(engaged, engaged.matter_id == crossed.c.matter_id)
        .group_by(engaged.lawyer_id, engaged.firm_id, engaged.matter_number, *told)
    )


def engage(session: Session, case: m.Case, lawyer: m.Lawyer, since: dt.date) -> None:
    """From now on the lawyer and the firm act in the case."""
    session.add(
        m.Engagement(
            id=new_id(),
            matter_id=case.id,
            matter_number=case.number,
            lawyer_id=lawyer.id,
            firm_id=lawyer.firm_id,
            since=since,
        )
    )


def disengage(
    session: Session, case: m.Case, until: dt.date, why: str | None = None, reason: str | None = None
) -> None:
    """Whoever acts in the case does so no longer; as a past matter it counts for conflicts for ever."""
    statement = update(m.Engagement).where(m.Engagement.matter_id == case.id, m.Engagement.until.is_(None))
    session.execute(statement.values(until=until, signed_on=case.signed_on, left_because=why, left_reason=reason))


def closing_documents(session: Session, case_id: UUID) -> list[m.ClosingDocument]:
    return list(session.scalars(select(m.ClosingDocument).where(m.ClosingDocument.case_id == case_id)))


def open_return(session: Session, case_id: UUID) -> m.ClosingReturn | None:
    """The return of a closing file that was not answered yet."""
    statement = select(m.ClosingReturn).where(m.ClosingReturn.case_id == case_id, m.ClosingReturn.answered_at.is_(None))
    return session.scalar(statement.order_by(m.ClosingReturn.id.desc()).limit(1))


def claims_of(session: Session, case_id: UUID, lawyer_id: UUID) -> list[m.SubsidyClaim]:
    """What became due to a lawyer for a case, oldest first; under the case's lock."""
    of = (m.SubsidyClaim.case_id == case_id, m.SubsidyClaim.lawyer_id == lawyer_id)
    return list(session.scalars(select(m.SubsidyClaim).where(*of).order_by(m.SubsidyClaim.id)))


def open_claim(claims: t.Iterable[m.SubsidyClaim]) -> m.SubsidyClaim | None:
    """The one of a lawyer's claims for a case that is not paid, if there is one."""
    return next((one for one in claims if one.due_fen > one.paid_fen), None)


def owes_anybody(session: Session, case_id: UUID) -> bool:
    """Whether something is still to be paid for a case, to whichever lawyer."""
    claim = m.SubsidyClaim
    return session.scalar(select(claim.id).where(claim.case_id == case_id, claim.due_fen > claim.paid_fen)) is not None


def costs_claimed(session: Session, case_id: UUID) -> dict[UUID, int]:
    """The direct costs of a case that the claims of each lawyer repay, in fen."""
    claim = m.SubsidyClaim
    statement = select(claim.lawyer_id, func.sum(claim.costs_fen)).where(claim.case_id == case_id)
    return {lawyer: int(fen) for lawyer, fen in session.execute(statement.group_by(claim.lawyer_id))}


def paid_for(session: Session, case_id: UUID) -> tuple[int, int]:
    """How many payments there were for a case, and their sum in fen."""
    statement = select(func.count(), func.coalesce(func.sum(m.Payment.amount_fen), 0))
    number, total = session.execute(statement.where(m.Payment.case_id == case_id)).one()
    return int(number), int(total)


def claims_between(
    session: Session, lawyer_id: UUID, first: dt.date, after: dt.date
) -> list[tuple[m.SubsidyClaim, str]]:
    """What became due to a lawyer from a day until before another, with the numbers of the cases."""
    statement = (
        select(m.SubsidyClaim, m.Case.number)
        .join(m.Case, m.Case.id == m.SubsidyClaim.case_id)
        .where(m.SubsidyClaim.lawyer_id == lawyer_id, m.SubsidyClaim.due_on >= first, m.SubsidyClaim.due_on < after)
        .order_by(m.SubsidyClaim.due_on, m.SubsidyClaim.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def open_until(session: Session, day: dt.date) -> list[tuple[m.Case, m.SubsidyClaim]]:
    """Claims that became due before a day and are not paid, each with its case under lock.

    They are looked for once more under the locks: whoever waited for one sees what was paid meanwhile.
    """
    is_open = (m.SubsidyClaim.due_on < day, m.SubsidyClaim.due_fen > m.SubsidyClaim.paid_fen)
    having = select(m.Case).where(m.Case.id.in_(select(m.SubsidyClaim.case_id).where(*is_open)))
    fresh = {"populate_existing": True}
    cases = session.scalars(having.order_by(m.Case.id).with_for_update().execution_options(**fresh))
    locked = {case.id: case for case in cases}
    claims = select(m.SubsidyClaim).where(*is_open).order_by(m.SubsidyClaim.id).execution_options(**fresh)
    return [(locked[one.case_id], one) for one in session.scalars(claims) if one.case_id in locked]


def payments_of(session: Session, run_id: UUID) -> list[tuple[m.Payment, str, str, str]]:
    """The payments of a run with case number, lawyer and the firm of that time, in the order of firm and lawyer."""
    firm_name = func.coalesce(m.Payment.firm_name, m.Firm.name)
    statement = (
        select(m.Payment, m.Case.number, m.Lawyer.name, firm_name)
        .join(m.Case, m.Case.id == m.Payment.case_id)
        .join(m.Lawyer, m.Lawyer.id == m.Payment.lawyer_id)
        .join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
        .where(m.Payment.run_id == run_id)
        .order_by(firm_name, m.Lawyer.id, m.Payment.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(statement)]


def sums_of_runs(session: Session, runs: t.Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many cases each run paid for, and its sum in fen."""
    sums = (func.count(m.Payment.case_id.distinct()), func.sum(m.Payment.amount_fen))
    rows = session.execute(select(m.Payment.run_id, *sums).where(m.Payment.run_id.in_(runs)).group_by(m.Payment.run_id))
    return {run: (int(cases), int(fen)) for run, cases, fen in rows if run}


def plan_sizes(session: Session, plans: t.Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many cases each backlog plan has a lawyer for, and how many none: counted there, for its lines are many."""
    postgres = session.get_bind().dialect.name == "postgresql"
    length = func.jsonb_array_length if postgres else func.json_array_length
    statement = select(m.BacklogPlan.id, length(m.BacklogPlan.lines), length(m.BacklogPlan.left))
    rows = session.execute(statement.where(m.BacklogPlan.id.in_(plans)))
    return {plan: (int(assigned), int(left)) for plan, assigned, left in rows}


def civil_dates(session: Session, case_id: UUID) -> list[m.CivilDate]:
    """The limitation and appeal of a case, open and closed, oldest first."""
    return list(session.scalars(select(m.CivilDate).where(m.CivilDate.case_id == case_id).order_by(m.CivilDate.id)))


def open_civil_date(session: Session, case_id: UUID, kind: str) -> m.CivilDate | None:
    return next((one for one in civil_dates(session, case_id) if (one.kind, one.state) == (kind, "open")), None)


def active_lawyers_of(session: Session, firm_id: UUID) -> list[m.Lawyer]:
    """The active lawyers of a firm, each under its lock."""
    statement = select(m.Lawyer).where(m.Lawyer.firm_id == firm_id, m.Lawyer.state == "active")
    return list(session.scalars(statement.order_by(m.Lawyer.id).with_for_update()))


def latest_release(session: Session, case_id: UUID) -> UUID | None:
    """What the next assignment answers: the last engagement that a lawyer parted from, or a restoration without one."""
    parted = select(m.Engagement.id).where(m.Engagement.matter_id == case_id, m.Engagement.left_because.is_not(None))
    given = select(m.TerminationObjection.id).where(
        m.TerminationObjection.case_id == case_id, m.TerminationObjection.reassign.is_(True)
    )
    found = [
        session.scalar(one.order_by(column.desc()).limit(1))
        for one, column in ((parted, m.Engagement.id), (given, m.TerminationObjection.id))
    ]
    return max((one for one in found if one is not None), default=None)


def standing_objection(session: Session, case_id: UUID) -> m.TerminationObjection | None:
    """The objection to the termination as it stands: open, or answered by upholding it."""
    statement = select(m.TerminationObjection).where(
        m.TerminationObjection.case_id == case_id, m.TerminationObjection.state != "overturned"
    )
    return session.scalar(statement)


def known_findings(session: Session, case_id: UUID, lawyer_id: UUID) -> set[tuple[str, str, str]]:
    """What was found since the lawyer has the case: other matter, party of the case, certainty."""
    finding = m.ConflictFinding
    of_now = (finding.case_id == case_id, finding.lawyer_id == lawyer_id, finding.parted_at.is_(None))
    return {
        (one.other_matter, party, one.certainty)
        for one in session.scalars(select(finding).where(*of_now))
        for party in one.parties
    }


def open_findings(session: Session, case_id: UUID) -> list[m.ConflictFinding]:
    statement = select(m.ConflictFinding).where(m.ConflictFinding.case_id == case_id, m.ConflictFinding.state == "open")
    return list(session.scalars(statement))


def findings_about(session: Session, matter: m.Case) -> list[m.ConflictFinding]:
    """The open findings of a case, and those of other cases that point to it."""
    finding = m.ConflictFinding
    touched = or_(finding.case_id == matter.id, finding.other_matter == matter.number)
    return list(session.scalars(select(finding).where(finding.state == "open", touched).order_by(finding.id)))


def open_request(session: Session, case_id: UUID) -> m.ReplacementRequest | None:
    statement = select(m.ReplacementRequest).where(m.ReplacementRequest.case_id == case_id)
    return session.scalar(statement.where(m.ReplacementRequest.state == "open"))


def settle_questions(session: Session, case_id: UUID, now: dt.datetime) -> None:
    """A lawyer who has gone answers every open question about that lawyer: conflicts and wishes for another one."""
    for model, answer in ((m.ConflictFinding, "replaced"), (m.ReplacementRequest, "agreed")):
        statement = update(model).where(model.case_id == case_id, model.state == "open")
        session.execute(statement.values(state=answer, decided_at=now))


def part_findings(session: Session, case_id: UUID, lawyer_id: UUID, now: dt.datetime) -> None:
    """A lawyer parts from a case: what was found about the two belongs to the past."""
    finding = m.ConflictFinding
    of_now = (finding.case_id == case_id, finding.lawyer_id == lawyer_id, finding.parted_at.is_(None))
    session.execute(update(finding).where(*of_now).values(parted_at=now))


def work_of(session: Session, lawyer_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """The cases in a lawyer's hand and the cases with an unanswered offer to them, oldest first."""
    in_hand = select(m.Case.id).where(m.Case.lawyer_id == lawyer_id, m.Case.state.in_(IN_HAND)).order_by(m.Case.id)
    asked = select(m.Offer.case_id).where(m.Offer.lawyer_id == lawyer_id, m.Offer.state == "open")
    return list(session.scalars(in_hand)), list(session.scalars(asked.order_by(m.Offer.case_id)))


def suspended_since(session: Session, lawyers: t.Sequence[UUID]) -> dict[UUID, str]:
    """Those of some lawyers who are suspended, each with the moment since when (ISO 8601)."""
    statement = select(m.Suspension).where(m.Suspension.lawyer_id.in_(lawyers), m.Suspension.stands())
    return {row.lawyer_id: row.suspended_at.isoformat() for row in session.scalars(statement) if row.suspended_at}


def firm_named(session: Session, name: str) -> bool:
    return session.scalar(select(func.count()).select_from(m.Firm).where(m.Firm.name == name)) != 0


def licence_known(session: Session, licence: str) -> bool:
    return session.scalar(select(func.count()).select_from(m.Lawyer).where(m.Lawyer.licence == licence)) != 0


def add_lawyer(session: Session, lawyer_id: UUID, data: t.Mapping[str, t.Any], now: dt.datetime) -> m.Lawyer:
    """Keep a lawyer with specialties, districts and standing appointments; ``data`` as in RegisterLawyer.

    How to reach the lawyer is sealed in it (contact.py).
    """
    specialties = {one["matter"]: one["years"] for one in data["specialties"]}
    plain = ("name", "name_en", "licence", "gender", "phone_sealed", "email_sealed", "capacity", "trained_for_minors")
    lawyer = m.Lawyer(
        id=lawyer_id,
        firm_id=data["firm"],
        **{key: data[key] for key in plain},
        criminal_defence_years=data["criminal_defence_years"],
        practice_years=max([data["criminal_defence_years"], *specialties.values()]),
        everywhere=not data["districts"],
        load=0,
        state="active",
        rested_from=0,
        registered_at=now,
        version=1,
    )
    session.add(lawyer)
    session.flush()
    for name in LISTS:
        set_list(session, lawyer_id, name, data[name])
    return lawyer


def set_list(session: Session, lawyer_id: UUID, name: str, values: t.Iterable[t.Any]) -> None:
    """Put a list of a lawyer in place of what it was; ``name`` as in ``LISTS``."""
    model, column = LISTS[name]
    session.execute(delete(model).where(model.lawyer_id == lawyer_id))
    if name == "specialties":
        years = {one["matter"]: one["years"] for one in values}
        session.add_all(m.Specialty(lawyer_id=lawyer_id, matter=matter, years=years[matter]) for matter in years)
    else:
        session.add_all(model(lawyer_id=lawyer_id, **{column: one}) for one in sorted(set(values)))
    session.flush()


def settle_profile(session: Session, lawyer: m.Lawyer) -> None:
    """What follows from the lists of a lawyer: years of practice, and whether they work everywhere."""
    longest = session.scalar(select(func.max(m.Specialty.years)).where(m.Specialty.lawyer_id == lawyer.id)) or 0
    lawyer.practice_years = max(lawyer.criminal_defence_years, longest)
    places = select(func.count()).select_from(m.LawyerDistrict).where(m.LawyerDistrict.lawyer_id == lawyer.id)
    lawyer.everywhere = not session.scalar(places)
    session.flush()


#: What a lawyer has several of: the table and its column.
LISTS: dict[str, tuple[t.Any, str]] = {
    "specialties": (m.Specialty, "matter"),
    "districts": (m.LawyerDistrict, "district"),
    "languages": (m.LawyerLanguage, "language"),
    "standing_for": (m.StandingLawyer, "organization"),
}


def open_case(session: Session, case_id: UUID, number: str, event: t.Mapping[str, t.Any], now: dt.datetime) -> m.Case:
    """Keep the case of a granted application; ``event`` as in ApplicationGranted."""
    same = ("application_number", "organization", "station", "recipient_group", "form_of_aid", "matter")
    case = m.Case(
        id=case_id,
        number=number,
        application_id=event["application"],
        **{key: event[key] for key in same},
        urgency=event["urgency"],
        district=event["district"],
        facts=list(event["facts"]),
        minor=event.get("minor"),
        wished_gender=event["wished_gender"],
        wished_language=event["wished_language"],
        state=START,
        version=1,
        granted_at=event["granted_at"],
        opened_at=now,
        excluded=0,
        excluded_why={},
    )
    session.add(case)
    session.flush()
    return case


def profiles(session: Session, ids: t.Sequence[UUID]) -> dict[UUID, dict[str, list[t.Any]]]:
    """What some lawyers have several of, by the names of ``LISTS``."""
    found: dict[UUID, dict[str, list[t.Any]]] = {one: {name: [] for name in LISTS} for one in ids}
    for name, (model, column) in LISTS.items():
        for row in session.scalars(select(model).where(model.lawyer_id.in_(ids)).order_by(getattr(model, column))):
            value = getattr(row, column)
            found[row.lawyer_id][name].append({"matter": value, "years": row.years} if name == "specialties" else value)
    return found


def firm_names(session: Session, ids: t.Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(m.Firm.id, m.Firm.name).where(m.Firm.id.in_(ids)))
    return {row.id: row.name for row in rows}


def offers_of(session: Session, case_id: UUID) -> list[m.Offer]:
    """All offers of a case, oldest first."""
    return list(session.scalars(select(m.Offer).where(m.Offer.case_id == case_id).order_by(m.Offer.id)))


def names_with_firms(session: Session, ids: t.Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """The names of lawyers and of their firms."""
    named = select(m.Lawyer.id, m.Lawyer.name, m.Firm.name).join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
    return {row[0]: (row[1], row[2]) for row in session.execute(named.where(m.Lawyer.id.in_(ids)))}


def engagements(session: Session, case_id: UUID) -> list[dict[str, t.Any]]:
    """Everybody who acts or acted in a case, with the dates of each, oldest first."""
    statement = (
        select(m.Engagement, m.Lawyer.name)
        .join(m.Lawyer, m.Lawyer.id == m.Engagement.lawyer_id)
        .where(m.Engagement.matter_id == case_id)
        .order_by(m.Engagement.id)
    )
    return [
        {
            "lawyer": str(engagement.lawyer_id),
            "name": name,
            "since": engagement.since.isoformat(),
            "until": engagement.until.isoformat() if engagement.until else None,
            "signed_on": engagement.signed_on.isoformat() if engagement.signed_on else None,
            "left_because": engagement.left_because,
        }
        for engagement, name in session.execute(statement)
    ]


def is_absent(session: Session, lawyer_id: UUID, on: dt.date) -> bool:
    statement = select(m.Absence.id).where(m.Absence.lawyer_id == lawyer_id)
    return session.scalar(statement.where(m.Absence.since <= on, m.Absence.until >= on).limit(1)) is not None


def same_absence(session: Session, lawyer_id: UUID, since: dt.date, until: dt.date) -> m.Absence | None:
    """The absence of a lawyer between just these days."""
    statement = select(m.Absence).where(m.Absence.lawyer_id == lawyer_id)
    return session.scalar(statement.where(m.Absence.since == since, m.Absence.until == until).limit(1))


def duties_of(session: Session, lawyer_id: UUID, since: dt.date, until: dt.date) -> list[m.Duty]:
    """The duties of a lawyer between two days, both included, in order."""
    statement = select(m.Duty).where(m.Duty.lawyer_id == lawyer_id, m.Duty.on >= since, m.Duty.on <= until)
    return list(session.scalars(statement.order_by(m.Duty.on, m.Duty.begins, m.Duty.id)))


def duty_at(session: Session, lawyer_id: UUID, duty: m.Duty) -> m.Duty | None:
    """Another duty of the lawyer that overlaps in time."""
    statement = select(m.Duty).where(m.Duty.lawyer_id == lawyer_id, m.Duty.on == duty.on, m.Duty.id != duty.id)
    return session.scalar(statement.where(m.Duty.begins < duty.ends, m.Duty.ends > duty.begins).limit(1))


def hearing_at(session: Session, case_id: UUID, at: dt.datetime) -> m.Hearing | None:
    """The hearing of a case that stands for this moment."""
    statement = select(m.Hearing).where(m.Hearing.case_id == case_id, m.Hearing.at == at)
    return session.scalar(statement.where(m.Hearing.state == "scheduled").limit(1))


def costs_of(session: Session, case_id: UUID) -> int:
    """The direct costs of a case so far, in fen."""
    return int(session.scalar(select(func.coalesce(func.sum(m.Cost.fen), 0)).where(m.Cost.case_id == case_id)) or 0)


def costs_borne(session: Session, case_id: UUID) -> dict[UUID | None, int]:
    """The direct costs of a case by the lawyer who bore them, as they were corrected last (domain.subsidy.borne)."""
    costs = select(m.Cost.id, m.Cost.lawyer_id, m.Cost.fen).where(m.Cost.case_id == case_id)
    row = m.SubsidyCorrection
    corrected = select(row.id, row.lawyer_id, row.costs_fen).where(row.case_id == case_id, row.costs_fen.is_not(None))
    corrections = ((made, lawyer, int(fen or 0)) for made, lawyer, fen in session.execute(corrected))
    recorded = ((made, lawyer, fen) for made, lawyer, fen in session.execute(costs))
    return borne(recorded, corrections)


def labour_steps(session: Session, case_id: UUID) -> list[m.LabourStep]:
    """The steps of a labour dispute, in the order in which they were taken."""
    return list(session.scalars(select(m.LabourStep).where(m.LabourStep.case_id == case_id).order_by(m.LabourStep.id)))
