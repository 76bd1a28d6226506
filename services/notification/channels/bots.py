"""Group bots of WeCom, DingTalk and Feishu: text messages, signed where the platform signs, the answer's code read.

These platforms answer 200 also when they refuse; only the code in the body tells. An address is the bot's key, no URL:
the host is the operator's setting. Bots are not confidential: they get the title, why and a link; and, where the bot
was registered for it, a card with a button for each answer that the person can give.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import typing as t
from urllib.parse import urlparse

import orjson
import requests

from services.notification.channels.http import post, retry_after
from services.notification.channels.letter import Letter
from services.notification.domain.delivery import Outcome, of_status

HOSTS = {
    "wecom": "https://qyapi.weixin.qq.com",
    "dingtalk": "https://oapi.dingtalk.com",
    "feishu": "https://open.feishu.cn",
}
# codes of each platform's answer, by what they mean for us; any other code is permanent for this message
THROTTLED = {"wecom": {45009, 45033}, "dingtalk": {130101, 410100}, "feishu": {11232, 9499}}
TEMPORARY = {"wecom": {-1, 6000}, "dingtalk": {-1}, "feishu": {11233, 99991400}}
BAD_ADDRESS = {"wecom": {93000, 40014}, "dingtalk": {300001, 300005, 400013, 400101, 400102, 400106}, "feishu": {19001}}
MINUTE = 60.0
KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")  # nothing that could lead to another path of the platform


def key_in(channel: str, text: str) -> str:
    """The bot's key from its key or its whole address as the platform shows it; raises ValueError."""
    key = _key_in_address(channel, text) if "://" in text else text
    if not KEY.fullmatch(key):
        raise ValueError("not a bot's key")
    return key


def _key_in_address(channel: str, text: str) -> str:
    url = urlparse(text)
    if f"{url.scheme}://{url.hostname}" not in (HOSTS[channel], HOSTS[channel].replace("feishu.cn", "larksuite.com")):
        raise ValueError(f"not an address of {channel}")
    if channel == "feishu":
        return url.path.rpartition("/")[2]
    name = {"wecom": "key", "dingtalk": "access_token"}[channel]
    pairs = dict(pair.partition("=")[::2] for pair in url.query.split("&"))
    if not pairs.get(name):
        raise ValueError(f"the address has no {name}")
    return pairs[name]


def text_of(letter: Letter) -> str:
    return "\n".join(part for part in (letter.title, letter.body, letter.link) if part)


def send_wecom(session: requests.Session, host: str, letter: Letter) -> Outcome:
    """One text to a WeCom group bot (its key is the only secret; 20 messages a minute)."""
    body: dict[str, t.Any] = {"msgtype": "text", "text": {"content": text_of(letter)}}
    if letter.links:
        buttons = "\n".join(f"[{one.words[letter.language]}]({one.url})" for one in letter.links)
        body = {"msgtype": "markdown", "markdown": {"content": f"{text_of(letter)}\n{buttons}"}}
    return _send("wecom", session, f"{host}/cgi-bin/webhook/send", {"key": letter.address}, body, letter, "errcode")


def send_dingtalk(session: requests.Session, host: str, letter: Letter) -> Outcome:
    """One text to a DingTalk group bot, signed with its secret where it has one (20 messages a minute)."""
    params = {"access_token": letter.address}
    if letter.secrets:
        timestamp = str(int(letter.at.timestamp() * 1000))
        params |= {"timestamp": timestamp, "sign": dingtalk_sign(letter.secrets[0], timestamp)}
    body: dict[str, t.Any] = {"msgtype": "text", "text": {"content": text_of(letter)}}
    if letter.links:
        buttons = [{"title": one.words[letter.language], "actionURL": one.url} for one in letter.links]
        card = {"title": letter.title, "text": text_of(letter).replace("\n", "\n\n"), "btnOrientation": "1"}
        body = {"msgtype": "actionCard", "actionCard": {**card, "btns": buttons}}
    return _send("dingtalk", session, f"{host}/robot/send", params, body, letter, "errcode")


def send_feishu(session: requests.Session, host: str, letter: Letter) -> Outcome:
    """One text to a Feishu group bot, signed with its secret where it has one (100 messages a minute)."""
    body: dict[str, t.Any] = {"msg_type": "text", "content": {"text": text_of(letter)}}
    if letter.links:
        body = {"msg_type": "interactive", "card": _feishu_card(letter)}
    if letter.secrets:
        timestamp = str(int(letter.at.timestamp()))
        body |= {"timestamp": timestamp, "sign": feishu_sign(letter.secrets[0], timestamp)}
    url = f"{host}/open-apis/bot/v2/hook/{letter.address}"
    return _send("feishu", session, url, {}, body, letter, "code")


def _feishu_card(letter: Letter) -> dict[str, t.Any]:
    def plain(text: str) -> dict[str, str]:
        return {"tag": "plain_text", "content": text}

    buttons = [
        {
            "tag": "button",
            "type": "primary" if number == 0 else "default",
            "text": plain(one.words[letter.language]),
            "url": one.url,
            "value": {"answer": one.token},
        }
        for number, one in enumerate(letter.links)
    ]
    said = {"tag": "div", "text": plain("\n".join(part for part in (letter.body, letter.link) if part))}
    return {"header": {"title": plain(letter.title)}, "elements": [said, {"tag": "action", "actions": buttons}]}


def dingtalk_sign(secret: str, timestamp: str) -> str:
    """HMAC-SHA256 with the secret over "timestamp, newline, secret", base64 (milliseconds)."""
    content = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


def feishu_sign(secret: str, timestamp: str) -> str:
    """HMAC-SHA256 over nothing, with "timestamp, newline, secret" as the key, base64 (seconds)."""
    return base64.b64encode(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def _send(
    channel: str,
    session: requests.Session,
    url: str,
    params: dict[str, str],
    body: dict[str, t.Any],
    letter: Letter,
    code_name: str,
) -> Outcome:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = post(session, url, params=params, data=orjson.dumps(body), headers=headers)
    if isinstance(answer, Outcome):
        return answer
    status, content, answered = answer
    code = _code(content, code_name)
    if status >= 500 or status == 429 or code is None:
        if 200 <= status < 300:
            return Outcome("unknown", "the answer has no code")
        return of_status(status, retry_after(answered, letter.at))
    return outcome_of(channel, code)


def outcome_of(channel: str, code: int) -> Outcome:
    """What a platform's code means."""
    detail = f"{channel} code {code}"
    if code == 0:
        return Outcome("sent", detail)
    if code in THROTTLED[channel]:
        return Outcome("throttled", detail, retry_after=MINUTE)
    if code in TEMPORARY[channel]:
        return Outcome("temporary", detail)
    return Outcome("permanent", detail, address_is_bad=code in BAD_ADDRESS[channel])


def _code(content: bytes, name: str) -> int | None:
    try:
        answer = orjson.loads(content)
        return int(answer[name])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
