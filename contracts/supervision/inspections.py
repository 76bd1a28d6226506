"""Inspections of stations against the station standard, and how ready and active stations are."""

from __future__ import annotations

from marshmallow import Schema, fields

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Instant, Text
from contracts.schema import MessageSchema, many, optional


class Finding(MessageSchema):
    """Something that a station must put right until a day."""

    item = Choice(terms.STATION_STANDARD, **optional())
    words = Text(1000, required=True)
    put_right_by = fields.Date(required=True)


class RecordInspection(MessageSchema):
    """The center inspected a station against the station standard; every finding becomes a task."""

    organization = Code(required=True)
    station = Code(required=True)
    on = fields.Date(**optional(metadata={"description": "Absent: today"}))
    met = Choices(terms.STATION_STANDARD, required=True)
    findings = many(Finding, load_default=list)
    remarks = Text(4000, **optional())
    suspend = fields.Boolean(load_default=False, metadata={"description": "true: the station's work is suspended"})


class StationInspected(MessageSchema):
    """A station was inspected; ``missing``: what of the standard it does not meet."""

    inspection = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    on = fields.Date(required=True)
    missing = Choices(terms.STATION_STANDARD, required=True)
    recorded_at = Instant(required=True)


class FindingRecorded(MessageSchema):
    """A finding is to be put right until ``due_at``."""

    finding = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    due_at = Instant(required=True)
    recorded_at = Instant(required=True)


class WorkSuspended(MessageSchema):
    """The work of a station, or of a lawyer, is suspended by the center."""

    organization = Code(required=True)
    station = Code(**optional())
    lawyer = fields.UUID(**optional())
    because = fields.UUID(required=True, metadata={"description": "The complaint or inspection"})
    since = Instant(required=True)


class ReadinessAsked(MessageSchema):
    """How stations stand against the standard, and whether they work."""

    organization = Code(**optional())
    idle = fields.Boolean(**optional(metadata={"description": "true: only those without real work (image projects)"}))


class StationReadiness(MessageSchema):
    """One station: what of the standard is met, its last real work, and whether it is an image project."""

    organization = Code(required=True)
    station = Code(required=True)
    name = fields.String(required=True)
    has_liaison = fields.Boolean(required=True)
    inspected_on = fields.Date(**optional())
    met = Choices(terms.STATION_STANDARD, required=True)
    missing = Choices(terms.STATION_STANDARD, required=True)
    last_work_on = fields.Date(**optional())
    idle_months = Count(0, required=True, metadata={"description": "Whole months without real work"})
    image_project = fields.Boolean(required=True)
    suspended = fields.Boolean(required=True)


class Readiness(MessageSchema):
    """All stations in the caller's sight."""

    items = fields.List(fields.Nested(StationReadiness), required=True)
    image_project_months = Count(1, required=True)


COMMANDS = {
    "supervision.record_inspection.v1": RecordInspection,
}


EVENTS = {
    # named for whoever wants to hear them: an event without a hearer is not sent
    "supervision.work_suspended.v1": (WorkSuspended, ("intake",)),
    "supervision.station_inspected.v1": (StationInspected, ("intake",)),
    "supervision.finding_recorded.v1": (FindingRecorded, ()),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.readiness": (ReadinessAsked, Readiness),
}
