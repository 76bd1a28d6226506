"""The register of organizations: who they are, above whom they stand, and how they want to work."""

from __future__ import annotations

import datetime as dt
import typing as t

from marshmallow import ValidationError, fields, validates_schema

from contracts import terms
from contracts.fields import Choice, Choices, Code, Count, Text
from contracts.schema import MessageSchema, changed, first_version, many, optional


class HalfDay(MessageSchema):
    """A half-day of an organization's own calendar, each year: women 8 March, youth 4 May, soldiers 1 August."""

    month = Count(1, 12, required=True)
    day = Count(1, 31, required=True)
    part = Choice(terms.PARTS_OF_DAY, load_default="afternoon", metadata={"description": "When nobody works"})
    name = Text(60, required=True)
    name_en = Text(60, **optional())

    @validates_schema
    def _is_a_day(self, data: dict[str, t.Any], **_: t.Any) -> None:
        try:
            dt.date(2024, data["month"], data["day"])  # a leap year: 29 February may be one
        except (KeyError, ValueError):
            raise ValidationError("There is no such day; 没有这一天。", "day") from None


class OrganizationDetails(MessageSchema):
    """What an organization may say of itself beside its name."""

    half_days = many(
        HalfDay, maximum=20, **optional(metadata={"description": "Its own calendar; absent: that of its kind"})
    )
    recipient_groups = Choices(
        terms.RECIPIENT_GROUPS, **optional(metadata={"description": "Whom it serves; absent: those of its kind"})
    )
    phone = Text(40, **optional(metadata={"description": "The number that people may call"}))
    address = Text(300, **optional())


class RegisterOrganization(OrganizationDetails):
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

    version = first_version()


class ChangeOrganizationOfOld(MessageSchema):
    """The center changes what is known of an organization or how it works; what is absent stays as it is."""

    organization = Code(required=True)
    name = Text(100, **changed())
    name_en = Text(100, **changed(allow_none=True))
    kind = Choice(terms.ORGANIZATION_KINDS, **changed())
    superior = Code(**changed(allow_none=True))
    auto_assign = fields.Boolean(**changed())
    half_days = many(HalfDay, maximum=20, **changed())
    recipient_groups = Choices(terms.RECIPIENT_GROUPS, **changed())
    phone = Text(40, **changed(allow_none=True))
    address = Text(300, **changed(allow_none=True))
    version = Count(1, **optional(metadata={"description": "The version that was seen; another one: refused"}))


class ChangeOrganization(MessageSchema):
    """The center changes what is known of an organization or how it works; what is absent stays, null clears.

    Half-days and recipient groups that are cleared are those of its kind again.
    """

    organization = Code(required=True)
    name = Text(100, **changed())
    name_en = Text(100, **changed(allow_none=True))
    kind = Choice(terms.ORGANIZATION_KINDS, **changed())
    superior = Code(**changed(allow_none=True))
    auto_assign = fields.Boolean(**changed())
    half_days = many(
        HalfDay,
        maximum=20,
        **changed(allow_none=True, metadata={"description": "Its own calendar; null: that of its kind again"}),
    )
    recipient_groups = Choices(
        terms.RECIPIENT_GROUPS,
        **changed(allow_none=True, metadata={"description": "Whom it serves; null: those of its kind again"}),
    )
    phone = Text(40, **changed(allow_none=True))
    address = Text(300, **changed(allow_none=True))
    version = Count(1, **optional(metadata={"description": "The version that was seen; another one: refused"}))


class OrganizationChanged(RegisterOrganization):
    """An organization as it is now, whole; a lower ``version`` is older."""

    version = Count(1, required=True)


class OrganizationsAsked(MessageSchema):
    """Which page of the organizations is asked for, by code."""

    limit = Count(1, 200, load_default=50)
    after = Code(**optional(metadata={"description": "The `next` of the page before"}))


class OrganizationAsked(MessageSchema):
    """One organization."""

    organization = Code(required=True)


class OrganizationItem(MessageSchema):
    """An organization of the network. Its standing lawyers: `GET /v1/lawyers?standing_for=…`."""

    code = Code(required=True)
    name = fields.String(required=True)
    name_en = fields.String(**optional())
    kind = Choice(terms.ORGANIZATION_KINDS, required=True)
    superior = Code(**optional())
    auto_assign = fields.Boolean(required=True)
    half_days = many(HalfDay, required=True)
    recipient_groups = fields.List(Choice(terms.RECIPIENT_GROUPS), required=True)
    phone = fields.String(**optional())
    address = fields.String(**optional())
    version = Count(1, required=True)


class OrganizationPage(MessageSchema):
    """A page of organizations."""

    items = fields.List(fields.Nested(OrganizationItem), required=True)
    next = Code(**optional())


COMMANDS = {
    "intake.register_organization.v1": RegisterOrganization,
    "intake.change_organization.v1": ChangeOrganizationOfOld,
    "intake.change_organization.v2": ChangeOrganization,
}

EVENTS = {
    "intake.organization_registered.v1": (
        OrganizationRegistered,
        ("intake", "assignment", "supervision", "notification", "gateway"),
    ),
    "intake.organization_changed.v1": (
        OrganizationChanged,
        ("assignment", "supervision", "notification", "gateway"),
    ),
}

QUERIES = {
    "intake.organizations": (OrganizationsAsked, OrganizationPage),
    "intake.organization": (OrganizationAsked, OrganizationItem),
}
