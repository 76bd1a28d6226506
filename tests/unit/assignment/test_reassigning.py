"""Several cases at once to another lawyer: each as a whole or not at all, and a preview changes nothing."""

from __future__ import annotations

import pytest

from chassis.database import Database
from chassis.ids import new_id
from tests.unit.assignment.conftest import LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal

REASON = "工作量调整。"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def either(request: pytest.FixtureRequest) -> Office:
    """An empty network on either database: cases go in savepoints."""
    database = None
    if request.param == "postgresql":
        database = Database(request.getfixturevalue("postgres_url")("reassigning"))
    network = Office(database=database)
    network.organization()
    return network


def three(office: Office) -> tuple[str, str, str]:
    """Three lawyers of three firms, the better first."""
    names = ("李律师", "周律师", "吴律师")
    firms = [office.firm(f"{name}事务所") for name in names]
    return tuple(
        office.lawyer(firm, name, years=9 - n, capacity=40)
        for n, (firm, name) in enumerate(zip(firms, names, strict=True))
    )  # type: ignore[return-value]


def snapshot(office: Office, cases: list[dict]) -> list[dict]:
    return [office.case(case) for case in cases]


@pytest.mark.slow
def test_chosen_cases_go_to_the_lawyer_that_the_center_names_and_each_has_its_line(either):
    office = either
    first, _, third = three(office)
    office.assigned(third, aided="甲", against="乙")
    mine = [office.assigned(first, aided=f"受援人{n}", against=f"对方{n}") for n in range(3)]
    crossing = office.assigned(first, aided="乙", against="丙")
    ended = office.ended(first, aided="丁", against="戊")
    unknown = str(new_id())
    chosen = [one["id"] for one in (*mine, crossing, ended)] + [unknown, mine[0]["id"]]
    office.do("record_retainer", lawyer_principal(first), case=mine[0]["id"])

    before, heard = snapshot(office, [*mine, crossing, ended]), len(office.said("lawyer_released"))
    asked = {"cases": chosen, "lawyer": third, "reason": REASON}
    preview = office.do("reassign_cases", preview=True, **asked)
    assert snapshot(office, [*mine, crossing, ended]) == before, "a preview changes nothing"
    assert len(office.said("lawyer_released")) == heard, "nor says anything"

    done = office.do("reassign_cases", **asked)
    assert {**done, "preview": True} == preview, "it comes as it was foretold"
    lines = {line["case"]: line for line in done["items"]}
    assert (done["reassigned"], done["refused"], len(lines)) == (3, 3, 6)
    for case in mine:
        assert (lines[case["id"]]["from"], lines[case["id"]]["lawyer"], lines[case["id"]]["state"]) == (
            first, third, "offered",
        )  # fmt: skip
    assert lines[crossing["id"]]["problem"]["params"]["rule"].startswith("conflict"), "the same parties, other sides"
    assert lines[ended["id"]]["problem"]["problem"] == "wrong-state"
    assert "the case is ended" in lines[ended["id"]]["problem"]["en"].lower()
    assert (
        "不能更换承办律师" in lines[ended["id"]]["problem"]["zh"]
        or "不能发出指派意向" in lines[ended["id"]]["problem"]["zh"]
    )
    assert lines[unknown]["problem"]["problem"] == "not-found"
    assert snapshot(office, [crossing, ended]) == before[3:], "what cannot go is as it was"
    assert len(office.said("lawyer_released")) == heard + 3
    assert {one["why"] for one in office.said("lawyer_released")[heard:]} == {"reassigned"}
    kept = office.case(mine[0])["lawyers"][0]
    assert (kept["signed_on"], kept["left_because"]) == ("2026-09-01", "reassigned")
    loads = {one["id"]: one["workload"] for one in office.ask("lawyers")["items"]}
    assert (loads[first], loads[third]) == (1, 4)


def test_without_a_name_each_case_goes_to_its_next_candidate(office):
    first, second, _ = three(office)
    cases = [office.assigned(first, aided=f"受援人{n}", against=f"对方{n}")["id"] for n in range(2)]
    done = office.do("reassign_cases", cases=cases, reason=REASON)
    assert {line["lawyer"] for line in done["items"]} == {second}


def test_an_open_offer_is_taken_back_and_a_waiting_case_is_offered(office):
    first, _, third = three(office)
    offered, waiting = office.grant("甲", "乙"), office.grant("丙", "丁")
    offer = office.do("offer_case", case=offered["id"])
    done = office.do("reassign_cases", cases=[offered["id"], waiting["id"]], lawyer=third, reason=REASON)
    assert [line["state"] for line in done["items"]] == ["offered", "offered"]
    states = {one["lawyer"]: one["state"] for one in office.case(offered)["offers"]}
    assert states == {first: "recalled", third: "open"}
    assert office.said("offer_declined")[-1]["offer"] == offer["id"]


def test_a_lawyer_is_not_given_what_they_have(office):
    first, *_ = three(office)
    case = office.assigned(first)
    (line,) = office.do("reassign_cases", cases=[case["id"]], lawyer=first, reason=REASON)["items"]
    assert line["problem"]["params"]["rule"] == "already_theirs"


def test_only_the_center_reassigns_and_the_lawyer_must_be_known(office):
    case = office.grant()
    chosen = {"cases": [case["id"]], "reason": REASON}
    assert refusal(office, "reassign_cases", LIAISON, **chosen).problem == "forbidden"
    assert refusal(office, "reassign_cases", lawyer=str(new_id()), **chosen).problem == "not-found"
