"""What the schema library says of a wrong field is said in Chinese, whichever field of whichever contract it is."""

from __future__ import annotations

import re
import typing as t

from marshmallow import Schema, fields, validate

from contracts import assignment, intake, notification, supervision
from contracts.messages import in_chinese
from contracts.registry import REGISTRY

CHINESE = re.compile("[\u4e00-\u9fff]")
NEVER_TOLD = {"format", "invalid_awareness", "invalid_utf8"}  # of writing, of moments without a zone, of raw bytes
EXAMPLE: dict[str, t.Any] = {"min": 1, "max": 2, "equal": 3, "other": True, "choices": "a, b", "awareness": "aware"}


def asked() -> t.Iterator[type[Schema]]:
    """What callers write: the body of every command, and the parameters of every query."""
    yield from (type(one.reader) for one in REGISTRY if one.kind == "command")
    for module in (intake, assignment, supervision, notification):
        yield from (question for question, _ in module.QUERIES.values())


def messages() -> dict[str, str]:
    """Every message that a caller may be told -> a field that tells it."""
    found: dict[str, str] = {}
    seen: set[type[Schema]] = set()
    waiting = list(asked())
    while waiting:
        schema = waiting.pop()
        if schema in seen:
            continue
        seen.add(schema)
        for name, field in schema().fields.items():
            for one in _with_those_inside(field):
                if isinstance(one, fields.Nested):
                    waiting.append(type(one.schema))
                for message in (*_of_field(one), *_of_validators(one)):
                    found.setdefault(message, f"{schema.__name__}.{name}")
    return found


def _with_those_inside(field: t.Any) -> t.Iterator[t.Any]:
    yield field
    if isinstance(field, fields.List):
        yield from _with_those_inside(field.inner)
    if isinstance(field, fields.Dict):
        yield from (one for one in (field.key_field, field.value_field) if one is not None)


def _of_field(field: t.Any) -> t.Iterator[str]:
    kind = getattr(field, "OBJ_TYPE", "")
    told = {key: text for key, text in field.error_messages.items() if key not in NEVER_TOLD}
    yield from (str(text).format(**EXAMPLE, obj_type=kind) for text in told.values())


def _of_validators(field: t.Any) -> t.Iterator[str]:
    for rule in field.validators:
        if isinstance(rule, validate.Length):
            texts = [rule.message_min, rule.message_max, rule.message_all, rule.message_equal]
            yield from (rule.error or text.format(**EXAMPLE) for text in texts)
        elif isinstance(rule, validate.Equal | validate.OneOf | validate.Regexp | validate.ContainsOnly):
            yield (rule.error or rule.default_message).format(**EXAMPLE)


def test_every_message_about_a_field_is_said_in_chinese() -> None:
    found = messages()
    assert {"Not a valid time.", "Missing data for required field.", "Length must be between 1 and 2."} <= set(found)
    assert {text: field for text, field in found.items() if not CHINESE.search(in_chinese(text))} == {}
