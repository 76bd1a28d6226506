"""What the rules say of a case that nobody has filed."""

from __future__ import annotations

import datetime as dt
import typing as t

from chassis.work import Read
from services.intake.domain.circumstances import circumstances
from services.intake.pages import Answer, Params


def eligibility_check(read: Read, params: Params) -> Answer:
    """What the rules of a day say of a case that nobody has filed; nothing is stored."""
    day = params.get("applied_on") or read.today()
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    case = circumstances(params, None, day) | {"age": params.get("age")}
    judged = read.settings.rule_book.judge(read.settings.jurisdiction, day, case).as_dict()
    return t.cast(Answer, judged)
