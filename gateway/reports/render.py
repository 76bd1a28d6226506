"""One report from its facts, as bytes. Run as a module it reads one JSON order and writes the file: see press.py.

Needs the extra ``[reports]``: WeasyPrint for PDF, docxtpl (with python-docx) for DOCX; imported only when asked for.
"""

from __future__ import annotations

import logging
import sys
import typing as t
from collections.abc import Mapping

import orjson

from gateway.papers.render import ABSENT, UNUSABLE, Absent, bound_memory
from gateway.papers.shelf import EXTRA, BadTemplate, Shelf
from gateway.reports import pdf, word
from gateway.reports.content import blocks


def render(shelf: Shelf, form: str, language: str, facts: Mapping[str, t.Any]) -> bytes:
    """The file of a report; raises BadTemplate or Absent."""
    said, maker = blocks(facts, language, shelf.report_words()), pdf if form == "pdf" else word
    try:
        return maker.make(said, language)
    except (ImportError, OSError) as error:  # OSError: a system library is missing
        raise Absent(f"{EXTRA} ({str(error).splitlines()[0]})") from None


def main() -> int:
    """Read an order from standard input, write the file to standard output; what is wrong goes to standard error."""
    bound_memory()
    logging.disable(logging.ERROR)
    order = orjson.loads(sys.stdin.buffer.read())
    try:
        made = render(Shelf(order["folder"]), order["form"], order["language"], order["facts"])
    except (BadTemplate, Absent) as error:
        sys.stderr.write(str(error))
        return UNUSABLE if isinstance(error, BadTemplate) else ABSENT
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
