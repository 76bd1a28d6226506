"""Services short of a case: one, or a busy day's at once."""

from __future__ import annotations

import datetime as dt
import typing as t

from chassis.work import Work
from services.intake import guards
from services.intake.models import Service

Command = dict[str, t.Any]
OLDEST_SERVICE = dt.timedelta(days=366)


def record_service(work: Work, command: Command) -> dict[str, t.Any]:
    """Record advice, drafting, a lecture or another service short of a case; it counts in the figures."""
    organization, station, given_on = _where_and_when(work, command)
    row = _enter_service(work, organization, station, given_on, command)
    return {"id": str(row.id), "organization": organization, "station": station, "on": given_on.isoformat()}


def record_services(work: Work, command: Command) -> dict[str, t.Any]:
    """Record a busy day's services at once: all of them, or none."""
    organization, station, given_on = _where_and_when(work, command)
    rows = [_enter_service(work, organization, station, given_on, entry) for entry in command["entries"]]
    return {
        "ids": [str(row.id) for row in rows],
        "organization": organization,
        "station": station,
        "on": given_on.isoformat(),
    }


def _where_and_when(work: Work, command: Command) -> tuple[str, str, dt.date]:
    organization, station = guards.desk(work, command["station"])
    today = work.today()
    given_on = guards.day_between(command["on"] or today, today - OLDEST_SERVICE, today, "on")
    return organization, t.cast(str, station), given_on


def _enter_service(work: Work, organization: str, station: str, given_on: dt.date, entry: Command) -> Service:
    plain = ("kind", "channel", "recipient_group", "topic", "persons", "minutes", "guided_to_apply")
    row = Service(
        id=work.new_id(),
        organization=organization,
        station=station,
        person_name_sealed=work.settings.vault.seal(entry["person_name"]),
        given_on=given_on,
        recorded_at=work.now,
        **{name: entry[name] for name in plain},
    )
    work.session.add(row)
    event = {
        "service": row.id,
        "organization": organization,
        "station": station,
        "on": given_on,
        **{name: entry[name] for name in ("kind", "channel", "recipient_group", "persons", "guided_to_apply")},
    }
    work.emit("intake.service_recorded.v1", event, organization=organization, subject=row.id)
    return row
