"""The objection to a termination before the bureau, and what it comes to (LA 49)."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.assignment.changes import TERMINATION_GROUNDS
from contracts.assignment.shapes import CaseCommand, Decided
from contracts.fields import Choice, Instant, Text
from contracts.schema import CaseEvent, optional

TERMINATION_OUTCOMES = {"upheld": "维持终止援助决定", "overturned": "责令恢复援助"}


class ObjectToTermination(CaseCommand):
    """The recipient objects to a termination before the justice bureau (LA 49); the station or the center notes it."""

    grounds = Text(4000, required=True)


class TerminationObjected(CaseEvent):
    """A termination is objected to; the bureau decides within five days of ``objected_at`` (LA 49)."""

    objection = fields.UUID(required=True)
    objected_at = Instant(required=True)


class DecideTerminationObjection(CaseCommand):
    """The bureau's decision, entered by the center: the termination stands, or the aid goes on (LA 49)."""

    outcome = Choice(TERMINATION_OUTCOMES, required=True)
    reasons = fields.List(Text(1000), required=True, validate=validate.Length(1, 20))


class TerminationObjectionDecided(CaseEvent):
    """The bureau decided; where the aid goes on, ``aid_restored`` is said as well."""

    objection = fields.UUID(required=True)
    termination_outcome = Choice(TERMINATION_OUTCOMES, required=True)
    lawyer = fields.UUID(**optional(metadata={"description": "Who has the case after the decision, if anybody"}))
    decided_at = Instant(required=True)


class AidRestored(CaseEvent):
    """Aid that was terminated goes on by the bureau's order (LA 49), with its lawyer or with one to be found.

    All that came of the ending (closing file, check, subsidy, return visit) is not needed any more.
    """

    objection = fields.UUID(required=True)
    lawyer = fields.UUID(
        **optional(metadata={"description": "Who has the case again; absent: another one is looked for"})
    )
    assigned_at = Instant(**optional())
    release = fields.UUID(
        **optional(metadata={"description": "Present where nobody has the case, until a lawyer takes it"})
    )
    before = fields.UUID(**optional(metadata={"description": "`restored` of the events until now"}))
    completion = fields.UUID(**optional(metadata={"description": "The return of a closing file that was still open"}))
    claim = fields.UUID(**optional(metadata={"description": "`claim` of a subsidy that was still to be paid"}))
    restored_at = Instant(required=True)


class TerminationObjectionItem(Decided):
    """The objection to a termination and what the bureau decided; the words are for the center and the lawyer."""

    id = fields.UUID(required=True)
    terminated_on = fields.Date(required=True)
    ground = Choice(TERMINATION_GROUNDS, required=True)
    objected_at = Instant(required=True)
    state = Choice(("open", *TERMINATION_OUTCOMES), required=True)
    grounds = fields.String(**optional())
    reasons = fields.List(fields.String(), required=True)


COMMANDS = {
    "assignment.object_to_termination.v1": ObjectToTermination,
    "assignment.decide_termination_objection.v1": DecideTerminationObjection,
}

EVENTS = {
    "assignment.termination_objected.v1": (TerminationObjected, ("supervision",)),
    "assignment.termination_objection_decided.v1": (TerminationObjectionDecided, ("supervision", "notification")),
    "assignment.aid_restored.v1": (AidRestored, ("intake", "supervision")),
}
