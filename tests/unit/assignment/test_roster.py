"""Who is there: absences and duties."""

from __future__ import annotations

import pytest

from chassis.errors import Rejected
from chassis.ids import new_id
from tests.unit.assignment.conftest import LIAISON, OTHER_LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal

WEEKLY = {
    "organization": "womens-federation",
    "station": "fengquan",
    "since": "2026-09-01",
    "until": "2026-09-30",
    "weekdays": ["monday"],
    "begins": "09:00",
    "ends": "12:00",
}
MORNING = {
    "organization": "womens-federation",
    "station": "fengquan",
    "on": "2026-09-02",
    "begins": "09:00",
    "ends": "12:00",
}


@pytest.fixture
def standing(office: Office) -> tuple[str, str]:
    office.station()
    office.station("of-others", "trade-union")
    firm = office.firm()
    names = ("李律师", "赵律师")
    one, other = (office.lawyer(firm, name, standing_for=["womens-federation"]) for name in names)
    return one, other


def duties(office: Office, principal=LIAISON, **params) -> list[dict]:
    return office.ask("duties", principal, **{"since": "2026-09-01", "until": "2026-09-30", **params})["items"]


def test_who_is_away_is_not_proposed_and_back_the_day_after(office: Office, standing):
    one, other = standing
    office.do("record_absence", lawyer_principal(one), lawyer=one, since="2026-09-01", until="2026-09-03")
    case = office.grant()
    assert [item["lawyer"] for item in office.ask("proposal", case=case["id"])["candidates"]] == [other]
    said = refusal(office, "offer_case", case=case["id"], lawyer=one, reason="就要这位")
    assert said.params["rule"] == "absence"
    office.bench.clock.move(days=3)
    assert len(office.ask("proposal", case=office.grant("陈某", "孙某")["id"])["candidates"]) == 2


def test_an_absence_can_be_taken_back_by_whoever_may_say_it(office: Office, standing):
    one, other = standing
    absence = office.do("record_absence", lawyer=one, since="2026-09-01", until="2026-09-03")
    for stranger in (lawyer_principal(other), LIAISON):
        assert refusal(office, "cancel_absence", stranger, absence=absence["id"]).problem == "not-found"
        assert (
            refusal(office, "record_absence", stranger, lawyer=one, since="2026-09-01", until="2026-09-01").problem
            == "not-found"
        )
    assert len(office.ask("absences", lawyer_principal(one), on="2026-09-02")["items"]) == 1
    assert office.ask("absences", lawyer_principal(other))["items"] == []
    office.do("cancel_absence", lawyer_principal(one), absence=absence["id"])
    assert office.ask("absences")["items"] == []
    wrong = {"lawyer": one, "since": "2026-09-03", "until": "2026-09-01"}
    assert refusal(office, "record_absence", **wrong).problem == "impossible-date"


def test_a_duty_without_anybody_or_with_somebody_who_is_away_is_shown_as_open(office: Office, standing):
    one, _ = standing
    empty = office.do("set_duty", LIAISON, **MORNING)
    staffed = office.do("set_duty", LIAISON, **{**MORNING, "on": "2026-09-03"}, lawyer=one)
    assert [(item["id"], item["covered"]) for item in duties(office)] == [(empty["id"], False), (staffed["id"], True)]
    office.do("record_absence", lawyer=one, since="2026-09-03", until="2026-09-03")
    assert len(duties(office, uncovered=True)) == 2
    office.do("change_lawyer_state", lawyer=one, state="inactive", reason="离职")
    assert len(duties(office, uncovered=True)) == 2


def test_only_a_standing_lawyer_who_is_there_and_free_takes_a_duty(office: Office, standing):
    one, _ = standing
    stranger = office.lawyer(office.firm("公平所"), "周律师")
    rules = {stranger: "standing", str(new_id()): "inactive"}
    for lawyer, rule in rules.items():
        assert refusal(office, "set_duty", LIAISON, lawyer=lawyer, **MORNING).params["rule"] == rule
    office.do("set_duty", LIAISON, lawyer=one, **MORNING)
    overlapping = {**MORNING, "begins": "11:00", "ends": "13:00"}
    assert refusal(office, "set_duty", LIAISON, lawyer=one, **overlapping).problem == "duplicate"
    office.do("set_duty", LIAISON, lawyer=one, **{**MORNING, "begins": "12:00", "ends": "13:00"})
    assert refusal(office, "set_duty", LIAISON, **{**MORNING, "ends": "09:00"}).problem == "impossible-date"


def test_two_lawyers_swap_their_duties_and_an_open_one_is_staffed_later(office: Office, standing):
    one, other = standing
    first = office.do("set_duty", LIAISON, lawyer=one, **MORNING)
    second = office.do("set_duty", LIAISON, lawyer=other, **{**MORNING, "on": "2026-09-03"})
    office.do("swap_duties", LIAISON, one=first["id"], other=second["id"])
    assert [item["lawyer"] for item in duties(office)] == [other, one]
    same_time = office.do("set_duty", LIAISON, lawyer=one, **MORNING)
    office.do("swap_duties", LIAISON, one=first["id"], other=same_time["id"])
    office.do("staff_duty", LIAISON, duty=first["id"], lawyer=None)
    assert [item["id"] for item in duties(office, uncovered=True)] == [first["id"]]


def test_who_cannot_take_a_duty_is_pointed_at_in_the_field_that_was_sent(office: Office, standing):
    one, other = standing
    stranger = office.lawyer(office.firm("公平所"), "周律师")
    said = refusal(office, "plan_duties", LIAISON, **WEEKLY, lawyers=[one, stranger])
    assert (said.params["rule"], said.pointer) == ("standing", "/lawyers/1")
    first = office.do("set_duty", LIAISON, lawyer=one, **MORNING)
    second = office.do("set_duty", LIAISON, lawyer=other, **{**MORNING, "on": "2026-09-03"})
    office.do("record_absence", lawyer=other, since="2026-09-02", until="2026-09-02")
    said = refusal(office, "swap_duties", LIAISON, one=first["id"], other=second["id"])
    assert (said.params["rule"], said.pointer) == ("absence", "/other")


def test_another_organizations_roster_is_neither_seen_nor_changed(office: Office, standing):
    duty = office.do("set_duty", LIAISON, **MORNING)
    assert refusal(office, "set_duty", OTHER_LIAISON, **MORNING).problem == "unknown-organization"
    for identifier in (duty["id"], new_id()):
        said = refusal(office, "staff_duty", OTHER_LIAISON, duty=identifier)
        assert said.as_dict()["params"] == {"what": "duty"}
    assert duties(office, OTHER_LIAISON, organization="womens-federation") == []


def test_who_is_on_duty_now_is_told_in_the_networks_time(office: Office, standing):
    one, _ = standing
    office.do("set_duty", LIAISON, lawyer=one, **{**MORNING, "on": "2026-09-01"})
    assert [item["lawyer"] for item in office.ask("duties", LIAISON, now=True)["items"]] == [one]  # 10:00 in Shanghai
    office.bench.clock.move(hours=2)
    assert office.ask("duties", LIAISON, now=True)["items"] == []


def test_a_duty_that_ends_with_the_day_has_its_last_minute_too(office: Office, standing):
    one, other = standing
    office.do("set_duty", LIAISON, lawyer=one, **{**MORNING, "on": "2026-09-01", "begins": "18:00", "ends": "23:59"})
    office.do("set_duty", LIAISON, lawyer=other, **{**MORNING, "begins": "00:00", "ends": "08:00"})
    office.bench.clock.move(hours=13, minutes=59)  # 23:59 in Shanghai
    assert [item["lawyer"] for item in office.ask("duties", LIAISON, now=True)["items"]] == [one]
    office.bench.clock.move(minutes=1)
    assert [item["lawyer"] for item in office.ask("duties", LIAISON, now=True)["items"]] == [other]


def test_a_duty_of_a_lawyer_who_is_no_longer_appointed_is_shown_as_uncovered(office: Office, standing):
    one, _ = standing
    duty = office.do("set_duty", LIAISON, lawyer=one, **{**MORNING, "on": "2026-09-01"})["id"]
    assert office.ask("duties", LIAISON, uncovered=True)["items"] == []
    office.do("change_lawyer", lawyer=one, standing_for=["center"])
    (item,) = office.ask("duties", LIAISON, uncovered=True)["items"]
    assert (item["id"], item["covered"]) == (duty, False)


def test_a_liaison_does_not_read_why_lawyers_are_away(office: Office, standing):
    with pytest.raises(Rejected, match="forbidden"):
        office.ask("absences", LIAISON)


def test_a_roster_is_for_an_organization_and_a_station_that_there_are(office: Office, standing):
    for wrong, problem in (
        ({"organization": "nowhere", "station": None}, "unknown-organization"),
        ({"station": "nowhere"}, "unknown-station"),
        ({"station": "of-others"}, "unknown-station"),
    ):
        assert refusal(office, "set_duty", **{**MORNING, **wrong}).problem == problem
        assert refusal(office, "plan_duties", **{**WEEKLY, **wrong}).problem == problem
    office.do("set_duty", **{**MORNING, "organization": "center", "station": None})


def test_an_absence_without_end_is_none(office: Office, standing):
    endless = {"lawyer": standing[0], "since": "2026-09-01", "until": "9999-12-31"}
    assert refusal(office, "record_absence", **endless).params["latest"] == "2029-08-31"


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2040-01-01", "9999-12-31"])
def test_duties_and_absences_lie_in_years_that_people_plan_for(office: Office, standing, day):
    one, _ = standing
    assert refusal(office, "set_duty", **{**MORNING, "on": day}).problem == "impossible-date"
    assert refusal(office, "plan_duties", **{**WEEKLY, "since": day, "until": day}).problem == "impossible-date"
    assert refusal(office, "record_absence", lawyer=one, since=day, until=day).problem == "impossible-date"


def test_an_absence_that_stands_already_is_not_recorded_again(office: Office, standing):
    one, _ = standing
    absence = {"lawyer": one, "since": "2026-09-01", "until": "2026-09-03"}
    office.do("record_absence", lawyer_principal(one), **absence)
    assert refusal(office, "record_absence", **absence).problem == "duplicate"
    office.do("record_absence", **{**absence, "until": "2026-09-04"})


def test_a_duty_is_not_swapped_with_itself(office: Office, standing):
    one, _ = standing
    duty = office.do("set_duty", LIAISON, lawyer=one, **MORNING)["id"]
    assert refusal(office, "swap_duties", LIAISON, one=duty, other=duty).problem == "swapped-with-itself"


def test_a_standing_lawyer_is_appointed_to_an_organization_that_there_is(office: Office, standing):
    one, _ = standing
    lost = {"standing_for": ["womens-federation", "nowhere"]}
    lawyer = {"firm": office.firm("公平所"), "name": "周律师", "licence": "L-9"}
    said = refusal(office, "register_lawyer", **lawyer, **lost)
    assert (said.problem, said.pointer, said.params["code"]) == ("unknown-organization", "/standing_for/1", "nowhere")
    assert refusal(office, "change_lawyer", lawyer=one, **lost).problem == "unknown-organization"
    office.do("register_lawyer", **lawyer, standing_for=["womens-federation", "center"])


def test_who_plans_the_duties_finds_the_standing_lawyers_of_the_own_organization_and_nobody_else(
    office: Office, standing
):
    office.organization("trade-union")
    firm = office.firm("公平所")
    office.lawyer(firm, "周律师")
    theirs = office.lawyer(firm, "吴律师", standing_for=["trade-union"])
    own = office.ask("lawyers", LIAISON)["items"]
    assert {one["id"] for one in own} == set(standing)
    assert not {"licence", "phone", "email", "capacity", "workload"} & {name for one in own for name in one}
    assert [one["id"] for one in office.ask("lawyers", OTHER_LIAISON)["items"]] == [theirs]
    assert office.ask("lawyers", LIAISON, standing_for="trade-union")["items"] == []
    assert [one["id"] for one in office.ask("lawyers", lawyer_principal(theirs))["items"]] == [theirs]
    assert len(office.ask("lawyers")["items"]) == 4
