"""The parameters of a query as Python values."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from contracts import supervision as contract


def load(name: str, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters with their defaults, whether they came as JSON or as values."""
    plain = (str, int, float, bool, list, type(None))
    texts = {key: value if isinstance(value, plain) else str(value) for key, value in params.items()}
    schema: type[Schema] = contract.QUERIES[name][0]
    return dict(schema().load(texts))
