"""The registry says who handles and who answers what: every service does exactly that."""

from __future__ import annotations

import importlib
import typing as t

import pytest

from chassis.runner import known_services, load_service
from contracts import assignment, intake, notification, supervision, table
from contracts.registry import REGISTRY, SERVICES

QUERIES: dict[str, dict[str, t.Any]] = {
    "intake": intake.QUERIES,
    "assignment": assignment.QUERIES,
    "supervision": supervision.QUERIES,
    "notification": notification.QUERIES | notification.INTERNAL_QUERIES,
}


def module_of(service: str, name: str) -> t.Any:
    package = known_services()[service].partition(":")[0].rpartition(".")[0]
    return importlib.import_module(f"{package}.{name}")


def test_the_registry_and_the_installation_know_the_same_services() -> None:
    assert set(known_services()) == set(SERVICES)
    assert {load_service(name).name for name in SERVICES} == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_handles_exactly_its_commands_and_the_events_it_hears(service: str) -> None:
    commands = {contract.type for contract in REGISTRY if contract.kind == "command" and contract.owner == service}
    assert set(module_of(service, "handlers").HANDLERS) == commands | set(REGISTRY.heard_by(service))


@pytest.mark.parametrize("service", QUERIES)
def test_a_service_answers_exactly_its_queries(service: str) -> None:
    assert set(module_of(service, "views").VIEWS) == set(QUERIES[service])


def test_events_are_heard_by_services_that_exist() -> None:
    for contract in REGISTRY:
        assert set(contract.heard_by) <= set(SERVICES), contract.type


def test_a_message_says_what_it_means_in_one_line() -> None:
    for contract in REGISTRY:
        assert contract.description.endswith("."), contract.type


def test_the_table_of_the_readme_is_that_of_the_registry() -> None:
    text = table.README.read_text(encoding="utf-8")
    assert text == table.with_table(text), "refresh it with: python -m contracts.table"
