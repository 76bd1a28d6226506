"""What is asked of assignment about the official papers of a case."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Choice
from contracts.papers import PAPERS, PaperFacts, PaperList
from contracts.schema import MessageSchema

KINDS = tuple(kind for kind, paper in PAPERS.items() if paper.of == "case")


class CasePapersAsked(MessageSchema):
    """Whose papers are asked for."""

    case = fields.UUID(required=True)


class CasePaperAsked(MessageSchema):
    """Which paper of which case is asked for."""

    case = fields.UUID(required=True)
    kind = Choice(KINDS, required=True)


QUERIES = {
    "assignment.papers": (CasePapersAsked, PaperList),
    "assignment.paper": (CasePaperAsked, PaperFacts),
}
