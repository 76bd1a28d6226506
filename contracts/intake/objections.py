"""The objection to a refusal before the bureau (LA 49)."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Count, Instant, Text
from contracts.schema import CaseReference, MessageSchema, optional


class FileObjection(MessageSchema):
    """The applicant objects to a refusal before the justice bureau (LA 49)."""

    application = fields.UUID(required=True)
    grounds = Text(4000, required=True)
    version = Count(1, **optional())


class ObjectionFiled(CaseReference):
    """A refusal is objected to; the bureau decides within five days of ``objected_at`` (LA 49)."""

    objected_at = Instant(required=True)


class DecideObjection(MessageSchema):
    """The bureau's decision, entered by the center: the refusal stands, or aid must be given (LA 49)."""

    application = fields.UUID(required=True)
    outcome = Choice(terms.OBJECTION_OUTCOMES, required=True)
    reasons = fields.List(Text(1000), required=True, validate=validate.Length(1, 20))
    version = Count(1, **optional())


class ObjectionDecided(CaseReference):
    """The bureau decided; where aid must be given, ``application_granted`` is said as well."""

    outcome = Choice(terms.OBJECTION_OUTCOMES, required=True)
    decided_at = Instant(required=True)


class ObjectionItem(MessageSchema):
    """The objection to a refusal and what the bureau decided."""

    grounds = fields.String(required=True)
    objected_at = Instant(required=True)
    outcome = Choice(terms.OBJECTION_OUTCOMES, **optional())
    reasons = fields.List(fields.String(), required=True)
    decided_at = Instant(**optional())


COMMANDS = {
    "intake.file_objection.v1": FileObjection,
    "intake.decide_objection.v1": DecideObjection,
}

EVENTS = {
    "intake.objection_filed.v1": (ObjectionFiled, ("supervision",)),
    "intake.objection_decided.v1": (ObjectionDecided, ("supervision",)),
}
