"""``aidbus keys rotate-data`` (also ``aidbus rotate-data``): bring stored personal data under the newest key."""

from __future__ import annotations

import os

import click
from sqlalchemy.orm import DeclarativeBase

from chassis import migrations, operations, rotation
from chassis.database import Database
from chassis.errors import StartError
from chassis.runner import known_services, load_service, package_of
from chassis.settings import load
from chassis.vault import LostKey


@click.command(name="rotate-data")
def rotate_data() -> None:
    """Seal stored personal data anew with the first of AIDBUS_DATA_KEYS; the services may run meanwhile."""
    bases = {name: migrations.base_of(package_of(name)) for name in known_services()}
    sealing = {name: base for name, base in bases.items() if rotation.sealed_models(base)}
    # all are looked at before any is sealed: who is told nothing of one that was left out drops the key that it needs
    there = {name: operations.has_tables(name, os.environ) for name in sealing}
    for service, base in sealing.items():
        if there[service]:
            _rotate(service, base)
        else:
            click.echo(f"{service}: no tables yet, nothing to seal")


def _rotate(service: str, base: type[DeclarativeBase]) -> None:
    settings = load(load_service(service).platform.kind)
    database = Database(settings.database_for(service))
    try:
        for table, changed in rotation.rotate(database, settings.vault, base):
            click.echo(f"{table}: {changed} rows sealed anew")
    except LostKey as error:
        raise StartError(f"{service}: {error}") from None
    finally:
        database.close()
