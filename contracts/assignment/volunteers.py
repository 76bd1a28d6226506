"""Volunteers: who gives lessons, tutors, counsels, is paired with a child."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Text
from contracts.schema import Contact, ContactChanged, ListAsked, MessageSchema, Page, changed, optional

STATES = {"active": "在册", "paused": "暂停", "left": "已退出"}


class RegisterVolunteer(Contact):
    """A volunteer joins, for the whole network or for one organization."""

    name = Text(100, required=True)
    name_en = Text(100, **optional())
    organization = Code(
        **optional(metadata={"description": "Absent: a volunteer of the center, for every organization"})
    )
    gender = Choice(("female", "male"), **optional())
    work = Choices(terms.VOLUNTEER_WORK, 1, required=True, metadata={"description": "What the volunteer offers"})
    districts = fields.List(Text(60), load_default=list, metadata={"description": "Empty: everywhere"})
    languages = Choices(terms.LANGUAGES, load_default=list)
    qualification = Text(300, **optional(metadata={"description": "Such as a counsellor's or a teacher's certificate"}))
    checked_on = fields.Date(
        **optional(metadata={"description": "When it was checked that nothing speaks against work with minors"})
    )
    places = Count(0, 50, load_default=1, metadata={"description": "How many people at the same time"})


class ChangeVolunteerOfOld(Contact):
    """What is known of a volunteer changes; what is absent or null stays, a list stands in place of the old one."""

    volunteer = fields.UUID(required=True)
    name = Text(100, **optional())
    name_en = Text(100, **optional())
    gender = Choice(("female", "male"), **optional())
    work = Choices(terms.VOLUNTEER_WORK, 1, **optional())
    districts = fields.List(Text(60), **optional())
    languages = Choices(terms.LANGUAGES, **optional())
    qualification = Text(300, **optional())
    checked_on = fields.Date(**optional())
    places = Count(0, 50, **optional())
    state = Choice(STATES, **optional())
    reason = Text(300, **optional(metadata={"description": "Needed when the volunteer pauses or leaves"}))
    version = Count(1, **optional())


class ChangeVolunteer(ContactChanged):
    """What is known of a volunteer changes; what is absent stays, null clears, a list stands in place of the old one."""

    volunteer = fields.UUID(required=True)
    name = Text(100, **changed())
    name_en = Text(100, **changed(allow_none=True))
    gender = Choice(("female", "male"), **changed(allow_none=True))
    work = Choices(terms.VOLUNTEER_WORK, 1, **changed())
    districts = fields.List(Text(60), **changed())
    languages = Choices(terms.LANGUAGES, **changed())
    qualification = Text(300, **changed(allow_none=True))
    checked_on = fields.Date(**changed(allow_none=True))
    places = Count(0, 50, **changed())
    state = Choice(STATES, **changed())
    reason = Text(
        300,
        **changed(metadata={"description": "Needed when the volunteer pauses or leaves; alone: of the present state"}),
    )
    version = Count(1, **optional())


class VolunteerChanged(MessageSchema):
    """A volunteer joined or changed; nothing personal."""

    volunteer = fields.UUID(required=True)
    organization = Code(**optional())
    work = Choices(terms.VOLUNTEER_WORK, required=True)
    state = Choice(STATES, required=True)
    version = Count(1, required=True)


class VolunteersAsked(ListAsked):
    """Which volunteers are asked for, newest first: those of the own organization and those of the center."""

    organization = Code(**optional())
    work = Choice(terms.VOLUNTEER_WORK, **optional())
    district = Text(60, **optional())
    language = Choice(terms.LANGUAGES, **optional())
    state = Choice(STATES, **optional())
    with_minors = fields.Boolean(
        load_default=False, metadata={"description": "Only those who were checked for work with minors"}
    )


class VolunteerItem(MessageSchema):
    """A volunteer; how to reach them is shown to the center and to their own organization; auditors see it
    masked."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    organization = Code(**optional())
    gender = fields.String(**optional())
    work = fields.List(fields.String(), required=True)
    districts = fields.List(fields.String(), required=True)
    languages = fields.List(fields.String(), required=True)
    qualification = fields.String(**optional())
    checked_on = fields.Date(**optional())
    places = fields.Integer(required=True)
    state = Choice(STATES, required=True)
    reason = fields.String(**optional())
    version = fields.Integer(required=True)
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)


class VolunteerPage(Page):
    """A page of volunteers."""

    items = fields.List(fields.Nested(VolunteerItem), required=True)


COMMANDS = {
    "assignment.register_volunteer.v1": RegisterVolunteer,
    "assignment.change_volunteer.v1": ChangeVolunteerOfOld,
    "assignment.change_volunteer.v2": ChangeVolunteer,
}

EVENTS = {
    "assignment.volunteer_changed.v1": (VolunteerChanged, ()),
}

QUERIES = {
    "assignment.volunteers": (VolunteersAsked, VolunteerPage),
}
