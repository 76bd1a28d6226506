"""Files of words beside the templates: the letterhead of every paper, and what the half-year report says.

Guarantee: a file with an unknown line, an unknown variable, or without one that a line must name is refused whole, by
its name and that of the line, before anything is made from it.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import yaml

LANGUAGES = ("zh", "en")
#: Lines of the report -> the variables that they must name; without them it would not say what it is about.
MUST = {"subtitle": ("from", "to"), "of_organization": ("organization",), "suspended_lawyers": ("count",)}
#: Paragraphs that the shipped report does not have, and may name what its head does.
OWN_PARAGRAPHS = {
    "opening": ("from", "to", "center", "drawn_up_on"),
    "closing": ("from", "to", "center", "drawn_up_on"),
}
ReportWords = Mapping[str, Mapping[str, str]]


class BadTemplate(ValueError):
    """A template or file of words cannot be used; the text names the file and what is wrong with it."""


@cache
def letterhead(path: Path) -> dict[str, str]:
    """One line for each name; raises BadTemplate."""
    document = _read(path)
    if not all(isinstance(value, str) for value in document.values()):
        raise BadTemplate(f"{path.name}: one line for each name, with words behind it")
    return document


def report(shipped: Path, own: Path | None = None) -> ReportWords:
    """What the report says in both languages: the shipped lines, and in their place those of a center's own file.

    A line of the own file may be in one language alone. Raises BadTemplate.
    """
    lines: dict[str, dict[str, str]] = _read(shipped)
    if own is None or own == shipped:
        return lines
    known = {name: _variables(own.name, name, words["zh"]) for name, words in lines.items()} | {
        name: set(variables) for name, variables in OWN_PARAGRAPHS.items()
    }
    found = dict(lines)
    for name, words in _read(own).items():
        if name not in known:
            raise BadTemplate(f"{own.name}: unknown {name}; known: {', '.join(known)}")
        if not isinstance(words, dict) or not words or not all(isinstance(text, str) for text in words.values()):
            raise BadTemplate(f"{own.name}, {name}: words behind zh or en, such as {name}: {{zh: …, en: …}}")
        for language, text in words.items():
            if language not in LANGUAGES:
                raise BadTemplate(f"{own.name}, {name}: unknown {language}; known: {', '.join(LANGUAGES)}")
            _check(own.name, f"{name} ({language})", text, known[name], MUST.get(name, ()))
        found[name] = {**lines[name], **words}
    return found


def _check(file: str, line: str, text: str, known: set[str], must: tuple[str, ...]) -> None:
    named = _variables(file, line, text)
    if unknown := sorted(named - known):
        says = f"known: {', '.join(sorted(known))}" if known else "this line has none"
        raise BadTemplate(f"{file}, {line}: unknown {', '.join(f'{{{one}}}' for one in unknown)}; {says}")
    if wanting := [one for one in must if one not in named]:
        raise BadTemplate(f"{file}, {line}: it must name {', '.join(f'{{{one}}}' for one in wanting)}")


def _variables(file: str, line: str, text: str) -> set[str]:
    """The names in braces; nothing but a name may stand there."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise BadTemplate(f"{file}, {line}: a brace without its twin; {{{{ stands for a brace itself") from None
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise BadTemplate(f"{file}, {line}: nothing but a name may stand between braces")
    return {name for _, name, _, _ in parts if name is not None}


def _read(path: Path) -> dict[str, t.Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise BadTemplate(f"{path.name}{where}: {getattr(error, 'problem', None) or 'no YAML'}") from None
    except (OSError, ValueError) as error:
        raise BadTemplate(f"{path.name}: {type(error).__name__}") from None
    if not isinstance(document, dict):
        raise BadTemplate(f"{path.name}: one line for each name, with words behind it")
    return document
