"""Who is told what, and that nobody is told the same thing twice."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

import pytest

from chassis.errors import NotYet
from chassis.testing import Bench
from contracts import terms
from tests.unit.notification.conftest import NOW, WOMEN, case, inbox, mark, reference, staff, task

SAID = "notification.person_notified.v1"


def opened(bench: Bench, *people: UUID, **changes: t.Any) -> dict[str, t.Any]:
    event = task(assignees=list(people), **changes)
    bench.handle("supervision.task_opened.v1", event, organization=WOMEN)
    return event


def registered(bench: Bench, role: str, organization: str = "center", **changes: t.Any) -> UUID:
    event = staff(role, organization, **changes)
    bench.handle("intake.staff_registered.v1", event, organization=organization)
    return t.cast(UUID, event["person"])


def accepted(bench: Bench, of: dict[str, t.Any], lawyer: UUID, at: dt.datetime = NOW) -> None:
    offer = {
        "offer": uuid4(),
        "lawyer": lawyer,
        "lawyer_name": "张伟",
        "firm_name": "正大律师事务所",
        "assigned_at": at,
    }
    bench.handle("assignment.offer_accepted.v1", {**of, **offer}, organization=WOMEN)


def feedback(of: dict[str, t.Any], satisfaction: int | None = 5, gift: bool = False) -> dict[str, t.Any]:
    about = reference(application=of["application"], case=of["case"], number=of["case_number"])
    return {**about, "task": uuid4(), "satisfaction": satisfaction, "gift": gift, "recorded_at": NOW}


def test_an_opened_task_tells_its_assignees_and_nobody_else(bench: Bench) -> None:
    named, other = registered(bench, "officer"), registered(bench, "officer")
    event = opened(bench, named)
    (item,) = inbox(bench, named)
    assert inbox(bench, other) == []
    assert item["link"] == f"/v1/tasks/{event['task']}"
    assert item["title"]["zh"] == "新任务：就法律援助申请作出决定（A2026-00001），2026年3月9日（星期一）前办理"
    assert item["title"]["en"] == "New task: decide on the application (A2026-00001) by Mon 9 Mar 2026"
    assert item["why"] == {"zh": "这项工作指派给您办理。", "en": "The task is assigned to you."}
    assert "依据：《法律援助法》第43条。" in item["text"]["zh"]
    assert "Rule: Legal Aid Law, art. 43." in item["text"]["en"]
    assert item["organization"] == WOMEN
    assert item["urgency"] == "normal"


def test_who_is_only_informed_is_told_that_nothing_is_theirs_to_do_and_never_beside_a_task_of_their_own(
    bench: Bench,
) -> None:
    doer, informed = uuid4(), uuid4()
    opened(bench, doer, informed=[informed, doer])
    (item,) = inbox(bench, informed)
    assert (item["kind"], item["urgency"]) == ("task_to_know", "low")
    assert "无需您办理" in item["why"]["zh"]
    assert [item["kind"] for item in inbox(bench, doer)] == ["task_opened"]


def test_each_new_row_is_said_on_the_bus_in_the_mailbox_of_the_rows_organization(bench: Bench) -> None:
    one, two = uuid4(), uuid4()
    event = opened(bench, one, two)
    said = [(organization, body) for kind, organization, body in bench.emitted if kind == SAID]
    assert {UUID(body["person"]) for _, body in said} == {one, two}
    assert {organization for organization, _ in said} == {WOMEN}
    assert {body["application"] for _, body in said} == {str(event["application"])}


def test_a_person_who_is_named_twice_gets_one_row(bench: Bench) -> None:
    person = uuid4()
    opened(bench, person, person)
    assert len(inbox(bench, person)) == 1
    assert len(bench.said(SAID)) == 1


def test_the_same_message_delivered_again_tells_nobody_again(bench: Bench) -> None:
    person = uuid4()
    envelope = bench.envelope("supervision.task_opened.v1", task(assignees=[person]), organization=WOMEN)
    bench.deliver(envelope)
    bench.deliver(envelope)
    assert len(inbox(bench, person)) == 1
    assert len(bench.said(SAID)) == 1


def test_who_stands_on_both_lines_of_authority_hears_of_an_escalation_once(bench: Bench) -> None:
    both, center_only = uuid4(), uuid4()
    event = task()
    for line, people in (("organization", [both]), ("center", [both, center_only])):
        bench.handle("supervision.deadline_escalated.v1", mark(event, people, line=line), organization=WOMEN)
    (item,) = inbox(bench, both)
    assert "the organization's own line" in item["why"]["en"]
    assert "法律援助中心一线" in inbox(bench, center_only)[0]["why"]["zh"]
    assert len(bench.said(SAID)) == 2


def test_a_reminder_an_overdue_notice_and_an_escalation_are_different_things(bench: Bench) -> None:
    person, event = uuid4(), task()
    for name in ("reminded", "overdue"):
        bench.handle(f"supervision.deadline_{name}.v1", mark(event, [person]), organization=WOMEN)
    bench.handle("supervision.deadline_escalated.v1", mark(event, [person], line="center"), organization=WOMEN)
    assert [item["kind"] for item in inbox(bench, person)] == [
        "deadline_escalated",
        "deadline_overdue",
        "deadline_reminded",
    ]


def test_a_deadline_that_moved_reminds_again(bench: Bench) -> None:
    person, event = uuid4(), task()
    bench.handle("supervision.deadline_reminded.v1", mark(event, [person]), organization=WOMEN)
    moved = {**event, "due_at": event["due_at"] + dt.timedelta(days=3), "due_on": dt.date(2026, 3, 12)}
    bench.handle("supervision.deadline_reminded.v1", mark(moved, [person]), organization=WOMEN)
    assert len(inbox(bench, person)) == 2


def test_an_overdue_notice_that_is_late_itself_says_how_late(bench: Bench) -> None:
    person = uuid4()
    late = mark(task(), [person], late_seconds=2 * 86_400)
    bench.handle("supervision.deadline_overdue.v1", late, organization=WOMEN)
    (item,) = inbox(bench, person)
    assert "迟发2天" in item["text"]["zh"]
    assert "2 days late" in item["text"]["en"]
    assert item["urgency"] == "urgent"


def test_a_limit_in_hours_is_shown_to_the_minute_in_the_networks_zone(bench: Bench) -> None:
    person = uuid4()
    due = dt.datetime(2026, 3, 3, 1, 30, tzinfo=dt.UTC)
    opened(bench, person, kind="decide", due_at=due, due_on=dt.date(2026, 3, 3), number="C2026-00001")
    (item,) = inbox(bench, person)
    assert item["title"]["zh"] == "新任务：就法律援助申请作出决定（C2026-00001），2026年3月3日 09:30前办理"


def offer(lawyer: UUID, **changes: t.Any) -> dict[str, t.Any]:
    times = {"offered_at": NOW, "answer_by": NOW + dt.timedelta(hours=24)}
    return {**case(), "offer": uuid4(), "lawyer": lawyer, **times, **changes}


def test_an_offer_is_told_once_as_urgent_with_the_answers_that_it_asks_for(bench: Bench) -> None:
    lawyer = uuid4()
    made = offer(lawyer)
    bench.handle("assignment.offer_made.v1", made, organization=WOMEN)
    opened(bench, lawyer, kind="answer_offer", number="C2026-00001")
    (item,) = inbox(bench, lawyer)
    assert (item["kind"], item["urgency"]) == ("offer_made", "urgent")
    assert item["title"]["zh"] == "指派意向 C2026-00001，请于2026年3月3日 09:30前答复"
    until = made["answer_by"].isoformat()
    assert item["actions"] == [{"act": a, "item": str(made["offer"]), "until": until} for a in ("accept", "decline")]


@pytest.mark.parametrize("how", ["accepted", "declined"])
def test_an_offer_that_was_answered_asks_for_nothing_more_in_whichever_order_it_is_heard(
    bench: Bench, how: str
) -> None:
    lawyer = uuid4()
    first, second = offer(lawyer), offer(lawyer)

    def answered(one: dict[str, t.Any]) -> None:
        about = {**case(), "offer": one["offer"], "lawyer": lawyer}
        if how == "accepted":
            said = {"lawyer_name": "尹雅梅", "firm_name": "和阳", "assigned_at": NOW}
        else:
            said = {"by": "silence", "declined_at": NOW}
        bench.handle(f"assignment.offer_{how}.v1", {**about, **said}, organization=WOMEN)

    bench.handle("assignment.offer_made.v1", first, organization=WOMEN)
    answered(first)
    answered(second)
    bench.handle("assignment.offer_made.v1", second, organization=WOMEN)
    assert all(item["settled_at"] for item in inbox(bench, lawyer))
    assert len(inbox(bench, lawyer)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in terms.CLOCK_KINDS if kind != "answer_offer"])
def test_every_kind_of_task_can_be_told_with_and_without_its_optional_fields(bench: Bench, kind: str) -> None:
    person = uuid4()
    bare = {"station": None, "application": None, "number": None, "article": None}
    for changes in ({}, bare, {"provisional": True}, {"informed": [person]}):
        opened(bench, *([] if "informed" in changes else [person]), kind=kind, **changes)
    assert len(inbox(bench, person)) == 4
    assert all(
        "None" not in item[part][lang]
        for item in inbox(bench, person)
        for part in ("title", "text")
        for lang in ("zh", "en")
    )


def test_a_finished_task_settles_what_was_said_about_it(bench: Bench) -> None:
    person = uuid4()
    event = opened(bench, person)
    finish(bench, event)
    (item,) = inbox(bench, person)
    assert item["settled_at"] == NOW.isoformat()
    assert bench.query("notification.notifications", {}, caller_of(person))["unread"] == 0


def test_a_task_whose_end_is_heard_before_its_start_asks_for_nothing(bench: Bench) -> None:
    person, event = uuid4(), task()
    finish(bench, event)
    bench.handle("supervision.task_opened.v1", {**event, "assignees": [person]}, organization=WOMEN)
    assert inbox(bench, person)[0]["settled_at"] == NOW.isoformat()


def test_finishing_tells_nobody(bench: Bench) -> None:
    event = opened(bench, uuid4())
    before = len(bench.said(SAID))
    finish(bench, event)
    assert len(bench.said(SAID)) == before


def test_an_accepted_offer_tells_the_liaison_of_the_station(bench: Bench) -> None:
    liaison = registered(bench, "liaison", WOMEN, station="fengquan")
    elsewhere = registered(bench, "liaison", WOMEN, station="zhongyuan")
    head = registered(bench, "organization_head", WOMEN)
    of = case()
    accepted(bench, of, uuid4())
    (item,) = inbox(bench, liaison)
    assert item["link"] == f"/v1/cases/{of['case']}"
    assert item["number"] == "C2026-00001"
    assert "正大律师事务所张伟律师" in item["text"]["zh"]
    assert inbox(bench, elsewhere) == inbox(bench, head) == []


def test_without_a_liaison_the_head_of_the_station_or_of_the_organization_is_told(bench: Bench) -> None:
    head = registered(bench, "organization_head", WOMEN)
    accepted(bench, case(), uuid4())
    assert len(inbox(bench, head)) == 1
    station_head = registered(bench, "station_head", WOMEN, station="fengquan")
    accepted(bench, case(), uuid4())
    assert len(inbox(bench, station_head)) == 1
    assert len(inbox(bench, head)) == 1


def test_an_application_filed_at_no_station_concerns_the_head_of_the_organization(bench: Bench) -> None:
    head = registered(bench, "organization_head", WOMEN)
    registered(bench, "liaison", WOMEN, station="fengquan")
    accepted(bench, case(station=None), uuid4())
    assert len(inbox(bench, head)) == 1


def test_what_concerns_a_post_that_nobody_holds_is_told_to_the_next_holder_once(bench: Bench) -> None:
    accepted(bench, case(), uuid4())
    assert bench.said(SAID) == []
    other = registered(bench, "liaison", WOMEN, station="zhongyuan")
    liaison = registered(bench, "liaison", WOMEN, station="fengquan")
    assert [item["kind"] for item in inbox(bench, liaison)] == ["lawyer_assigned"]
    assert inbox(bench, other) == []
    second = registered(bench, "liaison", WOMEN, station="fengquan")
    assert inbox(bench, second) == []


def test_what_waited_too_long_for_a_post_is_no_longer_news(bench: Bench) -> None:
    accepted(bench, case(), uuid4())
    bench.clock.move(days=31)
    liaison = registered(bench, "liaison", WOMEN, station="fengquan")
    assert inbox(bench, liaison) == []


def test_exhausted_candidates_concern_those_who_have_the_task_of_assigning(bench: Bench) -> None:
    assigner, officer = registered(bench, "officer"), registered(bench, "officer")
    of = case()
    opened(bench, assigner, kind="assign", application=of["application"])
    bench.handle("assignment.candidates_exhausted.v1", {**of, "asked": 3, "exhausted_at": NOW}, organization=WOMEN)
    assert [item["kind"] for item in inbox(bench, assigner)] == ["candidates_exhausted", "task_opened"]
    assert inbox(bench, officer) == []


def test_exhausted_candidates_concern_the_officers_where_nobody_has_that_task(bench: Bench) -> None:
    officer, director = registered(bench, "officer"), registered(bench, "director")
    bench.handle("assignment.candidates_exhausted.v1", {**case(), "asked": 0, "exhausted_at": NOW}, organization=WOMEN)
    assert len(inbox(bench, officer)) == 1
    assert inbox(bench, director) == []


def test_a_refusal_reaches_the_station_with_its_reasons_and_the_right_to_object(bench: Bench) -> None:
    liaison = registered(bench, "liaison", WOMEN, station="fengquan")
    of = {name: value for name, value in case().items() if not name.startswith("case")}
    refusal = {**of, "refused_at": NOW, "reasons": ["不属于法律援助范围", "材料不实"]}
    bench.handle("intake.application_refused.v1", refusal, organization=WOMEN)
    (item,) = inbox(bench, liaison)
    assert item["link"] == f"/v1/applications/{of['application']}"
    assert "1. 不属于法律援助范围\n2. 材料不实" in item["text"]["zh"]
    assert "LA 49" in item["text"]["en"]
    assert "不属于" not in item["title"]["zh"]


def test_the_lawyer_hears_of_the_checked_file_and_of_the_subsidy(bench: Bench) -> None:
    lawyer, of = uuid4(), case()
    checked = {**of, "lawyer": lawyer, "grade": "excellent", "checked_at": NOW}
    bench.handle("assignment.closing_file_checked.v1", checked, organization=WOMEN)
    paid = {**of, "lawyer": lawyer, "amount_fen": 240_000, "paid_on": dt.date(2026, 3, 2), "paid_at": NOW}
    bench.handle("assignment.subsidy_paid.v1", paid, organization=WOMEN)
    bench.handle("assignment.subsidy_paid.v1", {**paid, "month": "2026-02"}, organization=WOMEN)
    dated, money, grade = inbox(bench, lawyer)
    assert "2,400.00元" in money["text"]["zh"]
    assert "CNY 2,400.00" in money["text"]["en"]
    assert "优秀" in grade["title"]["zh"]
    # Whoever is paid may have parted with the case: their own statement is what they can always read.
    assert (dated["link"], money["link"]) == ("/v1/subsidy-statement?month=2026-02", "/v1/subsidy-statement")


def test_feedback_reaches_the_lawyer_of_the_case_and_good_feedback_nobody_else(bench: Bench) -> None:
    lawyer, director, of = uuid4(), registered(bench, "director"), case()
    accepted(bench, of, lawyer)
    bench.handle("supervision.feedback_recorded.v1", feedback(of, gift=True), organization=WOMEN)
    (item,) = inbox(bench, lawyer)
    assert item["text"]["zh"] == "回访受援人时记录了反馈，满意度 5 分（满分 5 分），受援人赠送了致谢礼品并已登记。"
    assert inbox(bench, director) == []


@pytest.mark.parametrize(("satisfaction", "told"), [(1, 1), (2, 1), (3, 0), (None, 0)])
def test_poor_feedback_concerns_the_director_too(bench: Bench, satisfaction: int | None, told: int) -> None:
    director, of = registered(bench, "director"), case()
    accepted(bench, of, uuid4())
    bench.handle("supervision.feedback_recorded.v1", feedback(of, satisfaction), organization=WOMEN)
    assert len(inbox(bench, director)) == told


def test_feedback_that_is_faster_than_the_assignment_is_tried_again(bench: Bench) -> None:
    of = case()
    with pytest.raises(NotYet):
        bench.handle("supervision.feedback_recorded.v1", feedback(of), organization=WOMEN)


def test_the_lawyer_last_assigned_is_the_lawyer_of_the_case_in_whatever_order_it_is_heard(bench: Bench) -> None:
    first, second, of = uuid4(), uuid4(), case()
    accepted(bench, of, second, NOW + dt.timedelta(days=9))
    accepted(bench, of, first, NOW)
    bench.handle("supervision.feedback_recorded.v1", feedback(of), organization=WOMEN)
    assert len(inbox(bench, second)) == 1
    assert inbox(bench, first) == []


def test_texts_use_the_names_of_places_once_they_are_known_and_codes_before(bench: Bench) -> None:
    person = uuid4()
    opened(bench, person)
    organization = {"code": WOMEN, "name": "市妇女联合会", "name_en": "Women's Federation", "kind": "womens_federation"}
    bench.handle("intake.organization_registered.v1", organization)
    station = {
        "organization": WOMEN,
        "code": "fengquan",
        "name": "凤泉工作站",
        "level": "district",
        "district": "凤泉区",
    }
    bench.handle("intake.station_registered.v1", station)
    opened(bench, person)
    named, coded = inbox(bench, person)
    assert coded["text"]["zh"].startswith(f"{WOMEN}·fengquan的")
    assert named["text"]["zh"].startswith("市妇女联合会·凤泉工作站的")
    assert "Women's Federation, 凤泉工作站" in named["text"]["en"]


def finish(bench: Bench, of: dict[str, t.Any]) -> None:
    kept = {name: of[name] for name in ("organization", "station", "application", "number", "task", "kind")}
    done = {**kept, "by": "act", "outcome": "done", "on_time": True, "finished_at": NOW}
    bench.handle("supervision.task_finished.v1", done, organization=WOMEN)


def caller_of(person: UUID) -> t.Any:
    from tests.unit.notification.conftest import caller

    return caller(person)


def complaint(subject: str = "fee", **more: t.Any) -> dict[str, t.Any]:
    about = {"number": "T2026-00001", "organization": WOMEN, "station": "fengquan", "lawyer": None}
    return {"complaint": uuid4(), **about, "subject": subject, "opened_at": NOW, **more}


def test_a_report_of_a_fee_is_urgent_news_for_the_director_and_for_nobody_at_the_station(bench: Bench) -> None:
    director, liaison = registered(bench, "director"), registered(bench, "liaison", WOMEN, station="fengquan")
    head = registered(bench, "organization_head", WOMEN)
    said = complaint()
    bench.handle("supervision.complaint_opened.v1", said, organization=WOMEN)
    (item,) = inbox(bench, director)
    assert (item["kind"], item["urgency"], item["link"]) == (
        "fee_reported",
        "urgent",
        f"/v1/complaints/{said['complaint']}",
    )
    assert "T2026-00001" in item["title"]["zh"]
    assert "第20条" in item["text"]["zh"]
    assert inbox(bench, liaison) == inbox(bench, head) == []
    bench.handle("supervision.complaint_opened.v1", complaint("delay"), organization=WOMEN)
    assert len(inbox(bench, director)) == 1


def halt(kind: str, **whom: t.Any) -> dict[str, t.Any]:
    because = {"because": uuid4()} if kind == "suspended" else {}
    return {"organization": WOMEN, "suspension": uuid4(), "since": NOW, **because, **whom}


@pytest.mark.parametrize("kind", ["suspended", "resumed"])
def test_a_station_hears_that_its_work_stands_still_or_goes_on(bench: Bench, kind: str) -> None:
    liaison, other = (registered(bench, "liaison", WOMEN, station=code) for code in ("fengquan", "zhongyuan"))
    head = registered(bench, "organization_head", WOMEN)
    said = halt(kind, whom="station", station="fengquan")
    bench.handle(f"supervision.work_{kind}.v1", said, organization=WOMEN)
    assert [item["kind"] for item in (*inbox(bench, liaison), *inbox(bench, head))] == [f"station_{kind}"] * 2
    assert inbox(bench, other) == []


@pytest.mark.parametrize("kind", ["suspended", "resumed"])
def test_a_lawyer_hears_of_the_own_suspension_and_of_its_end(bench: Bench, kind: str) -> None:
    lawyer, head = uuid4(), registered(bench, "organization_head", "center")
    bench.handle(f"supervision.work_{kind}.v1", halt(kind, whom="lawyer", lawyer=lawyer, organization="center"))
    assert [item["kind"] for item in inbox(bench, lawyer)] == [f"lawyer_{kind}"]
    assert inbox(bench, head) == []


def test_the_cases_of_a_suspended_lawyer_are_shown_to_the_center(bench: Bench) -> None:
    officer, lawyer = registered(bench, "officer"), uuid4()
    said = {"lawyer": lawyer, "organization": "center", "name": "周建涛", "cases": 3, "offers": 1, "since": NOW}
    bench.handle("assignment.lawyer_suspended.v1", said)
    (item,) = inbox(bench, officer)
    assert (item["urgency"], item["link"]) == ("urgent", f"/v1/cases?lawyer={lawyer}")
    assert "3 件" in item["text"]["zh"]
    assert "3 cases" in item["text"]["en"]
    assert "周建涛" not in item["title"]["zh"]
