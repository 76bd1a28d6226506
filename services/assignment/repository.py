"""Assignment's queries, as plain functions that take a session. Rows that will change are read under a lock."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import typing as t
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis.ids import new_id
from services.assignment import models as m
from services.assignment.domain import ranking
from services.assignment.domain.conflicts import OTHER_SIDE, Conflict, Key, keys_of
from services.assignment.domain.lifecycle import IN_HAND, START


def count_up(session: Session, name: str) -> int:
    """The next number of a counter, from 1, under a row lock that lasts until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(m.Counter).values(name=name, value=0).on_conflict_do_nothing())
    statement = update(m.Counter).where(m.Counter.name == name).values(value=m.Counter.value + 1)
    return session.execute(statement.returning(m.Counter.value)).scalar_one()


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
    return set(session.scalars(select(m.Offer.lawyer_id).where(m.Offer.case_id == case_id)))


def candidates(session: Session, case_id: UUID) -> list[m.Candidate]:
    """The stored proposal of a case, best first."""
    statement = select(m.Candidate).where(m.Candidate.case_id == case_id).order_by(m.Candidate.rank)
    return list(session.scalars(statement))


def add_load(session: Session, lawyer_id: UUID, difference: int) -> None:
    """An offer or a case more or less on a lawyer's desk: counted in the database, so that no update is lost."""
    statement = update(m.Lawyer).where(m.Lawyer.id == lawyer_id)
    session.execute(statement.values(load=m.Lawyer.load + difference, version=m.Lawyer.version + 1))


def lawyer_with_firm(session: Session, lawyer_id: UUID) -> tuple[m.Lawyer, m.Firm] | None:
    statement = select(m.Lawyer, m.Firm).join(m.Firm, m.Firm.id == m.Lawyer.firm_id).where(m.Lawyer.id == lawyer_id)
    row = session.execute(statement.execution_options(populate_existing=True)).one_or_none()
    return (row[0], row[1]) if row else None


def lawyers_for(
    session: Session, need: ranking.Need, today: dt.date, lawyer_id: UUID | None = None
) -> list[ranking.Lawyer]:
    """The active lawyers as the choice for one case sees them, in one query; or only the one that is named."""
    away = exists().where(m.Absence.lawyer_id == m.Lawyer.id, m.Absence.since <= today, m.Absence.until >= today)
    district = need.district or ""
    works_there = exists().where(m.LawyerDistrict.lawyer_id == m.Lawyer.id, m.LawyerDistrict.district == district)
    standing = exists().where(
        m.StandingLawyer.lawyer_id == m.Lawyer.id, m.StandingLawyer.organization == need.organization
    )
    statement = (
        select(
            m.Lawyer.id,
            m.Lawyer.name,
            m.Lawyer.firm_id,
            m.Firm.name.label("firm_name"),
            m.Lawyer.capacity,
            m.Lawyer.load,
            m.Specialty.years,
            m.Lawyer.practice_years,
            m.Lawyer.criminal_defence_years,
            m.Lawyer.trained_for_minors,
            or_(m.Lawyer.everywhere, works_there).label("works_in_district"),
            (m.Firm.district == district).label("near"),
            standing.label("standing"),
            away.label("absent"),
            m.Lawyer.last_assigned_at,
        )
        .join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
        .outerjoin(m.Specialty, and_(m.Specialty.lawyer_id == m.Lawyer.id, m.Specialty.matter == need.matter))
        .where(m.Lawyer.state == "active")
    )
    if lawyer_id is not None:
        statement = statement.where(m.Lawyer.id == lawyer_id)
    return [
        ranking.Lawyer(
            id=row.id,
            name=row.name,
            firm=row.firm_id,
            firm_name=row.firm_name,
            capacity=row.capacity,
            load=row.load,
            matter_years=row.years,
            practice_years=row.practice_years,
            criminal_defence_years=row.criminal_defence_years,
            trained_for_minors=row.trained_for_minors,
            works_in_district=bool(row.works_in_district),
            near=bool(row.near),
            standing=bool(row.standing),
            absent=bool(row.absent),
            last_assigned_at=row.last_assigned_at,
        )
        for row in session.execute(statement)
    ]


def add_party(session: Session, matter_id: UUID, party: t.Mapping[str, t.Any], secret: str) -> m.Party:
    """Keep a party with every key by which it may be recognized. ``party``: side, name, kind, number."""
    keys = {
        key.kind + key.value: key_text(key, secret) for key in keys_of(party["name"], party["kind"], party["number"])
    }
    hashed = next((text.removeprefix("number:") for text in keys.values() if text.startswith("number:")), None)
    same = {key: party[key] for key in ("side", "name", "kind")}
    row = m.Party(id=new_id(), matter_id=matter_id, number_hash=hashed, **same)
    session.add(row)
    session.flush()
    session.add_all(m.PartyKey(party_id=row.id, key=text, side=row.side, matter_id=matter_id) for text in keys.values())
    session.flush()
    return row


def key_text(key: Key, secret: str) -> str:
    """A key as it is stored and looked up; identity and credit numbers only as a keyed hash."""
    if key.kind != "number":
        return f"{key.kind}:{key.value}"
    return "number:" + hmac.new(secret.encode(), key.value.encode(), hashlib.sha256).hexdigest()


def parties(session: Session, matter_id: UUID) -> list[m.Party]:
    return list(session.scalars(select(m.Party).where(m.Party.matter_id == matter_id).order_by(m.Party.id)))


def conflicts(session: Session, matter_id: UUID) -> list[Conflict]:
    """Where the sides of a matter cross those of any other matter, present or past, of anybody in the network.

    Two parties whose identity or credit numbers are both known and differ are two, however alike their names are.
    """
    own: dict[str, dict[str, set[str | None]]] = {"aided": {}, "opposing": {}}
    keys = select(m.PartyKey.side, m.PartyKey.key, m.Party.number_hash).join(m.Party, m.Party.id == m.PartyKey.party_id)
    for side, key, number in session.execute(keys.where(m.PartyKey.matter_id == matter_id)):
        own[side].setdefault(key, set()).add(number)
    crossing = [
        and_(m.PartyKey.side == OTHER_SIDE[side], m.PartyKey.key.in_(known)) for side, known in own.items() if known
    ]
    if not crossing:
        return []
    statement = (
        select(m.PartyKey.side, m.PartyKey.key, m.Party.number_hash, m.Engagement)
        .join(m.Party, m.Party.id == m.PartyKey.party_id)
        .join(m.Engagement, m.Engagement.matter_id == m.PartyKey.matter_id)
        .where(or_(*crossing), m.PartyKey.matter_id != matter_id)
    )
    found: dict[Conflict, None] = {}
    for side, key, number, engagement in session.execute(statement):
        if number is None or None in (mine := own[OTHER_SIDE[side]][key]) or number in mine:
            by = key.partition(":")[0]
            found[Conflict(engagement.lawyer_id, engagement.firm_id, engagement.matter_number, by)] = None
    return list(found)


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


def unpaid_until(session: Session, day: dt.date) -> list[m.Case]:
    """Cases whose file was checked before a day and whose subsidy is not all paid, each under its lock.

    The condition stands on the case's own row, so that whoever waited for the lock sees what was paid meanwhile.
    """
    unpaid = select(m.Case).where(
        m.Case.checked_on < day, m.Case.subsidy_fen > m.Case.paid_fen, m.Case.state == "closed"
    )
    locked = unpaid.order_by(m.Case.id).with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(locked))


def payments_of(session: Session, run_id: UUID) -> list[tuple[m.Payment, str, str, str]]:
    """The payments of a run with case number, lawyer and firm, in the order of firm and lawyer."""
    statement = (
        select(m.Payment, m.Case.number, m.Lawyer.name, m.Firm.name)
        .join(m.Case, m.Case.id == m.Payment.case_id)
        .join(m.Lawyer, m.Lawyer.id == m.Payment.lawyer_id)
        .join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
        .where(m.Payment.run_id == run_id)
        .order_by(m.Firm.id, m.Lawyer.id, m.Payment.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(statement)]


def active_lawyers_of(session: Session, firm_id: UUID) -> list[m.Lawyer]:
    """The active lawyers of a firm, each under its lock."""
    statement = select(m.Lawyer).where(m.Lawyer.firm_id == firm_id, m.Lawyer.state == "active")
    return list(session.scalars(statement.order_by(m.Lawyer.id).with_for_update()))


def latest_release(session: Session, case_id: UUID) -> UUID | None:
    """The last engagement of a case that ended because the lawyer parted from it: what a new assignment answers."""
    statement = select(m.Engagement.id).where(m.Engagement.matter_id == case_id, m.Engagement.left_because.is_not(None))
    return session.scalar(statement.order_by(m.Engagement.id.desc()).limit(1))


def forget_proposal(session: Session, case_id: UUID) -> None:
    """A proposal that is made anew replaces the old one; who was asked stays in the offers."""
    session.execute(delete(m.Candidate).where(m.Candidate.case_id == case_id))


def known_findings(session: Session, case_id: UUID, lawyer_id: UUID) -> set[str]:
    """The other matters whose conflict with this lawyer's handling of the case was found before."""
    statement = select(m.ConflictFinding.other_matter)
    return set(
        session.scalars(statement.where(m.ConflictFinding.case_id == case_id, m.ConflictFinding.lawyer_id == lawyer_id))
    )


def open_findings(session: Session, case_id: UUID) -> list[m.ConflictFinding]:
    statement = select(m.ConflictFinding).where(m.ConflictFinding.case_id == case_id, m.ConflictFinding.state == "open")
    return list(session.scalars(statement))


def open_request(session: Session, case_id: UUID) -> m.ReplacementRequest | None:
    statement = select(m.ReplacementRequest).where(m.ReplacementRequest.case_id == case_id)
    return session.scalar(statement.where(m.ReplacementRequest.state == "open"))


def settle_questions(session: Session, case_id: UUID, now: dt.datetime) -> None:
    """A lawyer who has gone answers every open question about that lawyer: conflicts and wishes for another one."""
    for model, answer in ((m.ConflictFinding, "replaced"), (m.ReplacementRequest, "agreed")):
        statement = update(model).where(model.case_id == case_id, model.state == "open")
        session.execute(statement.values(state=answer, decided_at=now))


def work_of(session: Session, lawyer_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """The cases in a lawyer's hand and the cases with an unanswered offer to them, oldest first."""
    in_hand = select(m.Case.id).where(m.Case.lawyer_id == lawyer_id, m.Case.state.in_(IN_HAND)).order_by(m.Case.id)
    asked = select(m.Offer.case_id).where(m.Offer.lawyer_id == lawyer_id, m.Offer.state == "open")
    return list(session.scalars(in_hand)), list(session.scalars(asked.order_by(m.Offer.case_id)))


def firm_named(session: Session, name: str) -> bool:
    return session.scalar(select(func.count()).select_from(m.Firm).where(m.Firm.name == name)) != 0


def licence_known(session: Session, licence: str) -> bool:
    return session.scalar(select(func.count()).select_from(m.Lawyer).where(m.Lawyer.licence == licence)) != 0


def add_lawyer(session: Session, lawyer_id: UUID, data: t.Mapping[str, t.Any], now: dt.datetime) -> m.Lawyer:
    """Keep a lawyer with specialties, districts and standing appointments; ``data`` as in RegisterLawyer."""
    specialties = {one["matter"]: one["years"] for one in data["specialties"]}
    plain = ("name", "name_en", "licence", "gender", "phone", "email", "capacity", "trained_for_minors")
    lawyer = m.Lawyer(
        id=lawyer_id,
        firm_id=data["firm"],
        **{key: data[key] for key in plain},
        criminal_defence_years=data["criminal_defence_years"],
        practice_years=max([data["criminal_defence_years"], *specialties.values()]),
        everywhere=not data["districts"],
        load=0,
        state="active",
        registered_at=now,
        version=1,
    )
    session.add(lawyer)
    session.flush()
    session.add_all(
        m.Specialty(lawyer_id=lawyer_id, matter=matter, years=years) for matter, years in specialties.items()
    )
    session.add_all(m.LawyerDistrict(lawyer_id=lawyer_id, district=one) for one in set(data["districts"]))
    session.add_all(m.StandingLawyer(lawyer_id=lawyer_id, organization=one) for one in set(data["standing_for"]))
    return lawyer


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
        state=START,
        version=1,
        granted_at=event["granted_at"],
        opened_at=now,
        excluded=0,
    )
    session.add(case)
    session.flush()
    return case


def profiles(
    session: Session, ids: t.Sequence[UUID]
) -> dict[UUID, tuple[list[dict[str, t.Any]], list[str], list[str]]]:
    """Specialties, districts and standing appointments of some lawyers."""
    found: dict[UUID, tuple[list[dict[str, t.Any]], list[str], list[str]]] = {one: ([], [], []) for one in ids}
    specialties = select(m.Specialty).where(m.Specialty.lawyer_id.in_(ids)).order_by(m.Specialty.matter)
    for specialty in session.scalars(specialties):
        found[specialty.lawyer_id][0].append({"matter": specialty.matter, "years": specialty.years})
    places = select(m.LawyerDistrict).where(m.LawyerDistrict.lawyer_id.in_(ids)).order_by(m.LawyerDistrict.district)
    for place in session.scalars(places):
        found[place.lawyer_id][1].append(place.district)
    standing = select(m.StandingLawyer).where(m.StandingLawyer.lawyer_id.in_(ids))
    for appointment in session.scalars(standing.order_by(m.StandingLawyer.organization)):
        found[appointment.lawyer_id][2].append(appointment.organization)
    return found


def firm_names(session: Session, ids: t.Collection[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(m.Firm.id, m.Firm.name).where(m.Firm.id.in_(ids)))
    return {row.id: row.name for row in rows}


def offers_of(session: Session, case_id: UUID) -> list[m.Offer]:
    """All offers of a case, oldest first."""
    return list(session.scalars(select(m.Offer).where(m.Offer.case_id == case_id).order_by(m.Offer.id)))


def named_candidates(session: Session, case_id: UUID) -> list[tuple[m.Candidate, str, str]]:
    """The stored proposal with the names of lawyer and firm, best first."""
    statement = (
        select(m.Candidate, m.Lawyer.name, m.Firm.name)
        .join(m.Lawyer, m.Lawyer.id == m.Candidate.lawyer_id)
        .join(m.Firm, m.Firm.id == m.Lawyer.firm_id)
        .where(m.Candidate.case_id == case_id)
        .order_by(m.Candidate.rank)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


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


def duty_at(session: Session, lawyer_id: UUID, duty: m.Duty) -> m.Duty | None:
    """Another duty of the lawyer that overlaps in time."""
    statement = select(m.Duty).where(m.Duty.lawyer_id == lawyer_id, m.Duty.on == duty.on, m.Duty.id != duty.id)
    return session.scalar(statement.where(m.Duty.begins < duty.ends, m.Duty.ends > duty.begins).limit(1))


def costs_of(session: Session, case_id: UUID) -> int:
    """The direct costs of a case so far, in fen."""
    return int(session.scalar(select(func.coalesce(func.sum(m.Cost.fen), 0)).where(m.Cost.case_id == case_id)) or 0)


def labour_steps(session: Session, case_id: UUID) -> list[m.LabourStep]:
    """The steps of a labour dispute, in the order in which they were taken."""
    return list(session.scalars(select(m.LabourStep).where(m.LabourStep.case_id == case_id).order_by(m.LabourStep.id)))


def waiting_cases(session: Session, organization: str | None, most: int) -> list[m.Case]:
    """Cases that wait for a lawyer: urgent ones first, then the longest waiting."""
    statement = select(m.Case).where(m.Case.state.in_(("proposed", "unassigned")))
    if organization is not None:
        statement = statement.where(m.Case.organization == organization)
    urgent_first = (m.Case.urgency == "urgent").desc()
    return list(session.scalars(statement.order_by(urgent_first, m.Case.granted_at, m.Case.id).limit(most)))


def free_places(session: Session) -> dict[UUID, int]:
    """How many more cases each active lawyer can take."""
    statement = select(m.Lawyer.id, m.Lawyer.capacity - m.Lawyer.load).where(m.Lawyer.state == "active")
    return {lawyer: max(places, 0) for lawyer, places in session.execute(statement)}
