"""A template for the word processor, made from the HTML template of the same paper: both say the same.

Knows what the shipped templates are made of: h1, h2, p with a class, table with tr, th and td, and Jinja around them.
Needs python-docx, which docxtpl brings.
"""

from __future__ import annotations

import re
import typing as t
from html.parser import HTMLParser
from pathlib import Path

TAG = re.compile(r"{%-?.*?-?%}", re.DOTALL)
SONG, FANG = "方正小标宋简体", "仿宋_GB2312"


def write(source: str, target: Path) -> None:
    """Make the DOCX template of an HTML template."""
    from docx import Document  # type: ignore[import-untyped,import-not-found,unused-ignore]

    document = Document()
    _page(document)
    maker = _Maker(document)
    maker.feed(source)
    maker.close()
    document.save(str(target))


class _Maker(HTMLParser):
    def __init__(self, document: t.Any) -> None:
        super().__init__(convert_charrefs=True)
        self.document, self.table = document, False
        self.rows: list[list[dict[str, t.Any]]] = []
        self.open: tuple[str, str] | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: t.Any) -> None:
        given = dict(attrs)
        if tag in ("p", "h1", "h2"):
            self._between()
            self.open = (tag, given.get("class") or "")
        elif tag == "table":
            self._between()
            self.table, self.rows = True, []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append({"head": tag == "th", "span": int(given.get("colspan", 1)), "blocks": []})

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "h1", "h2"):
            assert self.open is not None
            self._add(*self.open, self.text.strip())
            self.open, self.text = None, ""
        elif tag in ("td", "th"):
            self._between(text_too=True)
        elif tag == "table":
            self._make_table()
            self.table = False

    def handle_data(self, data: str) -> None:
        self.text += data

    def close(self) -> None:
        super().close()
        self._between()

    def _between(self, *, text_too: bool = False) -> None:
        """What stood between two blocks: Jinja's tags become paragraphs that docxtpl takes away."""
        for tag in TAG.findall(self.text):
            self._add("p", "", "{%p " + tag.strip("{%-} ").strip() + " %}")
        rest = TAG.sub("", self.text).strip()
        if rest and text_too:
            self._add("p", "", rest)
        self.text = ""

    def _add(self, tag: str, kind: str, text: str) -> None:
        if self.table:
            self.rows[-1][-1]["blocks"].append((kind, text))
        else:
            _paragraph(self.document.add_paragraph(), tag, kind, text)

    def _make_table(self) -> None:
        columns = max(sum(cell["span"] for cell in row) for row in self.rows)
        table = self.document.add_table(rows=len(self.rows), cols=columns)
        table.style = "Table Grid"
        for number, row in enumerate(self.rows):
            place = 0
            for cell in row:
                box = table.cell(number, place)
                if cell["span"] > 1:
                    box = box.merge(table.cell(number, place + cell["span"] - 1))
                for index, (kind, text) in enumerate(cell["blocks"] or [("", "")]):
                    paragraph = box.paragraphs[0] if index == 0 else box.add_paragraph()
                    _in_table(paragraph, kind, text, head=cell["head"])
                place += cell["span"]


def _page(document: t.Any) -> None:
    """GB/T 9704-2012: A4, margins 37, 35, 28 and 26 mm, 28 points from line to line, 16-point FangSong."""
    from docx.oxml.ns import qn  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.shared import Mm, Pt  # type: ignore[import-untyped,import-not-found,unused-ignore]

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size, style.font.name = Pt(16), FANG
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FANG)
    style.paragraph_format.line_spacing = Pt(28)
    style.paragraph_format.space_after = Pt(0)


def _paragraph(paragraph: t.Any, tag: str, kind: str, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.oxml.ns import qn  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.shared import Pt  # type: ignore[import-untyped,import-not-found,unused-ignore]

    run, form = paragraph.add_run(text), paragraph.paragraph_format
    if tag in ("h1", "h2"):
        paragraph.alignment = ALIGN.CENTER
        run.bold, run.font.size, run.font.name = True, Pt(22), SONG
        run._element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
        form.line_spacing = Pt(36)
    elif kind in ("number", "sign", "date"):
        paragraph.alignment = ALIGN.RIGHT
        form.right_indent = Pt(32) if kind == "date" else Pt(0)
        form.space_before, form.space_after = Pt({"sign": 56}.get(kind, 0)), Pt({"number": 18}.get(kind, 0))
        form.keep_with_next = kind == "sign"
    elif kind == "foot":
        run.font.size, form.space_before, form.line_spacing = Pt(12), Pt(36), Pt(18)
    elif kind == "pair":
        form.space_before = Pt(14)
    elif kind == "":
        form.first_line_indent = Pt(32)


def _in_table(paragraph: t.Any, kind: str, text: str, *, head: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.shared import Pt  # type: ignore[import-untyped,import-not-found,unused-ignore]

    run = paragraph.add_run(text)
    run.font.size, paragraph.paragraph_format.line_spacing = Pt(12), Pt(20)
    if head:
        paragraph.alignment = ALIGN.CENTER
    elif kind in ("sign", "date"):
        paragraph.alignment = ALIGN.RIGHT
