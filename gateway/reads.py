"""The one view of all reads that a service answers; a service that is down is a 503 for that read alone."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema

from chassis.principal import Principal
from gateway import answers
from gateway.answers import JSON
from gateway.door import Door
from gateway.guard import acceptable, require
from gateway.requests import ask_nothing, checked, read_arguments, read_body
from gateway.routes import Read
from gateway.schemas import strict


def query_schema(door: Door, entry: Read) -> type[Schema]:
    """What may stand behind the question mark: the query's parameters without those that the path fills."""
    parameters = door.queries[entry.query][0]
    return strict(parameters, parameters.__name__, entry.fills)


def read_view(door: Door, entry: Read) -> t.Callable[..., Response]:
    """The view function of one entry of the table."""
    schema = query_schema(door, entry)()

    def view(**path: UUID) -> Response:
        principal: Principal = g.principal
        require(principal, entry.permission)
        acceptable(*JSON)
        in_address = entry.method == "GET"
        if in_address:
            given = read_arguments(schema)
        else:
            ask_nothing()  # the parameters are in the body
            given = checked(schema, read_body(door.settings.body_limit))
        params = schema.dump(given) | {name: str(value) for name, value in path.items()}
        result = door.ask(entry.service, entry.query, params, principal)
        return shown(result)

    return view


def shown(result: dict[str, t.Any]) -> Response:
    """A resource with its ETag (304 where the caller has it), or a list with the link to its next page."""
    headers = answers.etag(result)
    if headers and _has(request.headers.get("If-None-Match"), headers["ETag"]):
        return Response(status=304, headers=headers)
    if result.get("next"):
        arguments = [(k, v) for k, values in request.args.lists() for v in values if k != "after"]
        query = urlencode([*arguments, ("after", result["next"])])
        headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return answers.as_json(result, 200, headers)


def _has(given: str | None, etag: str) -> bool:
    """Weak comparison of ``If-None-Match`` (RFC 9110)."""
    if given is None:
        return False
    return given.strip() == "*" or etag in re.findall(r'"[^"]*"', given)
