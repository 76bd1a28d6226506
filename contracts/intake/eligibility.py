"""What the rules of a day say of a case."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Choices, Count, Fen, Text
from contracts.schema import MessageSchema, Reason, many, optional


class MissingName(MessageSchema):
    """Something that would have to be known."""

    name = fields.String(required=True)
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
    reasons = many(Reason, required=True)
    trail = many(TrailStep, maximum=200, required=True)


class CheckEligibility(MessageSchema):
    """A case before anything is filed: nothing of it is stored. What is absent counts as not known."""

    form_of_aid = Choice(terms.FORMS_OF_AID, load_default="civil_litigation")
    matter = Choice(terms.MATTERS, required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, **optional())
    facts = Choices(terms.FACTS, load_default=list)
    age = Count(0, 130, **optional())
    district = Text(60, **optional())
    household_size = Count(1, 50, **optional())
    monthly_income_fen = Fen(**optional())
    pledge = fields.Boolean(load_default=False)
    applied_on = fields.Date(**optional(metadata={"description": "Whose rules judge; absent: today's"}))


QUERIES = {
    "intake.eligibility_check": (CheckEligibility, Judgement),
}
