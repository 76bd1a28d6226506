"""The contracts' schemas as the door applies them: nothing unknown, and JSON's own types only.

Inside the platform a consumer ignores unknown fields; a caller's misspelt field is an error that must be seen.
"""

from __future__ import annotations

import copy
import functools
import re
import typing as t

from marshmallow import RAISE, Schema, fields


class JsonBoolean(fields.Boolean):
    """``true`` or ``false``: neither "yes" nor 1."""

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kw: t.Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class JsonNumber(fields.Float):
    """A JSON number: not text that looks like one."""

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kw: t.Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kw)


@functools.cache
def strict(schema: type[Schema], name: str, leave_out: tuple[str, ...] = ()) -> type[Schema]:
    """A copy of ``schema`` that refuses unknown fields at every depth; ``leave_out``: fields that the path fills."""
    declared = {key: _strict_field(field) for key, field in schema._declared_fields.items() if key not in leave_out}
    base: t.Any = schema.Meta
    meta = type("Meta", (base,), {"unknown": RAISE, "exclude": leave_out})
    return t.cast(type[Schema], type(name, (schema,), {**declared, "Meta": meta, "__doc__": schema.__doc__}))


def _strict_field(field: t.Any) -> fields.Field:
    found = copy.deepcopy(field)
    if isinstance(found, fields.List):
        found.inner = _strict_field(found.inner)
    elif isinstance(found, fields.Nested) and isinstance(found.nested, type):
        found.nested = strict(found.nested, f"{found.nested.__name__}Input")
    elif type(found) is fields.Boolean:
        found.__class__ = JsonBoolean
    elif type(found) is fields.Float:
        found.__class__ = JsonNumber
    return t.cast(fields.Field, found)


def pointers(errors: t.Any, path: str = "") -> list[dict[str, str]]:
    """Marshmallow's nested messages as a flat list of ``{"pointer", "detail"}`` (RFC 6901)."""
    if isinstance(errors, t.Mapping):
        found = []
        for key, below in errors.items():
            token = str(key).replace("~", "~0").replace("/", "~1")
            found += pointers(below, path if key == "_schema" else f"{path}/{token}")
        return found
    messages = errors if isinstance(errors, list) else [errors]
    return [{"pointer": path, "detail": str(message)} for message in messages]


def from_query(schema: Schema, arguments: t.Mapping[str, list[str]]) -> dict[str, t.Any]:
    """Query arguments, all text, as the JSON values that ``schema`` reads; it refuses what does not fit."""
    values: dict[str, t.Any] = {}
    for name, given in arguments.items():
        field = schema.fields.get(name)
        if isinstance(field, fields.List):
            values[name] = [_json_value(field.inner, one) for one in given]
        else:
            values[name] = _json_value(field, given[0]) if len(given) == 1 else given
    return values


def _json_value(field: t.Any, text: str) -> t.Any:
    if isinstance(field, fields.Integer) and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if isinstance(field, fields.Float) and re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", text):
        return float(text)
    if isinstance(field, fields.Boolean):
        return {"true": True, "false": False}.get(text, text)
    return text
