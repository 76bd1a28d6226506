"""What becomes due after a payment: a better grade, or aid that the bureau gives back; each difference is paid once."""

from __future__ import annotations

from tests.stories.cast import Cast, assigned
from tests.stories.network import Actor, Body

FILE = {"summary": "已办结。", "documents": [{"kind": "judgment", "title": "民事判决书"},
                                         {"kind": "report", "title": "结案报告"}]}  # fmt: skip


def filed(cast: Cast, lawyer: Actor, path: str, grade: str) -> Body:
    """The closing file is handed in and checked."""
    lawyer.does(f"{path}/closing-file", **FILE)
    return cast.officer.does(f"{path}/closing-file/check", grade=grade)


def payment_tasks(cast: Cast, case: Body, **states: int) -> None:
    """Wait until the payment tasks of a case are in these states."""
    where = {"kind": "subsidy", "application": case["application"], "limit": 200}

    def counted(page: Body) -> bool:
        found = [item["state"] for item in page["items"]]
        return {state: found.count(state) for state in set(found)} == states

    cast.officer.sees("/v1/tasks", f"the payment tasks {states}", counted, **where)


def test_a_better_grade_after_the_payment_opens_a_task_for_the_difference_alone(cast: Cast) -> None:
    case, lawyer = assigned(cast, "向春燕")
    path = f"/v1/cases/{case['id']}"
    month = cast.officer.reads(path)["assigned_at"][:7]
    before = lawyer.reads("/v1/subsidy-statement", month=month)
    lawyer.does(f"{path}/retainer")
    lawyer.does(f"{path}/end", outcome="won")
    due = filed(cast, lawyer, path, "good")["subsidy_fen"]
    payment_tasks(cast, case, open=1)
    cast.officer.does(f"{path}/subsidy/payment")
    payment_tasks(cast, case, finished=1)

    raised = cast.officer.does(f"{path}/subsidy/correction", grade="excellent", reason="复核后改为优秀。")
    difference = raised["subsidy_fen"] - due
    assert difference > 0
    payment_tasks(cast, case, finished=1, open=1)
    cast.officer.does(f"{path}/subsidy/payment")
    payment_tasks(cast, case, finished=2)
    again = cast.officer.sends(f"{path}/subsidy/payment", {})
    assert (again.status, again.problem) == (409, "already-paid")
    after = lawyer.reads("/v1/subsidy-statement", month=month)
    for name in ("due_fen", "paid_fen"):
        assert after[name] - before[name] == raised["subsidy_fen"]
    assert [one["subsidy_fen"] for one in after["lines"] if one["case"] == case["id"]] == [due, difference]


def test_aid_that_is_given_back_to_another_lawyer_owes_the_former_one_still_and_the_next_one_for_the_rest(
    cast: Cast,
) -> None:
    case, former = assigned(cast, "向秋燕")
    path = f"/v1/cases/{case['id']}"
    former.does(f"{path}/retainer")
    cast.officer.does(f"{path}/termination", ground="own_lawyer", reason="据称已自行委托律师。")
    earned = filed(cast, former, path, "good")["subsidy_fen"]
    payment_tasks(cast, case, open=1)
    cast.director.does(f"/v1/lawyers/{former.id}/state", state="inactive", reason="离所。")
    cast.liaison.does(f"{path}/objection", grounds="并未自行委托律师。")
    cast.officer.does(f"{path}/objection/decision", outcome="overturned", reasons=["受援人并未自行委托律师。"])
    payment_tasks(cast, case, cancelled=1, open=1)

    offer = cast.officer.does(f"{path}/offers")
    heir = cast.lawyer(offer["lawyer"])
    heir.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
    cast.officer.does(f"{path}/subsidy/payment", lawyer=former.id)
    payment_tasks(cast, case, cancelled=1, finished=1)
    twice = cast.officer.sends(f"{path}/subsidy/payment", {"lawyer": former.id})
    assert (twice.status, twice.problem) == (409, "already-paid")

    heir.does(f"{path}/retainer")
    heir.does(f"{path}/end", outcome="won")
    owed = filed(cast, heir, path, "excellent")["subsidy_fen"]
    payment_tasks(cast, case, cancelled=1, finished=1, open=1)
    cast.officer.does(f"{path}/subsidy/payment")
    payment_tasks(cast, case, cancelled=1, finished=2)
    shown = cast.officer.reads(path)["subsidies"]
    assert [(one["lawyer"], one["subsidy_fen"], one["paid_fen"]) for one in shown] == [
        (former.id, earned, earned),
        (heir.id, owed, owed),
    ]
    assert [one["lawyer"] for one in heir.reads(path)["subsidies"]] == [heir.id]
    cast.director.does(f"/v1/lawyers/{former.id}/state", state="active", reason="返所。")
