"""What callers are told: results, and RFC 9457 problem documents in the language they asked for."""

from __future__ import annotations

import string
import typing as t
from uuid import UUID

import orjson
from flask import Response, g, request

from chassis.errors import Rejected
from contracts.messages import in_chinese
from contracts.problems import PROBLEMS, Problem
from contracts.wording import Tongue, readable
from gateway.models import Command

PROBLEM_JSON = "application/problem+json"
JSON = ("application/json", PROBLEM_JSON)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
RESERVED = {"type", "title", "status", "detail", "instance", "errors"}


class Refused(Exception):
    """The door itself refuses. ``errors``: ``{"pointer", "detail"}`` each; ``headers`` go with the answer."""

    def __init__(
        self,
        problem: str,
        *,
        errors: t.Sequence[t.Mapping[str, str]] = (),
        headers: t.Mapping[str, str] | None = None,
        **params: t.Any,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.errors = errors
        self.headers = headers or {}
        self.params = params


class _Lenient(string.Formatter):
    """Formats a template and leaves a dash where a parameter is missing: an answer must not fail over its words."""

    def get_value(self, key: int | str, args: t.Any, kwargs: t.Any) -> t.Any:
        return kwargs.get(key, "-")


def language() -> Tongue:
    """``zh`` when the caller prefers Chinese of any kind (``zh-TW`` as well) to English, else ``en``."""
    for tag, quality in request.accept_languages:  # the most wanted first
        tongue = tag.partition("-")[0].lower()
        if quality > 0 and tongue in ("zh", "en"):
            return "zh" if tongue == "zh" else "en"
    return "en"


def as_json(body: t.Any, status: int = 200, headers: t.Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(body), status, dict(headers or {}), content_type="application/json")


def problem_document(
    slug: str,
    params: t.Mapping[str, t.Any],
    *,
    errors: t.Sequence[t.Mapping[str, str]] = (),
    instance: str | None = None,
) -> dict[str, t.Any]:
    """An RFC 9457 document; a slug that the catalogue lacks becomes ``internal``."""
    if slug not in PROBLEMS:
        slug, params = "internal", {}
    problem, tongue = PROBLEMS[slug], language()
    title, detail = _texts(problem, tongue)
    said = readable(params, tongue)
    document: dict[str, t.Any] = {
        "type": f"/problems/{slug}",
        "title": title,
        "status": problem.status,
        "detail": _Lenient().format(detail, **said),
    }
    if instance:
        document["instance"] = instance
    if errors:
        document["errors"] = [_in(tongue, error) for error in errors[:100]]
    told = {name: said[name] if isinstance(value, dict) else value for name, value in params.items()}
    return document | {name: value for name, value in told.items() if name not in RESERVED}


def problem_answer(document: t.Mapping[str, t.Any], headers: t.Mapping[str, str] | None = None) -> Response:
    """The document as an HTTP answer with its own status."""
    found = {**document, "request_id": g.get("request_id")}
    answer = Response(orjson.dumps(found), document["status"], dict(headers or {}), content_type=PROBLEM_JSON)
    answer.headers["Content-Language"] = language()
    return answer


def refusal(error: Refused) -> Response:
    """The door's own refusal."""
    return problem_answer(problem_document(error.problem, error.params, errors=error.errors), error.headers)


def rejection(error: Rejected, instance: str | None = None) -> dict[str, t.Any]:
    """A service's refusal as a document."""
    document = problem_document(error.problem, error.params, instance=instance)
    if error.pointer:
        document["errors"] = [{"pointer": error.pointer, "detail": document["detail"]}]
    return document


def command_path(command: UUID) -> str:
    return f"/v1/commands/{command}"


def command_problem(command: Command) -> dict[str, t.Any] | None:
    """The problem document of a command that was rejected or is held."""
    if not command.problem:
        return None
    return rejection(Rejected.from_dict(command.problem), command_path(command.id))


def command_answer(command: Command, headers: t.Mapping[str, str]) -> Response:
    """Where a command stands: its result or problem with its status, or 202 and where to look."""
    found = {"Link": f'<{command_path(command.id)}>; rel="monitor"', **headers}
    if command.state == "done":
        resource = command.resource or {}
        return as_json(resource, command.status, found | etag(resource))
    if command.state == "rejected":
        return problem_answer(command_problem(command) or problem_document("internal", {}), found)
    found |= {"Location": command_path(command.id), "Retry-After": "1"}
    return as_json({"command": str(command.id), "state": command.state}, 202, found)


def command_document(command: Command) -> dict[str, t.Any]:
    """A command as ``GET /v1/commands/{command}`` shows it."""
    problem = command_problem(command)
    status = {"accepted": 202, "held": 202, "done": command.status}.get(command.state)
    return {
        "command": str(command.id),
        "type": command.type,
        "state": command.state,
        "status": status if status is not None else (problem or {}).get("status", 500),
        "created_at": command.created_at.isoformat(),
        "finished_at": command.finished_at.isoformat() if command.finished_at else None,
        "resource": command.resource,
        "problem": problem,
    }


def etag(resource: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The ``ETag`` of a resource that has a version; no header for others."""
    version = resource.get("version")
    return {"ETag": f'"{version}"'} if isinstance(version, int) and not isinstance(version, bool) else {}


def _texts(problem: Problem, tongue: str) -> tuple[str, str]:
    if tongue == "zh":
        return problem.title_zh, problem.detail_zh
    return problem.title_en, problem.detail_en


def _in(tongue: str, error: t.Mapping[str, str]) -> dict[str, str]:
    return dict(error) | ({"detail": in_chinese(error["detail"])} if tongue == "zh" else {})
