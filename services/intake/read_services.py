"""What is asked about services short of a case."""

from __future__ import annotations

from sqlalchemy import select

from chassis.work import Read
from services.intake import repository
from services.intake.models import Service
from services.intake.pages import Answer, Params, page


def list_services(read: Read, params: Params) -> Answer:
    """Services short of a case, newest first; names of the advised are not shown."""
    statement = repository.visible(select(Service), Service, read.principal)
    for name in ("station", "kind"):
        if params.get(name):
            statement = statement.where(getattr(Service, name) == params[name])
    return page(read, statement, Service, params, _service)


def _service(read: Read, row: Service) -> Answer:
    plain = ("organization", "station", "kind", "channel", "recipient_group", "topic", "persons", "minutes",
             "guided_to_apply")  # fmt: skip
    return {"id": str(row.id), "on": row.given_on.isoformat(), **{name: getattr(row, name) for name in plain}}
