"""Asking a lawyer, and the answer."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.assignment.conflicts import PartyItem
from contracts.assignment.shapes import CaseCommand, LawyerEvent, MatterShown
from contracts.fields import Choice, Code, Count, Instant, Text
from contracts.schema import ListAsked, MessageSchema, Page, optional


class OfferCase(CaseCommand):
    """The center confirms a lawyer, or leaves the choice to the rule."""

    lawyer = fields.UUID(**optional(metadata={"description": "Absent: the best candidate not yet asked"}))
    answer_within_hours = Count(1, 240, load_default=24)
    reason = Text(1000, **optional(metadata={"description": "Needed when another than the first candidate is named"}))


class OfferMade(LawyerEvent):
    """A lawyer is asked to take a case until ``answer_by``."""

    offer = fields.UUID(required=True)
    offered_at = Instant(required=True)
    answer_by = Instant(required=True)


class AnswerOffer(MessageSchema):
    """The lawyer's answer."""

    offer = fields.UUID(required=True)
    answer = Choice(("accept", "decline"), required=True)
    reason = Text(1000, **optional())


class OfferAccepted(LawyerEvent):
    """The lawyer took the case: it is assigned; the five days for the retainer run from ``assigned_at`` (D148 27)."""

    offer = fields.UUID(required=True)
    lawyer_name = Text(100, required=True)
    firm_name = Text(200, required=True)
    assigned_at = Instant(required=True)
    release = fields.UUID(**optional(metadata={"description": "The parting of the lawyer before, if there was one"}))


class OfferDeclined(LawyerEvent):
    """The lawyer declined, the time to answer passed in silence, the center took it back, or a conflict came up."""

    offer = fields.UUID(required=True)
    by = Choice(("lawyer", "silence", "center", "conflict"), required=True)
    reason = Text(1000, **optional())
    declined_at = Instant(required=True)


class OffersAsked(ListAsked):
    """Which offers are asked for, newest first; a lawyer sees their own."""

    state = Choice(terms.OFFER_STATES, **optional())
    case = fields.UUID(**optional())


class OfferItem(MatterShown):
    """An offer, with what its lawyer needs to know to answer."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    case_number = fields.String(required=True)
    case_state = Choice(terms.CASE_STATES, required=True)
    lawyer = fields.UUID(required=True)
    state = Choice(terms.OFFER_STATES, required=True)
    offered_at = Instant(required=True)
    answer_by = Instant(required=True)
    offered_by = fields.String(required=True, metadata={"description": "center or rule"})
    choice_reason = fields.String(**optional())
    answered_at = Instant(**optional())
    answer_reason = fields.String(**optional())
    organization = Code(required=True)
    district = fields.String(**optional())
    parties = fields.List(
        fields.Nested(PartyItem), metadata={"description": "For the lawyer's own look at conflicts, while it is open"}
    )


class OfferPage(Page):
    """A page of offers."""

    items = fields.List(fields.Nested(OfferItem), required=True)


COMMANDS = {
    "assignment.offer_case.v1": OfferCase,
    "assignment.answer_offer.v1": AnswerOffer,
}

EVENTS = {
    "assignment.offer_made.v1": (OfferMade, ("supervision", "notification")),
    "assignment.offer_accepted.v1": (OfferAccepted, ("supervision", "notification")),
    "assignment.offer_declined.v1": (OfferDeclined, ("supervision", "notification")),
}

QUERIES = {
    "assignment.offers": (OffersAsked, OfferPage),
}
