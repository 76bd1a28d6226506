"""Applications for legal aid: from filing to the decision."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Fen, Instant, Text
from contracts.intake.defence import NotifyingOffice
from contracts.intake.eligibility import Figures, Judgement
from contracts.intake.objections import ObjectionItem
from contracts.intake.papers import DocumentItem, Paper, PapersItem
from contracts.intake.persons import ApplicantItem, OpponentItem
from contracts.schema import (
    Applicant,
    CaseReference,
    ListAsked,
    MessageSchema,
    OpposingParty,
    Party,
    Reason,
    many,
    optional,
)


class OnBehalf(MessageSchema):
    """Who applies for the person: a guardian, a close relative, or the office that keeps the person (LA 24, 39, 40)."""

    relation = Choice(terms.RELATIONS, required=True)
    name = Text(100, required=True)
    phone = Text(40, **optional())
    received_at = Instant(
        **optional(metadata={"description": "When an office took the application; it forwards it within 24 hours"})
    )


class FileApplication(MessageSchema):
    """An application for legal aid (LA 24, 31-33, 40-42), filed at a station or at the center itself."""

    station = Code(**optional())
    applicant = fields.Nested(Applicant, required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    form_of_aid = Choice(terms.FORMS_OF_AID, load_default="civil_litigation")
    matter = Choice(terms.MATTERS, required=True)
    statement = Text(4000, required=True, metadata={"description": "What happened and what is asked for"})
    opposing_parties = many(OpposingParty, load_default=list)
    household_size = Count(1, 50, **optional())
    monthly_income_fen = Fen(
        **optional(metadata={"description": "Income of the whole household in a month, fen; absent: not known"})
    )
    facts = Choices(terms.FACTS, load_default=list)
    figures = Figures(
        load_default=dict, metadata={"description": "What else the rule set of the day asks for, by name"}
    )
    urgency = Choice(terms.URGENCIES, load_default="normal")
    limitation_on = fields.Date(
        **optional(metadata={"description": "Last day of a limitation, where one is near (LA 44)"})
    )
    pledge = fields.Boolean(
        load_default=False, metadata={"description": "Personal integrity pledge of hardship (LA 41)"}
    )
    applied_on = fields.Date(
        **optional(metadata={"description": "Day of the application; absent: today; never in the future"})
    )
    on_behalf = fields.Nested(OnBehalf, **optional(metadata={"description": "Absent: the person applies"}))
    office_district = Text(
        60, **optional(metadata={"description": "District of the office that handles the matter (LA 38)"})
    )
    arose_district = Text(60, **optional(metadata={"description": "District where the matter arose (LA 38)"}))


class ApplicationReceived(CaseReference):
    """An application was accepted for decision; the seven days of LA 43 run from ``received_at``."""

    received_at = Instant(required=True)
    urgency = Choice(terms.URGENCIES, required=True)
    limitation_on = fields.Date(**optional())
    eligibility = Choice(terms.ELIGIBILITY_OUTCOMES, required=True)
    reasons = many(Reason, required=True)
    duplicates = fields.List(
        Text(40), required=True, metadata={"description": "Numbers of earlier open applications of the person"}
    )
    forwarded_late = fields.Boolean(
        load_default=False, metadata={"description": "true: an office kept it longer than 24 hours (LA 39)"}
    )
    office_received_at = Instant(
        **optional(metadata={"description": "When an office took it from a person in custody; its 24 hours run"})
    )


class GrantApplication(MessageSchema):
    """The center decides to give aid (LA 43)."""

    application = fields.UUID(required=True)
    note = Text(1000, **optional())
    papers_later = many(
        Paper,
        maximum=20,
        load_default=list,
        metadata={"description": "Urgent cases only: aid first, these papers later (LA 44)"},
    )
    version = Count(1, **optional(metadata={"description": "The version that the decider saw; another one: refused"}))


class ApplicationGranted(CaseReference):
    """Aid is granted; a lawyer is to be assigned within three days (LA 43)."""

    granted_at = Instant(required=True)
    urgency = Choice(terms.URGENCIES, required=True)
    district = Text(60, **optional())
    facts = Choices(terms.FACTS, required=True)
    minor = fields.Boolean(
        **optional(
            metadata={"description": "Whether the person is under 18; absent: not known, the register's group says"}
        )
    )
    parties = many(Party, minimum=1, maximum=60, required=True)
    wished_gender = Choice(("female", "male"), **optional())
    wished_language = Choice(terms.LANGUAGES, **optional())


class RefuseApplication(MessageSchema):
    """The center refuses in writing, with reasons (LA 43)."""

    application = fields.UUID(required=True)
    reasons = fields.List(Text(1000), required=True, validate=validate.Length(1, 20))
    version = Count(1, **optional())


class ApplicationRefused(CaseReference):
    """Aid is refused; the applicant may object to the bureau (LA 49)."""

    refused_at = Instant(required=True)
    reasons = fields.List(Text(1000), required=True)


class WithdrawApplication(MessageSchema):
    """The applicant takes the application back before it is decided."""

    application = fields.UUID(required=True)
    reason = Text(1000, **optional())
    version = Count(1, **optional())


class ApplicationWithdrawn(CaseReference):
    """The application is withdrawn; its clocks stop."""

    withdrawn_at = Instant(required=True)
    deemed = fields.Boolean(
        load_default=False, metadata={"description": "true: missing papers were not supplied in time (LA 43)"}
    )


class ReferApplication(MessageSchema):
    """The application reached the wrong door: it goes to the right organization with its history."""

    application = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    ground = Choice(terms.REFERRAL_GROUNDS, load_default="other_organization")
    district = Text(
        60,
        **optional(metadata={"description": "Which district is competent: where the office sits, or it arose (LA 38)"}),
    )
    reason = Text(1000, required=True)
    version = Count(1, **optional())


class ApplicationReferred(CaseReference):
    """The application is at another organization now (``organization``); no clock starts anew."""

    from_organization = Code(required=True)
    from_station = Code(**optional())
    referred_at = Instant(required=True)


class ApplicationsAsked(ListAsked):
    """Which applications are asked for; an organization sees its own, a station's liaison the station's."""

    number = Text(40, **optional(metadata={"description": "As people name it: A2026-00001"}))
    urgency = Choice(terms.URGENCIES, **optional())
    state = Choice(terms.APPLICATION_STATES, **optional())
    recipient_group = Choice(terms.RECIPIENT_GROUPS, **optional())
    matter = Choice(terms.MATTERS, **optional())
    person = fields.UUID(**optional())
    organization = Code(**optional())
    station = Code(**optional())


class ApplicationItem(MessageSchema):
    """An application in a list: no personal data."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = Choice(terms.APPLICATION_STATES, required=True)
    version = fields.Integer(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    form_of_aid = Choice(terms.FORMS_OF_AID, required=True)
    matter = Choice(terms.MATTERS, required=True)
    urgency = Choice(terms.URGENCIES, required=True)
    eligibility = Choice(terms.ELIGIBILITY_OUTCOMES, required=True)
    applied_on = fields.Date(required=True)
    received_at = Instant(required=True)
    decided_at = Instant(**optional())


class ApplicationPage(MessageSchema):
    """A page of applications."""

    items = fields.List(fields.Nested(ApplicationItem), required=True)
    next = fields.UUID(**optional())


class ApplicationAsked(MessageSchema):
    """One application."""

    application = fields.UUID(required=True)


class ApplicationActItem(MessageSchema):
    """One act of an application's history."""

    act = fields.String(required=True)
    state = Choice(terms.APPLICATION_STATES, required=True)
    version = fields.Integer(required=True)
    at = Instant(required=True)
    by_role = fields.String(required=True)
    by_organization = Code(required=True)
    by_person = fields.UUID(**optional())
    note = fields.String(**optional())


class ReferralItem(MessageSchema):
    """One step of the way to the right organization."""

    from_organization = Code(required=True)
    from_station = Code(**optional())
    to_organization = Code(required=True)
    to_station = Code(**optional())
    ground = Choice(terms.REFERRAL_GROUNDS, required=True)
    district = fields.String(**optional())
    reason = fields.String(required=True)
    at = Instant(required=True)


class CompetentDoor(MessageSchema):
    """An open station of a competent district."""

    organization = Code(required=True)
    station = Code(required=True)
    name = fields.String(required=True)
    district = fields.String(required=True)


class Competence(MessageSchema):
    """Where an application belongs by the rule of its day (LA 38): advice to whoever refers it, never a refusal."""

    outcome = Choice(terms.COMPETENCE_OUTCOMES, required=True)
    basis = Choice(terms.COMPETENCE_BASES, **optional())
    article = fields.String(**optional())
    districts = fields.List(fields.String(), required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    doors = fields.List(
        fields.Nested(CompetentDoor),
        required=True,
        metadata={"description": "Elsewhere: open stations there that serve the applicant's group, the own ones first"},
    )


class DefenceNotice(MessageSchema):
    """The notice by which a defender had to be assigned."""

    office = fields.Nested(NotifyingOffice, required=True)
    grounds = fields.List(Choice(terms.DEFENCE_GROUNDS), required=True)
    stage = Choice(terms.CRIMINAL_STAGES, required=True)
    charge = fields.String(required=True)
    in_custody_at = fields.String(**optional())
    hearing_on = fields.Date(**optional())


class ApplicationDetail(ApplicationItem):
    """One application with its judgement, what may be done with it now, and its history."""

    acts = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What would not be refused for the application's sake; roles may do less of it"},
    )
    applicant = fields.Nested(ApplicantItem, required=True)
    statement = fields.String(required=True)
    opposing_parties = fields.List(fields.Nested(OpponentItem), required=True)
    household_size = fields.Integer(**optional())
    monthly_income_fen = Fen(**optional())
    facts = fields.List(Choice(terms.FACTS), required=True)
    pledge = fields.Boolean(required=True)
    on_behalf = fields.Nested(OnBehalf, **optional())
    forwarded_late = fields.Boolean(required=True)
    limitation_on = fields.Date(**optional())
    limitation_passed = fields.Boolean(
        **optional(metadata={"description": "Whether the limitation has ended; absent: none was named"})
    )
    figures = fields.Dict(keys=fields.String(), load_default=dict)
    notice = fields.Nested(DefenceNotice, **optional(metadata={"description": "Aid by an office's notice (LA 25)"}))
    judgement = fields.Nested(
        Judgement, **optional(metadata={"description": "Absent once the person's data are erased"})
    )
    duplicates = fields.List(fields.String(), required=True)
    decision = fields.List(fields.String(), required=True)
    papers = fields.Nested(PapersItem, **optional())
    documents = fields.List(fields.Nested(DocumentItem), required=True)
    referrals = fields.List(fields.Nested(ReferralItem), required=True)
    office_district = fields.String(**optional())
    arose_district = fields.String(**optional())
    competence = fields.Nested(Competence, required=True)
    objection = fields.Nested(ObjectionItem, **optional())
    history = fields.List(fields.Nested(ApplicationActItem), required=True)


COMMANDS = {
    "intake.file_application.v1": FileApplication,
    "intake.grant_application.v1": GrantApplication,
    "intake.refuse_application.v1": RefuseApplication,
    "intake.withdraw_application.v1": WithdrawApplication,
    "intake.refer_application.v1": ReferApplication,
}

EVENTS = {
    "intake.application_received.v1": (ApplicationReceived, ("supervision",)),
    "intake.application_granted.v1": (ApplicationGranted, ("assignment", "supervision")),
    "intake.application_refused.v1": (ApplicationRefused, ("supervision", "notification")),
    "intake.application_withdrawn.v1": (ApplicationWithdrawn, ("supervision",)),
    "intake.application_referred.v1": (ApplicationReferred, ("supervision", "notification")),
}

QUERIES = {
    "intake.applications": (ApplicationsAsked, ApplicationPage),
    "intake.application": (ApplicationAsked, ApplicationDetail),
}
