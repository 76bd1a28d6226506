"""What is asked about services short of a case and about pairs."""

from __future__ import annotations

import datetime as dt
import typing as t

from sqlalchemy import select

from chassis.work import Read
from services.intake import repository
from services.intake import repository_network as network
from services.intake.domain.names import masked_name
from services.intake.models import Pair, Service
from services.intake.pages import Answer, Params, as_uuid, page

PLAIN = ("organization", "station", "kind", "channel", "recipient_group", "topic", "persons", "minutes",
         "guided_to_apply")  # fmt: skip


def list_services(read: Read, params: Params) -> Answer:
    """Services short of a case, newest first; names of the advised are not shown."""
    statement = repository.visible(select(Service), Service, read.principal)
    for name in ("station", "kind"):
        if params.get(name):
            statement = statement.where(getattr(Service, name) == params[name])
    if params.get("pair"):
        statement = statement.where(Service.pair == as_uuid(params["pair"]))
    if params.get("since"):
        statement = statement.where(Service.given_on >= _day(params["since"]))
    if params.get("until"):
        statement = statement.where(Service.given_on <= _day(params["until"]))
    return page(read, statement, Service, params, _service)


def _service(read: Read, row: Service) -> Answer:
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "id": str(row.id),
        "on": row.given_on.isoformat(),
        "anonymous": row.person_name_sealed is None,
        "pair": str(row.pair) if row.pair else None,
    }


def list_pairs(read: Read, params: Params) -> Answer:
    """Pairs, newest first, with how often they met; the person's name is masked."""
    statement = repository.visible(select(Pair), Pair, read.principal)
    if params.get("station"):
        statement = statement.where(Pair.station == params["station"])
    if params.get("state"):
        has_ended = Pair.ended_on.is_not(None)
        statement = statement.where(has_ended if params["state"] == "ended" else ~has_ended)
    found = page(read, statement, Pair, params, lambda _, row: {"row": row})
    rows = [item["row"] for item in found["items"]]
    visits = network.visits(read.session, [row.id for row in rows])
    return {**found, "items": [_pair(read, row, *visits.get(row.id, (0, None))) for row in rows]}


def _pair(read: Read, row: Pair, visits: int, last: dt.date | None) -> Answer:
    vault = read.settings.vault
    plain = ("organization", "station", "recipient_group", "purpose", "version")
    return {
        **{name: getattr(row, name) for name in plain},
        "id": str(row.id),
        "state": "ended" if row.ended_on else "open",
        "volunteer_name": vault.open(row.volunteer_sealed),
        "person_name": masked_name(t.cast(str, vault.open(row.person_sealed))),
        "since": row.since.isoformat(),
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "visits": visits,
        "last_visit_on": last.isoformat() if last else None,
    }


def _day(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
