"""Which figures events make: the only place where something heard becomes something counted.

A fact is (source, measure, value); the pair of source and measure is unique, so that the same thing said twice, or by
two events, is counted once. The source is therefore the thing itself (the service given, the application, the case),
not the message. What is counted of one subject is a function of the set of events about it, in whatever order and
however often they came: ``fold``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.supervision.domain.counting import local_day
from services.supervision.domain.measures import MEASURES, REAL_WORK, amount_measure, deadline_measure
from services.supervision.domain.periods import month_of, months_between, months_later, next_month, split

__all__ = [
    "MEASURES", "REAL_WORK", "Counted", "Fact", "Heard", "amount_measure", "deadline_measure", "facts_of", "fold",
    "kept_of", "month_of", "months_between", "months_later", "next_month", "place_of", "split", "subject_of",
]  # fmt: skip
DIMENSIONS = ("organization", "station", "recipient_group", "form_of_aid", "matter")
CARRIED = "supervision.fact_carried.v1"


@dataclass(frozen=True)
class Fact:
    """One thing counted on a day. ``result``: how it ended, where that is known."""

    source: UUID
    measure: str
    value: int
    day: date
    result: str = ""


@dataclass(frozen=True)
class Counted:
    """A fact and its place: organization, station, recipient group, form of aid, matter; empty: does not apply."""

    fact: Fact
    place: Mapping[str, str]


@dataclass(frozen=True)
class Heard:
    """An event as the ledger keeps it: only the fields that count (``kept_of``), as JSON values or Python ones."""

    id: UUID
    type: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """``subject``: the field with what the event is about; ``day``: its day or instant; ``needs``: the others.

    ``alone``: no other event is about the same subject.
    """

    subject: str
    day: str
    needs: tuple[str, ...]
    make: Callable[[Mapping[str, Any], date], Iterator[Fact]]
    alone: bool = False


def place_of(where: Mapping[str, Any]) -> dict[str, str]:
    """The dimensions of a figure; what does not apply is empty."""
    return {name: where.get(name) or "" for name in DIMENSIONS}


def subject_of(event_type: str, event: Mapping[str, Any]) -> UUID | None:
    """What an event is about, if it counts anything: all events with one subject are folded together."""
    rule = RULES.get(event_type)
    return event[rule.subject] if rule else None


def kept_of(event_type: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an event that counting needs, and no other: no name, no word of it stays."""
    rule = RULES[event_type]
    kept = {name: _plain(event[name]) for name in (rule.day, *rule.needs)}
    if "amounts" in kept:
        kept["amounts"] = [{"kind": one["kind"], "fen": one["fen"]} for one in kept["amounts"]]
    if event_type in OF_AN_ENDING and event.get(AGAIN):
        kept[AGAIN] = _plain(event[AGAIN])
    return kept | {name: value for name, value in place_of(event).items() if value}


def _plain(value: Any) -> Any:
    """An id, day or instant as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID | date) else value


def facts_of(event_type: str, event: Mapping[str, Any], zone: ZoneInfo) -> list[Fact]:
    """The facts of one event by itself; empty for one that counts nothing. Zero values are left out."""
    rule = RULES.get(event_type)
    if rule is None:
        return []
    return [fact for fact in rule.make(event, _day(event[rule.day], zone)) if fact.value]


def fold(heard: Iterable[Heard], zone: ZoneInfo) -> dict[tuple[UUID, str], Counted]:
    """What a set of events about one subject counts: the same for any order and any repetition.

    Of two events that say the same, the earlier day stands. A grant takes back a refusal that it overturned, aid that
    was given back the ending before it; an
    application that was referred counts where it went last, one that was corrected under what it says by now; what it
    came to is its result.
    """
    events = sorted(heard, key=lambda one: (_when(one), one.type, str(one.id)))
    found: dict[tuple[UUID, str], Counted] = {}
    for one in _without_endings_that_were_undone(events):
        for fact in facts_of(one.type, one.data, zone):
            found.setdefault((fact.source, fact.measure), Counted(fact, _place(one, fact)))
    _take_back_refusals(found)
    _amend(found, events)
    _move(found, events)
    _say_results(found)
    return found


def _place(one: Heard, fact: Fact) -> dict[str, str]:
    place = place_of(one.data)
    if fact.measure == "referred_out":
        place |= {"organization": one.data["from_organization"], "station": one.data["from_station"] or ""}
    return place


def _without_endings_that_were_undone(events: list[Heard]) -> list[Heard]:
    """Aid that was given back did not end: what came of that ending counts nothing."""
    back = [_plain(one.data["objection"]) for one in events if one.type == RESTORED]
    last = back[-1] if back else None
    return [one for one in events if one.type not in OF_AN_ENDING or one.data.get(AGAIN) == last]


def _take_back_refusals(found: dict[tuple[UUID, str], Counted]) -> None:
    for source, measure in list(found):
        if measure == "refused" and (source, "granted") in found:
            del found[source, measure]


def _amend(found: dict[tuple[UUID, str], Counted], events: list[Heard]) -> None:
    """What is counted of the application itself counts under the group, form and matter that were last said."""
    amended = [one for one in events if one.type == "intake.application_amended.v1"]
    if not amended:
        return
    last = place_of(amended[-1].data)
    now = {name: last[name] for name in ("recipient_group", "form_of_aid", "matter")}
    for key, counted in found.items():
        if key[1] in OF_THE_APPLICATION:
            found[key] = replace(counted, place={**counted.place, **now})


def _move(found: dict[tuple[UUID, str], Counted], events: list[Heard]) -> None:
    """What is counted of the application itself goes where it was referred to last; the referrals stay."""
    referrals = [one for one in events if one.type == "intake.application_referred.v1"]
    if not referrals:
        return
    last = place_of(referrals[-1].data)
    for key, counted in found.items():
        if key[1] in OF_THE_APPLICATION:
            there = {name: last[name] for name in ("organization", "station")}
            found[key] = replace(counted, place={**counted.place, **there})


def _say_results(found: dict[tuple[UUID, str], Counted]) -> None:
    """An application's result is its decision; a handled case's that with which it ended."""
    outcomes = {source: c.fact.result for (source, measure), c in found.items() if measure == "cases_ended"}
    for (source, measure), counted in list(found.items()):
        result = counted.fact.result
        if measure == "applications":
            result = next((one for one in ("granted", "refused", "withdrawn") if (source, one) in found), "")
        elif measure == "cases":
            result = outcomes.get(source, "")
        found[source, measure] = replace(counted, fact=replace(counted.fact, result=result))


def _day(value: Any, zone: ZoneInfo) -> date:
    """The local day of an instant or day, which may be written as text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return local_day(value, zone) if isinstance(value, datetime) else value


def _when(one: Heard) -> str:
    """An instant or day as text that sorts by time: instants are kept in UTC."""
    return str(_plain(one.data[RULES[one.type].day]))


def _id(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _service(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    kind, persons, source = event["kind"], event["persons"], _id(event["service"])
    counted: dict[str, tuple[tuple[str, int], ...]] = {
        "advice": (("advice", persons),),
        "drafting": (("drafting", 1),),
        "guidance": (),
        "lecture": (("lectures", 1), ("lecture_audience", persons)),
        "exhibition": (("exhibitions", 1), ("exhibition_audience", persons)),
        "dispute_investigation": (("dispute_investigations", 1),),
        "counselling": (("counselling", persons),),
        "tutoring": (("tutoring", persons),),
        "pairing_visit": (("pairing_visits", 1),),
    }
    for measure, value in counted.get(kind, ()):
        yield Fact(source, measure, value, day)
    if kind == "guidance" or event["guided_to_apply"]:
        yield Fact(source, "guided", persons, day)


def _once(measure: str, source: str) -> Callable[[Mapping[str, Any], date], Iterator[Fact]]:
    """One thing counted once under a measure."""

    def make(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
        yield Fact(_id(event[source]), measure, 1, day)

    return make


def _nothing(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    """It counts nothing itself, and changes where something counts."""
    yield from ()


def _referred(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    source = uuid5(_id(event["application"]), _plain(event["referred_at"]))
    if event["from_organization"] != event["organization"]:
        yield Fact(source, "referred_out", 1, day)
        yield Fact(source, "referred_in", 1, day)


def _objection_decided(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    yield Fact(_id(event["application"]), "objections_overturned", int(event["outcome"] == "overturned"), day)


def _termination_objection_decided(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    yield Fact(_id(event["objection"]), "objections_overturned", int(event["termination_outcome"] == "overturned"), day)


def _ended(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    case, outcome = _id(event["case"]), event["outcome"]
    yield Fact(case, "cases_ended", 1, day, outcome)
    yield Fact(case, "cases_won", int(outcome in ("won", "partly_won")), day, outcome)
    yield Fact(case, "mediated", int(outcome == "mediated"), day, outcome)
    yield Fact(case, "non_litigation", int(outcome == "non_litigation"), day, outcome)
    yield Fact(case, "recovered_fen", event["recovered_fen"], day, outcome)
    yield Fact(case, "loss_avoided_fen", event["loss_avoided_fen"], day, outcome)
    kinds: dict[str, int] = {}
    for amount in event["amounts"]:
        kinds[amount["kind"]] = kinds.get(amount["kind"], 0) + amount["fen"]
    for kind, fen in kinds.items():
        yield Fact(case, amount_measure(kind), fen, day, outcome)


def _checked(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    case, grade = _id(event["case"]), event["grade"]
    yield Fact(case, "files_checked", 1, day, grade)
    yield Fact(case, "graded_excellent", int(grade == "excellent"), day, grade)
    yield Fact(case, "graded_fail", int(grade == "fail"), day, grade)


def _paid(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    first = (event.get("nth") or 1) == 1  # the rest after a correction is money of its own
    source = event["case"] if first else event["payment"]
    yield Fact(_id(source), "subsidies_fen", event["amount_fen"], day)


def _feedback(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    task, satisfaction = _id(event["task"]), event.get("satisfaction")
    if satisfaction is not None:
        yield Fact(task, "satisfaction_sum", satisfaction, day, str(satisfaction))
        yield Fact(task, "satisfaction_count", 1, day, str(satisfaction))
    yield Fact(task, "gifts_of_thanks", int(event["gift"]), day)


def _complaint(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    yield Fact(_id(event["complaint"]), "complaints", 1, day)
    yield Fact(_id(event["complaint"]), "fee_reports", int(event["subject"] == "fee"), day)


def _concluded(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    complaint, conclusion = _id(event["complaint"]), event["conclusion"]
    true = conclusion in ("substantiated", "partly_substantiated")
    yield Fact(complaint, "complaints_concluded", 1, day, conclusion)
    yield Fact(complaint, "complaints_substantiated", int(true), day, conclusion)


def _inspected(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    yield Fact(_id(event["inspection"]), "inspections", 1, day)
    yield Fact(_id(event["inspection"]), "findings", len(event["missing"]), day)


def _carried(event: Mapping[str, Any], day: date) -> Iterator[Fact]:
    """Counted before events were kept: a fact as it stood."""
    yield Fact(_id(event["source"]), event["measure"], event["value"], day)


APPLICATION = "application"
OF_THE_APPLICATION = frozenset(
    {"applications", "granted", "refused", "withdrawn", "objections", "objections_overturned"}
)
RESTORED, AGAIN = "assignment.aid_restored.v1", "restored"
OF_AN_ENDING = frozenset(
    {"assignment.case_ended.v1", "assignment.case_terminated.v1", "assignment.closing_file_checked.v1"}
)
ENDED = ("case", "outcome", "amounts", "recovered_fen", "loss_avoided_fen")
RULES: Mapping[str, Rule] = {
    "intake.service_recorded.v1": Rule(
        "service", "on", ("service", "kind", "persons", "guided_to_apply"), _service, alone=True
    ),
    "intake.pair_registered.v1": Rule("pair", "on", ("pair",), _once("pairs", "pair")),
    "intake.pair_ended.v1": Rule("pair", "on", ("pair",), _once("pairs_ended", "pair")),
    "intake.application_received.v1": Rule(
        APPLICATION, "received_at", (APPLICATION,), _once("applications", APPLICATION)
    ),
    "intake.defence_notified.v1": Rule(APPLICATION, "received_at", (APPLICATION,), _once("applications", APPLICATION)),
    "intake.application_amended.v1": Rule(APPLICATION, "amended_at", (APPLICATION,), _nothing),
    "intake.application_granted.v1": Rule(APPLICATION, "granted_at", (APPLICATION,), _once("granted", APPLICATION)),
    "intake.application_refused.v1": Rule(APPLICATION, "refused_at", (APPLICATION,), _once("refused", APPLICATION)),
    "intake.application_withdrawn.v1": Rule(
        APPLICATION, "withdrawn_at", (APPLICATION,), _once("withdrawn", APPLICATION)
    ),
    "intake.application_referred.v1": Rule(
        APPLICATION, "referred_at", (APPLICATION, "from_organization", "from_station"), _referred
    ),
    "intake.objection_filed.v1": Rule(APPLICATION, "objected_at", (APPLICATION,), _once("objections", APPLICATION)),
    "intake.objection_decided.v1": Rule(APPLICATION, "decided_at", (APPLICATION, "outcome"), _objection_decided),
    "assignment.offer_accepted.v1": Rule(APPLICATION, "assigned_at", ("case",), _once("cases", "case")),
    "assignment.replacement_requested.v1": Rule(
        APPLICATION, "requested_at", ("request",), _once("replacements_requested", "request")
    ),
    "assignment.case_terminated.v1": Rule(APPLICATION, "terminated_at", ("case",), _once("terminated", "case")),
    RESTORED: Rule(APPLICATION, "restored_at", ("objection",), _nothing),
    "assignment.termination_objected.v1": Rule(
        APPLICATION, "objected_at", ("objection",), _once("objections", "objection")
    ),
    "assignment.termination_objection_decided.v1": Rule(
        APPLICATION, "decided_at", ("objection", "termination_outcome"), _termination_objection_decided
    ),
    "assignment.case_ended.v1": Rule(APPLICATION, "ended_on", ENDED, _ended),
    "assignment.closing_file_checked.v1": Rule(APPLICATION, "checked_at", ("case", "grade"), _checked),
    "assignment.subsidy_paid.v1": Rule(APPLICATION, "paid_on", ("case", "amount_fen"), _paid),
    "supervision.feedback_recorded.v1": Rule("task", "recorded_at", ("task", "satisfaction", "gift"), _feedback),
    "supervision.complaint_opened.v1": Rule("complaint", "opened_at", ("complaint", "subject"), _complaint),
    "supervision.complaint_concluded.v1": Rule("complaint", "concluded_at", ("complaint", "conclusion"), _concluded),
    "supervision.station_inspected.v1": Rule("inspection", "on", ("inspection", "missing"), _inspected, alone=True),
    CARRIED: Rule("source", "day", ("source", "measure", "value"), _carried),
}
