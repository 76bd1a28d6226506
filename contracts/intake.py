"""Commands and events of intake: from the knock at the door to the decision."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Fen, Instant, Text
from contracts.schema import (
    Applicant,
    CaseReference,
    Contact,
    Document,
    LiaisonOfficer,
    MessageSchema,
    OpposingParty,
    Party,
    Reason,
    many,
    optional,
)


class RegisterOrganization(MessageSchema):
    """The center takes an organization into the network; its mailboxes follow."""

    code = Code(required=True)
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    kind = Choice(terms.ORGANIZATION_KINDS, required=True)
    superior = Code(**optional(metadata={"description": "The organization above it in its own line of authority"}))
    auto_assign = fields.Boolean(
        load_default=False,
        metadata={"description": "The first proposed lawyer is offered the case without confirmation"},
    )


class OrganizationRegistered(RegisterOrganization):
    """An organization is in the network."""


class RegisterStation(MessageSchema):
    """The center opens a station of an organization, with its liaison officer."""

    organization = Code(required=True)
    code = Code(required=True)
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    level = Choice(terms.STATION_LEVELS, required=True)
    district = Text(60, required=True)
    address = Text(300, **optional())
    latitude = fields.Float(validate=validate.Range(-90, 90), **optional())
    longitude = fields.Float(validate=validate.Range(-180, 180), **optional())
    liaison = fields.Nested(LiaisonOfficer, **optional())


class StationRegistered(MessageSchema):
    """A station is open."""

    organization = Code(required=True)
    code = Code(required=True)
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    level = Choice(terms.STATION_LEVELS, required=True)
    district = Text(60, required=True)


class RegisterStaff(Contact):
    """A person who works in the network: of the center, of an organization or of one station."""

    organization = Code(required=True)
    station = Code(**optional())
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    role = Choice(terms.STAFF_ROLES, required=True)


class StaffRegistered(RegisterStaff):
    """A person is known to the network; services keep what they need to assign tasks and to tell people."""

    person = fields.UUID(required=True)


class RecordService(MessageSchema):
    """A service short of a case: advice, drafting, guidance, lecture and others. Nothing of it may ever cost a fee (LA 20)."""

    station = Code(required=True)
    kind = Choice(terms.SERVICE_KINDS, required=True)
    channel = Choice(terms.SERVICE_CHANNELS, load_default="window")
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    topic = Text(200, required=True)
    person_name = Text(100, **optional(metadata={"description": "Absent: anonymous"}))
    persons = Count(1, 100_000, load_default=1, metadata={"description": "Person-times or head-count"})
    minutes = Count(0, 6_000, **optional())
    guided_to_apply = fields.Boolean(load_default=False)
    on = fields.Date(**optional(metadata={"description": "The day it was given; absent: today"}))


class ServiceEntry(MessageSchema):
    """One line of a busy day's list."""

    kind = Choice(terms.SERVICE_KINDS, required=True)
    channel = Choice(terms.SERVICE_CHANNELS, load_default="window")
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    topic = Text(200, required=True)
    person_name = Text(100, **optional(metadata={"description": "Absent: anonymous"}))
    persons = Count(1, 100_000, load_default=1, metadata={"description": "Person-times or head-count"})
    minutes = Count(0, 6_000, **optional())
    guided_to_apply = fields.Boolean(load_default=False)


class RecordServices(MessageSchema):
    """A busy day's services at once: all are recorded, or none."""

    station = Code(required=True)
    on = fields.Date(**optional(metadata={"description": "The day they were given; absent: today"}))
    entries = many(ServiceEntry, minimum=1, maximum=200, required=True)


class ServiceRecorded(MessageSchema):
    """A service short of a case was given."""

    service = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    kind = Choice(terms.SERVICE_KINDS, required=True)
    channel = Choice(terms.SERVICE_CHANNELS, required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    persons = Count(1, 100_000, required=True)
    guided_to_apply = fields.Boolean(required=True)
    on = fields.Date(required=True)


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


class Paper(MessageSchema):
    """A paper that is missing."""

    kind = Text(60, required=True)
    title = Text(200, required=True)


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
    parties = many(Party, minimum=1, maximum=60, required=True)


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


class RequestPapers(MessageSchema):
    """The center says what is missing: once and all of it; the time to decide stops (LA 43)."""

    application = fields.UUID(required=True)
    papers = many(Paper, minimum=1, maximum=20, required=True)
    supply_by = fields.Date(**optional(metadata={"description": "Last day; absent: by the service's setting"}))
    version = Count(1, **optional())


class PapersRequested(CaseReference):
    """Papers are missing. Before a decision the clock of LA 43 stops at ``requested_at``; after a grant it is over."""

    requested_at = Instant(required=True)
    supply_by = fields.Date(required=True)
    papers = Count(1, 20, required=True, metadata={"description": "How many"})
    after_grant = fields.Boolean(required=True, metadata={"description": "true: aid came first (LA 44)"})


class SuppliedDocument(Document):
    """A document that was brought."""

    original_seen = fields.Boolean(load_default=False)


class SupplyPapers(MessageSchema):
    """Missing papers are brought, with what they show; the time to decide goes on once they are complete."""

    application = fields.UUID(required=True)
    documents = many(SuppliedDocument, minimum=1, required=True)
    complete = fields.Boolean(load_default=True)
    household_size = Count(1, 50, **optional())
    monthly_income_fen = Fen(**optional())
    facts = Choices(terms.FACTS, **optional(metadata={"description": "All facts anew; absent: as they were"}))
    version = Count(1, **optional())


class PapersSupplied(CaseReference):
    """All missing papers are there; the time to decide goes on."""

    requested_at = Instant(required=True)
    supplied_at = Instant(required=True)
    stopped_seconds = Count(0, 10_000_000_000, required=True, metadata={"description": "How long the clock stood"})
    after_grant = fields.Boolean(required=True)
    eligibility = Choice(terms.ELIGIBILITY_OUTCOMES, required=True)


class LapsePapers(MessageSchema):
    """The service's own command for the day after ``due_on``: deemed withdrawn, unless papers came (LA 43)."""

    application = fields.UUID(required=True)
    due_on = fields.Date(required=True)


class ReferApplication(MessageSchema):
    """The application reached the wrong door: it goes to the right organization with its history."""

    application = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    reason = Text(1000, required=True)
    version = Count(1, **optional())


class ApplicationReferred(CaseReference):
    """The application is at another organization now (``organization``); no clock starts anew."""

    from_organization = Code(required=True)
    from_station = Code(**optional())
    referred_at = Instant(required=True)


class FileObjection(MessageSchema):
    """The applicant objects to a refusal before the justice bureau (LA 49)."""

    application = fields.UUID(required=True)
    grounds = Text(4000, required=True)
    version = Count(1, **optional())


class ObjectionFiled(CaseReference):
    """A refusal is objected to; the bureau decides within five days of ``objected_at`` (LA 49)."""

    objected_at = Instant(required=True)


class DecideObjection(MessageSchema):
    """The bureau's decision, entered by the center: the refusal stands, or aid must be given (LA 49)."""

    application = fields.UUID(required=True)
    outcome = Choice(terms.OBJECTION_OUTCOMES, required=True)
    reasons = fields.List(Text(1000), required=True, validate=validate.Length(1, 20))
    version = Count(1, **optional())


class ObjectionDecided(CaseReference):
    """The bureau decided; where aid must be given, ``application_granted`` is said as well."""

    outcome = Choice(terms.OBJECTION_OUTCOMES, required=True)
    decided_at = Instant(required=True)


COMMANDS = {
    "intake.register_organization.v1": RegisterOrganization,
    "intake.register_station.v1": RegisterStation,
    "intake.register_staff.v1": RegisterStaff,
    "intake.record_service.v1": RecordService,
    "intake.file_application.v1": FileApplication,
    "intake.grant_application.v1": GrantApplication,
    "intake.refuse_application.v1": RefuseApplication,
    "intake.withdraw_application.v1": WithdrawApplication,
    "intake.record_services.v1": RecordServices,
    "intake.request_papers.v1": RequestPapers,
    "intake.supply_papers.v1": SupplyPapers,
    "intake.lapse_papers.v1": LapsePapers,
    "intake.refer_application.v1": ReferApplication,
    "intake.file_objection.v1": FileObjection,
    "intake.decide_objection.v1": DecideObjection,
}

EVENTS = {
    "intake.organization_registered.v1": (
        OrganizationRegistered,
        ("intake", "assignment", "supervision", "notification", "gateway"),
    ),
    "intake.station_registered.v1": (StationRegistered, ("supervision", "notification")),
    "intake.staff_registered.v1": (StaffRegistered, ("supervision", "notification")),
    "intake.service_recorded.v1": (ServiceRecorded, ("supervision",)),
    "intake.application_received.v1": (ApplicationReceived, ("supervision",)),
    "intake.application_granted.v1": (ApplicationGranted, ("assignment", "supervision")),
    "intake.application_refused.v1": (ApplicationRefused, ("supervision", "notification")),
    "intake.application_withdrawn.v1": (ApplicationWithdrawn, ("supervision",)),
    "intake.papers_requested.v1": (PapersRequested, ("supervision",)),
    "intake.papers_supplied.v1": (PapersSupplied, ("supervision",)),
    "intake.application_referred.v1": (ApplicationReferred, ("supervision",)),
    "intake.objection_filed.v1": (ObjectionFiled, ("supervision",)),
    "intake.objection_decided.v1": (ObjectionDecided, ("supervision",)),
}


class ListAsked(MessageSchema):
    """Which page of a list is asked for, newest first."""

    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional(metadata={"description": "The `next` of the page before"}))


class OrganizationsAsked(MessageSchema):
    """Which page of the organizations is asked for, by code."""

    limit = Count(1, 200, load_default=50)
    after = Code(**optional(metadata={"description": "The `next` of the page before"}))


class OrganizationItem(MessageSchema):
    """An organization of the network."""

    code = Code(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    kind = Choice(terms.ORGANIZATION_KINDS, required=True)
    superior = Code(**optional())
    auto_assign = fields.Boolean(required=True)


class OrganizationPage(MessageSchema):
    """A page of organizations."""

    items = fields.List(fields.Nested(OrganizationItem), required=True)
    next = Code(**optional())


class StationsAsked(ListAsked):
    """Which stations are asked for."""

    organization = Code(**optional())
    district = Text(60, **optional())


class StationItem(MessageSchema):
    """A station."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    code = Code(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    level = Choice(terms.STATION_LEVELS, required=True)
    district = fields.String(required=True)
    address = fields.String(**optional())
    latitude = fields.Float(**optional())
    longitude = fields.Float(**optional())
    liaison = fields.UUID(**optional())


class StationPage(MessageSchema):
    """A page of stations."""

    items = fields.List(fields.Nested(StationItem), required=True)
    next = fields.UUID(**optional())


class StaffAsked(ListAsked):
    """Which colleagues are asked for; an organization sees its own."""

    organization = Code(**optional())


class StaffItem(Contact):
    """A colleague."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    role = Choice(terms.STAFF_ROLES, required=True)


class StaffPage(MessageSchema):
    """A page of colleagues."""

    items = fields.List(fields.Nested(StaffItem), required=True)
    next = fields.UUID(**optional())


class ServicesAsked(ListAsked):
    """Which services short of a case are asked for."""

    station = Code(**optional())
    kind = Choice(terms.SERVICE_KINDS, **optional())


class ServiceItem(MessageSchema):
    """A service short of a case; the person advised is not shown."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    kind = Choice(terms.SERVICE_KINDS, required=True)
    channel = Choice(terms.SERVICE_CHANNELS, required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    topic = fields.String(required=True)
    persons = fields.Integer(required=True)
    minutes = fields.Integer(**optional())
    guided_to_apply = fields.Boolean(required=True)
    on = fields.Date(required=True)


class ServicePage(MessageSchema):
    """A page of services."""

    items = fields.List(fields.Nested(ServiceItem), required=True)
    next = fields.UUID(**optional())


class ApplicationsAsked(ListAsked):
    """Which applications are asked for; an organization sees its own, a station's liaison the station's."""

    state = Choice(terms.APPLICATION_STATES, **optional())
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


class ApplicantItem(MessageSchema):
    """The person who needs aid, the identity number masked."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    identity_number = fields.String(required=True)
    born_on = fields.Date(required=True)
    gender = fields.String(required=True)
    phone = fields.String(**optional())
    address = fields.String(**optional())
    district = fields.String(**optional())


class OpponentItem(MessageSchema):
    """Somebody on the other side, an identity number masked."""

    name = fields.String(required=True)
    kind = fields.String(required=True)
    number = fields.String(**optional())


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


class PapersItem(MessageSchema):
    """What was missing and told once."""

    papers = many(Paper, maximum=20, required=True)
    requested_at = Instant(required=True)
    supply_by = fields.Date(required=True)
    complete_at = Instant(**optional())


class DocumentItem(SuppliedDocument):
    """A document of the application, by reference."""

    received_at = Instant(required=True)


class ReferralItem(MessageSchema):
    """One step of the way to the right organization."""

    from_organization = Code(required=True)
    from_station = Code(**optional())
    to_organization = Code(required=True)
    to_station = Code(**optional())
    reason = fields.String(required=True)
    at = Instant(required=True)


class ObjectionItem(MessageSchema):
    """The objection to a refusal and what the bureau decided."""

    grounds = fields.String(required=True)
    objected_at = Instant(required=True)
    outcome = Choice(terms.OBJECTION_OUTCOMES, **optional())
    reasons = fields.List(fields.String(), required=True)
    decided_at = Instant(**optional())


class ApplicationDetail(ApplicationItem):
    """One application with its judgement, what may be done with it now, and its history."""

    acts = fields.List(fields.String(), required=True, metadata={"description": "What is possible in this state"})
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
    judgement = fields.Nested(Judgement, required=True)
    duplicates = fields.List(fields.String(), required=True)
    decision = fields.List(fields.String(), required=True)
    papers = fields.Nested(PapersItem, **optional())
    documents = fields.List(fields.Nested(DocumentItem), required=True)
    referrals = fields.List(fields.Nested(ReferralItem), required=True)
    objection = fields.Nested(ObjectionItem, **optional())
    history = fields.List(fields.Nested(ApplicationActItem), required=True)


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
    "intake.organizations": (OrganizationsAsked, OrganizationPage),
    "intake.stations": (StationsAsked, StationPage),
    "intake.staff": (StaffAsked, StaffPage),
    "intake.services": (ServicesAsked, ServicePage),
    "intake.applications": (ApplicationsAsked, ApplicationPage),
    "intake.application": (ApplicationAsked, ApplicationDetail),
    "intake.eligibility_check": (CheckEligibility, Judgement),
}
