"""Compares what a driver knows it sent with what was done: the effects tables have no unique constraint."""

from __future__ import annotations

import collections
import typing as t

from sqlalchemy import select

from tests.toy.driver import Toy
from tests.toy.platform import Effect


def verdict(toy: Toy, sent: t.Mapping[int, str], poison: t.Collection[int] = ()) -> dict[str, t.Any]:
    """What is wrong, by kind; empty when every command had exactly one effect per step, in its own organization.

    ``sent``: number -> organization; ``poison``: numbers that must be dead letters and have no effect.
    """
    wanted = set(sent) - set(poison)
    wrong: dict[str, t.Any] = {}
    for service, step in (("alpha", "deposited"), ("beta", "heard")):
        with toy.databases[service].session() as session:
            rows = session.execute(select(Effect.n, Effect.organization).where(Effect.step == step)).all()
        counts = collections.Counter(n for n, _ in rows)
        found = {
            f"lost in {service}": sorted(wanted - set(counts)),
            f"twice in {service}": sorted(n for n, count in counts.items() if count > 1),
            f"nobody sent in {service}": sorted(set(counts) - wanted),
            f"elsewhere in {service}": sorted(n for n, organization in rows if sent.get(n) != organization),
        }
        wrong |= {what: numbers for what, numbers in found.items() if numbers}
    letters = len([letter for letter in toy.letters() if letter.state == "held"])
    if letters != len(poison):
        wrong["dead letters"] = letters
    if toy.outbox():
        wrong["left in the outbox"] = toy.outbox()
    return wrong
