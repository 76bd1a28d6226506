"""Commands, events and queries of notification: telling people, and knowing that they were told."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.answers import ACTS
from contracts.fields import Choice, Choices, Code, Count, Instant, Text
from contracts.schema import MessageSchema, changed, optional

URGENCIES = {"low": "一般", "normal": "重要", "urgent": "紧急"}
CONTENT_VERSION = 999_999_999  # the largest; it follows from what is kept, not from how often that changed
CHANNELS = {
    "email": "电子邮件",
    "sms": "短信",
    "wecom": "企业微信",
    "dingtalk": "钉钉",
    "feishu": "飞书",
    "apprise": "其他渠道",
    "webhook": "网络回调",
}
ENDPOINT_STATES = {"active": "使用中", "paused": "已暂停", "bad": "地址无效", "removed": "已删除"}
DELIVERY_STATES = {
    "pending": "待发送", "sent": "已发送", "failed": "未送达", "cancelled": "无需发送", "held": "暂缓",
}  # fmt: skip


class AcknowledgeNotification(MessageSchema):
    """The person has read the notification, or confirms that they act on it."""

    notification = fields.UUID(required=True)
    state = Choice(("read", "acknowledged"), load_default="read")


class SetPreferences(MessageSchema):
    """How a person wants to be told; the inbox gets everything in any case."""

    language = Choice(("zh", "en"), load_default="zh")
    channels = Choices(
        [name for name in CHANNELS if name != "webhook"],
        **optional(metadata={"description": "The wanted ways in order; one that is left out is never used"}),
    )
    quiet_from = fields.Time(
        format="%H:%M", **optional(metadata={"description": "Nothing but the urgent from here on; with quiet_until"})
    )
    quiet_until = fields.Time(format="%H:%M", **optional())
    working_days_only = fields.Boolean(load_default=True)
    digest = fields.Boolean(load_default=True, metadata={"description": "Whether the morning list is wanted"})
    digest_at = fields.Time(format="%H:%M", **optional(metadata={"description": "Absent: 08:30"}))
    version = Count(
        1,
        CONTENT_VERSION,
        **optional(metadata={"description": "The version that the person saw; another one: refused"}),
    )


class RegisterEndpoint(MessageSchema):
    """Where a person can be reached, or, for a webhook, where the organization's own front end listens."""

    channel = Choice(CHANNELS, required=True)
    address = Text(
        500, required=True, metadata={"description": "Mail address, telephone number, a bot's key, or https address"}
    )
    secret = Text(
        200,
        **optional(
            metadata={
                "description": "Signs what is sent: needed for a webhook (whsec_…), as bots have it. WeCom: what is set at "
                "its callback, `Token EncodingAESKey ReceiveId` by spaces, the last only of an app"
            }
        ),
    )
    answers = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Links by which a person answers go there: only where nobody else reads, or where a front end "
            "knows who clicks. Mail addresses get them always"
        },
    )


class ChangeEndpointOfOld(MessageSchema):
    """An address is paused, used again, removed, or gets a new secret; null stands for absent."""

    endpoint = fields.UUID(required=True)
    state = Choice(("active", "paused", "removed"), **optional())
    secret = Text(200, **optional())
    version = Count(1, **optional())


class ChangeEndpoint(MessageSchema):
    """An address is paused, used again, removed, or gets a new secret; the old one signs beside it for a day."""

    endpoint = fields.UUID(required=True)
    state = Choice(("active", "paused", "removed"), **changed())
    secret = Text(
        200, **changed(allow_none=True, metadata={"description": "Null: none any more, where a bot needs none"})
    )
    version = Count(1, **optional())


class ReplayDeliveries(MessageSchema):
    """What an address missed is sent again, each with its old id."""

    endpoint = fields.UUID(required=True)
    since = Instant(required=True)


class SetTemplate(MessageSchema):
    """The center words a kind of notification in its own way; without a source the built-in words are back."""

    kind = Text(80, required=True)
    language = Choice(("zh", "en"), required=True)
    channel = Choice(
        CHANNELS, **optional(metadata={"description": "Absent: for every channel without words of its own"})
    )
    source = Text(
        4000, **optional(metadata={"description": "First line: the title; the rest: the text. Variables as listed"})
    )
    version = Count(
        1,
        CONTENT_VERSION,
        **optional(metadata={"description": "The version in the list of templates; another one: refused"}),
    )


class PersonNotified(MessageSchema):
    """A named person was told, and why; the words stay in the person's inbox."""

    notification = fields.UUID(required=True)
    person = fields.UUID(required=True)
    kind = Text(80, required=True)
    channel = Choice(("inbox",), required=True)
    application = fields.UUID(load_default=None, allow_none=True)
    notified_at = Instant(required=True)


class EndpointFailed(MessageSchema):
    """An address is not valid, or was dead for so long that it is paused; those who can mend it are told."""

    endpoint = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    person = fields.UUID(**optional())
    channel = Choice(CHANNELS, required=True)
    state = Choice(("paused", "bad"), required=True)
    reason = Text(200, required=True)
    failed_at = Instant(required=True)


class Undeliverable(MessageSchema):
    """Something could not be delivered to an address and is given up; a task asks the liaison to put it right."""

    endpoint = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    person = fields.UUID(**optional())
    channel = Choice(CHANNELS, required=True)
    reason = Text(200, required=True)
    since = Instant(required=True)


class ReachableAgain(MessageSchema):
    """Something has arrived at an address again, or the address was changed or removed: nothing is left to put right."""

    endpoint = fields.UUID(required=True)
    organization = Code(required=True)
    station = Code(**optional())
    since = Instant(required=True, metadata={"description": "Of the failure that is over"})
    reached_at = Instant(required=True)


class Unacknowledged(MessageSchema):
    """A person did not say in time that they act on something that cannot wait; somebody else is told."""

    notification = fields.UUID(required=True)
    person = fields.UUID(required=True)
    kind = Text(80, required=True)
    organization = Code(required=True)
    station = Code(**optional())
    application = fields.UUID(**optional())
    about = fields.UUID(**optional())
    number = Text(40, **optional())
    link = Text(300, required=True)
    title_zh = Text(500, required=True)
    title_en = Text(500, required=True)
    told_at = Instant(required=True)
    missed_at = Instant(required=True)


COMMANDS = {
    "notification.acknowledge.v1": AcknowledgeNotification,
    "notification.set_preferences.v1": SetPreferences,
    "notification.register_endpoint.v1": RegisterEndpoint,
    "notification.change_endpoint.v1": ChangeEndpointOfOld,
    "notification.change_endpoint.v2": ChangeEndpoint,
    "notification.replay_deliveries.v1": ReplayDeliveries,
    "notification.set_template.v1": SetTemplate,
}

EVENTS = {
    "notification.person_notified.v1": (PersonNotified, ("supervision",)),
    "notification.endpoint_failed.v1": (EndpointFailed, ("notification",)),
    "notification.undeliverable.v1": (Undeliverable, ("supervision",)),
    "notification.reachable_again.v1": (ReachableAgain, ("supervision",)),
    "notification.unacknowledged.v1": (Unacknowledged, ("notification",)),
}


class NotificationsAsked(MessageSchema):
    """Which notifications are asked for: the caller's own, newest first."""

    unread = fields.Boolean(**optional(metadata={"description": "true: only unread ones; false: only read ones"}))
    acknowledged = fields.Boolean(
        **optional(metadata={"description": "Whether the person has said that they act on it"})
    )
    open = fields.Boolean(**optional(metadata={"description": "true: something is left to do; false: it is settled"}))
    urgency = Choice(URGENCIES, **optional())
    kind = Text(80, **optional(metadata={"description": "Only this kind, such as task_opened"}))
    since = Instant(**optional(metadata={"description": "Told at this moment or later"}))
    until = Instant(**optional(metadata={"description": "Told before this moment"}))
    person = fields.UUID(
        **optional(metadata={"description": "Another person's; for the center's administrator and the auditor only"})
    )
    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional(metadata={"description": "The `next` of the page before"}))


class NotificationsSearched(NotificationsAsked):
    """What is looked for in the inbox; the words stand in the body, because they may be somebody's name."""

    text = Text(
        100, **optional(metadata={"description": "Words of title, text or reason, or a number; all of them must occur"})
    )


class CountsAsked(MessageSchema):
    """Whose notifications are counted."""

    person = fields.UUID(
        **optional(metadata={"description": "Another person's; for the center's administrator and the auditor only"})
    )


class NotificationCounts(MessageSchema):
    """How many notifications still ask for something; what is settled is not counted."""

    unread = Count(0, required=True)
    unacknowledged = Count(0, required=True, metadata={"description": "Urgent ones that nobody has said to act on"})
    open = Count(0, required=True)
    by_kind = fields.Dict(fields.String(), Count(0), required=True, metadata={"description": "Unread, by kind"})
    by_urgency = fields.Dict(fields.String(), Count(0), required=True, metadata={"description": "Unread, by urgency"})


class NotificationAsked(MessageSchema):
    """One of the caller's own notifications."""

    notification = fields.UUID(required=True)


class Bilingual(MessageSchema):
    """The same words in Chinese and English."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class ActionItem(MessageSchema):
    """What the person can answer; a front end sends the ordinary command for it."""

    act = Choice(ACTS, required=True)
    item = fields.UUID(required=True)
    until = Instant(**optional())


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
    actions = fields.List(fields.Nested(ActionItem), required=True)


class NotificationPage(MessageSchema):
    """A page of notifications; ``unread`` counts all unread ones of the person that still ask for something."""

    items = fields.List(fields.Nested(NotificationItem), required=True)
    next = fields.UUID(**optional())
    unread = Count(0, required=True)


class Nothing(MessageSchema):
    """No parameters."""


class PreferencesItem(SetPreferences):
    """The caller's preferences as they are in force."""


class EndpointsAsked(MessageSchema):
    """Which addresses are asked for: the caller's own, or the webhooks of the caller's organization."""

    of = Choice(("me", "organization"), load_default="me")


class EndpointItem(MessageSchema):
    """One address; what would let others use it is masked."""

    id = fields.UUID(required=True)
    organization = Code(required=True)
    person = fields.UUID(**optional())
    channel = Choice(CHANNELS, required=True)
    address = Text(500, required=True, metadata={"description": "Masked"})
    state = Choice(ENDPOINT_STATES, required=True)
    reason = Text(200, **optional())
    failing_since = Instant(**optional())
    answers = fields.Boolean(required=True, metadata={"description": "Whether links by which people answer go there"})
    created_at = Instant(required=True)
    version = Count(1, required=True)


class EndpointList(MessageSchema):
    """Addresses, the oldest first."""

    items = fields.List(fields.Nested(EndpointItem), required=True)
    next = fields.UUID(**optional())


class DeliveriesAsked(MessageSchema):
    """Which deliveries are asked for: the caller's own, or those to one address of theirs."""

    endpoint = fields.UUID(**optional())
    state = Choice(DELIVERY_STATES, **optional())
    limit = Count(1, 200, load_default=50)
    after = fields.UUID(**optional())


class AttemptItem(MessageSchema):
    """One try; without an end the process died meanwhile."""

    number = Count(1, required=True)
    began_at = Instant(required=True)
    ended_at = Instant(**optional())
    outcome = fields.String(
        validate=validate.OneOf(("sent", "temporary", "throttled", "permanent", "unknown")), **optional()
    )
    detail = fields.String(**optional())


class DeliveryItem(MessageSchema):
    """One notification (or morning list) on its way to one address."""

    id = fields.UUID(required=True)
    notification = fields.UUID(**optional(metadata={"description": "null: a morning list"}))
    endpoint = fields.UUID(required=True)
    channel = Choice(CHANNELS, required=True)
    state = Choice(DELIVERY_STATES, required=True)
    due_at = Instant(required=True)
    reason = fields.String(**optional())
    created_at = Instant(required=True)
    ended_at = Instant(**optional())
    attempts = fields.List(fields.Nested(AttemptItem), required=True)


class DeliveryPage(MessageSchema):
    """A page of deliveries, newest first."""

    items = fields.List(fields.Nested(DeliveryItem), required=True)
    next = fields.UUID(**optional())


class TemplateItem(MessageSchema):
    """One kind of notification in one language, as it is worded now."""

    kind = Text(80, required=True)
    language = Choice(("zh", "en"), required=True)
    channel = Choice(CHANNELS, **optional(metadata={"description": "null: for every channel without words of its own"}))
    event = Text(100, required=True, metadata={"description": "The event that it tells of"})
    variables = fields.List(fields.String(), required=True)
    source = fields.String(required=True)
    is_own = fields.Boolean(required=True, metadata={"description": "true: the center's own words"})
    version = Count(1, CONTENT_VERSION, required=True, metadata={"description": "Of the words; for `If-Match`"})


class TemplateList(MessageSchema):
    """All kinds in both languages."""

    items = fields.List(fields.Nested(TemplateItem), required=True)
    next = fields.UUID(**optional())


class TemplatePreviewAsked(MessageSchema):
    """Which words are to be seen with sample data: those in force, or a source that is tried out."""

    kind = Text(80, required=True)
    language = Choice(("zh", "en"), required=True)
    channel = Choice(CHANNELS, **optional())
    source = Text(4000, **optional())


class TemplatePreview(MessageSchema):
    """Words with sample data."""

    kind = Text(80, required=True)
    language = Choice(("zh", "en"), required=True)
    channel = Choice(CHANNELS, **optional())
    title = fields.String(required=True)
    text = fields.String(required=True)


class NoticesAsked(MessageSchema):
    """What the gateway's live streams ask: these notifications, or those of a person from a moment on."""

    ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))
    person = fields.UUID(**optional())
    since = fields.UUID(**optional(metadata={"description": "With person: those with this id or a later one"}))


class Notices(MessageSchema):
    """Notifications, the oldest first."""

    items = fields.List(fields.Nested(NotificationItem), required=True)
    more = fields.Boolean(required=True)


class CallbackAsked(MessageSchema):
    """What a bot sent to the gateway: notification checks who signed it."""

    endpoint = fields.UUID(required=True)
    headers = fields.Dict(fields.String(), fields.String(), required=True)
    body = fields.String(required=True, metadata={"description": "The raw body, in base64"})
    query = fields.Dict(
        fields.String(),
        fields.String(),
        load_default=dict,
        metadata={"description": "WeCom signs behind the question mark"},
    )


class CallbackChecked(MessageSchema):
    """The body of a callback that is genuine, and the form that its platform speaks."""

    style = Choice(("webhook", "dingtalk", "feishu", "wecom"), required=True)
    answer = fields.String(**optional(metadata={"description": "The signed answer that it carries"}))
    challenge = fields.String(**optional(metadata={"description": "To be sent back: the platform checks the address"}))
    form = Choice(("xml", "json"), **optional(metadata={"description": "WeCom: in which form it is answered"}))


class CallbackReplyAsked(MessageSchema):
    """What the person is told in a chat of WeCom: notification has the keys to seal it."""

    endpoint = fields.UUID(required=True)
    form = Choice(("xml", "json"), required=True)
    words = fields.String(required=True, validate=validate.Length(1, 500))


class CallbackReply(MessageSchema):
    """The body that is answered."""

    body = fields.String(required=True)


QUERIES = {
    "notification.notifications": (NotificationsAsked, NotificationPage),
    "notification.search": (NotificationsSearched, NotificationPage),
    "notification.counts": (CountsAsked, NotificationCounts),
    "notification.notification": (NotificationAsked, NotificationItem),
    "notification.preferences": (Nothing, PreferencesItem),
    "notification.endpoints": (EndpointsAsked, EndpointList),
    "notification.deliveries": (DeliveriesAsked, DeliveryPage),
    "notification.templates": (Nothing, TemplateList),
    "notification.template_preview": (TemplatePreviewAsked, TemplatePreview),
}

# Asked by the gateway itself; no path leads to them.
INTERNAL_QUERIES = {
    "notification.notices": (NoticesAsked, Notices),
    "notification.callback": (CallbackAsked, CallbackChecked),
    "notification.callback_reply": (CallbackReplyAsked, CallbackReply),
}
