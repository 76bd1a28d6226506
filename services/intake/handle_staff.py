"""The people who work in the network: taken in, changed, and gone."""

from __future__ import annotations

import typing as t

from chassis import versions
from chassis.errors import Rejected
from chassis.work import Work
from services.intake import entering, guards, repository
from services.intake import repository_network as network
from services.intake.domain import network as network_rules
from services.intake.handle_stations import leave_posts
from services.intake.models import Staff

Command = dict[str, t.Any]


def register_staff(work: Work, command: Command) -> Command:
    """Take a colleague into the network."""
    guards.same_or_center(work, command["organization"])
    guards.known_organization(work, command["organization"])
    _refuse_unknown_station(work, command["organization"], command["station"])
    _refuse_post_without_work(work, command["organization"], command["role"])
    return _answer(entering.enter_staff(work, [command])[0])


def change_staff(work: Work, command: Command) -> Command:
    """Change what is known of a colleague; the whole of it is told anew."""
    row = _member(work, command)
    if versions.changes_nothing(command, "person"):
        return _answer(row)
    if "station" in command:
        _refuse_unknown_station(work, row.organization, command["station"])
    if "role" in command:
        _refuse_post_without_work(work, row.organization, command["role"])
    for name in ("name", "name_en", "role", "station"):
        if name in command:
            setattr(row, name, command[name])
    vault = work.settings.vault
    for name in ("phone", "email"):
        if name in command:
            setattr(row, f"{name}_sealed", vault.seal(command[name]))
    row.version += 1
    plain = {name: getattr(row, name) for name in ("organization", "station", "name", "name_en", "role", "version")}
    ways = {"phone": vault.open(row.phone_sealed), "email": vault.open(row.email_sealed)}
    work.emit(
        "intake.staff_changed.v1", {**plain, **ways, "person": row.id}, organization=row.organization, subject=row.id
    )
    return _answer(row)


def leave_staff(work: Work, command: Command) -> Command:
    """A colleague leaves: their posts are vacant; tasks, messages and keys follow from the event."""
    row = _member(work, command)
    today = work.today()
    row.left_on = guards.day_between(command["on"] or today, guards.FIRST_DAY, today, "on")
    row.version += 1
    work.session.flush()
    told = {name: getattr(row, name) for name in ("organization", "station", "role", "left_on", "version")}
    work.emit("intake.staff_left.v1", {**told, "person": row.id}, organization=row.organization, subject=row.id)
    leave_posts(work, row.id)
    return _answer(row)


def _member(work: Work, command: Command) -> Staff:
    """The colleague that a command is about, locked; one out of sight does not exist, one who left is past change."""
    row = network.member(work.session, command["person"], lock=True)
    if row is None or not guards.caller(work).may_see(row.organization):
        raise Rejected("not-found", what="person")
    guards.expect_version(command, row.version)
    if row.left_on is not None:
        raise Rejected("has-left", day=row.left_on)
    return row


def _refuse_unknown_station(work: Work, organization: str, code: str | None) -> None:
    if code is not None and repository.station(work.session, organization, code) is None:
        raise Rejected("unknown-station", pointer="/station", code=code)


def _refuse_post_without_work(work: Work, organization: str, role: str) -> None:
    """A director or officer elsewhere than at the center would never be given a task."""
    posts = network_rules.posts(organization, work.settings.center)
    if role not in posts:
        raise Rejected("post-of-the-center", pointer="/role", role=role, organization=organization, posts=posts)


def _answer(row: Staff) -> Command:
    plain = {name: getattr(row, name) for name in ("organization", "station", "role", "version")}
    return {"id": str(row.id), **plain, "left_on": row.left_on.isoformat() if row.left_on else None}
