"""The hotline: what a complainant says is sealed, a code tells how far it is, and those complained about see nothing."""

from __future__ import annotations

import typing as t
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from sqlalchemy import text

from chassis.database import Database
from chassis.errors import Rejected
from chassis.migrations import migrate
from chassis.principal import Principal
from chassis.vault import Vault
from contracts import tracking
from services.intake.commands import rotate_data
from services.supervision.models import Complaint
from tests.unit.supervision.conftest import CENTER, KEY, Network, caller
from tests.unit.supervision.test_by_hand import order
from tests.unit.supervision.test_oversight import LIAISON, complain

Staff = dict[str, UUID]
PUBLIC = Principal("hotline", "public", "center")
AUDITOR = caller("auditor", "center")
NAMED = {"complainant_name": "王小五", "complainant_phone": "13800000000"}


def test_what_was_said_and_who_said_it_is_sealed_at_rest(network: Network, staff: Staff) -> None:
    complaint = complain(network, PUBLIC, channel="network", **NAMED)["id"]
    order(network, "accept_complaint", CENTER, complaint=complaint)
    order(network, "conclude_complaint", CENTER, complaint=complaint, conclusion="unfounded", reasons="王小五记错了")
    order(network, "answer_complaint", CENTER, complaint=complaint, answer="王小五：未查实", note="经查不属实")
    with network.bench.session() as session:
        (row,) = session.execute(text("SELECT * FROM complaints"))
    for secret in ("王小五", "13800000000", "200 yuan", "经查"):
        assert secret not in str(row)
    whole = network.ask("complaint", complaint=complaint)
    assert (whole["complainant_name"], whole["reasons"], whole["note"]) == ("王小五", "王小五记错了", "经查不属实")


def traces(network: Network, complaint: str, who: Principal = AUDITOR) -> list[tuple[str, str, str | None]]:
    """The audit trail, oldest first: what, by which role, by whom."""
    items = network.ask("complaint_traces", who, complaint=complaint)["items"]
    return [(one["act"], one["by_role"], one["by_person"]) for one in reversed(items)]


def test_who_opened_a_complaint_decided_and_looked_at_it_is_on_record(network: Network, staff: Staff) -> None:
    liaison = caller("liaison", "trade-union", uuid4())
    complaint = complain(network, liaison, **NAMED)["id"]
    order(network, "accept_complaint", CENTER, complaint=complaint)
    officer = caller("center_staff", person=staff["officer"])
    network.ask("complaint", officer, complaint=complaint)
    network.ask("complaint", AUDITOR, complaint=complaint)
    order(network, "conclude_complaint", CENTER, complaint=complaint, conclusion="unfounded", reasons="x")
    order(network, "answer_complaint", officer, complaint=complaint, answer="x")
    admin = str(CENTER.person)
    assert (
        traces(network, complaint)
        == traces(network, complaint, CENTER)
        == [
            ("opened", "liaison", str(liaison.person)),
            ("accepted", "center_admin", admin),
            ("looked", "center_staff", str(staff["officer"])),
            ("looked", "auditor", None),
            ("concluded", "center_admin", admin),
            ("answered", "center_staff", str(staff["officer"])),
        ]
    )
    trail = network.ask("complaint_traces", AUDITOR, complaint=complaint)
    shown = [one["shown"] for one in trail["items"] if one["act"] == "looked"]
    assert shown[1] == ["complainant_name", "complainant_phone", "statement"]
    assert shown[0] == ["masked complainant_name", "masked complainant_phone", "statement"]
    assert not any(secret in str(trail) for secret in (*NAMED.values(), "200 yuan"))


def test_a_complaint_without_an_account_was_opened_by_nobody_and_a_refused_step_leaves_no_trace(
    network: Network, staff: Staff
) -> None:
    complaint = complain(network, PUBLIC, channel="network")["id"]
    with pytest.raises(Rejected, match="wrong-state"):
        order(network, "answer_complaint", CENTER, complaint=complaint, answer="x")
    with pytest.raises(Rejected, match="not-found"):
        network.ask("complaint", caller("liaison", "trade-union"), complaint=complaint)
    assert traces(network, complaint) == [("opened", "public", None)]
    for stranger in (LIAISON, caller("lawyer")):
        with pytest.raises(Rejected, match="not-found"):
            network.ask("complaint_traces", stranger, complaint=complaint)


def test_the_trail_of_a_complaint_has_pages(network: Network, staff: Staff) -> None:
    complaint = complain(network)["id"]
    for _ in range(3):
        network.ask("complaint", complaint=complaint)
    first = network.ask("complaint_traces", complaint=complaint, limit=3)
    rest = network.ask("complaint_traces", complaint=complaint, limit=3, after=first["next"])
    assert [one["act"] for one in (*first["items"], *rest["items"])] == ["looked", "looked", "looked", "opened"]
    assert rest["next"] is None


def test_lists_mask_who_complained_and_leave_out_the_words(network: Network, staff: Staff) -> None:
    complaint = complain(network, **NAMED)["id"]
    (item,) = network.ask("complaints")["items"]
    assert (item["complainant_name"], item["complainant_phone"]) == ("王*", "138****0000")
    assert "statement" not in item
    audited = network.ask("complaint", AUDITOR, complaint=complaint)
    assert (audited["complainant_name"], audited["statement"]) == ("王*", "asked for 200 yuan")


def test_the_code_tells_how_far_a_complaint_is_and_nothing_of_anybody(network: Network, staff: Staff) -> None:
    opened = complain(network, PUBLIC, channel="network", **NAMED)
    code = opened["tracking_code"]
    seen = network.ask("complaint_progress", PUBLIC, code=code)
    assert (seen["number"], seen["state"], seen["due_on"]) == (opened["number"], "received", "2026-09-23")
    order(network, "accept_complaint", CENTER, complaint=opened["id"])
    order(network, "conclude_complaint", CENTER, complaint=opened["id"], conclusion="substantiated", reasons="查实")
    order(network, "answer_complaint", CENTER, complaint=opened["id"], answer="已退款", note="已退还所收费用")
    seen = network.ask("complaint_progress", PUBLIC, code=code.lower().replace("-", " "))
    assert (seen["state"], seen["conclusion"], seen["note"]) == ("answered", "substantiated", "已退还所收费用")
    for secret in ("王小五", "138", "fengquan", "womens-federation", "已退款"):
        assert secret not in str(seen)
    with pytest.raises(Rejected, match="not-found"):
        network.ask("complaint_progress", PUBLIC, code="AAAA-BBBB-CCCC-DDDD")


def test_whoever_has_no_account_is_not_turned_away_for_a_wrong_code(network: Network, staff: Staff) -> None:
    wrong = complain(network, PUBLIC, organization="nowhere", channel="network")
    assert network.ask("complaint", complaint=wrong["id"])["organization"] == "center"
    half = complain(network, PUBLIC, station="nowhere", channel="network")["id"]
    assert network.ask("complaint", complaint=half)["organization"] == "womens-federation"
    with pytest.raises(Rejected, match="unknown-station"):
        complain(network, CENTER, station="nowhere")


def test_the_center_finds_out_whom_a_complaint_is_about_when_it_accepts_it(network: Network, staff: Staff) -> None:
    complaint = complain(network, PUBLIC, organization="nowhere", channel="network")["id"]
    about = {"organization": "womens-federation", "station": "fengquan"}
    with pytest.raises(Rejected, match="unknown-person"):
        order(network, "accept_complaint", CENTER, complaint=complaint, lawyer=uuid4(), **about)
    order(network, "accept_complaint", CENTER, complaint=complaint, lawyer=staff["officer"], **about)
    found = network.ask("complaint", complaint=complaint)
    assert (found["station"], found["lawyer"]) == ("fengquan", str(staff["officer"]))


def test_a_liaison_sees_no_complaint_about_the_own_station_whoever_took_it_down(network: Network, staff: Staff) -> None:
    liaison = caller("liaison", "womens-federation", staff["liaison"], "fengquan")
    without_station = caller("liaison", "womens-federation", staff["liaison"])
    own = complain(network, liaison)["id"]
    about_all = complain(network, CENTER, station=None)["id"]
    network.hear("intake.organization_registered.v1", code="trade-union", name="总工会", kind="trade_union")
    other = complain(network, liaison, organization="trade-union", station=None)["id"]
    for who in (liaison, without_station):
        assert [item["id"] for item in network.ask("complaints", who)["items"]] == [other]
        assert {"statement", "complainant_name"}.isdisjoint(network.ask("complaint", who, complaint=other))
        assert network.ask("tasks", who)["items"] == []
        assert network.ask("deadlines", who)["items"] == []
        for hidden in (own, about_all):
            with pytest.raises(Rejected, match="not-found"):
                network.ask("complaint", who, complaint=hidden)


def test_a_station_counts_no_complaints_and_its_organization_and_the_center_do(network: Network, staff: Staff) -> None:
    complain(network, PUBLIC, channel="network")
    station = caller("liaison", "womens-federation", staff["liaison"], "fengquan")
    person = caller("liaison", "womens-federation", staff["liaison"])
    for who, counted in ((station, 0), (person, 0), (LIAISON, 1), (CENTER, 1)):
        assert network.ask("figures", who)["sums"]["fee_reports"] == counted
        assert len(network.ask("facts", who, measure="complaints")["items"]) == counted
        shown = [row for row in network.ask("comparison", who)["items"] if row["measure"] == "complaints"]
        assert shown[0]["value"] == counted


def test_a_code_is_read_however_it_is_typed() -> None:
    code = tracking.code_of(uuid4())
    assert len(code.replace("-", "")) == 16
    for typed in (code.lower(), code.replace("-", " "), code.replace("O", "0").replace("I", "1").replace("B", "8")):
        assert tracking.fingerprint(typed) == tracking.fingerprint(code)
    assert tracking.fingerprint(tracking.code_of(uuid4())) != tracking.fingerprint(code)


def test_an_erased_person_leaves_nothing_in_a_complaint(network: Network, staff: Staff) -> None:
    network.receive()
    network.grant()
    network.accept()
    complaint = complain(network, case=network.case, **NAMED)["id"]
    network.hear("intake.person_erased.v1", **erased(network))
    found = network.ask("complaint", complaint=complaint)
    assert (found["complainant_name"], found["statement"]) == (None, "（已删除）")


def erased(network: Network) -> dict[str, t.Any]:
    return {"person": uuid4(), "applications": [network.application], "erased_at": network.now}


@pytest.mark.slow
def test_the_command_that_changes_keys_brings_complaints_under_the_newest_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path}/supervision.db")
    migrate("services.supervision", database)
    network = Network(database)
    network.people()
    complain(network, **NAMED)
    new = Fernet.generate_key().decode()
    monkeypatch.setenv("AIDBUS_DATABASE_URL", f"sqlite:///{tmp_path}/{{service}}.db")
    monkeypatch.setenv("AIDBUS_DATA_KEYS", f"{new},{KEY}")
    assert "complaints: 1 rows sealed anew" in CliRunner().invoke(rotate_data).output
    assert "complaints: 0 rows sealed anew" in CliRunner().invoke(rotate_data).output
    with network.bench.session() as session:
        assert Vault([new]).open(session.query(Complaint).one().name_sealed) == "王小五"
    network.bench.database.close()
