"""Many waiting cases solved together."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from chassis.database import Database
from chassis.errors import Rejected
from chassis.ids import new_id
from contracts.assignment import QUERIES
from services.assignment.domain import backlog
from services.assignment.domain.backlog import WITHOUT_LAWYER, Ask, Lawyers, Problem, choices, solve_greedily, worth
from services.assignment.domain.points import Weights
from services.assignment.rerouting import Rerouting
from services.assignment.solve import Scored, optimum, solve, solver
from tests.unit.assignment.conftest import AUDITOR, LIAISON, Office, lawyer_principal
from tests.unit.assignment.test_handling import refusal

MATTERS = ("marriage_family", "labour_or_pay")
DISTRICTS = ("凤泉区", "河滨区")


def people(draw, number: int, *, most: int = 3) -> Lawyers:
    """A few lawyers in two firms."""
    each = range(number)

    def some(strategy):
        return [draw(strategy) for _ in each]

    def having():
        return sorted(draw(st.sets(st.sampled_from(each)))) if number else []

    return Lawyers(
        capacity=some(st.integers(0, most)),
        load=some(st.integers(0, 2)),
        practice_years=some(st.integers(0, 30)),
        rested_from=some(st.sampled_from([0, 1_780_000_000, 1_789_000_000])),
        criminal_years=some(st.integers(0, 5)),
        for_minors=some(st.booleans()),
        everywhere=some(st.booleans()),
        absent=some(st.sampled_from([False, False, False, True])),
        gender=some(st.sampled_from(["female", "male", None])),
        firm=some(st.integers(0, 1)),
        firm_district=list(DISTRICTS),
        specialties={matter: [(one, draw(st.integers(0, 20))) for one in having()] for matter in MATTERS},
        districts={district: having() for district in DISTRICTS},
        languages={"uyghur": having()},
        standing={"garrison": having()},
        metres={"凤泉区": [draw(st.integers(-1, 90_000)), draw(st.integers(-1, 90_000))]},
    )


@st.composite
def problems(draw):
    number = draw(st.integers(0, 4))
    groups = []
    for _ in range(draw(st.integers(0, 3))):
        ask = Ask(
            matter=draw(st.sampled_from(MATTERS)),
            organization=draw(st.sampled_from(["garrison", "womens-federation"])),
            district=draw(st.sampled_from([None, *DISTRICTS])),
            gender=draw(st.sampled_from([None, None, "female"])),
            language=draw(st.sampled_from([None, None, "uyghur"])),
            wished=draw(st.none() | st.integers(0, 3)),
            grave=draw(st.booleans()),
            minor=draw(st.booleans()),
            priority=draw(st.booleans()),
            blocked=tuple(sorted(draw(st.sets(st.integers(0, number - 1))))) if number else (),
            firms=draw(st.sampled_from([(), (), (0,), (1,)])),
        )
        groups.append(ask)
    return Problem(
        lawyers=people(draw, number),
        groups=groups,
        sizes=[draw(st.integers(1, 3)) for _ in groups],
        weights=[Weights() for _ in groups],
        spread=2000,
        now=1_790_000_000,
        years_for_grave=3,
    )


def value(problem: Problem, solution) -> int:
    return worth(problem, solution.flows, solution.choices)


@given(problems())
def test_the_ranking_over_arrays_is_the_ranking_lawyer_by_lawyer(problem):
    if len(problem.lawyers):
        scored = Scored(problem)
        for number in range(len(problem.groups)):
            assert scored.choices(number) == choices(problem, number)


@pytest.mark.slow
@given(problems())
def test_no_plan_breaks_a_hard_rule_or_gives_a_lawyer_more_than_there_is_room(problem):
    solvers = [solve_greedily, *([optimum] if problem.groups and len(problem.lawyers) else [])]
    for planner in solvers:
        found = planner(problem)
        for number, flow in enumerate(found.flows):
            assert {lawyer for lawyer, _ in flow} <= {lawyer for lawyer, _ in choices(problem, number)}
            assert sum(amount for _, amount in flow) <= problem.sizes[number]
        for lawyer, places in enumerate(problem.lawyers.places()):
            assert sum(amount for flow in found.flows for one, amount in flow if one == lawyer) <= places


@pytest.mark.slow
@settings(max_examples=60)
@given(problems())
def test_the_optimum_is_never_worse_than_the_greedy_plan_and_always_the_same(problem):
    if problem.groups and len(problem.lawyers):
        best = optimum(problem)
        assert value(problem, best) >= value(problem, solve_greedily(problem))
        assert optimum(problem) == best


def outline_of(problem: Problem) -> Problem:
    """What cases ask for, while nobody knows yet who may not take them."""
    asks = {replace(ask, blocked=(), firms=()): weights for ask, weights in reversed(zipped(problem))}
    return replace(problem, groups=list(asks), weights=list(asks.values()), sizes=[])


def zipped(problem: Problem) -> list[tuple[Ask, Weights]]:
    return list(zip(problem.groups, problem.weights, strict=True))


@pytest.mark.slow
@settings(max_examples=60)
@given(problems())
def test_what_is_told_ahead_makes_no_other_plan(problem):
    if problem.groups and len(problem.lawyers):
        ahead = Scored(outline_of(problem))
        ahead.rank_all()
        assert optimum(problem, ahead) == optimum(problem)


@pytest.mark.slow
@settings(max_examples=30)
@given(problems())
def test_the_optimum_is_as_good_as_trying_everything(problem):
    if not problem.groups or not len(problem.lawyers):
        return
    small = replace(problem, sizes=[min(size, 2) for size in problem.sizes])
    points = [choices(small, number) for number in range(len(small.groups))]
    cases = [number for number, size in enumerate(small.sizes) for _ in range(size)]
    best = None
    for picks in itertools.product(*([None, *(lawyer for lawyer, _ in points[number])] for number in cases)):
        if all(picks.count(lawyer) <= places for lawyer, places in enumerate(small.lawyers.places())):
            flows = [[] for _ in small.groups]
            for number, pick in zip(cases, picks, strict=True):
                if pick is not None:
                    flows[number].append((pick, 1))
            tried = sum(value_of for value_of in [worth(small, [merged(flow) for flow in flows], points)])
            best = tried if best is None else max(best, tried)
    assert value(small, optimum(small)) == best


def merged(flow):
    lawyers = sorted({lawyer for lawyer, _ in flow})
    return [(lawyer, sum(amount for one, amount in flow if one == lawyer)) for lawyer in lawyers]


def one_lawyer_each(capacity, load, years) -> Lawyers:
    number = len(capacity)
    return Lawyers(
        capacity=capacity,
        load=load,
        practice_years=[0] * number,
        rested_from=[0] * number,
        criminal_years=[0] * number,
        for_minors=[False] * number,
        everywhere=[True] * number,
        absent=[False] * number,
        gender=["female", "male"][:number],
        firm=[0] * number,
        firm_district=["凤泉区"],
        specialties={"marriage_family": [(one, of) for one, of in enumerate(years) if of is not None]},
    )


def test_the_process_of_its_own_finds_what_greedy_misses():
    lawyers = one_lawyer_each([1, 1], [0, 0], [9, 8])
    asks = [Ask("marriage_family", "x", gender="female"), Ask("marriage_family", "x", priority=True)]
    problem = Problem(lawyers, asks, [1, 1], [Weights(), Weights()], 2000, 1_790_000_000, 3)
    assert sum(amount for flow in solve_greedily(problem).flows for _, amount in flow) == 1
    found = solve(problem)
    assert (found.method, found.flows) == ("optimum", [[(0, 1)], [(1, 1)]])


def test_the_process_ranks_what_it_is_told_ahead_and_the_plan_is_greedy_where_it_has_died():
    lawyers = one_lawyer_each([1, 1], [0, 0], [9, 8])
    asks = [Ask("marriage_family", "x", blocked=(0,)), Ask("marriage_family", "x", priority=True)]
    problem = Problem(lawyers, asks, [1, 1], [Weights(), Weights()], 2000, 1_790_000_000, 3)
    with solver() as solve_one:
        solve_one.prepare(outline_of(problem))
        found = solve_one(problem)
    assert (found.method, found.flows) == ("optimum", [[(1, 1)], [(0, 1)]])
    with solver() as solve_one:
        solve_one.process.kill()
        solve_one.process.wait()
        solve_one.prepare(outline_of(problem))
        assert solve_one(problem).method == "greedy"


def test_the_load_is_spread_where_the_points_are_alike():
    lawyers = one_lawyer_each([10, 10], [0, 0], [5, 5])
    problem = Problem(lawyers, [Ask("marriage_family", "x")], [6], [Weights()], 2000, 1_790_000_000, 3)
    assert optimum(problem).flows == [[(0, 3), (1, 3)]]


def by_matrix(problem: Problem) -> int:
    """What the best plan is worth, by scipy: a row for each case, a column for each place on a desk, or for none."""
    seats = [(lawyer, taken) for lawyer, room in enumerate(problem.lawyers.places()) for taken in range(room)]
    rows = []
    for number, size in enumerate(problem.sizes):
        points = dict(choices(problem, number))
        row = [
            points[lawyer] - backlog.fuller(problem, lawyer, taken) if lawyer in points else -WITHOUT_LAWYER
            for lawyer, taken in seats
        ]
        rows += [row + [-WITHOUT_LAWYER] * sum(problem.sizes)] * size
    worths = numpy.array(rows)
    return int(worths[linear_sum_assignment(worths, maximize=True)].sum())


def a_crowd(seed: int) -> Problem:
    """120 cases in 60 groups that are alike but for who may not take them, and 40 lawyers with about as many places."""
    chance = random.Random(seed)
    number = 40
    having = {district: sorted(chance.sample(range(number), 25)) for district in DISTRICTS}
    lawyers = Lawyers(
        capacity=[chance.randint(1, 5) for _ in range(number)],
        load=[chance.randint(0, 1) for _ in range(number)],
        practice_years=[chance.randint(0, 30) for _ in range(number)],
        rested_from=[chance.choice([0, 1_780_000_000, 1_789_000_000]) for _ in range(number)],
        criminal_years=[0] * number,
        for_minors=[True] * number,
        everywhere=[False] * number,
        absent=[False] * number,
        gender=[None] * number,
        firm=[one % 8 for one in range(number)],
        firm_district=[DISTRICTS[one % 2] for one in range(8)],
        specialties={matter: [(one, chance.randint(0, 12)) for one in range(0, number, 2)] for matter in MATTERS},
        districts=having,
    )
    groups = [
        Ask(
            matter=chance.choice(MATTERS),
            organization="garrison",
            district=chance.choice(DISTRICTS),
            blocked=tuple(sorted(chance.sample(range(number), chance.randint(0, 3)))),
            firms=tuple(sorted(chance.sample(range(8), chance.randint(0, 3)))),
        )
        for _ in range(60)
    ]
    sizes = [chance.randint(1, 3) for _ in groups]
    return Problem(lawyers, groups, sizes, [Weights()] * 60, 2000, 1_790_000_000, 3)


def a_squeeze(seed: int) -> Problem:
    """A dozen groups of one matter for eight lawyers in three firms, with hardly a lawyer whom all of them may have."""
    chance = random.Random(seed)
    lawyers = replace(
        one_lawyer_each([chance.randint(1, 4) for _ in range(8)], [0] * 8, [chance.randint(0, 10) for _ in range(8)]),
        gender=[None] * 8,
        firm=[one % 3 for one in range(8)],
        firm_district=[DISTRICTS[0]] * 3,
    )
    groups = {
        Ask(
            matter="marriage_family",
            organization="garrison",
            blocked=tuple(sorted(chance.sample(range(8), chance.randint(0, 3)))),
            firms=tuple(sorted(chance.sample(range(3), chance.randint(0, 2)))),
        ): chance.randint(1, 3)
        for _ in range(12)
    }
    return Problem(lawyers, list(groups), list(groups.values()), [Weights()] * len(groups), 2000, 1_790_000_000, 3)


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_is_that_of_scipys_assignment_and_says_that_nothing_is_better(monkeypatch, seed):
    problem = a_crowd(seed)
    monkeypatch.setattr("services.assignment.flow.FIRST_PAIRS", 1)  # so that most pairs must be found by their price
    monkeypatch.setattr("services.assignment.flow.MORE_PAIRS", 2)
    monkeypatch.setattr("services.assignment.flow.ROUNDS", 50)
    found = optimum(problem)
    every = sum(len(choices(problem, number)) for number in range(len(problem.groups)))
    assert value(problem, found) == by_matrix(problem)
    assert found.short == 0
    assert found.considered < every, "most pairs were never in the network"


@pytest.mark.parametrize("few", [0, 200])
def test_cases_whose_lawyers_of_the_common_plan_may_not_take_them_are_moved_and_the_plan_stays_the_best(
    monkeypatch, few
):
    """One by one, or where they are many by solving again without them in common."""
    monkeypatch.setattr("services.assignment.flow.FEW_ASTRAY", few)
    moved = []
    move = Rerouting.move
    monkeypatch.setattr(Rerouting, "move", lambda plan, *case: moved.append(case) or move(plan, *case))
    for seed in range(12):
        problem = a_squeeze(seed)
        found = optimum(problem)
        assert value(problem, found) == by_matrix(problem)
        assert found.short == 0
        for number, flow in enumerate(found.flows):
            assert {lawyer for lawyer, _ in flow} <= {lawyer for lawyer, _ in choices(problem, number)}
    assert bool(moved) == bool(few)


def test_a_plan_that_is_cut_short_says_how_much_better_the_best_can_be(monkeypatch):
    problem = a_crowd(1)
    monkeypatch.setattr("services.assignment.flow.FIRST_PAIRS", 1)
    monkeypatch.setattr("services.assignment.flow.ROUNDS", 1)
    found, best = optimum(problem), by_matrix(problem)
    assert found.short is not None
    assert value(problem, found) <= best <= value(problem, found) + found.short


def test_without_a_solver_the_plan_says_that_it_is_greedy(monkeypatch):
    lawyers = one_lawyer_each([2, 2], [0, 0], [5, 1])
    problem = Problem(lawyers, [Ask("marriage_family", "x")], [3], [Weights()], 2000, 1_790_000_000, 3)
    monkeypatch.setattr("services.assignment.solve.importlib.util.find_spec", lambda name: None)
    assert solve(problem).method == "greedy"
    assert solve(problem).flows == [[(0, 2), (1, 1)]]


def test_in_a_large_problem_each_group_keeps_its_best_lawyers_with_room_to_spare(monkeypatch):
    found = [(lawyer, 100 - lawyer) for lawyer in range(100)]
    assert backlog.keep_enough(found, 5, [1] * 100, groups=1) == found
    monkeypatch.setattr(backlog, "ALL_PAIRS", 0)
    assert backlog.keep_enough(found, 5, [1] * 100, groups=1) == found[:50]
    assert backlog.keep_enough(found, 25, [1] * 100, groups=1) == found[:75]


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


def test_backlog_plans_are_listed_newest_first_for_the_center(office: Office):
    office.lawyer(office.firm(), "李律师", capacity=2)
    for number in range(3):
        office.grant(f"申请人{number}", f"对方{number}")
    first, second = (office.do("plan_backlog")["id"] for _ in range(2))
    office.do("offer_backlog", plan=first)
    page = office.ask("backlog_plans", limit=1)
    assert not QUERIES["assignment.backlog_plans"][1]().validate(page)
    (item,) = page["items"]
    assert (item["id"], item["state"], item["assigned"], item["without_lawyer"]) == (second, "made", 2, 1)
    (last,) = office.ask("backlog_plans", AUDITOR, after=page["next"])["items"]
    assert (last["id"], last["state"]) == (first, "offered")
    assert [one["id"] for one in office.ask("backlog_plans", state="made")["items"]] == [second]
    for other in (LIAISON, lawyer_principal(new_id())):
        with pytest.raises(Rejected, match="forbidden"):
            office.ask("backlog_plans", other)


def test_backlog_plans_are_listed_on_postgresql_too(postgres_url):
    office = Office(database=Database(postgres_url("backlog-plans")))
    office.organization()
    office.grant("陈某", "孙某")
    plan = office.do("plan_backlog")
    (item,) = office.ask("backlog_plans")["items"]
    assert (item["id"], item["assigned"], item["without_lawyer"]) == (plan["id"], 0, 1)


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


def test_a_plan_for_an_organization_that_there_is_not_is_refused(office: Office):
    refused = refusal(office, "plan_backlog", organization="nowhere")
    assert (refused.problem, refused.params["code"]) == ("unknown-organization", "nowhere")


def test_an_alternative_costs_what_the_plan_would_be_worth_less(office: Office) -> None:
    firm = office.firm()
    equal = [office.lawyer(firm, name, capacity=4) for name in ("甲律师", "乙律师")]
    for number in range(2):
        office.grant(aided=f"人{number}", against=f"敌{number}")
    for line in office.do("plan_backlog")["lines"]:
        (other,) = line["alternatives"]
        assert {line["lawyer"], other["lawyer"]} == set(equal)
        assert (other["points_less"], other["full"]) == (20 / 4, False), "a second case on the same desk"


@pytest.mark.slow
def test_an_alternative_whose_desk_the_plan_has_filled_is_marked(office: Office) -> None:
    firm = office.firm()
    best, other = office.lawyer(firm, "甲律师", 10, capacity=1), office.lawyer(firm, "乙律师", 1, capacity=9)
    for number in range(2):
        office.grant(aided=f"人{number}", against=f"敌{number}")
    plan = {line["lawyer"]: line["alternatives"] for line in office.do("plan_backlog")["lines"]}
    assert [(one["lawyer"], one["full"], one["points_less"] > 0) for one in plan[best]] == [(other, False, True)]
    assert [(one["lawyer"], one["full"], one["points_less"] < 0) for one in plan[other]] == [(best, True, True)]
