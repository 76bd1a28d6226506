"""Reads are asked of their service with the caller's name on them; a service that is down costs its own reads only."""

from __future__ import annotations

import pytest

from chassis.errors import Rejected
from tests.unit.gateway.conftest import LAWYER, Bus, Caller, Network

CASE = "0190b3f0-0000-7000-8000-00000000000c"


def test_a_read_carries_the_caller_and_the_checked_parameters(network: Network, bus: Bus) -> None:
    bus.reads["assignment.cases"] = {"items": [], "next": None}
    answer = network.client("lawyer").get("/v1/cases?state=assigned&limit=7")
    name, params, principal = bus.asked[0]
    assert answer.status_code == 200
    assert (name, params["state"], params["limit"]) == ("assignment.cases", "assigned", 7)
    assert (principal.role, principal.person) == ("lawyer", LAWYER)


def test_the_identifier_in_the_path_fills_the_parameter_of_its_name(admin: Caller, bus: Bus) -> None:
    bus.reads["assignment.case"] = {"case": CASE, "version": 4}
    assert admin.get(f"/v1/cases/{CASE}").json["version"] == 4
    assert bus.asked[0][1]["case"] == CASE
    assert admin.get(f"/v1/cases/{CASE}?case={CASE}").status_code == 422


def test_one_resource_has_an_etag_and_is_not_sent_again_to_who_has_it(admin: Caller, bus: Bus) -> None:
    bus.reads["assignment.case"] = {"case": CASE, "version": 4}
    assert admin.get(f"/v1/cases/{CASE}").headers["ETag"] == '"4"'
    for given in ('"4"', 'W/"4"', '"1", "4"', "*"):
        again = admin.get(f"/v1/cases/{CASE}", headers={"If-None-Match": given})
        assert (again.status_code, again.data) == (304, b"")
    assert admin.get(f"/v1/cases/{CASE}", headers={"If-None-Match": '"3"'}).status_code == 200


def test_a_list_links_to_its_next_page_with_the_same_filters(admin: Caller, bus: Bus) -> None:
    bus.reads["assignment.cases"] = {"items": [], "next": CASE}
    answer = admin.get("/v1/cases?state=assigned&limit=2")
    assert answer.headers["Link"] == f'</v1/cases?state=assigned&limit=2&after={CASE}>; rel="next"'
    admin.get(answer.headers["Link"].partition(">")[0].lstrip("<"))
    assert bus.asked[1][1]["after"] == CASE


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=ten", "/limit"),
        ("limit=5&limit=6", "/limit"),
        ("after=nowhere", "/after"),
        ("state=lost", "/state"),
        ("colour=red", "/colour"),
        ("lawyer=%00", "/lawyer"),
    ],
)
def test_parameters_that_cannot_be_are_pointed_at(admin: Caller, bus: Bus, query: str, pointer: str) -> None:
    answer = admin.get(f"/v1/cases?{query}")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert bus.asked == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/me"),
        ("GET", f"/v1/commands/{CASE}"),
        ("GET", "/v1/calendars"),
        ("GET", "/v1/notifications/stream"),
        ("POST", "/v1/persons/search"),
    ],
)
def test_a_path_without_parameters_refuses_one_as_the_others_do(
    network: Network, bus: Bus, method: str, path: str
) -> None:
    answer = network.client("center_admin")(method, f"{path}?colour=red")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/colour"]
    assert bus.asked == []


def test_a_service_that_is_down_is_a_503_for_its_reads_alone(admin: Caller, bus: Bus) -> None:
    bus.reads["notification.notifications"] = {"items": [], "next": None, "unread": 0}
    down = admin.get("/v1/cases")
    assert (down.status_code, down.json["service"]) == (503, "assignment")
    assert down.headers["Retry-After"] == "2"
    assert admin.get("/v1/notifications").status_code == 200
    assert admin.get("/readyz").status_code == 200


def test_what_a_service_refuses_is_the_callers_problem_document(admin: Caller, bus: Bus) -> None:
    bus.reads["assignment.case"] = Rejected("not-found", what="case")
    answer = admin.get(f"/v1/cases/{CASE}")
    assert (answer.status_code, answer.json["what"]) == (404, "case")


def test_a_refusal_that_the_catalogue_lacks_is_a_fault_of_ours(admin: Caller, bus: Bus) -> None:
    bus.reads["assignment.case"] = Rejected("unheard-of", number=1)
    assert admin.get(f"/v1/cases/{CASE}").status_code == 500


def test_me_shows_the_caller_and_what_it_may_do(network: Network) -> None:
    me = network.client("station").get("/v1/me").json
    assert (me["role"], me["organization"], me["station"]) == ("liaison", "womens-federation", "fengquan")
    assert "applications:file" in me["permissions"]
    assert "applications:decide" not in me["permissions"]


@pytest.mark.parametrize("path", ["/v1/lawyers", "/v1/me", "/v1/hotline/progress", "/livez", "/"])
def test_bytes_behind_the_question_mark_that_are_no_utf_8_are_a_bad_request(admin: Caller, bus: Bus, path: str) -> None:
    gbk = "district=凤泉区".encode("gbk").decode("latin-1")
    answer = admin.get(path, environ_overrides={"QUERY_STRING": gbk})
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/bad-request")
    assert bus.asked == []
