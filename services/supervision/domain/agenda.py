"""The agenda of a joint meeting, drawn up from its report: what was done, what is open, who decides what by when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Line = tuple[str, str]
LONGEST = 300  # characters of a line
KEPT = 20  # problems and points named one by one; the others are in the report


def agenda(report: Mapping[str, Any], undone: Sequence[str]) -> list[Line]:
    """The lines, each in Chinese and English. ``undone``: the words of earlier decisions that are not carried out."""
    return [(zh[:LONGEST], en[:LONGEST]) for zh, en in _lines(report, undone)]


def _lines(report: Mapping[str, Any], undone: Sequence[str]) -> Iterator[Line]:
    first, last = report["first_day"], report["last_day"]
    figures = {row["measure"]: row["value"] for row in report["figures"]}
    advice, cases = figures.get("advice", 0), figures.get("cases", 0)
    yield (
        f"通报 {first} 至 {last} 工作情况：咨询 {advice} 人次，办理案件 {cases} 件",
        f"Work from {first} to {last}: advice {advice}, cases {cases}",
    )
    for words in list(undone)[:KEPT]:
        yield f"上次会议决定尚未落实：{words}", f"Decided earlier and not done yet: {words}"
    for one in report["organizations"]:
        if one["reports_missing"]:
            count = one["reports_missing"]
            yield f"{one['name']}：{count} 份月报未报送", f"{one['name']}: {count} monthly reports are missing"
        if one["image_projects"]:
            codes = ", ".join(one["image_projects"])
            yield f"{one['name']}：工作站无实际工作（{codes}）", f"{one['name']}: stations without real work ({codes})"
    problems = [(one["name"], words) for one in report["organizations"] for words in one["problems"]]
    for name, words in problems[:KEPT]:
        yield f"{name}提出的问题：{words}", f"Raised by {name}: {words}"
    late = [point for point in report["open_points"] if point["overdue"]]
    if late:
        yield f"逾期未办事项 {len(late)} 项", f"{len(late)} points are overdue"
    yield "议定解决事项、责任人和完成时限", "Decisions: who does what by when"
