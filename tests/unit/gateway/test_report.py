"""The half-year report: both files say the same in either language, with charts; the door asks and hands out."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from chassis.errors import Rejected, StartError
from chassis.settings import load
from gateway.answers import Refused
from gateway.papers.commands import papers
from gateway.papers.press import Press
from gateway.papers.shelf import BadTemplate, Shelf, check
from gateway.reports import charts, pdf, word
from gateway.reports.content import Chart, Series, Table, blocks, growth, percent, yuan
from gateway.reports.sample import ORGANIZATIONS, facts
from gateway.settings import GatewaySettings
from tests.unit.gateway.conftest import Network

pytestmark = pytest.mark.slow

PLACE = {"zh": 0, "en": 1}
WORDS = Shelf().report_words()
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.mark.usefixtures("can_print")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pdf_and_docx_say_the_same(language: str) -> None:
    made = blocks(facts(), language, WORDS)
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
    made = blocks(facts(), "zh", WORDS)
    assert "&lt;培训&gt; 各站负责人 &amp; 联络员" in pdf.html(made, "zh")
    document = Document(io.BytesIO(word.make(made, "zh")))
    assert any("<培训> 各站负责人 & 联络员" in cell.text for table in document.tables for cell in table._cells)


def test_charts_of_the_docx_are_native_and_have_their_figures_behind_them() -> None:
    made = blocks(facts(), "zh", WORDS)
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
    made = blocks(quiet, "zh", WORDS)
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


def own_words(folder: Path, text: str) -> Shelf:
    (folder / "report.yaml").write_text(text, encoding="utf-8")
    return Shelf(str(folder))


def test_a_center_words_its_report_in_its_own_way(tmp_path: Path) -> None:
    shelf = own_words(
        tmp_path,
        """
title: {zh: 和阳市法律援助半年工作报告}
key_figures: {zh: 一、总体情况, en: 1. Overview}
opening: {zh: "{center}现将 {from} 至 {to} 的工作报告如下。"}
closing: {zh: 以上报告，请予审议。}
""",
    )
    assert check(str(tmp_path)) == []
    said = blocks(facts(), "zh", shelf.report_words())
    page = pdf.html(said, "zh")
    assert "<h1>和阳市法律援助半年工作报告</h1>" in page
    assert "一、总体情况" in page
    assert "<p>和阳市法律援助中心现将 2026-01-01 至 2026-06-30 的工作报告如下。</p>" in page
    assert page.endswith("<p>以上报告，请予审议。</p></body></html>")
    in_english = pdf.html(blocks(facts(), "en", shelf.report_words()), "en")
    assert "Report on the work of the legal-aid network" in in_english, "what is not worded otherwise stays"
    assert "1. Overview" in in_english


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("titel: {zh: 报告}", "unknown titel; known: opening, closing, title"),
        ("subtitle: {en: 'from {from}'}", r"subtitle \(en\): it must name \{to\}"),
        ("subtitle: {zh: '{from}-{to} {chair}'}", r"subtitle \(zh\): unknown \{chair\}; known: from, to"),
        ("now: {zh: '本期 {from}'}", r"now \(zh\): unknown \{from\}; this line has none"),
        ("opening: {zh: '{center.__class__}'}", r"unknown \{center.__class__\}"),
        ("opening: {zh: '{from!r}'}", "nothing but a name"),
        ("opening: {zh: '{from'}", "a brace without its twin"),
        ("title: {fr: Rapport}", "unknown fr; known: zh, en"),
        ("title: 报告", "words behind zh or en"),
        ("title: {zh: [1]}", "words behind zh or en"),
        ("title: {zh: 报告\nnow: x", "line 2"),
        ("- title", "one line for each name"),
    ],
)
def test_words_that_cannot_be_right_are_refused_by_line_when_they_are_loaded(
    tmp_path: Path, text: str, says: str
) -> None:
    own_words(tmp_path, text)
    with pytest.raises(BadTemplate, match=says) as refused:
        check(str(tmp_path))
    assert str(refused.value).startswith("report.yaml")
    with pytest.raises(StartError, match="AIDBUS_PAPERS holds a template that cannot be used"):
        load(GatewaySettings, {"AIDBUS_PAPERS": str(tmp_path)})


def test_the_report_is_seen_with_sample_data_before_anybody_gets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIDBUS_PAPERS", str(tmp_path))
    own_words(tmp_path, "title: {en: Half-year report of Heyang}")
    seen = CliRunner().invoke(papers, ["preview", "report", str(tmp_path / "seen.docx"), "--language", "en"])
    assert seen.exit_code == 0, seen.output
    said = [one.text for one in Document(str(tmp_path / "seen.docx")).paragraphs]
    assert said[0] == "Half-year report of Heyang"
    own_words(tmp_path, "title: {en: '{}'}")
    refused = CliRunner().invoke(papers, ["preview", "report", str(tmp_path / "seen.docx")])
    assert isinstance(refused.exception, StartError)


def test_the_door_makes_the_report_in_the_centers_own_words(network: Network, tmp_path: Path) -> None:
    own_words(tmp_path, "title: {zh: 自己的标题}")
    network.bus.reads["supervision.half_year_report"] = facts()
    answer = network.client(papers=str(tmp_path)).get("/v1/figures/report.docx")
    document = Document(io.BytesIO(answer.data))
    assert document.paragraphs[0].text == "自己的标题"
    own_words(tmp_path, "title: {zh: '{nobody}'}")
    with pytest.raises(Refused) as refused:
        Press(str(tmp_path)).report("docx", "zh", facts())
    assert refused.value.problem == "paper-failed"


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
