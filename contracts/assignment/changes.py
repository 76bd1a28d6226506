"""Another lawyer, or an end before its time."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.assignment.shapes import CaseCommand, Decided, LawyerEvent
from contracts.fields import Choice, Count, Instant, Text
from contracts.schema import CaseEvent, MessageSchema, optional

TERMINATION_GROUNDS = {
    "fraud": "以欺骗或者其他不正当手段获得法律援助",
    "false_evidence": "故意隐瞒重要事实或者提供虚假证据",
    "illegal_use": "利用法律援助从事违法活动",
    "means_changed": "经济状况发生变化，不再符合条件",
    "proceedings_ended": "案件终止审理或者已经被撤销",
    "own_lawyer": "自行委托律师或者其他代理人",
    "own_request": "有正当理由要求终止法律援助",
    "other": "法律法规规定的其他情形",
}


RELEASED_WHY = {
    "returned": "退回案件",
    "replaced": "受援人要求更换",
    "conflict": "利益冲突",
    "inactive": "律师离开或者停止执业",
    "reassigned": "中心调整指派",
}


class ReleaseFirm(MessageSchema):
    """A firm leaves the network: its lawyers become inactive, and every open case and offer goes on to others."""

    firm = fields.UUID(required=True)
    reason = Text(1000, required=True)


class WithdrawOffer(MessageSchema):
    """The center takes an open offer back, with a reason."""

    offer = fields.UUID(required=True)
    reason = Text(1000, required=True)
    offer_next = fields.Boolean(load_default=False, metadata={"description": "true: ask the next candidate at once"})


class ReassignCases(MessageSchema):
    """The center gives several cases to another lawyer, or to whoever comes next; what cannot go stays as it is.

    Answers with one line for each case. With ``preview`` nothing changes: the lines say what would happen now.
    """

    cases = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 100))
    lawyer = fields.UUID(**optional(metadata={"description": "Who is asked; absent: each case's next candidate"}))
    reason = Text(1000, required=True)
    answer_within_hours = Count(1, 240, load_default=24)
    preview = fields.Boolean(load_default=False)


class RequestReplacement(MessageSchema):
    """The recipient asks for another lawyer (LA 55); the station or the center notes it."""

    case = fields.UUID(required=True)
    reason = Text(1000, required=True)


class ReplacementRequested(LawyerEvent):
    """The recipient asked for another lawyer; five days to decide run from ``requested_at`` (LA 55; days not verified)."""

    request = fields.UUID(required=True)
    requested_at = Instant(required=True)


class DecideReplacement(MessageSchema):
    """The center agrees to replace the lawyer, or refuses with a reason."""

    request = fields.UUID(required=True)
    decision = Choice(("agree", "refuse"), required=True)
    reason = Text(1000, required=True)


class ReplacementDecided(LawyerEvent):
    """The recipient's wish for another lawyer is decided."""

    request = fields.UUID(required=True)
    decision = Choice(("agree", "refuse", "lapsed"), required=True)
    decided_at = Instant(required=True)


class ReturnCase(CaseCommand):
    """The lawyer gives a case back, or the center takes it back; the next lawyer is looked for."""

    reason = Text(1000, required=True)


class LawyerReleased(LawyerEvent):
    """A lawyer no longer handles the case; a new one is to be assigned, and no date of the case is lost."""

    why = Choice(RELEASED_WHY, required=True)
    released_at = Instant(required=True)
    release = fields.UUID(
        **optional(metadata={"description": "This parting: until it is answered, nobody has the case"})
    )


class TerminateCase(CaseCommand):
    """The center ends the aid on a ground of LA 48, in writing with reasons; the recipient may object (LA 49)."""

    ground = Choice(TERMINATION_GROUNDS, required=True)
    reason = Text(1000, required=True)


class CaseTerminated(CaseEvent):
    """Aid was ended before its time (LA 48); ``lawyer`` is absent where nobody had taken the case."""

    ground = Choice(TERMINATION_GROUNDS, required=True)
    lawyer = fields.UUID(**optional())
    terminated_at = Instant(required=True)
    release = fields.UUID(**optional(metadata={"description": "The parting of the lawyer before, if there was one"}))


class RequestItem(Decided):
    """The recipient's wish for another lawyer, and the decision."""

    id = fields.UUID(required=True)
    case = fields.UUID(required=True)
    lawyer = fields.UUID(required=True)
    reason = fields.String(required=True)
    requested_at = Instant(required=True)
    state = Choice(("open", "agreed", "refused", "lapsed"), required=True)
    decision_reason = fields.String(**optional())


class EngagementItem(MessageSchema):
    """A lawyer who handles or handled a case, and from when to when."""

    lawyer = fields.UUID(required=True)
    name = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(**optional())
    signed_on = fields.Date(**optional())
    left_because = Choice({**RELEASED_WHY, "moved": "随律师转入其他律师事务所"}, **optional())


COMMANDS = {
    "assignment.request_replacement.v1": RequestReplacement,
    "assignment.decide_replacement.v1": DecideReplacement,
    "assignment.return_case.v1": ReturnCase,
    "assignment.reassign_cases.v1": ReassignCases,
    "assignment.terminate_case.v1": TerminateCase,
    "assignment.release_firm.v1": ReleaseFirm,
    "assignment.withdraw_offer.v1": WithdrawOffer,
}

EVENTS = {
    "assignment.replacement_requested.v1": (ReplacementRequested, ("supervision",)),
    "assignment.replacement_decided.v1": (ReplacementDecided, ("supervision",)),
    "assignment.lawyer_released.v1": (LawyerReleased, ("supervision", "notification")),
    "assignment.case_terminated.v1": (CaseTerminated, ("intake", "supervision", "notification")),
}
