"""Which district is competent for an application (LA 38), by dated rules; pure.

Litigation belongs where the office that handles the case sits; other matters where they are handled or arose. A
city's own door is competent for all of its districts. The rules stand in ``data/competence.csv``.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from pathlib import Path

from contracts import terms
from services.intake.domain import tables

COLUMNS = ("form_of_aid", "basis", "article", "source", "since", "verified")


@dataclass(frozen=True)
class Rule:
    """What decides for a form of aid from a day on."""

    form_of_aid: str
    basis: str
    article: str
    since: dt.date


@functools.lru_cache(maxsize=4)
def rules(path: Path = tables.DATA / "competence.csv") -> tuple[Rule, ...]:
    """The rules, latest first; raises TableError with file and row."""
    found = tables.read(path, COLUMNS, _rule)
    if {one.form_of_aid for one in found} != set(terms.FORMS_OF_AID):
        raise tables.TableError(f"{path.name}: it must name {', '.join(terms.FORMS_OF_AID)}")
    return tuple(sorted(found, key=lambda one: one.since, reverse=True))


def _rule(row: tables.Row) -> Rule:
    if row["form_of_aid"] not in terms.FORMS_OF_AID or row["basis"] not in terms.COMPETENCE_BASES:
        raise ValueError("a form of aid and what decides for it are needed")
    if not row["source"] or not row["article"]:
        raise ValueError("no source")
    tables.yes_or_no(row["verified"])
    return Rule(row["form_of_aid"], row["basis"], row["article"], dt.date.fromisoformat(row["since"]))


def rule_for(form_of_aid: str, day: dt.date) -> Rule | None:
    """The rule of an application's day; None before there was one."""
    return next((one for one in rules() if one.form_of_aid == form_of_aid and one.since <= day), None)


def competent(rule: Rule | None, office: str | None, arose: str | None) -> tuple[str, ...]:
    """The districts that are competent; none: not known, or it does not matter."""
    if rule is None or rule.basis == "anywhere":
        return ()
    if rule.basis == "office":
        found = [office]
    elif rule.basis == "office_else_arose":
        found = [office or arose]
    else:
        found = [office, arose]
    return tuple(dict.fromkeys(district for district in found if district))


def outcome(rule: Rule | None, districts: tuple[str, ...], here: str | None) -> str:
    """``here``: the district of the door where the application lies; None for a door of the whole city."""
    if rule is not None and rule.basis == "anywhere":
        return "anywhere"
    if not districts:
        return "unknown"
    return "here" if here is None or here in districts else "elsewhere"
