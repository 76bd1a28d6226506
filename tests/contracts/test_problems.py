"""Every way of saying no stands in the catalogue, in both languages, with all that its words need."""

from __future__ import annotations

import ast
import re
import string
import typing as t
from pathlib import Path

import pytest

from contracts.problems import PROBLEMS, Problem

ROOT = Path(__file__).resolve().parents[2]
REFUSALS = {"Rejected", "Refused", "problem_document"}
CHINESE = re.compile("[一-鿿]")


class Refusal(t.NamedTuple):
    """One place in the code that says no; ``params`` is None where they are not written out.

    ``texts``: the parameters whose values stand in the code.
    """

    place: str
    slug: str
    params: frozenset[str] | None
    texts: t.Mapping[str, str]


def refusals() -> t.Iterator[Refusal]:
    for folder in ("chassis", "services", "gateway"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in REFUSALS and node.args:
                    yield from _read(node, f"{path.relative_to(ROOT)}:{node.lineno}")


def _read(node: ast.Call, place: str) -> t.Iterator[Refusal]:
    first = node.args[0]
    slugs = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    names = [keyword.arg for keyword in node.keywords]
    if len(node.args) > 1 and isinstance(node.args[1], ast.Dict):
        names += [str(key.value) for key in node.args[1].keys if isinstance(key, ast.Constant)]
    known = None if None in names else frozenset(name for name in names if name)
    texts = {
        str(one.arg): one.value.value
        for one in node.keywords
        if isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
    }
    for slug in slugs:
        if isinstance(slug, ast.Constant):
            yield Refusal(place, str(slug.value), known, texts)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def english_only() -> t.Iterator[str]:
    """Where a refusal gives a reason in words, and not as ``{"zh", "en"}`` or a key of a table."""
    for folder in ("chassis", "services", "gateway"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in REFUSALS:
                    yield from (f"{path.relative_to(ROOT)}:{node.lineno}" for one in node.keywords if _is_words(one))


def _is_words(keyword: ast.keyword) -> bool:
    value = keyword.value
    if keyword.arg not in ("why", "reason"):
        return False
    said = isinstance(value, ast.Call) and _name(value.func) in ("str", "repr")
    return said or isinstance(value, ast.JoinedStr | ast.Constant)


ALL = list(refusals())
SAID_OTHERWISE = {"bad-request", "address-too-long", "headers-too-large", "held"}  # by the HTTP server; a dead letter


def test_every_refusal_of_the_code_is_in_the_catalogue() -> None:
    unknown = [f"{one.place} {one.slug}" for one in ALL if one.slug not in PROBLEMS]
    assert not unknown


def test_every_refusal_gives_what_its_words_need() -> None:
    wanting = []
    for one in ALL:
        needed = _parameters(PROBLEMS[one.slug].detail_en)
        if one.params is not None and not needed <= one.params:
            wanting.append(f"{one.place} {one.slug}: {', '.join(sorted(needed - one.params))}")
    assert not wanting


@pytest.mark.slow
def test_no_refusal_gives_its_reason_in_one_language_only() -> None:
    both_in_one = "gateway/requests.py"  # what gateway/body.py says holds both languages
    assert [place for place in english_only() if not place.startswith(both_in_one)] == []


def test_every_problem_of_the_catalogue_is_met_somewhere() -> None:
    assert set(PROBLEMS) - {one.slug for one in ALL} - SAID_OTHERWISE == set()


@pytest.mark.parametrize("slug", PROBLEMS)
def test_a_problem_speaks_both_languages_and_says_the_same_in_them(slug: str) -> None:
    problem: Problem = PROBLEMS[slug]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)
    assert 400 <= problem.status <= 599
    for english, chinese in ((problem.title_en, problem.title_zh), (problem.detail_en, problem.detail_zh)):
        assert english
        assert not CHINESE.search(english)
        assert CHINESE.search(chinese)
    assert _parameters(problem.detail_en) == _parameters(problem.detail_zh)


def _parameters(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
