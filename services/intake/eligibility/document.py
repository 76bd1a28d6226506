"""YAML with row numbers: what a rule set's author wrote, and where, so that every complaint can name its row."""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from services.intake.eligibility.faults import Faults
from services.intake.eligibility.judgement import Text

T = t.TypeVar("T")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")  # as long as the door takes it in `figures`
# What YAML says, and what an author has to do who meant a plain text.
HINTS = {
    "mapping values are not allowed": " (a text with a colon and a blank, such as a ? b : c, needs quotes)",
    "cannot start any token": " (rows are indented with blanks, and a text that begins with a sign needs quotes)",
    "expected <block end>": " (a text that begins with a quote or a brace needs quotes around the whole of it)",
    "expected ',' or": " (inside braces a text with a comma, a colon or a brace needs quotes)",
    "undefined alias": " (a text that begins with * needs quotes)",
    "for the tag '!": " (a text that begins with ! needs quotes)",
}


class Node(dict[str, t.Any]):
    """A mapping of the file with the row it begins on, and the row of each of its entries."""

    row: int
    rows: dict[str, int]


class _Loader(yaml.SafeLoader):
    """A number is written as on paper: 010 is ten, and 1:30, 0x10 and 1_000 are texts, which no amount accepts."""


NUMBERS = {"int": re.compile(r"[+-]?\d+"), "float": re.compile(r"[+-]?(\d+\.\d*|\.\d+)")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in found if tag.rpartition(":")[2] not in NUMBERS]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _kind, _shape in NUMBERS.items():
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_shape.pattern})$"), list("-+.0123456789")
    )


def _mapping(loader: _Loader, node: yaml.Node) -> Node:
    if not isinstance(node, yaml.MappingNode):
        raise yaml.constructor.ConstructorError(None, None, "this is no mapping", node.start_mark)
    made = Node()
    made.row = node.start_mark.line + 1
    made.rows = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in made:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands here twice", key_node.start_mark)
        made.rows[key] = value_node.start_mark.line + 1
        made[key] = loader.construct_object(value_node, deep=True)
    return made


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _whole(loader: _Loader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


def _scalar(kind: str) -> None:
    """A value that only looks like one of its kind, such as 30 February, is a complaint with its row."""
    tag = f"tag:yaml.org,2002:{kind}"
    construct = _whole if kind == "int" else yaml.SafeLoader.yaml_constructors[tag]

    def checked(loader: _Loader, node: yaml.ScalarNode) -> t.Any:
        try:
            return construct(loader, node)
        except (ValueError, KeyError, AttributeError, IndexError):  # each kind of value fails in its own way
            why = f"{node.value!r} is no {KINDS[kind]}"
            raise yaml.constructor.ConstructorError(None, None, why, node.start_mark) from None

    _Loader.add_constructor(tag, checked)


KINDS = {"timestamp": "day", "int": "number", "float": "number", "bool": "truth value"}
for _kind in KINDS:
    _scalar(_kind)


def read_yaml(text: str | t.TextIO) -> t.Any:
    """What a YAML text says, by the rules of this format; raises yaml.YAMLError."""
    return yaml.load(text, _Loader)


def parse(file: Path, faults: Faults) -> Node | None:
    """The document of a file; None, and a fault, where it is not one."""
    try:
        document = read_yaml(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        faults.add(file, 1, "the file is missing")
        return None
    except OSError as error:
        faults.add(file, 1, f"the file cannot be read: {error.strerror}")
        return None
    except UnicodeDecodeError:
        faults.add(file, 1, "the file is not UTF-8: save it as UTF-8 (a plain-text editor offers it as 'encoding')")
        return None
    except yaml.reader.ReaderError as error:
        row = file.read_text(encoding="utf-8-sig")[: error.position].count("\n") + 1
        faults.add(file, row, f"not YAML: the sign U+{error.character:04X} is not allowed in it")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = next((hint for sign, hint in HINTS.items() if sign in str(error.problem)), "")
        faults.add(file, mark.line + 1 if mark else 1, f"not YAML: {error.problem}{hint}")
        return None
    except RecursionError:
        faults.add(file, 1, "not YAML that a rule set could be: brackets within hundreds of brackets")
        return None
    if not isinstance(document, Node):
        faults.add(file, 1, "a rule set is a mapping")
        return None
    return document


A_DAY = "a day such as 2026-01-01"
WORDS: dict[type, str] = {
    str: "text (a number needs quotes)",
    bool: "true or false",
    int: "a whole number",
}


class Part:
    """One mapping being read: takes known entries out, and complains about the others at the end."""

    def __init__(self, node: t.Any, file: Path, faults: Faults, row: int = 1) -> None:
        self.file, self.faults = file, faults
        self.row = getattr(node, "row", row)
        self.node: Node = node if isinstance(node, Node) else Node()
        if not isinstance(node, Node):
            self.node.row, self.node.rows = row, {}
            self.say("here belongs a mapping (key: value)")
        self.taken: set[str] = set()

    def say(self, text: str, key: str | None = None) -> None:
        self.faults.add(self.file, self.node.rows.get(key, self.row) if key else self.row, text)

    def sayer(self, key: str) -> Callable[[str], None]:
        return lambda text: self.say(f"{key}: {text}", key)

    def take(self, key: str, kind: type[T] | tuple[type, ...], default: t.Any = ..., what: str = "") -> t.Any:
        """An entry of a type; ``default`` ... means that it must be there."""
        self.taken.add(key)
        value = self.node.get(key)
        if value is None:
            if default is ...:
                self.say(f"{key!r} is missing")
                return None
            return default
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        if wrong:
            self.say(f"{key!r} must be {what or WORDS[t.cast(type, kind)]}", key)
            return None if default is ... else default
        return value

    def choice(self, key: str, of: t.Iterable[str], default: t.Any = ...) -> t.Any:
        """An entry from a closed list."""
        value = self.take(key, str, default)
        if value is not None and value != default and value not in tuple(of):
            self.say(f"{key!r} must be one of {', '.join(of)}", key)
            return None if default is ... else default
        return value

    def date(self, key: str, default: t.Any = ...) -> t.Any:
        value = self.take(key, (dt.date, str), default, A_DAY)
        if isinstance(value, str):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                self.say(f"{key!r} must be {A_DAY}", key)
                return None
        return value.date() if isinstance(value, dt.datetime) else value

    def text(self, key: str, default: t.Any = ...) -> Text | None:
        """Words in Chinese and English: ``{zh: …, en: …}``, or one text for both."""
        value = self.take(key, (dict, str), default, "text, or {zh: …, en: …}")
        if isinstance(value, str):
            if not value.strip():
                self.say(f"{key!r} has no words", key)
            return {"zh": value, "en": value}
        if isinstance(value, Node):
            part = Part(value, self.file, self.faults)
            words = {language: part.take(language, str) for language in ("zh", "en")}
            part.finish()
            return {language: word or "" for language, word in words.items()}
        return t.cast("Text | None", value)

    def name(self, name: str, taken: t.Collection[str], key: str | None = None) -> None:
        """Complain about what cannot be a name in expressions, or is one already."""
        if not NAME.fullmatch(name):
            self.say(f"{name!r}: a name has up to 40 lower-case letters, digits and _, and begins with a letter", key)
        if name in taken:
            self.say(f"the name {name!r} is taken: functions, inputs, standards, tables and sections share theirs", key)

    def strings(self, key: str, default: t.Any = ...) -> tuple[str, ...]:
        value = self.take(key, list, default, "a list") or ()
        if any(not isinstance(item, str) for item in value):
            self.say(f"{key!r} must be a list of texts (put yes, no and numbers in quotes)", key)
            return ()
        if len(set(value)) != len(value):
            self.say(f"{key!r} holds the same text twice", key)
        return tuple(value)

    def parts(self, key: str, default: t.Any = ...) -> Iterator[tuple[str, Part]]:
        """The entries of a mapping of mappings."""
        inner = self.take(key, dict, default, "a mapping") or {}
        for name, node in inner.items():
            yield name, Part(node, self.file, self.faults, getattr(inner, "rows", {}).get(name, self.row))

    def items(self, key: str, default: t.Any = ...) -> Iterator[Part]:
        """The mappings of a list."""
        for node in self.take(key, list, default, "a list") or []:
            yield Part(node, self.file, self.faults, self.node.rows.get(key, self.row))

    def finish(self) -> None:
        """Complain about entries that nobody asked for: a misspelled key must not be passed over in silence."""
        for key in self.node:
            if key not in self.taken:
                hint = " (a text with a comma inside braces needs quotes)" if self.node[key] is None else ""
                self.say(f"{key!r} is not known here{hint}; known: {', '.join(sorted(self.taken))}", key)
