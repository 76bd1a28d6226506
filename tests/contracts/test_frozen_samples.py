"""Old messages still load: for every type a sample is frozen as it was first sent."""

from __future__ import annotations

import json
import typing as t

import pytest

from contracts.registry import REGISTRY
from tests.contracts import freeze

SAMPLES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(freeze.FOLDER.glob("*.json"))}


def test_every_message_has_a_frozen_sample() -> None:
    assert not freeze.missing(), "write them with: python -m tests.contracts.freeze"


def test_no_frozen_sample_was_ever_edited() -> None:
    found = {path.name: freeze.digest(path) for path in freeze.FOLDER.glob("*.json")}
    assert found == freeze.frozen(), "a changed message is a new version with a sample of its own"


@pytest.mark.parametrize("name", SAMPLES)
def test_an_old_message_still_loads_and_nothing_of_it_is_lost(name: str) -> None:
    old, message_type = SAMPLES[name], freeze.type_of(name)
    again = REGISTRY.dump(message_type, REGISTRY.load(message_type, old))
    lost = list(_lost(old, again))
    assert not lost, f"{message_type} no longer carries {', '.join(lost)}"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_message_of_a_newer_producer_loads_as_if_it_were_of_today(name: str) -> None:
    newer, message_type = _with_unknown_fields(SAMPLES[name]), freeze.type_of(name)
    assert newer != SAMPLES[name]
    if message_type == "platform.command_finished.v1":  # its resource is whatever the owner answers
        newer["resource"], newer["problem"] = (SAMPLES[name][one] for one in ("resource", "problem"))
    if message_type.startswith("intake.amend_application."):  # its figures are whatever the rule set asks
        newer["figures"] = SAMPLES[name]["figures"]
    assert REGISTRY.load(message_type, newer) == REGISTRY.load(message_type, SAMPLES[name])


def _lost(old: t.Any, new: t.Any, where: str = "") -> t.Iterator[str]:
    """The places of an old body whose value is not the same in the new one."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in old.items():
            yield from _lost(value, new.get(name), f"{where}/{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _lost(one, other, f"{where}/{number}")
    elif old != new:
        yield where


def _with_unknown_fields(body: t.Any) -> t.Any:
    if isinstance(body, dict):
        return {name: _with_unknown_fields(value) for name, value in body.items()} | {"of_a_later_day": [1, "二"]}
    return [_with_unknown_fields(one) for one in body] if isinstance(body, list) else body
