"""From the knock to the decision, as it goes when it is not plain: held, abandoned, at the wrong door, papers missing."""

from __future__ import annotations

import datetime as dt

from stdnum.cn import ric

from tests.stories.cast import STATION, Cast, application_of, case_of, filed
from tests.stories.network import Body, Network

HOUR = dt.timedelta(hours=1)
MEANS = {"facts": [], "matter": "labour_or_pay", "household_size": 3}
PAPERS = [{"kind": "income", "title": "家庭收入证明"}]
DOCUMENTS = [{"kind": "income", "title": "家庭收入证明", "sha256": "a" * 64, "original_seen": True}]


def young(born: str, serial: str = "117") -> str:
    """A valid identity number of somebody born on ``20100301``."""
    digits = "410704" + born + serial
    return digits + str(ric.calc_check_digit(digits + "0"))


# Held: LA 25, 26, 36, 39, 40


def test_a_minor_in_custody_gets_a_lawyer_who_knows_minors_within_three_days_of_the_notice(
    network: Network, cast: Cast
) -> None:
    firm = network.firm("和阳正大律师事务所")
    old_hand = network.lawyer(firm, "武正刚", years=25, matter="criminal_defence", criminal_defence_years=25)
    for_minors = network.lawyer(
        firm, "乔思雨", years=4, matter="criminal_defence", criminal_defence_years=4, trained_for_minors=True
    )
    taken = cast.officer.does(
        "/v1/defence-notices",
        office={
            "kind": "public_security",
            "name": "和阳市公安局凤泉分局",
            "notice_number": "和公（法援）通字〔2026〕7号",
        },
        received_at=(network.clock.now() - 26 * HOUR).isoformat(),
        defendant={"name": "小强", "identity_number": young("20100301"), "district": "凤泉区"},
        grounds=["minor"],
        stage="investigation",
        charge="涉嫌盗窃",
        in_custody_at="和阳市看守所",
    )
    assert (taken["state"], taken["eligibility"]) == ("granted", "eligible"), "the notice itself brings the aid"

    shown = cast.officer.reads(f"/v1/applications/{taken['id']}")
    assert shown["judgement"]["hardship"] == "not_required", "nobody asks about the family's means"
    assert (shown["recipient_group"], shown["notice"]["in_custody_at"]) == ("minor", "和阳市看守所")
    assert [one["act"] for one in shown["history"]] == ["notify", "appoint"]

    task = cast.officer.finds("/v1/tasks", "the task to assign", kind="assign", application=taken["id"])
    assert task["due_on"] == "2026-02-14", "three days from Wednesday the 11th; that Saturday is worked"

    case = case_of(cast, taken)
    (proposed,) = cast.officer.reads(f"/v1/cases/{case['id']}/proposal")["candidates"]
    assert proposed["lawyer"] == for_minors.id
    refused = cast.officer.sends(f"/v1/cases/{case['id']}/offers", {"lawyer": old_hand.id, "reason": "经验丰富"})
    assert (refused.status, refused.problem) == (409, "lawyer-not-eligible")

    offer = cast.officer.does(f"/v1/cases/{case['id']}/offers")
    for_minors.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
    cast.officer.finds("/v1/tasks", "it assigned in time", kind="assign", state="finished", application=taken["id"])


def test_an_office_that_kept_the_application_of_a_prisoner_longer_than_a_day_is_on_record(
    network: Network, cast: Cast
) -> None:
    """LA 39: the office forwards it within 24 hours, and hours never roll over a day of rest."""
    held = {"facts": ["in_custody"], "form_of_aid": "criminal_defence", "matter": "criminal_defence"}
    for name, hours, late in (("崔大山", 23, False), ("崔二山", 25, True)):
        received_at = (network.clock.now() - hours * HOUR).isoformat()
        office = {"relation": "office", "name": "和阳市看守所", "received_at": received_at}
        application = filed(cast, name, **held, on_behalf=office)
        shown = cast.officer.reads(f"/v1/applications/{application['id']}")
        assert (shown["on_behalf"]["name"], shown["forwarded_late"]) == ("和阳市看守所", late)
        path = f"/v1/applications/{application['id']}/timeline"
        words = str(cast.officer.sees(path, "the receipt", when=lambda page: page["items"])["items"])
        assert ("longer than 24 hours" in words) is late


def test_a_mother_applies_for_her_child_and_her_consent_is_asked_for(cast: Cast) -> None:
    """LA 40: the guardian applies. PIPL 31: for a child under 14 the guardian consents, and is named."""
    child = {"name": "小梅", "identity_number": young("20150901"), "district": "凤泉区"}
    mother = {"relation": "guardian", "name": "田桂芬", "phone": "13900000000"}
    more = {"applicant": child, "on_behalf": mother, "recipient_group": "minor", "matter": "maintenance_or_support"}
    application = filed(cast, "小梅", **more | {"facts": ["no_fixed_income"]})
    assert application["eligibility"] == "eligible", "LA 42: a minor's hardship is presumed"

    path = f"/v1/persons/{application['person']}"
    assert "child_under_14" in cast.liaison.reads(path)["consents_missing"]
    alone = cast.liaison.sends("/v1/consents", {"person": application["person"], "kind": "child_under_14"})
    assert (alone.status, alone.problem) == (422, "guardian-consents")
    consent = {"given_by": "guardian", "guardian": "田桂芬", "guardian_relation": "母亲"}
    for kind in ("child_under_14", "identity"):
        cast.liaison.does("/v1/consents", person=application["person"], kind=kind, **consent)
    assert cast.liaison.reads(path)["consents_missing"] == []


# Abandoned: LA 32


def test_an_abandoned_wife_is_not_asked_about_her_means_however_much_she_has(cast: Cast) -> None:
    rich = {"household_size": 1, "monthly_income_fen": 5_000_000, "matter": "maintenance_or_support"}
    form = {"form_of_aid": "civil_litigation", "recipient_group": "woman", **rich}

    before = cast.liaison.does("/v1/eligibility-checks", **form, facts=[])
    assert (before["outcome"], before["hardship"]) == ("not_eligible", "not_met")
    check = cast.liaison.does("/v1/eligibility-checks", **form, facts=["abandoned"])
    assert (check["outcome"], check["hardship"]) == ("eligible", "waived"), "waived, which is not presumed"

    application = filed(cast, "邱月娥", **rich, facts=[])
    assert application["eligibility"] == "not_eligible", "the station did not write down that she was abandoned"
    path = f"/v1/applications/{application['id']}"
    seen = cast.liaison.reads(path)["version"]
    corrected = cast.liaison.does(f"{path}/amendment", facts=["abandoned"], reason="笔录漏记遗弃事实。", version=seen)
    assert (corrected["eligibility"], corrected["changed"]) == ("eligible", ["facts"])
    shown = cast.officer.reads(path)
    means = next(one for one in shown["judgement"]["trail"] if one["section"] == "hardship")
    assert (means["result"], means["by"]) == ("skipped", "hardship_waived"), "the trail says why nobody compared"
    assert shown["monthly_income_fen"] == 5_000_000
    cast.officer.does(f"{path}/grant", note="《法律援助法》第三十二条")
    case_of(cast, application)


def test_an_application_of_last_year_is_judged_by_last_years_rules(cast: Cast) -> None:
    old, new = (
        filed(cast, name, applied_on=day)["id"] for name, day in (("康玉兰", "2025-12-31"), ("康玉芝", "2026-01-01"))
    )
    judged = [cast.officer.reads(f"/v1/applications/{one}")["judgement"]["rule_set"] for one in (old, new)]
    assert judged == ["henan/2022-01-01", "henan/2026-01-01"]


def test_she_may_knock_at_any_door_and_both_houses_see_where_it_went(network: Network, cast: Cast) -> None:
    network.organization("trade-unions", "和阳市总工会", kind="trade_union")
    union = network.station("trade-unions", "tu-hebin", "河滨区总工会法律援助工作站", liaison="高强", district="河滨区")
    application = union.does("/v1/applications", **application_of("裴春兰", station="tu-hebin"))
    path = f"/v1/applications/{application['id']}"
    assert cast.liaison.asks(path).status == 404
    where = {"organization": "womens-federation", "station": STATION, "reason": "遗弃案件由妇联办理。"}
    union.does(f"{path}/referral", **where)

    for actor in (cast.liaison, union):
        shown = actor.reads(path)
        assert (shown["organization"], shown["station"]) == ("womens-federation", STATION)
        (way,) = shown["referrals"]
        assert (way["from_organization"], way["reason"]) == ("trade-unions", "遗弃案件由妇联办理。")
        assert [one["act"] for one in shown["history"]] == ["file", "refer"]
    too_late = union.sends(f"{path}/withdraw", {})
    assert (too_late.status, too_late.problem) == (409, "referred-on"), "who sent it on reads, and acts no more"
    told = cast.liaison.sees(
        f"{path}/timeline", "the way it came", when=lambda page: "application_referred" in str(page)
    )
    assert told["organization"] == "womens-federation"


# Papers missing: LA 43, 44


def test_missing_papers_stop_the_clock_and_supplied_ones_start_it_again(network: Network, cast: Cast) -> None:
    application = filed(cast, "丁巧云", **MEANS)
    path = f"/v1/applications/{application['id']}"
    assert (application["eligibility"], [one["name"] for one in application["missing"]]) == (
        "unknown",
        ["monthly_income"],
    )
    begun = task(cast, "decide", application)
    told = cast.officer.does(f"{path}/papers-request", papers=PAPERS, supply_by=later(network, 10))
    assert told["state"] == "awaiting_papers"
    clock = f"/v1/tasks/{begun['id']}"
    cast.officer.sees(clock, "its clock standing still", when=lambda one: one["stopped_at"])
    again = cast.officer.sends(f"{path}/papers-request", {"papers": PAPERS})
    assert (again.status, again.problem) == (409, "wrong-state")
    early = cast.officer.sends(f"{path}/grant", {})
    assert (early.status, early.problem) == (409, "not-urgent")

    network.goes_on_to(network.clock.now() + dt.timedelta(days=9))
    assert "deadline_overdue" not in cast.officer.heard(clock)
    cast.liaison.does(f"{path}/papers", documents=DOCUMENTS, monthly_income_fen=100_000)
    shown = cast.officer.reads(path)
    assert (shown["state"], shown["eligibility"], shown["documents"][0]["original_seen"]) == (
        "received",
        "eligible",
        True,
    )
    going = cast.officer.sees(clock, "its clock going on", when=lambda one: not one["stopped_at"])
    assert going["due_on"] > begun["due_on"]
    once_more = cast.officer.sends(f"{path}/papers-request", {"papers": PAPERS})
    assert (once_more.status, once_more.problem) == (409, "papers-told-already"), "missing papers are told once"
    cast.officer.does(f"{path}/grant")


def test_papers_that_do_not_come_in_time_end_it_as_withdrawn(network: Network, cast: Cast) -> None:
    application = filed(cast, "宫雪芹", **MEANS)
    path = f"/v1/applications/{application['id']}"
    cast.officer.does(f"{path}/papers-request", papers=PAPERS, supply_by=later(network, 3))
    network.goes_on_to(network.clock.now() + dt.timedelta(days=3))
    assert cast.liaison.reads(path)["state"] == "awaiting_papers", "the last day is not over"
    network.goes_on_to(network.clock.now() + dt.timedelta(days=1))
    lapsed = cast.liaison.sees(path, "it deemed withdrawn", when=lambda one: one["state"] == "withdrawn")
    assert [(one["act"], one["by_role"]) for one in lapsed["history"]][-1] == ("lapse", "rule")
    cast.officer.finds(
        "/v1/tasks", "nothing to decide", kind="decide", state="cancelled", application=application["id"]
    )
    too_late = cast.liaison.sends(f"{path}/papers", {"documents": DOCUMENTS})
    assert (too_late.status, too_late.problem) == (409, "wrong-state")
    assert filed(cast, "宫雪芹", **MEANS)["duplicates"] == [], "she may come again"


def test_urgent_aid_comes_first_and_its_papers_later(network: Network, cast: Cast) -> None:
    application = filed(cast, "路小红", **MEANS, limitation_on=later(network, 4))
    path = f"/v1/applications/{application['id']}"
    assert cast.officer.reads(path)["urgency"] == "urgent", "the limitation ends in less than seven days"
    cast.officer.does(f"{path}/grant", papers_later=PAPERS)
    assert case_of(cast, application)["state"] == "proposed", "nobody waits for the papers"
    waiting = task(cast, "later_papers", application)
    assert waiting["due_on"] == cast.officer.reads(path)["papers"]["supply_by"], "and nobody forgets them"
    cast.liaison.does(f"{path}/papers", documents=DOCUMENTS, monthly_income_fen=100_000)
    cast.officer.finds(
        "/v1/tasks", "the papers are there", kind="later_papers", state="finished", application=application["id"]
    )
    shown = cast.officer.reads(path)
    assert (shown["state"], shown["eligibility"]) == ("granted", "eligible")


def test_who_takes_an_application_back_ends_its_clock(cast: Cast) -> None:
    application = filed(cast, "华秋菊")
    path = f"/v1/applications/{application['id']}"
    task(cast, "decide", application)
    cast.liaison.does(f"{path}/withdraw", reason="双方已和解。")
    cast.officer.finds(
        "/v1/tasks", "nothing to decide", kind="decide", state="cancelled", application=application["id"]
    )
    granted = cast.officer.sends(f"{path}/grant", {})
    assert (granted.status, granted.problem, granted.body["allowed"]) == (409, "wrong-state", "")


def later(network: Network, days: int) -> str:
    return (network.today() + dt.timedelta(days=days)).isoformat()


def task(cast: Cast, kind: str, application: Body) -> Body:
    return cast.officer.finds("/v1/tasks", f"the task {kind}", kind=kind, state="open", application=application["id"])
