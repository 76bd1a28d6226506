"""Commands, events and queries of supervision: every clock, every check, every figure. One module per subject."""

from __future__ import annotations

import typing as t

from marshmallow import Schema

from contracts.supervision import clocks, complaints, figures, inspections, meetings, tasks, timeline

SUBJECTS = (tasks, clocks, complaints, inspections, meetings, timeline, figures)


def _merged(table: str) -> dict[str, t.Any]:
    """One table of all subjects; a type that two of them claim is a mistake, told at import."""
    merged: dict[str, t.Any] = {}
    for subject in SUBJECTS:
        rows = getattr(subject, table, {})
        twice = merged.keys() & rows.keys()
        if twice:
            raise ValueError(f"{subject.__name__}.{table}: already declared by another subject: {sorted(twice)}")
        merged |= rows
    return merged


COMMANDS: dict[str, type[Schema]] = _merged("COMMANDS")
EVENTS: dict[str, tuple[type[Schema], tuple[str, ...]]] = _merged("EVENTS")
QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = _merged("QUERIES")
