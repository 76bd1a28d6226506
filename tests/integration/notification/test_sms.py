"""Text messages against a server that checks the provider's signature from the raw request, as the provider does."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import replace
from urllib.parse import quote

import orjson
import pytest

from services.notification.channels import http, sms
from tests.integration.notification.conftest import DELIVERY, letter
from tests.integration.notification.servers import Request, Web

SECRET = "key-secret"
LETTER = letter("+86 138 0000 0000")


def account(web: Web) -> sms.Account:
    return sms.Account(web.url, "key-id", SECRET, "法律援助中心", "SMS_1", dry_run=False)


def is_signed(request: Request) -> bool:
    """The provider's own check (ACS3-HMAC-SHA256), written from its description."""
    found = re.fullmatch(
        r"ACS3-HMAC-SHA256 Credential=key-id,SignedHeaders=(\S+),Signature=([0-9a-f]{64})",
        request.headers["authorization"],
    )
    if not found or hashlib.sha256(request.body).hexdigest() != request.headers["x-acs-content-sha256"]:
        return False
    names = found[1].split(";")
    pairs = [f"{quote(name, safe='-_.~')}={quote(request.query[name], safe='-_.~')}" for name in sorted(request.query)]
    lines = [f"{name}:{request.headers[name].strip()}" for name in names]
    canonical = ["POST", request.path, "&".join(pairs), *lines, "", found[1], request.headers["x-acs-content-sha256"]]
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    return hmac.compare_digest(hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest(), found[2])


def test_a_signed_message_is_accepted_with_the_approved_template(web: Web) -> None:
    def provider(request: Request) -> tuple[int, dict[str, str], bytes]:
        code = "OK" if is_signed(request) else "SignatureDoesNotMatch"
        return 200 if code == "OK" else 400, {}, orjson.dumps({"Code": code, "BizId": "900619746936498440^0"})

    web.answer = provider
    outcome = sms.send(http.plain(), account(web), LETTER)
    assert (outcome.kind, outcome.receipt) == ("sent", "900619746936498440^0")
    (request,) = web.requests
    assert request.headers["x-acs-action"] == "SendSms"
    assert request.headers["x-acs-version"] == "2017-05-25"
    assert request.headers["x-acs-date"] == "2026-03-02T01:30:00Z"
    assert request.query["PhoneNumbers"] == "13800000000"
    assert request.query["OutId"] == DELIVERY
    assert orjson.loads(request.query["TemplateParam"]) == {"title": LETTER.title[:35]}
    wrong = replace(account(web), key_secret="another")
    assert sms.send(http.plain(), wrong, LETTER).kind == "permanent"


def test_each_attempt_has_a_nonce_of_its_own(web: Web) -> None:
    for attempt in (1, 2):
        sms.send(http.plain(), account(web), replace(LETTER, attempt=attempt))
    assert len({request.headers["x-acs-signature-nonce"] for request in web.requests}) == 2


@pytest.mark.parametrize(
    ("code", "kind", "is_bad"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", "permanent", True),
        ("isv.BLACK_KEY_CONTROL_LIMIT", "permanent", True),
        ("isv.SMS_TEMPLATE_ILLEGAL", "permanent", False),
        ("isv.BUSINESS_LIMIT_CONTROL", "throttled", False),
        ("Throttling.User", "throttled", False),
        ("isp.SYSTEM_ERROR", "temporary", False),
        ("isv.AMOUNT_NOT_ENOUGH", "temporary", False),
    ],
)
def test_the_provider_s_code_decides_what_happens_next(code: str, kind: str, is_bad: bool, web: Web) -> None:
    web.answer = lambda request: (200, {}, orjson.dumps({"Code": code}))
    outcome = sms.send(http.plain(), account(web), LETTER)
    assert (outcome.kind, outcome.address_is_bad) == (kind, is_bad)
    assert "138" not in outcome.detail


def test_an_answer_that_never_came_is_not_taken_for_a_failure(web: Web) -> None:
    web.answer = lambda request: (0, {}, b"")
    assert sms.send(http.plain(), account(web), LETTER).kind == "unknown"
    assert sms.send(http.plain(), replace(account(web), url="http://127.0.0.1:1"), LETTER).kind == "temporary"


@pytest.mark.parametrize("number", ["12348", "0371-67970000", "+1 202 555 0100", "1380000000", "138000000001"])
def test_a_number_that_gets_no_text_message_reaches_no_provider(number: str, web: Web) -> None:
    outcome = sms.send(http.plain(), account(web), replace(LETTER, address=number))
    assert (outcome.kind, outcome.address_is_bad, web.requests) == ("permanent", True, [])


@pytest.mark.parametrize("changes", [{"dry_run": True}, {"key_id": ""}])
def test_a_dry_run_sends_nothing_and_says_so(changes: dict[str, object], web: Web) -> None:
    outcome = sms.send(http.plain(), replace(account(web), **changes), LETTER)  # type: ignore[arg-type]
    assert (outcome.kind, outcome.receipt, web.requests) == ("sent", "dry-run", [])
