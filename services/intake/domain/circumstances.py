"""An application as the eligibility rules see it: input names of the rule sets on the left, the form's on the right."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping

from services.intake.domain import names

#: Sealed with the application. ``urgency`` is what was said of it, whatever a limitation or a fact makes of it.
TOLD = ("facts", "household_size", "monthly_income_fen", "figures", "urgency")

FORM = {"age": "age", "household_size": "household_size", "monthly_income_fen": "monthly_income"}  # field -> input


AREA = ("area", "district", "region")  # as rule sets may call where the applicant lives
DISTRICTS = ("station_district", "office_district", "arose_district")
ANOTHER_BIRTH = {"zh": "与已登记的出生日期不符", "en": "it contradicts the day of birth that is known"}


class Rules(t.Protocol):
    """What is asked of a rule set here."""

    inputs: Mapping[str, t.Any]

    def objections(self, given: Mapping[str, t.Any], tongue: str = "en") -> Mapping[str, str]: ...


def unusable(
    rules: Rules, form: Mapping[str, t.Any], born: dt.date | None, day: dt.date
) -> t.Iterator[tuple[str, str, dict[str, str]]]:
    """What these rules cannot use of a form's figures: where it stands, its name, and why in both languages.

    ``born``: the birth that is known, which no figure contradicts on the application's ``day``.
    """
    figures = form.get("figures") or {}
    for name, why in _objections(rules, figures):
        yield f"/figures/{name}", name, why
    for name, known in _of_birth(born, day).items():
        if name in rules.inputs and figures.get(name) is not None and _as_text(figures[name]) != _as_text(known):
            yield f"/figures/{name}", name, ANOTHER_BIRTH
    for field, name in FORM.items():
        if name in rules.inputs and name not in figures:
            for _, why in _objections(rules, {name: form.get(field)}):
                yield f"/{field}", field, why


def _objections(rules: Rules, given: Mapping[str, t.Any]) -> t.Iterator[tuple[str, dict[str, str]]]:
    for name, en in rules.objections(given).items():
        yield name, {"en": en, "zh": rules.objections(given, "zh")[name]}


def circumstances(form: Mapping[str, t.Any], born: dt.date | None, day: dt.date) -> dict[str, t.Any]:
    """What is known on the application's ``day``; None: not known. Money in fen.

    ``figures`` holds whatever else the rule set asks for, by name; what it names is taken from there, but for what
    follows from a birth that is known.
    """
    plain = ("form_of_aid", "matter", "recipient_group", "facts", "household_size", "pledge", *DISTRICTS)
    return {
        **{name: form.get(name) for name in plain},
        **dict.fromkeys(AREA, form.get("district")),
        "monthly_income": form.get("monthly_income_fen"),
        **(form.get("figures") or {}),
        **_of_birth(born, day),
    }


def _as_text(value: t.Any) -> str:
    """An age or a day, which may be written ``19860501``."""
    return str(value).replace("-", "")


def _of_birth(born: dt.date | None, day: dt.date) -> dict[str, t.Any]:
    """The inputs that follow from a birth."""
    return {"age": names.age_on(born, day), "born_on": born.isoformat()} if born else {}
