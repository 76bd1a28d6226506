"""What an upgrade keeps: figures that were counted before events were kept."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from chassis.database import Database
from chassis.migrations import migrate
from services.supervision import rebuild
from services.supervision.models import Complaint, FactRow, Rollup
from services.supervision.settings import SupervisionSettings
from tests.infrastructure.revisions import bring_to
from tests.unit.supervision.conftest import KEY, ZONE

pytestmark = pytest.mark.slow

OLD = (
    "INSERT INTO facts (source, measure, value, day, organization, station, recipient_group, form_of_aid, matter) "
    "VALUES (:source, :measure, :value, '2026-09-03', 'womens-federation', 'fengquan', 'woman', '', '')"
)
DOSSIER = (
    "INSERT INTO dossiers (application, organization, station, number, case_id) "
    "VALUES (:application, 'womens-federation', 'fengquan', 'A2026-00001', :case)"
)


def test_what_was_counted_before_the_ledger_stays_and_can_be_made_anew(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/supervision.db")
    case, application, service = uuid4(), uuid4(), uuid4()
    bring_to("0003", "services.supervision", database)
    with database.engine.begin() as connection:
        for source, measure, value in ((case, "cases", 1), (application, "applications", 1), (service, "advice", 3)):
            connection.execute(text(OLD), {"source": source.hex, "measure": measure, "value": value})
        connection.execute(text(DOSSIER), {"application": application.hex, "case": case.hex})
    migrate("services.supervision", database)
    with database.session() as session:
        assert not rebuild.check(session, ZONE)
        facts, sums = rebuild.rebuild(session, ZONE)
        assert (facts, sums) == (3, 9)
        subjects = {row.measure: row.subject for row in session.query(FactRow)}
        assert subjects == {"cases": application, "applications": application, "advice": service}
        advice = session.query(Rollup).filter_by(measure="advice", dimension="station").one()
        assert (advice.month.isoformat(), advice.station, advice.value) == ("2026-09-01", "fengquan", 3)
    database.close()


COMPLAINT = (
    "INSERT INTO complaints (id, number, organization, subject, channel, complainant_name, statement, state, measures, "
    "opened_at, version) VALUES (:id, 'T2026-00001', 'womens-federation', 'fee', 'hotline', '王五', '收费二百元', "
    "'received', '[]', '2026-09-03 02:00:00', 1)"
)


def test_what_complainants_said_before_is_sealed_and_can_be_brought_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIDBUS_DATA_KEYS", KEY)
    database = Database(f"sqlite:///{tmp_path}/supervision.db")
    bring_to("0007", "services.supervision", database)
    with database.engine.begin() as connection:
        connection.execute(text(COMPLAINT), {"id": uuid4().hex})
    migrate("services.supervision", database)
    with database.session() as session:
        assert "王五" not in str(session.execute(text("SELECT * FROM complaints")).all())
        row = session.query(Complaint).one()
        vault = SupervisionSettings(data_keys=KEY).vault
        assert (vault.open(row.name_sealed), vault.open(row.statement_sealed)) == ("王五", "收费二百元")
    bring_to("0007", "services.supervision", database, down=True)
    with database.session() as session:
        assert session.execute(text("SELECT complainant_name, statement FROM complaints")).one() == (
            "王五",
            "收费二百元",
        )
    database.close()
