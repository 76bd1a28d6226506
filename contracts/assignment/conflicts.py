"""Parties of a case and conflicts of interest."""

from __future__ import annotations

from marshmallow import fields

from contracts.assignment.shapes import CaseCommand, Decided, LawyerEvent
from contracts.fields import Choice, Count, CreditCode, IdentityNumber, Instant, Text
from contracts.schema import CaseEvent, ListAsked, MessageSchema, Page, optional

FOUND_WHEN = {"offered": "指派时", "accepted": "接受时", "party_added": "新增当事人时"}


class AddParty(CaseCommand):
    """A party becomes known after the grant; conflicts of interest are looked for again (Lawyers Law 39)."""

    side = Choice(("aided", "opposing"), required=True)
    name = Text(200, required=True)
    kind = Choice(("person", "company"), load_default="person")
    identity_number = IdentityNumber(**optional())
    credit_code = CreditCode(**optional())


class PartyAdded(CaseEvent):
    """A party was added; its name stays with the case. ``conflicts``: how many this brought to light."""

    party = fields.UUID(required=True)
    side = Choice(("aided", "opposing"), required=True)
    conflicts = Count(0, required=True)
    added_at = Instant(required=True)


class ConflictFound(LawyerEvent):
    """Whoever handles the case, or their firm, stands or stood on the other side: the center must act."""

    conflict = fields.UUID(required=True)
    other_matter = Text(40, required=True)
    certainty = Choice(("exact", "likely"), required=True)
    found_when = Choice(FOUND_WHEN, required=True)
    found_at = Instant(required=True)


class DecideConflict(MessageSchema):
    """A named person of the center decides on a conflict, with a reason; an exact one cannot be cleared."""

    conflict = fields.UUID(required=True)
    decision = Choice(("clear", "replace"), required=True)
    reason = Text(1000, required=True)


class ConflictDecided(LawyerEvent):
    """A named person decided on a conflict: cleared, or the lawyer is replaced."""

    conflict = fields.UUID(required=True)
    decision = Choice(("clear", "replace"), required=True)
    decided_by = fields.UUID(required=True)
    decided_at = Instant(required=True)


class PartyItem(MessageSchema):
    """A party of a case."""

    id = fields.UUID(required=True)
    side = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class FindingItem(Decided):
    """A conflict of interest that was found, and what was decided about it."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    other_matter = fields.String(required=True)
    certainty = Choice(("exact", "likely"), required=True)
    found_when = Choice(FOUND_WHEN, required=True)
    found_at = Instant(required=True)
    state = Choice(("open", "cleared", "replaced"), required=True)
    reason = fields.String(**optional())


class FindingsAsked(ListAsked):
    """Which conflicts are asked for, newest first; for the center."""

    state = Choice(("open", "cleared", "replaced"), **optional())


class FindingPage(Page):
    """A page of conflicts."""

    items = fields.List(fields.Nested(FindingItem), required=True)


COMMANDS = {
    "assignment.add_party.v1": AddParty,
    "assignment.decide_conflict.v1": DecideConflict,
}

EVENTS = {
    "assignment.party_added.v1": (PartyAdded, ("supervision",)),
    "assignment.conflict_found.v1": (ConflictFound, ("supervision",)),
    "assignment.conflict_decided.v1": (ConflictDecided, ("supervision",)),
}

QUERIES = {
    "assignment.conflicts": (FindingsAsked, FindingPage),
}
