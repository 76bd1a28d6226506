"""Official papers are put into templates at the door; a template that cannot be right is refused by file and name."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import eventlet
import pytest
from docx import Document
from pypdf import PdfReader
from structlog.testing import capture_logs

from chassis.errors import Rejected, StartError
from chassis.settings import load
from contracts.papers import PAPERS
from gateway.answers import Refused
from gateway.papers import press, shelf, word
from gateway.papers.render import render
from gateway.settings import GatewaySettings
from tests.unit.gateway.conftest import Bus, Caller, Network

pytestmark = pytest.mark.slow

CASE = "0190b3f0-0000-7000-8000-00000000000c"
REFUSAL = PAPERS["refusal_decision"]
NASTY = "马<b>&秀云</b>{{ center }}"


def pdf_text(file: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages))


def docx_text(file: bytes) -> str:
    document = Document(io.BytesIO(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in dict.fromkeys(row.cells)]
    return squeezed("".join([*(one.text for one in document.paragraphs), *cells]))


def squeezed(text: str) -> str:
    """Text without blanks and page numbers."""
    return re.sub(r"—\d+—", "", re.sub(r"\s", "", text))


@pytest.mark.parametrize("kind", PAPERS)
def test_every_shipped_template_can_be_used_and_leaves_out_nothing_that_law_demands(kind: str) -> None:
    for form in shelf.FORMS:
        assert shelf.check_file(shelf.Shelf(), shelf.Shelf().template(kind, form)) == []


@pytest.mark.usefixtures("can_print")
@pytest.mark.parametrize("kind", PAPERS)
def test_pdf_and_docx_of_a_paper_say_the_same(kind: str) -> None:
    made = {form: render(shelf.Shelf(), kind, form, PAPERS[kind].facts) for form in shelf.FORMS}
    assert pdf_text(made["pdf"]) == docx_text(made["docx"])
    assert PAPERS[kind].zh in pdf_text(made["pdf"])


@pytest.mark.parametrize("kind", PAPERS)
def test_the_shipped_docx_templates_are_those_that_the_html_ones_give(kind: str, tmp_path: Path) -> None:
    word.write((shelf.SHIPPED / f"{kind}.html").read_text("utf-8"), tmp_path / "made.docx")
    assert docx_text((tmp_path / "made.docx").read_bytes()) == docx_text((shelf.SHIPPED / f"{kind}.docx").read_bytes())


@pytest.mark.usefixtures("can_print")
def test_what_people_write_is_text_and_neither_markup_nor_template() -> None:
    facts = {**REFUSAL.facts, "applicant": NASTY, "reasons": ["第一行\n第二行"]}
    assert NASTY.replace(" ", "") in docx_text(render(shelf.Shelf(), REFUSAL.kind, "docx", facts))
    text = pdf_text(render(shelf.Shelf(), REFUSAL.kind, "pdf", facts))
    assert NASTY.replace(" ", "") in text
    assert "第一行第二行" in text


@pytest.mark.usefixtures("can_print")
def test_the_pdf_has_chinese_fonts_within() -> None:
    page = PdfReader(io.BytesIO(render(shelf.Shelf(), REFUSAL.kind, "pdf", REFUSAL.facts))).pages[0]
    fonts = [font.get_object() for font in t.cast(t.Any, page["/Resources"])["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), "the reader's machine need not have the font"


def own(folder: Path, name: str, text: str | None = None) -> Path:
    """A file of the center's own: a shipped one, or with another text."""
    if text is None:
        shutil.copy(shelf.SHIPPED / name, folder / name)
    else:
        (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_centers_own_template_stands_in_for_the_shipped_one(tmp_path: Path) -> None:
    own(
        tmp_path,
        "refusal_decision.html",
        "<p>{{ applicant }} {{ decided_on }} {{ reasons | join('；') }} {{ hotline }}</p>",
    )
    own(tmp_path, "letterhead.yaml", "hotline: '0373-12348'\ncenter: 和阳市司法局法律援助中心\n")
    (note,) = shelf.check(str(tmp_path))
    assert "PDF and DOCX may differ" in note
    made = shelf.Shelf(str(tmp_path))
    assert made.html("refusal_decision", REFUSAL.facts).endswith("不属于法律援助范围。 0373-12348</p>")
    assert "和阳市司法局法律援助中心（印章）" in made.html("grant_decision", PAPERS["grant_decision"].facts)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("refusal_decision.html", "{{ applicant }}{{ decided_on }}{{ reasons }}{{ salary }}", r"unknown salary"),
        ("refusal_decision.html", "{{ applicant }}{{ decided_on }}", r"it must name reasons"),
        ("refusal_decision.html", "<p>\n{% for x in %}", r"line 2"),
        ("refusal_decision.html", "{{ applicant.salary }}{{ decided_on }}{{ reasons }}", r"no attribute 'salary'"),
        ("refusal_decision.html", "{{ ''.__class__.__mro__ }}{{ applicant }}{{ decided_on }}{{ reasons }}", r"unsafe"),
        ("refusal_decision.html", "{{ applicant + 1 }}{{ decided_on }}{{ reasons }}", r"can only concatenate"),
        ("refusal_decision.html", "{{ range(10**9) }}{{ applicant }}{{ decided_on }}{{ reasons }}", r"too big"),
        ("refusal.html", "", r"no such paper"),
        ("letterhead.yaml", "fax: '1'", r"unknown fax"),
        ("letterhead.yaml", "hotline: 12348", r"one line for each name"),
        ("refusal_decision.docx", "not a word file", r"refusal_decision.docx: "),
    ],
)
def test_a_template_that_cannot_be_right_is_refused_by_file_and_name(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    own(tmp_path, name, text)
    with pytest.raises(shelf.BadTemplate, match=says) as refused:
        shelf.check(str(tmp_path))
    assert str(refused.value).startswith(name)
    with pytest.raises(StartError, match="AIDBUS_PAPERS holds a template that cannot be used"):
        load(GatewaySettings, {"AIDBUS_PAPERS": str(tmp_path)})


def test_a_word_template_is_tried_with_the_sample_too(tmp_path: Path) -> None:
    word.write("<p>{{ applicant + 1 }}{{ decided_on }}{{ reasons }}</p>", tmp_path / "refusal_decision.docx")
    with pytest.raises(shelf.BadTemplate, match=r"refusal_decision\.docx: can only concatenate"):
        shelf.check(str(tmp_path))


GOOD = "{{ applicant }}{{ decided_on }}{{ reasons }}"
LOOP = "{% for one in range(99999) %}{% for two in range(99999) %}"
ENDLESS = {
    "that writes": (LOOP + "十" * 40 + "{% endfor %}{% endfor %}", "more than 200,000 characters"),
    "that writes into a variable": (
        "{% set x %}" + LOOP + "十{% endfor %}{% endfor %}{% endset %}",
        "more than 10,000 times",
    ),
    "that only counts": (LOOP + "{% endfor %}{% endfor %}", "more than 10,000 times"),
    "of calls": (
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
        "more than 10,000 times",
    ),
}


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("form", ["html", "docx"])
def test_a_template_whose_paper_would_fill_the_memory_is_refused(tmp_path: Path, form: str, kind: str) -> None:
    words, says = ENDLESS[kind]
    own(tmp_path, "refusal_decision.html", f"<p>{GOOD}{words}</p>")
    if form == "docx":
        word.write((tmp_path / "refusal_decision.html").read_text("utf-8"), tmp_path / "refusal_decision.docx")
        (tmp_path / "refusal_decision.html").unlink()
    with pytest.raises(shelf.BadTemplate, match=rf"^refusal_decision\.{form}: .*{says}"):
        shelf.check(str(tmp_path))


def test_a_template_that_grew_too_large_while_the_door_is_open_is_refused_there_by_its_name(
    tmp_path: Path,
) -> None:
    own(tmp_path, "refusal_decision.html", GOOD + ENDLESS["that writes"][0])
    with capture_logs() as told, pytest.raises(Refused, match="paper-failed"):
        press.Press(str(tmp_path)).make("refusal_decision", "pdf", dict(REFUSAL.facts))
    assert told[0]["why"].startswith("refusal_decision.html: it makes more than")


def test_a_picture_in_a_template_does_not_count_as_what_it_makes(tmp_path: Path) -> None:
    own(tmp_path, "refusal_decision.html", f'{GOOD}<img src="data:image/png;base64,{"A" * 400_000}">')
    assert len(shelf.Shelf(str(tmp_path)).html("refusal_decision", REFUSAL.facts)) > 400_000


DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.usefixtures("can_print")
def test_a_paper_shows_a_picture_that_stands_in_its_template_and_fetches_no_other(tmp_path: Path) -> None:
    words = "{{ applicant }} {{ decided_on }} {{ reasons | join('；') }}"
    foreign = "".join(f'<img src="{url}">' for url in ("file:///etc/hostname", "http://127.0.0.1:9/seal.png"))
    own(tmp_path, "refusal_decision.html", f'<p>{words}</p><img src="{DOT}">{foreign}')
    made = render(shelf.Shelf(str(tmp_path)), "refusal_decision", "pdf", REFUSAL.facts)
    (page,) = PdfReader(io.BytesIO(made)).pages
    assert len(page.images) == 1


def test_a_word_template_that_names_the_unknown_is_refused(tmp_path: Path) -> None:
    word.write("<p>{{ applicant }}{{ decided_on }}{{ reasons }}{{ salary }}</p>", tmp_path / "refusal_decision.docx")
    with pytest.raises(shelf.BadTemplate, match=r"refusal_decision\.docx: unknown salary"):
        shelf.check(str(tmp_path))


@pytest.mark.usefixtures("can_print")
@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_a_paper_is_fetched_with_its_type_and_its_name_in_chinese(
    network: Network, bus: Bus, form: str, begins: bytes
) -> None:
    bus.reads["intake.paper"] = {"kind": REFUSAL.kind, "number": "A2026-00001", "facts": dict(REFUSAL.facts)}
    answer = network.client("liaison").get(f"/v1/applications/{CASE}/papers/refusal-decision.{form}")
    assert (answer.status_code, answer.data[:4].startswith(begins)) == (200, True)
    assert answer.content_type.startswith("application/")
    assert f'filename="A2026-00001-refusal-decision.{form}"' in answer.headers["Content-Disposition"]
    assert "filename*=UTF-8''%E4%B8%8D%E4%BA%88" in answer.headers["Content-Disposition"]
    name, params, principal = bus.asked[0]
    assert (name, params) == ("intake.paper", {"kind": "refusal_decision", "application": CASE})
    assert principal.role == "liaison"


def test_who_may_not_see_the_application_gets_no_paper_of_it(network: Network, bus: Bus) -> None:
    path = f"/v1/applications/{CASE}/papers/refusal-decision.pdf"
    bus.reads["intake.paper"] = Rejected("not-found", what="application")
    assert network.client("liaison").get(path).status_code == 404
    assert network.client("lawyer").get(path).status_code == 403
    assert network.client(None).get(path).status_code == 401


@pytest.mark.usefixtures("can_print")
def test_other_requests_go_on_while_a_paper_is_made(admin: Caller, bus: Bus) -> None:
    bus.reads["intake.paper"] = {"kind": REFUSAL.kind, "number": "A2026-00001", "facts": dict(REFUSAL.facts)}
    making = eventlet.spawn(admin.get, f"/v1/applications/{CASE}/papers/refusal-decision.pdf")
    others = 0
    while not making.dead:
        eventlet.sleep(0.005)
        others += 1
    assert making.wait().status_code == 200
    assert others > 20


def test_a_paper_that_cannot_be_made_says_so_without_its_facts(
    admin: Caller, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus.reads["intake.paper"] = {"kind": REFUSAL.kind, "number": "A2026-00001", "facts": dict(REFUSAL.facts)}
    path = f"/v1/applications/{CASE}/papers/refusal-decision.pdf"
    for status, code, slug in ((press.ABSENT, 501, "papers-not-installed"), (1, 503, "paper-failed")):
        done = subprocess.CompletedProcess([], status, b"", "马秀云".encode())
        monkeypatch.setattr(press.subprocess, "run", lambda *_, done=done, **__: done)
        answer = admin.get(path)
        assert (answer.status_code, answer.json["type"]) == (code, f"/problems/{slug}")
        assert "马秀云" not in answer.get_data(as_text=True)


def test_without_the_extra_one_clear_line_says_what_to_install(tmp_path: Path) -> None:
    hide = "import sys; sys.modules['weasyprint'] = sys.modules['docxtpl'] = None; from gateway.papers import render; sys.exit(render.main())"
    for form in shelf.FORMS:
        order = f'{{"folder": "", "kind": "refusal_decision", "form": "{form}", "facts": {{}}}}'
        done = subprocess.run([sys.executable, "-c", hide], input=order.encode(), capture_output=True, timeout=60)
        assert done.returncode == press.ABSENT
        assert "pip install 'aidbus[reports]'" in done.stderr.decode()
        assert len(done.stderr.decode().splitlines()) == 1
