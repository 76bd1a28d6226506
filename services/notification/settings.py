"""The options of notification, each with what it does; checked at start."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.settings import PlatformSettings, between, option


@dataclass(frozen=True)
class NotificationSettings(PlatformSettings):
    """What an operator may set for notification, besides what every service has."""

    vacancy_days: int = option(
        30,
        "For how many days something waits for the first holder of a vacant post before it is no longer news",
        check=between(1, 3650),
    )
