"""When a lawyer is away, and who is on duty where."""

from __future__ import annotations

import typing as t

from marshmallow import fields, validate

from contracts.fields import Choices, Code, Count, Text
from contracts.schema import ListAsked, MessageSchema, Page, optional

WEEKDAYS = {
    "monday": "周一",
    "tuesday": "周二",
    "wednesday": "周三",
    "thursday": "周四",
    "friday": "周五",
    "saturday": "周六",
    "sunday": "周日",
}


def ClockTime(**kw: t.Any) -> fields.String:
    """A time of day in the network's zone: ``09:00``."""
    error = "A time of day such as 09:00; 时间格式如 09:00。"
    return fields.String(validate=validate.Regexp(r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z", error=error), **kw)


class RecordAbsence(MessageSchema):
    """A lawyer is away, both days included: not proposed, and duties without them are shown."""

    lawyer = fields.UUID(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    note = Text(300, **optional())


class CancelAbsence(MessageSchema):
    """The lawyer is there after all."""

    absence = fields.UUID(required=True)


class SetDuty(MessageSchema):
    """A duty of an organization's standing lawyers; without a lawyer it is shown as open."""

    organization = Code(required=True)
    station = Code(**optional())
    on = fields.Date(required=True)
    begins = ClockTime(required=True)
    ends = ClockTime(required=True)
    lawyer = fields.UUID(**optional())


class PlanDuties(MessageSchema):
    """Duties that come again: on these days of the week, the lawyers in turn. A day whose lawyer is away stays open."""

    organization = Code(required=True)
    station = Code(**optional())
    since = fields.Date(required=True)
    until = fields.Date(required=True, metadata={"description": "The last day, at most a year after the first"})
    weekdays = Choices(WEEKDAYS, required=True)
    every_weeks = Count(1, 8, load_default=1)
    without = fields.List(
        fields.Date(), load_default=list, metadata={"description": "Days without duty, such as holidays"}
    )
    begins = ClockTime(required=True)
    ends = ClockTime(required=True)
    lawyers = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(0, 30), metadata={"description": "In turn"}
    )


class WithdrawDuties(MessageSchema):
    """A recurring roster ends: its duties from a day on fall away (from tomorrow if no day is named)."""

    plan = fields.UUID(required=True)
    since = fields.Date(**optional())


class StaffDuty(MessageSchema):
    """Another standing lawyer takes a duty, or nobody does."""

    duty = fields.UUID(required=True)
    lawyer = fields.UUID(**optional())


class SwapDuties(MessageSchema):
    """Two lawyers swap their duties."""

    one = fields.UUID(required=True)
    other = fields.UUID(required=True)


class AbsenceItem(MessageSchema):
    """When a lawyer is away, both days included."""

    id = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    note = fields.String(**optional())


class AbsencesAsked(ListAsked):
    """Which absences are asked for, newest first; a lawyer sees their own."""

    lawyer = fields.UUID(**optional())
    on = fields.Date(**optional())


class AbsencePage(Page):
    """A page of absences."""

    items = fields.List(fields.Nested(AbsenceItem), required=True)


class DutiesAsked(MessageSchema):
    """Who is on duty where: between two days (today if absent), at this moment, or only duties without anybody."""

    organization = Code(**optional())
    lawyer = fields.UUID(**optional())
    since = fields.Date(**optional())
    until = fields.Date(**optional())
    now = fields.Boolean(load_default=False)
    uncovered = fields.Boolean(load_default=False)
    limit = Count(1, 200, load_default=200)


class DutyItem(MessageSchema):
    """A duty; ``covered`` is false where nobody is named, or whoever is named is away or inactive."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    on = fields.Date(required=True)
    begins = fields.String(required=True)
    ends = fields.String(required=True)
    lawyer = fields.UUID(**optional())
    lawyer_name = fields.String(**optional())
    covered = fields.Boolean(required=True)
    plan = fields.UUID(**optional(metadata={"description": "The recurring roster that it belongs to"}))


class DutyRoster(MessageSchema):
    """Duties in the order in which they begin; narrow the days where ``more`` is true."""

    items = fields.List(fields.Nested(DutyItem), required=True)
    more = fields.Boolean(required=True)


COMMANDS = {
    "assignment.record_absence.v1": RecordAbsence,
    "assignment.cancel_absence.v1": CancelAbsence,
    "assignment.set_duty.v1": SetDuty,
    "assignment.plan_duties.v1": PlanDuties,
    "assignment.withdraw_duties.v1": WithdrawDuties,
    "assignment.staff_duty.v1": StaffDuty,
    "assignment.swap_duties.v1": SwapDuties,
}

QUERIES = {
    "assignment.absences": (AbsencesAsked, AbsencePage),
    "assignment.duties": (DutiesAsked, DutyRoster),
}
