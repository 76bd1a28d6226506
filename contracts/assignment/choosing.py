"""The ranked proposal of lawyers for a case."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.assignment.shapes import CaseAsked
from contracts.fields import Choice, Count, Instant, Text
from contracts.schema import CaseEvent, MessageSchema, Reason, many


class Candidate(MessageSchema):
    """One lawyer of a proposal with the reasons in words and points."""

    lawyer = fields.UUID(required=True)
    name = Text(100, required=True)
    firm_name = Text(200, required=True)
    rank = Count(1, required=True)
    score = fields.Float(required=True)
    reasons = many(Reason, required=True)


class LawyersProposed(CaseEvent):
    """A ranked proposal for a granted application."""

    candidates = many(Candidate, required=True)
    excluded = Count(0, required=True, metadata={"description": "Lawyers whom a hard rule ruled out"})


class CandidatesExhausted(CaseEvent):
    """Nobody is left who may be asked: the center must act."""

    asked = Count(0, required=True)
    exhausted_at = Instant(required=True)


class ProposalCandidate(Candidate):
    """A lawyer of the proposal and what became of it: not_asked, or the state of the lawyer's offer."""

    asked = Choice(("not_asked", *terms.OFFER_STATES), required=True)


class Proposal(MessageSchema):
    """The ranked proposal of a case, as it was made."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    state = Choice(terms.CASE_STATES, required=True)
    version = fields.Integer(required=True)
    excluded = Count(0, required=True)
    candidates = fields.List(fields.Nested(ProposalCandidate), required=True)


EVENTS = {
    "assignment.lawyers_proposed.v1": (LawyersProposed, ("supervision",)),
    "assignment.candidates_exhausted.v1": (CandidatesExhausted, ("supervision", "notification")),
}

QUERIES = {
    "assignment.proposal": (CaseAsked, Proposal),
}
