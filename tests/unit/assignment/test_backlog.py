"""Many waiting cases solved together."""

from __future__ import annotations

import itertools
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment.domain.backlog import Group, plan
from services.assignment.solve import by_flow, solve
from tests.unit.assignment.conftest import LIAISON, Office
from tests.unit.assignment.test_handling import refusal


def in_process(sizes, arcs, free):
    """The solver of the subprocess, called directly."""
    lawyers = sorted({lawyer for _, lawyer, _ in arcs})
    if not arcs:
        return None
    problem = {
        "sizes": sizes,
        "free": [free[lawyer] for lawyer in lawyers],
        "arcs": [[group, lawyers.index(lawyer), cost] for group, lawyer, cost in arcs],
    }
    return {(arcs[number][0], arcs[number][1]): amount for number, amount in solve(problem)}


lawyer_ids = [UUID(int=number) for number in range(1, 5)]


@st.composite
def problems(draw):
    free = {lawyer: draw(st.integers(0, 3)) for lawyer in lawyer_ids}
    groups, number = [], 100
    for _ in range(draw(st.integers(0, 3))):
        size = draw(st.integers(1, 3))
        chosen = draw(st.lists(st.sampled_from(lawyer_ids), unique=True, max_size=4))
        choices = sorted(((one, float(draw(st.integers(0, 100)))) for one in chosen), key=lambda one: -one[1])
        groups.append(Group(tuple(UUID(int=number + n) for n in range(size)), tuple(choices)))
        number += size
    return groups, free


def worth(made) -> tuple[int, float]:
    return len(made.pairs), sum(pair.points for pair in made.pairs)


@given(problems())
def test_no_plan_gives_a_case_twice_or_a_lawyer_more_than_there_is_room(problem):
    groups, free = problem
    for solver in (None, in_process):
        made = plan(groups, free, solver)
        placed = [pair.case for pair in made.pairs]
        assert sorted([*placed, *made.left]) == sorted(case for group in groups for case in group.cases)
        allowed = {case: dict(group.choices) for group in groups for case in group.cases}
        for pair in made.pairs:
            assert allowed[pair.case][pair.lawyer] == pair.points
        for lawyer in lawyer_ids:
            assert sum(pair.lawyer == lawyer for pair in made.pairs) <= free[lawyer]


@given(problems())
def test_the_optimum_is_never_worse_than_the_greedy_plan(problem):
    groups, free = problem
    assert worth(plan(groups, free, in_process)) >= worth(plan(groups, free))


@settings(max_examples=40)
@given(problems())
def test_the_optimum_is_as_good_as_trying_everything(problem):
    groups, free = problem
    cases = [(case, dict(group.choices)) for group in groups for case in group.cases][:6]
    small = [Group((case,), tuple(choices.items())) for case, choices in cases]
    best = (0, 0.0)
    for picks in itertools.product(*([None, *choices] for _, choices in cases)):
        if all(picks.count(lawyer) <= places for lawyer, places in free.items()):
            points = sum(choices[pick] for (_, choices), pick in zip(cases, picks, strict=True) if pick)
            best = max(best, (sum(pick is not None for pick in picks), points))
    assert worth(plan(small, free, in_process)) == best


def test_the_process_of_its_own_finds_what_greedy_misses():
    one, other = lawyer_ids[:2]
    picky = Group((UUID(int=100),), ((one, 90.0),))
    easy = Group((UUID(int=101),), ((one, 95.0), (other, 94.0)))
    free = {one: 1, other: 1}
    assert worth(plan([picky, easy], free)) == (1, 95.0)
    made = plan([picky, easy], free, by_flow)
    assert (made.method, worth(made)) == ("optimum", (2, 184.0))


def test_without_a_solver_the_plan_says_that_it_is_greedy():
    assert plan([], {}, by_flow).method == "greedy"
    assert plan([Group((UUID(int=100),), ())], {}, lambda *_: None).method == "greedy"


def test_a_backlog_is_planned_looked_at_and_offered_once(office: Office):
    firm = office.firm()
    busy = office.lawyer(firm, "李律师", years=9, capacity=2)
    other = office.lawyer(firm, "赵律师", years=1, capacity=2)
    cases = [office.grant(f"申请人{n}", f"对方{n}")["id"] for n in range(5)]
    made = office.do("plan_backlog")
    assert (made["method"], made["assigned"], made["most_per_lawyer"]) == ("optimum", 4, 2)
    assert [line["lawyer"] for line in made["lines"]] == [busy, busy, other, other]
    assert made["left"] == ["C2026-00005"]
    assert made["lines"][0]["alternatives"][0]["lawyer"] == other
    assert made["lines"][0]["alternatives"][0]["points_less"] > 0
    assert office.case(cases[0])["state"] == "proposed"
    office.do("terminate_case", case=cases[1], ground="own_request", reason="本人申请")
    done = office.do("offer_backlog", plan=made["id"])
    assert (done["offered"], done["passed_over"]) == (3, 1)
    assert refusal(office, "offer_backlog", plan=made["id"]).problem == "wrong-state"
    assert office.ask("backlog_plan", plan=made["id"])["state"] == "offered"


def test_a_case_with_a_conflict_is_planned_by_itself_and_never_against_the_conflict(office: Office):
    conflicted = office.lawyer(office.firm(), "李律师", years=9)
    other = office.lawyer(office.firm("公平所"), "周律师", years=1)
    office.assigned(conflicted, aided="王某", against="某公司")
    office.grant(aided="陈某", against="孙某")
    office.grant(aided="马某", against="王某")
    assert [line["lawyer"] for line in office.do("plan_backlog")["lines"]] == [conflicted, other]


def test_only_the_center_plans_the_backlog(office: Office):
    assert refusal(office, "plan_backlog", LIAISON).problem == "forbidden"
    assert refusal(office, "offer_backlog", LIAISON, plan="01890000-0000-7000-8000-000000000000").problem == "forbidden"
