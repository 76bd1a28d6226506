"""The golden case, from the knock to the cross-stitch: what every release must carry from end to end.

Ma lies in hospital in Fengquan District. Her husband Wang refuses her costs and lives with another woman. She asks the
women's federation for help; two rounds of litigation later she has 30,050.00 yuan, and brings a cross-stitch.

Everybody acts over HTTP with an API key of their own. The same story is told on the embedded bus with SQLite, on
RabbitMQ with PostgreSQL, and there once more with two processes for every service, the door included.
"""

from __future__ import annotations

import typing as t

import pytest

from tests.infrastructure.backends import Backend
from tests.stories.network import Actor, Body, Network, at

MA = {"name": "马秀云", "identity_number": "410704198405140009", "gender": "female", "district": "凤泉区"}
WANG = {"name": "王志强", "identity_number": "410704198308239998"}


@pytest.fixture(
    params=[
        pytest.param("embedded", id="embedded"),
        pytest.param("rabbitmq", id="rabbitmq", marks=pytest.mark.broker),
        pytest.param("processes", id="two-processes-for-every-service", marks=pytest.mark.broker),
    ]
)
def network(request: pytest.FixtureRequest) -> t.Iterator[Network]:
    """A platform that has just been started, on the morning of Thursday, 12 February 2026."""
    apart = request.param == "processes"
    backend: Backend = request.getfixturevalue("rabbitmq" if apart else request.param)
    platform = Network(backend, at("2026-02-12 09:00"), apart=apart, workers=2)
    try:
        platform.start()
        yield platform
    finally:
        platform.close()


def test_the_golden_case(network: Network) -> None:
    people = the_center_builds_its_network(network)
    application = ma_knocks_at_the_door(network, people)
    the_center_is_told_and_has_seven_days(people, application)
    the_center_grants_aid(network, people, application)
    case = lawyers_are_proposed_with_reasons(people, application)
    lawyer = the_first_lawyer_declines_and_the_next_accepts(people, case)
    two_rounds_of_litigation(network, lawyer, case)
    the_file_is_closed_graded_and_paid(network, people, lawyer, case)
    ma_is_visited_again_and_gives_thanks(network, people, lawyer, application, case)
    everybody_can_read_what_happened(people, application)
    the_figures_tell_of_it(people)


class People(t.NamedTuple):
    """Who acts."""

    director: Actor
    officer: Actor
    colleague: Actor
    head: Actor
    liaison: Actor
    lawyers: dict[str, Actor]


def the_center_builds_its_network(network: Network) -> People:
    """1. An organization and a station with its liaison: mailboxes for it appear in every running service."""
    director = network.colleague("钟雅洁", "director")
    officer, colleague = network.colleague("沈嘉涛", "officer"), network.colleague("熊梦梅", "officer")
    network.organization("womens-federation", "和阳市妇女联合会")
    head = network.colleague("宋慧敏", "organization_head", "womens-federation")
    liaison = network.station("womens-federation", "wf-fengquan", "凤泉区妇联法律援助工作站", liaison="蒋淑琳")
    fengquan, hebin = network.firm("和阳凤阳律师事务所"), network.firm("和阳明衡律师事务所", district="河滨区")
    lawyers = [
        network.lawyer(hebin, "周建涛", years=18, standing_for=["womens-federation"]),
        network.lawyer(fengquan, "尹雅梅", years=6),
        network.lawyer(fengquan, "韩立新", years=9, matter="pollution_damage"),
    ]
    assert network.has_mailboxes_for("womens-federation")
    return People(director, officer, colleague, head, liaison, {one.id: one for one in lawyers})


def ma_knocks_at_the_door(network: Network, people: People) -> Body:
    """2. The station advises her and files her application. 3. Intake judges it, gives the reasons and a number."""
    people.liaison.does(
        "/v1/services",
        kind="advice",
        station="wf-fengquan",
        recipient_group="woman",
        topic="丈夫拒付医疗费并与他人同居",
        person_name=MA["name"],
        guided_to_apply=True,
    )
    application = people.liaison.does(
        "/v1/applications",
        station="wf-fengquan",
        applicant=MA,
        recipient_group="woman",
        matter="marriage_family",
        statement="丈夫拒绝支付医疗费用并与他人同居。请求离婚、经济帮助、精神损害赔偿、分割共同财产。",
        opposing_parties=[WANG],
        household_size=1,
        monthly_income_fen=60_000,
        facts=["abandoned"],
    )
    assert (application["number"], application["state"]) == ("A2026-00001", "received")
    assert application["eligibility"] == "eligible"
    hardship_is_waived = next(reason for reason in application["reasons"] if reason["article"] == "LA 32")
    assert "不受经济困难条件限制" in hardship_is_waived["zh"]
    assert application["duplicates"] == []
    return application


def the_center_is_told_and_has_seven_days(people: People, application: Body) -> None:
    """Seven days from Thursday the 12th end in the Spring Festival: Tuesday the 24th, its first working day after."""
    for member in (people.officer, people.colleague):
        task = member.finds("/v1/tasks", "the task to decide", mine=True, kind="decide", state="open")
        assert (task["number"], task["due_on"], task["article"]) == ("A2026-00001", "2026-02-24", "LA 43")
        told = member.hears("task_opened", "A2026-00001")
        assert told["link"] == f"/v1/tasks/{task['id']}"
        assert told["why"] == {"zh": "这项工作指派给您办理。", "en": "The task is assigned to you."}
    assert people.liaison.hears("task_to_know", "A2026-00001")
    assert people.director.heard("A2026-00001") == [], "only the named members of the staff are told"


def the_center_grants_aid(network: Network, people: People, application: Body) -> None:
    """4. A person decides, on Friday the 13th; the clock of the decision stops and that of the assignment runs."""
    network.goes_on_to(at("2026-02-13 09:00"))
    granted = people.officer.does(f"/v1/applications/{application['id']}/grant", note="依照第三十二条，不查经济状况。")
    assert granted["state"] == "granted"
    assign = people.officer.finds("/v1/tasks", "the task to assign", mine=True, kind="assign", state="open")
    assert (assign["due_on"], assign["article"]) == ("2026-02-24", "LA 43")
    people.officer.finds("/v1/tasks", "its decision fulfilled", kind="decide", state="finished")


def lawyers_are_proposed_with_reasons(people: People, application: Body) -> Body:
    """Assignment opens a case and ranks the lawyers; every point of a rank is explained."""
    case = people.officer.finds("/v1/cases", "the case of the granted application", application=application["id"])
    assert (case["number"], case["state"]) == ("C2026-00001", "proposed")
    candidates = people.officer.reads(f"/v1/cases/{case['id']}/proposal")["candidates"]
    assert [one["name"] for one in candidates] == ["周建涛", "尹雅梅", "韩立新"]
    why = [{reason["key"]: reason["en"] for reason in one["reasons"]} for one in candidates]
    assert why[0]["specialty"] == "practises this matter, 18 years"
    assert why[0]["standing"] == "standing lawyer of the organization"
    assert why[1]["near"] == "the firm is in the district of the case"
    assert why[1]["load"] == "0 open cases of at most 10"
    assert "specialty" not in why[2]
    for one in candidates:
        assert one["score"] == pytest.approx(sum(reason["points"] for reason in one["reasons"]))
    return case


def the_first_lawyer_declines_and_the_next_accepts(people: People, case: Body) -> Actor:
    """The center confirms the first; he declines, and the rule asks the next one by itself."""
    offer = people.officer.does(f"/v1/cases/{case['id']}/offers", answer_within_hours=24)
    first = people.lawyers[offer["lawyer"]]
    assert first.name == "周建涛"
    first.hears("offer_made", "C2026-00001")
    first.does(f"/v1/offers/{offer['id']}/answer", answer="decline", reason="近期连续开庭。")

    second = next(one for one in people.lawyers.values() if one.name == "尹雅梅")
    following = second.finds("/v1/offers", "an offer of her own", state="open", case=case["id"])
    assert (following["offered_by"], following["lawyer"]) == ("rule", second.id)
    second.does(f"/v1/offers/{following['id']}/answer", answer="accept")
    assert first.asks(f"/v1/cases/{case['id']}").status == 404, "who declined has no business with the case any more"
    people.liaison.hears("lawyer_assigned", "C2026-00001")
    return second


def two_rounds_of_litigation(network: Network, lawyer: Actor, case: Body) -> None:
    """5. Retainer within five days, two rounds in court, and what they brought: 30,050.00 yuan, in fen."""
    path = f"/v1/cases/{case['id']}"
    retainer = lawyer.finds("/v1/tasks", "the task to sign the retainer", mine=True, kind="retainer", state="open")
    assert (retainer["due_on"], retainer["article"]) == ("2026-02-24", "D148 27")
    network.goes_on_to(at("2026-02-14 10:00"))  # a Saturday that is worked
    assert lawyer.does(f"{path}/retainer")["state"] == "retained"

    network.goes_on_to(at("2026-05-20 16:00"))
    lawyer.does(f"{path}/progress-reports", stage="first_instance", summary="一审准予离婚并判经济帮助；被告上诉。")
    network.goes_on_to(at("2026-09-10 11:00"))
    lawyer.does(f"{path}/progress-reports", stage="second_instance", summary="二审支持损害赔偿和财产分割。")
    ended = lawyer.does(
        f"{path}/end",
        outcome="won",
        amounts=[
            {"kind": "hardship_assistance", "fen": 1_000_000},
            {"kind": "mental_distress", "fen": 500_000},
            {"kind": "common_property", "fen": 1_505_000},
        ],
    )
    assert (ended["state"], ended["recovered_fen"]) == ("ended", 3_005_000)


def the_file_is_closed_graded_and_paid(network: Network, people: People, lawyer: Actor, case: Body) -> None:
    """The closing file in thirty days, its check with a grade, and the subsidy that the grade brings."""
    path = f"/v1/cases/{case['id']}"
    closing = lawyer.finds("/v1/tasks", "the task of the closing file", mine=True, kind="closing_file", state="open")
    assert closing["due_on"] == "2026-10-10"  # a Saturday that is worked
    documents = [
        {"kind": "judgment", "title": "二审民事判决书"},
        {"kind": "retainer", "title": "委托代理协议"},
        {"kind": "report", "title": "结案报告"},
    ]
    lawyer.does(f"{path}/closing-file", summary="经一审、二审，准予离婚。", documents=documents)
    network.goes_on_to(at("2026-09-15 15:00"))
    people.officer.finds("/v1/tasks", "the task to check the file", mine=True, kind="closing_check", state="open")
    checked = people.officer.does(f"{path}/closing-file/check", grade="excellent", remarks="办案及时。")
    assert (checked["state"], checked["grade"]) == ("closed", "excellent")
    assert checked["subsidy_fen"] > 0
    people.officer.finds("/v1/tasks", "the task to pay", mine=True, kind="subsidy", state="open")
    assert people.director.does(f"{path}/subsidy/payment")["paid_on"] == "2026-09-15"
    assert lawyer.hears("closing_file_checked", "C2026-00001")
    assert lawyer.hears("subsidy_paid", "C2026-00001")


def ma_is_visited_again_and_gives_thanks(
    network: Network, people: People, lawyer: Actor, application: Body, case: Body
) -> None:
    """6. The return visit is a task of the station's liaison; it records how content she is, and the gift of thanks."""
    visit = people.liaison.finds("/v1/tasks", "the task of the return visit", kind="return_visit", state="open")
    assert visit["assignees"][0]["person"] == people.liaison.id
    network.goes_on_to(at("2026-10-09 10:00"))
    people.liaison.does(
        f"/v1/tasks/{visit['id']}/finish",
        outcome="done",
        confirmed=True,
        satisfaction=5,
        feedback="出院后身体恢复良好，十分感谢。",
        gift="亲手绣制的十字绣一幅",
    )
    said = people.liaison.reads(f"/v1/tasks/{visit['id']}")["feedback"]
    assert (said["satisfaction"], said["gift"]) == (5, "亲手绣制的十字绣一幅")
    assert lawyer.hears("feedback_recorded", "C2026-00001")


def everybody_can_read_what_happened(people: People, application: Body) -> None:
    """7. The timeline tells it from the knock to the thanks; nothing is left to do, and nothing was ever late."""
    path = f"/v1/applications/{application['id']}/timeline"
    told = people.liaison.sees(path, "the thanks in the timeline", when=lambda page: "feedback_recorded" in str(page))
    happened = [item["type"].split(".")[1] for item in told["items"]]
    assert [one for one in happened if one not in ("task_opened", "task_finished", "person_notified")] == [
        "application_received",
        "application_granted",
        "lawyers_proposed",
        "offer_made",
        "offer_declined",
        "offer_made",
        "offer_accepted",
        "retainer_recorded",
        "progress_reported",
        "progress_reported",
        "case_ended",
        "closing_file_submitted",
        "closing_file_checked",
        "subsidy_due",
        "subsidy_paid",
        "feedback_recorded",
    ]
    ended = next(item for item in told["items"] if item["type"] == "assignment.case_ended.v1")
    assert "30,050.00" in ended["en"]
    assert "30,050.00" in ended["zh"]
    for actor in (people.officer, people.liaison, *people.lawyers.values()):
        assert actor.reads("/v1/tasks", mine=True, state="open")["items"] == []


def the_figures_tell_of_it(people: People) -> None:
    """What the women's federation publishes; its head may read it as well as its liaison."""
    figures = people.head.sees("/v1/figures", "the gift counted", when=lambda page: page["sums"]["gifts_of_thanks"])
    wanted = {"advice": 1, "guided": 1, "applications": 1, "cases": 1, "recovered_fen": 3_005_000}
    assert {measure: figures["sums"][measure] for measure in wanted} == wanted
    assert (figures["organization"], figures["satisfaction"]) == ("womens-federation", 5.0)
    limits = {limit["kind"]: (limit["met"], limit["missed"]) for limit in figures["deadlines"]}
    assert limits["decide"] == limits["assign"] == limits["retainer"] == limits["return_visit"] == (1, 0)
