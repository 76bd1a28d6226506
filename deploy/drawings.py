"""The state machines in ARCHITECTURE.md, drawn from the code: python -m deploy.drawings refreshes them."""

from __future__ import annotations

import sys
import typing as t
from pathlib import Path

from services.assignment.domain import lifecycle
from services.intake.domain import application

PAGE = Path(__file__).resolve().parent.parent / "ARCHITECTURE.md"
Move = tuple[str, str, str]  # state, act, next state


def moves_of_an_application() -> list[Move]:
    return [(state, act, target) for (state, act), target in application.MOVES.items()]


def moves_of_a_case() -> list[Move]:
    return [(state, act, target) for state, acts in lifecycle.MOVES.items() for act, target in acts.items()]


def drawing(start: str, moves: t.Sequence[Move]) -> str:
    """A Mermaid state diagram; acts between the same two states share an arrow, final states lead out."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for state, act, target in moves:
        arrows.setdefault((state, target), []).append(act)
    lines = [f"    [*] --> {start}"]
    lines += [f"    {state} --> {target} : {', '.join(acts)}" for (state, target), acts in arrows.items()]
    leaving = {state for state, target in arrows if state != target}
    lines += [f"    {state} --> [*]" for state in dict.fromkeys(target for _, target in arrows) if state not in leaving]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def drawings() -> dict[str, str]:
    """Every drawing by the name of its markers."""
    return {
        "application": drawing(application.START, moves_of_an_application()),
        "case": drawing(lifecycle.START, moves_of_a_case()),
    }


def with_drawings(text: str) -> str:
    """The page with its drawings made anew; raises ValueError when a marker is missing."""
    for name, made in drawings().items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"the markers of {name} are missing")
        text = f"{before}{begin}\n{made}\n{end}{after}"
    return text


def main() -> None:
    """Rewrite the page; with --check only say whether it is current (exit status 1 if not)."""
    text = PAGE.read_text(encoding="utf-8")
    current = with_drawings(text)
    if "--check" in sys.argv[1:]:
        sys.exit(current != text and "ARCHITECTURE.md is not current: run python -m deploy.drawings")
    PAGE.write_text(current, encoding="utf-8")


if __name__ == "__main__":
    main()
