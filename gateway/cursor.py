"""Where a listener stands: the id of the newest notification that was sent, and which of the last minute were sent.

Ids carry the time at which they were made, but transactions commit in another order: a notification may appear after
one with a later id. So a resumed stream looks a minute back, and the cursor says which of that minute were sent
already. Nothing is lost as long as a transaction lasts less than a minute, and nothing comes twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

WINDOW_MS = 60_000
MOST = 200  # of the last minute; beyond it some may come twice
TEXT = re.compile(r"([0-9a-f]{32})(?:\.((?:[0-9a-f]{12})*))?")


@dataclass
class Cursor:
    """``seen``: the last digits of an id -> its milliseconds, for what was sent and is younger than a minute."""

    newest: UUID
    seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def at(cls, one: UUID) -> Cursor:
        """The cursor of who begins to listen when an id is made."""
        return cls(smallest(milliseconds(one)))

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Raises ValueError for what is no cursor."""
        found = TEXT.fullmatch(text.strip())
        if found is None:
            raise ValueError("not a cursor")
        newest, parts = UUID(found[1]), found[2] or ""
        pairs = (parts[place : place + 12] for place in range(0, len(parts), 12))
        at = milliseconds(newest)
        return cls(newest, {pair[:8]: at - int(pair[8:], 16) for pair in pairs})

    def __str__(self) -> str:
        at = milliseconds(self.newest)
        latest = sorted(self.seen.items(), key=lambda pair: -pair[1])[:MOST]
        parts = "".join(f"{tail}{max(0, min(at - moment, 0xFFFF)):04x}" for tail, moment in latest)
        return f"{self.newest.hex}.{parts}" if parts else self.newest.hex

    @property
    def floor(self) -> UUID:
        """The smallest id that may not have been sent yet."""
        return smallest(milliseconds(self.newest) - WINDOW_MS)

    def has(self, one: UUID) -> bool:
        """Whether a notification of the last minute was sent."""
        return one.hex[-8:] in self.seen

    def add(self, one: UUID) -> None:
        """A notification was sent."""
        self.seen[one.hex[-8:]] = milliseconds(one)
        if one > self.newest:
            self.newest = one
            oldest = milliseconds(one) - WINDOW_MS
            self.seen = {tail: moment for tail, moment in self.seen.items() if moment >= oldest}


def milliseconds(one: UUID) -> int:
    """When a UUIDv7 was made."""
    return one.int >> 80


def smallest(moment: int) -> UUID:
    """The smallest UUIDv7 of a millisecond."""
    return UUID(int=(max(moment, 0) & (2**48 - 1)) << 80 | 0x7 << 76 | 0x2 << 62)
