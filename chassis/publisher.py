"""Publishing with confirms: rows go out at once, the broker's answers come in beside them.

Guarantee: a row counts as sent only when the broker has confirmed it. Everything else (nack, return, no answer in
time, lost connection) is reported with its reason and stays in the outbox. The embedded bus confirms a message when it
has been handled, because it forgets at a crash; so there the outbox row lives until then.

One mailbox that does not answer (a quorum queue without a leader) must not hold up the others: where a confirm stays
away, one row at a time is sent to see whether it answers again, and all others of that address stay in the outbox.
"""

from __future__ import annotations

import time
import typing as t
from uuid import UUID

import eventlet
from amqp.basic_message import Message

from chassis import bus
from chassis.envelope import CONTENT_TYPE
from chassis.outbox import OutboxRow
from chassis.topology import Topology
from chassis.turn import Turn

AT_ONCE = 50  # messages that go out as one piece


class Publisher:
    """One connection that publishes outbox rows. ``send`` is for one green thread; confirms come in through another."""

    def __init__(
        self, url: str, topology: Topology, *, confirm_seconds: float, heartbeat: int, on_settled: t.Callable[[], None]
    ) -> None:
        self._url, self._topology = url, topology
        self._confirm_seconds, self._heartbeat = confirm_seconds, heartbeat
        self._on_settled = on_settled
        self._connection: t.Any = None
        self._channel: t.Any = None
        self._tag = 0
        self._pending: dict[int, tuple[OutboxRow, float]] = {}
        self._returned: set[UUID] = set()
        self._confirmed: list[OutboxRow] = []
        self._failed: list[tuple[OutboxRow, str]] = []
        self._silent: dict[str, float] = {}  # routing key -> when the next row may try whether it answers again
        self._answered_at = 0.0

    @property
    def is_connected(self) -> bool:
        return self._channel is not None

    @property
    def in_flight(self) -> int:
        """Messages that the broker has not answered yet."""
        return len(self._pending)

    def under_way(self) -> set[tuple[UUID, int]]:
        """Message and attempt of the rows that wait for the broker's answer, or for ``settled``."""
        rows = [*(row for row, _ in self._pending.values()), *self._confirmed, *(row for row, _ in self._failed)]
        return {(row.id, row.attempt) for row in rows}

    def connect(self) -> None:
        """Connect and declare the exchanges unless that is done; raises one of bus.LOST."""
        if self._channel is not None:
            return
        connection = bus.connect(self._url, self._heartbeat, confirm_when_handled=True)
        try:
            channel = connection.channel()
            self._topology.declare_base(channel)
            channel.confirm_select()
        except bus.LOST:
            bus.close_quietly(connection)
            raise
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)
        self._connection, self._channel, self._tag = connection, channel, 0
        eventlet.spawn(self._listen, connection)  # from here on it alone reads from the connection

    def send(self, rows: t.Sequence[OutboxRow]) -> None:
        """Publish rows; what becomes of each is told by ``settled``. A lost connection fails those it had not sent."""
        if self._silent:
            rows = self._without_silent(rows)
        try:
            self.connect()
            self._declare({row.organization for row in rows})
            turn = Turn()
            for start in range(0, len(rows), AT_ONCE):
                with bus.corked(self._connection):
                    for row in rows[start : start + AT_ONCE]:
                        self._send(row)
                if turn.is_over:
                    turn.end()
        except (*bus.LOST, AttributeError) as error:  # no channel any more: the listener has given it up meanwhile
            sent = self.under_way()
            unsent = [row for row in rows if (row.id, row.attempt) not in sent]
            self._failed += [(row, type(error).__name__) for row in unsent]
            self._give_up(self._connection, type(error).__name__)

    def settled(self) -> tuple[list[OutboxRow], list[tuple[OutboxRow, str]]]:
        """What was confirmed, and what was not with its reason, since the last call."""
        confirmed, self._confirmed = self._confirmed, []
        failed, self._failed = self._failed, []
        return confirmed, failed

    def close(self) -> None:
        """Give the connection up; the listening thread closes it."""
        self._give_up(self._connection, "closed")

    def _without_silent(self, rows: t.Sequence[OutboxRow]) -> list[OutboxRow]:
        """The rows whose address answers, and one of each other whose time to be tried has come."""
        now, kept = time.monotonic(), []
        for row in rows:
            if self._silent.get(row.routing_key, 0.0) > now:
                self._failed.append((row, "its mailbox does not answer"))
                continue
            if row.routing_key in self._silent:
                self._silent[row.routing_key] = now + self._confirm_seconds
            kept.append(row)
        if len(kept) < len(rows):
            self._on_settled()
        return kept

    def _send(self, row: OutboxRow) -> None:
        message = Message(row.body, content_type=CONTENT_TYPE, delivery_mode=2, message_id=str(row.id), type=row.type)
        self._tag += 1
        self._pending[self._tag] = row, time.monotonic() + self._confirm_seconds
        exchange = self._topology.exchange(row.exchange)
        self._channel.basic_publish(message, exchange=exchange, routing_key=row.routing_key, mandatory=True)

    def _declare(self, organizations: set[str]) -> None:
        """Declare organizations' mailboxes before their first message, over a connection that nobody else reads."""
        new = self._topology.undeclared(organizations)
        if not new:
            return
        connection = bus.connect(self._url)
        try:
            channel = connection.channel()
            for organization in new:
                self._topology.declare_organization(channel, organization)
        finally:
            bus.close_quietly(connection)

    def _listen(self, connection: t.Any) -> None:
        """Read confirms until the connection is given up or too late with an answer; then close it."""
        pulse, reason = bus.Pulse(connection), "closed"
        try:
            while connection is self._connection:
                bus.drain(connection, 2)
                pulse.beat()
                self._check_time()
        except bus.LOST as error:
            reason = type(error).__name__
        self._give_up(connection, reason)
        bus.close_quietly(connection)

    def _check_time(self) -> None:
        if self._url.startswith("embedded://") or not self._pending:
            return
        now, late = time.monotonic(), []
        for tag, (row, until) in self._pending.items():
            if until > now:
                break
            late.append(tag)
            self._silent[row.routing_key] = now + self._confirm_seconds
        if not late:
            return
        if now - self._answered_at > self._confirm_seconds:
            raise TimeoutError("the broker did not confirm in time")
        self._failed += [(self._pending.pop(tag)[0], "TimeoutError") for tag in late]
        self._on_settled()

    def _give_up(self, connection: t.Any, reason: str) -> None:
        if connection is None or connection is not self._connection:
            return
        self._connection = self._channel = None
        self._failed += [(row, reason) for row, _ in self._pending.values()]
        self._pending.clear()
        self._topology.forget()
        self._on_settled()

    def _on_ack(self, tag: int, multiple: bool) -> None:
        for row in self._answered(tag, multiple):
            if row.id in self._returned:
                self._returned.discard(row.id)
                self._failed.append((row, "unroutable"))
            else:
                self._confirmed.append(row)
        self._on_settled()

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._failed += [(row, "nack") for row in self._answered(tag, multiple)]
        self._on_settled()

    def _on_return(self, _error: t.Any, _exchange: str, _key: str, message: t.Any) -> None:
        self._returned.add(UUID(message.properties["message_id"]))

    def _answered(self, tag: int, multiple: bool) -> list[OutboxRow]:
        rows = []
        if not multiple:
            found = self._pending.pop(tag, None)
            rows += [found[0]] if found else []
        else:
            for pending in list(self._pending):
                if pending > tag:
                    break
                rows.append(self._pending.pop(pending)[0])
        self._answered_at = time.monotonic()
        if self._silent:
            for row in rows:
                self._silent.pop(row.routing_key, None)
        return rows
