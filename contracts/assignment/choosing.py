"""The ranked proposal of lawyers for a case."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.assignment.shapes import CaseAsked, CaseCommand
from contracts.fields import Choice, Count, Instant, Text
from contracts.schema import CaseEvent, MessageSchema, Reason, many, optional


class Candidate(MessageSchema):
    """One lawyer of a proposal with the reasons in words and points."""

    lawyer = fields.UUID(required=True)
    name = Text(100, required=True)
    firm_name = Text(200, required=True)
    rank = Count(1, required=True)
    score = fields.Float(required=True)
    reasons = many(Reason, required=True)


class LawyersProposed(CaseEvent):
    """A ranked proposal for a granted application: the first five; all of them are read at the case."""

    candidates = many(Candidate, required=True)
    excluded = Count(0, required=True, metadata={"description": "Lawyers whom a hard rule ruled out"})


class CandidatesExhausted(CaseEvent):
    """Nobody is left who may be asked: the center must act."""

    asked = Count(0, required=True)
    exhausted_at = Instant(required=True)


class ProposalCandidate(Candidate):
    """A lawyer of the proposal and what became of it: not_asked, or the state of the lawyer's offer."""

    asked = Choice(("not_asked", *terms.OFFER_STATES), required=True)


class SetWishes(CaseCommand):
    """What the recipient asks of the lawyer; what is absent is not asked for. Lawyers are proposed anew."""

    gender = Choice(("female", "male"), **optional())
    language = Choice(terms.LANGUAGES, **optional())
    lawyer = fields.UUID(
        **optional(metadata={"description": "A lawyer whom the recipient would like: points, no must"})
    )


class Wishes(MessageSchema):
    """What the recipient asks of the lawyer."""

    gender = fields.String(**optional())
    language = fields.String(**optional())
    lawyer = fields.UUID(**optional())


class Proposal(MessageSchema):
    """The ranked proposal of a case, as it was made."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    state = Choice(terms.CASE_STATES, required=True)
    version = fields.Integer(required=True)
    excluded = Count(0, required=True)
    excluded_why = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={
            "description": "How many lawyers each hard rule ruled out, under the first that stood against them; the district comes first"
        },
    )
    candidates = fields.List(fields.Nested(ProposalCandidate), required=True)


COMMANDS = {
    "assignment.set_wishes.v1": SetWishes,
}

EVENTS = {
    "assignment.lawyers_proposed.v1": (LawyersProposed, ("supervision",)),
    "assignment.candidates_exhausted.v1": (CandidatesExhausted, ("supervision", "notification")),
}

QUERIES = {
    "assignment.proposal": (CaseAsked, Proposal),
}
