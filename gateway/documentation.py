"""The OpenAPI 3.1 document, made from the contracts' schemas and the tables of routes, and the page that shows it."""

from __future__ import annotations

import importlib.util
import typing as t
from pathlib import Path

from flask import Flask, Response, send_from_directory
from flask_smorest import Api  # type: ignore[import-untyped]

from contracts.papers import Paper
from gateway import answers, open_paths
from gateway.permissions import roles_with
from gateway.routes import TAGS, Export, Read, Write

STATIC = Path(__file__).parent / "static"
OWN_FILES = ("start.js", "answer.css")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
INTRODUCTION = """
市级法律援助网络的接口。写操作先提交为指令再答复：带 `Prefer: wait=10` 时等待结果，否则返回 202 与查询地址。
每次写操作请附 `Idempotency-Key`，重发同一请求不会重复执行。

The API of a city's legal-aid network. A write is committed as a command before it is answered: with
`Prefer: wait=10` the call waits for the result, otherwise it answers 202 and where to look. Send an
`Idempotency-Key` with every write; repeating the same request then never does it twice.
Money is integer fen (1/100 yuan); times are UTC; days are days of the network's time zone.
"""
PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem document; further members are the problem's parameters",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/version-conflict"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "request_id": {"type": ["string", "null"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
ACCEPTED = {
    "type": "object",
    "required": ["command", "state"],
    "properties": {
        "command": {"type": "string", "format": "uuid"},
        "state": {"type": "string", "enum": ["accepted", "held"]},
    },
}
RESOURCE = {"type": "object", "description": "The resource as it is after the command"}
COMMAND = {
    "type": "object",
    "required": ["command", "type", "state", "status", "created_at", "finished_at", "resource", "problem"],
    "properties": {
        "command": {"type": "string", "format": "uuid"},
        "type": {"type": "string", "examples": ["intake.file_application.v1"]},
        "state": {"type": "string", "enum": ["accepted", "done", "rejected", "held"]},
        "status": {"type": "integer", "description": "The HTTP status that a waiting caller is answered with"},
        "created_at": {"type": "string", "format": "date-time"},
        "finished_at": {"type": ["string", "null"], "format": "date-time"},
        "resource": {"type": ["object", "null"]},
        "problem": {"anyOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "null"}]},
    },
}
COMMANDS = {
    "type": "object",
    "required": ["items", "next"],
    "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Command"}},
        "next": {"type": ["string", "null"]},
    },
}
TAKEN = {
    "type": "object",
    "required": ["tracking_code", "number", "state"],
    "properties": {
        "tracking_code": {"type": "string", "examples": ["ABCD-EFGH-IJKL-MNOP"]},
        "number": {"type": ["string", "null"], "examples": ["T2026-00001"]},
        "state": {"type": "string", "enum": ["accepted", "done", "held"]},
    },
}
CALLER = {
    "type": "object",
    "required": ["key", "role", "organization", "person", "station", "permissions"],
    "properties": {
        "key": {"type": "string"},
        "role": {"type": "string"},
        "organization": {"type": "string"},
        "person": {"type": ["string", "null"], "format": "uuid"},
        "station": {"type": ["string", "null"]},
        "permissions": {"type": "array", "items": {"type": "string"}},
    },
}
HEADERS = {
    "IdempotencyKey": (
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
        "Your own name for this request; the same key and content is carried out once, however often it is sent",
    ),
    "Prefer": ("Prefer", {"type": "string", "examples": ["wait=10"]}, "Seconds to wait for the result (RFC 7240)"),
    "IfMatch": (
        "If-Match",
        {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$', "examples": ['"3"']},
        "The ETag that you saw; refused with 412 when the row has changed since",
    ),
    "IfMatchNeeded": (
        "If-Match",
        {"type": "string", "pattern": r'^("[1-9][0-9]{0,8}"|\*)$', "examples": ['"3"']},
        "The ETag that you saw: 428 without it (or `version` in the body), 412 when it has changed since; "
        "`*` overwrites whatever is there",
    ),
    "IfNoneMatch": ("If-None-Match", {"type": "string"}, "The ETag that you have; 304 when nothing has changed"),
}
PROBLEM_REF = {"$ref": "#/components/responses/Problem"}
BAD_WRITE = ("400", "401", "403", "404", "406", "409", "410", "412", "413", "415", "422", "429", "500", "503")
BAD_READ = ("400", "401", "403", "404", "406", "413", "415", "422", "429", "500", "503")


class ProblemApi(Api):
    """Answers with the problem documents of the platform, not with the library's own form of errors."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_responses(self) -> None:
        pass

    def _register_pagination_header(self) -> None:
        pass

    def _register_etag_headers(self) -> None:
        pass


def make_api(app: Flask) -> Api:
    """The document with its shared components; paths are added by the blueprints."""
    app.config |= {"API_TITLE": "aidbus", "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0"}
    options = {
        "info": {"description": INTRODUCTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "security": [{"bearer": []}, {"apiKey": []}],
        "tags": [{"name": name, "description": words} for name, words in (TAGS | open_paths.TAGS).items()],
    }
    api = ProblemApi(app, spec_kwargs=options)
    components = api.spec.components
    components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "description": "prefix.secret"})
    components.security_scheme("apiKey", {"type": "apiKey", "in": "header", "name": "X-API-Key"})
    schemas = {"Problem": PROBLEM, "Accepted": ACCEPTED, "Resource": RESOURCE, "Caller": CALLER, "Taken": TAKEN}
    for name, schema in (schemas | {"Command": COMMAND, "CommandPage": COMMANDS}).items():
        components.schema(name, schema)
    content = {answers.PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components.response("Problem", {"description": "A problem document (RFC 9457)", "content": content})
    for name, (header, schema, words) in HEADERS.items():
        components.parameter(name, "header", {"name": header, "schema": schema, "description": words})
    return api


def write_document(entry: Write, schema: type[t.Any]) -> dict[str, t.Any]:
    """The OpenAPI operation of a write."""
    is_required = any(field.required for field in schema().fields.values())
    versions = ["IfMatchNeeded" if entry.edits else "IfMatch"] if "version" in schema().fields else []
    bad = (*BAD_WRITE, "428") if entry.edits else BAD_WRITE
    resource = {"description": "Done: the resource", "content": _json("Resource")}
    waiting = {"description": "Accepted; look at Location", "content": _json("Accepted")}
    return {
        "summary": f"{entry.en} · {entry.zh}",
        "description": f"{_needs(entry.permission)} Command: `{entry.type}`.",
        "operationId": entry.name,
        "parameters": ["IdempotencyKey", "Prefer", *versions],
        "requestBody": {"required": is_required, "content": {"application/json": {"schema": schema}}},
        "responses": {str(entry.status): resource, "202": waiting} | dict.fromkeys(bad, PROBLEM_REF),
    }


def read_document(entry: Read, query: type[t.Any], result: type[t.Any]) -> dict[str, t.Any]:
    """The OpenAPI operation of a read."""
    has_etag = "version" in result().fields
    parameters: list[t.Any] = ["IfNoneMatch"] if has_etag else []
    content = {}
    if entry.method == "POST":
        required = any(field.required for field in query().fields.values())
        content = {"requestBody": {"required": required, "content": {"application/json": {"schema": query}}}}
    elif query().fields:
        parameters.append({"in": "query", "schema": query})
    found = {"description": "Found", "content": {"application/json": {"schema": result}}}
    same: dict[str, t.Any] = {"304": {"description": "Not changed"}} if has_etag else {}
    return {
        "summary": f"{entry.en} · {entry.zh}",
        "description": f"{_needs(entry.permission)} Query: `{entry.query}`.",
        "operationId": entry.name,
        "parameters": parameters,
        "responses": {"200": found} | same | dict.fromkeys(BAD_READ, PROBLEM_REF),
    } | content


def paper_document(name: str, paper: Paper, form: str, content_type: str, permission: str) -> dict[str, t.Any]:
    """The OpenAPI operation of an official paper in one form."""
    file = {"schema": {"type": "string", "contentMediaType": content_type}}
    found = {"description": "The paper", "content": {content_type: file}}
    problems = dict.fromkeys(("400", "401", "403", "404", "409", "422", "429", "500", "501", "503"), PROBLEM_REF)
    return {
        "summary": f"{paper.en} ({form.upper()}) · {paper.zh}",
        "description": _needs(permission),
        "operationId": name,
        "responses": {"200": found} | problems,
    }


def report_document(name: str, form: str, content_type: str, permission: str, query: type[t.Any]) -> dict[str, t.Any]:
    """The OpenAPI operation of the half-year report in one form."""
    file = {"schema": {"type": "string", "contentMediaType": content_type}}
    found = {"description": "The report", "content": {content_type: file}}
    problems = dict.fromkeys(("400", "401", "403", "404", "422", "429", "500", "501", "503"), PROBLEM_REF)
    return {
        "summary": f"Report for the joint meeting ({form.upper()}), with charts · 联席会议半年报告",
        "description": f"{_needs(permission)} Absent days: the half-year that ended last.",
        "operationId": name,
        "parameters": [{"in": "query", "schema": query}],
        "responses": {"200": found} | problems,
    }


def export_document(entry: Export, query: type[t.Any]) -> dict[str, t.Any]:
    """The OpenAPI operation of a file of tables."""
    files = {"schema": {"type": "string", "contentEncoding": "binary"}}
    found = {"description": "The file", "content": dict.fromkeys((answers.XLSX, answers.CSV), files)}
    return {
        "summary": f"{entry.en} · {entry.zh}",
        "description": f"{_needs(entry.permission)} Query: `{entry.query}`. Headings in both languages; money in yuan.",
        "operationId": entry.name,
        "parameters": [{"in": "query", "schema": query}],
        "responses": {"200": found} | dict.fromkeys(BAD_READ, PROBLEM_REF),
    }


def own_document(name: str, summary: str, schema: str, status: str = "200", **more: t.Any) -> dict[str, t.Any]:
    """The OpenAPI operation of a path that the gateway answers itself."""
    found = {"description": "Found", "content": _json(schema)}
    responses = {status: found} | dict.fromkeys(("400", "401", "404", "406", "422", "429", "500", "503"), PROBLEM_REF)
    return {"summary": summary, "operationId": name, "responses": responses, **more}


def public_document(
    name: str, summary: str, words: str, body: type[t.Any], result: type[t.Any] | None
) -> dict[str, t.Any]:
    """The OpenAPI operation of a path that needs no key; without ``result`` it is a write."""
    good: dict[str, t.Any] = {"201": {"description": "Taken", "content": _json("Taken")}}
    good |= {"202": {"description": "Accepted; it is seen to soon", "content": _json("Taken")}}
    if result is not None:
        good = {"200": {"description": "Found", "content": {"application/json": {"schema": result}}}}
    problems: tuple[str, ...] = ("400", "404", "406", "409", "413", "415", "422", "429", "500", "503")
    if result is None:
        problems += ("410",)
    return {
        "summary": summary,
        "description": words,
        "operationId": name,
        "security": [],
        "parameters": [] if result is not None else ["IdempotencyKey", "Prefer"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": good | dict.fromkeys(problems, PROBLEM_REF),
    }


def add_page(app: Flask, api: Api) -> None:
    """``/`` shows the document, ``/openapi.json`` is it; scripts come from this very server."""
    package = importlib.util.find_spec("flask_swagger_ui")
    assert package is not None
    assert package.origin is not None
    assets = Path(package.origin).parent / "dist"
    made: list[bytes] = []

    @app.get("/")
    def documentation() -> Response:
        return _page(send_from_directory(STATIC, "index.html"))

    @app.get("/docs/<path:name>")
    def documentation_file(name: str) -> Response:
        return _page(send_from_directory(STATIC if name in OWN_FILES else assets, name))

    @app.get("/openapi.json")
    def openapi() -> Response:
        if not made:
            document = api.spec.to_dict()
            document["paths"] |= open_paths.paths()
            made.append(answers.as_json(document).data)
        return Response(made[0], content_type="application/json")


def _page(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = PAGE_POLICY
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _needs(permission: str) -> str:
    return f"Needs `{permission}`: {', '.join(roles_with(permission))}."


def _json(name: str) -> dict[str, t.Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
