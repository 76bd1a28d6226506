"""Who is drawn into a sample, and why: a rule as data, and a draw that anybody can repeat from its seed.

Guarantee: the draw is a function of rule, candidates and seed, whatever their order; it uses no generator of a
language or version, only SHA-256 of the seed and the candidate's id.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.supervision.domain.refusing import Unusable

POOLS = ("closed_cases", "ended_cases", "hearings", "stations")
STRATA = ("organization", "station", "lawyer")
ALWAYS = ("result", "recipient_group", "matter", "organization")


class BadSample(Unusable):
    """The rule of a sample cannot be used."""


@dataclass(frozen=True)
class SampleRule:
    """``share`` of each stratum (rounded up), at least and at most so many; ``always``: field -> values drawn anyway.

    ``per``: the field that makes strata (None: one for all). Those drawn anyway count towards the number.
    """

    of: str
    share: float = 0.0
    at_least: int = 0
    at_most: int | None = None
    per: str | None = None
    always: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> SampleRule:
        """Read a rule from YAML or JSON; raises BadSample."""
        unknown = set(data) - set(cls.__dataclass_fields__)
        if unknown:
            raise BadSample(f"含未知项 {sorted(unknown)}", f"unknown {sorted(unknown)}")
        rule = cls(**{name: value for name, value in data.items() if value is not None})
        rule.check()
        return rule

    def check(self) -> None:
        """Raise BadSample for a rule that cannot draw."""
        if self.of not in POOLS or self.per not in (None, *STRATA) or not set(self.always) <= set(ALWAYS):
            raise BadSample("抽样范围、分层或者字段未知", "unknown pool, stratum or field")
        if not 0 <= self.share <= 1 or self.at_least < 0 or (self.at_most is not None and self.at_most < 1):
            raise BadSample(
                "share 应在 0 与 1 之间，at_least 不小于 0，at_most 不小于 1",
                "share lies between 0 and 1, at_least from 0, at_most from 1",
            )
        if not (self.share or self.at_least or self.always):
            raise BadSample("按此规则不会抽中任何对象", "it would never draw anybody")

    def number(self, size: int) -> int:
        """How many of a stratum of a size are drawn."""
        wanted = max(math.ceil(round(self.share * size, 9)), self.at_least)
        return min(size, wanted if self.at_most is None else min(wanted, self.at_most))


@dataclass(frozen=True)
class Lot:
    """What the draw gave one candidate. ``place``: in its stratum's order of lots, from 1, of ``of`` candidates.

    ``why``: ``always:<field>`` or ``lot``; None: not drawn.
    """

    id: str
    stratum: str
    place: int
    of: int
    why: str | None


def draw(candidates: Iterable[Mapping[str, Any]], rule: SampleRule, seed: str) -> list[Lot]:
    """Draw; each candidate is a mapping with ``id`` and the fields that the rule names. In order of stratum and lot."""
    strata: dict[str, list[Mapping[str, Any]]] = {}
    for one in candidates:
        strata.setdefault(str(one.get(rule.per) or "") if rule.per else "", []).append(one)
    return [lot for name in sorted(strata) for lot in _draw_one(name, strata[name], rule, seed)]


def _draw_one(name: str, stratum: Sequence[Mapping[str, Any]], rule: SampleRule, seed: str) -> list[Lot]:
    ordered = sorted(stratum, key=lambda one: lot_of(seed, str(one["id"])))
    sure = {str(one["id"]): f"always:{why}" for one in ordered for why in [_always(one, rule)] if why}
    left = rule.number(len(ordered)) - len(sure)
    by_lot = [str(one["id"]) for one in ordered if str(one["id"]) not in sure][: max(0, left)]
    reasons = {**dict.fromkeys(by_lot, "lot"), **sure}
    ids = [str(one["id"]) for one in ordered]
    return [Lot(id_, name, place, len(ids), reasons.get(id_)) for place, id_ in enumerate(ids, start=1)]


def lot_of(seed: str, candidate: str) -> str:
    """The lot of one candidate: the lower, the earlier drawn. ``printf '%s/%s' SEED ID | sha256sum`` shows it."""
    return hashlib.sha256(f"{seed}/{candidate}".encode()).hexdigest()


def _always(one: Mapping[str, Any], rule: SampleRule) -> str | None:
    return next((name for name, values in rule.always.items() if one.get(name) in values), None)
