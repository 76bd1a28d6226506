"""Bar charts as SVG: horizontal bars side by side, each with its value at its end."""

from __future__ import annotations

from html import escape

from gateway.reports.content import Chart

COLOURS = ("#1f4e79", "#9dc3e6", "#c55a11")
WIDTH, LABELS, BAR, GAP, TOP = 640, 190, 13, 10, 26
FONT = "font-family: 'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', sans-serif"


def svg(chart: Chart) -> str:
    """The chart as an ``<svg>`` element; an empty one has its title and no bars."""
    step = BAR * len(chart.series) + GAP
    height = TOP + step * len(chart.categories) + 4
    parts = list(_legend(chart))
    for row, category in enumerate(chart.categories):
        top = TOP + row * step
        parts.append(_text(LABELS - 6, top + step / 2 - 1, _short(category), anchor="end"))
        for place, series in enumerate(chart.series):
            parts += _bar(chart, series.values[row], top + place * BAR, COLOURS[place % len(COLOURS)])
    axis = f'<line x1="{LABELS}" y1="{TOP - 4}" x2="{LABELS}" y2="{height - 4}" stroke="#888" stroke-width="0.8"/>'
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="{FONT}">{"".join(parts)}{axis}</svg>'


def _legend(chart: Chart) -> list[str]:
    parts, left = [], float(LABELS)
    for place, series in enumerate(chart.series):
        parts.append(f'<rect x="{left:g}" y="4" width="10" height="10" fill="{COLOURS[place % len(COLOURS)]}"/>')
        parts.append(_text(left + 14, 13, series.name))
        left += 34 + 11 * len(series.name)
    return parts


def _bar(chart: Chart, value: float, top: float, colour: str) -> list[str]:
    most = chart.most or max((max(series.values) for series in chart.series), default=0) or 1
    length = max(0.0, min(1.0, value / most)) * (WIDTH - LABELS - 70)
    rect = f'<rect x="{LABELS}" y="{top:g}" width="{length:.1f}" height="{BAR - 2}" fill="{colour}"/>'
    return [rect, _text(LABELS + length + 4, top + BAR - 3, f"{value:,}", size=9)]


def _text(left: float, bottom: float, words: str, *, anchor: str = "start", size: int = 10) -> str:
    place = f'x="{left:g}" y="{bottom:g}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text {place} fill="#222" style="{FONT}">{escape(words)}</text>'


def _short(words: str) -> str:
    """As much of a name as has room beside the bars: a Chinese sign is as wide as two Latin ones."""
    room, kept = 34, ""
    for sign in words:
        room -= 2 if ord(sign) > 0x2E7F else 1
        if room < 0:
            return f"{kept}…"
        kept += sign
    return kept
