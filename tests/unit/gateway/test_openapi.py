"""The OpenAPI document is valid 3.1 and complete. (That it is true is shown in tests/conformance/door.)"""

from __future__ import annotations

import re
import typing as t

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.problems import PROBLEMS
from contracts.registry import REGISTRY
from gateway import open_paths
from gateway.app import create_app
from gateway.door import known_queries
from gateway.papers.views import PRINTED
from gateway.reports.views import QUERY, REPORTED
from gateway.routes import EXPORTS, READS, WRITES
from tests.unit.gateway.conftest import Caller, Network

PAGES = {"/", "/docs/{name}", "/openapi.json"}  # the document itself and what shows it
OF_THE_PLATFORM = {  # services send these to themselves
    "supervision.fire_deadline.v1", "supervision.fire_plan.v1", "intake.lapse_papers.v1",
    "intake.go_on_with_import.v1", "intake.lapse_import.v1",
}  # fmt: skip

BEHIND_THE_HOTLINE = {"supervision.complaint_progress"}  # its door needs no key


@pytest.fixture
def document(network: Network) -> dict[str, t.Any]:
    return t.cast(dict[str, t.Any], network.client(None).get("/openapi.json").json)


@pytest.mark.slow
def test_the_document_is_valid_openapi_3_1(document: dict[str, t.Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_command_of_the_contracts_has_exactly_one_door_in_its_newest_version() -> None:
    """An older version is still handled, for what is under way; the door sends it no more."""
    commands = {c.type for c in REGISTRY if c.kind == "command" and c.type not in OF_THE_PLATFORM}
    newest = [one for one in commands if _next_version(one) not in commands]
    assert sorted(entry.type for entry in WRITES) == sorted(newest)


def _next_version(message_type: str) -> str:
    name, _, number = message_type.rpartition(".v")
    return f"{name}.v{int(number) + 1}"


def test_every_query_of_the_contracts_has_a_door_and_every_door_a_query() -> None:
    doors = {entry.query for entry in (*READS, *EXPORTS, *PRINTED)} | {QUERY}
    assert doors | BEHIND_THE_HOTLINE == set(known_queries())


def test_path_parameters_name_fields_of_what_they_fill() -> None:
    for entry in WRITES:
        assert set(entry.fills) <= set(REGISTRY[entry.type].reader.fields), entry.path
    for read in READS:
        assert set(read.fills) <= set(known_queries()[read.query][0]().fields), read.path


def test_every_operation_is_named_described_in_both_languages_and_refuses_unknown_fields(
    document: dict[str, t.Any],
) -> None:
    names = []
    for path, operations in document["paths"].items():
        for method in ("get", "post", "put", "patch"):
            operation = operations.get(method)
            if operation is None or path in open_paths.paths():
                continue
            names.append(operation["operationId"])
            assert " · " in operation["summary"], path
            assert ("401" in operation["responses"]) == (operation.get("security") != [])
            assert operation.get("security") is None or path.startswith("/v1/hotline/")
            if method != "get":
                reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                schema = document["components"]["schemas"][reference.rpartition("/")[2]]
                assert schema["additionalProperties"] is False, path
    assert len(names) == len(set(names)) == len(WRITES) + len(READS) + len(EXPORTS) + len(PRINTED) + len(REPORTED) + 9


@pytest.mark.slow
def test_every_path_of_the_door_is_in_the_document_and_nothing_else(
    network: Network, document: dict[str, t.Any]
) -> None:
    served = set()
    for rule in create_app(network.door).url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        served |= {(path, method) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"} if path not in PAGES}
    methods = ("get", "post", "put", "patch", "delete")
    told = {
        (path, method.upper())
        for path, operations in document["paths"].items()
        for method in operations
        if method in methods
    }
    assert served == told
    assert {("/answers/{token}", "POST"), ("/callbacks/{endpoint}", "POST")} <= told


def test_what_needs_no_key_says_so_and_is_described_in_both_languages(document: dict[str, t.Any]) -> None:
    is_open = re.compile(r"/(answers|callbacks|livez|readyz|metrics|problems|v1/hotline)\b|/v1/calendars/{secret}")
    for path, operations in document["paths"].items():
        for method in {"get", "post"} & set(operations):
            operation = operations[method]
            assert (operation.get("security") == []) == bool(is_open.match(path)), path
            assert " · " in operation["summary"], path


@pytest.mark.slow
@pytest.mark.parametrize("role", ["lawyer", "auditor"])
def test_whatever_a_role_is_answered_stands_in_the_document(
    network: Network, document: dict[str, t.Any], role: str
) -> None:
    caller = network.client(role)
    undocumented = []
    for path, operations in document["paths"].items():
        if path in open_paths.paths() or path.startswith("/v1/hotline/"):
            continue
        for method in operations.keys() & {"get", "post", "put", "patch"}:
            answer = caller(method, re.sub(r"{\w+}", "0190b3f0-0000-7000-8000-00000000000c", path))
            if str(answer.status_code) not in operations[method]["responses"]:
                undocumented.append((method, path, answer.status_code))
    assert undocumented == []


def test_the_document_names_304_where_an_answer_has_an_etag_and_nowhere_else(
    network: Network, document: dict[str, t.Any]
) -> None:
    for read in READS:
        responses = document["paths"][read.path][read.method.lower()]["responses"]
        assert ("304" in responses) == ("version" in known_queries()[read.query][1]().fields), read.path
    network.bus.reads["notification.preferences"] = {"version": 7}
    answer = network.client().get("/v1/preferences", headers={"If-None-Match": '"7"'})
    assert str(answer.status_code) in document["paths"]["/v1/preferences"]["get"]["responses"]


def test_a_write_as_documented_is_accepted(network: Network, document: dict[str, t.Any]) -> None:
    schema = document["components"]["schemas"]["FileApplication"]
    assert schema["required"] == ["applicant", "matter", "recipient_group", "statement"]
    caller: Caller = network.client("liaison")
    body = {
        "applicant": {"name": "马某", "identity_number": "410704197001010027"},
        "recipient_group": "woman",
        "matter": "maintenance_or_support",
        "statement": "丈夫拒付医疗费",
    }
    assert caller.post("/v1/applications", body).status_code == 202


def test_a_write_may_be_answered_that_its_command_was_given_up(document: dict[str, t.Any]) -> None:
    given_up = {str(PROBLEMS[slug].status) for slug in ("given-up", "erased-meanwhile")}
    assert all(given_up <= document["paths"][entry.path][entry.method.lower()]["responses"].keys() for entry in WRITES)
