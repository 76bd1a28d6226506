"""Parties of a case and conflicts of interest."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.assignment.shapes import CaseCommand, Decided, LawyerEvent
from contracts.fields import Choice, Count, CreditCode, IdentityNumber, Instant, Text
from contracts.schema import CaseEvent, ListAsked, MessageSchema, Page, optional

FOUND_WHEN = {
    "offered": "指派时",
    "accepted": "接受时",
    "party_added": "新增当事人时",
    "party_identified": "补登当事人身份时",
    "lawyer_moved": "律师变更执业机构时",
}
#: What the center must do about a finding: replace the lawyer, or let a named person decide.
MUST = {"replace": "更换承办律师", "decide": "由中心人员说明理由后决定"}


class AddParty(CaseCommand):
    """A party becomes known after the grant; conflicts of interest are looked for again (Lawyers Law 39).

    By the center, the case's lawyer, or a liaison officer of the organization whose case it is: what the recipient says
    at the station must reach the check. The liaison is not shown what was found. The very same party is refused.
    """

    side = Choice(("aided", "opposing"), required=True)
    name = Text(200, required=True)
    kind = Choice(("person", "company"), load_default="person")
    identity_number = IdentityNumber(**optional())
    credit_code = CreditCode(**optional())
    former_names = fields.List(
        Text(200),
        load_default=list,
        validate=validate.Length(0, 10),
        metadata={"description": "Former names, aliases, trade names: each is compared like the name"},
    )


class IdentifyParty(MessageSchema):
    """Number or further names of a party become known: a namesake is told apart, or an old hand is recognized."""

    party = fields.UUID(required=True)
    identity_number = IdentityNumber(**optional())
    credit_code = CreditCode(**optional())
    former_names = fields.List(Text(200), load_default=list, validate=validate.Length(0, 10))


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
    must = Choice(MUST, **optional(metadata={"description": "What the center must do"}))


class DecideConflict(MessageSchema):
    """A named person of the center decides on a conflict, with a reason; an exact one cannot be cleared.

    Unless the case has ended: nobody can be replaced there any more, and whoever clears it has taken note.
    """

    conflict = fields.UUID(required=True)
    decision = Choice(("clear", "replace"), required=True)
    reason = Text(1000, required=True)


class ConflictDecided(LawyerEvent):
    """A named person decided on a conflict: cleared, or the lawyer is replaced."""

    conflict = fields.UUID(required=True)
    decision = Choice(("clear", "replace"), required=True)
    decided_by = fields.UUID(required=True)
    decided_at = Instant(required=True)


class ConflictCleared(LawyerEvent):
    """More is known of a party: a conflict that was found no longer stands, and nobody need decide on it."""

    conflict = fields.UUID(required=True)
    cleared_at = Instant(required=True)


class PartyItem(MessageSchema):
    """A party of a case."""

    id = fields.UUID(required=True)
    side = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    former_names = fields.List(fields.String(), required=True)
    identified = fields.Boolean(
        required=True, metadata={"description": "Whether an identity or credit number is known"}
    )


class FindingItem(Decided):
    """A conflict of interest that was found, and what was decided about it."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    other_matter = fields.String(required=True)
    parties = fields.List(
        fields.UUID(),
        load_default=list,
        metadata={"description": "The parties of the case that stand on the other side there"},
    )
    certainty = Choice(("exact", "likely"), required=True)
    found_when = Choice(FOUND_WHEN, required=True)
    found_at = Instant(required=True)
    must = Choice(MUST, required=True, metadata={"description": "What the center must do while it is open"})
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
    "assignment.identify_party.v1": IdentifyParty,
    "assignment.decide_conflict.v1": DecideConflict,
}

EVENTS = {
    "assignment.party_added.v1": (PartyAdded, ("supervision",)),
    "assignment.conflict_found.v1": (ConflictFound, ("supervision",)),
    "assignment.conflict_decided.v1": (ConflictDecided, ("supervision",)),
    "assignment.conflict_cleared.v1": (ConflictCleared, ("supervision",)),
}

QUERIES = {
    "assignment.conflicts": (FindingsAsked, FindingPage),
}
