"""The state machine of an application, driven through the handlers in any order by hypothesis.

A plain model knows what each act does; whatever the model does not allow must be refused, and change nothing.
"""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.errors import NotYet, Rejected
from services.intake.domain import application as life
from tests.unit.intake.conftest import LIAISON, Desk

pytestmark = pytest.mark.slow

PAPER = [{"kind": "income", "title": "收入证明"}]
BODIES: dict[str, tuple[str, dict[str, t.Any]]] = {
    "grant": ("grant_application", {}),
    "refuse": ("refuse_application", {"reasons": ["理由"]}),
    "withdraw": ("withdraw_application", {}),
    "request_papers": ("request_papers", {"papers": PAPER}),
    "supply_papers": ("supply_papers", {"documents": [{"kind": "income", "title": "收入证明"}]}),
    "amend": ("amend_application", {"reason": "更正", "pledge": True}),
    "refer": ("refer_application", {"organization": "trade-union", "reason": "管辖"}),
    "object": ("file_objection", {"grounds": "异议"}),
    "uphold": ("decide_objection", {"outcome": "upheld", "reasons": ["维持"]}),
    "overturn": ("decide_objection", {"outcome": "overturned", "reasons": ["撤销"]}),
}


OTHER_REASONS = {
    "request_papers": {"papers-told-already"},
    "supply_papers": {"no-papers-awaited"},
    "grant": {"not-urgent"},
    "refer": {"referred-to-itself"},
}


class ApplicationMachine(RuleBasedStateMachine):
    """One application under any sequence of acts; time passes as well."""

    @initialize(urgent=st.booleans())
    def filed(self, urgent: bool) -> None:
        self.desk = Desk()
        self.desk.network()
        self.urgent = urgent
        self.id = self.desk.file(urgency="urgent" if urgent else "normal")["id"]
        self.state, self.acts, self.asked, self.complete, self.referred = "received", ["file"], False, False, False
        self.due: dt.date | None = None

    @rule(act=st.sampled_from(sorted(BODIES)))
    def somebody_acts(self, act: str) -> None:
        command, body = BODIES[act]
        before = self.desk.bench.emitted[:]
        if not self.allowed(act):
            with pytest.raises(Rejected) as refused:
                self.desk.do(command, application=self.id, **body)
            assert self.desk.bench.emitted == before
            self.is_clear(act, refused.value)
            return
        answer = self.desk.do(command, application=self.id, **body)
        self.state = life.MOVES[self.state, act]
        assert answer["state"] == self.state
        self.acts.append(act)
        if act == "request_papers":
            self.asked, self.due = True, dt.date.fromisoformat(answer["supply_by"])
        self.complete |= act == "supply_papers"
        self.referred |= act == "refer"

    @rule()
    def some_of_the_papers_come(self) -> None:
        """It moves nothing on, and is refused wherever all of them would be."""
        before = self.desk.bench.emitted[:]
        body = {"documents": [{"kind": "income", "title": "收入证明"}], "complete": False}
        if self.allowed("supply_papers"):
            assert self.desk.do("supply_papers", application=self.id, **body)["state"] == self.state
            self.acts.append("supply_some_papers")
        else:
            with pytest.raises(Rejected) as refused:
                self.desk.do("supply_papers", application=self.id, **body)
            self.is_clear("supply_papers", refused.value)
        assert self.desk.bench.emitted == before

    def is_clear(self, act: str, refusal: Rejected) -> None:
        """What the state does not allow is ``wrong-state``, with what it does; anything else has its own name."""
        if (self.state, act) in life.MOVES:
            assert refusal.problem in OTHER_REASONS[act]
            return
        assert refusal.problem == "wrong-state"
        possible = ", ".join(self.possible())
        assert refusal.params == {"of": "application", "state": self.state, "act": act, "allowed": possible}

    def possible(self) -> list[str]:
        """What a front end offers: all that would not be refused for the application's sake (it may go to a third)."""
        acts = [act for state, act in life.MOVES if state == self.state and act in BODIES]
        return [act for act in acts if act == "refer" or self.allowed(act)]

    def allowed(self, act: str) -> bool:
        """Acts that the state allows, and that are not forbidden by what has happened already."""
        if (self.state, act) not in life.MOVES:
            return False
        if act == "request_papers":
            return not self.asked
        if act == "supply_papers":
            return self.asked and not self.complete
        if act == "grant" and self.state == "awaiting_papers":
            return self.urgent
        return not (act == "refer" and self.referred)

    @precondition(lambda self: self.state == "awaiting_papers")
    @rule(days=st.integers(0, 20))
    def the_day_after_the_last_comes(self, days: int) -> None:
        assert self.due is not None
        now = self.desk.bench.clock.now() + dt.timedelta(days=days)
        self.desk.bench.clock.set(now)
        late = now.astimezone(dt.timezone(dt.timedelta(hours=8))).date() > self.due
        lapse = {"application": self.id, "due_on": self.due.isoformat()}
        if not late:
            with pytest.raises(NotYet):
                self.desk.bench.handle("intake.lapse_papers.v1", lapse, organization="womens-federation")
            return
        self.desk.bench.handle("intake.lapse_papers.v1", lapse, organization="womens-federation")
        self.state = "withdrawn"
        self.acts.append("lapse")

    @invariant()
    def the_file_says_the_same(self) -> None:
        if not hasattr(self, "id"):
            return
        shown = self.desk.see(self.id)
        assert shown["state"] == self.state
        assert [one["act"] for one in shown["history"]] == self.acts
        assert shown["version"] == len(self.acts)
        assert shown["acts"] == self.possible()
        granted = len(self.desk.said("application_granted"))
        assert granted == int("grant" in self.acts or "overturn" in self.acts)

    @invariant()
    def nobody_else_can_touch_it(self) -> None:
        if hasattr(self, "id") and self.referred:
            with pytest.raises(Rejected, match="referred-on"):
                self.desk.do("amend_application", LIAISON, application=self.id, reason="x", pledge=True)


ApplicationMachine.TestCase.settings = settings(
    max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestApplicationMachine = ApplicationMachine.TestCase
