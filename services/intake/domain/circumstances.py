"""An application as the eligibility rules see it: input names of the rule sets on the left, the form's on the right."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping

from services.intake.domain import names

#: Sealed with the application. ``urgency`` is what was said of it, whatever a limitation or a fact makes of it.
TOLD = ("facts", "household_size", "monthly_income_fen", "figures", "urgency")

FORM = {"age": "age", "household_size": "household_size", "monthly_income_fen": "monthly_income"}  # field -> input


class Rules(t.Protocol):
    """What is asked of a rule set here."""

    inputs: Mapping[str, t.Any]

    def objections(self, given: Mapping[str, t.Any], tongue: str = "en") -> Mapping[str, str]: ...


def unusable(rules: Rules, form: Mapping[str, t.Any]) -> t.Iterator[tuple[str, str, dict[str, str]]]:
    """What these rules cannot use of a form's figures: where it stands, its name, and why in both languages."""
    figures = form.get("figures") or {}
    for name, why in _objections(rules, figures):
        yield f"/figures/{name}", name, why
    for field, name in FORM.items():
        if name in rules.inputs and name not in figures:
            for _, why in _objections(rules, {name: form.get(field)}):
                yield f"/{field}", field, why


def _objections(rules: Rules, given: Mapping[str, t.Any]) -> t.Iterator[tuple[str, dict[str, str]]]:
    for name, en in rules.objections(given).items():
        yield name, {"en": en, "zh": rules.objections(given, "zh")[name]}


def circumstances(form: Mapping[str, t.Any], born: dt.date | None, day: dt.date) -> dict[str, t.Any]:
    """What is known on the application's ``day``; None: not known. Money in fen.

    ``figures`` holds whatever else the rule set asks for, by name; what it names is taken from there.
    """
    plain = ("form_of_aid", "matter", "recipient_group", "facts", "household_size", "pledge")
    return {
        **{name: form.get(name) for name in plain},
        "age": names.age_on(born, day) if born else None,
        "born_on": born,
        "area": form.get("district"),
        "monthly_income": form.get("monthly_income_fen"),
        **(form.get("figures") or {}),
    }
