"""Files of tables: what a service answers as sheets, written as XLSX or CSV.

Guarantee: memory does not grow with the length of a file; a refusal comes before the first byte, and a service that
fails in the middle breaks the transfer off, so that half a file is never taken for a whole one.
"""

from __future__ import annotations

import typing as t

from flask import Response, g
from marshmallow import Schema

from contracts.fields import Choice
from gateway import answers, sheets
from gateway.answers import Refused
from gateway.door import Door
from gateway.guard import acceptable, require
from gateway.requests import read_arguments
from gateway.routes import Export
from gateway.schemas import strict

MOST_ROWS = 50_000  # in an XLSX file; a CSV file has no limit
PAGING = ("limit", "after")
Page = t.Mapping[str, t.Any]


def query_schema(door: Door, entry: Export) -> type[Schema]:
    """What may stand behind the question mark: the query's parameters without its paging, and the form of the file."""
    parameters = door.queries[entry.query][0]
    asked = strict(parameters, parameters.__name__, tuple(name for name in PAGING if name in parameters().fields))
    form = Choice(("xlsx", "csv"), load_default="xlsx", metadata={"description": "The form of the file"})
    return t.cast(type[Schema], type(asked.__name__, (asked,), {"format": form, "__doc__": asked.__doc__}))


def export_view(door: Door, entry: Export) -> t.Callable[..., Response]:
    """The view function of one entry of the table."""
    schema = query_schema(door, entry)()

    def view() -> Response:
        require(g.principal, entry.permission)
        given = read_arguments(schema)
        form = given.pop("format")
        acceptable(answers.XLSX if form == "xlsx" else answers.CSV, answers.PROBLEM_JSON)
        params, principal = schema.dump(given), g.principal

        def ask(after: str | None) -> Page:
            return door.ask(entry.service, entry.query, params | ({"after": after} if after else {}), principal)

        first = ask(None)
        pages = _pages(first, ask)
        if form == "csv":
            return _file(first["title"], "csv", f"{answers.CSV}; charset=utf-8", _csv(first, pages))
        return _file(first["title"], "xlsx", answers.XLSX, _xlsx(pages))

    return view


def _pages(first: Page, ask: t.Callable[[str], Page]) -> t.Iterator[Page]:
    page = first
    while True:
        yield page
        if not page.get("next"):
            return
        page = ask(page["next"])


def _csv(first: Page, pages: t.Iterator[Page]) -> t.Iterator[bytes]:
    """One table: a CSV file has no sheets."""
    if len(first["sheets"]) != 1:
        raise Refused("one-sheet", sheets=", ".join(sheet["name"] for sheet in first["sheets"]))

    def blocks() -> t.Iterator[bytes]:
        yield sheets.csv_head(first["sheets"][0]).encode()
        for page in pages:
            yield sheets.csv_rows(page["sheets"][0]).encode()

    return blocks()


def _xlsx(pages: t.Iterator[Page]) -> t.Iterator[bytes]:
    book, rows = sheets.Workbook(), 0
    for page in pages:
        rows += sum(len(sheet["rows"]) for sheet in page["sheets"])
        if rows > MOST_ROWS:
            raise Refused("too-many-rows", most=MOST_ROWS)
        for sheet in page["sheets"]:
            book.add(sheet)
    return book.finish()


def _file(title: str, form: str, content_type: str, blocks: t.Iterator[bytes]) -> Response:
    answer = Response(blocks, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{title}.{form}"'
    return answer
