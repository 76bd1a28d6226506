"""Filing an application: judged by dated rules, numbered, one record per person, duplicates seen."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, text

from chassis.envelope import Envelope
from chassis.errors import Rejected
from services.intake.domain.application import is_past
from services.intake.models import Person
from tests.unit.intake.conftest import BOUND, CENTER, LIAISON, OTHER, Desk, identity_number


def test_ma_is_eligible_because_article_32_waives_the_hardship_condition(desk: Desk) -> None:
    filed = desk.file()
    assert filed["eligibility"] == "eligible"
    waived = [reason for reason in filed["reasons"] if reason["key"] == "hardship_waived.waived"]
    assert waived[0]["article"] == "LA 32"
    assert "LA 32" in waived[0]["zh"]
    assert desk.see(filed["id"])["judgement"]["hardship"] == "waived"


@pytest.mark.parametrize("matter", ["domestic_violence", "marriage_family"])
def test_both_ways_to_name_her_matter_are_waived(desk: Desk, matter: str) -> None:
    filed = desk.file(matter=matter)
    assert desk.see(filed["id"])["judgement"]["hardship"] == "waived"


def test_the_received_event_goes_through_the_mailbox_of_the_stations_organization(desk: Desk) -> None:
    filed = desk.file()
    [event] = desk.said("application_received")
    assert desk.mailboxes("application_received") == ["womens-federation"]
    assert event["application_number"] == filed["number"]
    assert (event["organization"], event["station"]) == ("womens-federation", "fengquan")
    assert event["eligibility"] == "eligible"
    assert event["duplicates"] == []


def test_no_personal_data_travels_in_the_received_event(desk: Desk) -> None:
    desk.file()
    assert not any(word in str(desk.said("application_received")) for word in ("马某", "王某", "1390000", "遗弃，请求"))


def test_numbers_count_up_within_a_year_and_begin_anew_in_the_next(desk: Desk) -> None:
    first = desk.file()
    second = desk.file(applicant={"identity_number": identity_number(4)})
    desk.bench.clock.set(dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC))  # half past midnight of 2027 in Xinxiang
    third = desk.file(applicant={"identity_number": identity_number(6)})
    assert [row["number"] for row in (first, second, third)] == ["A2026-00001", "A2026-00002", "A2027-00001"]


def test_a_refused_command_uses_up_no_number(desk: Desk) -> None:
    desk.file()
    with pytest.raises(Rejected):
        desk.file()
    assert desk.file(applicant={"identity_number": identity_number(4)})["number"] == "A2026-00002"


def test_the_same_matter_again_at_the_same_organization_is_a_duplicate(desk: Desk) -> None:
    filed = desk.file()
    with pytest.raises(Rejected) as refused:
        desk.file(station="hongqi")
    assert refused.value.problem == "duplicate-application"
    assert refused.value.params == {"number": filed["number"]}


def test_at_another_organization_it_is_accepted_and_the_earlier_number_is_told(desk: Desk) -> None:
    first = desk.file()
    second = desk.file(OTHER, station="muye")
    assert second["duplicates"] == [first["number"]]
    assert desk.said("application_received")[1]["duplicates"] == [first["number"]]


def test_another_matter_of_the_same_person_is_no_duplicate(desk: Desk) -> None:
    desk.file()
    assert desk.file(matter="maintenance_or_support")["duplicates"] == []


def test_a_withdrawn_application_may_be_filed_again_without_a_word(desk: Desk) -> None:
    desk.do("withdraw_application", LIAISON, application=desk.file()["id"])
    assert desk.file()["duplicates"] == []


def test_a_granted_one_is_named_but_does_not_stop_a_new_one(desk: Desk) -> None:
    first = desk.file()
    desk.do("grant_application", application=first["id"])
    assert desk.file()["duplicates"] == [first["number"]]


def test_one_person_has_one_record_and_new_contact_data_replace_old(desk: Desk) -> None:
    desk.file()
    later = desk.file(matter="maintenance_or_support", applicant={"phone": "13800000000", "address": None})
    applicant = desk.see(later["id"])["applicant"]
    assert (applicant["phone"], applicant["address"]) == ("13800000000", "凤泉区某村")
    with desk.bench.session() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_birth_and_gender_come_from_the_identity_number(desk: Desk) -> None:
    applicant = desk.see(desk.file()["id"])["applicant"]
    assert (applicant["born_on"], applicant["gender"]) == ("1970-01-01", "female")


def test_identity_number_phone_address_and_statement_are_unreadable_in_the_database(desk: Desk) -> None:
    desk.file()
    with desk.bench.session() as session:
        dump = "".join(
            str(row)
            for table in ("persons", "applications", "application_acts")
            for row in session.execute(text(f"SELECT * FROM {table}")).all()
        )
    assert not any(word in dump for word in (identity_number(2), "13900000000", "凤泉区某村", "丈夫遗弃", "王某"))


def test_an_application_of_tomorrow_is_refused(desk: Desk) -> None:
    with pytest.raises(Rejected) as refused:
        desk.file(applied_on="2026-09-02")
    assert refused.value.problem == "impossible-date"


def test_last_years_application_is_judged_by_last_years_rules(desk: Desk) -> None:
    means = {"facts": [], "household_size": 1, "monthly_income_fen": 150_000}
    old = desk.file(applied_on="2025-12-31", **means)
    new = desk.file(applied_on="2026-01-01", **means, applicant={"identity_number": identity_number(4)})
    assert (old["eligibility"], new["eligibility"]) == ("not_eligible", "eligible")
    assert desk.see(old["id"])["judgement"]["rule_set"] == "henan/2022-01-01"


def test_without_income_the_outcome_is_unknown_and_says_what_is_missing(desk: Desk) -> None:
    filed = desk.file(facts=[], household_size=3)
    assert filed["eligibility"] == "unknown"
    assert [missing["name"] for missing in filed["missing"]] == ["monthly_income"]


@pytest.mark.parametrize(
    ("changes", "urgency"),
    [
        ({}, "normal"),
        ({"urgency": "urgent"}, "urgent"),
        ({"limitation_on": "2026-09-07"}, "urgent"),
        ({"limitation_on": "2026-09-08"}, "normal"),
        ({"limitation_on": "2026-09-01"}, "urgent"),
        ({"limitation_on": "2026-08-31"}, "normal"),
        ({"limitation_on": "2020-05-01"}, "normal"),
        ({"facts": ["abandoned", "preservation_needed"]}, "urgent"),
    ],
)
def test_a_limitation_less_than_seven_days_away_makes_it_urgent(desk: Desk, changes: dict, urgency: str) -> None:
    desk.file(**changes)
    assert desk.said("application_received")[0]["urgency"] == urgency


@pytest.mark.parametrize(
    ("last", "today", "past"),
    [
        (dt.date(2026, 9, 1), dt.date(2026, 9, 1), False),
        (dt.date(2026, 9, 1), dt.date(2026, 9, 2), True),
        (dt.date(2026, 9, 5), dt.date(2026, 9, 7), False),  # a Saturday goes on to Monday
        (dt.date(2026, 9, 6), dt.date(2026, 9, 7), False),
        (dt.date(2026, 9, 6), dt.date(2026, 9, 8), True),
        (None, dt.date(2026, 9, 8), None),
    ],
)
def test_a_limitation_is_past_after_its_last_day(last: dt.date | None, today: dt.date, past: bool | None) -> None:
    assert is_past(last, today) is past


def test_a_limitation_that_is_past_is_told_and_hurries_nobody_any_more(desk: Desk) -> None:
    late = desk.file(limitation_on="2026-08-31")
    assert (late["limitation_passed"], desk.see(late["id"])["limitation_passed"]) == (True, True)
    in_time = desk.file(limitation_on="2026-09-01", matter="other")
    assert (in_time["limitation_passed"], desk.see(in_time["id"])["urgency"]) == (False, "urgent")
    assert desk.see(desk.file(matter="labour_or_pay")["id"])["limitation_passed"] is None
    amended = desk.do("amend_application", application=in_time["id"], reason="更正", limitation_on="2026-08-01")
    assert (amended["limitation_passed"], desk.see(in_time["id"])["urgency"]) == (True, "normal")


def test_a_stations_liaison_files_at_that_station_without_naming_it(desk: Desk) -> None:
    assert desk.file(BOUND, station=None)["station"] == "fengquan"
    with pytest.raises(Rejected, match="unknown-station"):
        desk.file(BOUND, station="hongqi")


def test_nobody_files_at_another_organizations_station_but_the_center_may(desk: Desk) -> None:
    with pytest.raises(Rejected, match="unknown-station"):
        desk.file(LIAISON, station="muye")
    filed = desk.file(CENTER, station="muye")
    assert (filed["organization"], filed["station"]) == ("trade-union", "muye")


def test_the_center_itself_is_a_door(desk: Desk) -> None:
    filed = desk.file(CENTER, station=None)
    assert (filed["organization"], filed["station"]) == ("center", None)


@pytest.mark.parametrize(("hours", "late"), [(24, False), (25, True)])
def test_an_office_forwards_the_application_of_a_person_in_custody_within_24_hours(
    desk: Desk, hours: int, late: bool
) -> None:
    handed_over = desk.bench.clock.now() - dt.timedelta(hours=hours)
    office = {"relation": "office", "name": "看守所", "received_at": handed_over.isoformat()}
    filed = desk.file(form_of_aid="criminal_defence", matter="criminal_defence", facts=["in_custody"], on_behalf=office)
    assert desk.said("application_received")[0]["forwarded_late"] is late
    seen = desk.see(filed["id"])
    assert (seen["on_behalf"]["name"], seen["forwarded_late"]) == ("看守所", late)
    assert desk.said("application_received")[0]["office_received_at"] == handed_over.isoformat()
    assert "看守所" not in str(desk.said("application_received"))


@pytest.mark.parametrize("relation", ["guardian", "close_relative"])
def test_the_24_hours_do_not_run_for_a_family(desk: Desk, relation: str) -> None:
    came = desk.bench.clock.now() - dt.timedelta(hours=60)
    family = {"relation": relation, "name": "马父", "received_at": came.isoformat()}
    filed = desk.file(on_behalf=family)
    (event,) = desk.said("application_received")
    assert (event["forwarded_late"], event.get("office_received_at")) == (False, None)
    assert desk.see(filed["id"])["forwarded_late"] is False


def test_an_office_cannot_have_taken_an_application_tomorrow(desk: Desk) -> None:
    office = {"relation": "office", "name": "看守所", "received_at": "2026-09-02T02:00:00+08:00"}
    with pytest.raises(Rejected, match="impossible-date"):
        desk.file(on_behalf=office)


def test_a_duplicate_within_a_batch_leaves_no_gap_and_harms_no_neighbour(desk: Desk) -> None:
    def message(number: str) -> Envelope:
        applicant = {"name": "某", "identity_number": number}
        data = {"applicant": applicant, "recipient_group": "woman", "matter": "labour_or_pay", "statement": "x"}
        loaded = desk.bench.contracts.load("intake.file_application.v1", data)
        return desk.bench.envelope(
            "intake.file_application.v1", loaded, organization="womens-federation", principal=LIAISON
        )

    first, other = identity_number(8), identity_number(10)
    desk.bench.deliver(message(first), message(first), message(other))
    numbers = [event["application_number"] for event in desk.said("application_received")]
    assert numbers == ["A2026-00001", "A2026-00002"]
    finished = desk.bench.said("platform.command_finished.v1")
    assert [event["status"] for event in finished] == ["done", "rejected", "done"]


@pytest.mark.parametrize("day", ["0001-01-01", "2006-08-01", "2046-10-01", "9999-12-31"])
def test_a_limitation_ends_within_the_twenty_years_that_law_knows(desk: Desk, day: str) -> None:
    with pytest.raises(Rejected) as refused:
        desk.file(limitation_on=day)
    assert (refused.value.problem, refused.value.pointer) == ("impossible-date", "/limitation_on")
    filed = desk.file(limitation_on="2026-08-01")
    with pytest.raises(Rejected, match="impossible-date"):
        desk.do("amend_application", application=filed["id"], reason="更正", limitation_on=day)
