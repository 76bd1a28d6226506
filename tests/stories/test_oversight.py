"""Oversight from beginning to end: a fee is reported, a station is inspected and suspended, a station in name only."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import requests
from docx import Document
from pypdf import PdfReader

from tests.infrastructure.waiting import wait_until
from tests.stories.cast import STATION, Cast, application_of, assigned, granted
from tests.stories.network import PATIENCE, Actor, Body, Network

STANDARD = ["head", "head_trained", "room", "nameplate", "publicity_column", "duties_posted", "registers", "no_fees"]
SECRETS = ("李桂花", "13712345678", "两百元")


def calls_the_hotline(network: Network, path: str, **body: object) -> Body:
    """Somebody without an account and without a key."""
    http = requests.Session()
    http.trust_env = False
    answer = http.post(f"{network.url}/v1/hotline/{path}", json=body, headers={"Prefer": "wait=20"}, timeout=60)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def progress(network: Network, code: str) -> Body:
    return calls_the_hotline(network, "progress", code=code)


def todo(actor: Actor, kind: str, state: str = "open") -> Body:
    return actor.finds("/v1/tasks", f"the task {kind} {state}", kind=kind, state=state)


def suspended(actor: Actor) -> Body:
    return actor.finds("/v1/suspensions", "a suspension that stands", standing=True)


def station_id(cast: Cast) -> str:
    stations = cast.director.reads("/v1/stations", organization="womens-federation")["items"]
    return str(next(one["id"] for one in stations if one["code"] == STATION))


def test_a_fee_is_reported_anonymously_and_ends_with_a_suspended_lawyer(network: Network, cast: Cast) -> None:
    """From the report without an account to its conclusion with measures, and back to work."""
    auditor = network.actor("auditor", "auditor", "center")
    in_hand, lawyer = assigned(cast, "魏淑珍")
    report = {"organization": "womens-federation", "station": STATION, "subject": "fee", "amount_fen": 20_000}
    taken = calls_the_hotline(network, "complaints", statement="律师收了我两百元", **report)
    code, number = taken["tracking_code"], taken["number"]
    complaint = cast.director.finds("/v1/complaints", "the complaint", lambda one: one["number"] == number)
    path = f"/v1/complaints/{complaint['id']}"
    cast.director.hears("fee_reported", path)
    task = todo(cast.director, "complaint_accept")
    assert progress(network, code)["state"] == "received"
    assert progress(network, code)["due_on"] == task["due_on"]

    assert cast.liaison.asks(path).status == 404
    assert cast.liaison.reads("/v1/complaints")["items"] == []
    assert [
        one["kind"] for one in cast.liaison.reads("/v1/tasks")["items"] if one["kind"].startswith("complaint")
    ] == []

    cast.director.does(f"{path}/accept", lawyer=lawyer.id, case=in_hand["id"])
    todo(cast.director, "complaint_conclude")
    waiting = granted(cast, "崔玉兰")
    offer = cast.officer.does(f"/v1/cases/{waiting['id']}/offers", lawyer=lawyer.id, reason="专长")
    measures = ["refund", "suspend_lawyer"]
    cast.director.does(f"{path}/conclude", conclusion="substantiated", measures=measures, reasons="查实收费两百元")
    lawyer.hears("lawyer_suspended", "/v1/suspensions")
    told = cast.officer.hears("suspended_cases", f"/v1/cases?lawyer={lawyer.id}")
    assert "1 cases in hand" in told["text"]["en"]

    offers = cast.officer.sees(
        "/v1/offers",
        "the offer taken back",
        lambda found: found["items"][-1]["state"] == "recalled",
        case=waiting["id"],
    )["items"]
    assert {one["id"]: one["state"] for one in offers}[offer["id"]] == "recalled"
    assert lawyer.sends(f"/v1/offers/{offer['id']}/answer", {"answer": "accept"}).problem == "wrong-state"
    proposal = cast.officer.reads(f"/v1/cases/{granted(cast, '罗玉梅')['id']}/proposal")
    assert lawyer.id not in [one["lawyer"] for one in proposal["candidates"]]
    assert cast.officer.reads(f"/v1/cases/{in_hand['id']}")["lawyer"] == lawyer.id

    cast.director.does(f"{path}/answer", answer="已责令退还", note="所收费用已责令退还")
    seen = progress(network, code)
    assert (seen["state"], seen["conclusion"], seen["note"]) == ("answered", "substantiated", "所收费用已责令退还")
    assert not [secret for secret in (*SECRETS, STATION, lawyer.id) if secret in str(seen)]
    for kind in ("complaint_accept", "complaint_conclude", "complaint_answer"):
        todo(cast.director, kind, "finished")

    assert cast.director.reads(path)["statement"] == "律师收了我两百元"
    assert cast.officer.asks(f"{path}/traces").status == 403
    trail = auditor.reads(f"{path}/traces")["items"]
    acts = [(one["act"], one["by_role"]) for one in reversed(trail)]
    steps = [(act, "center_admin") for act in ("accepted", "concluded", "answered", "looked")]
    assert acts == [("opened", "public"), *steps], "nobody looked who is not on record"
    assert not [secret for secret in SECRETS if secret in str(trail)]

    lift = f"/v1/suspensions/{suspended(cast.director)['id']}/lift"
    assert lawyer.sends(lift, {"reason": "请求恢复"}).status == 403
    cast.director.does(lift, reason="已退款并参加培训")
    lawyer.hears("lawyer_resumed", "/v1/suspensions")

    def is_proposed_again() -> bool:
        case = granted(cast, f"胡秀{network.clock.now().microsecond}")
        return lawyer.id in [
            one["lawyer"] for one in cast.officer.reads(f"/v1/cases/{case['id']}/proposal")["candidates"]
        ]

    wait_until(is_proposed_again, PATIENCE, "the lawyer to be proposed again")


def test_a_station_is_inspected_suspended_inspected_again_and_opened(network: Network, cast: Cast) -> None:
    place = {"organization": "womens-federation", "station": STATION}
    by, again = (network.today() + dt.timedelta(days=days) for days in (20, 30))
    missing = ["head_trained", "no_fees"]
    met = [item for item in STANDARD if item not in missing]
    finding = {"item": "head_trained", "words": "站长须参加中心培训", "put_right_by": by.isoformat()}
    cast.director.does(
        "/v1/inspections", **place, met=met, findings=[finding], suspend=True, reinspect_by=again.isoformat()
    )
    path = "/v1/suspensions?organization=womens-federation"
    cast.liaison.hears("station_suspended", path)
    cast.head.hears("station_suspended", path)

    def is_closed() -> bool:
        return cast.liaison.sends("/v1/applications", application_of("孟秋菊")).problem == "station-not-open"

    wait_until(is_closed, PATIENCE, "the station to take nothing in")
    advice = {"station": STATION, "kind": "advice", "recipient_group": "woman", "topic": "咨询离婚"}
    assert cast.liaison.sends("/v1/services", advice).problem == "station-not-open"
    assert suspended(cast.liaison)["station"] == STATION

    follow_up = todo(cast.liaison, "follow_up")
    cast.liaison.does(f"/v1/tasks/{follow_up['id']}/finish", outcome="done", confirmed=True)
    network.goes_on_to(network.clock.now() + dt.timedelta(days=21))
    assert todo(cast.officer, "reinspection")["due_on"] == again.isoformat()
    early = cast.director.sends("/v1/inspections", {**place, "met": met, "reopen": True})
    assert early.problem == "standard-not-met"
    cast.director.does("/v1/inspections", **place, met=STANDARD, reopen=True, remarks="整改完成")
    todo(cast.officer, "reinspection", "finished")
    cast.liaison.hears("station_resumed", path)

    def is_open() -> bool:
        return cast.liaison.sends("/v1/services", advice).status == 201

    wait_until(is_open, PATIENCE, "the station to work again")
    first = cast.liaison.reads("/v1/inspections")["items"][-1]
    assert (first["missing"], first["findings"][0]["state"]) == (missing, "finished")
    assert cast.director.reads(f"/v1/stations/{station_id(cast)}")["missing"] == []


def test_a_station_in_name_only_shows_up_as_an_image_project(network: Network, cast: Cast) -> None:
    idle = network.station("womens-federation", "wf-hebin", "河滨区妇联法律援助工作站", liaison="钱春娟")
    stations = cast.director.reads("/v1/stations", organization="womens-federation")["items"]
    hebin = next(one["id"] for one in stations if one["code"] == "wf-hebin")
    mark = {"item": "nameplate", "met": False, "note": "没有标牌"}
    cast.director.does(f"/v1/stations/{hebin}/assessment", marks=[mark])
    worked = {"station": STATION, "kind": "advice", "recipient_group": "woman", "topic": "咨询离婚"}
    assert cast.director.reads("/v1/readiness", idle=True)["items"] == []
    network.goes_on_to(network.clock.now() + dt.timedelta(days=200))
    cast.liaison.does("/v1/services", **worked)

    def is_alone(found: Body) -> bool:
        return [one["station"] for one in found["items"]] == ["wf-hebin"]

    (shown,) = cast.director.sees("/v1/readiness", "the idle station alone", is_alone, idle=True)["items"]
    assert {"nameplate", "work"} <= set(shown["image_project_because"])
    assert (shown["idle_months"], shown["last_work_on"]) == (6, None)
    assert [one["station"] for one in idle.reads("/v1/readiness")["items"]] == ["wf-hebin"]
    assert idle.asks("/v1/readiness", organization="trade-unions").body.get("items", []) == []


@pytest.mark.usefixtures("can_print")
def test_the_half_year_report_is_drawn_up_for_the_joint_meeting(network: Network, cast: Cast) -> None:
    """As PDF and DOCX, in both languages; each organization draws its own, and a lawyer none."""
    granted(cast, "倪冬梅")
    first, last = network.today().replace(month=1, day=1), network.today()
    days = f"from={first}&to={last}"

    def pages(actor: Actor, more: str = "") -> str:
        file = actor.fetches(f"/v1/figures/report.pdf?{days}{more}").content
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)

    chinese = pages(cast.director)
    for words in ("法律援助工作情况报告", "和阳市妇女联合会", "突出问题"):
        assert words in chinese
    assert "Report on the work" in pages(cast.director, "&language=en")
    file = cast.director.fetches(f"/v1/figures/report.docx?{days}").content
    document = Document(io.BytesIO(file))
    assert any("和阳市妇女联合会" in cell.text for table in document.tables for cell in table._cells)
    assert "报告范围：和阳市妇女联合会" in pages(cast.head)
    assert cast.first.asks("/v1/figures/report.pdf").status == 403


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC-DDDD", "x"])
def test_a_code_that_nobody_was_given_tells_nothing(network: Network, code: str) -> None:
    http = requests.Session()
    http.trust_env = False
    answer = http.post(f"{network.url}/v1/hotline/progress", json={"code": code}, timeout=60)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
