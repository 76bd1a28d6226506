"""Figures: what the network publishes, and what each sum is made of."""

from __future__ import annotations

import typing as t

from marshmallow import Schema, fields

from contracts import terms
from contracts.fields import Choice, Code, Count, Fen, Text
from contracts.schema import MessageSchema, optional
from contracts.sheets import Sheets
from contracts.supervision.base import DaysAsked, OrderedPage, OrderedPageAsked

FIGURE_SHEETS = {
    "total": "汇总",
    "stations": "按工作站",
    "months": "按月份",
    "groups": "按受援人群",
    "forms": "按援助形式",
    "matters": "按事项",
    "results": "按结果",
    "limits": "期限情况",
}


class NarrowedAsked(DaysAsked):
    """A range of days, narrowed further where something is named."""

    recipient_group = Choice(terms.RECIPIENT_GROUPS, **optional())
    form_of_aid = Choice(terms.FORMS_OF_AID, **optional())
    matter = Choice(terms.MATTERS, **optional())
    result = Text(40, **optional(metadata={"description": "How it ended: an outcome, a decision, a grade, a mark"}))


class FiguresAsked(NarrowedAsked):
    """Which sums are asked for."""


def _sums(**kw: t.Any) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, **kw)


class StationFigures(MessageSchema):
    """Sums of one station; ``station`` is null for what came to no station."""

    organization = Code(required=True)
    station = Code(**optional())
    sums = _sums()


class MonthFigures(MessageSchema):
    """Sums of one month, named by its first day."""

    month = fields.Date(required=True)
    sums = _sums()


class GroupFigures(MessageSchema):
    """Sums of one recipient group."""

    recipient_group = fields.String(required=True)
    sums = _sums()


class FormFigures(MessageSchema):
    """Sums of one form of aid."""

    form_of_aid = fields.String(required=True)
    sums = _sums()


class MatterFigures(MessageSchema):
    """Sums of one matter."""

    matter = fields.String(required=True)
    sums = _sums()


class ResultFigures(MessageSchema):
    """Sums of what ended alike: a case's outcome, an application's decision, a file's grade, a complaint's conclusion."""

    result = fields.String(required=True)
    sums = _sums()


class AmountFigures(MessageSchema):
    """Money of one kind that cases brought or saved."""

    kind = Choice(terms.AMOUNT_KINDS, required=True)
    fen = Fen(required=True)


class Punctuality(MessageSchema):
    """How often a limit of one kind was met and missed, a met one on the day of the act, a missed one on its due day."""

    kind = Choice(terms.CLOCK_KINDS, required=True)
    met = Count(0, required=True)
    missed = Count(0, required=True)


_Figures = MessageSchema.from_dict({"from": fields.Date(required=True), "to": fields.Date(required=True)})


class Figures(_Figures):  # type: ignore[misc, valid-type]
    """What the network publishes, over a range of days; measures that nothing was counted for are 0."""

    organization = Code(**optional())
    station = Code(**optional())
    sums = _sums(metadata={"description": "Measure -> sum; money in fen"})
    satisfaction = fields.Float(**optional(metadata={"description": "Average mark, 1 to 5"}))
    stations = fields.List(fields.Nested(StationFigures), required=True)
    months = fields.List(fields.Nested(MonthFigures), required=True)
    groups = fields.List(fields.Nested(GroupFigures), required=True)
    forms = fields.List(fields.Nested(FormFigures), required=True)
    matters = fields.List(fields.Nested(MatterFigures), required=True)
    results = fields.List(fields.Nested(ResultFigures), required=True)
    amounts = fields.List(fields.Nested(AmountFigures), required=True)
    deadlines = fields.List(fields.Nested(Punctuality), required=True)


class ComparisonAsked(NarrowedAsked):
    """Which range of days is set beside earlier ones."""


class Earlier(MessageSchema):
    """An earlier figure, and how far the present one is from it."""

    value = fields.Integer(required=True)
    change = fields.Integer(required=True)
    percent = fields.Float(**optional(metadata={"description": "Null where the earlier figure is 0"}))


class ComparedFigure(MessageSchema):
    """One figure in words, beside earlier ones; money in fen."""

    measure = Text(60, required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    value = fields.Integer(required=True)
    previous = fields.Nested(Earlier, required=True)
    year_before = fields.Nested(Earlier, required=True)


Days = MessageSchema.from_dict({"from": fields.Date(required=True), "to": fields.Date(required=True)}, name="Days")


class Comparison(_Figures):  # type: ignore[misc, valid-type]
    """Every figure of a range of days, beside the range just before (as long) and the same one a year ago."""

    organization = Code(**optional())
    station = Code(**optional())
    previous = fields.Nested(Days, required=True)
    year_before = fields.Nested(Days, required=True)
    items = fields.List(fields.Nested(ComparedFigure), required=True)


class FactsAsked(NarrowedAsked, OrderedPageAsked):
    """Which counted things are asked for, by day."""

    measure = Text(60, **optional(metadata={"description": "One measure of the figures; absent: all"}))
    limit = Count(1, 200, load_default=200)


class FactItem(MessageSchema):
    """One thing that was counted: what a sum of the figures is made of."""

    source = fields.UUID(
        required=True, metadata={"description": "The service, application, case, task or complaint that was counted"}
    )
    subject = fields.UUID(required=True, metadata={"description": "The application of a case; else as ``source``"})
    number = Text(40, **optional(metadata={"description": "Of the case or application"}))
    measure = Text(60, required=True)
    value = fields.Integer(required=True)
    day = fields.Date(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    recipient_group = fields.String(**optional())
    form_of_aid = fields.String(**optional())
    matter = fields.String(**optional())
    result = fields.String(**optional())


class FactPage(OrderedPage):
    """A page of facts, by day."""

    items = fields.List(fields.Nested(FactItem), required=True)


class FiguresExported(NarrowedAsked):
    """Figures as tables: in all with earlier periods, by station, month, group, form, matter, result, and limits."""

    sheet = Choice(FIGURE_SHEETS, **optional(metadata={"description": "One table alone; absent: all"}))


class FactsExported(NarrowedAsked):
    """What figures are made of, as one long table."""

    measure = Text(60, **optional(metadata={"description": "One measure of the figures; absent: all"}))
    limit = Count(1, 1000, load_default=1000)
    after = Text(200, **optional(metadata={"description": "The `next` of the page before"}))


QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "supervision.figures": (FiguresAsked, Figures),
    "supervision.comparison": (ComparisonAsked, Comparison),
    "supervision.facts": (FactsAsked, FactPage),
    "supervision.figure_sheets": (FiguresExported, Sheets),
    "supervision.fact_sheet": (FactsExported, Sheets),
}
