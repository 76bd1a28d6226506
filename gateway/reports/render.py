"""One report from its facts, as bytes. Run as a module it reads one JSON order and writes the file: see press.py.

Needs the extra ``[reports]``: WeasyPrint for PDF, docxtpl (with python-docx) for DOCX; imported only when asked for.
"""

from __future__ import annotations

import logging
import sys

import orjson

from gateway.papers.render import ABSENT
from gateway.papers.shelf import EXTRA
from gateway.reports import pdf, word
from gateway.reports.content import blocks


def main() -> int:
    """Read an order from standard input, write the file to standard output; what is missing goes to standard error."""
    logging.disable(logging.ERROR)
    order = orjson.loads(sys.stdin.buffer.read())
    maker = pdf if order["form"] == "pdf" else word
    try:
        made = maker.make(blocks(order["facts"], order["language"]), order["language"])
    except (ImportError, OSError) as error:  # OSError: a system library is missing
        sys.stderr.write(f"{EXTRA} ({str(error).splitlines()[0]})")
        return ABSENT
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
