"""``aidbus rules``: check rule sets, explain how one judges a case, show what changed between two."""

from __future__ import annotations

import datetime as dt
import json
import typing as t
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import click
import yaml

from chassis.errors import StartError
from services.intake.eligibility import SHIPPED, Judgement, RuleBook, RuleSet, RuleSetError, load_rule_set
from services.intake.eligibility.cells import read_rows
from services.intake.eligibility.document import read_yaml
from services.intake.eligibility.faults import Faults
from services.intake.eligibility.values import number

ANSWERS = ("value", "percent", "share", "below", "to", "source", "verified", "note")  # what no row is found by
FIGURES = ("value", "percent", "from", "below", "above", "to", "money")
OUTCOMES = {"eligible": "符合", "not_eligible": "不符合", "unknown": "未定"}
RESULTS = {
    "met": ("met", "成立"),
    "not_met": ("not met", "不成立"),
    "unknown": ("unknown", "未定"),
    "refer": ("a person decides", "由人决定"),
    "skipped": ("skipped", "免除"),
    "not_applicable": ("not applicable", "不适用"),
    "waived": ("waived", "不受限制"),
    "presumed": ("presumed", "视为成立"),
    "passported": ("passported", "凭救助认定"),
    "not_required": ("not required", "无需此条件"),
    "calculated": ("calculated", "已计算"),
    "holds": ("holds", "是"),
    "holds_not": ("does not hold", "否"),
    "open": ("open", "待定"),
    "noted": ("noted", "提示"),
}
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def rules() -> None:
    """Eligibility rules: check, explain, diff."""


@rules.command()
@click.argument("folder", type=FOLDER, default=SHIPPED)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(folder: Path, as_json: bool) -> None:
    """Check all rule sets below FOLDER (those shipped if absent), those of the jurisdiction or the one that it is."""
    try:
        sets = _sets(folder)
    except RuleSetError as error:
        if as_json:
            found = [{"file": str(fault.file), "row": fault.row, "text": fault.text} for fault in error.faults]
            click.echo(json.dumps({"faults": found}, ensure_ascii=False, indent=2))
        else:
            click.echo(str(error), err=True)
            click.echo(f"{len(error.faults)} to correct", err=True)
        raise SystemExit(1) from None
    rows = [_summary(one) for one in sets]
    if as_json:
        click.echo(json.dumps({"faults": [], "rule_sets": rows}, ensure_ascii=False, indent=2))
        return
    for row in rows:
        days = f"from {row['from']}" + (f" until {row['until']}" if row["until"] else "")
        doubt = f"; not verified yet: {', '.join(row['unverified'])}" if row["unverified"] else ""
        click.echo(f"{row['rule_set']}: {row['sections']} sections, in order, {days}{doubt}")
        if row["unread"]:
            click.echo(f"{row['rule_set']}: read by no expression: {', '.join(row['unread'])}")


def _summary(one: RuleSet) -> dict[str, t.Any]:
    unverified = [section.rule.key for section in one.sections if not section.rule.verified]
    return {
        "rule_set": one.key,
        "title": dict(one.title),
        "from": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "sections": len(one.sections),
        "inputs": list(one.inputs),
        "verified": one.verified,
        "unverified": unverified,
        "unread": list(one.unread),
    }


@rules.command()
@click.argument("folder", type=FOLDER, default=SHIPPED)
@click.option("--jurisdiction", default=None, help="Needed where FOLDER has several.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of the application; today if absent.")
@click.option("--given", type=click.File(encoding="utf-8"), default="-", help="Inputs as YAML or JSON; - reads stdin.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(folder: Path, jurisdiction: str | None, day: dt.datetime | None, given: t.TextIO, as_json: bool) -> None:
    """Judge one case and print the trail. Nothing is stored."""
    book = _book(folder, jurisdiction)
    known = sorted(book.by_jurisdiction)
    chosen = jurisdiction or (known[0] if len(known) == 1 else None)
    if chosen not in known:
        raise StartError(f"--jurisdiction is one of: {', '.join(known)}")
    on = day.date() if day else dt.datetime.now().astimezone().date()
    case, rule_set = _case(given), book.find(chosen, on)
    _refuse_objections(rule_set, case)
    judgement = book.judge(chosen, on, case)
    if as_json:
        click.echo(json.dumps(judgement.as_dict(), ensure_ascii=False, indent=2))
        return
    for line in explained(judgement):
        click.echo(line.rstrip())


def _case(given: t.TextIO) -> dict[str, t.Any]:
    try:
        case = read_yaml(given) or {}
    except (yaml.YAMLError, ValueError) as error:  # a day that there is not, or another encoding
        raise StartError(f"the case is not YAML in UTF-8: {error}") from None
    if not isinstance(case, dict):
        raise StartError("the case is a mapping of inputs to values")
    return case


def _refuse_objections(rule_set: RuleSet | None, case: Mapping[str, t.Any]) -> None:
    objections = rule_set.objections(case) if rule_set else {}
    if objections:
        lines = "\n".join(f"  {name}: {why}" for name, why in objections.items())
        raise StartError(f"the case does not fit {rule_set.key if rule_set else ''}:\n{lines}")


def explained(judgement: Judgement) -> t.Iterator[str]:
    """The trail for a person who reads it on a screen."""
    outcome, means = f"{judgement.outcome} {OUTCOMES[judgement.outcome]}", result_in_words(judgement.hardship)
    yield f"{judgement.rule_set or 'no rule set on that day'}: {outcome} (means: {means})"
    referred = {step.rule.key for step in judgement.steps if step.result == "refer"}
    for name in judgement.missing:
        what = "a person decides" if name in referred else "missing"
        yield f"  {what}: {name} ({_both(judgement.title_of(name))})"
    for one in judgement.not_worked_out():
        yield f"  {_both(one)}"
    for step in judgement.steps:
        doubt = "" if step.rule.verified else "  [not verified yet]"
        article, title = step.rule.article or "", _both(step.rule.title)
        result = _padded(result_in_words(step.result, step.by), 30)
        yield f"  {step.rule.key:<24} {result} {article:<14} {title}{doubt}"
        for name, value in judgement.figures_of(step).items():
            words = judgement.words_of(step, name, "en")
            yield f"      {name:<22} {judgement.shown(step, name, value):>20}{words and '  '}{words}"
        if step.compared:
            yield f"      {judgement.compared_in_words(step, 'en')}"
        if step.missing:
            yield f"      missing: {', '.join(sorted(step.missing))}"


def result_in_words(result: str, by: str | None = None) -> str:
    """``not applicable 不适用``; what was skipped names its exemption."""
    en, zh = RESULTS[result]
    return f"{en}{f' by {by}' * bool(by)} {zh}"


def _padded(text: str, width: int) -> str:
    """Chinese signs are two columns wide."""
    return text + " " * (width - len(text) - sum(unicodedata.east_asian_width(sign) in "WF" for sign in text))


def _both(title: Mapping[str, str]) -> str:
    return title["en"] if title["zh"] == title["en"] else f"{title['zh']} {title['en']}"


@rules.command()
@click.argument("before", type=FOLDER)
@click.argument("after", type=FOLDER)
@click.option("--given", type=click.File(encoding="utf-8"), default=None, help="A case: what each of them says of it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(before: Path, after: Path, given: t.TextIO | None, as_json: bool) -> None:
    """What changed from the rule set BEFORE to the rule set AFTER: rules, not lines."""
    old, new = _loaded(before), _loaded(after)
    changes = _changes(_described(before), _described(after))
    verdicts = {}
    if given is not None:
        case = _case(given)
        asked_by_one = set(old.inputs) ^ set(new.inputs)
        for folder, rule_set in ((before, old), (after, new)):
            known = {name: case[name] for name in case if name in rule_set.inputs or name not in asked_by_one}
            _refuse_objections(rule_set, known)
            name = rule_set.key if old.key != new.key else str(folder)  # a set beside a changed copy of it
            verdicts[name] = rule_set.judge(known, rule_set.since).outcome
    if as_json:
        click.echo(json.dumps({"changes": changes, "outcomes": verdicts}, ensure_ascii=False, indent=2))
        return
    for change in changes:
        click.echo(f"{change['what']}:")
        for sign, side in (("-", "before"), ("+", "after")):
            if change[side] is not None:
                click.echo(f"  {sign} {change[side]}")
    if not changes:
        click.echo("the same rules")
    for name, outcome in verdicts.items():
        click.echo(f"{name} says: {outcome}")


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[dict[str, str | None]]:
    return [
        {"what": name, "before": old.get(name), "after": new.get(name)}
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _described(folder: Path) -> dict[str, str]:
    """Every input, standard, section and table row of a set, by name, in one line each."""
    document = read_yaml((folder / "rules.yaml").read_text(encoding="utf-8-sig"))
    head = ("from", "until", "title", "source", "verified", "currency", "digits", "rounding", "periods")
    found = {key: _line(document.get(key)) for key in head}
    for group in ("inputs", "standards", "tables"):
        found |= {f"{group}.{name}": _line(_with_figures(value)) for name, value in (document.get(group) or {}).items()}
    for section in document["sections"]:
        found[f"section {section['section']}"] = _line(section)
    found["order of the sections"] = " > ".join(section["section"] for section in document["sections"])
    for name, table in (document.get("tables") or {}).items():
        found |= _rows_of(name, table, folder)
    return {name: line for name, line in found.items() if line != "null"}


def _with_figures(declared: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {key: _as_number(value, key) for key, value in declared.items()}


def _rows_of(name: str, table: Mapping[str, t.Any], folder: Path) -> dict[str, str]:
    """The rows of a table by what they answer to: ``poverty_line mainland,2``; CSV and XLSX alike."""
    sheet = read_rows(folder / (table.get("file") or f"{name}.csv"), Faults())
    keys = [column for column in sheet.columns if column not in ANSWERS]
    rows = [{column: _as_number(row.cells[column], column) for column in sheet.columns} for row in sheet.rows]
    return {f"{name} {','.join(row[key] for key in keys)}".rstrip(): ",".join(row.values()) for row in rows}


def _as_number(written: t.Any, key: str) -> t.Any:
    """A figure in one form, so that ``1,132.50`` beside ``1132.5``, or ``12.5%`` beside ``12.5``, is no change."""
    if key not in FIGURES:
        return written
    try:
        exact = number(str(written).removesuffix("%"))
    except ValueError:  # an open end, `more`: as it stands
        return written
    return f"{Decimal(exact.numerator) / exact.denominator:f}"


def _line(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _loaded(folder: Path) -> RuleSet:
    try:
        return load_rule_set(folder)
    except RuleSetError as error:
        raise StartError(f"rule set is refused:\n{error}") from None


def _sets(folder: Path, jurisdiction: str | None = None) -> list[RuleSet]:
    """Those of a folder of jurisdictions, of a jurisdiction's own folder, or the one set that the folder holds."""
    if (folder / "rules.yaml").exists():
        return [load_rule_set(folder)]
    if next(folder.glob("*/rules.yaml"), None) and not next(folder.glob("*/*/rules.yaml"), None):
        folder, jurisdiction = folder.resolve().parent, folder.resolve().name
    chosen = jurisdiction if jurisdiction and (folder / jurisdiction).is_dir() else "*"
    return [one for sets in RuleBook.load(folder, chosen).by_jurisdiction.values() for one in sets]


def _book(folder: Path, jurisdiction: str | None) -> RuleBook:
    try:
        return RuleBook(_sets(folder, jurisdiction))
    except RuleSetError as error:
        raise StartError(f"rule sets are refused:\n{error}") from None
