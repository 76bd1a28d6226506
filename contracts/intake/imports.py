"""Files of many rows for the registers: received batch by batch, checked whole, entered whole or not at all."""

from __future__ import annotations

import typing as t

from marshmallow import fields, validate

from contracts import terms
from contracts.assignment.register import LawyerRow, RegisterFirm
from contracts.assignment.volunteers import RegisterVolunteer
from contracts.fields import Choice, Code, Count, Instant, Text
from contracts.intake.organizations import RegisterOrganization
from contracts.intake.services import ServiceEntry
from contracts.intake.staff import RegisterStaff
from contracts.intake.stations import RegisterStation
from contracts.schema import ListAsked, MessageSchema, Page, many, optional

MOST_BATCHES = 2_000
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 500, 60, 4_000  # of a piece, a row, a cell


def _sha256() -> fields.String:
    error = "64 hexadecimal digits; 须为 64 位十六进制数。"
    return fields.String(required=True, validate=validate.Regexp(r"\A[0-9a-f]{64}\Z", error=error))


class ServiceRow(ServiceEntry):
    """A service of an older register. Its ``number`` there is how it is known again, so that it counts once."""

    organization = Code(required=True)
    station = Code(required=True)
    number = Text(40, required=True)
    on = fields.Date(required=True)


REGISTERS: dict[str, MessageSchema] = {
    "organizations": RegisterOrganization(),
    "stations": RegisterStation(),
    "staff": RegisterStaff(),
    "services": ServiceRow(),
    "firms": RegisterFirm(),
    "lawyers": LawyerRow(),
    "volunteers": RegisterVolunteer(),
}


class FirmRow(MessageSchema):
    """A law firm in a file, as assignment is told of it."""

    row = Count(1, required=True)
    body = fields.Nested(RegisterFirm, required=True)


class LawyerOfFile(MessageSchema):
    """A lawyer in a file. ``firm_in_file``: the firm stands in the same file, and is entered before."""

    row = Count(1, required=True)
    body = fields.Nested(LawyerRow, required=True)
    firm_in_file = fields.Boolean(required=True)


class VolunteerOfFile(MessageSchema):
    """A volunteer in a file."""

    row = Count(1, required=True)
    body = fields.Nested(RegisterVolunteer, required=True)


class RowsRead(MessageSchema):
    """Rows of a file that are right in themselves, for a register of assignment: to be looked at, or entered."""

    upload = fields.UUID(required=True)
    piece = Count(0, required=True)
    act = Choice(terms.IMPORT_ACTS, required=True)
    firms = fields.List(fields.Nested(FirmRow), required=True)
    lawyers = fields.List(fields.Nested(LawyerOfFile), required=True)
    volunteers = fields.List(fields.Nested(VolunteerOfFile), required=True)


class BeginImport(MessageSchema):
    """The center begins to send a file. A file that was begun or entered before is answered with that same import."""

    file = Text(200, required=True, metadata={"description": "The file's name"})
    sha256 = _sha256()
    batches = Count(1, MOST_BATCHES, required=True, metadata={"description": "In how many pieces it comes"})
    rows = Count(1, 200_000, required=True, metadata={"description": "Rows of all sheets, without headings"})
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Check everything, enter nothing"})


class Rows(fields.List):
    """Rows of cells as text; null: empty. Looked at in one pass: a file has a million cells."""

    default_error_messages = {  # noqa: RUF012 - marshmallow declares it so
        "rows": "1 to 500 rows of at most 60 cells, each text of at most 4,000 characters or null; "
        "须为 1 至 500 行，每行至多 60 格，每格为至多 4000 字的文本或者 null。"
    }

    def __init__(self, **kw: t.Any) -> None:
        super().__init__(fields.List(fields.String(allow_none=True)), **kw)

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kw: t.Any) -> t.Any:
        if not isinstance(value, list) or not 1 <= len(value) <= MOST_ROWS or not all(map(_is_row, value)):
            raise self.make_error("rows")
        return value

    def _serialize(self, value: t.Any, attr: str | None, obj: t.Any, **kw: t.Any) -> t.Any:
        return value


def _is_row(row: t.Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) <= MOST_COLUMNS
        and all(cell is None or (type(cell) is str and len(cell) <= MOST_CHARACTERS) for cell in row)
    )


class StageRows(MessageSchema):
    """One piece of a file: rows of one sheet as they stand there. When the last piece is there, it is checked whole."""

    upload = fields.UUID(required=True)
    piece = Count(0, MOST_BATCHES - 1, required=True, metadata={"description": "Which piece, from 0 in order"})
    kind = Choice(terms.IMPORT_KINDS, required=True, metadata={"description": "Which register the sheet is for"})
    headings = fields.List(Text(100), required=True, validate=validate.Length(1, MOST_COLUMNS))
    first_row = Count(2, 1_048_576, required=True, metadata={"description": "Number of the first row in the sheet"})
    rows = Rows(required=True)


class GoOnWithImport(MessageSchema):
    """Intake's word to itself: check or enter the next piece of a file."""

    upload = fields.UUID(required=True)
    act = Choice(terms.IMPORT_ACTS, required=True)
    piece = Count(0, MOST_BATCHES - 1, required=True)


class LapseImport(MessageSchema):
    """Intake's word to itself: a file that was never sent whole is given up, and its rows are not kept."""

    upload = fields.UUID(required=True)


class ImportsAsked(ListAsked):
    """Which imports are asked for."""

    state = Choice(terms.IMPORT_STATES, **optional())


class ImportAsked(MessageSchema):
    """One import."""

    upload = fields.UUID(required=True)


class ImportItem(MessageSchema):
    """How far an import is. ``missing``: pieces that have not come yet, at most 100 of them."""

    id = fields.UUID(required=True)
    file = fields.String(required=True)
    sha256 = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    state = Choice(terms.IMPORT_STATES, required=True)
    rows = Count(0, required=True)
    batches = Count(0, required=True)
    received = Count(0, required=True, metadata={"description": "Pieces that have come"})
    checked = Count(0, required=True, metadata={"description": "Rows that were checked"})
    entered = Count(0, required=True, metadata={"description": "Rows that were entered"})
    already_there = Count(0, required=True, metadata={"description": "Rows that the register had already"})
    faulty = Count(0, required=True, metadata={"description": "Bad rows"})
    missing = fields.List(Count(0), required=True)
    begun_at = Instant(required=True)
    finished_at = Instant(**optional())


class ImportPage(Page):
    """A page of imports."""

    items = many(ImportItem, maximum=200, required=True)


class ImportFaultsAsked(MessageSchema):
    """Which bad rows of an import are asked for."""

    upload = fields.UUID(required=True)
    after = Count(0, **optional(metadata={"description": "The `next` of the page before"}))


class ImportFault(MessageSchema):
    """What is wrong with a row, and what to do. The cell's content is not repeated: it may be personal data."""

    kind = Choice(terms.IMPORT_KINDS, required=True)
    row = Count(1, required=True, metadata={"description": "As the spreadsheet numbers it; 1: the headings"})
    column = fields.String(**optional(metadata={"description": "The heading; null: the row as a whole"}))
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ImportFaults(MessageSchema):
    """Bad rows in the order of the file, piece by piece."""

    items = fields.List(fields.Nested(ImportFault), required=True)
    next = Count(0, **optional())


COMMANDS = {
    "intake.begin_import.v1": BeginImport,
    "intake.stage_rows.v1": StageRows,
    "intake.go_on_with_import.v1": GoOnWithImport,
    "intake.lapse_import.v1": LapseImport,
}

EVENTS = {
    "intake.rows_read.v1": (RowsRead, ("assignment",)),
}

QUERIES = {
    "intake.imports": (ImportsAsked, ImportPage),
    "intake.import": (ImportAsked, ImportItem),
    "intake.import_faults": (ImportFaultsAsked, ImportFaults),
}
