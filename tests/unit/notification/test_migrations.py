"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

import typing as t

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis import tables
from chassis.database import Database
from chassis.migrations import migrate
from services.notification.models import Base


def test_the_migrated_database_has_the_tables_of_the_models() -> None:
    database = Database("sqlite://")
    migrate("services.notification", database)
    with database.engine.connect() as connection:
        both: t.Any = [Base.metadata, tables.metadata]
        context = MigrationContext.configure(connection, opts={"target_metadata": both})
        assert compare_metadata(context, both) == []
