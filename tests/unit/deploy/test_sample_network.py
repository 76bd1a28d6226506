"""The sample network is whole, and every row of it fits the contract that the door checks it by."""

from __future__ import annotations

import uuid

import pytest
from marshmallow import RAISE

from contracts import intake, supervision
from contracts.assignment import closing, conduct, offers, register
from deploy.sample.journey import golden
from deploy.sample.network import rows

FIRM = str(uuid.uuid4())
SCHEMAS = {
    "organizations": intake.COMMANDS["intake.register_organization.v1"],
    "stations": intake.COMMANDS["intake.register_station.v1"],
    "staff": intake.COMMANDS["intake.register_staff.v1"],
    "firms": register.RegisterFirm,
    "lawyers": register.RegisterLawyer,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_row_fits_its_contract(name: str) -> None:
    schema = SCHEMAS[name](unknown=RAISE)
    for row in rows(name):
        body = {**row, "firm": FIRM} if name == "lawyers" else row
        assert not schema.validate(body), row


def test_the_network_has_the_size_of_the_model_city() -> None:
    sizes = {name: len(rows(name)) for name in SCHEMAS}
    assert (sizes["organizations"], sizes["stations"], sizes["firms"], sizes["lawyers"]) == (7, 71, 12, 60)


def test_stations_lie_in_the_city_in_its_districts_and_in_townships_each_with_a_liaison() -> None:
    stations = rows("stations")
    assert {row["level"] for row in stations} == {"city", "district", "township"}
    assert all(34.5 < row["latitude"] < 36 and 113 < row["longitude"] < 115 for row in stations)
    assert len({row["liaison"]["name"] for row in stations}) == 71
    assert len({row["code"] for row in stations}) == 71


def test_everybody_belongs_to_something_that_is_there() -> None:
    codes = {row["code"] for row in rows("organizations")}
    firms = {row["name"] for row in rows("firms")}
    districts = {row["district"] for row in rows("stations")}
    assert {row["organization"] for row in rows("stations")} == codes
    assert {row["organization"] for row in rows("staff")} == codes | {"center"}
    for lawyer in rows("lawyers"):
        assert lawyer["firm"] in firms
        assert set(lawyer.get("standing_for", [])) <= codes
        assert set(lawyer.get("districts", [])) <= districts


def test_every_organization_has_a_head_and_a_standing_lawyer() -> None:
    codes = {row["code"] for row in rows("organizations")}
    heads = {row["organization"] for row in rows("staff") if row["role"] == "organization_head"}
    standing = {code for lawyer in rows("lawyers") for code in lawyer.get("standing_for", [])}
    assert heads == codes
    assert standing == codes


def test_no_two_people_share_a_name_or_a_telephone() -> None:
    people = [row["liaison"] for row in rows("stations")] + rows("staff") + rows("lawyers")
    assert len({person["name"] for person in people}) == len(people)
    assert len({person["phone"] for person in people}) == len(people)


def test_the_golden_case_brings_30_050_yuan() -> None:
    case = golden()
    assert sum(amount["fen"] for amount in case["end"]["amounts"]) == case["expected"]["recovered_fen"] == 3_005_000


def test_the_golden_case_fits_the_contracts() -> None:
    case, some = golden(), str(uuid.uuid4())
    for schema, body in (
        (intake.COMMANDS["intake.record_service.v1"], case["advice"]),
        (intake.COMMANDS["intake.file_application.v1"], case["application"]),
        (intake.COMMANDS["intake.grant_application.v1"], {"application": some, **case["grant"]}),
        (offers.OfferCase, {"case": some, **case["offer"]}),
        (offers.AnswerOffer, {"offer": some, **case["decline"]}),
        (offers.AnswerOffer, {"offer": some, **case["accept"]}),
        (conduct.RecordRetainer, {"case": some, **case["retainer"]}),
        *((conduct.ReportProgress, {"case": some, **one}) for one in case["rounds"]),
        (closing.EndCase, {"case": some, **case["end"]}),
        (closing.SubmitClosingFile, {"case": some, **case["closing_file"]}),
        (closing.CheckClosingFile, {"case": some, **case["check"]}),
        (closing.PaySubsidy, {"case": some, **case["payment"]}),
        (supervision.tasks.FinishTask, {"task": some, **case["return_visit"]}),
    ):
        assert not schema(unknown=RAISE).validate(body), schema.__name__
