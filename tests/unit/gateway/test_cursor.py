"""A listener's cursor: nothing lost, nothing twice, in whichever order transactions commit."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cursor import WINDOW_MS, Cursor, milliseconds, smallest

START = 1_790_000_000_000


def one(moment: int, number: int) -> UUID:
    """A UUIDv7 of a millisecond."""
    return UUID(int=smallest(moment).int | random.Random(number).getrandbits(62))


IDS = st.lists(
    st.builds(one, st.integers(START, START + WINDOW_MS - 1), st.integers(0, 10**6)),
    unique_by=lambda made: made.hex[-8:],  # 32 random bits, the same twice in a minute once in a lifetime
    max_size=40,
)


@given(IDS)
def test_a_cursor_is_read_as_it_was_written(ids: list[UUID]) -> None:
    cursor = Cursor(smallest(START))
    for sent in ids:
        cursor.add(sent)
    read = Cursor.parse(str(cursor))
    assert (read.newest, read.seen) == (cursor.newest, cursor.seen)


@given(IDS, st.data())
def test_who_comes_back_gets_exactly_what_was_not_sent_whatever_the_order_of_commits(
    ids: list[UUID], data: st.DataObject
) -> None:
    """Some were committed and sent before the connection was lost, the others (earlier ids among them) after it."""
    cursor = Cursor(smallest(START))
    order = data.draw(st.permutations(ids))
    cut = data.draw(st.integers(0, len(ids)))
    for sent in order[:cut]:
        cursor.add(sent)
    back = Cursor.parse(str(cursor))
    again = [row for row in sorted(ids) if row >= back.floor and not back.has(row)]
    assert again == sorted(order[cut:])


def test_what_is_older_than_the_window_is_forgotten_and_not_asked_for() -> None:
    cursor = Cursor(smallest(START))
    old, new = one(START, 1), one(START + WINDOW_MS + 1, 2)
    cursor.add(old)
    cursor.add(new)
    assert list(cursor.seen.values()) == [milliseconds(new)]
    assert old < cursor.floor


@pytest.mark.parametrize("text", ["", "x", "0" * 31, "0" * 32 + ".abc", "0" * 32 + "." + "g" * 12, "0" * 33, "\x00"])
def test_nonsense_is_no_cursor(text: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        Cursor.parse(text)
