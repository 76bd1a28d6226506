"""Any door: distance, the travel circle, opening hours, whom a station serves."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.registry import REGISTRY, ContractError
from services.intake.domain import doors, kinds, tables
from services.intake.domain import stations as life
from tests.unit.intake.conftest import LIAISON, Desk

PLACE = (35.3027, 113.9268)
HOURS = [{"weekday": day, "opens": "09:00", "closes": "12:00"} for day in range(1, 6)]
MONDAY = dt.datetime(2026, 9, 7, 10, 0)
latitudes, longitudes = st.floats(-85, 85), st.floats(-170, 170)


def door(desk: Desk, code: str, km_east: float, organization: str = "womens-federation", **more: t.Any) -> None:
    place = {"latitude": PLACE[0], "longitude": PLACE[1] + km_east / 90.7, "level": "district", "district": "红旗区"}
    desk.do("register_station", organization=organization, code=code, name=code, **{**place, **more})


def codes(desk: Desk, **asked: t.Any) -> list[str]:
    found = desk.ask("nearest_stations", LIAISON, latitude=PLACE[0], longitude=PLACE[1], **asked)
    return [one["code"] for one in found["items"]]


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_the_same_both_ways_and_never_beyond_half_the_earth(a: float, b: float, c: float, d: float) -> None:
    there, back = doors.distance_km(a, b, c, d), doors.distance_km(c, d, a, b)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_040


@given(latitudes, longitudes, st.floats(0.1, 200), st.floats(0, 6.283), st.floats(0, 0.999))
def test_whatever_is_within_a_distance_is_in_its_box(
    lat: float, long: float, km: float, angle: float, share: float
) -> None:
    import math

    up = math.degrees(km * share / doors.EARTH_KM)
    to = (lat + up * math.sin(angle), long + up * math.cos(angle))
    if doors.distance_km(lat, long, *to) <= km:
        south, north, west, east = doors.box(lat, long, km)
        assert south <= to[0] <= north
        assert west <= to[1] <= east


def test_a_degree_of_latitude_is_111_km() -> None:
    assert doors.distance_km(35, 113, 36, 113) == pytest.approx(111.19, abs=0.02)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        (MONDAY, True),
        (MONDAY.replace(hour=12), False),  # at closing time it is closed
        (MONDAY.replace(hour=8, minute=59), False),
        (MONDAY + dt.timedelta(days=5), False),
    ],
)
def test_a_door_is_open_in_its_hours(moment: dt.datetime, open_: bool) -> None:
    assert doors.is_open(HOURS, [], moment) is open_


def test_a_door_without_hours_is_neither_open_nor_closed() -> None:
    assert doors.is_open(None, [], MONDAY) is None


def test_a_half_day_of_ones_own_closes_the_door_in_its_half() -> None:
    half_day = {"month": 9, "day": 7, "part": "morning"}
    assert doors.is_open(HOURS, [half_day], MONDAY) is False
    assert doors.is_open(HOURS, [{**half_day, "part": "afternoon"}], MONDAY) is True


def test_the_nearest_comes_first_and_closed_doors_never(desk: Desk) -> None:
    door(desk, "far", 5)
    door(desk, "near", 1)
    door(desk, "planned", 0.1, state="planned")
    assert codes(desk) == ["near", "far"]


def test_the_circle_is_half_an_hour_in_town_and_an_hour_in_the_country(desk: Desk) -> None:
    door(desk, "town-beyond", 15)
    door(desk, "country", 15, district="辉县市")
    door(desk, "town", 7)
    assert codes(desk, within_circle=True) == ["town", "country"]
    assert codes(desk) == ["town", "country", "town-beyond"]
    [first, *_] = desk.ask("nearest_stations", latitude=PLACE[0], longitude=PLACE[1])["items"]
    assert (first["area"], first["in_circle"], first["minutes"]) == ("town", True, 28)


def test_a_group_finds_the_doors_that_serve_it_and_those_for_everybody(desk: Desk) -> None:
    door(desk, "women", 1)
    door(desk, "workers", 2, organization="trade-union")
    door(desk, "all", 3, organization="center")
    door(desk, "both", 4, recipient_groups=["worker", "woman"])
    assert codes(desk, group="worker") == ["workers", "all", "both"]


def test_open_at_a_moment(desk: Desk) -> None:
    door(desk, "mornings", 1, opening_hours=HOURS)
    door(desk, "unknown", 0.5)
    assert codes(desk, open_at="2026-09-07T02:00:00+00:00") == ["mornings"]  # ten o'clock in the city
    assert codes(desk, open_at="2026-09-07T06:00:00+00:00") == []
    desk.bench.clock.set(dt.datetime(2026, 9, 8, 2, tzinfo=dt.UTC))
    assert codes(desk, open_now=True) == ["mornings"]


def test_a_district_stands_for_its_middle(desk: Desk) -> None:
    door(desk, "west", -2, district="牧野区")
    door(desk, "east", 2, district="牧野区")
    door(desk, "third", 9)
    found = desk.ask("nearest_stations", district="牧野区")["items"]
    assert {one["code"] for one in found[:2]} == {"west", "east"}
    assert desk.ask("nearest_stations", district="月球")["items"] == []


def test_a_place_must_be_named() -> None:
    from contracts.intake import QUERIES

    assert QUERIES["intake.nearest_stations"][0]().validate({"latitude": 35.0})


def test_a_station_that_closes_before_it_opens_is_refused() -> None:
    hours = [{"weekday": 1, "opens": "17:00", "closes": "09:00"}]
    station = {"organization": "wf", "code": "aa", "name": "站", "level": "city", "district": "凤泉区"}
    with pytest.raises(ContractError, match="closes"):
        REGISTRY.load("intake.register_station.v1", {**station, "opening_hours": hours})


@pytest.mark.parametrize(
    ("load", "head", "row", "why"),
    [
        (doors.travel, "area,minutes,kmh,detour,source,since,verified", "town,30,0,1.3,x,2010-01-01,false", "row 2"),
        (doors.areas, "district,area,source,since,verified", "*区,moon,x,2010-01-01,false", "row 2: 'moon'"),
        (life.standard, "item,zh,en,needed_to_open,source,since,verified", "sofa,a,b,true,x,2010-01-01,false", "sofa"),
        (kinds.kinds, ",".join(kinds.COLUMNS), "garrison,13-41,noon,a,b,,x,2010-01-01,false", "row 2"),
        (doors.travel, "area,minutes", "town,30", "column kmh"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_row(
    tmp_path: Path, load: t.Callable[[Path], t.Any], head: str, row: str, why: str
) -> None:
    file = tmp_path / "table.csv"
    file.write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(tables.TableError, match=why):
        load(file)
