"""The paths that the gateway answers itself: who the caller is, and what became of commands."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from uuid import UUID

from flask import Response, g
from marshmallow import RAISE, Schema, fields

from chassis.errors import Rejected
from contracts.fields import Choice, Count
from contracts.schema import optional
from gateway import answers, repository
from gateway.documentation import own_document
from gateway.door import Door
from gateway.guard import acceptable
from gateway.permissions import PERMISSIONS
from gateway.reads import shown
from gateway.requests import ask_nothing, read_arguments

View = t.Callable[..., Response]
STATES = {"accepted": "已接收", "done": "已完成", "rejected": "被拒绝", "held": "留待处理"}


class CommandsAsked(Schema):
    """The caller's own commands, newest first."""

    class Meta:
        unknown = RAISE

    state = Choice(STATES, **optional())
    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional(metadata={"description": "The `next` of the page before"}))


@dataclass(frozen=True)
class Own:
    """A path that no service answers."""

    path: str
    name: str
    tag: str
    method: str = "GET"


def views(door: Door) -> t.Iterator[tuple[Own, dict[str, t.Any], View]]:
    """Each with its document and its view function."""
    asked = CommandsAsked()

    def me() -> Response:
        acceptable(*answers.JSON)
        ask_nothing()
        principal = g.principal
        permissions = sorted(PERMISSIONS.get(principal.role, ()))
        return answers.as_json(principal.as_dict() | {"permissions": permissions})

    def command(command: UUID) -> Response:
        acceptable(*answers.JSON)
        ask_nothing()
        as_told = door.waiting.as_told()
        with door.database.session() as session:
            row = repository.visible(session, command, g.principal)
        if row is None:
            raise Rejected("not-found", what="command")
        return answers.as_json(answers.command_document(as_told(row)))

    def commands() -> Response:
        acceptable(*answers.JSON)
        wanted = read_arguments(asked)
        as_told = door.waiting.as_told()
        with door.database.session() as session:
            rows = repository.sent_by(session, g.principal, wanted["state"], wanted["limit"] + 1, wanted["after"])
        page = rows[: wanted["limit"]]
        following = str(page[-1].id) if len(rows) > len(page) else None
        return shown({"items": [answers.command_document(as_told(row)) for row in page], "next": following})

    parameters = [{"in": "query", "schema": CommandsAsked}]
    yield Own("/v1/me", "me", "me"), own_document("me", "Who am I? · 当前身份", "Caller"), me
    summary = "My commands, newest first · 我的指令"
    document = own_document("commands", summary, "CommandPage", parameters=parameters)
    yield Own("/v1/commands", "commands", "commands"), document, commands
    summary = "What became of a command · 指令的结果"
    yield Own("/v1/commands/{command}", "command", "commands"), own_document("command", summary, "Command"), command
