"""The options of notification, each with what it does; checked at start."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from chassis import signing
from chassis.sealing import SealingSettings
from chassis.settings import between, one_of, option
from services.notification.channels.http import networks
from services.notification.domain.delivery import WAYS
from services.notification.domain.pace import RATES_FILE, Rate, read_rates
from services.notification.domain.rules import RuleError


def _channels(value: str) -> str | None:
    unknown = {name.strip() for name in value.split(",") if name.strip()} - set(WAYS)
    return f"names no such channel: {', '.join(sorted(unknown))}; known: {', '.join(WAYS)}" if unknown else None


def _rates(value: str) -> str | None:
    try:
        read_rates(RATES_FILE.read_text("utf-8"), value)
    except RuleError as error:
        return str(error)
    return None


def _door(value: str) -> str | None:
    """Links are made by putting a path behind it."""
    right = value.startswith(("http://", "https://")) and not value.endswith("/")
    return None if right else "must begin with http:// or https:// and not end with /"


def _networks(value: str) -> str | None:
    try:
        networks(value)
    except ValueError:
        return "must be networks such as 10.0.0.0/8"
    return None


def _authorities(path: str) -> str | None:
    try:
        ssl.create_default_context(cafile=path) if path else None
    except OSError:  # also what is no certificate
        return "must be a file of certificates (PEM)"
    return None


@dataclass(frozen=True)
class NotificationSettings(SealingSettings):
    """What an operator may set for notification, besides what every service has."""

    service = "notification"

    vacancy_days: int = option(
        30,
        "For how many days something waits for the first holder of a vacant post before it is no longer news",
        check=between(1, 3650),
    )
    language: str = option("zh", "Language of who has not chosen one", check=one_of("zh", "en"))
    public_url: str = option(
        "http://127.0.0.1:8000", "Where links in e-mails and messages lead: the address of the door", check=_door
    )
    link_keys: str = option(
        "",
        "Keys that sign links by which people answer, comma separated, newest first, the same for the gateway; "
        "empty: a key file beside SQLite, no such links on PostgreSQL",
        secret=True,
        check=signing.check_keys,
    )
    channels: str = option(
        "",
        "Ways out besides the inbox, comma separated: email, sms, wecom, dingtalk, feishu, apprise, webhook",
        check=_channels,
    )
    channel_rates: str = option(
        "",
        "Most messages of a channel that leave in a minute over all processes, such as email=60/minute,sms=30/minute; "
        "empty: domain/rates.yaml",
        check=_rates,
    )
    lane_workers: int = option(8, "Messages that one channel sends at the same time", check=between(1, 100))
    lane_sweep_seconds: float = option(2.0, "How often a channel looks for what is due", check=between(0.02, 60))
    lane_lease_seconds: float = option(
        120.0, "How long a message that is being sent stays claimed", check=between(60, 3600)
    )
    smtp_host: str = option("127.0.0.1", "Mail server")
    smtp_port: int = option(587, "Port of the mail server", check=between(1, 65535))
    smtp_security: str = option(
        "starttls", "starttls, tls, or none inside one machine", check=one_of("starttls", "tls", "none")
    )
    smtp_user: str = option("", "Login at the mail server; empty: none")
    smtp_password: str = option("", "Password at the mail server", secret=True)
    smtp_sender: str = option("legal-aid@localhost", "Sender's mail address")
    smtp_sender_name: str = option("法律援助中心", "Sender's name")
    smtp_authorities: str = option(
        "", "File of the authorities that sign the mail server's certificate; empty: usual", check=_authorities
    )
    sms_url: str = option("https://dysmsapi.aliyuncs.com", "Text messages: the provider's address (Alibaba Cloud)")
    sms_key_id: str = option("", "Text messages: access key id", secret=True)
    sms_key_secret: str = option("", "Text messages: access key secret", secret=True)
    sms_sign_name: str = option("", "Text messages: the approved signature")
    sms_template: str = option("", "Text messages: code of the approved template with the variable title")
    sms_dry_run: bool = option(True, "Text messages are only recorded, nothing leaves the machine")
    wecom_url: str = option("https://qyapi.weixin.qq.com", "Where WeCom's bots are")
    dingtalk_url: str = option("https://oapi.dingtalk.com", "Where DingTalk's bots are")
    feishu_url: str = option("https://open.feishu.cn", "Where Feishu's bots are")
    apprise_schemes: str = option(
        "",
        "Schemes of Apprise that persons may register, comma separated, such as ntfys,slack; some reach any host",
    )
    webhook_private_networks: str = option(
        "", "Private networks that webhooks may reach, comma separated; plain http is allowed then", check=_networks
    )

    @property
    def link_ring(self) -> tuple[str, ...]:
        """The keys of answer links, newest first; none: no such links are made."""
        return signing.ring(self.link_keys, self.database_url, self.var)

    @property
    def rates(self) -> dict[str, Rate]:
        """How fast each provider may be asked."""
        return read_rates(RATES_FILE.read_text("utf-8"), self.channel_rates)

    @property
    def enabled_channels(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.channels.split(",") if name.strip())

    @property
    def apprise_allowed(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.apprise_schemes.split(",") if name.strip())
