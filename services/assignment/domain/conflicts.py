"""Conflict of interest: who may not take a case because of whom they, or their firm, act or acted for or against.

A conflict stands where sides cross: the opposing party of this case was aided in the other matter, or the aided
person of this case was opposed there. Standing on the same side twice is none: one lawyer may sue one employer for
twelve workers. It stands as well where the lawyer, or the lawyer's firm, is the opposing party (Lawyers Law 39).
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from uuid import UUID

from services.assignment.domain.names import (
    all_names,
    core_key,
    exact_key,
    kinds_of,
    number_key,
    place_keys,
    sound_keys,
)

OTHER_SIDE = {"aided": "opposing", "opposing": "aided"}

#: Equal numbers or names stop; an equal sound, or a company alike but for place and branch, asks for a decision.
#: A firm's name is its own in the network; a lawyer's may be a namesake's.
CERTAINTY = {
    "number": "exact",
    "name": "exact",
    "core": "likely",
    "sound": "likely",
    "firm": "exact",
    "lawyer": "likely",
}


@dataclass(frozen=True)
class Key:
    """One way in which a party can be recognized. ``kind``: ``name``, ``number``, ``core`` or ``sound``."""

    kind: str
    value: str


@dataclass(frozen=True)
class Conflict:
    """A crossing of sides. ``lawyer`` handled the other matter for ``firm``; ``matter`` is its number.

    ``by`` a firm or a lawyer: these are the opposing party themselves, and ``matter`` is the case's own number.

    ``party``: which party of this case crosses, where that was asked.
    """

    lawyer: UUID | None
    firm: UUID
    matter: str
    by: str
    party: UUID | None = None

    @property
    def certainty(self) -> str:
        return CERTAINTY[self.by]


def must(certainty: str, *, replaceable: bool) -> str:
    """What the center must do about a finding; where the case has ended there is nobody to replace any more."""
    return "replace" if certainty == "exact" and replaceable else "decide"


def keys_of(name: str, kind: str, number: str | None, former: t.Iterable[str] = ()) -> frozenset[Key]:
    """All keys of a party under all its names; a name without any letter has only its number."""
    found: set[Key] = set()
    for one in all_names(name, former, kind):
        for compared in kinds_of(one, kind):
            written = {"name": exact_key(one, compared), "core": core_key(one, compared)}
            found |= {Key(by, value) for by, value in written.items() if value}
            found |= {Key("core", core) for core in place_keys(one, compared)}
            found |= {Key("sound", sound) for sound in sound_keys(one, compared)}
    numbered = number_key(number)
    if numbered:
        found.add(Key("number", numbered))
    return frozenset(found)


def touching(conflicts: t.Iterable[Conflict], lawyer: UUID, firm: UUID) -> list[Conflict]:
    """The conflicts that stand against a lawyer: the lawyer's own and those of the firm; exact ones first."""
    own = [one for one in conflicts if one.lawyer == lawyer or one.firm == firm]
    return sorted(own, key=lambda one: (one.certainty != "exact", one.matter, one.by))
