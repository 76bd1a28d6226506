"""Corrections of an application before it is decided: the rules judge anew."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Choices, Count, Fen, Instant, Text
from contracts.intake.eligibility import Figures
from contracts.schema import CaseReference, MessageSchema, OpposingParty, changed, many, optional


class AmendedApplicantOfOld(MessageSchema):
    """What changes about the person; what is absent or null stays."""

    name = Text(100, **optional())
    phone = Text(40, **optional())
    address = Text(300, **optional())
    district = Text(60, **optional())
    gender = Choice(("female", "male"), **optional())


class AmendApplicationOfOld(MessageSchema):
    """Correct an application before the decision: what is absent or null stays; the rules of its day judge anew."""

    application = fields.UUID(required=True)
    reason = Text(1000, required=True)
    applicant = fields.Nested(AmendedApplicantOfOld, **optional())
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


class AmendedApplicant(MessageSchema):
    """What changes about the person; null: not known. Identity numbers are corrected by merging records."""

    name = Text(100, **changed())
    phone = Text(40, **changed(allow_none=True))
    address = Text(300, **changed(allow_none=True))
    district = Text(60, **changed(allow_none=True))
    gender = Choice(
        ("female", "male"),
        **changed(allow_none=True, metadata={"description": "Null: as the identity number says, where there is one"}),
    )


class AmendApplication(MessageSchema):
    """Correct an application before the decision: what is absent stays, null clears; the rules of its day judge anew.

    A list stands in place of the old one, and null is refused where an application always says something.
    """

    application = fields.UUID(required=True)
    reason = Text(1000, required=True)
    applicant = fields.Nested(AmendedApplicant, **changed())
    recipient_group = Choice(terms.RECIPIENT_GROUPS, **changed())
    form_of_aid = Choice(terms.FORMS_OF_AID, **changed())
    matter = Choice(terms.MATTERS, **changed())
    statement = Text(4000, **changed())
    opposing_parties = many(OpposingParty, **changed())
    household_size = Count(1, 50, **changed(allow_none=True, metadata={"description": "Null: not known"}))
    monthly_income_fen = Fen(**changed(allow_none=True, metadata={"description": "Null: not known"}))
    facts = Choices(terms.FACTS, **changed())
    figures = Figures(**changed(metadata={"description": "All named facts and figures anew"}))
    pledge = fields.Boolean(**changed())
    office_district = Text(60, **changed(allow_none=True))
    arose_district = Text(60, **changed(allow_none=True))
    urgency = Choice(terms.URGENCIES, **changed())
    limitation_on = fields.Date(**changed(allow_none=True, metadata={"description": "Null: none is known"}))
    version = Count(1, **optional())


class ApplicationAmended(CaseReference):
    """An application says something else now; its clock goes on."""

    amended_at = Instant(required=True)
    changed = fields.List(Text(40), required=True, metadata={"description": "Names of the fields"})
    urgency = Choice(terms.URGENCIES, required=True)
    limitation_on = fields.Date(**optional())
    eligibility = Choice(terms.ELIGIBILITY_OUTCOMES, required=True)


COMMANDS = {
    "intake.amend_application.v1": AmendApplicationOfOld,
    "intake.amend_application.v2": AmendApplication,
}
EVENTS = {"intake.application_amended.v1": (ApplicationAmended, ("supervision",))}
