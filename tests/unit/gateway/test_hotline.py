"""The door that needs no key: a complaint is committed, answered with its code, and not taken too often."""

from __future__ import annotations

import typing as t

import pytest

from chassis.errors import Rejected
from contracts import tracking
from tests.unit.gateway.conftest import Network

REPORT = {"subject": "fee", "statement": "被收取二百元", "amount_fen": 20_000, "complainant_name": "王五"}
PATH = "/v1/hotline/complaints"


def test_anybody_complains_without_a_key_and_has_a_code_though_no_service_runs(network: Network) -> None:
    answer = network.client(None).post(PATH, REPORT)
    (sent,) = network.bus.sent
    assert (answer.status_code, answer.json["number"]) == (202, None)
    assert answer.json["tracking_code"] == tracking.code_of(sent.id)
    assert (sent.type, sent.organization) == ("supervision.open_complaint.v1", "center")
    assert sent.principal is not None
    assert (sent.principal.role, sent.principal.person) == ("public", None)
    assert (sent.data["channel"], sent.data["organization"], sent.data["lawyer"]) == ("network", "center", None)


def test_the_number_is_told_as_soon_as_the_complaint_was_seen(network: Network) -> None:
    network.bus.will_finish("done", resource={"id": "x", "number": "T2026-00001"})
    answer = network.client(None).post(PATH, REPORT, headers={"Prefer": "wait=5"})
    assert (answer.status_code, answer.json["number"], answer.json["state"]) == (201, "T2026-00001", "done")
    assert "id" not in answer.json


def test_the_same_complaint_sent_again_is_one_and_has_the_same_code(network: Network) -> None:
    headers = {"Idempotency-Key": "form-1"}
    first, second = (network.client(None).post(PATH, REPORT, headers=headers) for _ in range(2))
    assert first.json["tracking_code"] == second.json["tracking_code"]
    assert len(network.bus.sent) == 1
    other = network.client(None).post(PATH, REPORT | {"subject": "delay"}, headers=headers)
    assert (other.status_code, "tracking_code" in other.json) == (422, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "fee"},
        REPORT | {"lawyer": "01989680-83a7-7005-8250-4733134861af"},
        REPORT | {"channel": "hotline"},
        REPORT | {"subject": "nothing"},
    ],
)
def test_what_does_not_fit_is_refused_without_repeating_it(network: Network, wrong: dict[str, t.Any]) -> None:
    answer = network.client(None).post(PATH, wrong)
    assert answer.status_code == 422
    assert "王五" not in answer.text
    assert network.bus.sent == []


@pytest.mark.slow
def test_one_address_brings_so_many_complaints_and_no_more(network: Network) -> None:
    client = network.client(None, hotline_limit="2/hour")
    assert [client.post(PATH, REPORT).status_code for _ in range(3)] == [202, 202, 429]
    network.bus.reads["supervision.complaint_progress"] = {"number": "T2026-00001", "state": "received"}
    assert client.post("/v1/hotline/progress", {"code": "ABCD"}).status_code == 200


def test_progress_is_asked_with_the_code_in_the_body_and_answered_as_supervision_says(network: Network) -> None:
    network.bus.reads["supervision.complaint_progress"] = {"number": "T2026-00001", "state": "received"}
    answer = network.client(None).post("/v1/hotline/progress", {"code": "ABCD-EFGH-IJKL-MNOP"})
    assert answer.json == {"number": "T2026-00001", "state": "received"}
    ((_, params, principal),) = network.bus.asked
    assert (params["code"], principal.role) == ("ABCD-EFGH-IJKL-MNOP", "public")
    network.bus.reads["supervision.complaint_progress"] = Rejected("not-found", what="complaint")
    assert network.client(None).post("/v1/hotline/progress", {"code": "x"}).status_code == 404


def test_the_door_is_for_complaints_alone(network: Network) -> None:
    client = network.client(None)
    assert client.get(PATH).status_code == 405
    assert client.get("/v1/hotline/complaints/x").status_code == 404
    assert client.get("/v1/complaints").status_code == 401
