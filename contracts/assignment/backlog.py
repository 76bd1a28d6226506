"""Many waiting cases solved together."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Choice, Code, Count, Instant
from contracts.schema import ListAsked, MessageSchema, Page, optional

METHODS = ("optimum", "greedy")
PLAN_STATES = ("made", "offered")


class PlanBacklog(MessageSchema):
    """Solve all cases that wait for a lawyer together; nothing is offered yet."""

    organization = Code(**optional(metadata={"description": "Absent: of the whole network"}))
    most = Count(1, 20_000, load_default=500, metadata={"description": "The longest waiting cases, urgent ones first"})


class OfferBacklog(MessageSchema):
    """Make the offers of a plan; what changed since is left out and counted."""

    plan = fields.UUID(required=True)
    answer_within_hours = Count(1, 240, load_default=24)


class PlanAsked(MessageSchema):
    """Which plan is asked for."""

    plan = fields.UUID(required=True)
    line = Count(0, load_default=0, metadata={"description": "From which line on: the `next` of the page before"})
    limit = Count(1, 1000, load_default=500)


class PlansAsked(ListAsked):
    """Which backlog plans are asked for, newest first; for the center."""

    state = Choice(PLAN_STATES, **optional())


class BacklogPlanItem(MessageSchema):
    """A backlog plan in a list; its lines are read by its id."""

    id = fields.UUID(required=True)
    made_at = Instant(required=True)
    method = Choice(METHODS, required=True)
    state = Choice(PLAN_STATES, required=True)
    assigned = Count(0, required=True, metadata={"description": "How many cases have a lawyer in it"})
    without_lawyer = Count(0, required=True, metadata={"description": "How many have none"})


class PlanPage(Page):
    """A page of backlog plans."""

    items = fields.List(fields.Nested(BacklogPlanItem), required=True)


class Alternative(MessageSchema):
    """Another lawyer for a case, and how many points that would cost.

    That is what the plan would be worth less, a fuller desk included. Of one whose desk the plan has filled (``full``) it
    is the difference in this case alone, and may be below zero: another case would have to go to somebody else.
    """

    lawyer = fields.UUID(required=True)
    points_less = fields.Float(required=True)
    full = fields.Boolean(
        load_default=False, metadata={"description": "The plan leaves this lawyer no place for one more case"}
    )
    metres = fields.Integer(**optional(metadata={"description": "How far the firm is, where it is known"}))


class PlanLine(MessageSchema):
    """One case of a plan and its lawyer."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    lawyer = fields.UUID(required=True)
    points = fields.Float(required=True)
    metres = fields.Integer(**optional())
    alternatives = fields.List(fields.Nested(Alternative), required=True)


class BacklogPlan(MessageSchema):
    """All waiting cases solved together. ``method``: optimum (minimum-cost flow) or greedy (not the optimum)."""

    id = fields.UUID(required=True)
    made_at = Instant(required=True)
    method = Choice(METHODS, required=True)
    state = Choice(PLAN_STATES, required=True)
    assigned = Count(0, required=True)
    left = fields.List(fields.String(), required=True, metadata={"description": "Numbers of cases without a lawyer"})
    total_points = fields.Float(required=True)
    least_points = fields.Float(**optional(metadata={"description": "The worst served case"}))
    lawyers = Count(0, required=True, metadata={"description": "How many lawyers the plan asks"})
    most_per_lawyer = Count(0, required=True)
    travel_metres = Count(0, required=True, metadata={"description": "All ways together, where they are known"})
    longest_metres = Count(0, **optional())
    fullest_percent = Count(0, **optional(metadata={"description": "The fullest desk, if every offer is accepted"}))
    emptiest_percent = Count(0, **optional(metadata={"description": "The emptiest desk among the lawyers asked"}))
    considered = Count(0, required=True, metadata={"description": "Pairs of a kind of case and a lawyer looked at"})
    points_short_at_most = fields.Float(
        **optional(
            metadata={"description": "A better plan has at most so many points more; 0: none has. Absent: greedy"}
        )
    )
    lines = fields.List(fields.Nested(PlanLine), required=True)
    next = fields.Integer(**optional(metadata={"description": "The line that the next page begins with"}))


COMMANDS = {
    "assignment.plan_backlog.v1": PlanBacklog,
    "assignment.offer_backlog.v1": OfferBacklog,
}

QUERIES = {
    "assignment.backlog_plan": (PlanAsked, BacklogPlan),
    "assignment.backlog_plans": (PlansAsked, PlanPage),
}
