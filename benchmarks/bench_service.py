"""A small service on the platform's own chassis: the platform's side of ``pipeline`` and ``query``.

One command, one event, one query; the handler inserts one case row and emits one event, as the peers do. Run it with
``python -m benchmarks.bench_service``: nothing but the chassis' runner with this one class.
"""

from __future__ import annotations

import chassis.green  # isort: skip - before anything that opens a socket

import os
import signal
import typing as t
from uuid import UUID

import eventlet
from marshmallow import RAISE, fields
from sqlalchemy import BigInteger, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from benchmarks.workload import COMMAND_TYPE, EVENT_FIELDS, EVENT_TYPE, SERVICE
from chassis import logs, settings
from chassis.database import service_base
from chassis.errors import Rejected
from chassis.mailbox import mailbox
from chassis.platform import Platform, Process
from chassis.query import queries
from chassis.runner import Running
from chassis.work import Read, Work
from contracts.registry import Contract, Registry
from contracts.schema import MessageSchema

assert chassis.green
Base: t.Any = service_base()


class CaseOpened(MessageSchema):
    """A case is open."""

    case = fields.UUID(required=True)
    number = fields.String(required=True)
    matter = fields.String(required=True)
    recipient_group = fields.String(required=True)
    amount = fields.Integer(strict=True, required=True)


class OpenCase(CaseOpened):
    """Open a case."""

    facts = fields.String(required=True)


CONTRACTS = Registry(
    [
        Contract(COMMAND_TYPE, "command", SERVICE, (SERVICE,), OpenCase(), OpenCase(unknown=RAISE)),
        Contract(EVENT_TYPE, "event", SERVICE, (), CaseOpened(), CaseOpened(unknown=RAISE)),
    ],
    services=(SERVICE,),
)


class Case(Base):
    """The row that every side inserts; see workload.SCHEMA. The database fills in ``created_at``, which nobody reads back."""

    __tablename__ = "cases"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(60))
    recipient_group: Mapped[str] = mapped_column(String(60))
    facts: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)


QUERY = text("SELECT id, organization, number, facts FROM cases WHERE id = :case")  # as the peer of ``query``


def open_case(work: Work, command: dict[str, t.Any]) -> None:
    work.session.add(
        Case(
            id=command["case"],
            organization=work.organization,
            number=command["number"],
            matter=command["matter"],
            recipient_group=command["recipient_group"],
            facts=command["facts"],
            amount=command["amount"],
        )
    )
    work.emit(EVENT_TYPE, {name: command[name] for name in EVENT_FIELDS}, subject=command["case"])


def case(read: Read, params: dict[str, t.Any]) -> dict[str, t.Any]:
    row = read.session.execute(QUERY, {"case": params["case"]}).one_or_none()
    if row is None:
        raise Rejected("not-found")
    return {"id": str(row.id), "organization": row.organization, "number": row.number, "facts": row.facts}


HANDLERS = {COMMAND_TYPE: open_case}
VIEWS = {f"{SERVICE}.case": case}


class BenchService:
    """Wiring only."""

    name = SERVICE
    platform = Platform(settings.PlatformSettings, CONTRACTS)

    @mailbox(HANDLERS)
    def consume(self, batch: t.Any, organization: str) -> t.Any:
        return self.platform.consume(HANDLERS, batch, organization)

    @queries(VIEWS)
    def answer(self, question: t.Any) -> t.Any:
        return self.platform.answer(VIEWS, question)


def main() -> None:
    """Run until SIGTERM; with ``BENCH_PROFILE`` write a profile of the whole run there."""
    logs.configure("WARNING", "console")
    profile = os.environ.get("BENCH_PROFILE")
    running = Running([BenchService], Process(dict(os.environ)))
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    if profile:
        import cProfile

        profiler = cProfile.Profile()
        profiler.enable()
    running.start()
    while not asked and not running.dead:
        eventlet.sleep(0.1)
    running.stop()
    if profile:
        profiler.disable()
        profiler.dump_stats(profile)


if __name__ == "__main__":
    main()
