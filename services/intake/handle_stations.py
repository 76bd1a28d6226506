"""The register of stations: planned or open, changed, measured against the standard, suspended, closed."""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis import versions
from chassis.errors import Rejected
from chassis.work import Work
from services.intake import entering, guards, repository, standing
from services.intake import repository_network as network
from services.intake.domain import stations as life
from services.intake.models import Station

Command = dict[str, t.Any]
CHANGEABLE = ("name", "name_en", "level", "district", *entering.PLACE)


def register_station(work: Work, command: Command) -> Command:
    """Open or plan a station, with its head and its liaison officer as members of the staff."""
    organization, code = command["organization"], command["code"]
    guards.same_or_center(work, organization)
    guards.known_organization(work, organization)
    if repository.station(work.session, organization, code) is not None:
        raise Rejected("duplicate", pointer="/code", what="station", key=code)
    guards.whole_place(command["latitude"], command["longitude"])
    head = command["head"]
    if head is not None and head["trained_on"] is not None:
        guards.day_between(head["trained_on"], guards.FIRST_DAY, work.today(), "head/trained_on")
    row = entering.enter_stations(work, [command])[0]
    liaison = str(row.liaison) if row.liaison else None
    answer = {"id": str(row.id), "organization": organization, "code": code, "liaison": liaison}
    return answer | {"state": row.state, "version": 1, "head": str(row.head) if row.head else None}


def change_station(work: Work, command: Command) -> Command:
    """Change what is known of a station; a new head begins untrained."""
    row = _station(work, command)
    if versions.changes_nothing(command, "station"):
        return standing.shown(work, row)
    for name in CHANGEABLE:
        if name in command:
            setattr(row, name, command[name])
    guards.whole_place(row.latitude, row.longitude)
    for post in ("head", "liaison"):
        if post in command:
            _appoint(work, row, post, command[post])
    return standing.changed(work, row)


def _appoint(work: Work, row: Station, post: str, person: UUID | None) -> None:
    if person is not None:
        member = network.member(work.session, person)
        if member is None or member.organization != row.organization or member.left_on is not None:
            raise Rejected("unknown-person", pointer=f"/{post}")
    if person == getattr(row, post):
        return
    setattr(row, post, person)
    if post == "head":
        standing.mark(work, row, "head", person is not None, on=work.today())
        standing.mark(work, row, "head_trained", False, on=work.today())


def leave_posts(work: Work, person: UUID) -> None:
    """Somebody has left: the stations that they led or were the liaison of have nobody on that post."""
    for row in network.stations_of(work.session, person):
        for post in ("head", "liaison"):
            if getattr(row, post) == person:
                _appoint(work, row, post, None)
        standing.changed(work, row)


def assess_station(work: Work, command: Command) -> Command:
    """Enter how a station stands against items of the standard; an earlier word does not replace a later one."""
    guards.center_only(work)
    row = _station(work, command)
    for number, one in enumerate(command["marks"]):
        on = one["on"] or work.today()
        guards.day_between(on, guards.FIRST_DAY, work.today(), f"marks/{number}/on")
        if one["item"] == "head" and one["met"] and row.head is None:
            raise Rejected("no-head", pointer=f"/marks/{number}", code=row.code)
        standing.mark(work, row, one["item"], one["met"], on=on, note=one["note"])
    return standing.changed(work, row)


def change_station_state(work: Work, command: Command) -> Command:
    """Open, suspend, resume or close a station, with the reason; only one that meets the standard opens."""
    guards.center_only(work)
    row = _station(work, command)
    act = command["act"]
    missing = life.missing_to_open(network.marks(work.session, row.id)) if act == "open" else []
    if missing and row.state == "planned":
        raise Rejected("standard-not-met", code=row.code, missing=", ".join(missing))
    standing.move(work, row, act, command["reason"])
    return standing.changed(work, row)


def station_inspected(work: Work, event: Command) -> None:
    """An inspection looked at every item: its word counts from its day."""
    row = network.station_to_change(work.session, event["organization"], event["station"])
    if row is None:
        return
    for item in (one.item for one in life.standard()):
        standing.mark(work, row, item, item not in event["missing"], on=event["on"], by="inspection")
    standing.changed(work, row)


def work_suspended(work: Work, event: Command) -> None:
    """An inspection or a complaint suspended a station's work: it takes no more applications."""
    if event.get("station") is None:
        return
    row = network.station_to_change(work.session, event["organization"], event["station"])
    if row is None or row.state != "ready" or (row.state_since and row.state_since > event["since"]):
        return
    standing.move(work, row, "suspend", None, by_supervision=True)
    standing.changed(work, row)


def work_resumed(work: Work, event: Command) -> None:
    """The last suspension was lifted: a station that it had suspended opens again.

    One that the center suspended here by hand after that stays suspended.
    """
    if event.get("station") is None:
        return
    row = network.station_to_change(work.session, event["organization"], event["station"])
    if row is None or row.state != "suspended":
        return
    by_hand = not network.suspended_by_supervision(work.session, row.id)
    if by_hand and row.state_since and row.state_since > event["since"]:
        return
    standing.move(work, row, "resume", None, by_supervision=True)
    standing.changed(work, row)


def _station(work: Work, command: Command) -> Station:
    """The station that a command is about, locked; one that the caller may not change does not exist."""
    row = network.station_by_id(work.session, command["station"])
    if row is None or not guards.caller(work).may_see(row.organization, row.code):
        raise Rejected("not-found", what="station")
    guards.expect_version(command, row.version)
    return row
