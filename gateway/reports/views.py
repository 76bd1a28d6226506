"""``GET /v1/figures/report.pdf`` and ``.docx``: the facts of supervision, set by the press in one language."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, g
from marshmallow import Schema

from contracts.fields import Choice
from gateway.documentation import report_document
from gateway.door import Door
from gateway.guard import require
from gateway.papers.press import Press
from gateway.papers.views import TYPES
from gateway.requests import read_arguments
from gateway.schemas import strict

QUERY = "supervision.half_year_report"
PERMISSION = "figures:read"
LANGUAGES = {"zh": "法律援助工作情况报告", "en": "Report of the legal-aid network"}
View = t.Callable[..., Response]


@dataclass(frozen=True)
class Reported:
    """The report in one form: a row of the table of routes."""

    form: str
    tag: str = "figures"
    method: str = "GET"

    @property
    def path(self) -> str:
        return f"/v1/figures/report.{self.form}"

    @property
    def name(self) -> str:
        return f"report_{self.form}"


REPORTED = tuple(Reported(form) for form in TYPES)


def views(door: Door) -> t.Iterator[tuple[Reported, dict[str, t.Any], View]]:
    """Each with its document and its view function."""
    press, schema = Press(door.settings.papers), asked(door)
    for entry in REPORTED:
        document = report_document(entry.name, entry.form, TYPES[entry.form], PERMISSION, schema)
        yield entry, document, _view(door, press, entry, schema())


def asked(door: Door) -> type[Schema]:
    """What may stand behind the question mark: the query's parameters, and the language of the file."""
    parameters = strict(door.queries[QUERY][0], "ReportAsked")
    language = Choice(LANGUAGES, load_default="zh", metadata={"description": "The language of the report"})
    return t.cast(
        type[Schema], type("ReportAsked", (parameters,), {"language": language, "__doc__": parameters.__doc__})
    )


def _view(door: Door, press: Press, entry: Reported, schema: Schema) -> View:
    def view() -> Response:
        require(g.principal, PERMISSION)
        given = read_arguments(schema)
        language = given.pop("language")
        facts = door.ask("supervision", QUERY, schema.dump(given), g.principal)
        made = press.report(entry.form, language, facts)
        plain = f"report-{facts['from']}-{facts['to']}.{entry.form}"
        named = quote(f"{LANGUAGES[language]}-{facts['from']}-{facts['to']}.{entry.form}", safe="")
        headers = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{named}"}
        return Response(made, headers=headers, content_type=TYPES[entry.form])

    return view
