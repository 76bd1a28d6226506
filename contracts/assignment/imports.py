"""Files of many rows for the registers of firms, lawyers and volunteers: intake reads them, assignment enters them."""

from __future__ import annotations

from marshmallow import fields

from contracts import terms
from contracts.fields import Choice, Count, Text
from contracts.schema import MessageSchema


class RowFault(MessageSchema):
    """What the register says against a row. ``field``: where in the row's body; nothing personal is repeated."""

    row = Count(1, required=True)
    field = Text(60, required=True)
    zh = Text(1000, required=True)
    en = Text(1000, required=True)


class RowsTaken(MessageSchema):
    """What became of a piece's rows at a register of assignment: how many are new, how many it had, which are wrong."""

    upload = fields.UUID(required=True)
    piece = Count(0, required=True)
    act = Choice(terms.IMPORT_ACTS, required=True)
    fresh = Count(0, required=True)
    already_there = Count(0, required=True)
    faults = fields.List(fields.Nested(RowFault), required=True)


COMMANDS: dict[str, type[MessageSchema]] = {}

EVENTS = {
    "assignment.rows_taken.v1": (RowsTaken, ("intake",)),
}

QUERIES: dict[str, tuple[type[MessageSchema], type[MessageSchema]]] = {}
