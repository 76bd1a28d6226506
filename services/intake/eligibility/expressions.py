"""CEL expressions of a rule set: checked when loaded, and never answered from something that is not known.

A name that is not known is absent when the expression runs. CEL then raises, unless the rest decides alone
(``true || unknown`` is true), so a missing figure can never count as zero or as small enough.
"""

from __future__ import annotations

import re
import typing as t
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from itertools import product
from math import prod
from operator import itemgetter

import cel

from services.intake.eligibility import functions
from services.intake.eligibility.kinds import ARGUMENTS, PAIRS, Kind, Wrong, kind_of
from services.intake.eligibility.tables import Table

KEPT = 4096  # answers per expression
TRIED = 64  # combinations of what is not known
BRANCHES = re.compile(r"\?|&&|\|\|")  # where one value can make another irrelevant
CEL_FUNCTIONS = frozenset(
    {"size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bool", "has", "type"}
)
PLACE = re.compile(r"(\d+):(\d+):")  # row and column in the words of CEL
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
# What people write who know another language, or whose editor makes signs beautiful.
MISTAKEN = re.compile(r"\b(?:and|or|not|if|else)\b|<>|=>|=<|(?<![=!<>])=(?!=)|\b\d{1,3}(?:,\d{3})+\b|[;^]|[^\x00-\x7f]")
MEANT = {
    "and": "&&", "or": "||", "not": "!", "if": "a ? b : c", "else": "a ? b : c", "<>": "!=", "=>": ">=", "=<": "<=",
    "=": "==", "‘": "'", "’": "'", "“": '"', "”": '"', "×": "*",
    "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "。": ".", "、": ",",
}  # fmt: skip
RESERVED = frozenset({*functions.NAMES, *CEL_FUNCTIONS, "true", "false", "null", "in"})


class Unknown(Exception):
    """An expression has no answer; ``missing``: what would have to be known, by name."""

    def __init__(self, missing: frozenset[str]) -> None:
        super().__init__(missing)
        self.missing = missing

    def __str__(self) -> str:
        return ", ".join(sorted(self.missing))


class Scope:
    """What is known during one judgement, and for what is not, the inputs that are to blame.

    ``most``: what a figure that is not known cannot exceed. ``unlisted``: inputs of which something was said that is
    none of their values, so that the true one may be none of them either.
    """

    __slots__ = ("known", "missing", "most", "unlisted")

    def __init__(
        self, known: dict[str, t.Any], missing: dict[str, frozenset[str]], unlisted: frozenset[str] = frozenset()
    ) -> None:
        self.known = known
        self.missing = missing
        self.unlisted = unlisted
        self.most: dict[str, int] = {}

    def bound(self, name: str) -> int | None:
        """What a figure cannot exceed: itself where it is known; None where nothing is."""
        return self.known.get(name, self.most.get(name))


@dataclass(frozen=True)
class Expression:
    """One compiled expression of a section. ``wanted``: bool (a condition) or int (an amount)."""

    source: str
    wanted: type
    program: t.Any
    names: tuple[str, ...]
    functions: Mapping[str, Callable[..., t.Any]]
    tables: tuple[Table, ...]
    fault: frozenset[str]  # what to name when the expression itself fails
    pick: Callable[[Mapping[str, t.Any]], t.Any]  # the values of the names
    bare: bool = False  # nothing but one name
    samples: Mapping[str, tuple[t.Any, ...]] = field(default_factory=dict)  # by name; empty: all names matter always
    choices: Mapping[str, tuple[t.Any, ...]] = field(default_factory=dict)  # by name: every value that there is
    needs: dict[t.Any, list[str]] = field(default_factory=dict, compare=False, repr=False)
    answers: dict[t.Any, t.Any] = field(default_factory=dict, compare=False, repr=False)

    def value(self, scope: Scope) -> t.Any:
        """The answer; raises Unknown with what is missing.

        An expression depends on nothing but its names, so its latest answers are kept: a backlog of cases asks the
        same few things (form, matter, facts) again and again.
        """
        known = scope.known
        if self.bare:
            found = known.get(self.names[0])
            if type(found) is self.wanted:
                return found
            raise Unknown(scope.missing.get(self.names[0], self.fault))
        try:
            key = self.pick(known)
        except KeyError:
            return self._evaluate(scope)  # perhaps the rest decides alone
        found = self.answers.get(key)
        if found is None:
            found = self._evaluate(scope)
            if len(self.answers) >= KEPT:
                self.answers.clear()
            self.answers[key] = found
        return found

    def possible(self, scope: Scope) -> list[t.Any]:
        """Every answer that there can be while nothing but truths and terms is missing; else none."""
        absent = [name for name in self.names if name not in scope.known]
        if prod(len(self.choices[name]) for name in absent) > TRIED or not scope.unlisted.isdisjoint(absent):
            return []
        fillings = product(*(self.choices[name] for name in absent))
        try:
            return [self.value(Scope({**scope.known, **dict(zip(absent, one, strict=True))}, {})) for one in fillings]
        except Unknown:
            return []

    def _evaluate(self, scope: Scope) -> t.Any:
        known = scope.known
        context = {name: known[name] for name in self.names if name in known}
        context.update(self.functions)
        misses: list[str] = []
        for table in self.tables:
            context[table.name] = partial(table.lookup, misses)
        try:
            found = self.program.execute(context)
        except Exception:
            raise Unknown(self._blame(scope, misses)) from None
        if misses or type(found) is not self.wanted:
            raise Unknown(frozenset(misses) or self.fault)
        return found

    def _blame(self, scope: Scope, misses: list[str]) -> frozenset[str]:
        absent = [name for name in self.names if name in scope.missing]
        if len(absent) > 1 and self.samples:
            absent = self._needed(scope, absent) or absent
        return frozenset().union(*(scope.missing[name] for name in absent), misses) or self.fault

    def _needed(self, scope: Scope, absent: list[str]) -> list[str]:
        """Of several absent names those that some value of the others makes necessary.

        So ``wages + (partner ? partner_wages : 0)`` does not ask for the wages of a partner who is not there.
        """
        known: dict[str, t.Any] = {name: scope.known[name] for name in self.names if name in scope.known}
        key = (*absent, None, *known.values())
        found = self.needs.get(key)
        if found is None:
            known |= {**self.functions, **{table.name: lambda *_: 1 for table in self.tables}}
            fillings = self._fillings(absent)
            found = [name for name in absent if not fillings or not self._does_without(name, known, fillings)]
            if len(self.needs) >= KEPT:
                self.needs.clear()
            self.needs[key] = found
        return found

    def _does_without(self, name: str, known: dict[str, t.Any], fillings: list[dict[str, t.Any]]) -> bool:
        return all(self._answers_to(known | {k: v for k, v in one.items() if k != name}) for one in fillings)

    def _fillings(self, absent: list[str]) -> list[dict[str, t.Any]]:
        """Every combination of truths and terms, with all amounts small and all large; none if they are too many."""
        pairs = [name for name in absent if self.samples[name] in PAIRS]
        free = [name for name in absent if name not in pairs]
        if prod(len(self.samples[name]) for name in free) > TRIED:
            return []
        return [
            {**dict(zip(free, values, strict=True)), **{name: self.samples[name][end] for name in pairs}}
            for values in product(*(self.samples[name] for name in free))
            for end in range(2 if pairs else 1)
        ]

    def _answers_to(self, context: dict[str, t.Any]) -> bool:
        try:
            return self.program.execute(context) is not None
        except Exception:
            return False


def names_read(part: t.Any) -> Iterator[str]:
    """The names in all the expressions of a section, or of a part of one."""
    if isinstance(part, Expression):
        yield from part.names
    elif isinstance(part, Mapping):
        yield from (name for one in part.values() for name in names_read(one))
    elif isinstance(part, tuple):
        yield from (name for one in part for name in names_read(one))
    elif is_dataclass(part):
        yield from (name for one in fields(part) for name in names_read(getattr(part, one.name)))


class Compiler:
    """Compiles the expressions of one rule set against the names that are declared at that place."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        own: Mapping[str, functions.Function],
        inputs: Mapping[str, Kind],
        periods: Iterable[str],
    ) -> None:
        """``own``: functions by name; ``inputs``: their kinds, which columns of tables share."""
        self.tables, self.functions, self.inputs, self.periods = tables, own, inputs, frozenset(periods)
        self.figureless: set[str] = set()  # sections above that judge or say something, and make no figure

    def compile(
        self, source: str, wanted: type, declared: Mapping[str, Kind], key: str, say: Callable[[str], None]
    ) -> Expression | None:
        """``declared``: name -> its kind. What is wrong goes to ``say``; None then."""
        try:
            program = cel.compile(source)
            references = program.references()
        except Exception as error:
            say(f"{_short(source)} is not an expression: {_why_not(source, str(error))}")
            return None
        names = tuple(references["variables"])
        called = {name for name in references["functions"] if name[0].isalpha()}
        wrong = list(self._wrong_names(names, called, declared)) or self._misfit(source, wanted, declared)
        for text in wrong:
            say(text)
        if wrong:
            return None
        expression = Expression(
            source,
            wanted,
            program,
            names,
            {name: self.functions[name] for name in called if name in self.functions},
            tuple(self.tables[name] for name in sorted(called) if name in self.tables),
            frozenset({key}),
            itemgetter(*names) if names else _nothing,
            bare=names == (source.strip(),),
            samples={name: declared[name].samples for name in names} if BRANCHES.search(source) else {},
            choices={name: declared[name].choices for name in names},
        )
        if not _answers(expression, declared):
            say(f"{_short(source)} has no answer for any value")
            return None
        return expression

    def _wrong_names(self, names: tuple[str, ...], called: set[str], declared: Mapping[str, Kind]) -> Iterator[str]:
        for name in names:
            if name in self.figureless:
                yield f"{name!r} makes no figure: put what it asks into a 'condition' above, and use that in both"
            elif name not in declared:
                yield f"{name!r} is neither an input nor a standard nor a figure above"
        for name in sorted(called):
            if name not in self.tables and name not in ARGUMENTS:
                yield f"there is no function or table {name!r}"

    def _misfit(self, source: str, wanted: type, declared: Mapping[str, Kind]) -> list[str]:
        """Amounts, conditions, texts and days must not be mixed up, and a misspelled term would quietly never match."""
        try:
            kind = kind_of(source, declared, self.tables, self.inputs, self.periods)
        except Wrong as wrong:
            return [f"{_short(source)} does not fit its values: {wrong}"]
        if kind.name == ("condition" if wanted is bool else "amount"):
            return []
        words = "a condition (true or false)" if wanted is bool else "an amount (a whole number)"
        return [f"{_short(source)} should give {words}, it gives {kind}"]


def _answers(expression: Expression, declared: Mapping[str, Kind]) -> bool:
    """Whether the functions accept what is written out, such as the step of a rounding."""
    context = {name: declared[name].sample for name in expression.names} | dict(expression.functions)
    try:
        found = expression.program.execute(context | {table.name: lambda *_: 1 for table in expression.tables})
    except Exception:
        return True  # a division by zero or an overflow of the sample values says nothing about real ones
    return found is not None


def _nothing(_known: Mapping[str, t.Any]) -> None:
    return None


def _short(source: str) -> str:
    """An expression as complaints quote it."""
    return repr(source if len(source) <= 120 else f"{source[:117]}...")


def _why_not(source: str, error: str) -> str:
    """What stands where it does not belong, in words that need no grammar of CEL."""
    if not source.strip():
        return "it is empty"
    outside = QUOTED.sub(lambda text: " " * len(text[0]), source)
    for found in MISTAKEN.finditer(outside):
        sign = found[0]
        plain = sign.replace(",", "") if sign[0].isdigit() else unicodedata.normalize("NFKC", sign)
        meant = MEANT.get(sign, plain)
        return f"{sign!r} has no meaning here" + (f": write {meant}" if meant not in (sign, ";") else "")
    place = next((found for found in PLACE.finditer(error) if not error.startswith(" Incomplete", found.end())), None)
    lines = source.split("\n")
    if place is None or int(place[1]) > len(lines):
        return error.splitlines()[0][:200]
    rest = lines[int(place[1]) - 1][int(place[2]) - 1 :]
    return f"{rest[:20]!r} does not belong there" if rest.strip() else "something is missing at the end"
