"""One clone for all end-to-end tests, and one platform with the golden case played on it for those that only look."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from tests.e2e.house import House, Running, clone

UP = "Documentation of the API:"


@pytest.fixture(scope="session")
def cloned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone(tmp_path_factory.mktemp("clone") / "aidbus")


@pytest.fixture
def house(cloned: Path, tmp_path: Path) -> House:
    """Nothing was ever started here."""
    return House(cloned, tmp_path / "var")


@pytest.fixture(scope="session")
def first_start(cloned: Path, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[tuple[House, Running]]:
    """``make run`` on a new machine, until it is up."""
    house = House(cloned, tmp_path_factory.mktemp("first") / "var")
    running = house.make_run()
    try:
        running.until_prints(UP, 240)
        yield house, running
    finally:
        running.close()


@pytest.fixture
def platform(first_start: tuple[House, Running]) -> House:
    """A platform that is up, with the sample."""
    return first_start[0]
