"""What is asked of intake about the official papers of an application."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Choice
from contracts.papers import PAPERS, PaperFacts, PaperList
from contracts.schema import MessageSchema

KINDS = tuple(kind for kind, paper in PAPERS.items() if paper.of == "application")


class PrintedAsked(MessageSchema):
    """Whose papers are asked for."""

    application = fields.UUID(required=True)


class PaperAsked(MessageSchema):
    """Which paper of which application is asked for."""

    application = fields.UUID(required=True)
    kind = Choice(KINDS, required=True)


QUERIES = {
    "intake.papers": (PrintedAsked, PaperList),
    "intake.paper": (PaperAsked, PaperFacts),
}
