"""What the documents point at is there: files, tests by their names, options, metrics, failpoints."""

import dataclasses
import re
from pathlib import Path

import pytest

from chassis import failpoints, metrics
from chassis.settings import PREFIX, PlatformSettings

ROOT = Path(__file__).resolve().parents[3]
LEFT_OUT = {".venv", "var", ".git"}
PAGES = sorted(page for page in ROOT.glob("**/*.md") if not LEFT_OUT & set(page.relative_to(ROOT).parts))
WRITTEN_BY_A_RUN = {"results/latest.json"}
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = set(LINK.findall(text)) - WRITTEN_BY_A_RUN
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_proof_that_the_architecture_names_is_a_test() -> None:
    named = TEST.findall((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    assert [(file, name) for file, name in named if f"def {name}(" not in (ROOT / file).read_text()] == []


def test_the_page_of_the_chassis_lists_every_metric_and_failpoint() -> None:
    page = (ROOT / "chassis" / "README.md").read_text(encoding="utf-8")
    assert [name for name in [*metrics.CATALOGUE, *failpoints.CATALOGUE] if f"`{name}`" not in page] == []


def test_the_page_of_the_chassis_tells_every_option_with_its_default_and_meaning() -> None:
    page = (ROOT / "chassis" / "README.md").read_text(encoding="utf-8")
    rows = []
    for item in dataclasses.fields(PlatformSettings):
        default = str(item.default).lower() if isinstance(item.default, bool) else item.default
        shown = "empty" if default == "" else f"`{default}`"
        rows.append(f"| `{PREFIX}{item.name.upper()}` | {shown} | {item.metadata['doc']} |")
    assert [row for row in rows if row not in page] == []


def test_the_page_of_the_chassis_names_every_module() -> None:
    page = (ROOT / "chassis" / "README.md").read_text(encoding="utf-8")
    modules = {module.name for module in (ROOT / "chassis").glob("*.py")} - {"__init__.py", "__main__.py"}
    assert [name for name in sorted(modules) if f"({name})" not in page and not name.startswith("embedded_")] == []
