"""Missing papers: told once, the clock stopped and started again (LA 43, 44)."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Choices, Count, Fen, Instant, Text
from contracts.intake.eligibility import Figures
from contracts.schema import CaseReference, Document, MessageSchema, many, optional


class Paper(MessageSchema):
    """A paper that is missing."""

    kind = Text(60, required=True)
    title = Text(200, required=True)


class RequestPapers(MessageSchema):
    """The center says what is missing: once and all of it; the time to decide stops (LA 43)."""

    application = fields.UUID(required=True)
    papers = many(Paper, minimum=1, maximum=20, required=True)
    supply_by = fields.Date(**optional(metadata={"description": "Last day; absent: by the service's setting"}))
    version = Count(1, **optional())


class PapersRequested(CaseReference):
    """Papers are missing. Before a decision the clock of LA 43 stops at ``requested_at``; after a grant it is over."""

    requested_at = Instant(required=True)
    supply_by = fields.Date(required=True)
    papers = Count(1, 20, required=True, metadata={"description": "How many"})
    after_grant = fields.Boolean(required=True, metadata={"description": "true: aid came first (LA 44)"})


class SuppliedDocument(Document):
    """A document that was brought."""

    original_seen = fields.Boolean(load_default=False)


class SupplyPapers(MessageSchema):
    """Missing papers are brought, with what they show; the time to decide goes on once they are complete."""

    application = fields.UUID(required=True)
    documents = many(SuppliedDocument, minimum=1, required=True)
    complete = fields.Boolean(load_default=True)
    household_size = Count(1, 50, **optional())
    monthly_income_fen = Fen(**optional())
    facts = Choices(terms.FACTS, **optional(metadata={"description": "All facts anew; absent: as they were"}))
    figures = Figures(**optional(metadata={"description": "All named figures anew; absent: as they were"}))
    version = Count(1, **optional())


class PapersSupplied(CaseReference):
    """All missing papers are there; the time to decide goes on."""

    requested_at = Instant(required=True)
    supplied_at = Instant(required=True)
    stopped_seconds = Count(0, 10_000_000_000, required=True, metadata={"description": "How long the clock stood"})
    after_grant = fields.Boolean(required=True)
    eligibility = Choice(terms.ELIGIBILITY_OUTCOMES, required=True)


class LapsePapers(MessageSchema):
    """The service's own command for the day after ``due_on``: deemed withdrawn, unless papers came (LA 43)."""

    application = fields.UUID(required=True)
    due_on = fields.Date(required=True)


class PapersItem(MessageSchema):
    """What was missing and told once."""

    papers = many(Paper, maximum=20, required=True)
    requested_at = Instant(required=True)
    supply_by = fields.Date(required=True)
    complete_at = Instant(**optional())


class DocumentItem(SuppliedDocument):
    """A document of the application, by reference."""

    received_at = Instant(required=True)


COMMANDS = {
    "intake.request_papers.v1": RequestPapers,
    "intake.supply_papers.v1": SupplyPapers,
    "intake.lapse_papers.v1": LapsePapers,
}

EVENTS = {
    "intake.papers_requested.v1": (PapersRequested, ("supervision",)),
    "intake.papers_supplied.v1": (PapersSupplied, ("supervision",)),
}
