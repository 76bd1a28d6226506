"""Commands, events and queries of assignment: from the grant to the closing file.

Each subject keeps what it asks, tells and shows in a module of its own; here they come together.
"""

from __future__ import annotations

from marshmallow import Schema

from contracts.assignment import (
    backlog,
    cases,
    changes,
    choosing,
    closing,
    conduct,
    conflicts,
    imports,
    objections,
    offers,
    printed,
    register,
    roster,
    volunteers,
)
from contracts.merge import merged

_SUBJECTS = (
    register,
    volunteers,
    imports,
    choosing,
    offers,
    conduct,
    closing,
    conflicts,
    changes,
    objections,
    roster,
    backlog,
    cases,
    printed,
)
COMMANDS: dict[str, type[Schema]] = merged("COMMANDS", _SUBJECTS)
EVENTS: dict[str, tuple[type[Schema], tuple[str, ...]]] = merged("EVENTS", _SUBJECTS)
QUERIES: dict[str, tuple[type[Schema], type[Schema]]] = merged("QUERIES", _SUBJECTS)
