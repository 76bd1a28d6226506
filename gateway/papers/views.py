"""``GET …/papers/assignment-notice.pdf`` and the like: the owner's facts, put into a template by the press."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from flask import Response, g

from contracts.papers import PAPERS, Paper
from gateway.documentation import paper_document
from gateway.door import Door
from gateway.guard import require
from gateway.papers.press import Press
from gateway.requests import ask_nothing

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
OWNERS = {"application": "intake", "case": "assignment"}
View = t.Callable[..., Response]


@dataclass(frozen=True)
class Printed:
    """One paper in one form: a row of the table of routes, made from the catalogue of papers."""

    paper: Paper
    form: str
    method: str = "GET"

    @property
    def path(self) -> str:
        return f"{self.paper.path}.{self.form}"

    @property
    def name(self) -> str:
        return f"{self.paper.kind}_{self.form}"

    @property
    def tag(self) -> str:
        return f"{self.paper.of}s"

    @property
    def query(self) -> str:
        return f"{OWNERS[self.paper.of]}.paper"

    @property
    def permission(self) -> str:
        return f"{self.paper.of}s:read"


PRINTED = tuple(Printed(paper, form) for paper in PAPERS.values() for form in TYPES)


def views(door: Door) -> t.Iterator[tuple[Printed, dict[str, t.Any], View]]:
    """Each with its document and its view function; a paper whose owner answers no such query is left out."""
    press = Press(door.settings.papers)
    for entry in PRINTED:
        if entry.query in door.queries:
            content_type = TYPES[entry.form]
            document = paper_document(entry.name, entry.paper, entry.form, content_type, entry.permission)
            yield entry, document, _view(door, press, entry)


def _view(door: Door, press: Press, entry: Printed) -> View:
    paper = entry.paper

    def view(**path: UUID) -> Response:
        require(g.principal, entry.permission)
        ask_nothing()
        params = {"kind": paper.kind, paper.of: str(path[paper.of])}
        found = door.ask(OWNERS[paper.of], entry.query, params, g.principal)
        made = press.make(paper.kind, entry.form, found["facts"])
        headers = {"Content-Disposition": disposition(paper, found["number"], entry.form)}
        return Response(made, headers=headers, content_type=TYPES[entry.form])

    return view


def disposition(paper: Paper, number: str, form: str) -> str:
    """The file's name: ASCII for old programs, and in Chinese as RFC 5987 writes it."""
    plain = f"{number}-{paper.kind.replace('_', '-')}.{form}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(f'{paper.zh}-{number}.{form}', safe='')}"
