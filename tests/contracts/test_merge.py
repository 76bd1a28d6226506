"""A service's messages stand in several modules, each type in one of them."""

from __future__ import annotations

import types

import pytest

from contracts.merge import merged


def subject(name: str, **tables: object) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(tables)
    return module


def test_the_messages_of_all_subjects_are_one_table() -> None:
    subjects = [subject("a", COMMANDS={"x.one.v1": 1}), subject("b"), subject("c", COMMANDS={"x.two.v1": 2})]
    assert merged("COMMANDS", subjects) == {"x.one.v1": 1, "x.two.v1": 2}


def test_a_type_that_two_subjects_claim_is_refused_by_name() -> None:
    subjects = [subject("a", EVENTS={"x.said.v1": 1}), subject("b", EVENTS={"x.said.v1": 1})]
    with pytest.raises(ValueError, match=r"EVENTS of b: x\.said\.v1"):
        merged("EVENTS", subjects)
