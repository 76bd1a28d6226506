"""What the rules of a day say of a case."""

from __future__ import annotations

import typing as t

from marshmallow import ValidationError, fields, validate

from contracts import terms
from contracts.fields import Choice, Choices, Count, Fen, Text
from contracts.schema import MessageSchema, Reason, many, optional


class MissingName(MessageSchema):
    """Something that would have to be known."""

    name = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class NotWorkedOut(MessageSchema):
    """A figure that should come out, such as a contribution, and does not yet; it changes nothing of the outcome."""

    name = fields.String(required=True, metadata={"description": "The section that calculates it"})
    missing = fields.List(fields.String(), required=True, metadata={"description": "The inputs that it waits for"})
    zh = fields.String(required=True)
    en = fields.String(required=True)


class TrailStep(MessageSchema):
    """One section of the rules: its result, figures, limit and article. Money in the currency's smallest unit."""

    section = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    result = fields.String(required=True)
    by = fields.String(**optional(metadata={"description": "The section that made this one unnecessary"}))
    figures = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    figure = fields.Integer(**optional())
    limit = fields.Integer(**optional())
    missing = fields.List(fields.String(), required=True)
    article = fields.String(**optional())
    source = fields.String(required=True)
    since = fields.Date(required=True)
    verified = fields.Boolean(required=True)


class Judgement(MessageSchema):
    """What the rules of a day say of a case, and why."""

    outcome = Choice(terms.ELIGIBILITY_OUTCOMES, required=True)
    hardship = Choice(terms.HARDSHIP_OUTCOMES, required=True)
    missing = many(MissingName, required=True)
    rule_set = fields.String(**optional())
    day = fields.Date(**optional())
    figures = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    not_worked_out = many(
        NotWorkedOut, load_default=list, metadata={"description": "What an eligible person is still to be told"}
    )
    reasons = many(Reason, required=True)
    trail = many(TrailStep, maximum=200, required=True)


NOT_PLAIN = (
    "A whole number (amounts in the smallest unit, without decimals), true or false, a short text, a list of these or "
    "payments such as {amount, per}; 应为整数（金额以最小货币单位计，无小数）、真假值、简短文字，或者其列表、带周期的金额。"
)


class Figures(fields.Dict):
    """Named facts and figures that a rule set asks for: amounts in the smallest unit, ``{"amount", "per"}`` or lists of
    these, numbers, flags, terms, lists of terms, days. Which there are says ``GET /v1/eligibility-rules``."""

    def __init__(self, **kw: t.Any) -> None:
        names = fields.String(validate=validate.Regexp(r"\A[a-z][a-z0-9_]{0,39}\Z", error="A name has lower-case letters, digits and _; 名称只能由小写字母、数字和下划线组成。"))  # fmt: skip
        super().__init__(keys=names, values=fields.Raw(allow_none=True, validate=_plain), validate=_few, **kw)

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kw: t.Any) -> t.Any:
        """What is wrong with a figure stands at its own name, not at the ``key`` or ``value`` of an entry."""
        try:
            return super()._deserialize(value, attr, data, **kw)
        except ValidationError as error:
            messages: t.Any = error.messages
            if isinstance(messages, dict):
                messages = {name: [text for texts in one.values() for text in texts] for name, one in messages.items()}
            raise ValidationError(messages) from None


def _few(value: dict[str, t.Any]) -> None:
    if len(value) > 100:
        raise ValidationError("More than 100 names; 名称不能超过 100 个。")


def _plain(value: t.Any, depth: int = 2) -> None:
    """A number, flag or text, a list of these or of payments: nothing deep, nothing long."""
    if isinstance(value, str) and len(value) <= 200:
        return
    if isinstance(value, bool | int) and abs(value) < 2**53:
        return
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None or depth == 0 or len(inner) > 50:
        raise ValidationError(NOT_PLAIN)
    for one in inner:
        _plain(one, depth - 1)


class CheckEligibility(MessageSchema):
    """A case before anything is filed: nothing of it is stored. What is absent counts as not known."""

    form_of_aid = Choice(terms.FORMS_OF_AID, load_default="civil_litigation")
    matter = Choice(terms.MATTERS, **optional())
    recipient_group = Choice(terms.RECIPIENT_GROUPS, **optional())
    facts = Choices(terms.FACTS, load_default=list)
    age = Count(0, 130, **optional())
    district = Text(60, **optional())
    household_size = Count(1, 50, **optional())
    monthly_income_fen = Fen(**optional())
    pledge = fields.Boolean(load_default=False)
    applied_on = fields.Date(**optional(metadata={"description": "Whose rules judge; absent: today's"}))
    jurisdiction = Text(60, **optional(metadata={"description": "Absent: the network's own"}))
    figures = Figures(load_default=dict)


class RulesAsked(MessageSchema):
    """Whose rules, and of which day."""

    jurisdiction = Text(60, **optional(metadata={"description": "Absent: the network's own"}))
    day = fields.Date(**optional(metadata={"description": "Absent: today"}))


class RuleInput(MessageSchema):
    """Something that the rules ask for, as a front end can ask it."""

    name = fields.String(required=True)
    type = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    terms = fields.List(fields.String(), required=True)
    per = fields.String(**optional(metadata={"description": "The period that a bare amount is of"}))
    min = fields.Integer(**optional(metadata={"description": "The least that an amount or a count may be"}))
    max = fields.Integer(**optional(metadata={"description": "The most; absent: no limit"}))
    needed = fields.Boolean(
        required=True, metadata={"description": "false: silence means the default, or the day of the application"}
    )


class RulesInForce(MessageSchema):
    """The rule set of a day: what it asks, and the sections by which it judges."""

    rule_set = fields.String(required=True)
    jurisdiction = fields.String(required=True)
    jurisdictions = fields.List(fields.String(), required=True, metadata={"description": "All that are known"})
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    source = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(**optional())
    verified = fields.Boolean(required=True)
    currency = fields.String(required=True)
    digits = fields.Integer(required=True)
    inputs = fields.List(fields.Nested(RuleInput), required=True)
    sections = fields.List(fields.Dict(keys=fields.String()), required=True)


QUERIES = {
    "intake.eligibility_check": (CheckEligibility, Judgement),
    "intake.eligibility_rules": (RulesAsked, RulesInForce),
}
