"""What reads and writes bodies swiftly gives what marshmallow gives, for every message, whatever comes."""

from __future__ import annotations

import datetime as dt
import json
import math
import typing as t

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from contracts import swift
from contracts.fields import Fen, Instant, Text
from contracts.registry import REGISTRY, ContractError
from contracts.schema import MessageSchema, many, optional
from tests.contracts import freeze

SAMPLES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(freeze.FOLDER.glob("*.json"))}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**15, 10**400),
    st.floats(),
    st.text(max_size=60),
    st.text(alphabet=" \u200b\u3164\x00", max_size=3),
    st.binary(max_size=20),
    st.dates(),
    st.dates().map(dt.date.isoformat),
    st.datetimes(timezones=st.sampled_from([None, dt.UTC, dt.timezone(dt.timedelta(hours=14))])),
    st.datetimes(timezones=st.sampled_from([None, dt.UTC])).map(dt.datetime.isoformat),
    st.uuids(),
    st.uuids().map(str),
    st.sampled_from(["person", "woman", "company", "1", "true", "2026-W01-1", "20260101", "0001-01-01T00:00:00+14:00"]),
    st.lists(st.one_of(st.none(), st.text(max_size=3), st.integers()), max_size=60),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
)


class Inner(MessageSchema):
    """A nested body."""

    name = Text(10, required=True)
    fen = Fen(**optional())


class Strict(MessageSchema):
    """A body with every kind of field that is read swiftly."""

    class Meta:
        unknown = RAISE

    text = fields.String(**optional())
    choice = fields.String(validate=validate.OneOf(["a", "b"]), load_default="a")
    fen = Fen(required=True)
    whole = fields.Integer(load_default=None)
    flag = fields.Boolean(required=True, allow_none=True)
    number = fields.Float(validate=validate.Range(0, 1, min_inclusive=False))
    day, moment, of_day = fields.Date(), Instant(), fields.Time()
    key = fields.UUID()
    inner = fields.Nested(Inner)
    inners = many(Inner, 1, 3, load_default=list)
    numbers = fields.List(fields.Float(allow_none=True))


def read_by_marshmallow(schema: Schema, body: t.Any, unknown: str | None = None) -> t.Any:
    return _outcome(lambda: Schema.load(_never_swift(schema), body, unknown=unknown))


def write_by_marshmallow(schema: Schema, values: t.Any) -> t.Any:
    def write() -> t.Any:
        body = Schema.dump(_never_swift(schema), values)
        errors = schema.validate(body)
        if errors:
            raise ValidationError(errors)
        return body

    return _outcome(write)


def _never_swift(schema: Schema) -> Schema:
    for field in schema.fields.values():
        inner = getattr(field, "inner", field)
        if isinstance(inner, fields.Nested):
            _never_swift(inner.schema)
    if isinstance(schema, MessageSchema):
        schema._swift = {None: None, "raise": None, "exclude": None}
    return schema


def _outcome(ask: t.Callable[[], t.Any]) -> t.Any:
    try:
        return _with_kinds(ask())
    except (ValidationError, ContractError):
        return "refused"


def _with_kinds(value: t.Any) -> t.Any:
    """1, 1.0 and True are not the same."""
    if isinstance(value, dict):
        return [(name, _with_kinds(one)) for name, one in value.items()]
    return [_with_kinds(one) for one in value] if isinstance(value, list) else (type(value), value)


def _places(body: t.Any, where: tuple[t.Any, ...] = ()) -> t.Iterator[tuple[t.Any, ...]]:
    yield where
    for name, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from _places(value, (*where, name))


def _with(body: t.Any, where: tuple[t.Any, ...], value: t.Any, *, without: bool) -> t.Any:
    if not where:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    if without and len(where) == 1:
        del copy[where[0]]
    else:
        copy[where[0]] = _with(body[where[0]], where[1:], value, without=without)
    return copy


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_every_message_is_read_and_written_alike(name: str) -> None:
    message_type, body = freeze.type_of(name), SAMPLES[name]
    contract = REGISTRY[message_type]
    values = REGISTRY.load(message_type, body)
    read = swift.reader(type(contract.reader)())
    assert _outcome(lambda: contract.reader.load(body)) == read_by_marshmallow(type(contract.reader)(), body)
    assert _outcome(lambda: REGISTRY.dump(message_type, values)) == write_by_marshmallow(
        type(contract.writer)(unknown=RAISE), values
    )
    if read is not None:
        read(body)  # and swiftly: NotPlain would say that the usual body takes the long way


@settings(max_examples=settings().max_examples * 4)
@given(st.data())
def test_a_body_with_anything_anywhere_is_read_and_written_alike(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SAMPLES)))
    message_type, body = freeze.type_of(name), SAMPLES[name]
    contract = REGISTRY[message_type]
    values = REGISTRY.load(message_type, body)
    spoilt = []
    for one in (body, values):
        where = data.draw(st.sampled_from(list(_places(one))))
        spoilt.append(_with(one, where, data.draw(ODD), without=data.draw(st.booleans())))
    unknown = data.draw(st.sampled_from([None, "raise"]))
    assert _outcome(lambda: contract.reader.load(spoilt[0], unknown=unknown)) == read_by_marshmallow(
        type(contract.reader)(), spoilt[0], unknown
    )
    if isinstance(spoilt[1], dict):
        ours = _outcome_or_defect(lambda: REGISTRY.dump(message_type, spoilt[1]))
        writer = type(contract.writer)(unknown=RAISE)
        is_known = spoilt[1].keys() <= writer.fields.keys()
        assert ours == (_outcome_or_defect(lambda: write_by_marshmallow(writer, spoilt[1])) if is_known else "refused")


def _outcome_or_defect(ask: t.Callable[[], t.Any]) -> t.Any:
    """Python values of a wrong kind may also stop marshmallow with an error of its own."""
    try:
        found = ask()
        return found if found == "refused" or isinstance(found, list) else _with_kinds(found)
    except ContractError:
        return "refused"
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        return type(error)


@pytest.mark.slow
@settings(max_examples=settings().max_examples * 5)
@example(spoilt={"whole": math.inf}, base=True)
@given(st.dictionaries(st.sampled_from([*Strict().fields, "more"]), ODD), st.booleans())
def test_every_kind_of_field_is_read_and_written_alike(spoilt: dict[str, t.Any], base: bool) -> None:
    right = {"fen": 1, "flag": True, "inner": {"name": "x", "more": 1}, "inners": [{"name": "y"}], "numbers": [1, None]}
    body = (right if base else {}) | spoilt
    assert _outcome(lambda: Strict().load(body)) == read_by_marshmallow(Strict(), body)
    write = swift.writer(Strict())
    assert write is not None
    try:
        written = _with_kinds(write(body))
    except swift.NotPlain:
        return
    assert written == write_by_marshmallow(Strict(), body)


def test_a_schema_with_a_hook_of_its_own_is_left_to_marshmallow() -> None:
    class Hooked(MessageSchema):
        """With a hook."""

        name = Text()

        @post_load
        def louder(self, values: t.Any, **kw: t.Any) -> t.Any:
            return {"name": values["name"].upper()}

    class Around(MessageSchema):
        """Around it."""

        one = fields.Nested(Hooked)

    assert swift.reader(Hooked()) is None
    assert Around().load({"one": {"name": "x"}}) == {"one": {"name": "X"}}
