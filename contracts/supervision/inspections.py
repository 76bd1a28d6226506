"""Inspections of stations against the station standard, and how ready and active stations are."""

from __future__ import annotations

from marshmallow import Schema, fields

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Instant, Text
from contracts.schema import ListAsked, MessageSchema, Page, many, optional


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
    reopen = fields.Boolean(
        load_default=False,
        metadata={
            "description": "true: its suspensions are lifted; only a station that meets the whole standard opens"
        },
    )
    reinspect_by = fields.Date(**optional(metadata={"description": "By when it is to be inspected again"}))


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


class ReinspectionDue(MessageSchema):
    """A station is to be inspected again until ``due_at``."""

    inspection = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    due_at = Instant(required=True)
    recorded_at = Instant(required=True)


class StationReinspected(MessageSchema):
    """The station of an inspection was inspected again, by ``again``."""

    inspection = fields.UUID(required=True)
    again = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    recorded_at = Instant(required=True)


class InspectionsAsked(ListAsked):
    """Which inspections are asked for, newest first."""

    organization = Code(**optional())
    station = Code(**optional())


class InspectionFinding(MessageSchema):
    """A finding, and whether it was put right."""

    id = fields.UUID(required=True)
    item = Choice(terms.STATION_STANDARD, **optional())
    words = fields.String(required=True)
    put_right_by = fields.Date(**optional())
    state = Choice(terms.TASK_STATES, **optional())
    finished_at = Instant(**optional())


class InspectionItem(MessageSchema):
    """An inspection with its findings and their follow-up."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    on = fields.Date(required=True)
    met = Choices(terms.STATION_STANDARD, required=True)
    missing = Choices(terms.STATION_STANDARD, required=True)
    remarks = fields.String(**optional())
    findings = fields.List(fields.Nested(InspectionFinding), required=True)
    reinspect_by = fields.Date(**optional())
    reinspected_by = fields.UUID(**optional(metadata={"description": "The inspection that looked again"}))


class InspectionPage(Page):
    """A page of inspections."""

    items = fields.List(fields.Nested(InspectionItem), required=True)


class ReadinessAsked(MessageSchema):
    """How stations stand against the standard, and whether they work."""

    organization = Code(**optional())
    idle = fields.Boolean(
        **optional(metadata={"description": "true: only image projects: no training, nameplate or real work for long"})
    )


class StationReadiness(MessageSchema):
    """One station: what of the standard is met, its last real work, and whether it is an image project (and why)."""

    organization = Code(required=True)
    station = Code(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    has_liaison = fields.Boolean(required=True)
    inspected_on = fields.Date(**optional())
    met = Choices(terms.STATION_STANDARD, required=True)
    missing = Choices(terms.STATION_STANDARD, required=True)
    last_work_on = fields.Date(**optional())
    idle_months = Count(0, required=True, metadata={"description": "Whole months without real work"})
    image_project = fields.Boolean(required=True)
    image_project_because = Choices(
        terms.IMAGE_PROJECT_REASONS,
        required=True,
        metadata={"description": "What it has lacked for so many months: training, nameplate, real work"},
    )
    state = Choice(terms.STATION_STATES, **optional())
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
    "supervision.station_inspected.v1": (StationInspected, ("intake",)),
    "supervision.finding_recorded.v1": (FindingRecorded, ()),
    "supervision.reinspection_due.v1": (ReinspectionDue, ()),
    "supervision.station_reinspected.v1": (StationReinspected, ()),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.readiness": (ReadinessAsked, Readiness),
    "supervision.inspections": (InspectionsAsked, InspectionPage),
}
