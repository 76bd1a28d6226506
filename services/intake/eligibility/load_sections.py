"""Reads the sections of a rule set in order, so that each sees only inputs, standards and figures above it."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping

from services.intake.eligibility.amounts import (
    OF,
    Amount,
    Condition,
    Deduction,
    Deductions,
    Disregard,
    Disregards,
)
from services.intake.eligibility.document import Part
from services.intake.eligibility.expressions import RESERVED, Compiler, Expression
from services.intake.eligibility.judgement import EXEMPTIONS, Rule, Text
from services.intake.eligibility.kinds import Kind
from services.intake.eligibility.sections import COMPARISONS, Exempt, Note, Require, Section, Test
from services.intake.eligibility.tables import Table

OTHERWISE = {"not_eligible": "not_met", "refer": "refer"}
LATER = "'from' lies after the first day of these rules: what begins later needs a folder of its own"
KINDS = ("require", "exempt", "test", "amount", "condition", "deductions", "disregards", "note")


class SectionReader:
    """One pass over ``sections``. ``kinds`` grows by each figure that a section makes.

    ``unverified``: standards whose text nobody has read; what rests on one of them is not verified either.
    """

    def __init__(
        self, compiler: Compiler, kinds: dict[str, Kind], names: dict[str, Text], unverified: t.Collection[str]
    ) -> None:
        self.compiler, self.kinds, self.names = compiler, kinds, names
        self.keys: dict[str, Part] = {}
        self.judged: set[str] = set()
        self.skips: list[tuple[str, Part, tuple[str, ...]]] = []
        self.unverified = set(unverified)
        self.units: dict[str, str] = {}
        self.part_titles: dict[str, Text] = {}

    def read(self, top: Part, source: str, since: dt.date, verified: bool) -> tuple[Section, ...]:
        sections = []
        for part in top.items("sections"):
            section = self._section(part, source, since, verified)
            if section is not None:
                sections.append(section)
        self._check_skips()
        for name, title in self.part_titles.items():
            self.names.setdefault(name, title)
        if not self.judged:
            top.say("no section judges anything: at least one 'require' or 'test' is needed", "sections")
        return tuple(sections)

    def _section(self, part: Part, source: str, since: dt.date, verified: bool) -> Section | None:
        key, kind = part.take("section", str), part.choice("kind", KINDS)
        if key is None or kind not in KINDS:
            return None
        part.name(key, {*self.keys, *self.names, *RESERVED}, "section")
        title = part.text("title") or {"zh": key, "en": key}
        article, said_source = part.take("article", str, None), part.take("source", str, source)
        first, known = part.date("from", since), part.take("verified", bool, verified)
        if first and first > since > dt.date.min:
            part.say(LATER, "from")
        note, applies = part.text("note", None), self._expression(part, "applies", bool, key, None)
        before = len(part.faults.found)
        made = getattr(self, f"_{kind}")(part, key)
        part.finish()
        self.keys[key] = part
        if kind in ("amount", "deductions", "disregards"):
            self.kinds[key] = Kind("amount", of=key)
            self.units[key] = (made or {}).get("unit", "money")
        if kind == "condition":
            self.kinds[key] = Kind("condition", of=key)
        if key not in self.kinds:
            self.compiler.figureless.add(key)
        self.names[key] = title
        if made is None or len(part.faults.found) > before:
            return None
        known = known and self._rests_on_verified([applies, *made.values()])
        if not known:
            self.unverified.add(key)
        rule = Rule(key, kind, title, article, said_source, first, bool(known), note)
        return t.cast(Section, made.pop("class")(rule=rule, applies=applies, **made))

    def _expression(self, part: Part, name: str, wanted: type, key: str, default: t.Any = ...) -> t.Any:
        source = part.take(name, (str, int, bool), default, "an expression")
        if source is None:
            return None
        text = str(source).lower() if isinstance(source, bool) else str(source)
        return self.compiler.compile(text, wanted, self.kinds, key, part.sayer(name))

    def _expressions(self, part: Part, name: str, key: str, default: t.Any = ...) -> dict[str, Expression]:
        """A mapping of names to amounts."""
        node = part.take(name, dict, default, "a mapping of name to expression") or {}
        inner = Part(node, part.file, part.faults) if node else None
        found = {}
        for item in node:
            expression = self._expression(t.cast(Part, inner), item, int, key)
            if expression is not None:
                found[item] = expression
        return found

    def _rests_on_verified(self, parts: t.Iterable[t.Any]) -> bool:
        """Whether every table, standard and figure that the expressions name was read in the law."""
        return all(
            table_or_name.verified if isinstance(table_or_name, Table) else table_or_name not in self.unverified
            for expression in expressions_in(parts)
            for table_or_name in (*expression.tables, *expression.names)
        )

    def _note(self, part: Part, key: str) -> dict[str, t.Any]:
        return {"class": Note}

    def _require(self, part: Part, key: str) -> dict[str, t.Any]:
        self.judged.add(key)
        otherwise = part.choice("otherwise", OTHERWISE, "not_eligible")
        return {
            "class": Require,
            "must": self._expression(part, "must", bool, key),
            "otherwise": OTHERWISE.get(otherwise, "refer"),
        }

    def _exempt(self, part: Part, key: str) -> dict[str, t.Any]:
        skips = part.strings("skips")
        if part.node.get("skips") == []:
            part.say("'skips' is empty: an exemption names what it skips", "skips")
        self.skips.append((key, part, skips))
        return {
            "class": Exempt,
            "when": self._expression(part, "when", bool, key),
            "gives": part.choice("gives", EXEMPTIONS),
            "skips": skips,
        }

    def _test(self, part: Part, key: str) -> dict[str, t.Any]:
        self.judged.add(key)
        otherwise = part.choice("otherwise", OTHERWISE, "not_eligible")
        return {
            "class": Test,
            "figure": self._expression(part, "figure", int, key),
            "limit": self._expression(part, "limit", int, key),
            "compare": part.choice("compare", COMPARISONS, "at_most"),
            "otherwise": OTHERWISE.get(otherwise, "refer"),
            "unit": part.choice("unit", ("money", "count"), "money"),
        }

    def _amount(self, part: Part, key: str) -> dict[str, t.Any]:
        unit = part.choice("unit", ("money", "count"), "money")
        return {"class": Amount, "value": self._expression(part, "value", int, key), "unit": unit}

    def _condition(self, part: Part, key: str) -> dict[str, t.Any]:
        return {"class": Condition, "value": self._expression(part, "value", bool, key)}

    def _deductions(self, part: Part, key: str) -> dict[str, t.Any]:
        take = []
        for item in part.items("take"):
            name = self._part_name(item, {OF, key})
            amount = self._expression(item, "amount", int, key)
            cap = self._expression(item, "cap", int, key, None)
            when = self._expression(item, "when", bool, key, None)
            item.finish()
            take.append(Deduction(name, amount, cap, when))
        allow_negative = bool(part.take("below_zero", bool, False))
        return {
            "class": Deductions,
            "unit": "money",
            "value": self._expression(part, "of", int, key),
            "take": tuple(take),
            "floor": None if allow_negative else 0,
        }

    def _part_name(self, item: Part, taken: t.Collection[str]) -> str:
        """The name under which a deduction or disregard stands in the trail, beside others of its section."""
        name: str = item.take("key", str) or ""
        if name in taken:
            item.say(f"the name {name!r} is taken by another figure of this section", "key")
        item.name(name, (), "key")
        title = item.text("title", None)
        if title is not None:
            self.part_titles[name] = title
        item.take("article", str, None)
        return name

    def _disregards(self, part: Part, key: str) -> dict[str, t.Any]:
        assets = self._expressions(part, "assets", key)
        pools = self._expressions(part, "pools", key, None)
        take = []
        for item in part.items("take", None):
            name = self._part_name(item, {*assets, key})
            of = item.strings("of", tuple(assets))
            for asset in of:
                if asset not in assets:
                    item.say(f"{asset!r} is not one of the assets", "of")
            pool = item.take("pool", str, None)
            if pool is not None and pool not in pools:
                item.say(f"{pool!r} is not one of the pools", "pool")
            up_to = self._expression(item, "up_to", int, key, None)
            when = self._expression(item, "when", bool, key, None)
            item.finish()
            if pool is None and up_to is None and item.node.get("up_to") is None and when is None:
                item.say("a disregard needs a pool, an up_to or a when")
            take.append(Disregard(name, of, pool, up_to, when))
        return {"class": Disregards, "assets": assets, "pools": pools, "take": tuple(take)}

    def _check_skips(self) -> None:
        """An exemption names judged sections below it; amounts are calculated in any case."""
        order = list(self.keys)
        for key, part, skips in self.skips:
            for name in skips:
                if name not in self.keys:
                    part.say(f"there is no section {name!r}", "skips")
                elif name not in self.judged:
                    part.say(f"{name!r} neither requires nor tests: only such sections can be skipped", "skips")
                elif order.index(name) < order.index(key):
                    part.say(f"{name!r} stands above: an exemption comes before what it skips", "skips")


def expressions_in(parts: t.Iterable[t.Any]) -> t.Iterator[Expression]:
    """The expressions of a section, however deep they stand."""
    for part in parts:
        if isinstance(part, Expression):
            yield part
        elif isinstance(part, Mapping):
            yield from expressions_in(part.values())
        elif isinstance(part, tuple):
            yield from expressions_in(part)
        elif isinstance(part, (Deduction, Disregard)):
            yield from expressions_in(vars(part).values())
