"""``aidbus keys rotate-data`` (also ``aidbus rotate-data``): bring stored personal data under the newest key."""

from __future__ import annotations

import importlib

import click
from sqlalchemy import inspect

from chassis import rotation
from chassis.database import Database
from chassis.errors import StartError
from chassis.runner import known_services, load_service, package_of
from chassis.settings import load
from chassis.vault import LostKey


@click.command(name="rotate-data")
def rotate_data() -> None:
    """Seal stored personal data anew with the first of AIDBUS_DATA_KEYS; the services may run meanwhile."""
    for service in known_services():
        base = importlib.import_module(f"{package_of(service)}.models").Base
        if rotation.sealed_models(base):
            _rotate(service, base)


def _rotate(service: str, base: type) -> None:
    settings = load(load_service(service).platform.kind)
    database = Database(settings.database_for(service))
    tables = {model.__tablename__ for model in rotation.sealed_models(base)}
    try:
        if not tables <= set(inspect(database.engine).get_table_names()):
            return  # a service that was never migrated here has nothing to seal
        for table, changed in rotation.rotate(database, settings.vault, base):
            click.echo(f"{table}: {changed} rows sealed anew")
    except LostKey as error:
        raise StartError(f"{service}: {error}") from None
    finally:
        database.close()
