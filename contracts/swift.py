"""The usual case of reading and writing a body, compiled once for each schema: a tenth of marshmallow's time.

marshmallow stays the judge. What is compiled here takes only a body of the plainest types in which everything is right,
and gives what marshmallow would give; at anything else it raises NotPlain, and marshmallow reads the body from its
start and says what is wrong. A field or a rule that is not known here is marshmallow's own call.
"""

from __future__ import annotations

import datetime as dt
import math
import typing as t
from uuid import UUID

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing, validate

from contracts.fields import Instant, Whole

Convert = t.Callable[[t.Any], t.Any]
Check = t.Callable[[t.Any], t.Any]


class NotPlain(Exception):
    """Marshmallow must look at this body."""


def reader(schema: Schema, unknown: str | None = None) -> Convert | None:
    """What reads a body into Python values as ``schema.load``; None where it has hooks of its own."""
    unknown = unknown or schema.unknown
    if unknown not in (EXCLUDE, RAISE) or not _is_plain(schema):
        return None
    steps = [
        (name, field.required, field.allow_none, field.load_default, _read(field))
        for name, field in schema.load_fields.items()
    ]
    known = frozenset(schema.load_fields) if unknown == RAISE else None

    def read(body: t.Any) -> dict[str, t.Any]:
        if type(body) is not dict or (known is not None and not known.issuperset(body)):
            raise NotPlain
        values = {}
        for name, required, nullable, default, convert in steps:
            value = body.get(name, missing)
            if value is missing:
                if required:
                    raise NotPlain
                if default is not missing:
                    values[name] = default() if callable(default) else default
            elif value is None:
                if not nullable:
                    raise NotPlain
                values[name] = None
            else:
                values[name] = convert(value)
        return values

    return read


def writer(schema: Schema) -> Convert | None:
    """What writes Python values as a body and holds it against the schema; None where it has hooks of its own."""
    if not _is_plain(schema) or len(schema.dump_fields) != len(schema.fields):
        return None
    steps = [
        (name, field.required, field.allow_none, field.dump_default, _write(field))
        for name, field in schema.dump_fields.items()
    ]

    def write(values: t.Any) -> dict[str, t.Any]:
        if type(values) is not dict:
            raise NotPlain
        body: dict[str, t.Any] = {}
        for name, required, nullable, default, convert in steps:
            value = values.get(name, missing)
            if value is missing:
                if required or default is not missing:
                    raise NotPlain
            elif value is None:
                if not nullable:
                    raise NotPlain
                body[name] = None
            else:
                body[name] = convert(value)
        return body

    return write


def _is_plain(schema: Schema) -> bool:
    renamed = any(field.data_key is not None or field.attribute is not None for field in schema.fields.values())
    return not (renamed or schema.many or schema.partial or any(schema._hooks.values()))


def _read(field: t.Any) -> Convert:
    checks = _checks(field)
    kind = type(field)
    if field.pre_load or field.post_load:
        return _as_marshmallow(field)
    if kind is fields.String:
        return _text(checks)
    if kind is fields.List:
        return _list((list,), field.inner, _read(field.inner), checks)
    if kind is fields.Nested and not field.many:
        nested = reader(field.schema, field.unknown)
        return _checked(nested, checks) if nested else _as_marshmallow(field)
    simple = READ.get(kind)
    if simple is None or getattr(field, "as_string", False) or getattr(field, "format", "iso") not in (None, "iso"):
        return _as_marshmallow(field)
    return _checked(simple, checks)


def _write(field: t.Any) -> Convert:
    checks = _checks(field)
    kind = type(field)
    if field.pre_load or field.post_load:
        return _as_marshmallow_writes(field)
    if kind is fields.String:
        return _text(checks)
    if kind is fields.List:
        return _list((list, tuple), field.inner, _write(field.inner), checks)
    if kind is fields.Nested and not field.many and not checks:
        nested = writer(field.schema)
        return nested or _as_marshmallow_writes(field)
    simple = WRITE.get(kind)
    if simple is None or getattr(field, "as_string", False) or getattr(field, "format", "iso") not in (None, "iso"):
        return _as_marshmallow_writes(field)
    return simple if not checks else _checked_before(simple, checks)


def _checked(convert: Convert, checks: t.Sequence[Check]) -> Convert:
    if not checks:
        return convert

    def read(value: t.Any) -> t.Any:
        found = convert(value)
        for check in checks:
            check(found)
        return found

    return read


def _checked_before(convert: Convert, checks: t.Sequence[Check]) -> Convert:
    """The rules look at the Python value, which is what they will see when the body is read."""

    def write(value: t.Any) -> t.Any:
        written = convert(value)
        for check in checks:
            check(value)
        return written

    return write


def _text(checks: t.Sequence[Check]) -> Convert:
    def text(value: t.Any) -> t.Any:
        if type(value) is not str:
            raise NotPlain
        for check in checks:
            check(value)
        return value

    return text


def _list(kinds: tuple[type, ...], inner: t.Any, convert: Convert, checks: t.Sequence[Check]) -> Convert:
    nullable = inner.allow_none

    def items(value: t.Any) -> list[t.Any]:
        if type(value) not in kinds or (not nullable and None in value):
            raise NotPlain
        found = [None if one is None else convert(one) for one in value]
        for check in checks:
            check(found)
        return found

    return items


def _as_marshmallow(field: t.Any) -> Convert:
    def read(value: t.Any) -> t.Any:
        try:
            return field.deserialize(value)
        except ValidationError:
            raise NotPlain from None

    return read


def _as_marshmallow_writes(field: t.Any) -> Convert:
    """Written, and read again to see that it is right."""

    def write(value: t.Any) -> t.Any:
        try:
            written = field._serialize(value, field.name, None)
            field.deserialize(written)
        except (ValidationError, ValueError, TypeError, AttributeError, OverflowError):
            raise NotPlain from None
        return written

    return write


def _checks(field: t.Any) -> tuple[Check, ...]:
    return tuple(_check(one) for one in field.validators)


def _check(rule: t.Any) -> Check:
    if type(rule) is validate.Length and rule.equal is None:
        return _between(len, rule.min, rule.max)
    if type(rule) is validate.Range and rule.min_inclusive and rule.max_inclusive:
        return _between(_itself, rule.min, rule.max)
    if type(rule) is validate.OneOf and all(type(choice) is str for choice in rule.choices):
        return _one_of(frozenset(rule.choices))

    def check(value: t.Any) -> None:
        try:
            rule(value)
        except ValidationError:
            raise NotPlain from None

    return check


def _between(measure: t.Callable[[t.Any], t.Any], low: t.Any, high: t.Any) -> Check:
    low = -math.inf if low is None else low
    high = math.inf if high is None else high

    def check(value: t.Any) -> None:
        if not low <= measure(value) <= high:
            raise NotPlain

    return check


def _itself(value: t.Any) -> t.Any:
    return value


def _one_of(choices: frozenset[str]) -> Check:
    def check(value: t.Any) -> None:
        if value not in choices:
            raise NotPlain

    return check


def _whole(value: t.Any) -> int:
    if type(value) is not int:
        raise NotPlain
    return value


def _number(value: t.Any) -> float:
    if type(value) is not float and type(value) is not int:
        raise NotPlain
    try:
        found = float(value)
    except OverflowError:
        raise NotPlain from None
    if not math.isfinite(found):
        raise NotPlain
    return found


def _truth(value: t.Any) -> bool:
    if type(value) is not bool:
        raise NotPlain
    return value


def _parsed(parse: t.Callable[[str], t.Any]) -> Convert:
    def read(value: t.Any) -> t.Any:
        if type(value) is not str:
            raise NotPlain
        try:
            return parse(value)
        except (ValueError, OverflowError):
            raise NotPlain from None

    return read


def _in_utc(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise NotPlain
    return found.astimezone(dt.UTC)


_uuid = _parsed(UUID)


def _write_uuid(value: t.Any) -> str:
    if type(value) is UUID:
        return str(value)
    _uuid(value)
    return t.cast(str, value)


def _write_day(value: t.Any) -> str:
    if type(value) is not dt.date:
        raise NotPlain
    return value.isoformat()


def _write_moment(value: t.Any) -> str:
    if type(value) is not dt.datetime or value.tzinfo is None:
        raise NotPlain
    try:
        return value.astimezone(dt.UTC).isoformat()
    except OverflowError:
        raise NotPlain from None


#: Fields that are read, and written, without marshmallow; their subclasses are its own business.
READ: dict[type, Convert] = {
    fields.UUID: _uuid,
    fields.Date: _parsed(dt.date.fromisoformat),
    fields.Boolean: _truth,
    fields.Float: _number,
    Whole: _whole,
    Instant: _parsed(_in_utc),
}
WRITE: dict[type, Convert] = {
    fields.UUID: _write_uuid,
    fields.Date: _write_day,
    fields.Boolean: _truth,
    fields.Float: _number,
    Whole: _whole,
    Instant: _write_moment,
}
