"""Organizations that were there before their versions were kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from chassis.database import Database
from chassis.migrations import migrate
from chassis.tables import organizations
from tests.infrastructure.revisions import bring_to
from tests.unit.intake.conftest import KEY

pytestmark = pytest.mark.slow

BEFORE = {
    "services.intake": "0010",
    "services.assignment": "0024",
    "services.supervision": "0011",
    "services.notification": "0007",
    "gateway": "0004",
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def url(request: pytest.FixtureRequest, tmp_path: Path, package: str) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/service.db"
    return str(request.getfixturevalue("databases").create("versions-" + package.replace(".", "-")))


@pytest.mark.parametrize("package", BEFORE)
def test_organizations_of_before_get_their_versions_and_lose_them_by_the_way_back(
    url: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIDBUS_DATA_KEYS", KEY)
    database = Database(url)
    migrate(package, database)
    bring_to(BEFORE[package], package, database, down=True)
    with database.engine.begin() as connection:
        assert "version" not in connection.execute(text("SELECT * FROM organizations")).mappings().one()
        if package == "services.intake":
            profile = "INSERT INTO organization_profiles (code, auto_assign, version) VALUES ('center', false, 3)"
            connection.execute(text(profile))
    migrate(package, database)
    with database.session() as session:
        known = session.scalar(select(organizations.c.version))
    assert known == (3 if package == "services.intake" else 0)
    database.close()
