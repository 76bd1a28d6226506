"""People as applications show them."""

from __future__ import annotations

from marshmallow import fields

from contracts.schema import MessageSchema, optional


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
