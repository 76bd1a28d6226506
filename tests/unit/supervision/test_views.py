"""What each caller reads: tasks, deadlines, timelines, figures."""

from __future__ import annotations

import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.database import Database
from chassis.errors import Rejected
from services.supervision import rebuild
from services.supervision.domain import timeline
from tests.unit.supervision.conftest import ZONE, Network, caller

Staff = dict[str, UUID]


def record(network: Network, **data: t.Any) -> None:
    service = {
        "service": uuid4(),
        "organization": "womens-federation",
        "station": "fengquan",
        "kind": "advice",
        "channel": "window",
        "recipient_group": "woman",
        "persons": 1,
        "guided_to_apply": False,
        "on": network.today,
    }
    network.hear("intake.service_recorded.v1", **{**service, **data})


def golden_case(network: Network) -> None:
    record(network, guided_to_apply=True)
    for step in ("receive", "grant", "make_offer", "accept", "retain"):
        getattr(network, step)()
    network.report("first_instance")
    network.report("second_instance")
    for step in ("end", "submit_file", "check_file", "owe_subsidy", "pay_subsidy"):
        getattr(network, step)()


def test_the_golden_case_in_figures(network: Network, staff: Staff) -> None:
    golden_case(network)
    sums = network.ask("figures", organization="womens-federation")["sums"]
    counted = {name: value for name, value in sums.items() if value}
    assert counted == {
        "advice": 1, "guided": 1, "applications": 1, "granted": 1, "cases": 1, "cases_ended": 1, "cases_won": 1,
        "recovered_fen": 3_005_000, "files_checked": 1, "graded_excellent": 1, "subsidies_fen": 180_000,
    }  # fmt: skip


@pytest.mark.broker
def test_on_postgresql_all_of_it_is_the_same(databases: t.Any) -> None:
    database = Database(databases.create(f"supervision_{uuid4().hex[:6]}"))
    small, large = Network(), Network(database)
    answers = []
    for network in (small, large):
        network.people()
        golden_case(network)
        network.set("2027-01-05T10:00")
        network.tick()
        figures = network.ask("figures", **{"from": "2026-08-15", "to": "2027-01-02"})
        timeline_ = [e["zh"] for e in network.ask("timeline", application=network.application, limit=30)["items"]]
        deadlines = [d["due_on"] for d in network.ask("deadlines", limit=1)["items"]]
        answers.append((figures, timeline_, deadlines))
        with network.bench.session() as session:
            assert not rebuild.check(session, ZONE)
            rebuild.rebuild(session, ZONE)
        assert network.ask("figures", **{"from": "2026-08-15", "to": "2027-01-02"}) == figures
    assert answers[0] == answers[1]
    database.close()


def test_the_golden_case_in_words(network: Network, staff: Staff) -> None:
    golden_case(network)
    told = network.ask("timeline", application=network.application)
    assert (told["number"], told["case_number"]) == ("A2026-00001", "C2026-00001")
    acts = [(e["type"].split(".")[1], e["actor"]) for e in told["items"] if not e["type"].startswith("supervision")]
    assert acts == [
        ("application_received", "womens-federation"),
        ("application_granted", "center"),
        ("offer_made", "center"),
        ("offer_accepted", "center"),
        ("retainer_recorded", "center"),
        ("progress_reported", "center"),
        ("progress_reported", "center"),
        ("case_ended", "center"),
        ("closing_file_submitted", "center"),
        ("closing_file_checked", "center"),
        ("subsidy_due", "center"),
        ("subsidy_paid", "center"),
    ]
    ended = next(e for e in told["items"] if e["type"] == "assignment.case_ended.v1")
    assert ended["zh"] == "案件办结：胜诉；取得利益 30,050.00 元，避免损失 0.00 元。"
    assert ended["en"] == "Case ended: won; 30,050.00 yuan recovered, 0.00 yuan of loss avoided."


def test_every_event_with_words_can_be_told_by_its_contract(network: Network) -> None:
    from contracts.registry import REGISTRY

    for message_type, words in timeline.templates().items():
        fields = REGISTRY[message_type].reader.fields
        told = words.tell(dict.fromkeys(fields), ZONE)
        assert all(told), message_type
        assert words.at is None or words.at in fields
        assert set(words.also) <= set(fields)


def test_a_sentence_is_added_when_its_flag_is_true() -> None:
    received = timeline.templates()["intake.application_received.v1"]
    event = {"application_number": "A2026-00001", "eligibility": "eligible"}
    for late in (True, False):
        zh, en = received.tell(event | {"forwarded_late": late}, ZONE)
        assert ("longer than 24 hours" in en, "超过 24 小时" in zh) == (late, late)


def test_every_case_event_that_is_heard_has_words() -> None:
    from services.supervision.handlers import HANDLERS, case_event

    followed = {message_type for message_type, handler in HANDLERS.items() if handler is case_event}
    assert followed <= set(timeline.templates())


def test_the_handlers_are_what_the_contracts_say() -> None:
    from contracts.registry import REGISTRY
    from services.supervision.handlers import HANDLERS

    commands = {c.type for c in REGISTRY if c.kind == "command" and c.owner == "supervision"}
    assert set(HANDLERS) == commands | set(REGISTRY.heard_by("supervision"))


def test_a_timeline_is_read_page_by_page_in_order(network: Network, staff: Staff) -> None:
    for step in ("receive", "grant", "make_offer", "accept"):
        network.bench.clock.move(minutes=1)
        getattr(network, step)()
    whole = network.ask("timeline", application=network.application)["items"]
    pages, after = [], None
    while True:
        page = network.ask("timeline", application=network.application, limit=3, after=after)
        pages += page["items"]
        after = page["next"]
        if after is None:
            break
    assert pages == whole == sorted(whole, key=lambda entry: (entry["at"], entry["id"]))


def test_an_event_told_twice_stands_once_in_the_timeline(network: Network, staff: Staff) -> None:
    data = {"notification": uuid4(), "person": uuid4(), "kind": "task_opened", "channel": "inbox"}
    network.receive()
    message = network.bench.envelope(
        "notification.person_notified.v1",
        {**data, "application": network.application, "notified_at": network.now},
        organization="womens-federation",
    )
    network.bench.deliver(message, message)
    entries = network.ask("timeline", application=network.application)["items"]
    (told,) = (e for e in entries if e["type"] == "notification.person_notified.v1")
    assert (told["zh"], told["en"]) == ("已通知有关人员（新任务）。", "A person concerned was told (task opened).")


def test_a_timeline_is_read_by_the_center_the_organization_the_station_and_the_case_s_own_lawyer(
    network: Network, staff: Staff
) -> None:
    network.receive()
    network.accept()
    may = [
        caller("center_staff"),
        caller("auditor"),
        caller("liaison", "womens-federation"),
        caller("liaison", "womens-federation", station="fengquan"),
        caller("lawyer", person=network.lawyer),
    ]
    may_not = [
        caller("liaison", "trade-union"),
        caller("liaison", "womens-federation", station="other"),
        caller("lawyer", person=uuid4()),
    ]
    for who in may:
        assert network.ask("timeline", who, application=network.application)["items"]
    for who in may_not:
        with pytest.raises(Rejected, match="not-found"):
            network.ask("timeline", who, application=network.application)


def test_a_lawyer_who_was_replaced_reads_no_more(network: Network, staff: Staff) -> None:
    first, second = network.lawyer, uuid4()
    network.bench.clock.move(days=1)
    network.accept(lawyer=second, offer=uuid4())
    network.accept(lawyer=first, assigned_at=network.now.replace(day=1))  # heard late
    assert network.ask("timeline", caller("lawyer", person=second), application=network.application)
    with pytest.raises(Rejected, match="not-found"):
        network.ask("timeline", caller("lawyer", person=first), application=network.application)


def test_my_tasks_are_those_given_to_me(network: Network, staff: Staff) -> None:
    network.receive()
    network.make_offer()
    mine = network.ask("tasks", caller("center_staff", person=staff["officer"]), mine=True)["items"]
    assert [task["kind"] for task in mine] == ["decide"]
    lawyer = caller("lawyer", person=network.lawyer)
    assert [task["kind"] for task in network.ask("tasks", lawyer)["items"]] == ["answer_offer"]


def test_tasks_are_read_newest_first_page_by_page(network: Network, staff: Staff) -> None:
    golden_case(network)
    whole = [task["id"] for task in network.ask("tasks")["items"]]
    assert whole == sorted(whole, reverse=True)
    first = network.ask("tasks", limit=5)
    second = network.ask("tasks", limit=5, after=first["next"])
    assert [task["id"] for task in first["items"] + second["items"]] == whole
    assert second["next"] is None


def test_deadlines_are_read_soonest_first_and_only_open_ones(network: Network, staff: Staff) -> None:
    network.receive()
    network.accept()
    network.make_offer()
    network.check_file()
    found = [task["kind"] for task in network.ask("deadlines")["items"]]
    assert found == ["retainer", "decide", "return_visit"]
    first = network.ask("deadlines", limit=2)
    rest = network.ask("deadlines", limit=2, after=first["next"])
    assert [task["kind"] for task in first["items"] + rest["items"]] == found
    assert [task["kind"] for task in network.ask("deadlines", until="2026-09-24")["items"]] == ["retainer", "decide"]


def test_a_made_up_cursor_is_refused(network: Network) -> None:
    with pytest.raises(Rejected, match="invalid"):
        network.ask("deadlines", after="bm9uc2Vuc2U=")


def test_overdue_tasks_can_be_asked_for(network: Network, staff: Staff) -> None:
    network.receive()
    assert network.ask("tasks", overdue=True)["items"] == []
    network.set("2026-09-25T00:00")
    (late,) = network.ask("tasks", overdue=True)["items"]
    assert (late["overdue"], late["days_left"]) == (True, -1)
    assert network.ask("tasks", overdue=False)["items"] == []


def test_figures_are_in_the_caller_s_sight_only(network: Network, staff: Staff) -> None:
    record(network)
    record(network, organization="trade-union", station="docks", persons=3)
    assert network.ask("figures")["sums"]["advice"] == 4
    own = caller("liaison", "womens-federation")
    assert network.ask("figures", own)["sums"]["advice"] == 1
    with pytest.raises(Rejected, match="unknown-organization"):
        network.ask("figures", own, organization="trade-union")
    with pytest.raises(Rejected, match="forbidden"):
        network.ask("figures", caller("lawyer"))


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", None), (None, "9999-12-31"), ("2026-09-02", "2026-09-01")])
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("figures", ("from", "to")),
        ("comparison", ("from", "to")),
        ("figure_sheets", ("from", "to")),
        ("half_year_report", ("from", "to")),
        ("workload", ("first_day", "last_day")),
    ],
)
def test_days_that_nobody_can_count_are_refused_with_the_name_of_the_field(
    network: Network, query: str, names: tuple[str, str], first: str | None, last: str | None
) -> None:
    asked = {name: day for name, day in zip(names, (first, last), strict=True) if day}
    with pytest.raises(Rejected, match="impossible-date") as refused:
        network.ask(query, **asked)
    assert refused.value.pointer == f"/{names[1] if last else names[0]}"


def test_figures_by_station_month_and_group_add_up_to_the_sum(network: Network, staff: Staff) -> None:
    for month, day, group in ((3, 9, "woman"), (4, 1, "elderly"), (4, 30, "woman"), (5, 1, "minor")):
        record(network, on=network.today.replace(month=month, day=day), recipient_group=group, persons=month)
    found = network.ask("figures", **{"from": "2026-03-10", "to": "2026-05-01"})
    assert found["sums"]["advice"] == 4 + 4 + 5
    assert [(m["month"], m["sums"]["advice"]) for m in found["months"]] == [("2026-04-01", 8), ("2026-05-01", 5)]
    groups = {g["recipient_group"]: g["sums"]["advice"] for g in found["groups"]}
    assert groups == {"elderly": 4, "woman": 4, "minor": 5}
    assert [(s["station"], s["sums"]["advice"]) for s in found["stations"]] == [("fengquan", 13)]


def test_a_sum_can_be_followed_down_to_what_was_counted(network: Network, staff: Staff) -> None:
    golden_case(network)
    for persons in (2, 3):
        record(network, persons=persons, on=network.today.replace(day=persons))
    found = network.ask("facts", measure="advice")["items"]
    assert [(fact["day"], fact["value"]) for fact in found] == [("2026-09-02", 2), ("2026-09-03", 3), ("2026-09-17", 1)]
    assert sum(fact["value"] for fact in found) == network.ask("figures")["sums"]["advice"]
    (recovered,) = network.ask("facts", measure="recovered_fen", matter="marriage_family")["items"]
    assert (recovered["source"], recovered["value"]) == (str(network.case), 3_005_000)
    pages, after = [], None
    while True:
        page = network.ask("facts", limit=4, after=after)
        pages += page["items"]
        after = page["next"]
        if after is None:
            break
    assert pages == network.ask("facts")["items"]
    assert network.ask("facts", caller("liaison", "trade-union"))["items"] == []
    with pytest.raises(Rejected, match="forbidden"):
        network.ask("facts", caller("lawyer"))


def test_a_service_heard_twice_under_two_message_ids_is_counted_once(network: Network) -> None:
    service = uuid4()
    record(network, service=service)
    record(network, service=service)
    assert network.ask("figures")["sums"]["advice"] == 1


def test_the_limits_in_force_are_shown_with_their_sources(network: Network) -> None:
    found = network.ask("clocks")
    decide = next(rule for rule in found["items"] if rule["kind"] == "decide")
    assert (decide["days"], decide["counting"], decide["verified"]) == (7, "calendar-rolled", True)
    assert found["published_years"][-1] == 2026
