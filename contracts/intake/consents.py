"""Consent to the handling of sensitive data: with its kind, who gave it, and its withdrawal (PIPL 15, 28-31)."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Text
from contracts.schema import MessageSchema, optional


class RecordConsent(MessageSchema):
    """Record that the person, or for a child under 14 a guardian, consented (PIPL 29, 31)."""

    person = fields.UUID(required=True)
    kind = Choice(terms.CONSENT_KINDS, required=True)
    given_by = Choice(terms.CONSENT_GIVERS, load_default="person")
    guardian = Text(100, **optional(metadata={"description": "Name; needed where a guardian gave it"}))
    guardian_relation = Text(60, **optional())
    form = Choice(terms.CONSENT_FORMS, load_default="written")
    given_on = fields.Date(**optional(metadata={"description": "Absent: today"}))
    sha256 = fields.String(
        validate=validate.Regexp(r"\A[0-9a-f]{64}\Z", error="64 hexadecimal digits; 须为 64 位十六进制数。"),
        **optional(metadata={"description": "Of the signed paper"}),
    )


class WithdrawConsent(MessageSchema):
    """A consent is withdrawn; what was done under it stays lawful (PIPL 15)."""

    consent = fields.UUID(required=True)
    reason = Text(1000, **optional())


COMMANDS = {
    "intake.record_consent.v1": RecordConsent,
    "intake.withdraw_consent.v1": WithdrawConsent,
}
