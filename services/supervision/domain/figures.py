"""Which figures an event makes: the only place where something heard becomes something counted.

A fact is (source, measure, value); the pair of source and measure is unique, so that an event heard twice, or the same
thing said by two events, is counted once. The source is therefore the thing itself (the service given, the application,
the case), not the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

MEASURES = {
    "advice": ("法律咨询（人次）", "Advice (person-times)"),
    "drafting": ("代拟法律文书（份）", "Documents drafted"),
    "guided": ("引导申请（人次）", "People guided to apply"),
    "lectures": ("法治讲座（场）", "Lectures"),
    "lecture_audience": ("法治讲座听众（人次）", "Lectures: audience"),
    "exhibitions": ("普法展览（场）", "Exhibitions"),
    "exhibition_audience": ("普法展览观众（人次）", "Exhibitions: audience"),
    "dispute_investigations": ("纠纷排查（次）", "Dispute investigations"),
    "counselling": ("心理疏导（人次）", "Psychological counselling (person-times)"),
    "tutoring": ("文化辅导（人次）", "Tutoring (person-times)"),
    "pairing_visits": ("结对帮扶走访（次）", "Visits of paired volunteers"),
    "applications": ("申请（件）", "Applications"),
    "granted": ("决定给予援助（件）", "Granted"),
    "refused": ("决定不予援助（件）", "Refused"),
    "withdrawn": ("撤回申请（件）", "Withdrawn"),
    "cases": ("办理案件（件）", "Cases handled"),
    "cases_ended": ("办结案件（件）", "Cases ended"),
    "cases_won": ("胜诉或部分胜诉（件）", "Cases won or partly won"),
    "mediated": ("调解结案（件）", "Mediated"),
    "non_litigation": ("非诉讼办结（件）", "Non-litigation matters"),
    "recovered_fen": ("取得利益（分）", "Recovered (fen)"),
    "loss_avoided_fen": ("避免损失（分）", "Loss avoided (fen)"),
    "files_checked": ("审查结案材料（件）", "Closing files checked"),
    "graded_excellent": ("质量优秀（件）", "Graded excellent"),
    "graded_fail": ("质量不合格（件）", "Graded failed"),
    "subsidies_fen": ("发放补贴（分）", "Subsidies paid (fen)"),
    "satisfaction_sum": ("满意度分值合计", "Satisfaction: sum of marks"),
    "satisfaction_count": ("满意度评价（人次）", "Satisfaction: answers"),
    "gifts_of_thanks": ("受援人致谢（件）", "Gifts of thanks"),
    "complaints": ("投诉（件）", "Complaints"),
    "fee_reports": ("收费举报（件）", "Reports of a fee"),
    "complaints_substantiated": ("属实投诉（件）", "Complaints found true, in whole or in part"),
    "inspections": ("检查工作站（次）", "Inspections of stations"),
    "findings": ("检查发现问题（项）", "Findings of inspections"),
}
REAL_WORK = frozenset(
    {
        "advice", "drafting", "guided", "lectures", "exhibitions", "dispute_investigations", "counselling", "tutoring",
        "pairing_visits", "applications",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """``day_of``: the field of the event with the day or instant that it counts for."""

    source: UUID
    measure: str
    value: int
    day_of: str


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both inclusive, as whole months and the loose days around them.

    ``months`` is (first day of the first whole month, first day of the last one) or None; ``days`` are ranges.
    """

    months: tuple[date, date] | None
    days: tuple[tuple[date, date], ...]


def facts_of(event_type: str, event: Mapping[str, Any]) -> list[Fact]:
    """The facts of one event; empty for an event that counts nothing. Zero values are left out."""
    maker = MAKERS.get(event_type)
    return [fact for fact in maker(event) if fact.value] if maker else []


def deadline_measure(kind: str, *, on_time: bool) -> str:
    """The measure that counts a met or missed limit of a kind: ``deadlines_met:decide``."""
    return f"deadlines_{'met' if on_time else 'missed'}:{kind}"


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month where it is shorter."""
    month = month_of(day)
    for _ in range(months):
        month = next_month(month)
    return min(month.replace(day=1) + timedelta(day.day - 1), _day_before(next_month(month)))


def months_between(first: date, last: date) -> int:
    """How many whole months lie between two days; never negative."""
    whole = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(0, whole)


def split(first: date, last: date) -> Period:
    """Cut a range of days into whole months, which are summed from their rollups, and loose days."""
    if last < first:
        return Period(None, ())
    after = date.fromordinal(last.toordinal() + 1)
    start = first if first.day == 1 else next_month(month_of(first))
    stop = month_of(after)  # the first month that is not whole any more
    if start >= stop:
        return Period(None, ((first, last),))
    edges = [(first, _day_before(start)), (stop, last)]
    last_whole = month_of(_day_before(stop))
    return Period((start, last_whole), tuple((a, b) for a, b in edges if a <= b))


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _service(event: Mapping[str, Any]) -> Iterator[Fact]:
    kind, persons, source = event["kind"], event["persons"], event["service"]
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
        yield Fact(source, measure, value, "on")
    if kind == "guidance" or event["guided_to_apply"]:
        yield Fact(source, "guided", persons, "on")


def _received(event: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(event["application"], "applications", 1, "received_at")


def _granted(event: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(event["application"], "granted", 1, "granted_at")


def _refused(event: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(event["application"], "refused", 1, "refused_at")


def _withdrawn(event: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(event["application"], "withdrawn", 1, "withdrawn_at")


def _assigned(event: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(event["case"], "cases", 1, "assigned_at")


def _ended(event: Mapping[str, Any]) -> Iterator[Fact]:
    case, outcome = event["case"], event["outcome"]
    yield Fact(case, "cases_ended", 1, "ended_on")
    yield Fact(case, "cases_won", int(outcome in ("won", "partly_won")), "ended_on")
    yield Fact(case, "mediated", int(outcome == "mediated"), "ended_on")
    yield Fact(case, "non_litigation", int(outcome == "non_litigation"), "ended_on")
    yield Fact(case, "recovered_fen", event["recovered_fen"], "ended_on")
    yield Fact(case, "loss_avoided_fen", event["loss_avoided_fen"], "ended_on")


def _checked(event: Mapping[str, Any]) -> Iterator[Fact]:
    case, grade = event["case"], event["grade"]
    yield Fact(case, "files_checked", 1, "checked_at")
    yield Fact(case, "graded_excellent", int(grade == "excellent"), "checked_at")
    yield Fact(case, "graded_fail", int(grade == "fail"), "checked_at")


def _paid(event: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(event["case"], "subsidies_fen", event["amount_fen"], "paid_on")


def _feedback(event: Mapping[str, Any]) -> Iterator[Fact]:
    task, satisfaction = event["task"], event.get("satisfaction")
    if satisfaction is not None:
        yield Fact(task, "satisfaction_sum", satisfaction, "recorded_at")
        yield Fact(task, "satisfaction_count", 1, "recorded_at")
    yield Fact(task, "gifts_of_thanks", int(event["gift"]), "recorded_at")


def _complaint(event: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(event["complaint"], "complaints", 1, "opened_at")
    yield Fact(event["complaint"], "fee_reports", int(event["subject"] == "fee"), "opened_at")


def _concluded(event: Mapping[str, Any]) -> Iterator[Fact]:
    true = event["conclusion"] in ("substantiated", "partly_substantiated")
    yield Fact(event["complaint"], "complaints_substantiated", int(true), "concluded_at")


def _inspected(event: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact(event["inspection"], "inspections", 1, "on")
    yield Fact(event["inspection"], "findings", len(event["missing"]), "on")


MAKERS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Fact]]] = {
    "intake.service_recorded.v1": _service,
    "intake.application_received.v1": _received,
    "intake.application_granted.v1": _granted,
    "intake.application_refused.v1": _refused,
    "intake.application_withdrawn.v1": _withdrawn,
    "assignment.offer_accepted.v1": _assigned,
    "assignment.case_ended.v1": _ended,
    "assignment.closing_file_checked.v1": _checked,
    "assignment.subsidy_paid.v1": _paid,
    "supervision.feedback_recorded.v1": _feedback,
    "supervision.complaint_opened.v1": _complaint,
    "supervision.complaint_concluded.v1": _concluded,
    "supervision.station_inspected.v1": _inspected,
}
