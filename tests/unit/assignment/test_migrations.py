"""The migrations build exactly the tables that the models describe."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis import tables
from chassis.database import Database
from chassis.migrations import migrate
from services.assignment.models import Base

pytestmark = pytest.mark.slow


def test_a_migrated_database_has_the_tables_of_the_models_and_migrating_again_changes_nothing(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/assignment.db")
    head = migrate("services.assignment", database)
    assert migrate("services.assignment", database) == head
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, [Base.metadata, tables.metadata]) == []
    database.close()
