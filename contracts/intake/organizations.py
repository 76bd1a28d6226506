"""The register of organizations."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Code, Count, Text
from contracts.schema import MessageSchema, optional


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


COMMANDS = {
    "intake.register_organization.v1": RegisterOrganization,
}

EVENTS = {
    "intake.organization_registered.v1": (
        OrganizationRegistered,
        ("intake", "assignment", "supervision", "notification", "gateway"),
    ),
}

QUERIES = {
    "intake.organizations": (OrganizationsAsked, OrganizationPage),
}
