"""Corrections of an application before it is decided: the rules judge anew."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Choices, Count, Fen, Instant, Text
from contracts.intake.eligibility import Figures
from contracts.schema import CaseReference, MessageSchema, OpposingParty, many, optional


class AmendedApplicant(MessageSchema):
    """What changes about the person; identity numbers are corrected by merging records."""

    name = Text(100, **optional())
    phone = Text(40, **optional())
    address = Text(300, **optional())
    district = Text(60, **optional())
    gender = Choice(("female", "male"), **optional())


class AmendApplication(MessageSchema):
    """Correct an application before the decision: what is absent stays; the rules of its day judge anew."""

    application = fields.UUID(required=True)
    reason = Text(1000, required=True)
    applicant = fields.Nested(AmendedApplicant, **optional())
    recipient_group = Choice(terms.RECIPIENT_GROUPS, **optional())
    form_of_aid = Choice(terms.FORMS_OF_AID, **optional())
    matter = Choice(terms.MATTERS, **optional())
    statement = Text(4000, **optional())
    opposing_parties = many(OpposingParty, **optional())
    household_size = Count(1, 50, **optional())
    monthly_income_fen = Fen(**optional())
    facts = Choices(terms.FACTS, **optional())
    figures = Figures(**optional(metadata={"description": "All named facts and figures anew"}))
    pledge = fields.Boolean(**optional())
    office_district = Text(60, **optional())
    arose_district = Text(60, **optional())
    urgency = Choice(terms.URGENCIES, **optional())
    limitation_on = fields.Date(**optional())
    version = Count(1, **optional())


class ApplicationAmended(CaseReference):
    """An application says something else now; its clock goes on."""

    amended_at = Instant(required=True)
    changed = fields.List(Text(40), required=True, metadata={"description": "Names of the fields"})
    urgency = Choice(terms.URGENCIES, required=True)
    limitation_on = fields.Date(**optional())
    eligibility = Choice(terms.ELIGIBILITY_OUTCOMES, required=True)


COMMANDS = {"intake.amend_application.v1": AmendApplication}
EVENTS = {"intake.application_amended.v1": (ApplicationAmended, ("supervision",))}
