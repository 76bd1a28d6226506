"""The content of a request, read strictly and checked by a schema; what does not fit raises Refused."""

from __future__ import annotations

import typing as t

from flask import request
from marshmallow import RAISE, Schema, ValidationError

from gateway.answers import Refused
from gateway.body import MalformedJson, parse
from gateway.schemas import from_query, pointers


def read_body(limit: int) -> dict[str, t.Any]:
    """The JSON object in the body; ``limit`` in bytes."""
    if (request.content_length or 0) > limit:
        raise Refused("too-large", limit=limit)
    raw = request.get_data(cache=False)
    if len(raw) > limit:
        raise Refused("too-large", limit=limit)
    if raw and request.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        raise Refused("unsupported-media-type", headers={"Accept-Encoding": "identity"})  # RFC 9110, 15.5.16
    if raw and request.mimetype != "application/json":
        raise Refused("unsupported-media-type", headers={"Accept": "application/json"})
    if raw and request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Refused("unsupported-media-type", headers={"Accept": "application/json"})
    try:
        return parse(raw)
    except MalformedJson as error:
        raise Refused("malformed-json", reason=str(error)) from None


class NothingAsked(Schema):
    """A path that takes no parameters behind the question mark."""

    class Meta:
        unknown = RAISE


NOTHING = NothingAsked()


def ask_nothing() -> None:
    """Raise Refused when anything stands behind the question mark: it would be passed over without a word."""
    read_arguments(NOTHING)


def read_arguments(schema: Schema) -> dict[str, t.Any]:
    """The request's query arguments as Python values, checked and completed by the schema; raises Refused."""
    return checked(schema, from_query(schema, dict(request.args.lists())))


def checked(schema: Schema, content: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The content as Python values, completed by defaults; errors point at each wrong field."""
    try:
        return t.cast(dict[str, t.Any], schema.load(content))
    except ValidationError as error:
        raise Refused("invalid", errors=pointers(error.normalized_messages())) from None
