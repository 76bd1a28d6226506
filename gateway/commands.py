"""The gateway's part of the command line: ``aidbus keys`` and ``aidbus organizations``."""

from __future__ import annotations

import os
import typing as t
from contextlib import contextmanager
from uuid import UUID

import click
from sqlalchemy import select

from chassis import operations
from chassis.cli import Plugged, as_json, show
from chassis.clock import clock_for
from chassis.database import Database
from chassis.errors import StartError
from chassis.settings import load
from chassis.tables import organizations as table
from chassis.topology import Topology
from contracts.registry import REGISTRY
from contracts.terms import CALLER_ROLES
from gateway import keys as store
from gateway.models import ApiKey
from gateway.settings import GatewaySettings


@click.group(cls=Plugged)
def keys() -> None:
    """Keys: of the API (make, end, list), and those that seal personal data (rotate-data)."""


@keys.command(name="create")
@click.option("--role", required=True, type=click.Choice(list(CALLER_ROLES)))
@click.option("--organization", default=None, help="Code of the organization; the center if absent.")
@click.option("--person", type=click.UUID, default=None, help="Id of the staff member or lawyer.")
@click.option("--station", default=None, help="Code of the one station that the key is for.")
@click.option("--label", default=None, help="What the key is for.")
@as_json
def create(
    role: str, organization: str | None, person: UUID | None, station: str | None, label: str | None, as_json: bool
) -> None:
    """Make a key; it is shown this once."""
    with _session() as (session, settings):
        code = organization or settings.center
        now = clock_for(settings.clock_file).now()
        try:
            store.check_key(session, settings.center, role=role, organization=code, person=person, station=station)
            key = store.create_key(
                session,
                settings.pepper,
                role=role,
                organization=code,
                now=now,
                person=person,
                station=station,
                label=label,
            )
        except store.WrongKey as error:
            raise StartError(str(error)) from None
    row = {"prefix": key.partition(".")[0], "key": key, "role": role, "organization": code}
    if as_json:
        show([row], as_json)
        return
    click.echo(key)
    click.echo("Keep it now: it is never shown again. 请立即保存，此密钥不会再次显示。", err=True)


@keys.command(name="revoke")
@click.argument("prefix")
@as_json
def revoke(prefix: str, as_json: bool) -> None:
    """End the key that begins with PREFIX."""
    with _session() as (session, settings):
        prefix = prefix.partition(".")[0]
        if not store.revoke_key(session, prefix, clock_for(settings.clock_file).now()):
            raise StartError(f"there is no key {prefix} that could be ended")
    show([{"prefix": prefix, "state": "revoked"}], as_json)


@keys.command(name="list")
@as_json
def list_all(as_json: bool) -> None:
    """All keys, without their secrets."""
    with _session() as (session, _):
        rows = [_row(key) for key in store.list_keys(session)]
    show(rows, as_json)


@click.command()
@as_json
def organizations(as_json: bool) -> None:
    """The organizations of the network with their mailboxes."""
    with _session() as (session, settings):
        topology = Topology(settings.namespace, REGISTRY)
        rows = [
            {
                "code": row.code,
                "name": row.name,
                "name_en": row.name_en,
                "kind": row.kind,
                "mailboxes": [topology.mailbox(service, row.code) for service in REGISTRY.services],
            }
            for row in session.execute(select(table).order_by(table.c.code))
        ]
    if not as_json:
        rows = [row | {"mailboxes": "\n".join(row["mailboxes"])} for row in rows]
    show(rows, as_json)


def _row(key: ApiKey) -> dict[str, t.Any]:
    return {
        "prefix": key.prefix,
        "role": key.role,
        "organization": key.organization,
        "person": str(key.person) if key.person else None,
        "station": key.station,
        "label": key.label,
        "created_at": key.created_at.isoformat(timespec="seconds"),
        "last_used_on": key.last_used_on.isoformat() if key.last_used_on else None,
        "revoked_at": key.revoked_at.isoformat(timespec="seconds") if key.revoked_at else None,
    }


@contextmanager
def _session() -> t.Iterator[tuple[t.Any, GatewaySettings]]:
    operations.check_migrated("gateway", os.environ)
    settings = load(GatewaySettings, os.environ)
    database = Database(settings.database_for("gateway"))
    try:
        with database.session() as session:
            yield session, settings
    finally:
        database.close()
