"""Reads a rule set from its folder and checks it whole: what cannot be judged safely is refused with file and row."""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from services.intake.eligibility import values
from services.intake.eligibility.document import Part, parse
from services.intake.eligibility.expressions import RESERVED, Compiler
from services.intake.eligibility.faults import Faults
from services.intake.eligibility.functions import own_functions
from services.intake.eligibility.judgement import Text
from services.intake.eligibility.kinds import Kind
from services.intake.eligibility.load_sections import LATER, SectionReader
from services.intake.eligibility.ruleset import DAY, NOTHING, PAID, RANGED, Input, RuleSet
from services.intake.eligibility.tables import Table, TableShape, read_table

INPUT_TYPES = ("money", "amounts", "count", "flag", "term", "terms", "text", "date")
WITH_THE_APPLICANT = ("household", "household_size", "family_size")  # inputs that count at least one person
KEYS = ("term", "flag", "count", "text")  # types of inputs that a table's rows are found by
CURRENCY = re.compile(r"[A-Z]{3}")
UNITS = ("money", "count", "percent")


def load_rule_set(folder: Path) -> RuleSet:
    """The rule set in ``folder`` (``rules.yaml`` and its tables); raises RuleSetError with every fault found."""
    faults = Faults()
    loaded = _Loader(folder, faults).load()
    faults.refuse()
    assert loaded is not None
    return loaded


class _Loader:
    def __init__(self, folder: Path, faults: Faults) -> None:
        self.folder, self.faults = folder, faults
        self.file = folder / "rules.yaml"
        self.names: dict[str, Text] = {}
        self.kinds: dict[str, Kind] = {}
        self.units: dict[str, str] = {}  # of figures that the trail may show
        self.unverified: set[str] = set()
        self.since: dt.date | None = None

    def load(self) -> RuleSet | None:
        document = parse(self.file, self.faults)
        if document is None:
            return None
        top = Part(document, self.file, self.faults)
        if str(top.take("format", (int, str), what="1")) != "1":
            top.say("'format' must be 1: another one is not known here", "format")
        since, until = top.date("from"), top.date("until", None)
        self.since = since
        title, source = top.text("title"), top.take("source", str)
        verified = bool(top.take("verified", bool))
        currency, digits = top.take("currency", str, "CNY"), top.take("digits", int, 2)
        self.rounding = top.choice("rounding", values.ROUNDINGS, "half_up")
        self.digits = digits if digits in range(5) else 2
        if digits != self.digits:
            top.say("'digits' must be from 0 to 4", "digits")
        if not CURRENCY.fullmatch(currency):
            top.say("'currency' must be the three letters of ISO 4217, such as EUR", "currency")
        self.periods = self._periods(top)
        inputs = self._inputs(top)
        standards = self._standards(top, inputs)
        tables = self._tables(top, inputs, verified)
        jurisdiction = top.take("jurisdiction", str)
        self._check_place(top, jurisdiction, since, until)
        own = own_functions(self.rounding, self.periods)
        compiler = Compiler(tables, own, {name: item.kind for name, item in inputs.items()}, self.periods)
        reader = SectionReader(compiler, self.kinds, self.names, self.unverified)
        sections = reader.read(top, source or "", since or dt.date.min, verified)
        self.units |= reader.units
        top.finish()
        return RuleSet(
            jurisdiction=jurisdiction or "",
            since=since or dt.date.min,
            until=until,
            title=title or {},
            source=source or "",
            verified=verified,
            money=(currency, self.digits),
            rounding=self.rounding,
            periods=self.periods,
            inputs=inputs,
            standards=standards,
            sections=sections,
            names=self.names,
            units=self.units,
        )

    def _check_place(self, top: Part, jurisdiction: str | None, since: dt.date | None, until: dt.date | None) -> None:
        """A folder is named by the first day of its rules, inside one named by the jurisdiction."""
        if since and self.folder.name != since.isoformat():
            top.say(f"'from' is {since}, but the folder is named {self.folder.name}", "from")
        if jurisdiction and self.folder.parent.name != jurisdiction:
            top.say(f"the folder above is named {self.folder.parent.name}", "jurisdiction")
        if since and until and until < since:
            top.say("'until' lies before 'from'", "until")

    def _periods(self, top: Part) -> Mapping[str, Fraction]:
        """How many of a period make a year, where the law counts otherwise than the usual 52, 26, 13, 12."""
        periods = dict(values.PERIODS)
        given = top.take("periods", dict, None, "a mapping of period to number a year") or {}
        for name, number in given.items():
            if name == "year":
                top.say("periods: year: a year is one year", "periods")
                continue
            try:
                periods[name] = values.ratio(number)
                if periods[name] <= 0:
                    raise ValueError("must be more than 0")
            except ValueError as error:
                top.say(f"periods: {name}: {error}", "periods")
        return periods

    def _declare(self, part: Part, name: str, kind: Kind | None, title: Text | None) -> None:
        """``kind``: None where the name is called and is not a value."""
        part.name(name, {*RESERVED, *self.names})
        if kind is not None:
            self.kinds[name] = kind
        self.names[name] = title or {"zh": name, "en": name}

    def _inputs(self, top: Part) -> dict[str, Input]:
        inputs: dict[str, Input] = {}
        for name, part in top.parts("inputs"):
            kind = part.choice("type", INPUT_TYPES)
            title = part.text("title", None) or {"zh": name, "en": name}
            terms = part.strings("terms", ...) if kind in ("term", "terms") else part.strings("terms", None)
            if kind in ("term", "terms") and part.node.get("terms") == []:
                part.say("'terms' is empty", "terms")
            if name == DAY and kind != "date":
                part.say(f"{DAY!r} is the day of the application: type date", "type")
            per = part.choice("per", tuple(self.periods), None)
            if per and kind not in PAID:
                part.say("only money has a period", "per")
            part.taken.add("default")
            default = part.node.get("default", NOTHING)
            least, most = self._range(part, name, kind)
            ratios = values.ratios(per, self.periods)
            item = Input(name, kind or "text", title, terms, per, default, ratios, least, most)
            if default is not NOTHING:
                try:
                    item.read(default, self.rounding)
                except ValueError as error:
                    part.say(f"default: {error}", "default")
            part.finish()
            self._declare(part, name, item.kind, title)
            self.units[name] = "money" if kind in PAID else "count"
            inputs[name] = item
        return inputs

    def _range(self, part: Part, name: str, kind: str | None) -> tuple[int, int | None]:
        """The least and the most that a value may be; a household has at least one person if nothing else is said."""
        said = [end for end in ("min", "max") if part.node.get(end) is not None]
        if said and kind in INPUT_TYPES and kind not in RANGED:
            part.say("only money and count have a range", said[0])
        usual = int(kind == "count" and name in WITH_THE_APPLICANT and part.node.get("default", 1) != 0)
        least, most = part.take("min", int, usual), part.take("max", int, None)
        if least < 0:
            part.say("'min' must be 0 or more", "min")
        if most is not None and most < least:
            part.say("'min' is above 'max'", "max")
        return least, most

    def _since(self, part: Part) -> None:
        """The day since when a figure of the law holds: what begins later needs a set of its own."""
        since = part.date("from", None)
        if since and self.since and since > self.since:
            part.say(LATER, "from")

    def _standards(self, top: Part, inputs: Mapping[str, Input]) -> dict[str, int | float]:
        """Named figures of the law: ``{money: 8000}``, ``{count: 60}`` or ``{percent: 12.5}``."""
        standards: dict[str, int | float] = {}
        for name, part in top.parts("standards", None):
            found = [unit for unit in UNITS if part.node.get(unit) is not None]
            part.taken.update(UNITS)
            if len(found) != 1:
                part.say(f"a standard has one of {', '.join(UNITS)}")
            for unit in found[:1]:
                self.units[name] = unit
                try:
                    standards[name] = self._value(unit)(part.node[unit])
                except ValueError as error:
                    part.say(str(error), unit)
            title = part.text("title", None)
            for key in ("article", "source"):
                part.take(key, str, None)
            self._since(part)
            if part.take("verified", bool, True) is False:
                self.unverified.add(name)
            part.finish()
            whole = isinstance(standards.get(name, 1), int)
            self._declare(part, name, Kind("amount" if whole else "percentage", of=name), title)
        return standards

    def _tables(self, top: Part, inputs: Mapping[str, Input], verified: bool) -> dict[str, Table]:
        tables: dict[str, Table] = {}
        for name, part in top.parts("tables", None):
            before = len(self.faults.found)
            unit = part.choice("unit", UNITS)
            per, band = part.take("per", str, None), part.take("band", str, None)
            if per and band:
                part.say("a table has 'per' (household sizes) or 'band' (ranges), not both")
            band_unit = part.choice("band_unit", UNITS, "money")
            title = part.text("title", None) or {"zh": name, "en": name}
            file = part.take("file", str) or f"{name}.csv"
            if Path(file).name != file:
                part.say(
                    "'file' stands beside rules.yaml: its name alone, so that no other set changes with it", "file"
                )
            by, closed = part.strings("by", None), part.strings("closed", None)
            for column in [column for column in by if column in inputs and inputs[column].type not in KEYS]:
                part.say(f"{column!r} is of type {inputs[column].type}: 'by' has {', '.join(KEYS)}", "by")
            for column in [column for column in closed if column not in by]:
                part.say(f"{column!r} is not one of the columns of 'by'", "closed")
            shape = TableShape(
                name=name,
                file=self.folder / Path(file).name,
                by=by,
                closed=closed,
                per=per,
                band=band,
                parse_value=self._value(unit),
                parse_number=self._money if band_unit == "money" else values.whole,
                rounding=self.rounding,
                verified=bool(part.take("verified", bool, verified)),
                title=title,
                terms={column: _terms(inputs[column]) for column in by if column in inputs and _terms(inputs[column])},
                counts={
                    column: (inputs[column].least, inputs[column].most)
                    for column in by
                    if column in inputs and inputs[column].type == "count"
                },
            )
            for key in ("article", "source"):
                part.take(key, str, None)
            self._since(part)
            part.finish()
            self._declare(part, name, None, title)
            if len(self.faults.found) == before:
                tables[name] = read_table(shape, self.faults)
            else:  # what its rows would be held to is not known
                tables[name] = replace(read_table(shape, Faults()), complete=False)
        return tables

    def _value(self, unit: str | None) -> t.Callable[[t.Any], int | float]:
        """How a figure of the law is read."""
        return partial(values.figure, {"money": self._money, "percent": values.percent}.get(unit or "", values.whole))

    def _money(self, text: t.Any) -> int:
        return values.money(text, self.digits)


def _terms(item: Input) -> tuple[str, ...]:
    return ("true", "false") if item.type == "flag" else item.terms
