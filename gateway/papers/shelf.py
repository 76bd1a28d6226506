"""The templates of the official papers and the words of the report: the shipped ones, or a center's own.

Guarantee: a template that names what its paper does not have, or leaves out what law demands, is refused when the
folder is checked, with its file and the name.
"""

from __future__ import annotations

import importlib.util
import io
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateSyntaxError, meta

from contracts.papers import PAPERS, Fact, Paper
from gateway.papers import wording
from gateway.papers.bounds import Bounds
from gateway.papers.wording import BadTemplate

SHIPPED = Path(__file__).with_name("templates")
LETTERHEAD, REPORT = "letterhead.yaml", "report.yaml"
FORMS = {"pdf": "html", "docx": "docx"}  # what is fetched -> what it is made from
EXTRA = "official papers need the extra [reports]: pip install 'aidbus[reports]' (DOCX, PDF), for PDF also pango"


@dataclass(frozen=True)
class Shelf:
    """Where templates are taken from. ``folder``: the center's own; empty: only those that are shipped."""

    folder: str = ""

    def file(self, name: str) -> Path:
        own = Path(self.folder) / name if self.folder else None
        return own if own is not None and own.exists() else SHIPPED / name

    def template(self, kind: str, form: str) -> Path:
        return self.file(f"{kind}.{FORMS[form]}")

    def letterhead(self) -> dict[str, str]:
        """What stands on every paper; raises BadTemplate."""
        shipped = wording.letterhead(SHIPPED / LETTERHEAD)
        path = self.file(LETTERHEAD)
        own = wording.letterhead(path)
        unknown = sorted(set(own) - set(shipped))
        if unknown:
            raise BadTemplate(f"{path.name}: unknown {', '.join(unknown)}; known: {', '.join(shipped)}")
        return {**shipped, **own}

    def report_words(self) -> wording.ReportWords:
        """What the half-year report says; raises BadTemplate."""
        return wording.report(SHIPPED / REPORT, self.file(REPORT))

    def words(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """All that a template may say; the center signs with the letterhead's name where that has one."""
        head = self.letterhead()
        return {**head, **facts, "center": head["center"] or facts["center"]}

    def html(self, kind: str, facts: Mapping[str, Fact]) -> str:
        """The body of a paper as HTML; raises BadTemplate."""
        path = self.template(kind, "pdf")
        words = self.words(facts)
        try:
            source = path.read_text(encoding="utf-8")
            return Bounds().from_string(source).render(words)
        except Exception as error:  # an expression can fail in as many ways as there are in Python
            raise BadTemplate(f"{path.name}: {_first_line(error)}") from None

    def word(self, kind: str, facts: Mapping[str, Fact]) -> bytes:
        """A paper as DOCX; raises BadTemplate, and ImportError without the extra."""
        from docxtpl import DocxTemplate  # type: ignore[import-untyped,import-not-found,unused-ignore]

        words = self.words(facts)
        path, made = self.template(kind, "docx"), io.BytesIO()
        try:
            document = DocxTemplate(path)
            document.render(words, Bounds(), autoescape=True)
            document.save(made)
        except Exception as error:  # a word processor's file can be broken in many ways
            raise BadTemplate(f"{path.name}: {_first_line(error)}") from None
        return made.getvalue()


def check(folder: str) -> list[str]:
    """Check a center's own folder; raises BadTemplate, returns what an editor should know although it can be used."""
    root = Path(folder)
    if not root.is_dir():
        raise BadTemplate(f"{folder}: there is no such folder")
    shelf, known = Shelf(folder), {f"{kind}.{form}" for kind in PAPERS for form in FORMS.values()}
    shelf.letterhead()
    shelf.report_words()
    notes = []
    for path in sorted(one for one in root.iterdir() if one.suffix in (".html", ".docx")):
        if path.name not in known:
            raise BadTemplate(f"{path.name}: there is no such paper; known: {', '.join(sorted(known))}")
        notes += check_file(shelf, path)
        twin = path.with_suffix(".docx" if path.suffix == ".html" else ".html")
        if not twin.exists():
            notes.append(f"{path.name} is your own, {twin.name} the shipped one: PDF and DOCX may differ")
    return notes


def check_file(shelf: Shelf, path: Path) -> list[str]:
    """Check one template: its syntax, every name, what law demands, and a trial with the sample; raises BadTemplate."""
    paper = PAPERS[path.stem]
    if path.suffix == ".docx" and importlib.util.find_spec("docxtpl") is None:
        return [f"{path.name} was not checked; {EXTRA}"]
    try:
        names = _names_in_word(path) if path.suffix == ".docx" else _names_in(path.read_text(encoding="utf-8"))
    except TemplateSyntaxError as error:
        raise BadTemplate(f"{path.name}, line {error.lineno}: {error.message}") from None
    except Exception as error:  # a word processor's file can be broken in many ways
        raise BadTemplate(f"{path.name}: {_first_line(error)}") from None
    _check_names(path, names, paper, shelf.letterhead())
    make = shelf.html if path.suffix == ".html" else shelf.word
    make(paper.kind, paper.facts)
    return []


def _check_names(path: Path, names: set[str], paper: Paper, letterhead: Mapping[str, str]) -> None:
    known = {*paper.facts, *letterhead}
    unknown = sorted(names - known)
    if unknown:
        raise BadTemplate(f"{path.name}: unknown {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    wanting = [name for name in paper.must if name not in names]
    if wanting:
        raise BadTemplate(f"{path.name}: it must name {', '.join(wanting)}")


def _names_in(source: str) -> set[str]:
    return meta.find_undeclared_variables(Bounds().parse(source))


def _names_in_word(path: Path) -> set[str]:
    from docxtpl import DocxTemplate  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return t.cast(set[str], DocxTemplate(path).get_undeclared_template_variables(Bounds()))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
