"""What lawyers are owed, whatever becomes of a case: every difference is one open task and is paid once.

Supervision listens, so that its payment tasks are those that an officer would have.
"""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import Rejected
from contracts import terms
from contracts.assignment import QUERIES
from contracts.registry import REGISTRY
from services.assignment import models as m
from services.assignment.domain.subsidy import spread, spread_costs
from tests.unit.assignment.conftest import LIAISON, Office, lawyer_principal
from tests.unit.supervision.conftest import Network

FULL = 180_000  # civil litigation, by the table
FILE = {"summary": "办结", "documents": [{"kind": "judgment", "title": "民事判决书"}]}


class Money:
    """A case between two lawyers, and the center's officers who pay."""

    def __init__(self) -> None:
        self.office = Office()
        self.office.organization()
        firm = self.office.firm()
        self.lawyers = [self.office.lawyer(firm, name) for name in ("李律师", "周律师")]
        self.case = self.office.assigned(self.lawyers[0])["id"]
        self.supervision = Network()
        self.heard = 0

    @property
    def handler(self) -> str | None:
        return t.cast("str | None", self.office.case(self.case)["lawyer"])

    def handled(self, ground: str | None = None) -> None:
        """The lawyer of now ends the case, or its aid is terminated, and the file is handed in."""
        self.office.do("record_retainer", case=self.case)
        if ground:
            self.office.do("terminate_case", case=self.case, ground=ground, reason="据称已自行委托律师")
        else:
            self.office.do("end_case", case=self.case, outcome="won")
        self.office.do("submit_closing_file", case=self.case, **FILE)

    def terminated(self, grade: str = "good") -> None:
        self.handled("own_lawyer")
        self.office.do("check_closing_file", case=self.case, grade=grade)

    def restored(self, *, leaves: bool = False) -> None:
        """The bureau gives the aid back; where its lawyer has left meanwhile, the other one takes it."""
        former = self.handler
        if leaves and self.office.case(self.case)["termination_ground"]:
            self.office.do("change_lawyer_state", lawyer=former, state="inactive", reason="离所。")
        self.office.do("object_to_termination", LIAISON, case=self.case, grounds="并未自行委托。")
        self.office.do("decide_termination_objection", case=self.case, outcome="overturned", reasons=["事实不清。"])
        if leaves:
            self.taken_by(next(one for one in self.lawyers if one != former))
            self.office.do("change_lawyer_state", lawyer=former, state="active", reason="返所。")

    def reassigned(self) -> None:
        """The lawyer gives the case back, and the other one takes it."""
        former = self.handler
        self.office.do("return_case", case=self.case, reason="时间冲突。")
        self.taken_by(next(one for one in self.lawyers if one != former))

    def taken_by(self, lawyer: str) -> None:
        for asked in self.office.ask("offers", case=self.case)["items"]:
            if asked["state"] == "open":
                self.office.do("withdraw_offer", offer=asked["id"], reason="另有安排。")
        offer = self.office.do("offer_case", case=self.case, lawyer=lawyer, reason="熟悉案情")
        self.office.do("answer_offer", lawyer_principal(lawyer), offer=offer["id"], answer="accept")

    def bears(self, fen: int) -> None:
        self.office.do("record_cost", case=self.case, kind="travel", fen=fen)

    def pay(self, lawyer: str | None = None) -> None:
        self.office.do("pay_subsidy", case=self.case, **({"lawyer": lawyer} if lawyer else {}))

    def statement(self, lawyer: str, month: str) -> dict[str, t.Any]:
        answer = self.office.ask("statement", lawyer=lawyer, month=month)
        assert not QUERIES["assignment.statement"][1]().validate(answer)
        return answer

    def tasks(self) -> list[dict[str, t.Any]]:
        """The payment tasks, once supervision has heard all that was said."""
        said, self.heard = self.office.bench.emitted[self.heard :], len(self.office.bench.emitted)
        for kind, organization, data in said:
            if "supervision" in REGISTRY[kind].heard_by:
                self.supervision.bench.clock.set(self.office.bench.clock.now())
                self.supervision.bench.handle(kind, data, organization=organization)
        return t.cast("list[dict[str, t.Any]]", self.supervision.ask("tasks", kind="subsidy", limit=200)["items"])

    def task_states(self) -> list[str]:
        return sorted(one["state"] for one in self.tasks())

    def claims(self) -> list[m.SubsidyClaim]:
        with self.office.bench.session() as session:
            return list(session.query(m.SubsidyClaim).order_by(m.SubsidyClaim.id))

    def moves(self, days: int) -> None:
        self.office.bench.clock.move(days=days)


@pytest.fixture
def money() -> Money:
    return Money()


def refused(call: t.Callable[..., t.Any], *args: t.Any, **data: t.Any) -> str:
    with pytest.raises(Rejected) as refusal:
        call(*args, **data)
    return refusal.value.problem


@pytest.mark.slow
def test_a_subsidy_that_is_raised_after_it_was_paid_is_due_in_the_month_of_the_correction(money: Money) -> None:
    lawyer = money.lawyers[0]
    money.terminated()
    money.pay()
    money.moves(days=30)
    money.office.do("correct_subsidy", case=money.case, grade="excellent", reason="复核后改为优秀。")
    assert [one["amount_fen"] for one in money.office.said("subsidy_due")] == [FULL, FULL // 5]
    assert money.task_states() == ["finished", "open"]
    september, october = money.statement(lawyer, "2026-09"), money.statement(lawyer, "2026-10")
    assert (september["due_fen"], september["paid_fen"], september["open_fen"]) == (FULL, FULL, 0)
    assert (october["due_fen"], october["paid_fen"], october["open_fen"]) == (FULL // 5, 0, FULL // 5)
    assert [(one["checked_on"], one["grade"]) for one in october["lines"]] == [("2026-10-01", "excellent")]
    money.pay()
    assert money.task_states() == ["finished", "finished"]
    assert money.statement(lawyer, "2026-10")["open_fen"] == 0
    shown = money.office.case(money.case)
    assert (shown["subsidy_fen"], shown["paid_fen"]) == (FULL * 120 // 100, FULL * 120 // 100)
    assert [one["subsidy_fen"] for one in shown["subsidies"]] == [FULL, FULL // 5]


@pytest.mark.slow
def test_a_difference_that_a_second_correction_takes_back_needs_no_payment_any_more(money: Money) -> None:
    money.terminated()
    money.pay()
    for grade in ("excellent", "good"):
        money.office.do("correct_subsidy", case=money.case, grade=grade, reason="复核。")
    assert money.task_states() == ["cancelled", "finished"]
    assert refused(money.pay) == "already-paid"
    money.office.do("correct_subsidy", case=money.case, grade="excellent", reason="再次复核。")
    assert money.task_states() == ["cancelled", "finished", "open"]


def test_a_correction_before_the_payment_keeps_the_task_that_is_open(money: Money) -> None:
    money.terminated()
    money.office.do("correct_subsidy", case=money.case, grade="excellent", reason="录入有误。")
    assert money.task_states() == ["open"]
    money.pay()
    assert money.task_states() == ["finished"]


def test_aid_given_back_to_the_lawyer_who_was_paid_leaves_only_the_difference_to_be_paid(money: Money) -> None:
    lawyer = money.lawyers[0]
    money.terminated()
    money.pay()
    money.moves(days=30)
    money.restored()
    money.handled()
    money.office.do("check_closing_file", case=money.case, grade="excellent")
    assert money.office.said("subsidy_due")[-1]["amount_fen"] == FULL // 5
    assert money.task_states() == ["finished", "open"]
    assert money.statement(lawyer, "2026-09")["paid_fen"] == FULL, "what a month was is not changed by what follows"
    assert money.statement(lawyer, "2026-10")["due_fen"] == FULL // 5


def test_what_was_still_to_be_paid_when_the_same_lawyer_got_the_case_back_is_due_at_the_true_end(money: Money) -> None:
    money.terminated()
    assert money.task_states() == ["open"]
    money.restored()
    assert money.task_states() == ["cancelled"]
    assert refused(money.pay) == "wrong-state"
    assert refused(money.office.do, "run_payments", month="2026-09") == "nothing-to-pay"
    money.handled()
    money.office.do("check_closing_file", case=money.case, grade="good")
    money.pay()
    assert sum(one["amount_fen"] for one in money.office.said("subsidy_paid")) == FULL
    assert money.task_states() == ["cancelled", "finished"]


def test_what_a_former_lawyer_earned_stays_due_and_the_next_one_is_owed_for_the_rest(money: Money) -> None:
    former, heir = money.lawyers
    money.office.do("record_cost", case=money.case, kind="travel", fen=7_000)
    money.terminated()
    due = money.tasks()[0]["due_on"]
    money.moves(days=30)
    money.restored(leaves=True)
    assert money.task_states() == ["cancelled", "open"]
    assert {one["due_on"] for one in money.tasks()} == {due}, "the center has no more time than before"
    money.pay(former)
    assert money.task_states() == ["cancelled", "finished"]
    assert refused(money.pay, former) == "already-paid"
    money.handled()
    money.office.do("check_closing_file", case=money.case, grade="good")
    assert money.office.case(money.case)["subsidy_fen"] == FULL, (
        "travel that the former one was repaid is not paid again"
    )
    money.pay()
    assert money.statement(former, "2026-09")["paid_fen"] == FULL + 7_000
    assert money.statement(heir, "2026-10")["paid_fen"] == FULL
    assert money.statement(former, "2026-10")["lines"] == money.statement(heir, "2026-09")["lines"] == []


def test_corrected_costs_of_a_case_do_not_repay_those_of_the_former_lawyer_again(money: Money) -> None:
    money.office.do("record_cost", case=money.case, kind="travel", fen=7_000)
    money.terminated()
    money.restored(leaves=True)
    money.office.do("record_cost", case=money.case, kind="travel", fen=2_000)
    money.handled()
    assert money.office.do("check_closing_file", case=money.case, grade="good")["subsidy_fen"] == FULL + 2_000
    corrected = money.office.do("correct_subsidy", case=money.case, costs_fen=8_000, reason="票据只有一千元")
    assert corrected["subsidy_fen"] == FULL + 1_000


def test_costs_of_a_lawyer_who_left_the_case_are_repaid_to_them_and_not_to_whoever_ends_it(money: Money) -> None:
    former, heir = money.lawyers
    money.bears(7_000)
    money.reassigned()
    money.bears(2_000)
    money.terminated()
    assert money.office.case(money.case)["subsidy_fen"] == FULL + 2_000
    assert [(one["lawyer"], one["amount_fen"]) for one in money.office.said("subsidy_due")] == [
        (heir, FULL + 2_000), (former, 7_000)
    ]  # fmt: skip
    assert money.task_states() == ["open", "open"]
    money.pay(former)
    assert money.task_states() == ["finished", "open"]
    assert refused(money.pay, former) == "already-paid"
    run = money.office.do("run_payments", month="2026-09")
    assert [(one["lawyer"], one["amount_fen"]) for one in run["lines"]] == [(heir, FULL + 2_000)]
    assert money.task_states() == ["finished", "finished"]
    line = money.statement(former, "2026-09")["lines"][0]
    assert (line["subsidy_fen"], line["paid_fen"]) == (7_000, 7_000)
    assert [one["lawyer"] for one in money.office.case(money.case)["costs"]] == [former, heir]


@pytest.mark.slow
def test_costs_of_former_lawyers_are_due_whatever_the_grade_of_the_file_and_once(money: Money) -> None:
    former = money.lawyers[0]
    money.bears(7_000)
    money.reassigned()
    money.terminated("fail")
    assert money.office.case(money.case)["subsidy_fen"] == 0
    assert [(one["lawyer"], one["amount_fen"]) for one in money.office.said("subsidy_due")] == [(former, 7_000)]
    money.restored()
    money.terminated("good")
    assert [one["amount_fen"] for one in money.office.said("subsidy_due")] == [7_000, FULL], "7,000 stayed due"
    assert money.task_states() == ["open", "open"]


def test_costs_are_repaid_where_aid_is_terminated_while_nobody_has_the_case_and_not_again_after_it(
    money: Money,
) -> None:
    former, heir = money.lawyers
    money.bears(7_000)
    money.office.do("return_case", case=money.case, reason="时间冲突。")
    money.office.do("terminate_case", case=money.case, ground="own_request", reason="本人申请")
    (due,) = money.office.said("subsidy_due")
    assert (due["lawyer"], due["amount_fen"], due["grade"]) == (former, 7_000, None)
    assert money.task_states() == ["open"]
    (line,) = money.statement(former, "2026-09")["lines"]
    assert (line["subsidy_fen"], line["grade"]) == (7_000, None)
    money.restored()
    money.taken_by(heir)
    money.terminated()
    assert [one["amount_fen"] for one in money.office.said("subsidy_due")] == [7_000, FULL]
    run = money.office.do("run_payments", month="2026-09")
    assert {(one["lawyer"], one["amount_fen"]) for one in run["lines"]} == {(former, 7_000), (heir, FULL)}
    assert money.task_states() == ["finished", "finished"]


def test_who_pays_what_is_due_to_a_former_lawyer_alone_is_asked_whose_it_is(money: Money) -> None:
    money.bears(7_000)
    money.reassigned()
    money.office.do("return_case", case=money.case, reason="时间冲突。")
    assert refused(money.pay) == "wrong-state", "nothing is due yet"
    money.office.do("terminate_case", case=money.case, ground="own_request", reason="本人申请")
    assert refused(money.pay) == "lawyer-needed"
    assert refused(money.pay, money.lawyers[1]) == "nothing-to-pay"
    money.pay(money.lawyers[0])
    assert refused(money.pay) == "nothing-to-pay"
    assert money.task_states() == ["finished"]


@pytest.mark.slow
def test_a_former_lawyers_costs_stay_due_when_they_have_the_case_again_and_it_goes_to_another(money: Money) -> None:
    former, heir = money.lawyers
    money.bears(7_000)
    money.office.do("return_case", case=money.case, reason="时间冲突。")
    money.office.do("terminate_case", case=money.case, ground="own_request", reason="本人申请")
    money.restored()
    money.taken_by(former)
    money.handled("own_lawyer")
    money.restored(leaves=True)
    assert money.handler == heir
    assert money.task_states() == ["cancelled", "open"]
    money.pay(former)
    assert money.task_states() == ["cancelled", "finished"]
    money.terminated()
    assert [one["amount_fen"] for one in money.office.said("subsidy_due")] == [7_000, 7_000, FULL], "told of once more"
    assert sum(one.due_fen for one in money.claims() if str(one.lawyer_id) == former) == 7_000


def test_a_correction_of_all_costs_leaves_those_of_former_lawyers_as_they_are(money: Money) -> None:
    money.bears(7_000)
    money.reassigned()
    money.bears(2_000)
    money.terminated()
    corrected = money.office.do("correct_subsidy", case=money.case, costs_fen=8_000, reason="票据只有一千元")
    assert corrected["subsidy_fen"] == FULL + 1_000
    assert {str(one.lawyer_id): one.costs_fen for one in money.claims()} == dict(
        zip(money.lawyers, (7_000, 1_000), strict=True)
    )


def test_a_lawyer_who_left_and_ends_the_case_after_all_is_repaid_their_costs_once(money: Money) -> None:
    money.bears(7_000)
    money.reassigned()
    money.terminated()
    money.pay(money.lawyers[0])
    money.restored(leaves=True)
    assert money.handler == money.lawyers[0]
    money.handled()
    assert money.office.do("check_closing_file", case=money.case, grade="good")["subsidy_fen"] == FULL + 7_000
    assert money.office.said("subsidy_due")[-1]["amount_fen"] == FULL, "7,000 were paid before"


def test_what_becomes_due_to_a_former_lawyer_keeps_the_grade_of_their_own_file(money: Money) -> None:
    former = money.lawyers[0]
    money.terminated("excellent")
    money.restored(leaves=True)
    money.reassigned()
    money.bears(7_000)
    money.reassigned()
    money.terminated("fail")
    (line,) = money.statement(former, "2026-09")["lines"]
    assert (line["grade"], line["subsidy_fen"]) == ("excellent", FULL * 120 // 100 + 7_000)


def test_costs_that_were_corrected_hold_at_the_true_end_and_what_is_recorded_later_comes_on_top(money: Money) -> None:
    money.bears(80_000)
    money.terminated()
    money.office.do("correct_subsidy", case=money.case, costs_fen=8_000, reason="多记了一位")
    money.restored()
    money.bears(500)
    money.handled()
    assert money.office.do("check_closing_file", case=money.case, grade="good")["subsidy_fen"] == FULL + 8_500


def test_costs_that_were_corrected_stay_so_when_their_lawyer_leaves_the_case_that_was_given_back(money: Money) -> None:
    former = money.lawyers[0]
    money.bears(80_000)
    money.terminated()
    money.office.do("correct_subsidy", case=money.case, costs_fen=8_000, reason="多记了一位")
    money.restored()
    money.reassigned()
    money.terminated()
    assert [(one["lawyer"], one["amount_fen"]) for one in money.office.said("subsidy_due")][1:] == [
        (money.lawyers[1], FULL), (former, 8_000)
    ]  # fmt: skip


def test_costs_that_were_added_after_the_payment_are_due_when_the_aid_is_given_back_and_its_lawyer_leaves(
    money: Money,
) -> None:
    former = money.lawyers[0]
    money.terminated()
    money.pay()
    money.office.do("correct_subsidy", case=money.case, costs_fen=7_000, reason="补交票据")
    money.restored()
    money.reassigned()
    money.terminated()
    money.pay(former)
    assert sum(one["amount_fen"] for one in money.office.said("subsidy_paid")) == FULL + 7_000


def test_a_lawyer_who_takes_a_case_over_after_it_was_given_back_to_a_paid_one_is_owed_the_whole(money: Money) -> None:
    money.terminated()
    money.pay()
    money.restored()
    money.reassigned()
    money.handled()
    money.office.do("check_closing_file", case=money.case, grade="good")
    assert money.office.said("subsidy_due")[-1]["amount_fen"] == FULL
    money.pay()
    assert money.office.case(money.case)["paid_fen"] == FULL
    assert money.office.said("subsidy_paid")[-1]["total_fen"] == 2 * FULL


def test_a_run_pays_what_is_still_due_to_a_former_lawyer(money: Money) -> None:
    money.terminated()
    money.restored(leaves=True)
    run = money.office.do("run_payments", month="2026-09")
    assert [(one["lawyer"], one["amount_fen"]) for one in run["lines"]] == [(money.lawyers[0], FULL)]
    assert money.office.case(money.case)["state"] == "assigned", "the case is not moved by it"
    assert money.task_states() == ["cancelled", "finished"]


def test_the_lawyer_of_a_case_sees_no_money_of_a_former_one(money: Money) -> None:
    money.terminated()
    money.restored(leaves=True)
    shown = money.office.ask("case", lawyer_principal(money.lawyers[1]), case=money.case)
    assert shown["subsidies"] == []
    assert [one["lawyer"] for one in money.office.case(money.case)["subsidies"]] == [money.lawyers[0]]
    assert not QUERIES["assignment.case"][1]().validate(money.office.case(money.case))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("end", "restore", "restore_to_another", "reassign", "pay", "pay_former", "run", "correct", "bear", "costs")
        ),
        st.sampled_from(sorted(terms.GRADES)),
    ),
    min_size=4,
    max_size=14,
)


@pytest.mark.slow
@settings(max_examples=settings().max_examples * 2 // 5, deadline=None)  # 40, and 8 in the quick tier
@given(STEPS)
def test_in_any_order_nobody_is_paid_more_than_is_due_and_every_difference_is_one_open_task(steps):
    money = Money()
    owed: dict[tuple[str, str], set[dt.date]] = {}
    costs = dict.fromkeys(money.lawyers, 0)
    for act, grade in steps:
        paid_before = len(money.office.said("subsidy_paid"))
        try:
            take(money, act, grade)
        except Rejected:
            continue
        now = money.handler
        if now and act in ("bear", "costs"):
            of_others = sum(fen for lawyer, fen in costs.items() if lawyer != now)
            costs[now] = costs[now] + 700 if act == "bear" else max(1_000 - of_others, 0)
        money.moves(days=9)
        claims = money.claims()
        is_open = [one for one in claims if one.due_fen > one.paid_fen]
        assert len({one.lawyer_id for one in is_open}) == len(is_open), "one open claim of a lawyer at most"
        assert [one["state"] for one in money.tasks()].count("open") == len(is_open), (act, grade)
        for lawyer in money.lawyers:
            of = [one for one in claims if str(one.lawyer_id) == lawyer]
            repaid = sum(one.costs_fen for one in of)
            assert all(one.costs_fen <= one.due_fen for one in of)
            assert repaid <= costs[lawyer], "nobody is repaid what they did not bear"
            if act in ("end", "costs"):
                assert repaid == costs[lawyer], "a check makes due what each of them bore"
        for said in money.office.said("subsidy_paid")[paid_before:]:
            of = [one for one in claims if str(one.lawyer_id) == said["lawyer"]]
            assert sum(one.paid_fen for one in of) <= sum(one.due_fen for one in of), "paid what is due, no more"
        for one in claims:
            owed.setdefault((str(one.lawyer_id), one.due_on.isoformat()[:7]), set()).add(one.due_on)
    paid = dict.fromkeys(money.lawyers, 0)
    for said in money.office.said("subsidy_paid"):
        paid[said["lawyer"]] += said["amount_fen"]
    for lawyer in money.lawyers:
        months = [money.statement(lawyer, month) for who, month in owed if who == lawyer]
        assert sum(one["paid_fen"] for one in months) == paid[lawyer], "the statements tell every fen, once"
        assert sum(one["due_fen"] for one in months) == sum(
            one.due_fen for one in money.claims() if str(one.lawyer_id) == lawyer
        )


def take(money: Money, act: str, grade: str) -> None:
    """One act; refused where the case is elsewhere."""
    former = next(one for one in money.lawyers if one != money.handler)
    acts: dict[str, t.Callable[[], t.Any]] = {
        "end": lambda: money.terminated(grade),
        "restore": money.restored,
        "restore_to_another": lambda: money.restored(leaves=True),
        "reassign": money.reassigned,
        "pay": money.pay,
        "pay_former": lambda: money.pay(former),
        "run": lambda: money.office.do("run_payments", month=money.office.bench.clock.now().isoformat()[:7]),
        "bear": lambda: money.bears(700),
        "costs": lambda: money.office.do("correct_subsidy", case=money.case, costs_fen=1_000, reason="票据更正。"),
        "correct": lambda: money.office.do("correct_subsidy", case=money.case, grade=grade, reason="复核。"),
    }
    acts[act]()


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)), min_size=1, max_size=4), st.data())
def test_the_costs_among_what_is_due_are_spread_without_a_fen_more_or_less(claims, data):
    total = data.draw(st.integers(0, sum(due for due, _ in claims)))
    parts = spread_costs(claims, total)
    assert sum(parts) == total
    assert all(0 <= part <= due for part, (due, _) in zip(parts, claims, strict=True))


CLAIMS = st.lists(st.integers(0, 5_000), max_size=4)


@given(CLAIMS, st.integers(0, 5_000), st.integers(0, 20_000), st.integers(0, 20_000))
def test_what_is_due_is_spread_over_the_claims_without_a_fen_more_or_less(paid, opened, total, then):
    claims = [(fen, fen) for fen in paid] + ([(opened, 0)] if opened else [])
    for wanted in (total, then):
        dues, rest = spread(claims, wanted)
        assert sum(dues) + rest == wanted
        claims = [(due, fen) for due, (_, fen) in zip(dues, claims, strict=True)] + ([(rest, 0)] if rest else [])
        still = [due - fen for due, fen in claims if due > fen]
        assert len(still) <= 1
        assert sum(still) == max(wanted - sum(paid), 0), "open is what is due beyond what was paid, and in one claim"
