"""How a template of a paper is read: in a sandbox, and with an end to what it may make.

Guarantee: a loop that goes astray is refused before it fills the memory, whether it writes or only counts. The bounds
are far beyond any paper that is printed: one has a few pages.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator

from jinja2 import StrictUndefined, Template, nodes
from jinja2.sandbox import SandboxedEnvironment

CHARACTERS = 200_000  # beyond those of the template itself, which may hold a picture
ROUNDS = 10_000  # of all loops and calls together


class TooMuch(Exception):
    """A template that makes more than a paper can be; the text says how much is too much."""


class _Bounded(Template):
    """A template whose text is counted while it is made."""

    def render(self, *args: t.Any, **kwargs: t.Any) -> str:
        return "".join(t.cast(Bounds, self.environment).counted(self.generate(*args, **kwargs)))


class Bounds(SandboxedEnvironment):
    """Sandboxed, escaped, nothing missing passes in silence, and bounded. For one paper: what it used is used up."""

    template_class = _Bounded

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self.filters["_rounds"] = self._rounds
        self._characters, self._rounds_left = CHARACTERS, ROUNDS

    def from_string(self, source: t.Any, *args: t.Any, **kwargs: t.Any) -> Template:
        self._characters += len(source)
        return super().from_string(source, *args, **kwargs)

    def counted(self, parts: Iterable[str]) -> Iterator[str]:
        """The parts of a text as they are; raises TooMuch."""
        for part in parts:
            self._characters -= len(part)
            if self._characters < 0:
                raise TooMuch(f"it makes more than {CHARACTERS:,} characters: is there a loop too many?")
            yield part

    def call(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        self._take_round()
        return super().call(*args, **kwargs)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Have every loop counted: what it writes into a variable passes nobody who counts characters."""
        read = super()._parse(source, name, filename)
        for loop in read.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_rounds", [], [], None, None, lineno=loop.lineno)
        return t.cast(nodes.Template, read.set_environment(self))

    def _rounds(self, things: Iterable[t.Any]) -> Iterator[t.Any]:
        for thing in things:
            self._take_round()
            yield thing

    def _take_round(self) -> None:
        self._rounds_left -= 1
        if self._rounds_left < 0:
            raise TooMuch(f"its loops go round more than {ROUNDS:,} times")
