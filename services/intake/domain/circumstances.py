"""An application as the eligibility rules see it: input names of the rule sets on the left, the form's on the right."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping

from services.intake.domain import names


def circumstances(command: Mapping[str, t.Any], born: dt.date | None, day: dt.date) -> dict[str, t.Any]:
    """What is known on the application's ``day``; None: not known. Money in fen."""
    return {
        "form_of_aid": command["form_of_aid"],
        "matter": command["matter"],
        "recipient_group": command["recipient_group"],
        "facts": command["facts"],
        "age": names.age_on(born, day) if born else None,
        "area": (command.get("applicant") or {}).get("district"),
        "household_size": command["household_size"],
        "monthly_income": command["monthly_income_fen"],
        "pledge": command["pledge"],
    }
