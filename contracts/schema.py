"""The base of every schema: consumers ignore what they do not know, producers and the HTTP door do not."""

from __future__ import annotations

import typing as t
from contextlib import suppress

from marshmallow import EXCLUDE, Schema, fields, validate

from contracts import swift, terms
from contracts.fields import Choice, Code, Count, CreditCode, Fen, IdentityNumber, Text


class MessageSchema(Schema):
    """A body that travels on the bus; loading ignores unknown fields, so that a newer producer never breaks an older consumer."""

    class Meta:
        unknown = EXCLUDE

    def __init__(self, **kw: t.Any) -> None:
        super().__init__(**kw)
        self._swift: dict[str | None, swift.Convert | None] = {}

    def load(self, data: t.Any, *, many: t.Any = None, partial: t.Any = None, unknown: t.Any = None) -> t.Any:
        """As marshmallow loads, and in a tenth of its time where everything is plain and right."""
        if not many and not partial:
            if unknown not in self._swift:
                self._swift[unknown] = swift.reader(self, unknown)
            read = self._swift[unknown]
            if read is not None:
                with suppress(swift.NotPlain):
                    return read(data)
        return super().load(data, many=many, partial=partial, unknown=unknown)

    def get_attribute(self, obj: t.Any, attr: str, default: t.Any) -> t.Any:
        """A field that a dict does not have is missing, also where dicts have a method of that name (``items``)."""
        return obj.get(attr, default) if isinstance(obj, dict) else super().get_attribute(obj, attr, default)


def many(schema: type[Schema], minimum: int = 0, maximum: int = 50, **kw: t.Any) -> fields.List:
    """A list of nested bodies with a bounded length."""
    return fields.List(fields.Nested(schema), validate=validate.Length(minimum, maximum), **kw)


def optional(**kw: t.Any) -> dict[str, t.Any]:
    """What an optional field has in common: it may be absent or null, and is null then."""
    return {"load_default": None, "allow_none": True, **kw}


def first_version() -> fields.Integer:
    """The version of what an event tells for the first time; it was not said before there was anything to compare."""
    return Count(1, load_default=1, metadata={"description": "A lower one is older; absent: the first"})


def changed(**kw: t.Any) -> dict[str, t.Any]:
    """What a field of a change has in common: absent means "as it was"; null clears it, where it may be null."""
    return {"required": False, **kw}


class ListAsked(MessageSchema):
    """Which page of a list is asked for, newest first."""

    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional(metadata={"description": "The `next` of the page before"}))


class Page(MessageSchema):
    """A page of rows, and the id that the next one starts after; null: that was all."""

    next = fields.UUID(**optional())


class IdentityDocument(MessageSchema):
    """Another paper that says who somebody is, where there is no resident identity number."""

    kind = Choice(terms.DOCUMENT_KINDS, required=True)
    number = Text(60, required=True)


class Applicant(MessageSchema):
    """The person who needs aid. Personal data: kept by intake alone, never in events.

    Known by the resident identity number; else by another document, or by name and day of birth, and then by the
    choice of staff: ``person`` (this is the same person) or ``another_person`` (it is not one of those known).
    """

    name = Text(100, required=True)
    identity_number = IdentityNumber(**optional())
    document = fields.Nested(IdentityDocument, **optional())
    born_on = fields.Date(**optional(metadata={"description": "Only without identity number, which says it"}))
    person = fields.UUID(**optional(metadata={"description": "This is the person with that record"}))
    another_person = fields.Boolean(
        load_default=False, metadata={"description": "None of the people who are known by this name and birth"}
    )
    gender = Choice(("female", "male"), **optional())
    phone = Text(40, **optional())
    address = Text(300, **optional())
    district = Text(60, **optional())


class OpposingParty(MessageSchema):
    """Somebody on the other side: matters for conflict of interest."""

    name = Text(200, required=True)
    kind = Choice(("person", "company"), load_default="person")
    identity_number = IdentityNumber(**optional())
    credit_code = CreditCode(**optional())


class Party(MessageSchema):
    """A party of a matter as the conflict check sees it; ``number`` is an identity number or credit code where known."""

    side = Choice(("aided", "opposing"), required=True)
    name = Text(200, required=True)
    kind = Choice(("person", "company"), required=True)
    number = Text(18, **optional())
    former_names = fields.List(Text(200), validate=validate.Length(0, 10), **optional())


class Reason(MessageSchema):
    """Why something was decided or ranked so: a stable key, the article where it is law, words in both languages."""

    key = Text(80, required=True)
    article = Text(80, **optional())
    zh = Text(1000, required=True)
    en = Text(1000, required=True)
    points = fields.Float(**optional())


class Amount(MessageSchema):
    """Money that a case brought or saved, in fen."""

    kind = Choice(terms.AMOUNT_KINDS, required=True)
    fen = Fen(required=True)
    note = Text(300, **optional())


class Document(MessageSchema):
    """A document by reference: its content stays outside the bus."""

    kind = Text(60, required=True)
    title = Text(200, required=True)
    sha256 = fields.String(
        validate=validate.Regexp(r"\A[0-9a-f]{64}\Z", error="64 hexadecimal digits; 须为 64 位十六进制数。"),
        **optional(),
    )


class Specialty(MessageSchema):
    """A matter that a lawyer practises, and for how many years."""

    matter = Choice(terms.MATTERS, required=True)
    years = fields.Integer(strict=True, required=True, validate=validate.Range(0, 70))


class Contact(MessageSchema):
    """How to reach a colleague."""

    phone = Text(40, **optional())
    email = fields.Email(**optional())


class ContactChanged(MessageSchema):
    """How to reach somebody changes; null: no longer this way."""

    phone = Text(40, **changed(allow_none=True))
    email = fields.Email(**changed(allow_none=True))


class LiaisonOfficer(Contact):
    """The named person of a station."""

    name = Text(100, required=True)
    name_en = Text(100, **optional())


class CaseReference(MessageSchema):
    """What every event about a granted application carries, so that each hearer can file it."""

    application = fields.UUID(required=True)
    application_number = Text(40, required=True)
    organization = Code(required=True)
    station = Code(**optional())
    recipient_group = Choice(terms.RECIPIENT_GROUPS, required=True)
    form_of_aid = Choice(terms.FORMS_OF_AID, required=True)
    matter = Choice(terms.MATTERS, required=True)


class CaseEvent(CaseReference):
    """What every event about a case carries."""

    case = fields.UUID(required=True)
    case_number = Text(40, required=True)
    restored = fields.UUID(
        **optional(
            metadata={"description": "The objection that gave the aid back, if it was terminated before (LA 49)"}
        )
    )
