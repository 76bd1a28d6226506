"""The half-year report for the joint meeting: figures beside earlier ones, per organization, and what is unsolved."""

from __future__ import annotations

from marshmallow import Schema, fields

from contracts.fields import Code, Count, Fen
from contracts.schema import MessageSchema, optional
from contracts.supervision.base import DaysAsked
from contracts.supervision.figures import ComparedFigure, Days


class ReportAsked(DaysAsked):
    """Which range of days is reported on; absent: the half-year that ended last."""


class Named(MessageSchema):
    """Something by its key and in both languages."""

    key = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class OfOrganization(Named):
    """The figures of one organization beside those of the period before; ``on_time``: percent of limits that were met."""

    sums = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    previous = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    satisfaction = fields.Float(**optional())
    on_time = fields.Float(**optional())


class OfMonth(MessageSchema):
    """The figures of one month, named by its first day."""

    month = fields.Date(required=True)
    sums = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class Share(Named):
    """Applications and cases of one recipient group, form of aid or matter."""

    applications = Count(0, required=True)
    cases = Count(0, required=True)


class Money(Named):
    """Money of one kind that cases brought or saved."""

    fen = Fen(required=True)
    previous_fen = Fen(required=True)


class Limit(Named):
    """How often a limit was met and missed; percent on time now and in the period before."""

    met = Count(0, required=True)
    missed = Count(0, required=True)
    on_time = fields.Float(**optional())
    previous_on_time = fields.Float(**optional())


class Overdue(Named):
    """So many tasks of a kind are overdue at an organization."""

    organization = Code(required=True)
    organization_zh = fields.String(required=True)
    organization_en = fields.String(required=True)
    count = Count(1, required=True)


class StationProblem(MessageSchema):
    """A station that is an image project (``because``), is suspended, or has no liaison officer."""

    organization_zh = fields.String(required=True)
    organization_en = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    suspended = fields.Boolean(required=True)
    has_liaison = fields.Boolean(required=True)


class Unfinished(MessageSchema):
    """A decision of a joint meeting, or a finding of an inspection, that is not carried out yet."""

    organization_zh = fields.String(required=True)
    organization_en = fields.String(required=True)
    words = fields.String(required=True)
    due_on = fields.Date(required=True)


class Problems(MessageSchema):
    """What is unsolved on the day on which the report is drawn up."""

    overdue = fields.List(fields.Nested(Overdue), required=True)
    stations = fields.List(fields.Nested(StationProblem), required=True)
    complaints = fields.List(fields.Nested(Named), required=True)
    suspended_lawyers = Count(0, required=True)
    findings = fields.List(fields.Nested(Unfinished), required=True)
    decisions = fields.List(fields.Nested(Unfinished), required=True)


_Range = MessageSchema.from_dict({"from": fields.Date(required=True), "to": fields.Date(required=True)})


class Report(_Range):  # type: ignore[misc, valid-type]
    """All that the report says; nobody is named in it but organizations and stations."""

    center = fields.Nested(Named, required=True)
    organization = fields.Nested(Named, **optional())
    station = Code(**optional())
    drawn_up_on = fields.Date(required=True)
    image_project_months = Count(1, required=True)
    previous = fields.Nested(Days, required=True)
    year_before = fields.Nested(Days, required=True)
    figures = fields.List(fields.Nested(ComparedFigure), required=True)
    satisfaction = fields.Float(**optional())
    previous_satisfaction = fields.Float(**optional())
    organizations = fields.List(fields.Nested(OfOrganization), required=True)
    months = fields.List(fields.Nested(OfMonth), required=True)
    groups = fields.List(fields.Nested(Share), required=True)
    forms = fields.List(fields.Nested(Share), required=True)
    matters = fields.List(fields.Nested(Share), required=True)
    amounts = fields.List(fields.Nested(Money), required=True)
    limits = fields.List(fields.Nested(Limit), required=True)
    problems = fields.Nested(Problems, required=True)


COMMANDS: dict[str, type[Schema]] = {}
EVENTS: dict[str, tuple[type[Schema], tuple[str, ...]]] = {}
QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.half_year_report": (ReportAsked, Report),
}
