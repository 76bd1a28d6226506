"""The OpenAPI operations of the paths that need no API key: answer links, bots' callbacks, what operators look at."""

from __future__ import annotations

import typing as t

PROBLEM_REF = {"$ref": "#/components/responses/Problem"}
TAG = "answers"
OPERATIONS_TAG = "operations"
TAGS = {
    TAG: "Answers by signed link, and bots' callbacks · 链接答复与机器人回调",
    OPERATIONS_TAG: "For operators · 运维",
}
PAGE = {"text/html": {"schema": {"type": "string"}}}
TOKEN = {
    "in": "path",
    "name": "token",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 1000},
    "description": "What was signed: one person, one act, one item, until when",
}
ENDPOINT = {"in": "path", "name": "endpoint", "required": True, "schema": {"type": "string", "format": "uuid"}}
SLUG = {"in": "path", "name": "slug", "required": True, "schema": {"type": "string", "minLength": 1}}
SIGNATURES = (
    ("webhook-id", "Standard Webhooks: the message's id"),
    ("webhook-timestamp", "Standard Webhooks: seconds since 1970, at most five minutes ago"),
    ("webhook-signature", "Standard Webhooks: `v1,` and HMAC-SHA256 of id, timestamp and body"),
    ("timestamp", "DingTalk: milliseconds since 1970"),
    ("sign", "DingTalk: HMAC-SHA256 of the timestamp and the secret"),
    ("x-lark-request-timestamp", "Feishu: seconds since 1970"),
    ("x-lark-request-nonce", "Feishu: the nonce"),
    ("x-lark-signature", "Feishu: SHA-256 of timestamp, nonce, key and body"),
)


XML = {"schema": {"type": "string"}}
QUERY = (
    ("msg_signature", "WeCom: SHA-1 of token, timestamp, nonce and sealed text"),
    ("timestamp", "WeCom: seconds since 1970, at most five minutes ago"),
    ("nonce", "WeCom: the nonce"),
    ("echostr", "WeCom: the sealed text with which it checks the address"),
)


def paths() -> dict[str, dict[str, t.Any]]:
    """Path -> method -> operation, as they stand in the document beside those of the blueprints."""
    found = {
        "/answers/{token}": {"get": _answer_page(), "post": _answer_given()},
        "/callbacks/{endpoint}": {"get": _callback_check(), "post": _callback()},
        "/v1/calendars/{secret}.ics": {"get": _calendar_feed()},
        "/livez": {"get": _health("livez", "Is the process alive? · 进程存活", "200")},
        "/readyz": {"get": _health("readyz", "Can it take requests? · 服务就绪", "200", "503")},
        "/metrics": {"get": _metrics()},
        "/problems/{slug}": {"get": _problem()},
    }
    return {path: {method: {"security": [], **one} for method, one in ways.items()} for path, ways in found.items()}


def _calendar_feed() -> dict[str, t.Any]:
    secret = {"in": "path", "name": "secret", "required": True, "schema": {"type": "string", "minLength": 1}}
    feed = {"description": "The feed", "content": {"text/calendar": {"schema": {"type": "string"}}}}
    return {
        "tags": ["tasks"],
        "operationId": "calendar_feed",
        "summary": "The calendar behind a secret address · 日历订阅内容",
        "parameters": [secret],
        "responses": {"200": feed, **dict.fromkeys(("404", "410", "429", "500", "503"), PROBLEM_REF)},
    }


def _pages(**statuses: str) -> dict[str, t.Any]:
    pages = {status.removeprefix("s"): {"description": words, "content": PAGE} for status, words in statuses.items()}
    return pages | dict.fromkeys(("429", "500", "503"), PROBLEM_REF)


def _answer_page() -> dict[str, t.Any]:
    return {
        "tags": [TAG],
        "operationId": "answer_page",
        "summary": "What a signed link would do; nothing is done yet · 查看链接将执行的操作",
        "description": "A page for people. Mail scanners follow links, so that looking does nothing.",
        "parameters": [TOKEN],
        "responses": _pages(
            s200="What would be done, or what became of it",
            s202="Given before, and still under way",
            s404="No link of ours",
            s410="The link has expired",
        ),
    }


def _answer_given() -> dict[str, t.Any]:
    form = {"type": "object", "properties": {"reason": {"type": "string", "maxLength": 1000}}}
    body = {"required": False, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    return {
        "tags": [TAG],
        "operationId": "answer_given",
        "summary": "Do what a signed link asks; once, however often it is sent · 执行链接所请求的操作",
        "description": "In the name of the person whom the link was sent to. Further sendings get the same answer.",
        "parameters": [TOKEN],
        "requestBody": body,
        "responses": _pages(
            s200="Done, now or before",
            s202="Received, and being carried out",
            s404="No link of ours, or the item is gone",
            s409="Settled meanwhile",
            s410="The link has expired unused",
        )
        | {"403": PROBLEM_REF, "413": PROBLEM_REF, "422": {"description": "Refused by a rule", "content": PAGE}},
    }


def _in_query(*required: str) -> list[dict[str, t.Any]]:
    return [
        {"in": "query", "name": name, "required": name in required, "schema": {"type": "string"}, "description": words}
        for name, words in QUERY
    ]


def _callback_check() -> dict[str, t.Any]:
    text = {"text/plain": {"schema": {"type": "string"}}}
    return {
        "tags": [TAG],
        "operationId": "callback_check",
        "summary": "WeCom checks the address of a callback · 企业微信校验回调地址",
        "description": "Signed and sealed as WeCom does it; answered with the text that was sealed in `echostr`.",
        "parameters": [ENDPOINT, *_in_query("msg_signature", "timestamp", "nonce", "echostr")],
        "responses": {"200": {"description": "The text", "content": text}}
        | dict.fromkeys(("401", "404", "429", "500", "503"), PROBLEM_REF),
    }


def _callback() -> dict[str, t.Any]:
    said = {"type": "object", "description": "In the form of the bot's own platform"}
    asked = {
        "type": "object",
        "description": "Standard Webhooks and DingTalk: `answer`. Feishu: the card's own form, or its challenge. "
        "WeCom: `encrypt`, or XML with `Encrypt`; what is answered is sealed, too.",
        "properties": {"answer": {"type": "string", "description": "The token of a link"}},
    }
    problems = ("400", "401", "403", "404", "409", "410", "413", "422", "429", "500", "503")
    return {
        "tags": [TAG],
        "operationId": "callback",
        "summary": "A bot's callback: somebody has answered there · 机器人回调",
        "description": "Signed as the endpoint's platform signs, not older than five minutes.",
        "parameters": [
            ENDPOINT,
            *_in_query(),
            *({"in": "header", "name": n, "schema": {"type": "string"}, "description": d} for n, d in SIGNATURES),
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}, "application/xml": XML}},
        "responses": {
            "200": {
                "description": "What became of it",
                "content": {"application/json": {"schema": said}, "application/xml": XML},
            },
            "202": {"description": "Received", "content": {"application/json": {"schema": said}}},
        }
        | dict.fromkeys(problems, PROBLEM_REF),
    }


def _health(name: str, summary: str, *statuses: str) -> dict[str, t.Any]:
    schema = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
    found = {"description": "The state", "content": {"application/json": {"schema": schema}}}
    responses = {**dict.fromkeys(statuses, found), "500": PROBLEM_REF}
    return {"tags": [OPERATIONS_TAG], "operationId": name, "summary": summary, "responses": responses}


def _metrics() -> dict[str, t.Any]:
    found = {"description": "Prometheus' text format", "content": {"text/plain": {"schema": {"type": "string"}}}}
    return {
        "tags": [OPERATIONS_TAG],
        "operationId": "metrics",
        "summary": "Figures of this process · 运行指标",
        "responses": {"200": found, "500": PROBLEM_REF},
    }


def _problem() -> dict[str, t.Any]:
    schema = {"type": "object", "required": ["type", "status", "zh", "en"]}
    found = {"application/json": {"schema": schema}, **PAGE}
    return {
        "tags": [OPERATIONS_TAG],
        "operationId": "problem",
        "summary": "What a kind of problem means · 问题类型说明",
        "parameters": [SLUG],
        "responses": {
            "200": {"description": "The problem in both languages", "content": found},
            "404": PROBLEM_REF,
            "500": PROBLEM_REF,
        },
    }
