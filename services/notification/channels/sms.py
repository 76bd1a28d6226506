"""Text messages by Alibaba Cloud's SendSms (2017-05-25), signed by its V3 scheme ACS3-HMAC-SHA256.

Chinese carriers deliver only approved templates: the operator names sign and template, the template has the variable
``title``. The provider has no idempotency key: an attempt whose end is unknown is not repeated. Without keys, or
with dry run on, nothing leaves the machine and the receipt says so.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import typing as t
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlparse

import orjson
import requests

from services.notification.channels.http import post, retry_after
from services.notification.channels.letter import Letter
from services.notification.domain.delivery import Outcome, of_status

MOST_CHARACTERS = 35  # of one variable of a template
MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
THROTTLED = {"isv.BUSINESS_LIMIT_CONTROL": 3600.0, "isv.DAY_LIMIT_CONTROL": 6 * 3600.0}
BAD_NUMBER = {"isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT", "isv.MOBILE_SEND_LIMIT"}
TEMPORARY = {"isp.SYSTEM_ERROR", "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE", "ServiceUnavailable", "InternalError"}


@dataclass(frozen=True)
class Account:
    """The operator's account at the provider."""

    url: str
    key_id: str
    key_secret: str
    sign_name: str
    template: str
    dry_run: bool = True


def mobile(number: str) -> str | None:
    """The eleven digits of a mobile number of the mainland; None for what can get no text message."""
    found = MOBILE.fullmatch(re.sub(r"[ \-()]", "", number))
    return found.group(1) if found else None


def send(session: requests.Session, account: Account, letter: Letter) -> Outcome:
    """Send one text message."""
    number = mobile(letter.address)
    if number is None:
        return Outcome("permanent", "not a mobile number of the mainland", address_is_bad=True)
    if account.dry_run or not account.key_id:
        return Outcome("sent", "dry run: nothing was sent", receipt="dry-run")
    query = {
        "OutId": letter.id,
        "PhoneNumbers": number,
        "SignName": account.sign_name,
        "TemplateCode": account.template,
        "TemplateParam": orjson.dumps({"title": letter.title[:MOST_CHARACTERS]}).decode(),
    }
    headers = signed_headers(account, query, letter.at.strftime("%Y-%m-%dT%H:%M:%SZ"), f"{letter.id}-{letter.attempt}")
    # the number stands in the query of a request to the provider, as its API demands; it is logged nowhere here
    answer = post(session, f"{account.url}/?{canonical_query(query)}", headers=headers)
    if isinstance(answer, Outcome):
        return answer
    status, content, answered = answer
    return _outcome(status, content, retry_after(answered, letter.at))


def signed_headers(account: Account, query: t.Mapping[str, str], date: str, nonce: str) -> dict[str, str]:
    """The headers of a request with an empty body, with its Authorization (ACS3-HMAC-SHA256)."""
    content = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": urlparse(account.url).netloc,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": content,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2017-05-25",
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join(("POST", "/", canonical_query(query), lines, names, content))
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    signature = hmac.new(account.key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    scheme = f"ACS3-HMAC-SHA256 Credential={account.key_id},SignedHeaders={names},Signature={signature}"
    return {**headers, "Authorization": scheme}


def canonical_query(query: t.Mapping[str, str]) -> str:
    """The parameters in order, encoded by RFC 3986."""
    return urlencode(sorted(query.items()), quote_via=quote, safe="-_.~")


def _outcome(status: int, content: bytes, wait: float | None) -> Outcome:
    try:
        answer = orjson.loads(content)
        code = str(answer["Code"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Outcome("unknown", "the answer has no code") if 200 <= status < 300 else of_status(status, wait)
    detail = f"code {code}"[:80]
    if code == "OK":
        return Outcome("sent", detail, receipt=str(answer.get("BizId") or ""))
    if code in THROTTLED or code.startswith("Throttling"):
        is_account = code.startswith("Throttling")
        return Outcome("throttled", detail, retry_after=wait or THROTTLED.get(code, 60.0), whole_channel=is_account)
    if code in TEMPORARY or status >= 500:
        return Outcome("temporary", detail)
    return Outcome("permanent", detail, address_is_bad=code in BAD_NUMBER)
