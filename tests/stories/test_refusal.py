"""Aid is refused in writing, with reasons that the applicant can object to; the bureau may decide otherwise."""

from __future__ import annotations

from tests.stories.cast import Cast, application_of, case_of, filed
from tests.stories.network import Network

REASONS = ["申请事项不属于法律援助范围。"]


def test_a_refusal_needs_reasons_and_is_told_to_the_station(network: Network, cast: Cast) -> None:
    application = filed(cast, "冯改兰")
    path = f"/v1/applications/{application['id']}"

    without_reasons = cast.officer.sends(f"{path}/refuse", {"reasons": []})
    assert (without_reasons.status, without_reasons.problem) == (422, "invalid")
    assert without_reasons.body["errors"][0]["pointer"].startswith("/reasons")

    assert cast.officer.does(f"{path}/refuse", reasons=REASONS)["state"] == "refused"
    assert cast.liaison.hears("application_refused", application["number"])
    read = cast.liaison.reads(path)
    assert (read["state"], read["decision"]) == ("refused", REASONS)
    assert [one["act"] for one in read["history"]] == ["file", "refuse"]
    cast.officer.finds("/v1/tasks", "the decision made", kind="decide", state="finished", application=application["id"])
    assert cast.officer.reads("/v1/cases", application=application["id"])["items"] == []


def test_what_is_decided_is_not_decided_again(network: Network, cast: Cast) -> None:
    application = filed(cast, "褚秀英")
    path = f"/v1/applications/{application['id']}"
    cast.officer.does(f"{path}/refuse", reasons=REASONS)
    for act in ("grant", "refuse"):
        again = cast.officer.sends(f"{path}/{act}", {"reasons": REASONS} if act == "refuse" else {})
        assert (again.status, again.problem) == (409, "wrong-state")
        assert again.body["allowed"]


def test_whoever_decides_must_have_seen_the_application_as_it_is(network: Network, cast: Cast) -> None:
    application = filed(cast, "卫红霞")
    path = f"/v1/applications/{application['id']}"
    seen = cast.officer.reads(path)["version"]
    stale = cast.officer.sends(f"{path}/refuse", {"reasons": REASONS, "version": seen + 1})
    assert (stale.status, stale.problem) == (412, "version-conflict")
    assert cast.officer.does(f"{path}/refuse", reasons=REASONS, version=seen)["state"] == "refused"


def test_a_liaison_does_not_decide(network: Network, cast: Cast) -> None:
    application = filed(cast, "蒋美玲")
    for act in ("grant", "refuse"):
        answer = cast.liaison.sends(f"/v1/applications/{application['id']}/{act}", {"reasons": REASONS})
        assert (answer.status, answer.problem) == (403, "forbidden")


def test_an_objection_that_the_bureau_upholds_leads_to_a_case_after_all(network: Network, cast: Cast) -> None:
    application = filed(cast, "沈桂香")
    path = f"/v1/applications/{application['id']}"
    cast.officer.does(f"{path}/refuse", reasons=REASONS)
    cast.liaison.does(f"{path}/objection", grounds="申请人遭受遗弃。")
    task = cast.officer.finds(
        "/v1/tasks", "the objection", kind="objection", state="open", application=application["id"]
    )
    assert task["article"] == "LA 49"

    decided = cast.officer.does(f"{path}/objection/decision", outcome="overturned", reasons=["应当给予援助。"])
    assert decided["state"] == "granted"
    assert case_of(cast, application)["state"] == "proposed"
    happened = [item["type"].split(".")[1] for item in cast.liaison.reads(f"{path}/timeline")["items"]]
    assert happened.index("application_refused") < happened.index("objection_filed")


def test_who_has_too_much_is_told_by_which_rule(network: Network, cast: Cast) -> None:
    """No fact waives the test of means here: the judgement advises against, and says what it compared."""
    more = {"facts": [], "matter": "labour_or_pay", "household_size": 1, "monthly_income_fen": 2_000_000}
    application = cast.liaison.does("/v1/applications", **application_of("韩玉梅", **more))
    assert application["eligibility"] == "not_eligible"
    judgement = cast.officer.reads(f"/v1/applications/{application['id']}")["judgement"]
    means = next(step for step in judgement["trail"] if step["limit"] is not None)
    assert means["figure"] > means["limit"] > 0
    assert means["article"]
