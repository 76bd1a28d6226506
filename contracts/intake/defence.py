"""Mandatory criminal defence upon an office's notice: no means test, a lawyer within three days (LA 25, 36)."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Choices, Code, Instant, Text
from contracts.schema import Applicant, CaseReference, MessageSchema, optional


class NotifyingOffice(MessageSchema):
    """The court, procuratorate or police that notifies, and whom to ask there."""

    kind = Choice(terms.OFFICE_KINDS, required=True)
    name = Text(200, required=True)
    contact = Text(100, **optional())
    phone = Text(40, **optional())
    notice_number = Text(80, **optional(metadata={"description": "Number of the notice"}))
    sha256 = fields.String(
        validate=validate.Regexp(r"\A[0-9a-f]{64}\Z", error="64 hexadecimal digits; 须为 64 位十六进制数。"),
        **optional(metadata={"description": "Of the notice as received"}),
    )


class NotifyDefence(MessageSchema):
    """An office notifies that a defender must be assigned (LA 25): aid is given at once, whatever the means."""

    station = Code(**optional())
    office = fields.Nested(NotifyingOffice, required=True)
    received_at = Instant(**optional(metadata={"description": "When the notice came in; absent: now"}))
    defendant = fields.Nested(Applicant, required=True)
    grounds = fields.List(Choice(terms.DEFENCE_GROUNDS), required=True, validate=validate.Length(1, 7))
    recipient_group = Choice(terms.RECIPIENT_GROUPS, load_default="other")
    stage = Choice(terms.CRIMINAL_STAGES, required=True)
    charge = Text(200, required=True)
    statement = Text(4000, **optional())
    in_custody_at = Text(200, **optional(metadata={"description": "Where the person is held"}))
    hearing_on = fields.Date(**optional(metadata={"description": "Where a hearing is fixed already"}))


class DefenceNotified(CaseReference):
    """An office's notice was taken in: aid is given by law (LA 25), the three days of LA 36 run from ``received_at``."""

    received_at = Instant(required=True)
    office = Choice(terms.OFFICE_KINDS, required=True)
    grounds = Choices(terms.DEFENCE_GROUNDS, required=True)
    stage = Choice(terms.CRIMINAL_STAGES, required=True)


COMMANDS = {"intake.notify_defence.v1": NotifyDefence}
EVENTS = {"intake.defence_notified.v1": (DefenceNotified, ("supervision",))}
