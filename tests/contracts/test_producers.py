"""What a producer may not send: an unknown, missing or wrong field is refused before anything leaves the service."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from contracts.registry import REGISTRY, ContractError, UnknownMessage
from tests.contracts.test_frozen_samples import SAMPLES

TYPES = sorted(contract.type for contract in REGISTRY)
ENDED = "assignment.case_ended.v1"


def values(message_type: str) -> dict[str, t.Any]:
    """The sample as Python values, as a handler has them."""
    return REGISTRY.load(message_type, SAMPLES[message_type])


@pytest.mark.parametrize("message_type", TYPES)
def test_an_unknown_field_never_leaves_a_producer(message_type: str) -> None:
    with pytest.raises(ContractError) as refused:
        REGISTRY.dump(message_type, values(message_type) | {"surplus": 1})
    assert set(refused.value.errors) == {"surplus"}


@pytest.mark.parametrize("message_type", TYPES)
def test_every_required_field_is_missed_when_it_is_absent_or_null(message_type: str) -> None:
    whole, fields = values(message_type), REGISTRY[message_type].writer.fields
    for name in (name for name, field in fields.items() if field.required):
        for body in ({key: value for key, value in whole.items() if key != name}, whole | {name: None}):
            with pytest.raises(ContractError) as refused:
                REGISTRY.dump(message_type, body)
            assert set(refused.value.errors) == {name}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("recovered_fen", -1),
        ("recovered_fen", 30_050.5),
        ("outcome", "gewonnen"),
        ("organization", "Women's Federation"),
        ("case", "C2026-00001"),
        ("case_number", " "),
        ("ended_at", dt.datetime(2026, 9, 10, 11)),
        ("amounts", [{"kind": "pay", "fen": 10**17}]),
        ("amounts", [{"kind": "pay"}]),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_field(field: str, wrong: object) -> None:
    with pytest.raises(ContractError) as refused:
        REGISTRY.dump(ENDED, values(ENDED) | {field: wrong})
    assert set(refused.value.errors) == {field}


def test_a_refusal_names_fields_and_repeats_no_value() -> None:
    with pytest.raises(ContractError) as refused:
        REGISTRY.dump(ENDED, values(ENDED) | {"outcome": "马秀云 410704198405140009"})
    assert "马秀云" not in str(refused.value)
    assert "4107041984" not in str(refused.value)


def test_a_type_or_version_that_nobody_registered_is_unknown() -> None:
    for message_type in ("assignment.case_ended.v2", "assignment.case_lost.v1", ""):
        with pytest.raises(UnknownMessage):
            REGISTRY.dump(message_type, {})
        with pytest.raises(UnknownMessage):
            REGISTRY.load(message_type, {})
