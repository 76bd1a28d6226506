"""Plans that recur: opened once, on the right day, after an outage by their own rule; samples; monthly reports."""

from __future__ import annotations

import re
import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import Rejected
from chassis.principal import Principal
from contracts.wording import in_both
from tests.unit.supervision.conftest import CENTER, Network, caller
from tests.unit.supervision.test_by_hand import order
from tests.unit.supervision.test_suspensions import changed
from tests.unit.supervision.test_views import record

Staff = dict[str, UUID]


def start(network: Network, template: str | None = "monthly_report", **more: t.Any) -> str:
    """A plan from the day after the network's clock on."""
    named = {"template": template} if template else {}
    return str(order(network, "start_plan", CENTER, **named, **more)["id"])


def liaison(staff: Staff) -> Principal:
    return caller("liaison", "womens-federation", staff["liaison"], "fengquan")


def tasks_of(network: Network, kind: str, **more: t.Any) -> list[dict[str, t.Any]]:
    return list(network.ask("tasks", kind=kind, limit=200, **more)["items"])


def test_a_plan_says_when_it_falls_next_and_opens_its_task_on_that_day_for_the_liaison(
    network: Network, staff: Staff
) -> None:
    plan = start(network)
    coming = network.ask("plan", plan=plan)["next"]
    assert [(one["planned_on"], one["on"]) for one in coming[:2]] == [
        ("2026-10-01", "2026-10-08"),  # the holiday week
        ("2026-11-01", "2026-11-02"),  # a Sunday
    ]
    network.set("2026-10-08T08:29")
    assert network.tick() == 0
    network.set("2026-10-08T08:31")
    network.tick()
    (task,) = tasks_of(network, "monthly_report")
    assert (task["station"], task["due_on"], task["words"]) == ("fengquan", "2026-10-14", "工作站月报 2026-09")
    assert [one["person"] for one in task["assignees"]] == [str(staff["liaison"])]
    (past,) = network.ask("plan", plan=plan)["occurrences"]
    assert (past["planned_on"], past["state"], past["tasks"], past["late_seconds"]) == ("2026-10-01", "opened", 1, 60)


def test_two_timers_of_one_occurrence_open_it_once(network: Network, staff: Staff) -> None:
    start(network)
    network.set("2026-10-08T09:00")
    from services.supervision.scheduler import fire_due

    with network.bench.session() as session:
        fire_due(session, network.now, 10)
    (message,) = network.drain()
    network.bench.deliver(message, message)
    network.bench.handle(message.type, message.data)  # another message that says the same
    assert len(tasks_of(network, "monthly_report")) == 1


@pytest.mark.parametrize(
    ("misfire", "states", "tasks"),
    [
        ("each", ["opened", "opened", "opened"], 3),
        ("latest", ["opened", "skipped", "skipped"], 1),
        ("skip", ["skipped", "skipped", "skipped"], 0),
    ],
)
def test_after_a_long_outage_the_plans_own_rule_says_what_is_made_up_for(
    network: Network, staff: Staff, misfire: str, states: list[str], tasks: int
) -> None:
    plan = start(network, misfire=misfire)
    network.set("2026-12-20T10:00")  # since September
    assert network.tick() == 1, "one timer for all that was missed"
    found = network.ask("plan", plan=plan)
    assert [one["state"] for one in found["occurrences"]] == states, "newest first, none forgotten"
    assert len(tasks_of(network, "monthly_report")) == tasks
    assert found["occurrences"][0]["late_seconds"] > 19 * 86_400
    assert found["next"][0]["planned_on"] == "2027-01-01"
    assert found["next"][0]["provisional"], "the calendar of 2027 is not published"
    assert network.tick() == 0


def test_a_plan_that_was_changed_or_stopped_does_not_fire_as_it_was(network: Network, staff: Staff) -> None:
    plan = start(network)
    order(network, "change_plan", CENTER, plan=plan, version=1, rule="FREQ=MONTHLY;BYMONTHDAY=15")
    network.set("2026-10-10T10:00")
    assert network.tick() == 0
    network.set("2026-10-15T10:00")
    assert network.tick() == 1
    assert len(tasks_of(network, "monthly_report")) == 1
    (change,) = network.ask("plan", plan=plan)["changes"]
    assert (change["old"], change["new"]) == ("FREQ=MONTHLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=15")
    order(network, "stop_plan", CENTER, plan=plan, reason="no more")
    network.set("2027-03-01T10:00")
    network.tick()
    assert len(tasks_of(network, "monthly_report")) == 1
    with pytest.raises(Rejected, match="wrong-state"):
        order(network, "change_plan", CENTER, plan=plan, moved="stay")


def test_a_change_of_a_plan_that_changes_nothing_leaves_its_version_and_its_timer(network: Network) -> None:
    plan = start(network)
    before = network.ask("plan", plan=plan)
    assert order(network, "change_plan", CENTER, plan=plan, version=1)["version"] == 1
    assert order(network, "change_plan", CENTER, plan=plan, version=1, moved=before["moved"])["version"] == 1
    assert network.ask("plan", plan=plan) == before


def test_a_plan_with_an_end_ends(network: Network, staff: Staff) -> None:
    plan = start(network, rule="FREQ=MONTHLY;BYMONTHDAY=1;COUNT=2")
    for day in ("2026-10-08T09:00", "2026-11-02T09:00"):
        network.set(day)
        network.tick()
    found = network.ask("plan", plan=plan)
    assert (found["state"], found["next"], len(found["occurrences"])) == ("ended", [], 2)


def test_the_publication_of_a_year_moves_the_next_occurrence_and_keeps_old_and_new(
    network: Network, staff: Staff
) -> None:
    plan = start(network, "joint_meeting")
    (one, *_) = network.ask("plan", plan=plan)["next"]
    assert (one["on"], one["provisional"]) == ("2027-01-01", True)
    rest = ["2027-01-01", "2027-02-08", "2027-02-09", "2027-02-10", "2027-04-05"]
    calendar = {"year": 2027, "rest_days": rest, "worked_days": [], "source": "notice"}
    order(network, "import_calendar", CENTER, **calendar)
    found = network.ask("plan", plan=plan)
    assert (found["next"][0]["on"], found["next"][0]["provisional"]) == ("2027-01-04", False)
    assert [(one["old"], one["new"]) for one in found["changes"]] == [("2027-01-01", "2027-01-04")]
    network.set("2027-01-01T09:00")
    assert network.tick() == 0
    network.set("2027-01-04T09:00")
    network.tick()
    (task,) = tasks_of(network, "joint_meeting")
    assert task["assignees"][0]["person"] == str(staff["director"])


def test_a_half_day_of_the_organization_is_no_day_for_its_own_plan(network: Network, staff: Staff) -> None:
    data = {"code": "womens-federation", "name": "妇联", "kind": "womens_federation", "auto_assign": False}
    half = [{"month": 10, "day": 15, "part": "afternoon", "name": "half"}]
    network.bench.handle("intake.organization_changed.v1", {**data, "half_days": half, "version": 2})
    own = start(network, organization="womens-federation", rule="FREQ=MONTHLY;BYMONTHDAY=15")
    every = start(network, rule="FREQ=MONTHLY;BYMONTHDAY=15")
    assert network.ask("plan", plan=own)["next"][0]["on"] == "2026-10-16"
    assert network.ask("plan", plan=every)["next"][0]["on"] == "2026-10-15"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"rule": "FREQ=DAILY"}, "bad-plan"),
        ({"template": "nothing"}, "not-found"),
        ({"organization": "nobody"}, "unknown-organization"),
        ({"organization": "womens-federation", "station": "nowhere"}, "unknown-station"),
        ({"sample": {"of": "stations", "share": 0.5}}, "bad-plan"),
        ({"opens": "24:00"}, "bad-plan"),
        ({"template": "joint_meeting", "organization": "womens-federation"}, "bad-plan"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(network: Network, staff: Staff, more: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(Rejected, match=problem) as refused:
        order(network, "start_plan", CENTER, **{"template": "monthly_report", **more})
    assert_both_languages(refused.value)


def assert_both_languages(refused: Rejected) -> None:
    """The words of a refusal that a person reads: Chinese without an English sentence in it, and English."""
    said = in_both(refused.problem, Rejected.from_dict(refused.as_dict()).params)
    assert re.search("[一-鿿]", said["zh"])
    assert not re.search("[a-z]+ [a-z]+ [a-z]+", said["zh"]), said["zh"]
    assert not re.search("[一-鿿]", said["en"]), said["en"]


def test_only_the_center_has_plans_and_only_the_scheduler_fires_them(network: Network, staff: Staff) -> None:
    plan = start(network)
    for name, data in (
        ("start_plan", {"template": "monthly_report"}),
        ("change_plan", {"plan": plan, "moved": "stay"}),
        ("stop_plan", {"plan": plan, "reason": "x"}),
        ("fire_plan", {"plan": plan, "due_at": network.now, "fire_at": network.now}),
        ("draw_sample", {"sample": {"of": "stations", "share": 1}, "first_day": "2026-01-01", "last_day": "2026-02-01", "due_on": "2026-12-01"}),
    ):  # fmt: skip
        with pytest.raises(Rejected, match="forbidden"):
            order(network, name, liaison(staff), **data)


# stations that are not there yet, or no more


def a_station(network: Network, code: str, state: str) -> None:
    names = {"name": code, "level": "township", "district": "Fengquan"}
    network.hear(
        "intake.station_registered.v1",
        organization="womens-federation",
        code=code,
        station=uuid4(),
        state=state,
        **names,
    )


def asked(network: Network, plan: str) -> tuple[set[str], dict[str, str]]:
    """Which stations the latest occurrence asked, and why it left others out."""
    one = network.ask("plan", plan=plan)["occurrences"][0]
    kind = network.ask("plan", plan=plan)["kind"]
    tasks = {task["station"] for task in tasks_of(network, kind) if task["state"] == "open"}
    assert len(tasks) == one["tasks"]
    return tasks, {row["station"]: row["why"] for row in one["left_out"]}


def test_a_plan_asks_nothing_of_a_station_that_has_not_opened_or_is_closed_and_says_so(
    network: Network, staff: Staff
) -> None:
    a_station(network, "planned", "planned")
    a_station(network, "gone", "ready")
    changed(network, "closed", 2, code="gone")
    reports, visits = start(network), start(network, "inspection")
    network.set("2026-10-12T09:00")
    network.tick()
    why = {"gone": "closed", "planned": "planned"}
    assert asked(network, reports) == ({"fengquan"}, why)
    assert asked(network, visits) == ({"fengquan"}, why)
    changed(network, "ready", 2, code="planned")
    network.set("2026-11-02T09:00")
    network.tick()
    assert asked(network, reports)[1] == {"gone": "closed"}, "opened, it is asked"


def test_a_suspended_station_is_not_visited_but_reports_on_the_days_on_which_it_worked(
    network: Network, staff: Staff
) -> None:
    reports, visits = start(network), start(network, "inspection")
    changed(network, "suspended", 2)  # on 17 September
    network.set("2026-10-12T09:00")
    network.tick()
    assert asked(network, reports) == ({"fengquan"}, {})
    assert asked(network, visits) == (set(), {"fengquan": "suspended"})
    order(network, "submit_report", liaison(staff), progress="x", idle_reason="x")
    network.set("2026-11-02T09:00")
    network.tick()
    assert asked(network, reports) == (set(), {"fengquan": "suspended"}), "it did nothing in all of October"


def test_a_station_that_works_again_is_asked_again(network: Network, staff: Staff) -> None:
    changed(network, "suspended", 2)
    network.set("2026-09-25T10:00")
    changed(network, "ready", 3)
    visits = start(network, "inspection")
    network.set("2026-10-12T09:00")
    network.tick()
    assert asked(network, visits) == ({"fengquan"}, {})


def test_what_was_asked_of_a_station_is_called_off_when_it_closes(network: Network, staff: Staff) -> None:
    a_station(network, "other", "ready")
    start(network)
    start(network, "inspection")
    start(network, "interview", rule="FREQ=MONTHLY;BYMONTHDAY=1", sample={"of": "stations", "share": 1})
    network.set("2026-10-12T09:00")
    network.tick()
    changed(network, "closed", 2)
    for kind in ("monthly_report", "inspection", "interview"):
        states = {task["station"]: (task["state"], task["outcome"]) for task in tasks_of(network, kind)}
        assert states == {"fengquan": ("cancelled", "not_needed"), "other": ("open", None)}, kind
    report = network.ask("agenda", first_day="2026-09-01", last_day="2026-10-31")["report"]
    assert [(one["reports_due"], one["image_projects"]) for one in report["organizations"]][-1] == (1, ["other"])
    called_off = next(task for task in tasks_of(network, "inspection") if task["station"] == "fengquan")
    assert {mark["state"] for mark in network.ask("task", task=called_off["id"])["marks"]} == {"cancelled"}


def test_the_first_word_about_a_station_heard_last_changes_nothing(network: Network, staff: Staff) -> None:
    changed(network, "closed", 2, code="late", name="new name")
    a_station(network, "late", "ready")
    row = next(one for one in network.ask("readiness")["items"] if one["station"] == "late")
    assert (row["state"], row["name"]) == ("closed", "new name")


# samples


def close_cases(network: Network, count: int, failed: int = 0) -> None:
    """Cases of the women's federation that were closed today."""
    for n in range(count):
        network.application, network.case, network.offer, network.lawyer = (uuid4() for _ in range(4))
        network.reference |= {"application": network.application, "application_number": f"A2026-{n:05d}"}
        network.make_offer()
        network.accept()
        network.check_file("fail" if n < failed else "good")


@pytest.mark.slow
def test_return_visits_by_sample_are_drawn_by_rule_and_anybody_can_see_why(network: Network, staff: Staff) -> None:
    plan = start(network, "sampled_visit", starts_on="2026-09-30")
    close_cases(network, 12, failed=1)
    network.set("2026-12-07T09:00")  # the fifth is a Saturday
    network.tick()
    (past,) = network.ask("plan", plan=plan)["occurrences"]
    sample = network.ask("sample", sample=past["sample"])
    assert (sample["candidates"], sample["drawn"], past["tasks"]) == (12, 2, 2)
    assert sample["reproduced"]
    drawn = {lot["case"]: lot["why"] for lot in sample["lots"] if lot["drawn"]}
    assert sorted(drawn.values()) == ["always:result", "lot"]
    tasks = tasks_of(network, "sampled_visit")
    assert {task["case"] for task in tasks} == set(drawn)
    assert all("抽样" in task["words"] for task in tasks)
    done = {"outcome": "done", "confirmed": True, "satisfaction": 4, "feedback": "words"}
    order(network, "finish_task", caller("center_staff", person=staff["officer"]), task=tasks[0]["id"], **done)
    assert network.ask("figures")["satisfaction"] == 4.0
    with pytest.raises(Rejected, match="forbidden"):
        network.ask("sample", liaison(staff), sample=past["sample"])


def test_a_draw_by_a_seed_of_the_public_is_the_same_again(network: Network, staff: Staff) -> None:
    close_cases(network, 9)
    data = {"first_day": "2026-09-01", "last_day": "2026-09-30", "due_on": "2026-10-20", "seed": "080317"}
    rule = {"of": "closed_cases", "share": 0.3}
    made = [order(network, "draw_sample", CENTER, kind=k, sample=rule, **data) for k in ("file_check", "peer_review")]
    one, other = (network.ask("sample", sample=row["id"]) for row in made)
    assert one["lots"] == other["lots"]
    assert sum(lot["drawn"] for lot in one["lots"]) == made[0]["tasks"] == 3
    assert len({task["case"] for task in tasks_of(network, "file_check")}) == 3


def test_a_peer_review_is_done_with_a_grade(network: Network, staff: Staff) -> None:
    close_cases(network, 1)
    data = {"first_day": "2026-09-01", "last_day": "2026-09-30", "due_on": "2026-10-20"}
    order(network, "draw_sample", CENTER, kind="peer_review", sample={"of": "closed_cases", "share": 1}, **data)
    task, officer = network.task("peer_review"), caller("center_staff", person=staff["officer"])
    with pytest.raises(Rejected, match="grade-needed"):
        order(network, "finish_task", officer, task=task["id"], outcome="done", confirmed=True)
    done = {"outcome": "done", "confirmed": True, "grade": "good", "feedback": "well reasoned"}
    order(network, "finish_task", officer, task=task["id"], **done)
    found = network.ask("task", task=task["id"])
    assert (found["feedback"]["grade"], found["feedback"]["words"]) == ("good", "well reasoned")
    assert [act["act"] for act in found["acts"]] == ["finished"]
    assert not network.said("feedback_recorded"), "nothing that a recipient said"


# monthly reports


def test_a_report_is_made_of_what_was_counted_and_only_words_are_typed_in(network: Network, staff: Staff) -> None:
    start(network)
    record(network, persons=3)
    network.set("2026-10-08T09:00")
    network.tick()
    draft = network.ask("report_draft", liaison(staff))
    assert (draft["month"], draft["missing"]) == ("2026-09", ["progress", "problems"])
    assert {row["measure"]: row["value"] for row in draft["figures"]}["advice"] == 3
    assert [point["kind"] for point in draft["open_points"]] == ["monthly_report"]
    words = {"progress": "三场咨询。", "problems": ["缺少打印机。"]}
    made = order(network, "submit_report", liaison(staff), **words)
    assert made["month"] == "2026-09"
    assert network.task("monthly_report")["state"] == "finished"
    (report,) = network.ask("reports", liaison(staff))["items"]
    assert report["problems"] == ["缺少打印机。"]
    assert {row["measure"]: row["value"] for row in report["figures"]}["advice"] == 3
    with pytest.raises(Rejected, match="duplicate"):
        order(network, "submit_report", liaison(staff), **words)
    assert "打印机" not in str(network.bench.emitted)


def test_a_month_without_real_work_must_be_explained(network: Network, staff: Staff) -> None:
    network.set("2026-10-08T09:00")
    assert "idle_reason" in network.ask("report_draft", liaison(staff))["missing"]
    with pytest.raises(Rejected, match="idle-unexplained"):
        order(network, "submit_report", liaison(staff), progress="nothing")
    order(network, "submit_report", liaison(staff), progress="nothing", idle_reason="装修停业。")


def test_a_station_reports_for_itself_alone(network: Network, staff: Staff) -> None:
    network.set("2026-10-08T09:00")
    other = caller("liaison", "trade-unions", uuid4(), "hebin")
    for who, data in ((other, {"organization": "womens-federation", "station": "fengquan"}), (other, {})):
        with pytest.raises(Rejected, match="unknown-station"):
            order(network, "submit_report", who, progress="x", idle_reason="x", **data)
    with pytest.raises(Rejected, match="station-needed") as refused:
        order(network, "submit_report", CENTER, progress="x", idle_reason="x")
    assert refused.value.pointer == "/station"
    order(
        network,
        "submit_report",
        CENTER,
        progress="x",
        idle_reason="x",
        organization="womens-federation",
        station="fengquan",
    )
    assert network.ask("reports", other)["items"] == []
    with pytest.raises(Rejected, match="impossible-date"):
        order(network, "submit_report", liaison(staff), progress="x", idle_reason="x", month="2027-01")


def test_an_inspection_fulfils_the_plan_that_asked_for_it(network: Network, staff: Staff) -> None:
    start(network, "inspection")
    network.set("2026-10-12T09:00")
    network.tick()
    assert network.task("inspection")["state"] == "open"
    order(network, "record_inspection", CENTER, organization="womens-federation", station="fengquan", met=[])
    assert network.task("inspection")["state"] == "finished"


def test_the_organization_s_head_reviews_the_center(network: Network, staff: Staff) -> None:
    start(network, "center_review")
    network.set("2026-12-10T09:00")
    network.tick()
    assert [one["person"] for one in network.task("center_review")["assignees"]] == [str(staff["head"])]


def test_a_moment_is_local(network: Network, staff: Staff) -> None:
    plan = start(network, opens="07:00")
    network.set("2026-10-08T07:01")
    network.tick()
    assert network.ask("plan", plan=plan)["occurrences"][0]["late_seconds"] == 60
