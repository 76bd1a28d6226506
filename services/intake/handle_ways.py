"""Ways on from an application: to the right organization, and to the bureau after a refusal."""

from __future__ import annotations

import typing as t

from chassis.errors import Rejected
from chassis.work import Work
from services.intake import guards, repository
from services.intake.handle_applications import tell_granted
from services.intake.models import Objection, Referral

Command = dict[str, t.Any]


def refer_application(work: Work, command: Command) -> dict[str, t.Any]:
    """Send an application on, with its history; the sender keeps it in sight (LA 38).

    Where another district is competent, the station that it goes to must lie there.
    """
    row = guards.application(work, command)
    guards.possible(row, "refer")
    target, station = command["organization"], command["station"]
    guards.known_organization(work, target)
    _refuse_wrong_station(work, command)
    if target == row.organization and station in (None, row.station):  # to no station: only who has it would lose it
        raise Rejected("referred-to-itself", number=row.number, organization=target)
    guards.advance(work, row, "refer", command["reason"])
    before = {"from_organization": row.organization, "from_station": row.station}
    work.session.add(
        Referral(
            id=work.new_id(),
            application=row.id,
            to_organization=target,
            to_station=station,
            ground=command["ground"],
            district=command["district"],
            reason_sealed=work.settings.vault.seal(command["reason"]),
            at=work.now,
            **before,
        )
    )
    row.organization, row.station = target, station
    guards.tell(work, "intake.application_referred.v1", row, {**before, "referred_at": work.now})
    return guards.answer(row)


def _refuse_wrong_station(work: Work, command: Command) -> None:
    """The station that an application goes to is there, open, and in the district that is competent."""
    district = command["district"]
    if command["ground"] == "other_district" and district is None:
        raise Rejected("district-needed", pointer="/district")
    if command["station"] is None:
        return
    station = repository.station(work.session, command["organization"], command["station"])
    if station is None:
        raise Rejected("unknown-station", pointer="/station", code=command["station"])
    guards.open_door(work, command["organization"], command["station"])
    if command["ground"] == "other_district" and station.district != district:
        raise Rejected("wrong-district", pointer="/station", code=station.code, district=district)


def file_objection(work: Work, command: Command) -> dict[str, t.Any]:
    """The applicant objects to a refusal; it is possible once (LA 49)."""
    row = guards.application(work, command)
    guards.advance(work, row, "object")
    guards.still_known(work, row)
    grounds = work.settings.vault.seal(command["grounds"])
    work.session.add(
        Objection(
            application=row.id,
            grounds_sealed=grounds,
            objected_at=work.now,
            outcome=None,
            reasons_sealed=None,
            decided_at=None,
        )
    )
    guards.tell(work, "intake.objection_filed.v1", row, {"objected_at": work.now})
    return guards.answer(row)


def decide_objection(work: Work, command: Command) -> dict[str, t.Any]:
    """Enter the bureau's decision: the refusal stands, or aid is given by its order (LA 49)."""
    row = guards.application(work, command)
    overturned = command["outcome"] == "overturned"
    guards.advance(work, row, "overturn" if overturned else "uphold", "\n".join(command["reasons"]))
    objection = t.cast(Objection, work.session.get(Objection, row.id))
    objection.outcome, objection.decided_at = command["outcome"], work.now
    objection.reasons_sealed = work.settings.vault.seal_json(command["reasons"])
    data = {"outcome": command["outcome"], "decided_at": work.now}
    guards.tell(work, "intake.objection_decided.v1", row, data)
    if overturned:
        row.decided_at = work.now
        tell_granted(work, row)
    return guards.answer(row)
