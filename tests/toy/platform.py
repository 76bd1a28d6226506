"""Services ``alpha`` (takes commands) and ``beta`` (hears of them) with effects tables that have NO unique constraint:
if anything were done twice, it would show as two rows."""

from __future__ import annotations

import time
import typing as t

from eventlet import patcher
from marshmallow import EXCLUDE, RAISE, Schema, fields
from sqlalchemy import func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import service_base
from chassis.errors import NotYet, Rejected
from chassis.mailbox import mailbox
from chassis.platform import Platform
from chassis.query import queries
from chassis.settings import PlatformSettings
from chassis.work import Read, Work
from contracts.platform import CommandFinished
from contracts.registry import Contract, Registry


class Deposit(Schema):
    class Meta:
        unknown = EXCLUDE

    n = fields.Integer(required=True)
    mode = fields.String(load_default="ok")


class Deposited(Schema):
    class Meta:
        unknown = EXCLUDE

    n = fields.Integer(required=True)


def _contract(name: str, kind: t.Any, heard_by: tuple[str, ...], schema: type[Schema]) -> Contract:
    return Contract(name, kind, name.partition(".")[0], heard_by, schema(), schema(unknown=RAISE))


REGISTRY = Registry(
    [
        _contract("alpha.deposit.v1", "command", ("alpha",), Deposit),
        _contract("alpha.deposited.v1", "event", ("beta",), Deposited),
        _contract("platform.command_finished.v1", "event", ("beta",), CommandFinished),
    ],
    ("alpha", "beta"),
)
Base = service_base()
blocking_time = patcher.original("time")


class Effect(Base):
    """What a message did."""

    __tablename__ = "effects"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    n: Mapped[int] = mapped_column(index=True)
    step: Mapped[str]
    organization: Mapped[str]


def deposit(work: Work, command: dict[str, t.Any]) -> dict[str, t.Any]:
    mode, n = command["mode"], command["n"]
    work.session.add(Effect(n=n, step="deposited", organization=work.organization))
    work.session.flush()
    work.emit("alpha.deposited.v1", {"n": n})
    if mode == "boom":
        raise RuntimeError("always")
    if mode == "flaky" and work.message.attempt < 3:
        raise RuntimeError("not the first two times")
    if mode == "refuse":
        raise Rejected("wrong-state", of="account", state="closed", act="deposit", allowed="none")
    if mode == "early" and work.message.attempt < 2:
        raise NotYet("its forerunner")
    if mode == "broken-sql":
        work.session.execute(select(func.no_such_function()))
    if mode == "slow":
        _take_time(work)
    return {"n": n}


def _take_time(work: Work) -> None:
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text("SELECT pg_sleep(0.2)"))
    else:
        blocking_time.sleep(0.05)  # a transaction on SQLite never yields


def deposited(work: Work, event: dict[str, t.Any]) -> None:
    work.session.add(Effect(n=event["n"], step="heard", organization=work.organization))


def finished(work: Work, event: dict[str, t.Any]) -> None:
    work.session.add(Effect(n=0, step=event["status"], organization=work.organization))


def count(read: Read, params: dict[str, t.Any]) -> dict[str, t.Any]:
    if params.get("refuse"):
        raise Rejected("not-found", what="count")
    if params.get("boom"):
        raise RuntimeError("view")
    if params.get("sleep"):
        time.sleep(params["sleep"])
    total = read.session.scalar(select(func.count()).select_from(Effect))
    return {"effects": total, "organization": read.principal.organization}


ALPHA = {"alpha.deposit.v1": deposit}
BETA = {"alpha.deposited.v1": deposited, "platform.command_finished.v1": finished}
VIEWS = {"alpha.count": count}


class Alpha:
    name = "alpha"
    platform = Platform(PlatformSettings, REGISTRY)

    @mailbox(ALPHA)
    def consume(self, batch: list[bytes], organization: str) -> None:
        self.platform.consume(ALPHA, batch, organization)

    @queries(VIEWS)
    def answer(self, questions: list[t.Any]) -> list[bytes]:
        return self.platform.answer(VIEWS, questions)


class Beta:
    name = "beta"
    platform = Platform(PlatformSettings, REGISTRY)

    @mailbox(BETA)
    def consume(self, batch: list[bytes], organization: str) -> None:
        self.platform.consume(BETA, batch, organization)


SERVICES = {"alpha": Alpha, "beta": Beta}
