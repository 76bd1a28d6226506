"""Commands and events of notification: telling people, and knowing that they were told."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Choice, Instant, Text
from contracts.schema import MessageSchema


class AcknowledgeNotification(MessageSchema):
    """The person has read the notification, or confirms that they act on it."""

    notification = fields.UUID(required=True)
    state = Choice(("read", "acknowledged"), load_default="read")


class PersonNotified(MessageSchema):
    """A named person was told, and why; the words stay in the person's inbox."""

    notification = fields.UUID(required=True)
    person = fields.UUID(required=True)
    kind = Text(80, required=True)
    channel = Choice(("inbox",), required=True)
    application = fields.UUID(load_default=None, allow_none=True)
    notified_at = Instant(required=True)


COMMANDS = {
    "notification.acknowledge.v1": AcknowledgeNotification,
}

EVENTS = {
    "notification.person_notified.v1": (PersonNotified, ("supervision",)),
}
