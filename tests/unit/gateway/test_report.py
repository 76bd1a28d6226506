"""The half-year report: both files say the same in either language, with charts; the door asks and hands out."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from chassis.errors import Rejected
from gateway.papers.press import Press
from gateway.reports import charts, pdf, word
from gateway.reports.content import Chart, Series, Table, blocks, growth, percent, yuan
from tests.unit.gateway.conftest import Network
from tests.unit.gateway.report_facts import ORGANIZATIONS, facts

PLACE = {"zh": 0, "en": 1}
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pdf_and_docx_say_the_same(language: str) -> None:
    made = blocks(facts(), language)
    page = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf.make(made, language))).pages)
    document = Document(io.BytesIO(word.make(made, language)))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    for table in (block for block in made if isinstance(block, Table)):
        assert {cell for row in table.rows for cell in row} <= cells
    for names in ORGANIZATIONS.values():
        assert names[PLACE[language]] in cells
        assert names[PLACE[language]].replace(" ", "") in page.replace("\n", "").replace(" ", "")
    assert "3,005,000.00" in cells
    assert "3,005,000.00" in page
    assert {"+7.8 %", "-19.2 %", "98.8 %"} <= cells


def test_what_people_wrote_is_shown_as_they_wrote_it() -> None:
    made = blocks(facts(), "zh")
    assert "&lt;培训&gt; 各站负责人 &amp; 联络员" in pdf.html(made, "zh")
    document = Document(io.BytesIO(word.make(made, "zh")))
    assert any("<培训> 各站负责人 & 联络员" in cell.text for table in document.tables for cell in table._cells)


def test_charts_of_the_docx_are_native_and_have_their_figures_behind_them() -> None:
    made = blocks(facts(), "zh")
    drawn = [block for block in made if isinstance(block, Chart)]
    with zipfile.ZipFile(io.BytesIO(word.make(made, "zh"))) as parts:
        names = set(parts.namelist())
        for number, chart in enumerate(drawn, start=1):
            root = ET.fromstring(parts.read(f"word/charts/chart{number}.xml"))
            cached = [float(value.text or 0) for value in root.iter(f"{C}v") if (value.text or "").isdigit()]
            assert {value for series in chart.series for value in series.values if value == int(value)} <= set(cached)
            assert [child.tag for child in root][-1] == f"{C}externalData"
            sheet = load_workbook(io.BytesIO(parts.read(f"word/embeddings/chart{number}.xlsx")))["data"]
            assert tuple(row[0] for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)) == chart.categories
        assert f"word/charts/chart{len(drawn) + 1}.xml" not in names
        types = parts.read("[Content_Types].xml").decode()
        assert types.count("drawingml.chart+xml") == len(drawn)
        document = parts.read("word/document.xml").decode()
    assert document.count("<c:chart ") == len(drawn)


def test_a_report_on_a_time_in_which_nothing_happened_can_be_made() -> None:
    empty = {
        name: [] for name in ("figures", "organizations", "months", "groups", "forms", "matters", "amounts", "limits")
    }
    none: dict[str, object] = {name: [] for name in ("overdue", "stations", "complaints", "findings", "decisions")}
    quiet = facts(**empty, problems=none | {"suspended_lawyers": 0})
    made = blocks(quiet, "zh")
    assert not [block for block in made if isinstance(block, Chart)]
    assert pdf.html(made, "zh").count("<p>无</p>") == 5
    assert word.make(made, "en")


def test_bars_are_as_long_as_their_values() -> None:
    chart = Chart("t", ("a & b", "c"), (Series("now", (10, 5)), Series("before", (0, 20))))
    root = ET.fromstring(charts.svg(chart))
    bars = [float(one.attrib["width"]) for one in root.iter("{http://www.w3.org/2000/svg}rect")][2:]
    assert bars[1] == 0
    assert [round(length / bars[3], 2) for length in bars] == [0.5, 0, 0.25, 1]
    rates = Chart("t", ("a",), (Series("now", (50,)),), most=100)
    full = Chart("t", ("a",), (Series("now", (100,)),), most=100)
    half, whole = (
        list(ET.fromstring(charts.svg(one)).iter("{http://www.w3.org/2000/svg}rect"))[-1] for one in (rates, full)
    )
    assert float(half.attrib["width"]) * 2 == float(whole.attrib["width"])


def test_figures_are_written_as_people_read_them() -> None:
    assert (yuan(3_005_000_01), yuan(-150), yuan(0)) == ("3,005,000.01", "-1.50", "0.00")
    assert (growth(12.5), growth(-3.0), growth(None), percent(98.0)) == ("+12.5 %", "-3 %", "—", "98 %")


def test_the_door_hands_out_the_file_that_the_press_made(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered: list[tuple[str, str]] = []
    monkeypatch.setattr(
        Press, "report", lambda self, form, language, facts: ordered.append((form, language)) or b"%PDF-"
    )
    network.bus.reads["supervision.half_year_report"] = facts()
    answer = network.client().get("/v1/figures/report.pdf?from=2026-01-01&to=2026-06-30&language=en")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert 'filename="report-2026-01-01-2026-06-30.pdf"' in answer.headers["Content-Disposition"]
    ((name, params, _),) = network.bus.asked
    assert (name, params["from"], "language" in params) == ("supervision.half_year_report", "2026-01-01", False)
    assert network.client().get("/v1/figures/report.docx").status_code == 200
    assert ordered == [("pdf", "en"), ("docx", "zh")]


def test_who_may_not_read_figures_or_asks_wrongly_gets_no_report(network: Network) -> None:
    assert network.client("lawyer").get("/v1/figures/report.pdf").status_code == 403
    assert network.client().get("/v1/figures/report.pdf?language=fr").status_code == 422
    assert network.client().get("/v1/figures/report.odt").status_code == 404
    network.bus.reads["supervision.half_year_report"] = Rejected("unknown-organization", code="x")
    assert network.client().get("/v1/figures/report.pdf?organization=x").status_code == 422
