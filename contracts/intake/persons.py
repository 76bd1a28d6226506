"""The people who ask for aid: one record each, found, merged, shown, exported, erased."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts import terms
from contracts.fields import Choice, Code, IdentityNumber, Instant, Text
from contracts.schema import IdentityDocument, ListAsked, MessageSchema, optional


class ApplicantItem(MessageSchema):
    """The person who needs aid, the identity number masked."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    identity_number = fields.String(**optional(metadata={"description": "Absent: without a resident identity number"}))
    document = fields.Nested(IdentityDocument, **optional())
    born_on = fields.Date(**optional())
    gender = fields.String(**optional())
    phone = fields.String(**optional())
    address = fields.String(**optional())
    district = fields.String(**optional())
    consents_missing = fields.List(
        Choice(terms.CONSENT_KINDS), load_default=list, metadata={"description": "Consent still to be had (PIPL 28-31)"}
    )
    erased = fields.Boolean(load_default=False)


class OpponentItem(MessageSchema):
    """Somebody on the other side, an identity number masked."""

    name = fields.String(required=True)
    kind = fields.String(required=True)
    number = fields.String(**optional())


class MergePersons(MessageSchema):
    """Two records are one person: what belongs to ``merged`` belongs to ``kept`` from now on."""

    kept = fields.UUID(required=True)
    merged = fields.UUID(required=True)
    reason = Text(1000, required=True, metadata={"description": "How staff know that it is the same person"})
    births_differ = fields.Boolean(
        load_default=False,
        metadata={
            "description": "A named person says that one of two different days of birth was wrong, and in `reason` why"
        },
    )


class UndoMerge(MessageSchema):
    """They were two people after all: what came with the merge goes back."""

    merge = fields.UUID(required=True)
    reason = Text(1000, required=True)


class Namesakes(MessageSchema):
    """What of all that is found under a name belongs to somebody else who bears it."""

    not_theirs = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=1000),
        metadata={"description": "Services and pairs under the same name that are a namesake's: they stay"},
    )


class ErasePerson(Namesakes):
    """Erase one person's data: figures, numbers and dates stay. Refused while a matter is open or must be kept.

    The name goes from services short of a case and from ended pairs as well.
    """

    person = fields.UUID(required=True)
    reason = Text(1000, required=True)


class EraseNamedServices(Namesakes):
    """Erase a name from services short of a case and ended pairs, for somebody who has no record of their own."""

    name = Text(100, required=True)
    reason = Text(1000, required=True)


class PersonErased(MessageSchema):
    """A person's data are erased here; every service erases its copies of these applications' parties and words."""

    person = fields.UUID(required=True)
    applications = fields.List(fields.UUID(), required=True)
    erased_at = Instant(required=True)


class PersonsAsked(ListAsked):
    """Which register of people is asked for: by recipient group, of one's own organization or station."""

    recipient_group = Choice(terms.RECIPIENT_GROUPS, **optional())
    organization = Code(**optional())


class PersonItem(MessageSchema):
    """A person in a list: name and number masked."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    identity_number = fields.String(**optional())
    document = fields.Nested(IdentityDocument, **optional())
    born_on = fields.Date(**optional())
    gender = fields.String(**optional())
    district = fields.String(**optional())
    recipient_groups = fields.List(Choice(terms.RECIPIENT_GROUPS), required=True)
    applications = fields.List(fields.String(), required=True, metadata={"description": "Numbers, those in sight"})
    found_by = fields.String(
        **optional(metadata={"description": "Of a search: identity_number, document, name_and_birth or name"})
    )


class PersonPage(MessageSchema):
    """A page of people."""

    items = fields.List(fields.Nested(PersonItem), required=True)
    next = fields.UUID(**optional())


class SearchPersons(MessageSchema):
    """Who might this be? By number or document; else by name, with the day of birth where it is known."""

    identity_number = IdentityNumber(**optional())
    document = fields.Nested(IdentityDocument, **optional())
    name = Text(100, **optional())
    born_on = fields.Date(**optional())


class PersonAsked(MessageSchema):
    """One person."""

    person = fields.UUID(required=True)


class PersonShown(PersonAsked):
    """One person; ``reveal`` shows the identity number whole, which the audit trail says."""

    reveal = fields.Boolean(load_default=False)


class ConsentItem(MessageSchema):
    """A consent to the handling of sensitive data, given or withdrawn (PIPL 28-31)."""

    id = fields.UUID(required=True)
    kind = Choice(terms.CONSENT_KINDS, required=True)
    given_by = Choice(terms.CONSENT_GIVERS, required=True)
    guardian = fields.String(**optional())
    guardian_relation = fields.String(**optional())
    form = Choice(terms.CONSENT_FORMS, required=True)
    given_on = fields.Date(required=True)
    sha256 = fields.String(**optional())
    recorded_at = Instant(required=True)
    withdrawn_at = Instant(**optional())


class MergeItem(MessageSchema):
    """Two records that became one, and whether that was undone."""

    id = fields.UUID(required=True)
    merged = fields.UUID(required=True)
    kept = fields.UUID(required=True)
    reason = fields.String(required=True)
    merged_at = Instant(required=True)
    undone_at = Instant(**optional())
    undone_because = fields.String(**optional())


class PersonDetail(ApplicantItem):
    """One person with consents, applications in sight and the history of merging."""

    merged_into = fields.UUID(**optional())
    erased_at = Instant(**optional())
    created_at = Instant(required=True)
    consents = fields.List(fields.Nested(ConsentItem), required=True)
    applications = fields.List(fields.String(), required=True)
    merges = fields.List(fields.Nested(MergeItem), required=True)


class NamedItem(MessageSchema):
    """What is kept under a name."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(required=True)
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    person_name = fields.String(**optional(metadata={"description": "Absent: a visit to a pair of this name"}))


class NamedService(NamedItem):
    """A service short of a case under a name, or a visit to a pair."""

    kind = Choice(terms.SERVICE_KINDS, required=True)
    topic = fields.String(required=True)
    on = fields.Date(required=True)
    pair = fields.UUID(**optional())


class NamedPair(NamedItem):
    """A pair under the name of the person who is visited."""

    purpose = fields.String(**optional())
    volunteer_name = fields.String(required=True)
    since = fields.Date(required=True)
    ended_on = fields.Date(**optional())
    end_reason = fields.String(**optional())


class NamedServices(MessageSchema):
    """Services short of a case and pairs under a name; a namesake's may be among them: look before handing them over."""

    services = fields.List(fields.Nested(NamedService), required=True)
    pairs = fields.List(fields.Nested(NamedPair), required=True)
    more = fields.Boolean(required=True, metadata={"description": "There are more than the first 500 of each"})


class NameAsked(MessageSchema):
    """Whose services short of a case are asked for, however the name is written."""

    name = Text(100, required=True)


class PersonExport(NamedServices):
    """Everything that intake holds about one person, whole (PIPL 45)."""

    exported_at = Instant(required=True)
    person = fields.Dict(keys=fields.String(), required=True)
    consents = fields.List(fields.Nested(ConsentItem), required=True)
    applications = fields.List(fields.Dict(keys=fields.String()), required=True)
    merges = fields.List(fields.Nested(MergeItem), required=True)
    looked_at_by = fields.List(fields.Dict(keys=fields.String()), required=True)


class LooksAsked(PersonAsked, ListAsked):
    """Who looked at a person, newest first."""


class LookItem(MessageSchema):
    """One time that somebody was shown a person's data."""

    id = fields.UUID(required=True)
    at = Instant(required=True)
    what = fields.String(required=True)
    shown = fields.List(fields.String(), required=True)
    application = fields.UUID(**optional())
    by_role = fields.String(required=True)
    by_organization = Code(required=True)
    by_person = fields.UUID(**optional())
    by_key = fields.String(required=True)


class LookPage(MessageSchema):
    """A page of the audit trail."""

    items = fields.List(fields.Nested(LookItem), required=True)
    next = fields.UUID(**optional())


COMMANDS = {
    "intake.merge_persons.v1": MergePersons,
    "intake.undo_merge.v1": UndoMerge,
    "intake.erase_person.v1": ErasePerson,
    "intake.erase_named_services.v1": EraseNamedServices,
}

EVENTS = {
    "intake.person_erased.v1": (PersonErased, ("assignment", "supervision", "notification")),
}

QUERIES = {
    "intake.persons": (PersonsAsked, PersonPage),
    "intake.persons_search": (SearchPersons, PersonPage),
    "intake.person": (PersonShown, PersonDetail),
    "intake.person_export": (PersonAsked, PersonExport),
    "intake.named_services": (NameAsked, NamedServices),
    "intake.looks": (LooksAsked, LookPage),
}
