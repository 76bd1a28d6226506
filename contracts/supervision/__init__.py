"""Commands, events and queries of supervision: every clock, every check, every figure. One module per subject."""

from __future__ import annotations

from marshmallow import Schema

from contracts.merge import merged
from contracts.supervision import (
    clocks,
    complaints,
    figures,
    half_year,
    inspections,
    meetings,
    plans,
    reports,
    suspensions,
    tasks,
    timeline,
)

SUBJECTS = (tasks, clocks, plans, reports, complaints, inspections, suspensions, meetings, timeline, figures, half_year)
COMMANDS: dict[str, type[Schema]] = merged("COMMANDS", SUBJECTS)
EVENTS: dict[str, tuple[type[Schema], tuple[str, ...]]] = merged("EVENTS", SUBJECTS)
QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = merged("QUERIES", SUBJECTS)
