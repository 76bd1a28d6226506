"""The nameko service of assignment."""

from __future__ import annotations

import typing as t

from chassis.mailbox import mailbox
from chassis.platform import Platform
from chassis.query import queries
from contracts.registry import REGISTRY
from services.assignment.handlers import HANDLERS
from services.assignment.settings import AssignmentSettings
from services.assignment.views import VIEWS


class AssignmentService:
    """Wiring only: see handlers.py for what it does."""

    name = "assignment"
    platform = Platform(AssignmentSettings, REGISTRY)

    @mailbox(HANDLERS)
    def consume(self, batch: t.Any, organization: str) -> t.Any:
        return self.platform.consume(HANDLERS, batch, organization)

    @queries(VIEWS)
    def answer(self, question: t.Any) -> t.Any:
        return self.platform.answer(VIEWS, question)
