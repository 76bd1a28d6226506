"""The state machine of a case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import terms
from services.assignment.domain.lifecycle import ACTS, BY_ORDER, IN_HAND, MOVES, START, STATES, WrongMove, move

WAY = ("offer", "accept", "retain", "end", "file", "check", "pay")


def test_the_states_are_the_terms_that_the_network_knows():
    assert set(STATES) == set(terms.CASE_STATES)


def test_the_straight_way_leads_from_the_grant_to_closed():
    state = START
    for act in WAY:
        state = move(state, act)
    assert state == "closed"


@given(st.sampled_from(STATES), st.sampled_from(ACTS))
def test_an_act_moves_as_the_table_says_or_is_refused_with_what_is_possible(state, act):
    if act in MOVES[state]:
        assert move(state, act) == MOVES[state][act]
        return
    with pytest.raises(WrongMove) as refused:
        move(state, act)
    assert refused.value.allowed == tuple(one for one in MOVES[state] if one not in BY_ORDER)


@given(st.lists(st.sampled_from(ACTS), max_size=40))
def test_whatever_is_tried_only_a_parting_lawyer_or_the_bureau_takes_a_case_back(acts):
    order = {"proposed": 0, "unassigned": 0, "offered": 0, "assigned": 1, "retained": 2, "ended": 3, "filed": 4}
    state = START
    for act in acts:
        try:
            after = move(state, act)
        except WrongMove:
            continue
        assert order.get(after, 5) >= order.get(state, 5) or act in ("part", "send_back", "restore", "reopen")
        assert act not in BY_ORDER or order.get(state, 5) >= 3, "only what has ended is given back"
        state = after
    assert state in STATES


def test_only_a_lawyer_who_has_a_case_can_part_from_it():
    assert {state for state in STATES if "part" in MOVES[state]} == IN_HAND
    assert {MOVES[state]["terminate"] for state in IN_HAND} == {"ended"}
    assert {MOVES[state]["terminate"] for state in ("proposed", "unassigned")} == {"closed"}


def test_every_state_can_be_reached_and_none_but_closed_is_an_end():
    reached, fresh = {START}, [START]
    while fresh:
        for after in MOVES[fresh.pop()].values():
            if after not in reached:
                reached.add(after)
                fresh.append(after)
    assert reached == set(STATES)
    ends = [state for state in STATES if {MOVES[state][act] for act in MOVES[state].keys() - BY_ORDER} <= {state}]
    assert ends == ["closed"]


def test_a_case_is_on_a_lawyers_desk_from_the_yes_to_the_end():
    assert {state for state in STATES if state in IN_HAND} == {"assigned", "retained"}
