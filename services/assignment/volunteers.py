"""Volunteers for lessons, tutoring, counselling, pairing: kept by the center, by each organization for its own."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from chassis import versions
from chassis.errors import Rejected
from chassis.principal import Principal
from chassis.work import Read, Work
from services.assignment import contact
from services.assignment import models as m
from services.assignment.access import caller, day_between, known_organization, say
from services.assignment.resources import volunteer_resource

Data = dict[str, t.Any]
FIRST_DAY = dt.date(1949, 10, 1)
#: A list of the message -> the kind of trait it is kept as.
TRAITS = {"work": "work", "districts": "district", "languages": "language"}
PLAIN = ("name", "name_en", "gender", "qualification", "checked_on", "places")


def register_volunteer(work: Work, command: Data) -> Data:
    """A volunteer joins; an organization takes its own, the center anybody's."""
    principal = caller(work)
    if not _keeps(principal, command["organization"]):
        if command["organization"] is None:  # for the whole network
            raise Rejected("forbidden", role=principal.role, pointer="/organization")
        raise Rejected("unknown-organization", code=command["organization"], pointer="/organization")
    if command["organization"] is not None:
        known_organization(work, command["organization"])
    _check_day(work, command["checked_on"])
    _refuse_twice(work, _index(work, command["organization"], command["name"], command["phone"]))
    return enter(work, command)


def enter(work: Work, body: Data) -> Data:
    """A volunteer, once everything was checked; ``body`` as in RegisterVolunteer."""
    row = m.Volunteer(
        id=work.new_id(),
        organization=body["organization"],
        state="active",
        registered_at=work.now,
        version=1,
        same_index=_index(work, body["organization"], body["name"], body["phone"]),
        **{name: body[name] for name in PLAIN},
        **contact.sealed(work.settings.vault, body),
    )
    work.session.add(row)
    work.session.flush()
    for name, kind in TRAITS.items():
        _set_traits(work.session, row, kind, body[name])
    return _kept(work, row)


def change_volunteer(work: Work, command: Data) -> Data:
    """What is known of a volunteer changes; whoever pauses or leaves has a reason on record."""
    row = work.session.get(m.Volunteer, command["volunteer"], with_for_update=True)
    if row is None or not _keeps(caller(work), row.organization):
        raise Rejected("not-found", what="volunteer")
    versions.check(command.get("version"), row.version)
    if versions.changes_nothing(command, "volunteer"):
        return _shown(work, row)
    state, reason = command.get("state"), command.get("reason")
    if state not in (None, "active", row.state) and reason is None:
        raise Rejected("reason-needed", pointer="/reason")
    _check_day(work, command.get("checked_on"))
    before = _index_of(work, row)
    for name in PLAIN:
        if name in command:
            setattr(row, name, command[name])
    contact.change(work.settings.vault, row, command)
    if state is not None or reason is not None:
        row.state, row.reason = state or row.state, reason
    after = _index_of(work, row)
    if after != before:
        _refuse_twice(work, after)
        row.same_index = after
    for name, kind in TRAITS.items():
        if name in command:
            _set_traits(work.session, row, kind, command[name])
    row.version += 1
    return _kept(work, row)


def _index(work: Work, organization: str | None, name: str, phone: str | None) -> str | None:
    return contact.volunteer_index(work.settings.vault, organization, name, phone)


def _index_of(work: Work, row: m.Volunteer) -> str | None:
    """Whoever has left may be registered anew."""
    if row.state == "left":
        return None
    return _index(work, row.organization, row.name, work.settings.vault.open(row.phone_sealed))


def _refuse_twice(work: Work, index: str | None) -> None:
    """Nobody is on the register twice under one name and telephone; the table's constraint holds it in a race."""
    if index is None:
        return
    with work.session.no_autoflush:  # a change that is refused must not meet the constraint first
        known = work.session.scalar(select(m.Volunteer.id).where(m.Volunteer.same_index == index))
    if known is not None:
        raise Rejected("duplicate", pointer="/phone", what="volunteer", key=known)


def volunteers(read: Read, params: Data) -> Data:
    """The volunteers in sight: of the own organization and of the center; for the center all."""
    principal = read.principal
    statement = select(m.Volunteer)
    if not principal.sees_all:
        own = m.Volunteer.organization == principal.organization
        statement = statement.where(or_(m.Volunteer.organization.is_(None), own))
    for name in ("organization", "state"):
        if params.get(name):
            statement = statement.where(getattr(m.Volunteer, name) == params[name])
    for name in ("work", "district", "language"):
        if params.get(name):
            statement = statement.where(_offers(name, params[name]))
    if params.get("with_minors"):
        statement = statement.where(m.Volunteer.checked_on.is_not(None))
    rows, following = _page(read.session, statement, params)
    traits = _traits(read.session, [row.id for row in rows])
    items = [volunteer_resource(row, traits[row.id], _ways(read, row)) for row in rows]
    return {"items": items, "next": following}


def _page(session: Session, statement: Select[t.Any], params: Data) -> tuple[list[m.Volunteer], str | None]:
    limit = params.get("limit") or 50
    if params.get("after"):
        statement = statement.where(m.Volunteer.id < UUID(str(params["after"])))
    rows = list(session.scalars(statement.order_by(m.Volunteer.id.desc()).limit(limit + 1)))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else None


def _offers(kind: str, value: str) -> t.Any:
    """A trait of the volunteer; for districts also a volunteer who has none, for that one goes everywhere."""
    of_kind = (m.VolunteerTrait.volunteer_id == m.Volunteer.id, m.VolunteerTrait.kind == kind)
    has = exists().where(*of_kind, m.VolunteerTrait.value == value)
    return or_(has, ~exists().where(*of_kind)) if kind == "district" else has


def _keeps(principal: Principal, organization: str | None) -> bool:
    """Volunteers are kept by the center, those of an organization also by the organization."""
    if principal.is_center:
        return True
    return principal.role == "liaison" and organization is not None and principal.organization == organization


def _ways(read: Read, row: m.Volunteer) -> Data | None:
    """How to reach a volunteer: for the center and their own organization; masked for an auditor."""
    principal = read.principal
    if principal.is_center or row.organization == principal.organization:
        return contact.opened(read.settings.vault, row)
    return contact.masked(read.settings.vault, row) if principal.sees_all else None


def _check_day(work: Work, day: dt.date | None) -> None:
    if day is not None:
        day_between("checked_on", day, FIRST_DAY, work.today())


def _set_traits(session: Session, row: m.Volunteer, kind: str, values: t.Iterable[str]) -> None:
    session.execute(
        delete(m.VolunteerTrait).where(m.VolunteerTrait.volunteer_id == row.id, m.VolunteerTrait.kind == kind)
    )
    session.add_all(m.VolunteerTrait(volunteer_id=row.id, kind=kind, value=one) for one in sorted(set(values)))
    session.flush()


def _traits(session: Session, ids: t.Sequence[t.Any]) -> dict[t.Any, dict[str, list[str]]]:
    found: dict[t.Any, dict[str, list[str]]] = {one: {name: [] for name in TRAITS} for one in ids}
    names = {kind: name for name, kind in TRAITS.items()}
    statement = select(m.VolunteerTrait).where(m.VolunteerTrait.volunteer_id.in_(ids))
    for trait in session.scalars(statement.order_by(m.VolunteerTrait.kind, m.VolunteerTrait.value)):
        found[trait.volunteer_id][names[trait.kind]].append(trait.value)
    return found


def _kept(work: Work, row: m.Volunteer) -> Data:
    """Tell that the register has changed, and show the row."""
    shown = _shown(work, row)
    known = {name: getattr(row, name) for name in ("organization", "state", "version")}
    said = {"volunteer": row.id, "work": shown["work"], **known}
    say(work, "assignment.volunteer_changed.v1", said, row.organization or work.settings.center, row.id)
    return shown


def _shown(work: Work, row: m.Volunteer) -> Data:
    """The answer to who wrote; the gateway keeps it, so that the contact is masked."""
    traits = _traits(work.session, [row.id])[row.id]
    return volunteer_resource(row, traits, contact.masked(work.settings.vault, row))


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.register_volunteer.v1": register_volunteer,
    "assignment.change_volunteer.v1": versions.of_old(change_volunteer),
    "assignment.change_volunteer.v2": change_volunteer,
}
