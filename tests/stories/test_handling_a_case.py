"""From the assignment to the money: a labour dispute, a lawyer who leaves, a file that comes back, the official papers."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from docx import Document
from pypdf import PdfReader

from tests.stories.cast import Cast, application_of, assigned, case_of, granted
from tests.stories.network import Actor, Body, Network

WORKER = {"matter": "labour_or_pay", "form_of_aid": "labour_mediation_arbitration", "facts": ["migrant_worker_claim"],
          "recipient_group": "migrant_worker"}  # fmt: skip


def workers_case(cast: Cast, name: str) -> tuple[Body, Actor]:
    application = cast.liaison.does("/v1/applications", **application_of(name, **WORKER))
    cast.officer.does(f"/v1/applications/{application['id']}/grant")
    case = case_of(cast, application)
    offer = cast.officer.does(f"/v1/cases/{case['id']}/offers")
    lawyer = cast.lawyer(offer["lawyer"])
    lawyer.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
    lawyer.does(f"/v1/cases/{case['id']}/retainer")
    return case, lawyer


def step(lawyer: Actor, case: Body, name: str, **more: str) -> Body:
    return lawyer.does(f"/v1/cases/{case['id']}/labour-steps", step=name, **more)


def task(lawyer: Actor, case: Body, kind: str, state: str = "open") -> Body:
    where = {"kind": kind, "state": state, "application": case["application"]}
    return lawyer.finds("/v1/tasks", f"the task {kind} {state}", **where)


def dates_of(lawyer: Actor, case: Body, *kinds: str) -> dict[str, str]:
    """The open dates of a case that are its lawyer's, by kind, once those of ``kinds`` are among them."""
    for kind in kinds:
        task(lawyer, case, kind)
    tasks = lawyer.reads("/v1/tasks", mine=True, state="open", application=case["application"])["items"]
    return {one["kind"]: one["due_on"] for one in tasks if one["kind"] not in ("answer_offer", "retainer")}


def test_chosen_cases_are_given_to_another_lawyer_at_once_after_a_preview(network: Network, cast: Cast) -> None:
    cases = [assigned(cast, name) for name in ("葛玉兰", "葛玉梅")]
    (one, lawyer), (other, _) = cases
    target = cast.second if lawyer.id == cast.first.id else cast.first
    chosen = {"cases": [one["id"], other["id"]], "lawyer": target.id, "reason": "工作量调整。"}
    assert lawyer.sends("/v1/reassignments", chosen).status == 403
    assert cast.liaison.sends("/v1/reassignments", chosen).status == 403
    preview = cast.officer.does("/v1/reassignments", **chosen, preview=True)
    assert (preview["reassigned"], lawyer.reads(f"/v1/cases/{one['id']}")["state"]) == (2, "assigned")
    done = cast.officer.does("/v1/reassignments", **chosen)
    assert [line["lawyer"] for line in done["items"]] == [target.id, target.id]
    for case, _ in cases:
        assert lawyer.hears("case_taken_back", cast.officer.reads(f"/v1/cases/{case['id']}")["number"])
        (offer,) = target.reads("/v1/offers", case=case["id"])["items"]
        target.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
        task(target, case, "retainer")
    again = cast.officer.does("/v1/reassignments", **chosen)
    assert {line["problem"]["params"]["rule"] for line in again["items"]} == {"already_theirs"}


def test_a_workers_claim_is_mediated_and_goes_no_further(cast: Cast) -> None:
    case, lawyer = workers_case(cast, "郑铁柱")
    early = lawyer.sends(f"/v1/cases/{case['id']}/labour-steps", {"step": "arbitration_filed"})
    assert early.problem == "mediation-first"
    step(lawyer, case, "mediation_requested", knew_on="2026-01-10")
    task(lawyer, case, "labour_mediation")
    step(lawyer, case, "mediation_agreed")
    task(lawyer, case, "labour_mediation", "finished")
    assert task(lawyer, case, "labour_arbitration", "cancelled")["due_on"] == "2027-01-10"
    lawyer.does(f"/v1/cases/{case['id']}/end", outcome="mediated", amounts=[{"kind": "pay", "fen": 860000}])


def test_a_mediation_that_fails_opens_arbitration_and_then_the_court_and_every_date_is_watched(
    network: Network, cast: Cast
) -> None:
    case, lawyer = workers_case(cast, "常有福")
    begun = network.today()
    step(lawyer, case, "mediation_requested", knew_on="2026-01-10")
    network.goes_on_to(network.clock.now() + dt.timedelta(days=16))  # no result in fifteen days
    step(lawyer, case, "arbitration_filed")
    task(lawyer, case, "labour_arbitration", "finished")
    award = task(lawyer, case, "labour_award")
    assert award["due_on"] == (begun + dt.timedelta(days=16 + 45)).isoformat()
    step(lawyer, case, "award_received")
    suit = task(lawyer, case, "labour_suit")
    marks = {
        one["mark"]: dt.datetime.fromisoformat(one["fire_at"])
        for one in lawyer.reads(f"/v1/tasks/{suit['id']}")["marks"]
    }
    network.goes_on_to(marks["reminder"] + dt.timedelta(minutes=1))
    lawyer.hears("deadline_reminded", f"/v1/tasks/{suit['id']}")
    step(lawyer, case, "suit_filed")
    task(lawyer, case, "labour_suit", "finished")
    step(lawyer, case, "judgment_received")
    task(lawyer, case, "labour_appeal")


def test_the_limitation_of_a_claim_and_the_time_to_appeal_are_watched_in_any_civil_case(cast: Cast) -> None:
    case, lawyer = assigned(cast, "俞春香")
    path = f"/v1/cases/{case['id']}/limits"
    assert lawyer.does(path, kind="civil_limitation", since="2026-01-10")["due_on"] == "2029-01-10"
    watched = task(lawyer, case, "civil_limitation")
    assert (watched["due_on"], watched["article"]) == ("2029-01-10", "CC 188")
    lawyer.does(f"{path}/close", kind="civil_limitation")
    task(lawyer, case, "civil_limitation", "finished")
    lawyer.does(path, kind="civil_appeal", since="2026-02-12")
    task(lawyer, case, "civil_appeal")
    assert cast.liaison.sends(path, {"kind": "civil_appeal", "since": "2026-02-12"}).status == 403


def test_costs_progress_another_lawyer_and_what_ends_the_aid(cast: Cast) -> None:
    case, lawyer = assigned(cast, "俞秋香")
    path = f"/v1/cases/{case['id']}"
    lawyer.does(f"{path}/retainer")
    lawyer.does(f"{path}/costs", kind="travel", fen=12_000, note="赴县法院立案")
    assert [one["fen"] for one in cast.officer.reads(path)["costs"]] == [12_000]

    wish = cast.liaison.does(f"{path}/replacement-requests", reason="沟通不畅。")
    assert task(cast.officer, case, "replacement")["article"] == "LA 55"
    cast.officer.does(f"/v1/replacement-requests/{wish['id']}/decision", decision="agree", reason="情况属实。")
    task(cast.officer, case, "replacement", "finished")
    task(cast.officer, case, "reassign")
    assert lawyer.hears("case_taken_back", case["number"])
    offer = cast.officer.does(f"{path}/offers")
    heir = cast.lawyer(offer["lawyer"])
    assert heir.id != lawyer.id
    heir.does(f"/v1/offers/{offer['id']}/answer", answer="accept")

    heir.does(f"{path}/progress-reports", stage="first_instance", summary="受援人收入增加。", may_end="means_changed")
    assert "可能终止" in cast.officer.hears("aid_may_end", case["number"])["title"]["zh"]
    cast.officer.does(f"{path}/termination", ground="means_changed", reason="月收入已超过标准。")
    ended = heir.reads(path)
    assert (ended["outcome"], ended["termination_reason"]) == ("terminated", "月收入已超过标准。")
    decision = heir.fetches(f"{path}/papers/termination-decision.docx")
    words = "\n".join(one.text for one in Document(io.BytesIO(decision.content)).paragraphs)
    assert "第（四）项" in words
    assert "月收入已超过标准。" in words


def test_a_file_that_lacks_something_comes_back_is_completed_graded_and_paid_once(cast: Cast) -> None:
    case, lawyer = assigned(cast, "柳春燕")
    path = f"/v1/cases/{case['id']}"
    lawyer.does(f"{path}/retainer")
    lawyer.does(f"{path}/end", outcome="won", amounts=[{"kind": "maintenance", "fen": 600000}])
    lawyer.does(f"{path}/closing-file", summary="胜诉。", documents=[{"kind": "judgment", "title": "民事判决书"}])
    cast.officer.does(f"{path}/closing-file/return", missing=["授权委托书"], reason="材料不全。")
    task(lawyer, case, "closing_completion")
    documents = [{"kind": "power_of_attorney", "title": "授权委托书"}]
    lawyer.does(f"{path}/closing-file", summary="胜诉，已补正。", documents=documents)
    task(lawyer, case, "closing_completion", "finished")
    due = cast.officer.does(f"{path}/closing-file/check", grade="excellent")["subsidy_fen"]
    run = cast.officer.does("/v1/payment-runs", month=cast.officer.reads(path)["checked_on"][:7])
    assert [one["amount_fen"] for one in run["lines"] if one["case"] == case["id"]] == [due]
    again = cast.officer.sends(f"{path}/subsidy/payment", {})
    assert (again.status, again.problem) == (409, "already-paid")


@pytest.mark.usefixtures("can_print")
def test_the_official_papers_of_a_case_are_fetched_as_pdf_and_for_the_word_processor(cast: Cast) -> None:
    case, lawyer = assigned(cast, "苗秀枝")
    application = f"/v1/applications/{case['application']}/papers"
    assert {one["kind"] for one in cast.liaison.reads(application)["items"]} == {"acceptance_notice", "grant_decision"}
    decision = cast.liaison.fetches(f"{application}/grant-decision.pdf")
    assert decision.headers["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(decision.content)).pages)
    assert "给予法律援助决定书" in text
    assert "苗秀枝" in text
    notice = lawyer.fetches(f"/v1/cases/{case['id']}/papers/assignment-notice.docx")
    words = "\n".join(one.text for one in Document(io.BytesIO(notice.content)).paragraphs)
    assert f"现指派你所{lawyer.name}律师" in words
    stranger = cast.first if lawyer.id != cast.first.id else cast.second
    assert stranger.asks(f"/v1/cases/{case['id']}/papers").status == 404


def test_a_lawyer_leaves_with_twelve_cases_and_no_date_is_lost(network: Network, cast: Cast) -> None:
    firm = network.firm("和阳德恒律师事务所")
    leaver = network.lawyer(firm, "顾明远", years=20, capacity=20)
    others = [network.lawyer(firm, name, years=12, capacity=20) for name in ("方静宜", "邵文轩")]
    colleagues = {one.id: one for one in (*others, cast.first, cast.second)}
    cases = [granted(cast, f"何{number}妹") for number in "一二三四五六七八九十"]
    cases += [granted(cast, f"何{number}妹", **WORKER) for number in "冬春"]
    at = (network.clock.now() + dt.timedelta(days=20)).isoformat()
    hearing = {"stage": "first_instance", "at": at, "place": "凤泉区人民法院第三法庭"}
    for case in cases:
        offer = cast.officer.does(f"/v1/cases/{case['id']}/offers", lawyer=leaver.id, reason="熟悉此类案件。")
        leaver.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
        leaver.does(f"/v1/cases/{case['id']}/hearings", **hearing)
    for case in cases[10:]:
        step(leaver, case, "mediation_requested", knew_on="2026-01-10")
        task(leaver, case, "labour_arbitration")
    due = {case["id"]: dates_of(leaver, case, "hearing") for case in cases}
    assert {len(one) for one in due.values()} == {1, 3}

    gone = cast.director.does(f"/v1/lawyers/{leaver.id}/state", state="inactive", reason="调离。")
    assert (gone["cases"], gone["offers"]) == (12, 0)
    for case in cases:
        offer = cast.officer.finds("/v1/offers", "the next lawyer asked", case=case["id"], state="open")
        heir = colleagues[offer["lawyer"]]
        heir.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
        assert dates_of(heir, case, *due[case["id"]]) == due[case["id"]], "every date is the same as before"
        task(heir, case, "retainer")
        assert leaver.asks(f"/v1/cases/{case['id']}").status == 404
