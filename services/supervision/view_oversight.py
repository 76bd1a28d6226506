"""Read-only queries about complaints, suspensions, inspections and the readiness of stations.

Guarantee: whom a complaint is about learns nothing of it here; who complained is shown in full to the center alone, and
only when it opens that one complaint; whoever opens one is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Read
from contracts import terms, tracking
from services.supervision import oversight_reading as reading
from services.supervision import traces
from services.supervision.asking import load
from services.supervision.domain import counting, masks
from services.supervision.models import Complaint, ComplaintTrace, Inspection, Suspension, Task


def complaints(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Complaints in the caller's sight, newest first; the words are left out, name and phone are masked."""
    asked = load("supervision.complaints", params)
    rows = reading.complaints(read, asked)
    page = rows[: asked["limit"]]
    items = [_complaint(row) | (_who(read, row, is_masked=True) if read.principal.sees_all else {}) for row in page]
    return {"items": items, "next": str(page[-1].id) if len(rows) > len(page) else None}


def complaint(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """One complaint. The center reads it whole, an auditor with name and phone masked."""
    row = reading.complaint(read, load("supervision.complaint", params)["complaint"])
    if row is None:
        raise Rejected("not-found", what="complaint")
    item, sealed = _complaint(row), {}
    if read.principal.sees_all:
        vault = read.settings.vault
        sealed = _who(read, row, is_masked=not read.principal.is_center)
        sealed |= {
            name: vault.open(getattr(row, f"{name}_sealed")) for name in ("statement", "reasons", "answer", "note")
        }
    masked = "" if read.principal.is_center else "masked "
    names = (f"{masked}{name}" if name.startswith("complainant_") else name for name in sealed if sealed[name])
    traces.looked(read, row.id, names)
    return item | sealed


def complaint_traces(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Who opened a complaint, took its steps and was shown it, newest first; for auditors and the center."""
    asked = load("supervision.complaint_traces", params)
    if not read.principal.sees_all or read.session.get(Complaint, asked["complaint"]) is None:
        raise Rejected("not-found", what="complaint")
    rows = reading.complaint_traces(read, asked)
    page = rows[: asked["limit"]]
    return {"items": [_trace(row) for row in page], "next": str(page[-1].id) if len(rows) > len(page) else None}


def progress(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """How far a complaint is, for whoever has its tracking code; nothing of whom it is about or who complained."""
    code = load("supervision.complaint_progress", params)["code"]
    row = reading.tracked(read, tracking.fingerprint(code))
    if row is None:
        raise Rejected("not-found", what="complaint")
    days = {
        f"{step}_on": _day(read, getattr(row, f"{step}_at")) for step in ("opened", "accepted", "concluded", "answered")
    }
    task = reading.open_task(read, row.id)
    return {
        "number": row.number,
        "state": row.state,
        "state_zh": terms.COMPLAINT_STATES[row.state],
        "state_en": STATES_EN[row.state],
        "conclusion": row.conclusion,
        **days,
        "due_on": _text(task.due_on) if task else None,
        "note": read.settings.vault.open(row.note_sealed),
    }


STATES_EN = {
    "received": "received; it is being decided whether to accept it",
    "accepted": "accepted; it is being looked into",
    "concluded": "concluded; the answer follows",
    "answered": "answered",
}


def suspensions(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Suspensions in the caller's sight, newest first."""
    asked = load("supervision.suspensions", params)
    rows = reading.suspensions(read, asked)
    page = rows[: asked["limit"]]
    return {
        "items": [_suspension(read, row) for row in page],
        "next": str(page[-1].id) if len(rows) > len(page) else None,
    }


def inspections(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """Inspections in the caller's sight with their findings and what became of them, newest first."""
    asked = load("supervision.inspections", params)
    rows = reading.inspections(read, asked)
    page = rows[: asked["limit"]]
    found = reading.findings(read, [row.id for row in page])
    items = [_inspection(row, found.get(row.id, [])) for row in page]
    return {"items": items, "next": str(page[-1].id) if len(rows) > len(page) else None}


def readiness(read: Read, params: dict[str, Any]) -> dict[str, Any]:
    """How stations stand against the standard, and which of them are image projects."""
    asked = load("supervision.readiness", params)
    rows = reading.readiness(read, asked["organization"])
    if asked["idle"] is not None:
        rows = [row for row in rows if row["image_project"] == asked["idle"]]
    return {"items": rows, "image_project_months": read.settings.image_project_months}


def _complaint(row: Complaint) -> dict[str, Any]:
    """What may be known of a complaint by whoever may know that there is one."""
    return {
        "id": str(row.id),
        "number": row.number,
        "organization": row.organization,
        "station": row.station,
        "lawyer": _text(row.lawyer),
        "case": _text(row.case_id),
        "subject": row.subject,
        "channel": row.channel,
        "state": row.state,
        "conclusion": row.conclusion,
        "measures": row.measures,
        "opened_at": row.opened_at.isoformat(),
        "accepted_at": _text(row.accepted_at),
        "concluded_at": _text(row.concluded_at),
        "answered_at": _text(row.answered_at),
        "version": row.version,
    }


def _who(read: Read, row: Complaint, *, is_masked: bool) -> dict[str, Any]:
    vault = read.settings.vault
    name, phone = vault.open(row.name_sealed), vault.open(row.phone_sealed)
    if is_masked:
        name, phone = masks.name(name), masks.phone(phone)
    return {"complainant_name": name, "complainant_phone": phone, "amount_fen": row.amount_fen}


def _trace(row: ComplaintTrace) -> dict[str, Any]:
    names = ("act", "shown", "by_key", "by_role", "by_organization")
    return {
        "id": str(row.id),
        "at": row.at.isoformat(),
        **{name: getattr(row, name) for name in names},
        "by_person": _text(row.by_person),
    }


def _suspension(read: Read, row: Suspension) -> dict[str, Any]:
    item = {
        "id": str(row.id),
        "organization": row.organization,
        "station": row.station,
        "lawyer": _text(row.lawyer),
        "since": row.since.isoformat(),
        "lifted_at": _text(row.lifted_at),
    }
    if read.principal.sees_all:
        item |= {"because": str(row.because), "lifted_because": row.lifted_because}
    return item


def _inspection(row: Inspection, found: list[tuple[Any, Task | None]]) -> dict[str, Any]:
    met = [item for item in terms.STATION_STANDARD if row.items.get(item)]
    findings = [
        {
            "id": str(remark.id),
            "item": remark.item,
            "words": remark.words,
            "put_right_by": _text(task.due_on) if task else None,
            "state": task.state if task else None,
            "finished_at": _text(task.finished_at) if task else None,
        }
        for remark, task in found
    ]
    return {
        "id": str(row.id),
        "organization": row.organization,
        "station": row.station,
        "on": row.on.isoformat(),
        "met": met,
        "missing": [item for item in terms.STATION_STANDARD if item not in met],
        "remarks": row.remarks,
        "findings": findings,
        "reinspect_by": _text(row.reinspect_by),
        "reinspected_by": _text(row.again),
    }


def _day(read: Read, moment: dt.datetime | None) -> str | None:
    return counting.local_day(moment, read.settings.time_zone).isoformat() if moment else None


def _text(value: UUID | dt.date | dt.datetime | None) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, UUID) else value.isoformat()


VIEWS: dict[str, Callable[[Read, dict[str, Any]], dict[str, Any]]] = {
    "supervision.complaints": complaints,
    "supervision.complaint": complaint,
    "supervision.complaint_progress": progress,
    "supervision.complaint_traces": complaint_traces,
    "supervision.suspensions": suspensions,
    "supervision.inspections": inspections,
    "supervision.readiness": readiness,
}
