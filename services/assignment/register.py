"""Who is in the network: organizations and stations as intake tells of them; firms and lawyers, kept by the center."""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis import organizations, versions
from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import contact, places, repository, watch
from services.assignment import models as m
from services.assignment.access import center_only, known_organization
from services.assignment.resources import desk_of, firm_resource, lawyer_resource

Data = dict[str, t.Any]
FIRM = ("name", "name_en", "district", "address", "latitude", "longitude")
LAWYER = ("name", "name_en", "licence", "gender", "capacity", "trained_for_minors")


def organization_registered(work: Work, event: Data) -> None:
    """A new organization: its mailbox follows by itself; its rule of assignment is kept. An older word is left."""
    if organizations.hear(work.session, event, work.now):
        repository.keep_organization(work.session, event["code"], event["auto_assign"])


def station_registered(work: Work, event: Data) -> None:
    """A station is open: from its place, the way from its district to every firm is known."""
    places.keep_station(work.session, event)


def register_firm(work: Work, command: Data) -> Data:
    """A law firm joins the network; its name is unique."""
    center_only(work)
    _new_name(work, command["name"])
    _whole_place(command["latitude"], command["longitude"])
    return firm_resource(enter_firm(work, command))


def enter_firm(work: Work, body: Data) -> m.Firm:
    """A firm, once everything was checked; ``body`` as in RegisterFirm."""
    firm = m.Firm(id=work.new_id(), registered_at=work.now, version=1, **body)
    work.session.add(firm)
    work.session.flush()
    places.keep_firm(work.session, firm)
    return firm


def change_firm(work: Work, command: Data) -> Data:
    """A firm moves or is named anew; the ways to it are measured again."""
    center_only(work)
    firm = work.session.get(m.Firm, command["firm"], with_for_update=True)
    if firm is None:
        raise Rejected("not-found", what="firm")
    versions.check(command.get("version"), firm.version)
    if versions.changes_nothing(command, "firm"):
        return firm_resource(firm)
    if command.get("name", firm.name) != firm.name:
        _new_name(work, command["name"])
    _overwrite(firm, FIRM, command)
    _whole_place(firm.latitude, firm.longitude)
    places.keep_firm(work.session, firm)
    return firm_resource(firm)


def register_lawyer(work: Work, command: Data) -> Data:
    """A lawyer joins through a firm; the licence is unique. Who is known can be proposed from the next case on."""
    center_only(work)
    firm = _firm(work, command["firm"])
    _new_licence(work, command["licence"])
    _known_appointments(work, command["standing_for"])
    _each_matter_once(command["specialties"])
    return _shown(work, enter_lawyer(work, firm, command), firm)


def enter_lawyer(work: Work, firm: m.Firm, body: Data) -> m.Lawyer:
    """A lawyer of a firm, once everything was checked; ``body`` as in RegisterLawyer."""
    known = {**body, **contact.sealed(work.settings.vault, body), "firm": firm.id}
    lawyer = repository.add_lawyer(work.session, work.new_id(), known, work.now)
    _tell(work, lawyer, firm, body["standing_for"])
    return lawyer


def change_lawyer(work: Work, command: Data) -> Data:
    """What is known of a lawyer changes. In another firm, every case in hand is looked at again for conflicts."""
    center_only(work)
    lawyer = work.session.get(m.Lawyer, command["lawyer"], with_for_update=True)
    if lawyer is None:
        raise Rejected("not-found", what="lawyer")
    versions.check(command.get("version"), lawyer.version)
    firm = _firm(work, command.get("firm", lawyer.firm_id))
    if versions.changes_nothing(command, "lawyer"):
        return {**_shown(work, lawyer, firm), "conflicts": []}
    if command.get("licence", lawyer.licence) != lawyer.licence:
        _new_licence(work, command["licence"])
    _known_appointments(work, command.get("standing_for", ()))
    _each_matter_once(command.get("specialties", ()))
    _overwrite(lawyer, (*LAWYER, "criminal_defence_years"), command)
    contact.change(work.settings.vault, lawyer, command)
    for name in repository.LISTS:
        if name in command:
            repository.set_list(work.session, lawyer.id, name, command[name])
    repository.settle_profile(work.session, lawyer)
    found = _move(work, lawyer, firm) if firm.id != lawyer.firm_id else []
    _tell(work, lawyer, firm, repository.profiles(work.session, [lawyer.id])[lawyer.id]["standing_for"])
    return {**_shown(work, lawyer, firm), "conflicts": watch.shown(work, found)}


def _move(work: Work, lawyer: m.Lawyer, firm: m.Firm) -> list[m.ConflictFinding]:
    """The lawyer takes the cases in hand along: the old firm acted in them, the new one acts from now on."""
    lawyer.firm_id = firm.id
    work.session.flush()
    found: list[m.ConflictFinding] = []
    in_hand, _ = repository.work_of(work.session, lawyer.id)
    for case_id in in_hand:
        case = repository.lock_case(work.session, case_id)
        if case is not None and case.lawyer_id == lawyer.id:
            repository.disengage(work.session, case, work.today(), "moved")
            repository.engage(work.session, case, lawyer, work.today())
            work.session.flush()
            found += watch.look(work, case, "lawyer_moved")
    return found


def _overwrite(row: t.Any, names: t.Iterable[str], command: Data) -> None:
    for name in names:
        if name in command:
            setattr(row, name, command[name])
    row.version += 1


def _known_appointments(work: Work, organizations: t.Iterable[str]) -> None:
    for place, code in enumerate(organizations):
        known_organization(work, code, pointer=f"/standing_for/{place}")


def _each_matter_once(specialties: t.Iterable[Data]) -> None:
    """Which of two numbers of years would hold nobody can tell."""
    matters = [one["matter"] for one in specialties]
    for place, matter in enumerate(matters):
        if matter in matters[:place]:
            raise Rejected("duplicate", pointer=f"/specialties/{place}", what="specialty", key=matter)


def _firm(work: Work, firm_id: UUID) -> m.Firm:
    firm = work.session.get(m.Firm, firm_id)
    if firm is None:
        raise Rejected("not-found", what="firm", pointer="/firm")
    return firm


def _whole_place(latitude: float | None, longitude: float | None) -> None:
    if (latitude is None) != (longitude is None):
        raise Rejected("half-a-place", pointer="/latitude" if latitude is None else "/longitude")


def _new_name(work: Work, name: str) -> None:
    if repository.firm_named(work.session, name):
        raise Rejected("duplicate", what="firm", key=name, pointer="/name")


def _new_licence(work: Work, licence: str) -> None:
    if repository.licence_known(work.session, licence):
        raise Rejected("duplicate", what="lawyer", key="licence", pointer="/licence")


def _tell(work: Work, lawyer: m.Lawyer, firm: m.Firm, standing_for: t.Sequence[str]) -> None:
    """Say who the lawyer is; who hears it keeps the newest."""
    known = {"name": lawyer.name, "name_en": lawyer.name_en, **contact.opened(work.settings.vault, lawyer)}
    firm_and_posts = {"firm_name": firm.name, "standing_for": sorted(set(standing_for))}
    said = {"lawyer": lawyer.id, "version": lawyer.version, **firm_and_posts, **known}
    work.emit("assignment.lawyer_registered.v1", said, organization=work.settings.center, subject=lawyer.id)


def _shown(work: Work, lawyer: m.Lawyer, firm: m.Firm) -> Data:
    """The answer to who wrote; the gateway keeps it, so that it shows masked how to reach the lawyer."""
    lists = repository.profiles(work.session, [lawyer.id])[lawyer.id]
    return {
        **lawyer_resource(lawyer, firm.name, lists),
        **desk_of(lawyer),
        **contact.masked(work.settings.vault, lawyer),
    }


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.register_firm.v1": register_firm,
    "assignment.change_firm.v1": versions.of_old(change_firm),
    "assignment.change_firm.v2": change_firm,
    "assignment.register_lawyer.v1": register_lawyer,
    "assignment.change_lawyer.v1": versions.of_old(change_lawyer),
    "assignment.change_lawyer.v2": change_lawyer,
}
