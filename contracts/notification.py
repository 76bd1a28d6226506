"""Commands and events of notification: telling people, and knowing that they were told."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Choice, Code, Count, Instant, Text
from contracts.schema import MessageSchema, optional

URGENCIES = {"low": "一般", "normal": "重要", "urgent": "紧急"}


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


class NotificationsAsked(MessageSchema):
    """Which notifications are asked for: the caller's own, newest first."""

    unread = fields.Boolean(**optional(metadata={"description": "true: only unread ones; false: only read ones"}))
    kind = Text(80, **optional(metadata={"description": "Only this kind, such as task_opened"}))
    person = fields.UUID(
        **optional(metadata={"description": "Another person's; for the center's administrator and the auditor only"})
    )
    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional(metadata={"description": "The `next` of the page before"}))


class Bilingual(MessageSchema):
    """The same words in Chinese and English."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class NotificationItem(MessageSchema):
    """One notification as its person reads it: what, why, and where the item is."""

    id = fields.UUID(required=True)
    person = fields.UUID(required=True)
    kind = Text(80, required=True)
    title = fields.Nested(Bilingual, required=True)
    text = fields.Nested(Bilingual, required=True)
    why = fields.Nested(Bilingual, required=True, metadata={"description": "Why this person is told"})
    link = Text(300, required=True, metadata={"description": "Path of the item that it is about"})
    urgency = Choice(URGENCIES, required=True)
    organization = Code(required=True)
    station = Code(**optional())
    number = Text(40, **optional(metadata={"description": "The case's or application's human number"}))
    channel = Text(40, required=True)
    created_at = Instant(required=True)
    read_at = Instant(**optional())
    acknowledged_at = Instant(**optional())
    settled_at = Instant(**optional(metadata={"description": "Since when nothing is left to do about it"}))


class NotificationPage(MessageSchema):
    """A page of notifications; ``unread`` counts all unread ones of the person that still ask for something."""

    items = fields.List(fields.Nested(NotificationItem), required=True)
    next = fields.UUID(**optional())
    unread = Count(0, required=True)


QUERIES = {
    "notification.notifications": (NotificationsAsked, NotificationPage),
}
