"""A change of the register: what is absent stays, null clears, and who names nothing changes nothing."""

from __future__ import annotations

import typing as t

import pytest

from chassis.principal import Principal
from tests.unit.assignment.conftest import CENTER, Office

FIRM = {"name": "正义律师事务所", "name_en": "Justice", "district": "凤泉区", "address": "和平路1号"}
PLACE = {"latitude": 35.3, "longitude": 113.9}
WAYS = {"phone": "13812345678", "email": "zhou@example.cn"}
HELPER = {"name": "何老师", "name_en": "Ms He", "gender": "female", "work": ["tutoring"], "places": 3}
CHECKED = {"qualification": "教师资格证", "checked_on": "2026-03-01", **WAYS}


def change(office: Office, what: str, of: str = "v2", principal: Principal = CENTER, **data: t.Any) -> t.Any:
    return office.bench.handle(f"assignment.change_{what}.{of}", data, principal=principal)


def shown(office: Office, view: str) -> dict[str, t.Any]:
    (item,) = office.ask(view)["items"]
    return t.cast(dict[str, t.Any], item)


def registered(office: Office, what: str) -> tuple[str, list[str]]:
    """The id of a row with everything that may be cleared, and the names of that."""
    if what == "firm":
        row = office.do("register_firm", **FIRM, **PLACE)
        return row["id"], ["name_en", "address", *PLACE]
    if what == "lawyer":
        return office.lawyer(office.firm(), "周建涛", name_en="Zhou", gender="male", **WAYS), [
            "name_en",
            "gender",
            *WAYS,
        ]
    row = office.do("register_volunteer", **HELPER, **CHECKED)
    return row["id"], ["name_en", "gender", *CHECKED]


@pytest.mark.parametrize("what", ["firm", "lawyer", "volunteer"])
def test_null_clears_what_may_be_empty_and_what_is_absent_stays(office: Office, what: str) -> None:
    row, names = registered(office, what)
    before = shown(office, f"{what}s")
    assert None not in [before[name] for name in names]
    answer = change(office, what, version=1, **{what: row}, **dict.fromkeys(names))
    after = shown(office, f"{what}s")
    assert after == before | dict.fromkeys(names) | {"version": 2}
    assert {answer[name] for name in names} == {None}


@pytest.mark.parametrize("what", ["firm", "lawyer", "volunteer"])
def test_null_in_a_change_of_the_first_version_still_means_as_it_was(office: Office, what: str) -> None:
    row, names = registered(office, what)
    before = shown(office, f"{what}s")
    change(office, what, "v1", **{what: row}, **dict.fromkeys(names))
    assert shown(office, f"{what}s") == before


@pytest.mark.parametrize("what", ["firm", "lawyer", "volunteer"])
def test_a_change_that_names_nothing_changes_no_version_and_says_nothing(office: Office, what: str) -> None:
    row, _ = registered(office, what)
    before, said = shown(office, f"{what}s"), len(office.bench.emitted)
    answer = change(office, what, version=1, **{what: row})
    assert (answer["id"], answer["version"]) == (row, 1)
    assert shown(office, f"{what}s") == before
    assert len(office.bench.emitted) == said


def test_half_a_place_cannot_be_cleared(office: Office) -> None:
    firm, _ = registered(office, "firm")
    with pytest.raises(Exception, match="half-a-place"):
        change(office, "firm", firm=firm, latitude=None)


def test_a_lawyer_without_a_telephone_is_told_so_to_those_who_call(office: Office) -> None:
    lawyer, _ = registered(office, "lawyer")
    change(office, "lawyer", lawyer=lawyer, phone=None)
    told = office.said("lawyer_registered")[-1]
    assert (told["phone"], told["email"]) == (None, WAYS["email"])


def test_a_volunteer_whose_telephone_was_cleared_is_nobodys_double(office: Office) -> None:
    row, _ = registered(office, "volunteer")
    change(office, "volunteer", volunteer=row, phone=None)
    assert office.do("register_volunteer", **HELPER, **CHECKED)["id"] != row


def test_the_reason_why_a_volunteer_pauses_is_corrected_alone(office: Office) -> None:
    row, _ = registered(office, "volunteer")
    change(office, "volunteer", volunteer=row, state="paused", reason="出差")
    change(office, "volunteer", volunteer=row, phone="13800000001")
    assert shown(office, "volunteers")["reason"] == "出差"
    change(office, "volunteer", volunteer=row, reason="病假")
    after = shown(office, "volunteers")
    assert (after["state"], after["reason"], after["version"]) == ("paused", "病假", 4)
