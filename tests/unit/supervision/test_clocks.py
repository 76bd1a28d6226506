"""Clocks as data: what the shipped rows say, and which files are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from contracts import terms
from contracts.registry import REGISTRY
from services.supervision.domain import clocks, counting

ZONE = ZoneInfo("Asia/Shanghai")
SHIPPED = clocks.load()
TODAY = date(2026, 9, 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def marks_of(
    kind: str, due: counting.Due, started: datetime, now: datetime | None = None
) -> list[tuple[str, datetime]]:
    planned = SHIPPED.of(kind, TODAY).marks(started, due, ZONE, now or started)
    return [(mark.kind, mark.fire_at) for mark in planned]


def test_every_kind_of_clock_of_the_contract_has_a_row_in_force() -> None:
    assert {clock.kind for clock in SHIPPED.rows if clock.holds_on(TODAY)} == set(terms.CLOCK_KINDS)


def test_every_event_that_a_clock_names_is_heard_and_has_the_fields_that_it_reads() -> None:
    own = {contract.type for contract in REGISTRY if contract.owner == "supervision"}
    assert SHIPPED.messages() <= {*REGISTRY.heard_by("supervision"), *own}
    for clock in SHIPPED.rows:
        for trigger in clock.triggers:
            named = {clock.starts, clock.subject, clock.due, clock.per, *clock.again} - {None}
            assert named <= set(REGISTRY[trigger].reader.fields), (clock.kind, trigger)
        for event in clock.fulfilled_by | clock.cancelled_by | clock.stopped_by | clock.restarted_by:
            fields = REGISTRY[event].reader.fields
            assert clock.subject in fields, (clock.kind, event)
            assert {clock.per, *clock.again} - {None} <= set(fields), (clock.kind, event)
            assert event not in clock.stopped_by | clock.restarted_by or clock.stop_field in fields
            assert event not in clock.restarted_by or clock.restart_field in fields


def test_a_rule_that_was_not_read_says_so_and_every_rule_names_its_source() -> None:
    law = {"decide", "assign", "retainer", "objection", "termination_objection", "forward"}
    law |= {"labour_mediation", "labour_arbitration", "labour_award", "labour_suit", "civil_limitation"}
    named_by_the_act_itself = {"answer_offer", "follow_up", "reinspection", "decision", "hearing"}
    named_by_the_act_itself |= {"attend_meeting", "errand", "later_papers"}
    assert {c.kind for c in SHIPPED.rows if c.verified} == law | named_by_the_act_itself
    assert all(clock.source for clock in SHIPPED.rows)


def test_the_day_on_which_a_limit_starts_chooses_its_rule() -> None:
    assert SHIPPED.of("decide", date(2021, 12, 31)).counting == "working"
    assert SHIPPED.of("decide", date(2022, 1, 1)).counting == "calendar-rolled"
    with pytest.raises(LookupError):
        SHIPPED.of("decide", date(2001, 1, 1))


def test_the_decision_is_reminded_three_days_before_and_escalated_on_the_morning_after() -> None:
    due = counting.Due(at("2026-09-25T00:00"), date(2026, 9, 24))
    assert marks_of("decide", due, at("2026-09-17T10:00")) == [
        ("reminder", at("2026-09-21T09:00")),
        ("overdue", at("2026-09-25T00:00")),
        ("escalation", at("2026-09-25T09:00")),
    ]


def test_an_offer_is_reminded_after_half_of_its_time() -> None:
    due = counting.Due(at("2026-09-18T10:00"), date(2026, 9, 18))
    assert marks_of("answer_offer", due, at("2026-09-17T10:00"))[0] == ("reminder", at("2026-09-17T22:00"))


def test_a_reminder_whose_moment_is_past_is_left_out_but_never_what_comes_after_the_due_day() -> None:
    due = counting.Due(at("2026-09-25T00:00"), date(2026, 9, 24))
    late = marks_of("decide", due, at("2026-09-17T10:00"), now=at("2026-10-20T10:00"))
    assert [kind for kind, _ in late] == ["overdue", "escalation"]


def test_an_escalation_falls_on_both_lines_of_authority() -> None:
    due = counting.Due(at("2026-09-25T00:00"), date(2026, 9, 24))
    clock = SHIPPED.of("decide", TODAY)
    assert clock.lines_at(at("2026-09-25T09:00"), due, ZONE) == ["center", "organization"]
    assert clock.lines_at(at("2026-09-25T10:00"), due, ZONE) == []


def test_an_act_that_fulfils_one_clock_cancels_another() -> None:
    application, offer = uuid4(), uuid4()
    event = {"application": application, "offer": offer}
    assert SHIPPED.settled_by("intake.application_withdrawn.v1", event) == {("decide", application): "not_needed"}
    assert SHIPPED.settled_by("assignment.offer_accepted.v1", event) == {
        ("assign", application): "done",
        ("answer_offer", offer): "done",
    }


ROW = """
- kind: decide
  from: 2022-01-01
  trigger: intake.application_received.v1
  starts: received_at
  subject: application
  counting: calendar
  days: 7
  fulfilled_by: [intake.application_granted.v1]
  assignees: center_officers
  source: test
  verified: true
"""


def test_a_center_may_give_rows_of_its_own() -> None:
    assert clocks.parse(ROW).of("decide", TODAY).days == 7


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("  days: 7\n", "", "without its length"),
        ("counting: calendar", "counting: moons", "counting"),
        ("center_officers", "everybody", "rule for people"),
        ("  source: test\n", "", "source"),
        ("  days: 7\n", "  days: 7\n  dayz: 8\n", "dayz"),
        ("  fulfilled_by: [intake.application_granted.v1]\n", "", "nothing can ever fulfil"),
        ("- kind", "kind", "list of clocks"),
    ],
)
def test_a_file_that_cannot_be_true_is_refused_with_the_reason(old: str, new: str, why: str) -> None:
    text = "\n".join(line[2:] for line in ROW.splitlines()) if new == "kind" else ROW.replace(old, new)
    with pytest.raises(clocks.BadClock, match=why):
        clocks.parse(text)


def test_two_rows_of_one_kind_never_hold_on_the_same_day() -> None:
    with pytest.raises(clocks.BadClock, match="two rows"):
        clocks.parse(ROW + ROW.replace("2022-01-01", "2024-01-01"))
