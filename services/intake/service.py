"""The nameko class of intake."""

from __future__ import annotations

import typing as t

from chassis.mailbox import mailbox
from chassis.platform import Platform
from chassis.query import queries
from contracts.registry import REGISTRY
from services.intake.handlers import HANDLERS
from services.intake.settings import IntakeSettings
from services.intake.views import VIEWS


class IntakeService:
    """Wiring only: see handlers.py for what it does."""

    name = "intake"
    platform = Platform(IntakeSettings, REGISTRY)

    @mailbox(HANDLERS)
    def consume(self, batch: t.Any, organization: str) -> t.Any:
        return self.platform.consume(HANDLERS, batch, organization)

    @queries(VIEWS)
    def answer(self, question: t.Any) -> t.Any:
        return self.platform.answer(VIEWS, question)
