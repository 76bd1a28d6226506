"""Who is competent (LA 38): advice beside an application, by the rule of its day; and the doors to refer it to."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path

import pytest

from services.intake.domain import competence, tables
from tests.unit.intake.conftest import BOUND, CENTER, LIAISON, OTHER, Desk

DAY = dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    ("form", "office", "arose", "districts"),
    [
        ("civil_litigation", "卫滨区", "凤泉区", ("卫滨区",)),
        ("civil_litigation", None, "凤泉区", ("凤泉区",)),  # no court has the matter yet
        ("criminal_defence", None, "凤泉区", ()),
        ("criminal_defence", "卫滨区", None, ("卫滨区",)),
        ("labour_mediation_arbitration", "卫滨区", "凤泉区", ("卫滨区", "凤泉区")),
        ("labour_mediation_arbitration", "卫滨区", "卫滨区", ("卫滨区",)),
        ("advice", "卫滨区", "凤泉区", ()),
    ],
)
def test_litigation_belongs_to_the_office_and_other_matters_also_where_they_arose(
    form: str, office: str | None, arose: str | None, districts: tuple[str, ...]
) -> None:
    assert competence.competent(competence.rule_for(form, DAY), office, arose) == districts


def test_before_the_law_nothing_is_said() -> None:
    assert competence.rule_for("civil_litigation", dt.date(2021, 12, 31)) is None
    assert competence.outcome(None, (), "凤泉区") == "unknown"


def test_a_form_of_aid_without_a_rule_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "competence.csv"
    file.write_text("form_of_aid,basis,article,source,since,verified\nadvice,anywhere,LA 38,x,2022-01-01,true\n")
    with pytest.raises(tables.TableError, match="criminal_defence"):
        competence.rules(file)


def doors_elsewhere(desk: Desk) -> None:
    place = {"level": "district", "district": "卫滨区"}
    desk.do("register_station", organization="trade-union", code="tu-weibin", name="工会站", **place)
    desk.do("register_station", organization="center", code="weibin-hall", name="大厅", **place)
    desk.do("register_station", organization="womens-federation", code="wf-weibin", name="妇联站", **place)
    desk.do(
        "register_station", organization="womens-federation", code="wf-planned", name="筹建", state="planned", **place
    )


def test_an_application_of_another_district_names_the_doors_there_the_own_ones_first(desk: Desk) -> None:
    doors_elsewhere(desk)
    found = desk.file(BOUND, office_district="卫滨区")["competence"]
    assert (found["outcome"], found["districts"], found["article"]) == ("elsewhere", ["卫滨区"], "LA 38")
    assert [door["station"] for door in found["doors"]] == ["wf-weibin", "weibin-hall"]  # unions serve workers


def said(desk: Desk, application: str, principal: t.Any) -> str:
    return str(desk.see(application, principal)["competence"]["outcome"])


def test_referred_there_it_is_at_the_right_door_and_both_sides_see_it(desk: Desk) -> None:
    doors_elsewhere(desk)
    application = desk.file(BOUND, office_district="卫滨区")["id"]
    assert said(desk, application, BOUND) == "elsewhere"
    where = {"organization": "trade-union", "station": "tu-weibin", "ground": "other_district", "district": "卫滨区"}
    desk.do("refer_application", BOUND, application=application, reason="由卫滨区法院管辖", **where)
    for principal in (BOUND, OTHER, LIAISON, CENTER):
        assert said(desk, application, principal) == "here"
        assert desk.see(application, principal)["station"] == "tu-weibin"


def test_a_correction_may_say_where_the_court_sits(desk: Desk) -> None:
    application = desk.file(BOUND)["id"]
    assert said(desk, application, BOUND) == "unknown"
    desk.do("amend_application", BOUND, application=application, reason="查明管辖", office_district="凤泉区")
    assert said(desk, application, BOUND) == "here"


def test_a_door_of_the_whole_city_is_competent_for_all_its_districts(desk: Desk) -> None:
    application = desk.file(CENTER, station=None, office_district="卫滨区")["id"]
    assert said(desk, application, CENTER) == "here"
