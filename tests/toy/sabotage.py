"""Switches one safeguard of the chassis off, to show that the chaos suite would notice its absence."""

from __future__ import annotations

import typing as t

import eventlet

from chassis import bulk, inbox, mailbox, outbox, relay, tables


def without(safeguard: str) -> None:
    """``inbox``: duplicates are not known. ``late-ack``: acknowledged before it is handled. ``confirms``: deleted
    from the outbox before the broker has it. ``outbox``: written after the transaction, as who commits and then
    publishes."""
    {
        "inbox": _without_inbox,
        "late-ack": _without_late_ack,
        "confirms": _without_confirms,
        "outbox": _without_outbox,
    }[safeguard]()


def _without_inbox() -> None:
    inbox.claim = lambda session, keys, now: set(keys)  # type: ignore[assignment]


def _without_late_ack() -> None:
    spawn, acknowledge = mailbox.Mailbox._spawn, mailbox.Mailbox._acknowledge

    def early(self: t.Any, box: t.Any, batch: t.Any) -> None:
        acknowledge(self, self._generation, batch)
        eventlet.sleep(0.3)  # a killed process resets its connection, and the broker forgets what it had not read yet
        spawn(self, box, batch)

    mailbox.Mailbox._spawn = early  # type: ignore[method-assign]
    mailbox.Mailbox._acknowledge = lambda *_args: None  # type: ignore[method-assign]


def _without_confirms() -> None:
    take = relay.Relay._take

    def forget(self: t.Any) -> t.Any:
        rows = take(self)
        if rows:
            with self.database.session() as session:
                bulk.delete_keys(session, tables.outbox, [(row.id, row.attempt) for row in rows])
        return rows

    relay.Relay._take = forget  # type: ignore[method-assign]


def _without_outbox() -> None:
    write, hand_over = outbox.write, relay.Relay.hand_over
    outbox.write = lambda *_arguments: None

    def afterwards(self: t.Any, rows: t.Any) -> None:
        with self.database.session() as session:
            write(session, rows, self.token, self.lease(self.clock.now()))
        hand_over(self, rows)

    relay.Relay.hand_over = afterwards  # type: ignore[method-assign]
