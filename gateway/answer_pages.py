"""The pages behind answer links, and the door for bots' callbacks.

GET only shows what would be done, because mail scanners follow links; the POST of its button does it. The pages need
no script, and nothing of the link is written to a log: the route stands there without it.
"""

from __future__ import annotations

import base64
import typing as t
from uuid import UUID

from flask import Flask, Response, render_template, request

from chassis.errors import Rejected
from contracts.problems import PROBLEMS
from gateway import answer_links, answers
from gateway.answer_links import Asked
from gateway.answers import Refused
from gateway.door import Door
from gateway.models import Command

POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"  # no script
)
SIGNED = (
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "timestamp",
    "sign",
    "x-lark-request-timestamp",
    "x-lark-request-nonce",
    "x-lark-signature",
)
SIGNED_QUERY = ("msg_signature", "timestamp", "nonce", "echostr")  # WeCom
MOST_CALLBACK = 64 * 1024
Words = dict[str, str]

EXPIRED = {
    "zh": "此链接已过期，没有执行任何操作。请登录系统，或者与法律援助中心联系。",
    "en": "This link has expired; nothing was done. Please use the platform, or call the legal aid center.",
}
INVALID = {
    "zh": "此链接无效，没有执行任何操作。请核对邮件中的完整链接。",
    "en": "This link is not valid; nothing was done. Please check that the whole address was copied.",
}
SUPERSEDED = {
    "zh": "该事项已另行处理，无需再操作。",
    "en": "This was settled meanwhile: nothing is left for you to do.",
}
UNDER_WAY = {
    "zh": "已收到您的答复，正在办理。稍后重新打开此链接可查看结果。",
    "en": "Your answer was received and is being carried out. Open this link again shortly to see the result.",
}
HELD = {
    "zh": "您的答复已收到，但暂时无法执行，已交由管理员处理，请勿重复提交。",
    "en": "Your answer was received but cannot be carried out yet; an operator sees to it. Do not send it again.",
}
USED = {"zh": "此链接已使用过。", "en": "This link was used before."}


def add(app: Flask, door: Door) -> None:
    """The routes; they need no API key."""

    @app.get("/answers/<token>")
    def answer_page(token: str) -> Response:
        try:
            asked = answer_links.read(door, token)
        except Refused:
            return _page(404, says=INVALID)
        if asked.given is not None:
            return _given(asked, asked.given, is_new=False)
        if asked.is_expired:
            return _page(410, says=EXPIRED)
        item = answer_links.notice(door, asked)
        if item and item.get("settled_at"):
            return _page(200, says=SUPERSEDED, item=item)
        return _page(200, asked=asked, item=item)

    @app.post("/answers/<token>")
    def answer_given(token: str) -> Response:
        try:
            asked = answer_links.read(door, token)
        except Refused:
            return _page(404, says=INVALID)
        if asked.given is None and asked.is_expired:
            return _page(410, says=EXPIRED)
        was_given = asked.given is not None
        command = answer_links.give(door, asked, request.form.get("reason"))
        return _given(asked, command, is_new=not was_given)

    @app.get("/callbacks/<uuid:endpoint>")
    def callback_check(endpoint: UUID) -> Response:
        said = answer_links.callback(door, endpoint, {}, "", _signed_query())
        if said.get("challenge") is None:
            raise Refused("not-found", what="endpoint")
        return Response(said["challenge"], content_type="text/plain; charset=utf-8")

    @app.post("/callbacks/<uuid:endpoint>")
    def callback(endpoint: UUID) -> Response:
        raw = request.get_data(cache=False)
        if len(raw) > MOST_CALLBACK:
            raise Refused("too-large", limit=MOST_CALLBACK)
        headers = {name: value[:300] for name in SIGNED if (value := request.headers.get(name)) is not None}
        said = answer_links.callback(door, endpoint, headers, base64.b64encode(raw).decode(), _signed_query())
        if said["style"] == "wecom":
            return _told_to_wecom(door, endpoint, said)
        if said.get("challenge") is not None:
            return answers.as_json({"challenge": said["challenge"]})
        asked = answer_links.read(door, said.get("answer") or "")
        command = answer_links.give(door, asked)
        return _told(said["style"], asked, command)


def _signed_query() -> dict[str, str]:
    return {name: value[:1000] for name in SIGNED_QUERY if (value := request.args.get(name)) is not None}


def _told_to_wecom(door: Door, endpoint: UUID, said: dict[str, t.Any]) -> Response:
    """The answer to a chat of WeCom: sealed words, of a refusal, too; nothing to a message that is no answer of ours.

    Always 200, for the platform sends again what it takes for a failure.
    """
    body, form = "", said.get("form")
    if form and said.get("answer"):
        try:
            asked = answer_links.read(door, said["answer"])
            _, words = _outcome(asked, answer_links.give(door, asked))
        except Refused as refused:
            words = EXPIRED if refused.problem == "link-expired" else INVALID
        body = answer_links.sealed_reply(door, endpoint, form, f"{words['zh']} {words['en']}")
    kind = "application/json" if form == "json" else "application/xml"
    return Response(body, content_type=f"{kind}; charset=utf-8")


def _given(asked: Asked, command: Command, *, is_new: bool) -> Response:
    status, words = _outcome(asked, command)
    return _page(status if is_new or status < 400 else 200, says=words, note=None if is_new else USED)


def _outcome(asked: Asked, command: Command) -> tuple[int, Words]:
    """HTTP status and words of where the command of a link stands."""
    if command.state == "done":
        return 200, dict(asked.act.done)
    if command.state == "rejected":
        refusal = Rejected.from_dict(command.problem or {"problem": "internal", "params": {}})
        problem = PROBLEMS.get(refusal.problem, PROBLEMS["internal"])
        if refusal.problem in ("wrong-state", "not-found"):
            return problem.status, SUPERSEDED
        return problem.status, {"zh": problem.title_zh, "en": problem.title_en}
    return (202, UNDER_WAY) if command.state == "accepted" else (500, HELD)


def _told(style: str, asked: Asked, command: Command) -> Response:
    """The answer to a bot: in its platform's own form, and as plain facts."""
    status, words = _outcome(asked, command)
    both = f"{words['zh']} {words['en']}"
    facts: dict[str, t.Any] = {"act": asked.answer.act, "state": command.state, "words": words}
    if style == "feishu":  # shown to whoever clicked; a refusal is an answer, too
        return answers.as_json({"toast": {"type": "success" if status < 300 else "error", "content": both}})
    if style == "dingtalk":
        return answers.as_json({"msgtype": "text", "text": {"content": both}})
    return answers.as_json(facts, status)


def _page(
    status: int,
    *,
    says: Words | None = None,
    note: Words | None = None,
    asked: Asked | None = None,
    item: dict[str, t.Any] | None = None,
) -> Response:
    answer = Response(
        render_template("answer.html", says=says, note=note, asked=asked, item=item),
        status,
        content_type="text/html; charset=utf-8",
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
