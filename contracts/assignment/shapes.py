"""What the messages of several subjects have in common."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Count, Instant
from contracts.schema import CaseEvent, MessageSchema, optional


class CaseAsked(MessageSchema):
    """Which case is asked for."""

    case = fields.UUID(required=True)


class CaseCommand(CaseAsked):
    """An act on a case; refused where ``version`` is given and the case has moved on since."""

    version = Count(1, **optional())


class LawyerEvent(CaseEvent):
    """What happened to a case in which a lawyer has a part."""

    lawyer = fields.UUID(required=True)


class MatterShown(MessageSchema):
    """What a case is about, as lists show it."""

    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    form_of_aid = Choice(terms.FORMS_OF_AID, required=True)
    matter = Choice(terms.MATTERS, required=True)
    urgency = Choice(terms.URGENCIES, required=True)


class Decided(MessageSchema):
    """Who decided, and when; absent while it is open."""

    decided_by = fields.UUID(**optional())
    decided_at = Instant(**optional())
