"""CEL expressions of a rule set: checked when loaded, and never answered from something that is not known.

A name that is not known is absent when the expression runs. CEL then raises, unless the rest decides alone
(``true || unknown`` is true), so a missing figure can never count as zero or as small enough.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter

import cel

from services.intake.eligibility import functions
from services.intake.eligibility.tables import Table

BOUND = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*([A-Za-z_]\w*)\s*,")
COMPARED = re.compile(
    r"\b([a-z]\w*)\s*[!=]=\s*(?:'([^'\\]*)'|\"([^\"\\]*)\")|(?:'([^'\\]*)'|\"([^\"\\]*)\")\s*(?:[!=]=|in)\s*([a-z]\w*)\b"
)  # name == 'text', 'text' == name, 'text' in name
LITERAL = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
KEPT = 4096  # answers per expression
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CEL_FUNCTIONS = frozenset(
    {"size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bool", "has", "type"}
)
RESERVED = frozenset({*functions.NAMES, *CEL_FUNCTIONS, "true", "false", "null", "in"})


class Unknown(Exception):
    """An expression has no answer; ``missing``: what would have to be known, by name."""

    def __init__(self, missing: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(missing)))
        self.missing = missing


class Scope:
    """What is known during one judgement, and for what is not, the inputs that are to blame."""

    __slots__ = ("known", "missing")

    def __init__(self, known: dict[str, t.Any], missing: dict[str, frozenset[str]]) -> None:
        self.known = known
        self.missing = missing


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
        absent = [scope.missing[name] for name in self.names if name in scope.missing]
        return frozenset().union(*absent, misses) or self.fault


class Compiler:
    """Compiles the expressions of one rule set against the names that are declared at that place."""

    def __init__(
        self, tables: Mapping[str, Table], own: Mapping[str, functions.Function], terms: Mapping[str, tuple[str, ...]]
    ) -> None:
        """``own``: functions by name; ``terms``: the closed list of each input that has one, and other known texts."""
        self.tables, self.functions, self.terms = tables, own, terms
        self.literals = frozenset(term for known in terms.values() for term in known)

    def compile(
        self, source: str, wanted: type, declared: Mapping[str, t.Any], key: str, say: Callable[[str], None]
    ) -> Expression | None:
        """``declared``: name -> a sample value. What is wrong goes to ``say``; None then."""
        try:
            program = cel.compile(source)
            references = program.references()
        except Exception as error:
            say(f"{source!r} is not an expression: {_first_line(error)}")
            return None
        bound = set(BOUND.findall(source))
        names = tuple(name for name in references["variables"] if name not in bound)
        called = {name for name in references["functions"] if name[0].isalpha()}
        wrong = self._wrong_names(source, names, called, declared)
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
        )
        return expression if self._fits(expression, declared, say) else None

    def _wrong_names(
        self, source: str, names: tuple[str, ...], called: set[str], declared: Mapping[str, t.Any]
    ) -> list[str]:
        wrong = [f"{name!r} is neither an input nor a standard nor a figure above" for name in names
                 if name not in declared]  # fmt: skip
        wrong += [
            f"there is no function or table {name!r}"
            for name in sorted(called)
            if name not in self.functions and name not in self.tables and name not in CEL_FUNCTIONS
        ]
        literals = {one or two for one, two in LITERAL.findall(source)}
        foreign = sorted(text for text in literals - self.literals if not DATE.fullmatch(text))
        wrong += [f"{text!r} is not a term of any input" for text in foreign]
        return wrong + list(self._foreign_terms(source))

    def _foreign_terms(self, source: str) -> Iterator[str]:
        """A term of another input would quietly never match."""
        for left, one, two, three, four, right in COMPARED.findall(source):
            name, text = left or right, one or two or three or four
            known = self.terms.get(name)
            if known and text in self.literals and text not in known:
                yield f"{text!r} is not a term of {name}"

    def _fits(self, expression: Expression, declared: Mapping[str, t.Any], say: Callable[[str], None]) -> bool:
        """Try the expression with sample values: amounts and conditions must not be mixed up."""
        context = {name: declared[name] for name in expression.names}
        context.update(expression.functions)
        wrong: list[str] = []
        for table in expression.tables:
            context[table.name] = partial(_sample, table, wrong)
        try:
            found = expression.program.execute(context)
        except (TypeError, RuntimeError) as error:
            say(f"{expression.source!r} does not fit its values: {_first_line(error)}")
            return False
        except Exception:
            return True  # a division by zero or an overflow of the sample values says nothing about real ones
        finally:
            for text in wrong:
                say(text)
        if wrong:
            return False
        if type(found) is not expression.wanted:
            wanted = "a condition (true or false)" if expression.wanted is bool else "an amount (a whole number)"
            say(f"{expression.source!r} should give {wanted}, it gives {type(found).__name__}")
            return False
        return True


def _nothing(_known: Mapping[str, t.Any]) -> None:
    return None


def _sample(table: Table, wrong: list[str], *args: t.Any) -> int:
    if len(args) != table.arity:
        named = ", ".join([*table.by, *([table.number_name] if table.number else [])])
        wrong.append(f"{table.name} takes {table.arity} arguments ({named}), not {len(args)}")
    for place, column in enumerate(table.by[: len(args)]):
        if column in table.closed and args[place] not in {key[place] for key in table.scales}:
            wrong.append(f"{table.name}: {column} is closed: name one of its cells in quotes")
    return 1


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    text = next((line for line in lines if line.startswith("ERROR")), lines[0] if lines else type(error).__name__)
    return text.partition(" CEL does not")[0].replace("ERROR: <input>:", "")[:200]
