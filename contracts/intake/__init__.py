"""Commands, events and queries of intake, one module per subject: from the knock at the door to the decision."""

from __future__ import annotations

import typing as t

from contracts.intake import (
    amendments,
    applications,
    consents,
    defence,
    eligibility,
    imports,
    objections,
    organizations,
    papers,
    persons,
    printed,
    services,
    staff,
    stations,
)
from contracts.merge import merged

_SUBJECTS = (
    organizations,
    stations,
    staff,
    imports,
    services,
    persons,
    consents,
    applications,
    amendments,
    defence,
    papers,
    objections,
    eligibility,
    printed,
)
COMMANDS: dict[str, t.Any] = merged("COMMANDS", _SUBJECTS)
EVENTS: dict[str, t.Any] = merged("EVENTS", _SUBJECTS)
QUERIES: dict[str, t.Any] = merged("QUERIES", _SUBJECTS)
