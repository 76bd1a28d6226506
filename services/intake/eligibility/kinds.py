"""What kind of value an expression gives, found out before any case is judged: an amount, a condition, a text, a day.

``kind_of`` reads the part of CEL that README.md describes and checks both sides of every comparison, both branches of
every ``a ? b : c`` and every argument. An expression that passes can lack a value or overflow; it cannot mix things up.
"""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from services.intake.eligibility.tables import ANY, FLAG, Table

TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:,()[\]])|(?P<end>\Z))"""
)
EQUAL, ORDER = ("==", "!="), ("<", "<=", ">", ">=")


@dataclass(frozen=True)
class Kind:
    """``name``: amount, amounts (of several people), condition, percentage, day, text, quoted or list; ``texts``: the
    closed list it comes from, empty where it is free; ``of``: the input that has it."""

    name: str
    texts: tuple[str, ...] = ()
    of: str = ""

    @property
    def sample(self) -> t.Any:
        """A value with which expressions are tried."""
        first = self.texts[0] if self.texts else ""
        kinds = {
            "amount": 1,
            "condition": True,
            "percentage": 1.5,
            "day": "2000-01-01",
            "list": (first,),
            "amounts": (1,),
        }
        return kinds.get(self.name, first)

    @property
    def samples(self) -> tuple[t.Any, ...]:
        """Values between which an expression may decide: both truths, every term, small and large."""
        kinds: dict[str, tuple[t.Any, ...]] = {
            "amount": SIZES,
            "condition": (True, False),
            "day": DAYS,
            "list": ((), self.texts),
        }
        return kinds.get(self.name, self.texts or (self.sample,))

    @property
    def choices(self) -> tuple[t.Any, ...]:
        """Every value that there is; empty where there are many: amounts, days, free texts, long lists of terms."""
        if self.name == "condition":
            return (True, False)
        if self.name == "list" and len(self.texts) <= 5:
            terms = sorted(self.texts)
            return tuple(some for size in range(len(terms) + 1) for some in combinations(terms, size))
        return self.texts if self.name == "text" else ()

    def __str__(self) -> str:
        if self.name == "quoted":
            return f"the text {' or '.join(map(repr, self.texts))}"
        words = WORDS.get(self.name, f"a {self.name}")
        return f"{words} ({self.of})" if self.of else words


SIZES, DAYS = (1, 10**9), ("1900-01-01", "2100-01-01")
PAIRS = (SIZES, DAYS)  # samples of which the small ones go together, and the large ones
WORDS = {"amount": "an amount", "amounts": "a list of amounts", "percentage": "a percentage with decimals"}
AMOUNT, CONDITION, PERCENTAGE, DAY = Kind("amount"), Kind("condition"), Kind("percentage"), Kind("day")


DECIMALS = ": write percent_of(amount, 150) or share(amount, 3, 2) for 1.5 times, and amounts in the smallest unit"


class Wrong(Exception):
    """An expression does not fit; the message says what and why."""


def kind_of(
    source: str, declared: Mapping[str, Kind], tables: Mapping[str, Table], inputs: Mapping[str, Kind], periods: t.Any
) -> Kind:
    """The kind of a compiled expression; raises Wrong. ``inputs``: kinds of the columns of tables, by name."""
    return _Reader(source, declared, tables, inputs, frozenset(periods)).whole()


class _Reader:
    """Reads an expression from left to right, each operator with its rank, and keeps kinds instead of values."""

    def __init__(
        self,
        source: str,
        declared: Mapping[str, Kind],
        tables: Mapping[str, Table],
        inputs: Mapping[str, Kind],
        periods: frozenset[str],
    ) -> None:
        self.declared, self.tables, self.inputs, self.periods = declared, tables, inputs, periods
        self.tokens = list(_tokens(source))
        self.place = 0

    def whole(self) -> Kind:
        kind = self.choice()
        if self.next[0] != "end":
            raise Wrong(f"{self.next[1]!r} has no meaning here: the README lists what an expression may hold")
        return kind

    @property
    def next(self) -> tuple[str, str]:
        return self.tokens[self.place]

    def take(self) -> tuple[str, str]:
        self.place += 1
        return self.tokens[self.place - 1]

    def took(self, *signs: str) -> str:
        """The sign, where one of these comes next; else nothing is taken."""
        return self.take()[1] if self.next[0] == "sign" and self.next[1] in signs else ""

    def choice(self) -> Kind:
        kind = self.operators(0)
        if not self.took("?"):
            return kind
        self.must(kind, CONDITION, "before ?")
        one = self.choice()
        self.took(":")
        return _either(one, self.choice())

    def operators(self, rank: int) -> Kind:
        """``||``, ``&&``, comparisons, sums, products: the later binds closer."""
        if rank == len(RANKS):
            return self.unary()
        left = self.operators(rank + 1)
        while sign := self.took(*RANKS[rank]) or self.took_in(rank):
            if sign in ("/", "%") and self.next[0] == "number" and not float(self.next[1]):
                raise Wrong(f"{sign} {self.next[1]} divides by zero")
            left = self.joined(left, sign, self.operators(rank + 1))
        return left

    def took_in(self, rank: int) -> str:
        return self.take()[1] if "==" in RANKS[rank] and self.next == ("name", "in") else ""

    def joined(self, left: Kind, sign: str, right: Kind) -> Kind:
        if sign in ("&&", "||"):
            for side in (left, right):
                self.must(side, CONDITION, f"beside {sign}")
            return CONDITION
        if sign in ("+", "-", "*", "/", "%"):
            for side in (left, right):
                self.must(side, AMOUNT, f"beside {sign}")
            return AMOUNT
        if sign == "in":
            if right.name != "list":
                raise Wrong(f"after 'in' comes a list, not {right}")
            right = Kind("text" if right.of else "quoted", right.texts, right.of) if right.texts else AMOUNT
        elif sign in ORDER and left.name in ("text", "list", "condition"):
            raise Wrong(f"{left} is neither more nor less than anything")
        _comparable(left, right)
        return CONDITION

    def unary(self) -> Kind:
        if self.took("!"):
            return self.must(self.unary(), CONDITION, "after !")
        if self.took("-"):
            return self.must(self.unary(), AMOUNT, "after -")
        return self.primary()

    def primary(self) -> Kind:
        sort, text = self.take()
        if sort == "number":
            return PERCENTAGE if "." in text else AMOUNT
        if sort == "text":
            return Kind("quoted", (text[1:-1],))
        if text == "(":
            kind = self.choice()
            self.took(")")
            return kind
        if text == "[":
            return _list(self.arguments("]"))
        if sort == "name" and self.took("("):
            return self.called(text, self.arguments(")"))
        if text == "null":
            raise Wrong("null is no value: what is not known is never compared")
        if text in FLAG:
            return CONDITION
        if text not in self.declared:  # a sign, or what CEL reads as part of a number or text: 1e3, r'x'
            raise Wrong(f"{text!r} has no meaning here: the README lists what an expression may hold")
        return self.declared[text]

    def arguments(self, end: str) -> list[Kind]:
        found: list[Kind] = []
        while not self.took(end):
            found.append(self.choice())
            self.took(",")
        return found

    def called(self, name: str, args: list[Kind]) -> Kind:
        if name in self.tables:
            return self.looked_up(self.tables[name], args)
        if name in ("min", "max") and args:
            wanted: tuple[str, ...] = ("amount",) * len(args)
        else:
            wanted = ARGUMENTS[name]
        if len(args) != len(wanted):
            raise Wrong(f"{name} takes {len(wanted)} arguments, not {len(args)}")
        for kind, want in zip(args, wanted, strict=True):
            if (want, kind.name) in (("percentage", "amount"), ("list", "amounts")):
                continue
            if want == "period" and kind.name == "quoted":
                if foreign := sorted(set(kind.texts) - self.periods):
                    raise Wrong(f"{foreign[0]!r} is not a period; known: {', '.join(sorted(self.periods))}")
                continue
            self.must(kind, Kind(want), f"in {name}")
        return AMOUNT

    def looked_up(self, table: Table, args: list[Kind]) -> Kind:
        """A table's cell; the arguments are of the kind of its columns."""
        if not table.complete:
            return AMOUNT  # it is complained about where it stands
        columns = [*table.by, *([table.number_name] if table.number else [])]
        if len(args) != len(columns):
            raise Wrong(f"{table.name} takes {len(columns)} arguments ({', '.join(columns)}), not {len(args)}")
        for place, (column, kind) in enumerate(zip(columns, args, strict=True)):
            if place == len(table.by):
                self.must(kind, AMOUNT, f"as {column} of {table.name}")
                continue
            cells = {key[place] for key in table.scales}
            if column in table.closed:
                if not kind.texts or not cells.issuperset(kind.texts):
                    raise Wrong(f"{table.name}: {column} is closed: name one of its cells in quotes")
                continue
            self.cell(table.name, column, kind, cells)
        whole = all(isinstance(amount, int) for scale in table.scales.values() for amount in scale.amounts)
        return AMOUNT if whole else PERCENTAGE

    def cell(self, table: str, column: str, kind: Kind, cells: set[str]) -> None:
        """What rows are found by: a value of the input that the column is named like, or anything that has a text."""
        named = self.inputs.get(column)
        if named is not None and named.name != "text":
            self.must(kind, named, f"as {column} of {table}")
            return
        if kind.name not in (("text", "quoted") if named else ("text", "quoted", "amount", "condition")):
            raise Wrong(f"as {column} of {table} belongs a text, not {kind}")
        known = set(named.texts) if named and named.texts else cells
        for text in kind.texts:
            if text not in known and (kind.name == "quoted" or ANY not in cells):
                raise Wrong(f"{text!r} is not a term of {column}")

    def must(self, kind: Kind, wanted: Kind, where: str) -> Kind:
        if kind.name == wanted.name or (wanted.name == "day" and kind.name == "quoted" and _days(kind)):
            return wanted
        hint = DECIMALS if (wanted.name, kind.name) == ("amount", "percentage") else ""
        raise Wrong(f"{where} belongs {Kind(wanted.name)}, not {kind}{hint}")


RANKS = (("||",), ("&&",), (*EQUAL, *ORDER), ("+", "-"), ("*", "/", "%"))
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "min": ("amount",),
    "max": ("amount",),
    "percent_of": ("amount", "percentage"),
    "share": ("amount", "amount", "amount"),
    "convert": ("amount", "period", "period"),
    "round_down": ("amount", "amount"),
    "round_up": ("amount", "amount"),
    "round_half_up": ("amount", "amount"),
    "years_between": ("day", "day"),
    "months_between": ("day", "day"),
    "days_between": ("day", "day"),
    "size": ("list",),
    "sum": ("amounts",),
    "sum_above": ("amounts", "amount"),
    "sum_below": ("amounts", "amount"),
    "sum_capped": ("amounts", "amount"),
}


def _tokens(source: str) -> t.Iterator[tuple[str, str]]:
    place = 0
    while True:
        found = TOKEN.match(source, place)
        if found is None:
            sign = source[place:].strip()[:1]
            raise Wrong(f"{sign!r} has no meaning here: the README lists what an expression may hold")
        place, sort = found.end(), t.cast(str, found.lastgroup)
        yield sort, found[sort]
        if sort == "end":
            return


def _days(kind: Kind) -> bool:
    """Whether every text is a day; raises Wrong where one only looks like it.

    Days are compared as texts, so that ``20260131``, which is a day as well, would be earlier or later than it is.
    """
    for text in kind.texts:
        try:
            written = dt.date.fromisoformat(text).isoformat()
        except ValueError:
            written = ""
        if text != written:
            raise Wrong(f"{text!r} is not a day such as '2026-01-31'")
    return True


def _comparable(left: Kind, right: Kind) -> None:
    """Two sides that could be equal."""
    if left.name == "quoted" and right.name != "quoted":
        left, right = right, left
    if left.name == "day" and right.name == "quoted":
        _days(right)
    elif left.name == "text" and right.name in ("text", "quoted"):
        if right.name == "quoted" or (left.texts and right.texts):
            foreign = [text for text in right.texts if text not in left.texts]
            if len(foreign) == len(right.texts) or (foreign and right.name == "quoted"):
                free = "" if left.texts else ", which is free text: give it 'terms', or look it up in a table"
                raise Wrong(f"{foreign[0]!r} is not a term of {left.of or 'any input'}{free}")
    elif left.name == right.name == "list":
        raise Wrong("two lists are not compared: write 'term' in list for each")
    elif {left.name, right.name} <= {"amount", "percentage"} or left.name == right.name != "quoted":
        return
    else:
        raise Wrong(f"{left} is never {right}")


def _either(one: Kind, other: Kind) -> Kind:
    """What ``a ? one : other`` gives."""
    names = {one.name, other.name}
    if names <= {"amount", "percentage"}:
        return AMOUNT if names == {"amount"} else PERCENTAGE
    if names <= {"quoted", "text"}:
        free = not (one.texts and other.texts)
        return Kind("quoted" if names == {"quoted"} else "text", () if free else (*one.texts, *other.texts))
    if names == {"day", "quoted"}:
        return DAY if all(_days(kind) for kind in (one, other) if kind.name == "quoted") else one
    if one.name != other.name:
        raise Wrong(f"it gives {one} or {other}")
    return one


def _list(items: list[Kind]) -> Kind:
    """A list written out: of texts in quotes, or of whole numbers."""
    if all(item.name == "quoted" for item in items):
        return Kind("list", tuple(text for item in items for text in item.texts))
    if all(item.name == "amount" for item in items):
        return Kind("list")
    raise Wrong("a list has texts in quotes or whole numbers, not both")
