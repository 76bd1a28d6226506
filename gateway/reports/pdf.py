"""The report as PDF: its blocks as HTML with charts in SVG, set by WeasyPrint."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence
from html import escape

from gateway.reports import charts
from gateway.reports.content import Block, Chart, Heading, Line, Table, Title

STYLE = """
@page { size: A4; margin: 22mm 18mm 20mm; }
@page { @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt; } }
body { font: 10.5pt/1.5 "Noto Serif CJK SC", "Source Han Serif SC", "FangSong", "SimSun", serif; color: #222; }
h1 { font-size: 20pt; text-align: center; margin: 6mm 0 2mm; }
p.below { text-align: center; margin: 0 0 1mm; }
h2 { font-size: 14pt; margin: 7mm 0 2mm; border-bottom: 0.6pt solid #1f4e79; break-after: avoid; }
h3 { font-size: 11.5pt; margin: 4mm 0 1mm; break-after: avoid; }
table { border-collapse: collapse; width: 100%; margin: 2mm 0 4mm; }
table.wide { font-size: 7.5pt; }
th, td { border: 0.4pt solid #999; padding: 1mm 1.4mm; text-align: left; }
th { background: #dde8f3; font-weight: bold; }
td.figure, th.figure { text-align: right; white-space: nowrap; }
table.wide th.figure { white-space: normal; }
tr { break-inside: avoid; }
figure { margin: 3mm 0 5mm; break-inside: avoid; }
figcaption { font-weight: bold; margin-bottom: 1mm; }
svg { width: 100%; height: auto; }
"""
WIDE = 8  # columns from which a table is set small


def html(blocks: Sequence[Block], language: str) -> str:
    """The whole page; nothing in it is fetched from anywhere."""
    title = next((escape(one.text) for one in blocks if isinstance(one, Title)), "")
    body = "".join(map(_block, blocks))
    tongue = "zh-CN" if language == "zh" else "en"
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="{tongue}">{head}<body>{body}</body></html>'


def make(blocks: Sequence[Block], language: str) -> bytes:
    """The file; raises ImportError or OSError where WeasyPrint or its system libraries are missing."""
    from weasyprint import HTML  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return t.cast(bytes, HTML(string=html(blocks, language), url_fetcher=_fetch_nothing).write_pdf())


def _fetch_nothing(url: str, *_: t.Any, **__: t.Any) -> t.Any:
    raise ValueError(f"a report fetches nothing: {url[:80]}")


def _block(block: Block) -> str:
    match block:
        case Title():
            below = "".join(f'<p class="below">{escape(line)}</p>' for line in block.lines)
            return f"<h1>{escape(block.text)}</h1>{below}"
        case Heading():
            return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
        case Line():
            return f"<p>{escape(block.text)}</p>"
        case Chart():
            return f"<figure><figcaption>{escape(block.title)}</figcaption>{charts.svg(block)}</figure>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    def row(tag: str, cells: Sequence[str]) -> str:
        kinds = ("" if place < table.words else ' class="figure"' for place in range(len(cells)))
        made = "".join(f"<{tag}{kind}>{escape(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True))
        return f"<tr>{made}</tr>"

    kind = ' class="wide"' if len(table.head) >= WIDE else ""
    rows = "".join(row("td", cells) for cells in table.rows)
    return f"<table{kind}><thead>{row('th', table.head)}</thead><tbody>{rows}</tbody></table>"
