"""Signed values: read as they were, under any key of the ring, for one purpose only."""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import signing
from chassis.signing import Seal

OLD, NEW = "an-old-key-of-the-operator-0001", "a-new-key-of-the-operator-00001"
VALUES = st.recursive(st.none() | st.integers(-(2**53), 2**53) | st.text(), lambda inner: st.lists(inner, max_size=5))


@given(VALUES)
def test_what_was_signed_is_read_as_it_was(value: object) -> None:
    seal = Seal([NEW], "answer")
    text = seal.sign(value)
    assert seal.read(text) == value
    assert all(one.isalnum() or one in "-_." for one in text)


@given(st.lists(st.integers(0, 9), max_size=4), st.integers(min_value=0), st.sampled_from("Aaz09-_.\n"))
def test_whatever_is_changed_in_it_is_noticed(value: list[int], place: int, letter: str) -> None:
    seal = Seal([NEW], "answer")
    text = seal.sign(value)
    changed = list(text)
    changed[place % len(text)] = letter
    if "".join(changed) != text:
        with contextlib.suppress(ValueError):
            assert seal.read("".join(changed)) == value  # the last letter of base64 has spare bits


def test_an_old_key_still_reads_until_it_is_dropped_and_the_newest_signs() -> None:
    before = Seal([OLD], "answer").sign([1])
    both = Seal([NEW, OLD], "answer")
    assert both.read(before) == [1]
    assert Seal([NEW], "answer").read(both.sign([2])) == [2]
    with pytest.raises(ValueError, match="not signed here"):
        Seal([NEW], "answer").read(before)


def test_a_value_of_one_purpose_is_not_taken_for_another_s() -> None:
    with pytest.raises(ValueError, match="not signed here"):
        Seal([NEW], "feed").read(Seal([NEW], "answer").sign([1]))


def test_short_keys_are_refused_with_how_to_make_one() -> None:
    assert "secrets.token_urlsafe" in str(signing.check_keys(f"{NEW},short"))
    assert signing.check_keys(f"{NEW}, {OLD}") is None
    assert signing.check_keys("") is None


def test_a_machine_with_sqlite_makes_its_own_key_once_and_postgresql_gets_none(tmp_path: Path) -> None:
    signing.ring.cache_clear()
    first = signing.ring("", "sqlite:///{var}/{service}.db", str(tmp_path))
    signing.ring.cache_clear()
    assert signing.ring("", "sqlite:///{var}/{service}.db", str(tmp_path)) == first
    assert stat.S_IMODE((tmp_path / "links.key").stat().st_mode) == 0o600
    assert signing.ring("", "postgresql+psycopg://x/{service}", str(tmp_path)) == ()
    assert signing.ring(f"{NEW},{OLD}", "postgresql+psycopg://x/{service}", str(tmp_path)) == (NEW, OLD)
