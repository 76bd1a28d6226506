"""One paper from its facts, as bytes. Run as a module it reads one JSON order and writes the file: see press.py.

Needs the extra ``[reports]``: WeasyPrint for PDF, docxtpl for DOCX; imported only here and only when asked for.
"""

from __future__ import annotations

import contextlib
import logging
import resource
import sys
import typing as t
from collections.abc import Mapping

import orjson

from contracts.papers import PAPERS, Fact
from gateway.papers.shelf import EXTRA, BadTemplate, Shelf

MEMORY = 3 << 30  # bytes that a paper may take; one takes a tenth of it
UNUSABLE, ABSENT = 3, 4  # exit statuses: the template is at fault; a library is missing


class Absent(Exception):
    """A library that papers need is not installed; the text says what to do."""


def render(shelf: Shelf, kind: str, form: str, facts: Mapping[str, Fact]) -> bytes:
    """The file of a paper; raises BadTemplate or Absent."""
    return _pdf(shelf, kind, facts) if form == "pdf" else _docx(shelf, kind, facts)


def _pdf(shelf: Shelf, kind: str, facts: Mapping[str, Fact]) -> bytes:
    try:
        from weasyprint import HTML  # type: ignore[import-untyped,import-not-found,unused-ignore]
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except (ImportError, OSError) as error:  # OSError: a system library is missing
        raise Absent(f"{EXTRA} ({str(error).splitlines()[0]})") from None
    style = shelf.file("official.css").read_text(encoding="utf-8")
    title = f"<title>{PAPERS[kind].zh}</title><style>{style}</style>"
    page = (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">{title}<body>{shelf.html(kind, facts)}</body></html>'
    )
    # made of its template alone: a picture that is written into it (data:) is shown, nothing is fetched from anywhere
    return t.cast(bytes, HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf())


def _docx(shelf: Shelf, kind: str, facts: Mapping[str, Fact]) -> bytes:
    try:
        return shelf.word(kind, facts)
    except ImportError as error:
        raise Absent(f"{EXTRA} ({error})") from None


def bound_memory() -> None:
    """Have this process fail alone where a paper takes more memory than any should."""
    with contextlib.suppress(ValueError, OSError):  # there may be less already
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> int:
    """Read an order from standard input, write the file to standard output; what is wrong goes to standard error."""
    bound_memory()
    logging.disable(logging.ERROR)
    order = orjson.loads(sys.stdin.buffer.read())
    try:
        made = render(Shelf(order["folder"]), order["kind"], order["form"], order["facts"])
    except (BadTemplate, Absent) as error:
        sys.stderr.write(str(error))
        return UNUSABLE if isinstance(error, BadTemplate) else ABSENT
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
