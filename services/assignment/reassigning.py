"""Several cases at once to another lawyer: each goes as a whole or not at all, and a preview says what would happen.

Guarantee: a case that cannot go is as it was, nothing of it was said, and the others go on; no date of a case that goes
is lost, for reports, hearings and labour dates stay with the case and its open tasks go along (supervision).
"""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from contracts.wording import in_both
from services.assignment import choosing, repository, watch
from services.assignment import models as m
from services.assignment.access import center_only
from services.assignment.domain.lifecycle import IN_HAND

Data = dict[str, t.Any]


def reassign_cases(work: Work, command: Data) -> Data:
    """Give the cases to the lawyer that the command names, or each to its next candidate; one line for each."""
    center_only(work)
    if command["lawyer"] is not None and work.session.get(m.Lawyer, command["lawyer"]) is None:
        raise Rejected("not-found", what="lawyer", pointer="/lawyer")
    preview = t.cast(bool, command["preview"])
    said = len(work.rows)
    lines: list[Data] = []
    try:
        with work.session.begin_nested():
            lines += [_one(work, case_id, command) for case_id in sorted(set(command["cases"]))]
            if preview:
                raise _OnlyAPreview
    except _OnlyAPreview:
        del work.rows[said:]
    went = sum(1 for line in lines if line["problem"] is None)
    return {"preview": preview, "reassigned": went, "refused": len(lines) - went, "items": lines}


class _OnlyAPreview(Exception):
    """Takes back what a preview tried."""


def _one(work: Work, case_id: UUID, command: Data) -> Data:
    """One case in a savepoint of its own: what it came to, or why it stays as it is."""
    said = len(work.rows)
    line: Data = {"case": str(case_id), "number": None, "state": None, "from": None, "lawyer": None, "problem": None}
    try:
        with work.session.begin_nested():
            case = repository.lock_case(work.session, case_id)
            if case is None:
                raise Rejected("not-found", what="case")
            line |= {
                "number": case.number,
                "state": case.state,
                "from": str(case.lawyer_id) if case.lawyer_id else None,
            }
            _move(work, case, command)
            work.session.flush()
            asked = repository.open_offer(work.session, case.id)
            line |= {"state": case.state, "lawyer": str(asked.lawyer_id) if asked else None}
    except Rejected as refused:
        del work.rows[said:]
        line["problem"] = {**refused.as_dict(), **in_both(refused.problem, refused.params)}
    return line


def _move(work: Work, case: m.Case, command: Data) -> None:
    target, reason = command["lawyer"], command["reason"]
    if target is not None and target == case.lawyer_id:
        raise Rejected("lawyer-not-eligible", pointer="/lawyer", rule="already_theirs")
    pending = repository.open_offer(work.session, case.id)
    if case.state in IN_HAND:
        choosing.leave(work, case, "reassigned", reason)
        choosing.propose(work, case)
    elif pending is not None:
        choosing.release(work, case, pending, "recalled", "center", reason)
    if target is not None:
        choosing.check_named(work, case, target, reason)
        watch.keep_decision(work, case, target, reason)
    else:
        target = choosing.next_candidate(work, case)
    if target is not None:
        choosing.offer(work, case, target, command["answer_within_hours"], reason=reason)
    elif case.state == "proposed":
        choosing.exhaust(work, case)
    else:
        raise Rejected("no-candidate")


HANDLERS: dict[str, t.Callable[[Work, Data], Data | None]] = {
    "assignment.reassign_cases.v1": reassign_cases,
}
