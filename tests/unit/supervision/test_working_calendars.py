"""Working calendars on the command line, half-days of organizations, and the 24 hours of an office (LA 39, 40)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from chassis import tables
from chassis.database import Database
from chassis.errors import StartError
from chassis.migrations import migrate
from services.supervision.commands_calendar import calendar
from services.supervision.models import WorkingYear
from tests.unit.supervision.conftest import CENTER, Network
from tests.unit.supervision.test_by_hand import order

Staff = dict[str, UUID]
YEAR = """
year: 2027
source: 国务院办公厅通知
rest_days: [2027-01-01, 2027-02-08, 2027-02-09, 2027-02-10, 2027-04-05]
worked_days: [2027-02-13]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a migrated database of supervision."""
    url = f"sqlite:///{tmp_path}/supervision.sqlite"
    monkeypatch.setenv("AIDBUS_DATABASE_URL", f"sqlite:///{tmp_path}/{{service}}.sqlite")
    database = Database(url)
    migrate("services.supervision", database)
    database.close()
    (tmp_path / "2027.yaml").write_text(YEAR, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(calendar, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_published_year_is_imported_of_a_file_and_shown(place: Path) -> None:
    told = json.loads(run("import", str(place / "2027.yaml"), "--json"))
    assert told == {"year": 2027, "working_days": 261 - 5 + 1, "due_days_moved": 0}
    shown = run("show", "2027")
    assert shown.startswith("2027: 257 working days (国务院办公厅通知)")
    assert "2027-02-13  worked" in shown
    assert json.loads(run("show", "2026", "--json"))["working_days"] == 248


def test_a_year_comes_from_the_library_where_it_knows_it(place: Path) -> None:
    assert run("import", "2026").startswith("2026: 248 working days")
    with pytest.raises(StartError, match="give a file"):
        run("import", "2099")


def test_a_table_of_days_is_read_as_well(place: Path) -> None:
    rows = "day,worked,occasion\n" + "\n".join(f"2027-0{n}-04,0,x" for n in range(1, 7))
    (place / "2027.csv").write_text(rows, encoding="utf-8")
    assert run("import", str(place / "2027.csv"), "--source", "notice").startswith("2027: 256 working days")


@pytest.mark.parametrize(
    "text", ["", "year: x", "year: 2027\nrest_days: [2028-01-01]", "a: [", YEAR.replace("2027-02-13", "2027-02-16")]
)
def test_a_file_that_cannot_be_a_calendar_changes_nothing_and_says_why(place: Path, text: str) -> None:
    (place / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StartError):
        run("import", str(place / "bad.yaml"))
    database = Database(f"sqlite:///{place}/supervision.sqlite")
    with database.session() as session:
        assert session.get(WorkingYear, 2027) is None
        assert not session.execute(select(tables.outbox)).first()
    database.close()


def test_a_provisional_day_is_counted_anew_with_old_and_new_kept_and_its_people_told(
    network: Network, staff: Staff
) -> None:
    network.set("2026-12-26T10:00")
    network.receive()
    assert (network.task("decide")["due_on"], network.task("decide")["provisional"]) == ("2027-01-02", True)
    rest = ["2027-01-01", "2027-02-08", "2027-02-09", "2027-02-10", "2027-04-05"]
    order(network, "import_calendar", CENTER, year=2027, rest_days=rest, worked_days=[], source="notice")
    task = network.task("decide")
    (change,) = task["due_changes"]
    assert (change["old_due_on"], change["new_due_on"]) == ("2027-01-02", "2027-01-04")
    assert (task["due_on"], task["provisional"]) == ("2027-01-04", False)
    assert network.said("task_opened")[-1]["due_on"] == "2027-01-04"


def test_a_half_day_of_an_organization_moves_no_limit_and_is_said(network: Network, staff: Staff) -> None:
    data = {"code": "womens-federation", "name": "妇联", "kind": "womens_federation", "auto_assign": False}
    half = [{"month": 9, "day": 24, "part": "afternoon", "name": "half"}]
    network.bench.handle("intake.organization_changed.v1", {**data, "half_days": half, "version": 2})
    network.receive()
    task = network.task("decide")
    assert task["due_on"] == "2026-09-24", "the law knows no half-days"
    assert task["due_at"].startswith("2026-09-24T16:00"), "the midnight that ends the day"
    assert task["half_day"] == "afternoon", "whoever plans their day is told that nobody works then"


# persons in custody


@pytest.mark.parametrize(("hours", "kept"), [(23, (1, 0)), (30, (0, 1))])
def test_the_24_hours_of_an_office_are_met_or_missed_when_the_application_arrives(
    network: Network, staff: Staff, hours: int, kept: tuple[int, int]
) -> None:
    network.receive(office_received_at=network.now - dt.timedelta(hours=hours))
    task = network.task("forward")
    assert (task["state"], task["article"], task["assignees"]) == ("finished", "LA 39, 40", [])
    (limit,) = network.ask("figures")["deadlines"]
    assert (limit["kind"], limit["met"], limit["missed"]) == ("forward", *kept)
    assert [one["kind"] for one in network.said("task_opened")] == ["decide"], "nobody here is told to do it"


def test_an_application_that_no_office_kept_has_no_such_clock(network: Network, staff: Staff) -> None:
    network.receive()
    assert [task["kind"] for task in network.ask("tasks")["items"]] == ["decide"]
