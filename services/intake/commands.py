"""``aidbus rules``: check rule sets, explain how one judges a case, show what changed between two.

``aidbus rotate-data``: bring stored personal data under the newest key.
"""

from __future__ import annotations

import datetime as dt
import json
import typing as t
from collections.abc import Mapping
from pathlib import Path

import click
import yaml

from chassis.database import Database
from chassis.errors import StartError
from chassis.settings import load
from services.intake import rotation
from services.intake.eligibility import SHIPPED, RuleBook, RuleSet, RuleSetError, load_rule_set
from services.intake.settings import IntakeSettings


@click.command(name="rotate-data")
def rotate_data() -> None:
    """Seal stored personal data anew with the first of AIDBUS_DATA_KEYS; the service may run meanwhile."""
    settings = load(IntakeSettings)
    vault, database = settings.vault, Database(settings.database_for("intake"))
    try:
        for model, columns in rotation.sealed_models().items():
            changed, after = 0, None
            while True:
                with database.session() as session:
                    done, after = rotation.rotate_batch(session, vault, model, columns, after)
                changed += done
                if after is None:
                    break
            click.echo(f"{model.__tablename__}: {changed} rows sealed anew")
    finally:
        database.close()


@click.group()
def rules() -> None:
    """Eligibility rules: check, explain, diff."""


@rules.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=SHIPPED)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(folder: Path, as_json: bool) -> None:
    """Check all rule sets below FOLDER (those shipped if absent), or the one that FOLDER is."""
    try:
        sets = _sets(folder)
    except RuleSetError as error:
        if as_json:
            found = [{"file": str(fault.file), "row": fault.row, "text": fault.text} for fault in error.faults]
            click.echo(json.dumps({"faults": found}, ensure_ascii=False, indent=2))
        else:
            click.echo(str(error), err=True)
        raise SystemExit(1) from None
    rows = [{"rule_set": one.key, "sections": len(one.sections), "verified": one.verified} for one in sets]
    if as_json:
        click.echo(json.dumps({"faults": [], "rule_sets": rows}, indent=2))
        return
    for row in rows:
        click.echo(f"{row['rule_set']}: {row['sections']} sections, in order")


@rules.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=SHIPPED)
@click.option("--jurisdiction", default="henan", show_default=True)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of the application; today if absent.")
@click.option("--given", type=click.File(encoding="utf-8"), default="-", help="Inputs as YAML or JSON; - reads stdin.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(folder: Path, jurisdiction: str, day: dt.datetime | None, given: t.TextIO, as_json: bool) -> None:
    """Judge one case and print the trail. Nothing is stored."""
    try:
        inputs = yaml.safe_load(given) or {}
    except yaml.YAMLError as error:
        raise StartError(f"the case is not YAML: {error}") from None
    if not isinstance(inputs, dict):
        raise StartError("the case is a mapping of inputs to values")
    chosen = _book(folder)
    on = day.date() if day else dt.datetime.now().astimezone().date()
    rule_set = chosen.find(jurisdiction, on)
    unknown = sorted(set(inputs) - set(rule_set.inputs)) if rule_set else []
    if unknown:
        raise StartError(f"{rule_set.key if rule_set else ''} has no input {', '.join(unknown)}")
    judged = chosen.judge(jurisdiction, on, inputs).as_dict()
    if as_json:
        click.echo(json.dumps(judged, ensure_ascii=False, indent=2))
        return
    _print(judged)


def _print(judged: Mapping[str, t.Any]) -> None:
    click.echo(f"{judged['rule_set']}: {judged['outcome']} (means: {judged['hardship']})")
    for name in judged["missing"]:
        click.echo(f"  missing: {name['name']} ({name['en']})")
    for step in judged["trail"]:
        figures = ", ".join(f"{name} {value}" for name, value in step["figures"].items())
        limit = f", {step['figure']} against {step['limit']}" if step["limit"] is not None else ""
        click.echo(f"  {step['section']:<24} {step['result']:<15} {step['article'] or ''} {figures}{limit}".rstrip())


@rules.command()
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, file_okay=False, path_type=Path))
def diff(before: Path, after: Path) -> None:
    """What changed from the rule set BEFORE to the rule set AFTER: rules, not lines."""
    old, new = _described(before), _described(after)
    same = True
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) == new.get(name):
            continue
        same = False
        click.echo(f"{name}:")
        for sign, value in (("-", old.get(name)), ("+", new.get(name))):
            if value is not None:
                click.echo(f"  {sign} {value}")
    if same:
        click.echo("the same rules")


def _described(folder: Path) -> dict[str, str]:
    """Every input, standard, section and table row of a set, by name, in one line each."""
    try:
        load_rule_set(folder)
    except RuleSetError as error:
        raise StartError(f"rule set is refused:\n{error}") from None
    document = yaml.safe_load((folder / "rules.yaml").read_text(encoding="utf-8"))
    found = {key: _line(document.get(key)) for key in ("from", "until", "source", "rounding", "periods")}
    for group in ("inputs", "standards", "tables"):
        found |= {f"{group}.{name}": _line(value) for name, value in (document.get(group) or {}).items()}
    for section in document["sections"]:
        found[f"section {section['section']}"] = _line(section)
    for file in sorted(folder.glob("*.csv")):
        lines = [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
        found |= {f"{file.name} {line.rpartition(',')[0] or line}": line for line in lines[1:]}
    return {name: line for name, line in found.items() if line != "null"}


def _line(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _sets(folder: Path) -> list[RuleSet]:
    if (folder / "rules.yaml").exists():
        return [load_rule_set(folder)]
    return [one for sets in RuleBook.load(folder).by_jurisdiction.values() for one in sets]


def _book(folder: Path) -> RuleBook:
    try:
        return RuleBook(_sets(folder))
    except RuleSetError as error:
        raise StartError(f"rule sets are refused:\n{error}") from None
