"""Who is asked first, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assignment.domain.conflicts import Conflict
from services.assignment.domain.points import most_without_practice, score, seconds
from services.assignment.domain.ranking import HARD_RULES, WAIVABLE, Lawyer, Need, Weights, obstacles, points, rank

NOW = dt.datetime(2026, 9, 1, 2, 0, tzinfo=dt.UTC)
NEED = Need("marriage_family", "civil_litigation", "woman", "womens-federation", district="凤泉区")
FIRM = UUID(int=1000)


def a_lawyer(number: int = 1, **more) -> Lawyer:
    return Lawyer(UUID(int=number), f"律师{number}", FIRM, "正义所", capacity=10, **more)


lawyers = st.builds(
    Lawyer,
    id=st.uuids(),
    name=st.just("某律师"),
    firm=st.sampled_from([UUID(int=n) for n in range(1000, 1005)]),
    firm_name=st.just("某所"),
    capacity=st.integers(0, 20),
    load=st.integers(0, 25),
    matter_years=st.none() | st.integers(0, 50),
    practice_years=st.integers(0, 50),
    criminal_defence_years=st.integers(0, 10),
    trained_for_minors=st.booleans(),
    works_in_district=st.booleans(),
    near=st.booleans(),
    standing=st.booleans(),
    absent=st.booleans(),
    last_assigned_at=st.none()
    | st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2026, 9, 1), timezones=st.just(dt.UTC)),
)
needs = st.builds(
    Need,
    matter=st.just("criminal_defence"),
    form_of_aid=st.sampled_from(["criminal_defence", "civil_litigation"]),
    recipient_group=st.sampled_from(["minor", "soldier", "woman"]),
    organization=st.just("garrison"),
    district=st.none() | st.just("凤泉区"),
    urgent=st.booleans(),
    facts=st.sampled_from([frozenset(), frozenset({"life_or_death_sentence_possible"})]),
)


weighings = st.builds(Weights, *[st.sampled_from([0, 0.5, 3, 40, 1000])] * 8)


@given(lawyers, weighings, st.booleans(), st.booleans(), st.booleans())
def test_nobody_who_does_not_practise_the_matter_has_more_points_than_the_query_reckons_with(
    lawyer, weights, urgent, wished, anybody_wished
):
    other = replace(lawyer, matter_years=None, wished=wished and anybody_wished)
    most = most_without_practice(weights, seconds(NOW), urgent, anybody_wished)
    assert score(other, weights, seconds(NOW), urgent) <= most


@given(needs, st.lists(lawyers, max_size=12, unique_by=lambda one: one.id), st.randoms())
def test_the_order_does_not_depend_on_how_the_lawyers_were_read(need, network, random):
    shuffled = list(network)
    random.shuffle(shuffled)
    assert rank(need, network, NOW) == rank(need, shuffled, NOW)


@given(needs, st.lists(lawyers, max_size=12, unique_by=lambda one: one.id))
def test_everyone_is_either_a_candidate_or_excluded_and_no_candidate_breaks_a_hard_rule(need, network):
    ranking = rank(need, network, NOW)
    assert len(ranking.candidates) + ranking.excluded == len(network)
    for candidate in ranking.candidates:
        assert obstacles(need, candidate.lawyer) == []


@given(needs, st.lists(lawyers, max_size=12, unique_by=lambda one: one.id))
def test_scores_fall_and_the_points_of_the_reasons_add_up_to_the_score(need, network):
    candidates = rank(need, network, NOW).candidates
    scores = [one.score for one in candidates]
    assert scores == sorted(scores, reverse=True)
    for one in candidates:
        assert sum(reason.points for reason in one.reasons) == pytest.approx(one.score, abs=0.001)
        assert all(reason.zh and reason.en for reason in one.reasons)


@given(needs, lawyers, st.integers(0, 5))
def test_more_work_on_the_desk_never_helps_and_more_years_never_harm(need, lawyer, more):
    weights = Weights()
    busier = replace(lawyer, load=lawyer.load + more)
    wiser = replace(lawyer, matter_years=(lawyer.matter_years or 0) + more, practice_years=lawyer.practice_years + more)
    assert points(need, busier, weights, NOW) <= points(need, lawyer, weights, NOW)
    assert points(need, wiser, weights, NOW) >= points(need, lawyer, weights, NOW)


@given(needs, st.lists(lawyers, min_size=2, max_size=8, unique_by=lambda one: one.id), st.integers(1, 8))
def test_a_shorter_proposal_is_the_beginning_of_the_longer_one(need, network, most):
    assert rank(need, network, NOW, most=most).candidates == rank(need, network, NOW).candidates[:most]


def test_equal_points_go_to_whoever_was_assigned_longest_ago_then_to_the_smaller_id():
    weights = Weights(rotation=0)
    recent = a_lawyer(1, last_assigned_at=NOW - dt.timedelta(days=2))
    rested = a_lawyer(2, last_assigned_at=NOW - dt.timedelta(days=200))
    never, also_never = a_lawyer(4), a_lawyer(3)
    order = [
        one.lawyer.id.int for one in rank(NEED, [recent, never, rested, also_never], NOW, weights=weights).candidates
    ]
    assert order == [3, 4, 2, 1]


def test_a_specialist_goes_before_a_generalist_and_a_standing_lawyer_before_an_equal_one():
    generalist, specialist = a_lawyer(1), a_lawyer(2, matter_years=3)
    standing = a_lawyer(3, matter_years=3, standing=True)
    order = [one.lawyer.id.int for one in rank(NEED, [generalist, specialist, standing], NOW).candidates]
    assert order == [3, 2, 1]


@pytest.mark.parametrize(
    ("need", "lawyer", "rule"),
    [
        (NEED, a_lawyer(load=10), "capacity"),
        (NEED, a_lawyer(load=11), "capacity"),
        (NEED, a_lawyer(absent=True), "absence"),
        (NEED, a_lawyer(works_in_district=False), "district"),
        (replace(NEED, recipient_group="minor"), a_lawyer(), "minors"),
        (
            replace(NEED, form_of_aid="criminal_defence", facts=frozenset({"life_or_death_sentence_possible"})),
            a_lawyer(criminal_defence_years=2),
            "criminal_years",
        ),
    ],
)
def test_each_hard_rule_rules_out_alone_and_says_so(need, lawyer, rule):
    assert [reason.key for reason in obstacles(need, lawyer)] == [rule]


def test_three_years_of_criminal_defence_are_enough_for_a_case_of_life_or_death():
    need = replace(NEED, form_of_aid="criminal_defence", facts=frozenset({"life_or_death_sentence_possible"}))
    assert obstacles(need, a_lawyer(criminal_defence_years=3)) == []
    assert obstacles(replace(need, facts=frozenset()), a_lawyer()) == []


@pytest.mark.parametrize("by", ["name", "number"])
def test_a_conflict_of_the_firm_rules_out_every_colleague_by_law(by):
    conflict = Conflict(UUID(int=7), FIRM, "C2026-00007", by)
    (reason,) = obstacles(NEED, a_lawyer(), [conflict])
    assert (reason.key, reason.article) == ("conflict", "LL 39")
    assert reason.key not in WAIVABLE


def test_a_conflict_follows_the_lawyer_to_a_new_firm_and_leaves_others_alone():
    moved = replace(a_lawyer(7), firm=UUID(int=2000))
    stranger = replace(a_lawyer(8), firm=UUID(int=2000))
    conflict = Conflict(UUID(int=7), FIRM, "C2026-00007", "name")
    assert [one.lawyer for one in rank(NEED, [moved, stranger], NOW, conflicts=[conflict]).candidates] == [stranger]


def test_a_likely_conflict_excludes_from_the_rules_choice_but_a_person_may_decide_otherwise():
    likely = Conflict(UUID(int=1), FIRM, "C2026-00007", "sound")
    (reason,) = obstacles(NEED, a_lawyer(), [likely])
    assert reason.key in WAIVABLE


def test_what_law_or_possibility_forbids_cannot_be_set_aside():
    assert {"conflict", "criminal_years", "minors", "absence", "suspended"}.isdisjoint(WAIVABLE)
    assert len(HARD_RULES) == 9


def test_a_soldiers_case_has_priority_and_names_the_article():
    (candidate,) = rank(replace(NEED, recipient_group="soldier"), [a_lawyer(matter_years=5)], NOW).candidates
    (priority,) = [reason for reason in candidate.reasons if reason.key == "priority"]
    assert priority.article == "SML 61"
    (plain,) = rank(NEED, [a_lawyer(matter_years=5)], NOW).candidates
    assert candidate.score > plain.score


@given(needs, st.lists(lawyers, min_size=1, max_size=8, unique_by=lambda one: one.id), st.integers(1, 20))
def test_a_better_specialty_never_lowers_a_place(need, network, more):
    first, *others = network
    wiser = replace(first, matter_years=(-1 if first.matter_years is None else first.matter_years) + more)

    def place(one):
        return [found.lawyer.id for found in rank(need, [one, *others], NOW).candidates].index(one.id)

    if not obstacles(need, first):
        assert place(wiser) <= place(first)
