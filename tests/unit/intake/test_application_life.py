"""The state machine of an application refuses every move that is not drawn."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import terms
from services.intake.domain import application as life
from services.intake.domain import names
from services.intake.domain.numbers import application_number

ACTS = sorted({act for _, act in life.MOVES})


@given(st.sampled_from(life.STATES), st.sampled_from([*ACTS, "", "file", "pay"]))
def test_a_move_leads_where_it_is_drawn_or_nowhere(state: str, act: str) -> None:
    if (state, act) in life.MOVES:
        assert life.move(state, act) == life.MOVES[state, act]
        assert (act in life.allowed(state)) == (act not in life.BY_RULE), "what comes by rule is nobody's to do"
        return
    with pytest.raises(life.WrongState):
        life.move(state, act)
    assert act not in life.allowed(state)


@given(st.lists(st.sampled_from(ACTS), max_size=30))
def test_no_sequence_of_acts_leads_out_of_a_final_state(acts: list[str]) -> None:
    state = life.START
    for act in acts:
        before = state
        try:
            state = life.move(state, act)
        except life.WrongState:
            assert state == before
            continue
        assert before not in life.FINAL


def test_every_state_has_its_words_and_can_be_reached() -> None:
    assert set(life.STATES) == set(terms.APPLICATION_STATES)
    reached, seen = {life.START}, set()
    while reached - seen:
        state = (reached - seen).pop()
        seen.add(state)
        reached |= {after for (before, _), after in life.MOVES.items() if before == state}
    assert seen == set(life.STATES)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2060, 1, 1)), st.dates(dt.date(1900, 1, 1), dt.date(2060, 12, 31)))
def test_nobody_is_younger_the_day_after(born: dt.date, day: dt.date) -> None:
    assert names.age_on(born, day) <= names.age_on(born, day + dt.timedelta(days=1)) <= names.age_on(born, day) + 1


def test_an_age_is_completed_on_the_birthday() -> None:
    born = dt.date(2008, 9, 1)
    assert names.age_on(born, dt.date(2026, 8, 31)) == 17
    assert names.age_on(born, dt.date(2026, 9, 1)) == 18
    assert names.age_on(dt.date(2008, 2, 29), dt.date(2026, 2, 28)) == 17


def test_minority_names_are_compared_without_their_separators() -> None:
    assert names.name_key("阿依古丽·买买提") == names.name_key("阿依古丽•买买提") == names.name_key(" 阿依古丽 買買提")


@given(st.text(alphabet="0123456789X", max_size=30))
def test_a_masked_number_keeps_its_length_and_hides_most(number: str) -> None:
    masked = names.masked_number(number) or ""
    assert len(masked) == len(number)
    assert masked.count("*") >= len(number) - 8


def test_numbers_grow_past_five_digits() -> None:
    assert application_number(2026, 1) == "A2026-00001"
    assert application_number(2026, 123_456) == "A2026-123456"
