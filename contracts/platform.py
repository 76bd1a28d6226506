"""What every service says of every command: how it ended. The gateway answers the caller from it."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Choice, Instant, Text
from contracts.schema import MessageSchema, optional


class CommandFinished(MessageSchema):
    """A command was done, rejected with a problem, or held for an operator in the dead letters."""

    command = fields.UUID(required=True)
    command_type = Text(100, required=True)
    status = Choice(("done", "rejected", "held"), required=True)
    resource = fields.Dict(keys=fields.String(), **optional())
    problem = fields.Dict(keys=fields.String(), **optional())
    finished_at = Instant(required=True)


EVENTS = {
    "platform.command_finished.v1": (CommandFinished, ("gateway",)),
}
