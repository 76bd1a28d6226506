"""Versions: what a caller saw must still be there when they overwrite it.

Rows that are changed often count their changes. What has no counter takes its version from its content, so that the
same content has the same version; a collision of one in a thousand million is the price of having no column for it.
"""

from __future__ import annotations

import typing as t
import zlib

import orjson

from chassis.errors import Rejected

Change = t.Callable[[t.Any, dict[str, t.Any]], dict[str, t.Any] | None]

LARGEST = 999_999_999  # nine digits, as the door reads them in If-Match


def of_content(content: t.Any) -> int:
    """The version (from 1) of a value that JSON can hold."""
    return zlib.crc32(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)) % LARGEST + 1


def changes_nothing(command: t.Mapping[str, t.Any], whose: str) -> bool:
    """Whether a change names no field beside ``whose`` row it is: row and version stay, and nothing is said of it."""
    return command.keys() <= {"version", whose}


def said(command: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What a first version says: what is null there is not said."""
    return {name: value for name, value in command.items() if value is not None}


def of_old(change: Change) -> Change:
    """The handler of a change's first version, where null meant the same as absent: as it was."""

    def handler(work: t.Any, command: dict[str, t.Any]) -> dict[str, t.Any] | None:
        return change(work, said(command))

    return handler


def check(seen: int | None, actual: int) -> None:
    """Raise Rejected when the caller saw another version; ``seen`` None: the caller did not say."""
    if seen is not None and seen != actual:
        raise Rejected("version-conflict", expected=seen, actual=actual)
