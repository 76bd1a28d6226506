"""One table out of the modules of a package, each with its subject's messages; a type that two of them claim is refused."""

from __future__ import annotations

import types
import typing as t


def merged(name: str, modules: t.Iterable[types.ModuleType]) -> dict[str, t.Any]:
    """The dict ``name`` of every module that has one, as one dict; raises ValueError where a key comes twice."""
    found: dict[str, t.Any] = {}
    for module in modules:
        own: dict[str, t.Any] = getattr(module, name, {})
        twice = sorted(set(found) & set(own))
        if twice:
            raise ValueError(f"{name} of {module.__name__}: {', '.join(twice)} is in another module already")
        found |= own
    return found
