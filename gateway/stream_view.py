"""``GET /v1/notifications/stream``: Server-Sent Events for front ends."""

from __future__ import annotations

import typing as t

from flask import Response, g, request

from gateway.answers import Refused
from gateway.documentation import own_document
from gateway.door import Door
from gateway.guard import require
from gateway.own import Own
from gateway.requests import ask_nothing
from gateway.streams import Listener, Streams

ENTRY = Own("/v1/notifications/stream", "notification_stream", "notifications")
PERMISSION = "notifications:read"
SUMMARY = "My notifications as they come (Server-Sent Events) · 通知实时推送"
DESCRIPTION = (
    "Events `notification` hold one notification each. `ready` comes once nothing told from then on is missed: read "
    "the inbox after it. Each `id` is a cursor: send it as `Last-Event-ID` to go on from there. `closed` says why a "
    "stream ends: `restart`, `slow` or `key-revoked`."
)


def document() -> dict[str, t.Any]:
    """The OpenAPI operation."""
    last = {
        "in": "header",
        "name": "Last-Event-ID",
        "schema": {"type": "string", "pattern": r"^[0-9a-f]{32}(\.([0-9a-f]{12})*)?$"},
        "description": "The id of the last event that you have",
    }
    found = own_document(ENTRY.name, SUMMARY, "Resource", parameters=[last], description=DESCRIPTION)
    problem = found["responses"]["401"]
    stream = {"description": "The stream", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    found["responses"] |= {"200": stream, "400": problem, "403": problem}
    return found


def view(door: Door) -> t.Callable[[], Response]:
    def notification_stream() -> Response:
        require(g.principal, PERMISSION)
        ask_nothing()  # a last id that stood there would be passed over, and what came meanwhile be missed
        streams = door.streams
        if streams is None:
            raise Refused("service-unavailable", headers={"Retry-After": "2"}, service="stream")
        listener = streams.open(g.principal, request.headers.get("Last-Event-ID"))
        if request.method == "HEAD":  # its body is never begun, so never ended either
            streams.leave(listener)
        request.environ["eventlet.minimum_write_chunk_size"] = 0  # each event leaves at once
        return Response(
            _body(streams, listener, door.settings.stream_heartbeat_seconds),
            content_type="text/event-stream; charset=utf-8",
            headers={"X-Accel-Buffering": "no"},
        )

    return notification_stream


def _body(streams: Streams, listener: Listener, heartbeat: float) -> t.Iterator[bytes]:
    try:
        yield from listener.pieces(heartbeat)
    finally:
        streams.leave(listener)
