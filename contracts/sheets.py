"""Tables as a service hands them to the door, which writes them as CSV or XLSX."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Choice, Text
from contracts.schema import MessageSchema, optional

CELLS = {"text": "文字", "day": "日期", "count": "数量", "fen": "金额（分）", "number": "数值", "percent": "百分比"}


class Column(MessageSchema):
    """A column: its heading in both languages, and what its cells are; money comes in fen and is written in yuan."""

    key = Text(60, required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    cells = Choice(CELLS, required=True)


class Sheet(MessageSchema):
    """One table; ``rows`` have a value or null for each column."""

    name = Text(31, required=True, metadata={"description": "What the sheet is asked for by"})
    zh = Text(31, required=True)
    en = fields.String(required=True)
    columns = fields.List(fields.Nested(Column), required=True)
    rows = fields.List(fields.List(fields.Raw(allow_none=True)), required=True)


class Sheets(MessageSchema):
    """The tables of one file, or a page of a long one: ``next`` says where to go on."""

    title = Text(100, required=True, metadata={"description": "For the file's name: letters, digits and hyphens"})
    sheets = fields.List(fields.Nested(Sheet), required=True)
    next = fields.String(**optional())
