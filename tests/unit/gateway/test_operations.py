"""What operators and browsers see: health, figures, documentation, headers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from chassis.tables import organizations
from chassis.testing import Bench
from contracts.problems import PROBLEMS
from tests.unit.gateway.conftest import Bus, Caller, Network


def test_without_the_broker_the_door_is_degraded_but_open(network: Network, bus: Bus) -> None:
    nobody = network.client(None)
    assert nobody.get("/livez").json == {"status": "alive"}
    assert nobody.get("/readyz").json["status"] == "ready"
    bus.broker = False
    answer = nobody.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")


def test_without_the_database_the_door_is_not_ready(network: Network, bus: Bus) -> None:
    bus.database = False
    answer = network.client(None).get("/readyz")
    assert (answer.status_code, answer.json["checks"]["database"]) == (503, False)


def test_metrics_name_routes_and_never_what_callers_sent(admin: Caller) -> None:
    admin.get("/v1/me")
    admin.get("/a-path-that-nobody-knows")
    text = admin.get("/metrics").text
    assert 'aidbus_http_requests_total{method="GET",route="/v1/me",status="200"}' in text
    assert "a-path-that-nobody-knows" not in text


def test_every_answer_carries_a_request_id_and_the_security_headers(admin: Caller) -> None:
    for path in ("/v1/me", "/nothing", "/", "/openapi.json", "/readyz"):
        headers = admin.get(path).headers
        assert headers["X-Request-Id"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert admin.get("/v1/me").headers["Cache-Control"] == "no-store"


def test_a_request_id_of_the_caller_is_kept_when_it_is_harmless(admin: Caller) -> None:
    assert admin.get("/livez", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    assert admin.get("/livez", headers={"X-Request-Id": "a b<c>"}).headers["X-Request-Id"] != "a b<c>"


def test_the_documentation_page_runs_no_inline_script_and_nothing_from_elsewhere(network: Network) -> None:
    nobody = network.client(None)
    page = nobody.get("/")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "http" not in page.text.replace("https", "http").split("<body>")[1]
    for part in page.text.split("<script")[1:]:
        assert 'src="/docs/' in part.partition(">")[0]
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js", "favicon-32x32.png"):
        assert nobody.get(f"/docs/{name}").status_code == 200
    assert nobody.get("/docs/../settings.py").status_code == 404
    assert nobody.get("/docs/%2e%2e/app.py").status_code == 404


@pytest.mark.parametrize("slug", list(PROBLEMS))
def test_every_problem_explains_itself_in_both_languages(network: Network, slug: str) -> None:
    nobody = network.client(None)
    problem = nobody.get(f"/problems/{slug}").json
    assert problem["zh"]["title"]
    assert problem["en"]["title"]
    page = nobody.get(f"/problems/{slug}", headers={"Accept": "text/html"})
    assert page.content_type.startswith("text/html")
    assert problem["zh"]["title"] in page.text


def test_an_unknown_problem_is_not_found(admin: Caller) -> None:
    assert admin.get("/problems/unheard-of").status_code == 404


def test_an_organization_is_called_as_its_newest_word_says(network: Network, bench: Bench) -> None:
    union = {"code": "trade-union", "kind": "trade_union", "auto_assign": False}
    bench.handle("intake.organization_changed.v1", {**union, "name": "second", "version": 2})
    bench.handle("intake.organization_registered.v1", {**union, "name": "first"})
    with bench.session() as session:
        asked = select(organizations.c.name).where(organizations.c.code == "trade-union")
        assert session.scalar(asked) == "second"
