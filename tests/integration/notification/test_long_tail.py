"""Any other way by Apprise, against a server that answers and one that is not there."""

from __future__ import annotations

import orjson
import pytest

from services.notification.channels import long_tail
from tests.integration.notification.conftest import letter
from tests.integration.notification.servers import Web

pytest.importorskip("apprise", reason="the extra [apprise] is not installed")
SCHEMES = ("json",)


def test_a_message_reaches_the_far_side_with_title_reason_and_link(web: Web) -> None:
    one = letter(web.url.replace("http://", "json://"))
    assert long_tail.send(SCHEMES, one).kind == "sent"
    said = orjson.loads(web.requests[0].body)
    assert said["title"] == one.title
    assert one.body in said["message"]
    assert one.link in said["message"]


@pytest.mark.parametrize(("status", "kind"), [(500, "temporary"), (429, "throttled"), (404, "permanent")])
def test_what_the_far_side_answers_decides(web: Web, status: int, kind: str) -> None:
    web.answer = lambda request: (status, {}, b"")
    assert long_tail.send(SCHEMES, letter(web.url.replace("http://", "json://"))).kind == kind


def test_a_far_side_that_is_not_there_is_temporary() -> None:
    assert long_tail.send(SCHEMES, letter("json://127.0.0.1:1")).kind in ("temporary", "unknown")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "slack://a/b/c", "nonsense", "json://"])
def test_a_scheme_that_the_operator_did_not_name_is_refused(address: str) -> None:
    outcome = long_tail.send(SCHEMES, letter(address))
    assert (outcome.kind, outcome.address_is_bad) == ("permanent", True)
