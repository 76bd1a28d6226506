"""Half a year of mutual supervision, by plans: monthly reports, return visits by sample, the joint meeting; and calendars.

The stories follow each other through the year 2026: what one leaves, the next finds.
"""

from __future__ import annotations

import datetime as dt

import pytest
import requests

from tests.stories.cast import STATION, Cast, assigned
from tests.stories.network import Actor, Body, Network, at

A_MOMENT = dt.timedelta(minutes=1)


def comes_the_day(network: Network, plan: Body) -> Body:
    """Time passes until the next occurrence of a plan; returns what was planned for it."""
    coming = network.administrator.reads(f"/v1/plans/{plan['id']}")["next"][0]
    network.goes_on_to(max(at(f"{coming['on']} 08:30"), network.clock.now()) + A_MOMENT)
    return coming


def test_a_station_reports_on_its_month_and_types_in_only_what_is_missing(network: Network, cast: Cast) -> None:
    plan = cast.director.does("/v1/plans", template="monthly_report")
    cast.liaison.does("/v1/services", station=STATION, kind="advice", recipient_group="woman", topic="离婚与扶养")

    coming = comes_the_day(network, plan)
    assert (coming["planned_on"], coming["on"]) == ("2026-03-01", "2026-03-02"), "the first is a Sunday"
    task = cast.liaison.finds("/v1/tasks", "the task to report", kind="monthly_report", state="open")
    assert cast.liaison.hears("task_opened", f"/v1/tasks/{task['id']}")
    by_hand = cast.liaison.sends(f"/v1/tasks/{task['id']}/finish", {"outcome": "done", "confirmed": True})
    assert (by_hand.status, by_hand.problem) == (409, "finished-by-act")

    draft = cast.liaison.sees("/v1/station-reports/draft", "the advice counted", when=lambda page: page["figures"])
    assert (draft["month"], draft["missing"]) == ("2026-02", ["progress", "problems"])
    assert [(row["measure"], row["value"]) for row in draft["figures"]] == [("advice", 1)]
    cast.liaison.does("/v1/station-reports", progress="正月十五前值班咨询。", problems=["接待室没有打印机。"])

    done = cast.liaison.finds("/v1/tasks", "it finished", kind="monthly_report", state="finished")
    assert done["id"] == task["id"]
    (report,) = cast.officer.reads("/v1/station-reports", month="2026-02")["items"]
    assert (report["station"], report["problems"]) == (STATION, ["接待室没有打印机。"])
    twice = cast.liaison.sends("/v1/station-reports", {"progress": "再报一次。"})
    assert (twice.status, twice.problem) == (409, "duplicate")


def test_return_visits_by_sample_can_be_drawn_again_by_anybody(network: Network, cast: Cast) -> None:
    sample = {"of": "closed_cases", "share": 0.5, "per": "organization", "always": {"result": ["fail"]}}
    plan = cast.director.does("/v1/plans", template="sampled_visit", starts_on="2026-04-01", sample=sample)
    grades = {"梁秀芝": "good", "宋玉兰": "fail", "田桂英": "good", "邓巧云": "excellent"}
    cases = {a_closed_case(network, cast, name, grade)["id"]: grade for name, grade in grades.items()}

    comes_the_day(network, plan)
    tasks = {}
    while len(tasks) < 2:
        found = cast.officer.finds(
            "/v1/tasks", "a visit", where=lambda one: one["id"] not in tasks, kind="sampled_visit"
        )
        tasks[found["id"]] = found
    (past,) = cast.director.reads(f"/v1/plans/{plan['id']}")["occurrences"]
    drawn = cast.officer.reads(f"/v1/samples/{past['sample']}")
    assert (drawn["candidates"], drawn["drawn"], drawn["reproduced"]) == (4, 2, True)
    why = {lot["case"]: lot["why"] for lot in drawn["lots"] if lot["drawn"]}
    assert sorted(why.values()) == ["always:result", "lot"]
    assert {cases[case] for case, reason in why.items() if reason != "lot"} == {"fail"}
    assert {task["case"] for task in tasks.values()} == set(why)

    days = {"first_day": past["first_day"], "last_day": past["last_day"], "due_on": past["due_on"]}
    again = cast.officer.does("/v1/samples", kind="file_check", sample=sample, seed=drawn["seed"], **days)
    same = cast.officer.reads(f"/v1/samples/{again['id']}")
    assert same["lots"] == drawn["lots"], "the same seed, the same lots"

    visit = next(iter(tasks))
    told = {"outcome": "done", "confirmed": True, "satisfaction": 4, "feedback": "律师很耐心。", "minutes": 15}
    cast.officer.does(f"/v1/tasks/{visit}/finish", **told)
    cast.head.sees("/v1/figures", "the mark", when=lambda page: page["satisfaction"] == 4.0)
    assert cast.liaison.asks(f"/v1/samples/{past['sample']}").status == 403


def test_the_joint_meeting_goes_from_its_plan_to_its_decisions(network: Network, cast: Cast) -> None:
    plan = cast.director.does("/v1/plans", template="joint_meeting")
    comes_the_day(network, plan)
    task = cast.director.finds("/v1/tasks", "the task to call the meeting", kind="joint_meeting", state="open")
    assert task["due_on"] == "2026-07-21"

    drawn = cast.director.reads("/v1/meetings/agenda")
    assert (drawn["report"]["first_day"], drawn["report"]["last_day"]) == ("2026-01-01", "2026-06-30")
    lines = [line["en"] for line in drawn["agenda"]]
    assert lines[0] == "Work from 2026-01-01 to 2026-06-30: advice 1, cases 4"
    assert "Raised by 和阳市妇女联合会: 接待室没有打印机。" in lines
    assert any("monthly reports are missing" in line for line in lines)
    meeting = cast.director.does("/v1/meetings/prepare", starts_at="2026-07-16T14:30:00+08:00", place="三楼会议室")
    assert set(meeting["participants"]) == {"center", "womens-federation"}

    day = cast.head.finds("/v1/tasks", "the day of the meeting", kind="attend_meeting", state="open", mine=True)
    assert (day["due_on"], day["words"]) == ("2026-07-16", "联席会议：2026-07-16 14:30，三楼会议室")
    network.goes_on_to(at("2026-07-16 17:00"))
    decision = {"words": "为接待室配备打印机", "owner": cast.head.id, "due_on": "2026-08-31"}
    cast.director.does(
        "/v1/meetings",
        meeting=meeting["id"],
        on="2026-07-16",
        minutes="通报上半年工作，议定一项。",
        decisions=[decision],
    )
    cast.director.finds("/v1/tasks", "the plan fulfilled", kind="joint_meeting", state="finished")

    owed = cast.head.finds("/v1/tasks", "the decision", kind="decision", state="open", mine=True)
    assert (owed["words"], owed["due_on"]) == ("为接待室配备打印机", "2026-08-31")
    cast.head.does(f"/v1/tasks/{owed['id']}/finish", outcome="done", confirmed=True)
    found = cast.liaison.reads("/v1/meetings")
    (held,) = found["items"]
    assert (held["state"], held["decisions"][0]["state"], found["next_due_on"]) == ("held", "finished", "2027-01-16")
    assert held["agenda"][-1] == "议定解决事项、责任人和完成时限"


def test_a_task_is_given_by_hand_noted_and_finished_on_purpose(network: Network, cast: Cast) -> None:
    due = (network.today() + dt.timedelta(10)).isoformat()
    place = {"organization": "womens-federation", "station": STATION}
    made = cast.officer.does("/v1/tasks", words="补拍门牌照片", due_on=due, role="liaison", **place)
    path = f"/v1/tasks/{made['id']}"
    assert cast.liaison.hears("task_opened", path)
    cast.liaison.does(f"{path}/notes", words="门牌正在更换。")
    by_accident = cast.liaison.sends(f"{path}/finish", {"outcome": "done", "confirmed": False})
    assert (by_accident.status, by_accident.body["errors"][0]["pointer"]) == (422, "/confirmed")
    cast.liaison.does(f"{path}/finish", outcome="done", confirmed=True)
    cast.officer.does(f"{path}/reopen", reason="照片不清晰。")
    read = cast.head.reads(path)
    assert [act["act"] for act in read["acts"]] == ["noted", "finished", "reopened"]
    assert made["id"] in [task["id"] for task in cast.head.reads("/v1/tasks", people=True, state="open")["items"]]


def test_a_case_in_which_nothing_has_a_day_is_shown(network: Network, cast: Cast) -> None:
    case, lawyer = assigned(cast, "贺春梅")
    lawyer.does(f"/v1/cases/{case['id']}/retainer")
    shown = cast.officer.finds("/v1/undated-cases", "the case", where=lambda one: one["case"] == case["id"])
    assert (shown["number"], shown["lawyer"]) == (case["number"], lawyer.id)
    assert case["id"] in [one["case"] for one in lawyer.reads("/v1/undated-cases")["items"]]


@pytest.mark.parametrize("whose", ["officer", "station"])
def test_a_calendar_is_fed_by_a_secret_address_until_that_is_revoked(network: Network, cast: Cast, whose: str) -> None:
    owner = cast.officer if whose == "officer" else cast.liaison
    feed = owner.does("/v1/calendars", **({} if whose == "officer" else {"station": STATION}))
    text = calendar(network, feed).text
    wanted = {"officer": "抽样回访受援人 C2026-", "station": "报送工作站月报"}[whose]
    assert wanted in text.replace("\r\n ", "")
    assert not [name for name in ("梁秀芝", "宋玉兰", "田桂英", "邓巧云", "打印机", "门牌") if name in text]
    assert feed["address"] not in str(owner.reads("/v1/calendars")), "shown once"

    owner.does(f"/v1/calendars/{feed['id']}/revoke")
    assert calendar(network, feed).status_code == 410
    stranger = requests.get(f"{network.url}/v1/calendars/{'x' * 43}.ics", timeout=60, proxies={"http": ""})
    assert stranger.status_code == 404


def calendar(network: Network, feed: Body) -> requests.Response:
    """What a calendar program gets, which has no key."""
    return requests.get(network.url + feed["address"], timeout=60, proxies={"http": ""})


def a_closed_case(network: Network, cast: Cast, name: str, grade: str) -> Body:
    """A case that went its way and was closed with a grade."""
    case, lawyer = assigned(cast, name)
    path = f"/v1/cases/{case['id']}"
    lawyer.does(f"{path}/retainer")
    lawyer.does(f"{path}/end", outcome="settled")
    file_it(lawyer, path)
    cast.officer.does(f"{path}/closing-file/check", grade=grade)
    return case


def file_it(lawyer: Actor, path: str) -> None:
    documents = [{"kind": kind, "title": "结案材料"} for kind in ("settlement", "retainer", "report")]
    lawyer.does(f"{path}/closing-file", summary="和解结案。", documents=documents)
