"""What the rules ask, and what they say of a case that nobody has filed."""

from __future__ import annotations

import typing as t

from chassis.errors import Rejected
from chassis.work import Read
from services.intake.competence import here
from services.intake.domain.circumstances import circumstances, unusable
from services.intake.eligibility import RuleSet
from services.intake.eligibility.ruleset import DAY, NOTHING, RANGED
from services.intake.pages import Answer, Params
from services.intake.people import as_day


def eligibility_check(read: Read, params: Params) -> Answer:
    """What the rules of a day say of a case that nobody has filed; nothing is stored.

    ``figures`` are inputs of the rule set by name; what these rules cannot use is refused, so that a misspelled name
    is not taken for something unknown.
    """
    day = as_day(params.get("applied_on")) or read.today()
    jurisdiction, book = _jurisdiction(read, params), read.settings.rule_book
    rules = book.find(jurisdiction, day)
    for pointer, name, why in unusable(rules, params, None, day) if rules else ():
        raise Rejected("unusable-figure", pointer=pointer, name=name, why=why)
    form = {**params, "station_district": here(read.session, read.principal)}
    case = {"age": params.get("age")} | circumstances(form, None, day)
    return t.cast(Answer, book.judge(jurisdiction, day, case).as_dict())


def eligibility_rules(read: Read, params: Params) -> Answer:
    """The rule set in force on a day: its inputs, so that a front end can ask for them, and its sections."""
    day, jurisdiction = as_day(params.get("day")) or read.today(), _jurisdiction(read, params)
    book = read.settings.rule_book
    rules = book.find(jurisdiction, day)
    if rules is None:
        raise Rejected(
            "unknown-jurisdiction", jurisdiction=jurisdiction, day=day, known=", ".join(book.by_jurisdiction)
        )
    currency, digits = rules.money
    return {
        "rule_set": rules.key,
        "jurisdiction": rules.jurisdiction,
        "jurisdictions": sorted(book.by_jurisdiction),
        "title": dict(rules.title),
        "source": rules.source,
        "since": rules.since.isoformat(),
        "until": rules.until.isoformat() if rules.until else None,
        "verified": rules.verified,
        "currency": currency,
        "digits": digits,
        "inputs": _inputs(rules),
        "sections": [_section(section.rule) for section in rules.sections],
    }


def _jurisdiction(read: Read, params: Params) -> str:
    asked = params.get("jurisdiction") or read.settings.jurisdiction
    known = read.settings.rule_book.by_jurisdiction
    if asked not in known:
        day = params.get("applied_on") or params.get("day") or read.today()
        raise Rejected(
            "unknown-jurisdiction", pointer="/jurisdiction", jurisdiction=asked, day=day, known=", ".join(known)
        )
    return str(asked)


def _inputs(rules: RuleSet) -> list[Answer]:
    return [
        {
            "name": item.name,
            "type": item.type,
            "title": dict(item.title),
            "terms": list(item.terms),
            "per": item.per,
            "min": item.least if item.type in RANGED else None,
            "max": item.most,
            "needed": item.default is NOTHING and item.name != DAY,
        }
        for item in rules.inputs.values()
    ]


def _section(rule: t.Any) -> Answer:
    return {
        "section": rule.key,
        "kind": rule.kind,
        "title": dict(rule.title),
        "article": rule.article,
        "source": rule.source,
        "since": rule.since.isoformat(),
        "verified": rule.verified,
    }
