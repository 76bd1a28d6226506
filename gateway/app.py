"""The Flask app: routes from the tables, and around every request its id, its log line, its figures, its headers."""

from __future__ import annotations

import html
import re
import time
import typing as t

import structlog
from flask import Flask, Response, g, request
from flask_smorest import Blueprint  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from chassis import metrics
from chassis.errors import DatabaseAway, Rejected, ServiceUnavailable
from chassis.ids import new_id
from contracts.problems import PROBLEMS
from gateway import answer_pages, answers, calendars, documentation, exports, hotline, own, stream_view
from gateway.answers import Refused
from gateway.door import Door
from gateway.guard import identify, rate_limit
from gateway.papers import views as papers
from gateway.reads import query_schema, read_view
from gateway.reports import views as reports
from gateway.routes import CODES, EXPORTS, READS, WRITES
from gateway.writes import body_schema, write_view

log = structlog.get_logger("aidbus.gateway")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
WITHOUT_KEY = ("/answers/", "/callbacks/")
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(door: Door) -> Flask:
    """The whole HTTP face over what ``door`` holds. A path whose command or query no contract names is left out."""
    app = Flask("gateway", static_folder=None)
    app.url_map.merge_slashes = False  # a doubled slash is another path: not found, not a redirection
    app.url_map.converters["code"] = CodeConverter
    app.config["MAX_CONTENT_LENGTH"] = door.settings.body_limit + 1  # a body cut off there is seen to be too large
    api = documentation.make_api(app)
    blueprint = Blueprint("v1", __name__)
    for write in WRITES:
        if write.type in door.contracts.contracts:
            document = documentation.write_document(write, body_schema(door, write))
            _add(blueprint, write, document, write_view(door, write))
    for read in READS:
        if read.query in door.queries:
            document = documentation.read_document(read, query_schema(door, read), door.queries[read.query][1])
            _add(blueprint, read, document, read_view(door, read))
    for export in EXPORTS:
        if export.query in door.queries:
            schema = exports.query_schema(door, export)
            _add(blueprint, export, documentation.export_document(export, schema), exports.export_view(door, export))
    for entry, document, view in own.views(door):
        _add(blueprint, entry, document, view)
    for reported, document, view in reports.views(door):
        _add(blueprint, reported, document, view)
    for entry, document, view in calendars.views(door):
        _add(blueprint, entry, document, view)
    for entry, document, view in hotline.views(door):
        _add(blueprint, entry, document, view)
    _add(blueprint, stream_view.ENTRY, stream_view.document(), stream_view.view(door))
    for printed, document, view in papers.views(door):
        _add(blueprint, printed, document, view)
    api.register_blueprint(blueprint)
    documentation.add_page(app, api)
    answer_pages.add(app, door)
    calendars.add(app, door)
    _add_operations(app, door)
    _add_problems(app)
    _surround(app, door)
    _answer_errors(app, door)
    return app


class CodeConverter(BaseConverter):
    """The code of an organization in a path; anything else is no path."""

    regex = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*"


class Entry(t.Protocol):
    """What every row of a table of routes has."""

    @property
    def path(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def tag(self) -> str: ...


def _add(blueprint: Blueprint, entry: Entry, document: dict[str, t.Any], view: t.Callable[..., Response]) -> None:
    def named(**arguments: t.Any) -> Response:
        return view(**arguments)

    rule = re.sub(r"{(\w+)}", lambda name: f"<{'code' if name[1] in CODES else 'uuid'}:{name[1]}>", entry.path)
    route = blueprint.route(rule, methods=[entry.method], endpoint=entry.name, tags=[entry.tag])
    route(blueprint.doc(**document)(named))


def _add_operations(app: Flask, door: Door) -> None:
    @app.get("/livez")
    def livez() -> Response:
        return answers.as_json({"status": "alive"})

    @app.get("/readyz")
    def readyz() -> Response:
        checks = dict(door.health())
        if not checks.get("database"):
            return answers.as_json({"status": "unready", "checks": checks}, 503, {"Retry-After": "2"})
        status = "ready" if checks.get("broker") else "degraded"
        return answers.as_json({"status": status, "checks": checks})

    @app.get("/metrics")
    def figures() -> Response:
        return Response(metrics.render(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _add_problems(app: Flask) -> None:
    @app.get("/problems/<slug>")
    def problem(slug: str) -> Response:
        found = PROBLEMS.get(slug)
        if found is None:
            raise NotFound
        texts = {
            "zh": {"title": found.title_zh, "detail": found.detail_zh},
            "en": {"title": found.title_en, "detail": found.detail_en},
        }
        if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
            rows = [f"<h1>{slug} ({found.status})</h1>"]
            rows += [f"<h2>{html.escape(w['title'])}</h2><p>{html.escape(w['detail'])}</p>" for w in texts.values()]
            page = f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{slug}</title>{"".join(rows)}</html>'
            return Response(page, content_type="text/html; charset=utf-8")
        return answers.as_json({"type": f"/problems/{slug}", "status": found.status, **texts})


def _surround(app: Flask, door: Door) -> None:
    limit = rate_limit(door)

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else str(new_id())
        g.began = time.perf_counter()
        if request.path.startswith(WITHOUT_KEY) or calendars.is_feed(request.path):
            limit.hit(f"address:{request.remote_addr}")
        elif request.path.startswith("/v1/") and not request.path.startswith(hotline.PREFIX):
            identify(door, limit)
        _refuse_unreadable_address()

    hotline.limit_public(app, door, limit)

    @app.after_request
    def end(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.request_id
        for name, value in {**SECURITY, **g.get("rate_headers", {})}.items():
            answer.headers.setdefault(name, value)
        answer.vary.update(("Accept-Language", "Authorization", "X-API-Key"))
        if request.method == "OPTIONS" and answer.status_code == 200:
            answer.status_code = 204  # what may be done stands in Allow; there is nothing to read
            del answer.headers["Content-Type"]
        route = _route()
        seconds = time.perf_counter() - g.began
        metrics.count("aidbus_http_requests_total", method=_method(), route=route, status=str(answer.status_code))
        metrics.observe("aidbus_http_seconds", seconds, method=_method(), route=route)
        log.debug("answered", request=g.request_id, route=route, status=answer.status_code, seconds=round(seconds, 4))
        return answer


def _refuse_unreadable_address() -> None:
    """Raw bytes behind the question mark that are no UTF-8, such as of a terminal that writes GBK, name nothing."""
    try:
        request.query_string.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("bad-request") from None


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "unknown"


def _method() -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return request.method if request.method in known else "other"


def _answer_errors(app: Flask, door: Door) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return answers.refusal(error)

    @app.errorhandler(Rejected)
    def rejected(error: Rejected) -> Response:
        return answers.problem_answer(answers.rejection(error))

    @app.errorhandler(ServiceUnavailable)
    def unavailable(error: ServiceUnavailable) -> Response:
        return answers.refusal(Refused("service-unavailable", headers={"Retry-After": "2"}, service=error.service))

    @app.errorhandler(DatabaseAway)
    def database_away(_error: DatabaseAway) -> Response:
        return answers.refusal(Refused("service-unavailable", headers={"Retry-After": "2"}, service="gateway"))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if isinstance(error, RequestEntityTooLarge):
            return answers.refusal(Refused("too-large", limit=door.settings.body_limit))
        if isinstance(error, MethodNotAllowed):
            allowed = ", ".join(sorted(error.valid_methods or ()))
            return answers.refusal(Refused("method-not-allowed", headers={"Allow": allowed}, allowed=allowed))
        if error.code is not None and error.code < 400 and error.response is None:
            return Response(error.get_body(), error.code, error.get_headers())
        slug = {404: "not-found", 500: "internal"}.get(error.code or 500, "bad-request")
        return answers.refusal(Refused(slug, what="path") if slug == "not-found" else Refused(slug))

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        """Log where it happened; the error's text is left out, because it may hold what the caller sent."""
        log.error("unexpected", request=g.get("request_id"), route=_route(), exc_info=error)
        return answers.refusal(Refused("internal"))
