"""The ways that are switched on, each as one function: letter in, outcome out."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from functools import partial

from services.notification.channels import bots, http, long_tail, mail, sms, webhook
from services.notification.channels.letter import Letter
from services.notification.domain.delivery import Outcome

Sender = Callable[[Letter], Outcome]


def senders(settings: t.Any) -> dict[str, Sender]:
    """Sender by channel, for the channels that the settings switch on."""
    session = http.plain()
    outside = http.guarded(http.networks(settings.webhook_private_networks))
    server = mail.Server(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password,
        settings.smtp_sender,
        settings.smtp_sender_name,
        settings.smtp_authorities or None,
    )
    account = sms.Account(
        settings.sms_url,
        settings.sms_key_id,
        settings.sms_key_secret,
        settings.sms_sign_name,
        settings.sms_template,
        settings.sms_dry_run,
    )
    every: dict[str, Sender] = {
        "email": partial(mail.send, server),
        "sms": partial(sms.send, session, account),
        "wecom": partial(bots.send_wecom, session, settings.wecom_url),
        "dingtalk": partial(bots.send_dingtalk, session, settings.dingtalk_url),
        "feishu": partial(bots.send_feishu, session, settings.feishu_url),
        "apprise": partial(long_tail.send, settings.apprise_allowed),
        "webhook": partial(webhook.send, outside),
    }
    if "apprise" in settings.enabled_channels:
        long_tail.load()  # what is missing is said at start, not when the first message is due
    return {name: every[name] for name in settings.enabled_channels}
