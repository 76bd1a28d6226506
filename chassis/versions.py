"""Versions: what a caller saw must still be there when they overwrite it.

Rows that are changed often count their changes. What has no counter takes its version from its content, so that the
same content has the same version; a collision of one in a thousand million is the price of having no column for it.
"""

from __future__ import annotations

import typing as t
import zlib

import orjson

from chassis.errors import Rejected

LARGEST = 999_999_999  # nine digits, as the door reads them in If-Match


def of_content(content: t.Any) -> int:
    """The version (from 1) of a value that JSON can hold."""
    return zlib.crc32(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)) % LARGEST + 1


def check(seen: int | None, actual: int) -> None:
    """Raise Rejected when the caller saw another version; ``seen`` None: the caller did not say."""
    if seen is not None and seen != actual:
        raise Rejected("version-conflict", expected=seen, actual=actual)
