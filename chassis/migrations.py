"""Alembic for every service: one environment, one way to upgrade, safe when several processes start at once."""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase

from chassis import organizations, tables
from chassis.clock import SystemClock
from chassis.database import Database


def create_chassis_tables(op: t.Any) -> None:
    """Make outbox, inbox, dead letters and organizations; called by each service's first migration."""
    tables.metadata.create_all(op.get_bind())


def drop_chassis_tables(op: t.Any) -> None:
    tables.metadata.drop_all(op.get_bind())


def add_version_of_organizations(op: t.Any) -> None:
    """The column of a database that was made before there was one; a new one has it from its first migration."""
    columns = inspect(op.get_bind()).get_columns(tables.organizations.name)
    if "version" not in {column["name"] for column in columns}:
        op.add_column(tables.organizations.name, Column("version", Integer, nullable=False, server_default=text("0")))


def drop_version_of_organizations(op: t.Any) -> None:
    with op.batch_alter_table(tables.organizations.name) as table:
        table.drop_column("version")


def config_for(package: str) -> Config:
    """The Alembic configuration of a service's package, e.g. ``services.intake``."""
    folder = Path(str(importlib.import_module(package).__file__)).parent
    config = Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    return config


def migrate(package: str, database: Database, center: str = "center") -> str:
    """Upgrade one service's database to the newest revision and put the center into its organizations.

    Returns the revision. On PostgreSQL an advisory lock lets one process migrate while others wait; both may take
    longer than any other statement.
    """
    config = config_for(package)
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(4202101)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with database.session() as session:
        if center not in organizations.codes(session):
            name = "法律援助中心"
            organizations.register(session, center, name, "Legal Aid Center", "center", now=SystemClock().now())
    return newest_revision(package)


def own_tables(package: str) -> frozenset[str]:
    """The names of a service's own tables, without the chassis'."""
    return frozenset(base_of(package).metadata.tables)


def base_of(package: str) -> type[DeclarativeBase]:
    """The declarative base of a service's models."""
    return t.cast("type[DeclarativeBase]", importlib.import_module(f"{package}.models").Base)


def newest_revision(package: str) -> str:
    """The revision that a service's code wants."""
    return str(ScriptDirectory.from_config(config_for(package)).get_current_head())


def is_known(package: str, revision: str) -> bool:
    """Whether the service's code has this revision; a newer version's is not known to an older one."""
    script = ScriptDirectory.from_config(config_for(package))
    return revision in {one.revision for one in script.walk_revisions()}


def current_revision(connection: Connection) -> str | None:
    """The revision that a database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def run(metadata: MetaData) -> None:
    """The body of a service's ``migrations/env.py``."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=[metadata, tables.metadata],
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()
