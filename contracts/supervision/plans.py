"""Plans that recur: what is to be done again and again, and on which days; and samples that are drawn for it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from contracts import terms
from contracts.fields import Choice, Code, Count, Instant, Text, TimeOfDay
from contracts.schema import ListAsked, MessageSchema, Page, changed, many, optional
from contracts.supervision.base import Reference

RULE = {"description": "RRULE of days (RFC 5545), such as FREQ=MONTHLY;BYMONTHDAY=1"}


class SampleAlways(MessageSchema):
    """Who is drawn whatever their lot: a field's values."""

    result = fields.List(Text(40), validate=validate.Length(1, 20))
    recipient_group = fields.List(Choice(terms.RECIPIENT_GROUPS), validate=validate.Length(1, 20))
    matter = fields.List(Choice(terms.MATTERS), validate=validate.Length(1, 20))
    organization = fields.List(Code(), validate=validate.Length(1, 20))


class SampleRuleBody(MessageSchema):
    """Who is drawn: a share of each stratum, at least and at most so many, and who is drawn anyway."""

    of = Choice(terms.SAMPLE_POOLS, required=True)
    share = fields.Float(validate=validate.Range(0, 1), load_default=0.0)
    at_least = Count(0, 1000, load_default=0)
    at_most = Count(1, 1000, **optional())
    per = Choice(("organization", "station", "lawyer"), **optional(metadata={"description": "What makes a stratum"}))
    always = fields.Nested(SampleAlways, load_default=dict)


class StartPlan(MessageSchema):
    """The center starts a plan: one of the templates, with changes where something is named; or one of its own."""

    template = Text(40, **optional(metadata={"description": "Of `GET /v1/plan-templates`; absent: all is named here"}))
    kind = Choice(terms.PLAN_KINDS, **optional())
    title_zh = Text(100, **optional())
    title_en = Text(100, **optional())
    organization = Code(**optional(metadata={"description": "Absent: the whole network"}))
    station = Code(**optional())
    starts_on = fields.Date(**optional(metadata={"description": "Absent: today; no occurrence is earlier"}))
    rule = Text(200, **optional(metadata=RULE))
    moved = Choice(terms.MOVES, **optional(metadata={"description": "Off rest days; absent: next working day"}))
    opens = TimeOfDay(**optional(metadata={"description": "When its tasks are opened; absent: 08:30"}))
    due_days = Count(0, 400, **optional(metadata={"description": "So many days later they are due; absent: 10"}))
    covers = Count(1, 60, **optional(metadata={"description": "Whole months before it that it is about; absent: 1"}))
    misfire = Choice(terms.MISFIRES, **optional(metadata={"description": "Of several found late; absent: latest"}))
    sample = fields.Nested(SampleRuleBody, **optional())


class ChangePlan(MessageSchema):
    """The center changes how a plan goes on; what is absent stays. What was opened already stays as it is."""

    plan = fields.UUID(required=True)
    title_zh = Text(100, **changed())
    title_en = Text(100, **changed(allow_none=True))
    rule = Text(200, **changed(metadata=RULE))
    moved = Choice(terms.MOVES, **changed())
    opens = TimeOfDay(**changed())
    due_days = Count(0, 400, **changed())
    covers = Count(1, 60, **changed())
    misfire = Choice(terms.MISFIRES, **changed())
    sample = fields.Nested(SampleRuleBody, **changed())
    version = Count(1, **optional(metadata={"description": "The version that was seen; another one: refused"}))


class StopPlan(MessageSchema):
    """The center stops a plan; what it has opened stays."""

    plan = fields.UUID(required=True)
    reason = Text(500, required=True)
    version = Count(1, **optional())


class FirePlan(MessageSchema):
    """The scheduler's own command: an occurrence of a plan is due; the handler checks that it is still so."""

    plan = fields.UUID(required=True)
    due_at = Instant(required=True)
    fire_at = Instant(required=True)


class PlanDue(Reference):
    """Something that a plan asks for is to be done until ``due_at``."""

    occurrence = fields.UUID(required=True, metadata={"description": "The occurrence at this place, or of this case"})
    kind = Choice(terms.PLAN_KINDS, required=True)
    application_number = Text(40, **optional())
    case_number = Text(40, **optional())
    recipient_group = Text(40, **optional())
    form_of_aid = Text(40, **optional())
    matter = Text(40, **optional())
    due_at = Instant(required=True)
    recorded_at = Instant(required=True)


class DrawSample(MessageSchema):
    """The center draws a sample outside of any plan; who is drawn becomes a task."""

    kind = Choice(
        ("sampled_visit", "file_check", "court_observation", "peer_review", "interview"), load_default="sampled_visit"
    )
    sample = fields.Nested(SampleRuleBody, required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    organization = Code(**optional(metadata={"description": "Absent: the whole network"}))
    due_on = fields.Date(required=True)
    seed = Text(64, **optional(metadata={"description": "Drawn in public, say; absent: the service makes one"}))


class PlansAsked(MessageSchema):
    """Plans with what comes next."""

    state = Choice(terms.PLAN_STATES, **optional())
    kind = Choice(terms.PLAN_KINDS, **optional())
    next = Count(1, 24, load_default=3, metadata={"description": "How many coming occurrences of each"})


class PlanAsked(MessageSchema):
    """One plan."""

    plan = fields.UUID(required=True)
    next = Count(1, 60, load_default=12, metadata={"description": "How many coming occurrences"})


class PlannedDay(MessageSchema):
    """A coming occurrence. ``provisional``: the working calendar of that year is not published yet."""

    planned_on = fields.Date(required=True)
    on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    provisional = fields.Boolean(required=True)


class PlanItem(MessageSchema):
    """A plan, with the days on which it falls next."""

    id = fields.UUID(required=True)
    kind = Choice(terms.PLAN_KINDS, required=True)
    title_zh = fields.String(required=True)
    title_en = fields.String(**optional())
    organization = Code(**optional())
    station = Code(**optional())
    template = fields.String(**optional())
    state = Choice(terms.PLAN_STATES, required=True)
    starts_on = fields.Date(required=True)
    rule = fields.String(required=True)
    moved = Choice(terms.MOVES, required=True)
    opens = fields.String(required=True)
    due_days = Count(0, required=True)
    covers = Count(1, required=True)
    misfire = Choice(terms.MISFIRES, required=True)
    sample = fields.Nested(SampleRuleBody, **optional())
    next = many(PlannedDay, maximum=60, required=True)
    stopped_at = Instant(**optional())
    stop_reason = fields.String(**optional())
    version = Count(1, required=True)


class Plans(MessageSchema):
    """The plans of the network, by kind."""

    items = fields.List(fields.Nested(PlanItem), required=True)


class StationLeftOut(MessageSchema):
    """A station of which an occurrence asked nothing, and why: it had not opened, was closed, or was suspended."""

    organization = Code(required=True)
    station = Code(required=True)
    why = Choice(("planned", "closed", "suspended"), required=True)


class PlanOccurrence(MessageSchema):
    """A past occurrence: when it fell, how late it was found, and what came of it."""

    id = fields.UUID(required=True)
    planned_on = fields.Date(required=True)
    on = fields.Date(required=True)
    state = Choice(terms.OCCURRENCE_STATES, required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    due_on = fields.Date(required=True)
    late_seconds = Count(0, 10_000_000_000, required=True)
    tasks = Count(0, required=True)
    sample = fields.UUID(**optional())
    left_out = many(StationLeftOut, maximum=1000, load_default=list)


class PlanChanged(MessageSchema):
    """What of a plan was changed, or moved with a calendar: old and new."""

    field = fields.String(required=True)
    old = fields.String(**optional())
    new = fields.String(**optional())
    why = fields.String(required=True)
    at = Instant(required=True)


class PlanRead(PlanItem):
    """A plan with its past occurrences (newest first) and its changes."""

    occurrences = many(PlanOccurrence, maximum=1000, required=True)
    changes = many(PlanChanged, maximum=1000, required=True)


class TemplatesAsked(MessageSchema):
    """The plans that can be started on a day (absent: today)."""

    on = fields.Date(**optional())


class PlanTemplate(MessageSchema):
    """A plan as dated data, with its source; ``verified``: the text of the article was read."""

    template = fields.String(required=True)
    kind = Choice(terms.PLAN_KINDS, required=True)
    title_zh = fields.String(required=True)
    title_en = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(**optional())
    rule = fields.String(required=True)
    moved = Choice(terms.MOVES, required=True)
    opens = fields.String(required=True)
    due_days = Count(0, required=True)
    covers = Count(1, required=True)
    misfire = Choice(terms.MISFIRES, required=True)
    sample = fields.Nested(SampleRuleBody, **optional())
    article = fields.String(**optional())
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)


class PlanTemplates(MessageSchema):
    """Plans to start."""

    items = fields.List(fields.Nested(PlanTemplate), required=True)


class SamplesAsked(ListAsked):
    """Samples that were drawn, newest first."""

    kind = Choice(terms.PLAN_KINDS, **optional())
    plan = fields.UUID(**optional())


class SampleAsked(MessageSchema):
    """One sample."""

    sample = fields.UUID(required=True)


class SampleItem(MessageSchema):
    """A draw: rule, seed and how many."""

    id = fields.UUID(required=True)
    kind = Choice(terms.PLAN_KINDS, required=True)
    plan = fields.UUID(**optional())
    organization = Code(**optional())
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    rule = fields.Nested(SampleRuleBody, required=True)
    seed = fields.String(required=True)
    candidates = Count(0, required=True)
    drawn = Count(0, required=True)
    drawn_at = Instant(required=True)


class SamplePage(Page):
    """A page of samples."""

    items = fields.List(fields.Nested(SampleItem), required=True)


class SampleLot(MessageSchema):
    """One candidate with its lot. ``place``: in its stratum's order of lots; ``why``: null for who was not drawn."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    case = fields.UUID(**optional())
    number = fields.String(**optional())
    stratum = fields.String(required=True)
    place = Count(1, required=True)
    of = Count(1, required=True)
    drawn = fields.Boolean(required=True)
    why = fields.String(**optional(metadata={"description": "`lot`, or `always:` and the field"}))
    why_zh = fields.String(**optional())
    why_en = fields.String(**optional())


class SampleRead(SampleItem):
    """A draw with every candidate. ``reproduced``: drawn again from rule, seed and candidates, it is the same."""

    lots = many(SampleLot, maximum=100_000, required=True)
    reproduced = fields.Boolean(required=True)


COMMANDS = {
    "supervision.start_plan.v1": StartPlan,
    "supervision.change_plan.v1": ChangePlan,
    "supervision.stop_plan.v1": StopPlan,
    "supervision.fire_plan.v1": FirePlan,
    "supervision.draw_sample.v1": DrawSample,
}


EVENTS = {
    # named for whoever wants to hear it: an event without a hearer is not sent
    "supervision.plan_due.v1": (PlanDue, ()),
}


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.plans": (PlansAsked, Plans),
    "supervision.plan": (PlanAsked, PlanRead),
    "supervision.plan_templates": (TemplatesAsked, PlanTemplates),
    "supervision.samples": (SamplesAsked, SamplePage),
    "supervision.sample": (SampleAsked, SampleRead),
}
