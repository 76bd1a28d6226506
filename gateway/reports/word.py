"""The report as DOCX: real headings, tables, and charts that a word processor draws itself and can edit.

A chart is written by XlsxWriter into a small workbook; the workbook and the chart's own part go into the document.
"""

from __future__ import annotations

import io
import typing as t
import zipfile
from collections.abc import Sequence

import xlsxwriter  # type: ignore[import-untyped,unused-ignore]

from gateway.reports.charts import COLOURS
from gateway.reports.content import Block, Chart, Heading, Line, Table, Title

CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FONTS = {"zh": "仿宋", "en": "Times New Roman"}
WIDE = 8  # columns from which a table is set small
FRAME = """
<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" distT="0" distB="0" distL="0" distR="0">
<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Chart {number}" descr="{title}"/>
<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{relation}"/>
</a:graphicData></a:graphic></wp:inline>"""


def make(blocks: Sequence[Block], language: str) -> bytes:
    """The file; raises ImportError where python-docx is missing."""
    from docx import Document  # type: ignore[import-untyped,import-not-found,unused-ignore]

    document, charts = Document(), 0
    _page(document, FONTS[language])
    for block in blocks:
        match block:
            case Title():
                _title(document, block)
            case Heading():
                document.add_heading(block.text, block.level - 1)
            case Line():
                document.add_paragraph(block.text)
            case Table():
                _table(document, block)
            case Chart():
                charts += 1
                _chart(document, block, charts)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _page(document: t.Any, font: str) -> None:
    from docx.oxml.ns import qn  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.shared import Mm, Pt  # type: ignore[import-untyped,import-not-found,unused-ignore]

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = font
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    document.styles["Normal"].font.size = Pt(10.5)


def _title(document: t.Any, title: Title) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN  # type: ignore[import-untyped,import-not-found,unused-ignore]

    document.add_heading(title.text, 0).alignment = ALIGN.CENTER
    for line in title.lines:
        document.add_paragraph(line).alignment = ALIGN.CENTER


def _table(document: t.Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.shared import Pt  # type: ignore[import-untyped,import-not-found,unused-ignore]

    made = document.add_table(rows=0, cols=len(table.head))
    made.style = "Table Grid"
    size = Pt(7.5 if len(table.head) >= WIDE else 9.5)
    for number, cells in enumerate((table.head, *table.rows)):
        for place, (box, text) in enumerate(zip(made.add_row().cells, cells, strict=True)):
            paragraph = box.paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size, run.bold = size, number == 0
            paragraph.alignment = ALIGN.LEFT if place < table.words else ALIGN.RIGHT
    document.add_paragraph()


def _chart(document: t.Any, chart: Chart, number: int) -> None:
    """A native chart in a paragraph of its own, with its workbook behind it."""
    from xml.sax.saxutils import escape

    from docx.opc.packuri import PackURI  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.opc.part import Part  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.oxml import parse_xml  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from docx.shared import Mm  # type: ignore[import-untyped,import-not-found,unused-ignore]

    workbook, drawn = _drawn(chart)
    package = document.part.package
    sheet = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), WORKBOOK, workbook, package)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CHART, b"", package)
    part._blob = _with_workbook(drawn, part.relate_to(sheet, f"{RELATION}/package"))
    height = 22 + len(chart.categories) * (5 * len(chart.series) + 3)
    frame = FRAME.format(
        width=Mm(165),
        height=Mm(min(height, 220)),
        number=number,
        title=escape(chart.title, {'"': "&quot;"}),
        relation=document.part.relate_to(part, f"{RELATION}/chart"),
    )
    drawing = document.add_paragraph().add_run()._r.add_drawing(parse_xml(frame))
    assert drawing is not None


def _drawn(chart: Chart) -> tuple[bytes, str]:
    """A workbook with the values, and the part of it that draws them."""
    made, last = io.BytesIO(), len(chart.categories)
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("data")
    sheet.write_column(1, 0, chart.categories)
    bars = book.add_chart({"type": "bar"})
    for place, series in enumerate(chart.series, start=1):
        sheet.write_string(0, place, series.name)
        sheet.write_column(1, place, series.values)
        bars.add_series(
            {
                "name": ["data", 0, place],
                "categories": ["data", 1, 0, last, 0],
                "values": ["data", 1, place, last, place],
                "fill": {"color": COLOURS[(place - 1) % len(COLOURS)]},
                "data_labels": {"value": True, "font": {"size": 8}},
                "gap": 40,
            }
        )
    bars.set_title({"name": chart.title, "name_font": {"size": 11}})
    bars.set_legend({"position": "bottom"})
    bars.set_y_axis({"reverse": True, "num_font": {"size": 8}})
    bars.set_x_axis({"major_gridlines": {"visible": False}, "min": 0, "max": chart.most, "visible": False})
    sheet.insert_chart("E2", bars)
    book.close()
    with zipfile.ZipFile(io.BytesIO(made.getvalue())) as parts:
        return made.getvalue(), parts.read("xl/charts/chart1.xml").decode()


def _with_workbook(drawn: str, relation: str) -> bytes:
    """The chart's part, told where its workbook is; the settings of a printed sheet mean nothing in a document."""
    kept = drawn[: drawn.index("<c:printSettings>")]
    outside = f'<c:externalData r:id="{relation}"><c:autoUpdate val="0"/></c:externalData>'
    return f"{kept}{outside}</c:chartSpace>".encode()
