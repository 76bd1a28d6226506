"""The two commands stand on locks: whole, exact, and the same on every machine."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = {"requirements.lock": [], "requirements-test.lock": ["test"], "requirements-bench.lock": ["test", "bench"]}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def locked(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        package, _, rest = line.partition("==")
        found.setdefault(normal(package), set()).add(rest.split(" ")[0])
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_every_package_that_the_project_names(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = list(project["dependencies"])
    for extra in LOCKS[name]:
        named += project["optional-dependencies"][extra]
    missing = {normal(one) for one in named} - set(locked(name))
    assert not missing, f"run `make lock`: {missing}"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_exact_versions_and_neither_an_index_nor_a_place(name: str) -> None:
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*==[^\s/@]+( ; .+)?", line), line
        assert "/" not in line


def test_the_locks_agree_with_each_other() -> None:
    run, test, bench = (locked(name) for name in LOCKS)
    assert all(test[name] == versions for name, versions in run.items())
    assert all(bench[name] == versions for name, versions in test.items())


def test_every_folder_of_tests_is_a_package_so_that_none_of_them_hides_a_service_of_the_same_name() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").exists()]


def test_every_entry_point_of_the_project_leads_to_something_that_bears_its_name() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    for group, points in groups.items():
        for name, place in points.items():
            module, _, attribute = place.partition(":")
            found = getattr(importlib.import_module(module), attribute)
            assert not group.startswith("aidbus.commands") or found.name == name, f"{group}: {name}"
    assert set(groups["aidbus.commands"]) >= {"keys", "organizations", "rules", "figures"}
    assert set(groups.get("aidbus.commands.keys", {})) <= {"rotate-data"}
