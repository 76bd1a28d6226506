"""Supervision as a nameko service: wiring only; see handlers.py for what it does."""

from __future__ import annotations

from typing import Any

from chassis.mailbox import mailbox
from chassis.platform import Platform
from chassis.query import queries
from contracts.registry import REGISTRY
from services.supervision.handlers import HANDLERS
from services.supervision.scheduler import Scheduler
from services.supervision.settings import SupervisionSettings
from services.supervision.views import VIEWS


class SupervisionService:
    """Every clock, every check, every figure of the network."""

    name = "supervision"
    platform = Platform(SupervisionSettings, REGISTRY)
    scheduler = Scheduler()

    @mailbox(HANDLERS)
    def consume(self, batch: Any, organization: str) -> Any:
        return self.platform.consume(HANDLERS, batch, organization)

    @queries(VIEWS)
    def answer(self, question: Any) -> Any:
        return self.platform.answer(VIEWS, question)
