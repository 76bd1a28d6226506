"""``aidbus keys rotate-data`` (also ``aidbus rotate-data``): bring stored personal data under the newest key."""

from __future__ import annotations

import click

from chassis.database import Database
from chassis.settings import load
from services.intake import rotation
from services.intake.settings import IntakeSettings


@click.command(name="rotate-data")
def rotate_data() -> None:
    """Seal stored personal data anew with the first of AIDBUS_DATA_KEYS; the service may run meanwhile."""
    settings = load(IntakeSettings)
    vault, database = settings.vault, Database(settings.database_for("intake"))
    try:
        for model, columns in rotation.sealed_models().items():
            changed, after = 0, None
            while True:
                with database.session() as session:
                    done, after = rotation.rotate_batch(session, vault, model, columns, after)
                changed += done
                if after is None:
                    break
            click.echo(f"{model.__tablename__}: {changed} rows sealed anew")
    finally:
        database.close()
