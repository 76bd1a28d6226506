"""The monthly report of a station: from figures that are known; only what is missing is typed in."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts.fields import Choice, Code, Count, Instant, Month, Text
from contracts.schema import ListAsked, MessageSchema, Page, many, optional


class SubmitReport(MessageSchema):
    """A station reports on a month: work and open points are known, progress and problems are typed in."""

    organization = Code(**optional(metadata={"description": "Absent: the caller's"}))
    station = Code(**optional(metadata={"description": "Absent: the caller's"}))
    month = Month(**optional(metadata={"description": "Absent: last month"}))
    progress = Text(4000, required=True)
    problems = fields.List(Text(1000), load_default=list, validate=validate.Length(max=20))
    idle_reason = Text(1000, **optional(metadata={"description": "Asked for where no real work was recorded"}))


class ReportSubmitted(MessageSchema):
    """A station's monthly report is there."""

    report = fields.UUID(required=True)
    kind = Choice(("monthly_report",), load_default="monthly_report")
    occurrence = fields.UUID(**optional(metadata={"description": "The occurrence of the plan that asked for it"}))
    organization = Code(required=True)
    station = Code(required=True)
    month = Month(required=True)
    problems = Count(0, required=True)
    submitted_at = Instant(required=True)


class ReportPlace(MessageSchema):
    """Which report: of which station and month."""

    organization = Code(**optional(metadata={"description": "Absent: the caller's"}))
    station = Code(**optional(metadata={"description": "Absent: the caller's"}))
    month = Month(**optional(metadata={"description": "Absent: last month"}))


class KnownFigure(MessageSchema):
    """A figure in words; money in fen."""

    measure = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    value = fields.Integer(required=True)


class OpenPoint(MessageSchema):
    """Something that is not done yet: an open task, late or not."""

    task = fields.UUID(required=True)
    kind = fields.String(required=True)
    title_zh = fields.String(required=True)
    number = fields.String(**optional())
    words = fields.String(**optional())
    organization = Code(required=True)
    station = Code(**optional())
    due_on = fields.Date(required=True)
    overdue = fields.Boolean(required=True)


class ReportDraft(MessageSchema):
    """What is known of a station's month, and what is missing in its report."""

    organization = Code(required=True)
    station = Code(required=True)
    month = Month(required=True)
    figures = many(KnownFigure, maximum=200, required=True)
    open_points = many(OpenPoint, maximum=200, required=True)
    missing = fields.List(fields.String(), required=True, metadata={"description": "Fields of the command to fill"})
    submitted = fields.UUID(**optional(metadata={"description": "The report, where it is there already"}))


class ReportsAsked(ListAsked):
    """Reports of stations, newest first."""

    organization = Code(**optional())
    station = Code(**optional())
    month = Month(**optional())


class ReportItem(MessageSchema):
    """A station's report of a month."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    month = Month(required=True)
    figures = many(KnownFigure, maximum=200, required=True)
    progress = fields.String(required=True)
    problems = fields.List(fields.String(), required=True)
    idle_reason = fields.String(**optional())
    submitted_by = fields.UUID(**optional())
    submitted_at = Instant(required=True)


class ReportPage(Page):
    """A page of reports."""

    items = fields.List(fields.Nested(ReportItem), required=True)


COMMANDS = {
    "supervision.submit_report.v1": SubmitReport,
}


EVENTS = {
    # named for whoever wants to hear it: an event without a hearer is not sent
    "supervision.report_submitted.v1": (ReportSubmitted, ()),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.report_draft": (ReportPlace, ReportDraft),
    "supervision.reports": (ReportsAsked, ReportPage),
}
