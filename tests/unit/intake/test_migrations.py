"""The migrations make exactly the tables that the models describe, and take them away again."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from chassis import tables
from chassis.database import Database
from chassis.migrations import migrate
from services.intake.models import Base
from tests.infrastructure.revisions import bring_to

pytestmark = pytest.mark.slow


def test_the_migrated_database_has_the_tables_of_the_models() -> None:
    database = Database("sqlite://")
    migrate("services.intake", database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": [Base.metadata, tables.metadata]})
        assert compare_metadata(context, [Base.metadata, tables.metadata]) == []


def test_the_way_back_leaves_nothing() -> None:
    database = Database("sqlite://")
    migrate("services.intake", database)
    bring_to("base", "services.intake", database, down=True)
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
