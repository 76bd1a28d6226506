"""Notification as a nameko service: wiring only; see handlers.py for what it does."""

from __future__ import annotations

import typing as t

from chassis.mailbox import mailbox
from chassis.platform import Platform
from chassis.query import queries
from contracts.registry import REGISTRY
from services.notification.handlers import HANDLERS
from services.notification.lanes import Lanes
from services.notification.settings import NotificationSettings
from services.notification.views import VIEWS


class NotificationService:
    """Telling people, and knowing that they were told."""

    name = "notification"
    platform = Platform(NotificationSettings, REGISTRY)
    lanes = Lanes()

    @mailbox(HANDLERS)
    def consume(self, batch: t.Any, organization: str) -> t.Any:
        return self.platform.consume(HANDLERS, batch, organization)

    @queries(VIEWS)
    def answer(self, question: t.Any) -> t.Any:
        return self.platform.answer(VIEWS, question)
