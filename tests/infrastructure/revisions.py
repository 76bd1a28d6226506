"""A database as it was at an earlier revision: for tests of what a migration does with what is there."""

from __future__ import annotations

from alembic import command

from chassis.database import Database
from chassis.migrations import config_for


def bring_to(revision: str, package: str, database: Database, *, down: bool = False) -> None:
    """Take a service's database up to a revision, or ``down`` to it."""
    config = config_for(package)
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
