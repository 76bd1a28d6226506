"""Who is in the network: firms and lawyers."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Instant, Text
from contracts.schema import (
    Contact,
    ContactChanged,
    ListAsked,
    MessageSchema,
    Page,
    Specialty,
    changed,
    many,
    optional,
)


class RegisterFirm(MessageSchema):
    """A law firm joins the network."""

    name = Text(200, required=True)
    name_en = Text(200, **optional())
    district = Text(60, required=True)
    address = Text(300, **optional())
    latitude = fields.Float(validate=validate.Range(-90, 90), **optional())
    longitude = fields.Float(validate=validate.Range(-180, 180), **optional())


class ChangeFirmOfOld(MessageSchema):
    """A firm moves or is named anew; what is absent or null stays."""

    firm = fields.UUID(required=True)
    name = Text(200, **optional())
    name_en = Text(200, **optional())
    district = Text(60, **optional())
    address = Text(300, **optional())
    latitude = fields.Float(validate=validate.Range(-90, 90), **optional())
    longitude = fields.Float(validate=validate.Range(-180, 180), **optional())
    version = Count(1, **optional())


class ChangeFirm(MessageSchema):
    """A firm moves or is named anew; what is absent stays, null clears."""

    firm = fields.UUID(required=True)
    name = Text(200, **changed())
    name_en = Text(200, **changed(allow_none=True))
    district = Text(60, **changed())
    address = Text(300, **changed(allow_none=True))
    latitude = fields.Float(validate=validate.Range(-90, 90), **changed(allow_none=True))
    longitude = fields.Float(validate=validate.Range(-180, 180), **changed(allow_none=True))
    version = Count(1, **optional())


class LawyerTold(Contact):
    """What the choice needs to know of a lawyer (LA 26; D148 24-26)."""

    name = Text(100, required=True)
    name_en = Text(100, **optional())
    licence = Text(40, required=True)
    gender = Choice(("female", "male"), **optional())
    specialties = many(Specialty, load_default=list)
    districts = fields.List(
        Text(60), load_default=list, metadata={"description": "Where the lawyer works; empty: everywhere"}
    )
    languages = Choices(terms.LANGUAGES, load_default=list, metadata={"description": "Beside Mandarin"})
    capacity = Count(0, 200, load_default=10, metadata={"description": "Open cases at the same time"})
    criminal_defence_years = Count(0, 70, load_default=0)
    trained_for_minors = fields.Boolean(load_default=False)
    standing_for = fields.List(
        Code(), load_default=list, metadata={"description": "Organizations whose standing lawyer this is"}
    )


class RegisterLawyer(LawyerTold):
    """A lawyer of a firm, with what the choice needs (LA 26; D148 24-26)."""

    firm = fields.UUID(required=True)


class LawyerRow(LawyerTold):
    """A lawyer in a file: the firm by its name."""

    firm = Text(200, required=True)


class ChangeLawyerOfOld(Contact):
    """What is known of a lawyer changes; what is absent or null stays, a list stands in place of the old one.

    In another firm, every case in hand is looked at again for conflicts of interest.
    """

    lawyer = fields.UUID(required=True)
    firm = fields.UUID(**optional())
    name = Text(100, **optional())
    name_en = Text(100, **optional())
    licence = Text(40, **optional())
    gender = Choice(("female", "male"), **optional())
    specialties = many(Specialty, **optional())
    districts = fields.List(Text(60), **optional())
    languages = Choices(terms.LANGUAGES, **optional())
    capacity = Count(0, 200, **optional())
    criminal_defence_years = Count(0, 70, **optional())
    trained_for_minors = fields.Boolean(**optional())
    standing_for = fields.List(Code(), **optional())
    version = Count(1, **optional())


class ChangeLawyer(ContactChanged):
    """What is known of a lawyer changes; what is absent stays, null clears, a list stands in place of the old one.

    In another firm, every case in hand is looked at again for conflicts of interest.
    """

    lawyer = fields.UUID(required=True)
    firm = fields.UUID(**changed())
    name = Text(100, **changed())
    name_en = Text(100, **changed(allow_none=True))
    licence = Text(40, **changed())
    gender = Choice(("female", "male"), **changed(allow_none=True))
    specialties = many(Specialty, **changed())
    districts = fields.List(Text(60), **changed())
    languages = Choices(terms.LANGUAGES, **changed())
    capacity = Count(0, 200, **changed())
    criminal_defence_years = Count(0, 70, **changed())
    trained_for_minors = fields.Boolean(**changed())
    standing_for = fields.List(Code(), **changed())
    version = Count(1, **optional())


class LawyerRegistered(Contact):
    """A lawyer as they are known now, newly registered or changed."""

    lawyer = fields.UUID(required=True)
    name = Text(100, required=True)
    name_en = Text(100, **optional())
    firm_name = Text(200, required=True)
    standing_for = fields.List(Code(), required=True)
    version = Count(load_default=0, metadata={"description": "A lower one is older; absent: not told then"})


class ChangeLawyerState(MessageSchema):
    """A lawyer leaves the network or becomes inactive: every open case and offer goes on to others; or comes back."""

    lawyer = fields.UUID(required=True)
    state = Choice(("active", "inactive"), required=True)
    reason = Text(1000, required=True)
    version = Count(1, **optional())


class LawyerStateChanged(MessageSchema):
    """A lawyer became inactive or active; how many cases and offers went on to others."""

    lawyer = fields.UUID(required=True)
    state = Choice(("active", "inactive"), required=True)
    cases = Count(0, required=True)
    offers = Count(0, required=True)
    changed_at = Instant(required=True)


class LawyerSuspended(MessageSchema):
    """A suspended lawyer is asked for nothing any more: how many cases are still in hand, how many offers went on."""

    lawyer = fields.UUID(required=True)
    organization = Code(required=True, metadata={"description": "The center"})
    name = Text(100, required=True)
    cases = Count(0, required=True)
    offers = Count(0, required=True)
    since = Instant(required=True)


class LawyersAsked(ListAsked):
    """Which lawyers are asked for, newest first; an organization sees its standing lawyers."""

    firm = fields.UUID(**optional())
    standing_for = Code(**optional(metadata={"description": "Only the standing lawyers of this organization"}))
    matter = Choice(terms.MATTERS, **optional(metadata={"description": "Only those who practise this matter"}))
    language = Choice(terms.LANGUAGES, **optional())
    district = Text(60, **optional(metadata={"description": "Only those who work there"}))
    state = Choice(("active", "inactive"), **optional())


class FirmItem(MessageSchema):
    """A law firm."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    district = fields.String(required=True)
    address = fields.String(**optional())
    latitude = fields.Float(**optional())
    longitude = fields.Float(**optional())
    version = fields.Integer(required=True)


class FirmPage(Page):
    """A page of firms."""

    items = fields.List(fields.Nested(FirmItem), required=True)


class LawyerItem(MessageSchema):
    """A lawyer; licence, contact, capacity and load are shown to the center and to the lawyer alone; auditors see
    the contact masked."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    gender = fields.String(**optional())
    firm = fields.UUID(required=True)
    firm_name = fields.String(required=True)
    specialties = fields.List(fields.Nested(Specialty), required=True)
    districts = fields.List(fields.String(), required=True)
    standing_for = fields.List(fields.String(), required=True)
    languages = fields.List(fields.String(), required=True)
    trained_for_minors = fields.Boolean(required=True)
    criminal_defence_years = fields.Integer(required=True)
    state = fields.String(required=True)
    suspended_since = Instant(**optional(metadata={"description": "Suspended by the center: asked for nothing"}))
    licence = fields.String()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    capacity = fields.Integer()
    workload = fields.Integer(metadata={"description": "Open cases and unanswered offers"})
    last_assigned_at = Instant(allow_none=True)
    version = fields.Integer()


class LawyerPage(Page):
    """A page of lawyers."""

    items = fields.List(fields.Nested(LawyerItem), required=True)


COMMANDS = {
    "assignment.register_firm.v1": RegisterFirm,
    "assignment.change_firm.v1": ChangeFirmOfOld,
    "assignment.change_firm.v2": ChangeFirm,
    "assignment.register_lawyer.v1": RegisterLawyer,
    "assignment.change_lawyer.v1": ChangeLawyerOfOld,
    "assignment.change_lawyer.v2": ChangeLawyer,
    "assignment.change_lawyer_state.v1": ChangeLawyerState,
}

EVENTS = {
    "assignment.lawyer_registered.v1": (LawyerRegistered, ("supervision", "notification")),
    "assignment.lawyer_state_changed.v1": (LawyerStateChanged, ("supervision",)),
    "assignment.lawyer_suspended.v1": (LawyerSuspended, ("notification",)),
}

QUERIES = {
    "assignment.firms": (ListAsked, FirmPage),
    "assignment.lawyers": (LawyersAsked, LawyerPage),
}
