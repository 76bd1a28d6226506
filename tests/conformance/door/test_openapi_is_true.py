"""What the OpenAPI document promises is what the door does."""

from __future__ import annotations

import typing as t

import hypothesis
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chassis.errors import Rejected
from gateway import stream_view
from gateway.app import create_app
from tests.unit.gateway.conftest import Network


class NothingIsFound(dict[str, t.Any]):
    """Answers of services that know nothing, whatever they are asked."""

    def get(self, query: str, default: t.Any = None) -> t.Any:
        return super().get(query) or Rejected("not-found", what="row")


def test_what_the_document_promises_is_what_the_door_does(network: Network) -> None:
    """Schemathesis sends good or bad requests to every operation; the bus knows nothing, so rows are never found."""
    network.bus.reads = NothingIsFound({"notification.callback": Rejected("bad-signature")})
    app = create_app(network.door)
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    headers = {"Authorization": f"Bearer {network.keys['center_admin']}"}
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    nothing_to_do_wrong: list[str] = []
    for place, result in enumerate(schema.get_all_operations()):
        operation = result.ok()
        if operation.path == stream_view.ENTRY.path:
            continue  # a stream does not end; its story is tests/stories/test_a_listening_front_end.py

        raw = operation.definition.raw
        mode = modes[place % 2] if "parameters" in raw or "requestBody" in raw else modes[0]  # nothing to do wrong

        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        @hypothesis.settings(
            max_examples=3,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        def send(case: t.Any) -> None:
            case.headers.pop("Prefer", None)  # nothing ends on this bus: nothing is worth waiting for
            case.call_and_validate(headers=headers, checks=checks)

        try:
            send()
        except hypothesis.errors.Unsatisfiable:
            nothing_to_do_wrong.append(operation.path)
    assert set(nothing_to_do_wrong) <= {"/v1/calendars/{secret}.ics", "/problems/{slug}"}, "whatever was sent was right"
