"""Publishing with batched confirms: send a batch, then read the broker's answers until a deadline.

Guarantee: a row counts as sent only when the broker has confirmed it. Everything else (nack, return, no answer, lost
connection) is reported with its reason and stays in the outbox.
"""

from __future__ import annotations

import time
import typing as t
from uuid import UUID

from amqp.basic_message import Message

from chassis import bus, failpoints
from chassis.envelope import CONTENT_TYPE
from chassis.outbox import OutboxRow
from chassis.topology import Topology


class Publisher:
    """One connection that publishes outbox rows. Not for use by two green threads at once."""

    def __init__(self, url: str, topology: Topology, *, confirm_seconds: float, heartbeat: int) -> None:
        self._url, self._topology = url, topology
        self._confirm_seconds, self._heartbeat = confirm_seconds, heartbeat
        self._connection: t.Any = None
        self._channel: t.Any = None
        self._pulse: bus.Pulse | None = None
        self._declared: set[str] = set()
        self._tag = 0
        self._pending: dict[int, OutboxRow] = {}
        self._failed: dict[UUID, str] = {}

    @property
    def is_connected(self) -> bool:
        return self._channel is not None

    def connect(self) -> None:
        """Connect and declare the exchanges unless that is done; raises one of bus.LOST."""
        if self._channel is not None:
            return
        try:
            self._connection = bus.connect(self._url, self._heartbeat)
            channel = self._connection.channel()
            self._topology.declare_base(channel)
            channel.confirm_select()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
        except bus.LOST:
            self.close()
            raise
        self._channel, self._tag = channel, 0
        self._pulse = bus.Pulse(self._connection)

    def publish(self, rows: t.Sequence[OutboxRow]) -> dict[UUID, str]:
        """Publish rows and wait for the confirms; returns message id -> reason for those that were not confirmed."""
        self._pending.clear()
        self._failed = {}
        unsent = dict.fromkeys(row.id for row in rows)
        try:
            self.connect()
            for row in rows:
                self._send(row)
                unsent.pop(row.id, None)
            failpoints.reach("relay.after_publish")
            self._await_confirms()
        except bus.LOST as error:
            reason = type(error).__name__
            self._failed.update(dict.fromkeys(unsent, reason))
            self._failed.update({row.id: reason for row in self._pending.values()})
            self.close()
        return self._failed

    def beat(self) -> None:
        """Keep an idle connection alive; a lost one is closed, so that the next publish connects again."""
        if self._channel is None or self._pulse is None:
            return
        try:
            bus.drain(self._connection, 0.001)
            self._pulse.beat()
        except bus.LOST:
            self.close()

    def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        bus.close_quietly(connection)

    def _send(self, row: OutboxRow) -> None:
        if row.organization not in self._declared:
            self._topology.declare_organization(self._channel, row.organization)
            self._declared.add(row.organization)
        message = Message(
            row.body,
            content_type=CONTENT_TYPE,
            delivery_mode=2,
            message_id=str(row.id),
            type=row.type,
        )
        self._tag += 1
        self._pending[self._tag] = row
        self._channel.basic_publish(
            message, exchange=self._topology.exchange(row.exchange), routing_key=row.routing_key, mandatory=True
        )

    def _await_confirms(self) -> None:
        end = time.monotonic() + self._confirm_seconds
        while self._pending:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("the broker did not confirm in time")
            bus.drain(self._connection, left)

    def _on_ack(self, tag: int, multiple: bool) -> None:
        for done in self._settled(tag, multiple):
            self._pending.pop(done, None)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        for done in self._settled(tag, multiple):
            row = self._pending.pop(done, None)
            if row:
                self._failed[row.id] = "nack"

    def _on_return(self, _error: t.Any, _exchange: str, _key: str, message: t.Any) -> None:
        self._failed[UUID(message.properties["message_id"])] = "unroutable"

    def _settled(self, tag: int, multiple: bool) -> list[int]:
        if not multiple:
            return [tag]
        return [pending for pending in self._pending if pending <= tag]
