"""What the report says in one language, as blocks: the PDF and the DOCX are made from the same ones."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.papers.wording import ReportWords

Facts = Mapping[str, t.Any]
Number = float | int
NONE = "—"
#: The columns of the table of organizations: word -> measure.
COLUMNS = {
    "persons": "advice", "drafting": "drafting", "guided": "guided", "applications": "applications",
    "granted": "granted", "refused": "refused", "cases": "cases", "mediated": "mediated",
    "non_litigation": "non_litigation", "lectures": "lectures", "audience": "lecture_audience",
}  # fmt: skip
#: The charts of the work: word of the title -> its measures, of one size.
WORK = {
    "services_chart": ("advice", "drafting", "guided", "lectures", "exhibitions", "counselling", "tutoring"),
    "work_chart": ("applications", "granted", "refused", "cases", "cases_ended", "mediated", "non_litigation"),
}
MOST_BARS = 12


@dataclass(frozen=True)
class Title:
    """The report's name with the lines below it."""

    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """A chapter; ``level`` 2, or 3 within one."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Line:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of texts; the first ``words`` columns are words, the others figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True)
class Series:
    """The values of one colour of a chart, one for each category."""

    name: str
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Chart:
    """Bars side by side for each category; ``most``: the end of the scale, where it is fixed."""

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    most: Number | None = None


Block = Title | Heading | Line | Table | Chart


def blocks(facts: Facts, language: str, words: ReportWords) -> list[Block]:
    """The whole report, in ``zh`` or ``en``, as these words say it."""
    return list(Writer(facts, language, words).write())


class Writer:
    """Says the facts in one language."""

    def __init__(self, facts: Facts, language: str, words: ReportWords) -> None:
        self.facts, self.language, self.words = facts, language, words

    def word(self, key: str, **values: t.Any) -> str:
        return self.words[key][self.language].format(**values)

    def named(self, item: Facts, prefix: str = "") -> str:
        return str(item[f"{prefix}{self.language}"])

    def write(self) -> Iterator[Block]:
        """Every block in order."""
        yield self._title()
        yield from self._own_paragraph("opening")
        yield Line(self._compared())
        yield from self._key_figures()
        yield from self._organizations()
        yield from self._months()
        yield from self._who_and_what()
        yield from self._amounts()
        yield from self._limits()
        yield from self._problems()
        yield from self._own_paragraph("closing")

    def _own_paragraph(self, key: str) -> Iterator[Block]:
        """What a center says itself before or after the figures."""
        days = {name: self.facts[name] for name in ("from", "to", "drawn_up_on")}
        text = self.word(key, center=self.named(self.facts["center"]), **days)
        if text:
            yield Line(text)

    def _title(self) -> Title:
        facts = self.facts
        lines = [self.word("subtitle", **{name: facts[name] for name in ("from", "to")})]
        if facts["organization"]:
            lines.append(self.word("of_organization", organization=self.named(facts["organization"])))
        lines.append(self.word("for_meeting", center=self.named(facts["center"]), drawn_up_on=facts["drawn_up_on"]))
        return Title(self.word("title"), tuple(lines))

    def _compared(self) -> str:
        before, year = self.facts["previous"], self.facts["year_before"]
        days = {"previous_from": before["from"], "previous_to": before["to"]}
        return self.word("compared", **days, year_from=year["from"], year_to=year["to"])

    def _key_figures(self) -> Iterator[Block]:
        yield Heading(self.word("key_figures"))
        rows = [self._figure(one) for one in self.facts["figures"] if not one["measure"].startswith("satisfaction_")]
        marks = [mark(self.facts[name]) for name in ("satisfaction", "previous_satisfaction")]
        rows.append((self.word("satisfaction"), *marks, NONE, NONE))
        yield Table(tuple(self.word(key) for key in ("measure", "now", "before", "change", "year_ago")), tuple(rows))
        for title, measures in WORK.items():
            work = [one for one in self.facts["figures"] if one["measure"] in measures]
            if work:
                now = Series(self.word("now"), tuple(one["value"] for one in work))
                before = Series(self.word("before"), tuple(one["previous"]["value"] for one in work))
                yield Chart(self.word(title), tuple(self.named(one) for one in work), (now, before))

    def _figure(self, one: Facts) -> tuple[str, ...]:
        show = yuan if one["measure"].partition(":")[0].endswith("_fen") else whole
        earlier = one["previous"]
        values = (
            show(one["value"]),
            show(earlier["value"]),
            growth(earlier["percent"]),
            show(one["year_before"]["value"]),
        )
        return (in_yuan(self.named(one)), *values)

    def _organizations(self) -> Iterator[Block]:
        yield Heading(self.word("organizations"))
        rows, every = [], self.facts["organizations"]
        for one in every:
            sums = one["sums"]
            counted = [whole(sums.get(measure, 0)) for measure in COLUMNS.values()]
            rest = (yuan(sums.get("recovered_fen", 0)), mark(one["satisfaction"]), percent(one["on_time"]))
            rows.append((self.named(one), *counted, *rest))
        head = ("organization", *COLUMNS, "money", "mark", "on_time")
        yield Table(tuple(self.word(key) for key in head), tuple(rows))
        shown = every[:MOST_BARS]
        if shown:
            names = tuple(self.named(one) for one in shown)
            series = self._series(shown)
            yield Chart(self.word("organizations_chart"), names, series)
            before = Series(self.word("before"), tuple(one["previous"].get("cases", 0) for one in shown))
            yield Chart(self.word("organizations_before"), names, (Series(self.word("now"), series[1].values), before))

    def _months(self) -> Iterator[Block]:
        yield Heading(self.word("months"))
        months = self.facts["months"]
        if not months:
            yield Line(self.word("nothing"))
            return
        yield Chart(self.word("months_chart"), tuple(one["month"][:7] for one in months), self._series(months))

    def _series(self, rows: Sequence[Facts]) -> tuple[Series, ...]:
        """Applications and cases of each row."""
        keys = ("applications", "cases")
        return tuple(Series(self.word(key), tuple(one["sums"].get(key, 0) for one in rows)) for key in keys)

    def _who_and_what(self) -> Iterator[Block]:
        yield Heading(self.word("who_and_what"))
        for key in ("groups", "matters", "forms"):
            rows = tuple((self.named(one), whole(one["applications"]), whole(one["cases"])) for one in self.facts[key])
            yield Table((self.word(key), self.word("applications"), self.word("cases")), rows)

    def _amounts(self) -> Iterator[Block]:
        yield Heading(self.word("amounts"))
        rows = tuple((self.named(one), yuan(one["fen"]), yuan(one["previous_fen"])) for one in self.facts["amounts"])
        yield Table((self.word("amount"), self.word("now"), self.word("before")), rows)

    def _limits(self) -> Iterator[Block]:
        yield Heading(self.word("limits"))
        every = self.facts["limits"]
        rows = [
            (
                self.named(one), whole(one["met"]), whole(one["missed"]),
                percent(one["on_time"]), percent(one["previous_on_time"]),
            )
            for one in every
        ]  # fmt: skip
        yield Table(tuple(self.word(key) for key in ("limit", "met", "missed", "on_time", "before")), tuple(rows))
        if every:
            now = Series(self.word("now"), tuple(one["on_time"] or 0 for one in every))
            before = Series(self.word("before"), tuple(one["previous_on_time"] or 0 for one in every))
            yield Chart(self.word("limits_chart"), tuple(self.named(one) for one in every), (now, before), most=100)

    def _problems(self) -> Iterator[Block]:
        yield Heading(self.word("problems"))
        found = self.facts["problems"]
        overdue = [(self.named(one, "organization_"), self.named(one), whole(one["count"])) for one in found["overdue"]]
        yield from self._list("overdue", ("organization", "task", "count"), overdue)
        stations = [(self.named(one, "organization_"), self.named(one), self._why(one)) for one in found["stations"]]
        yield from self._list("stations", ("organization", "station", "why"), stations, words=3)
        for key in ("findings", "decisions"):
            rows = [(self.named(one, "organization_"), one["words"], one["due_on"]) for one in found[key]]
            yield from self._list(key, ("organization", "words", "due_on"), rows, words=3)
        if found["complaints"]:
            yield Heading(self.word("complaints"), 3)
            yield Line(self._joined([self.named(one) for one in found["complaints"]]))
        if found["suspended_lawyers"]:
            yield Line(self.word("suspended_lawyers", count=found["suspended_lawyers"]))

    def _list(self, key: str, head: Sequence[str], rows: Sequence[tuple[str, ...]], words: int = 2) -> Iterator[Block]:
        yield Heading(self.word(key), 3)
        if rows:
            yield Table(tuple(self.word(one) for one in head), tuple(rows), words)
        else:
            yield Line(self.word("nothing"))

    def _why(self, station: Facts) -> str:
        months = self.facts["image_project_months"]
        found = [self.word(reason, months=months) for reason in station["because"]]
        found += [self.word("suspended")] if station["suspended"] else []
        found += [] if station["has_liaison"] else [self.word("no_liaison")]
        return self._joined(found)

    def _joined(self, words: Sequence[str]) -> str:
        return ("；" if self.language == "zh" else "; ").join(words)


def whole(value: int) -> str:
    """``12,345``."""
    return f"{value:,}"


def yuan(fen: int) -> str:
    """``12,345.00`` of 1234500 fen."""
    return f"{fen // 100:,}.{fen % 100:02d}" if fen >= 0 else f"-{yuan(-fen)}"


def in_yuan(words: str) -> str:
    """The name of a measure of money as the report shows it."""
    return words.replace("（分）", "（元）").replace("(fen)", "(yuan)")


def percent(rate: float | None) -> str:
    """``98.5 %``; a dash where there is nothing to divide."""
    return NONE if rate is None else f"{rate:g} %"


def growth(rate: float | None) -> str:
    """``+12.5 %``; a dash where there was nothing before."""
    return NONE if rate is None else f"{rate:+g} %"


def mark(value: float | None) -> str:
    """``4.85``; a dash where nobody answered."""
    return NONE if value is None else f"{value:.2f}"
