"""Names and declarations on the broker: mailboxes, exchanges, query queues. Declaring twice changes nothing.

One mailbox per service and organization, a quorum queue named ``<service>.<organization>``. Commands reach it by a
direct exchange, events by a topic exchange for the types that the service hears. What no mailbox takes goes to the
queue ``unroutable``, where it stays visible. Only the queue type is an argument; every limit belongs into a broker
policy, so that changing one never meets a 406.
"""

from __future__ import annotations

import fnmatch
import typing as t

from chassis.outbox import COMMANDS, EVENTS
from chassis.registry import Contracts

DURABLE = {"durable": True, "auto_delete": False}
QUORUM = {"x-queue-type": "quorum"}


class Topology:
    """What stands on the broker for one platform. ``namespace`` prefixes every name."""

    def __init__(self, namespace: str, contracts: Contracts) -> None:
        self.prefix = f"{namespace}." if namespace else ""
        self.contracts = contracts
        self._declared: dict[str, set[str]] = {}  # organization -> services whose mailbox is there

    def exchange(self, name: str) -> str:
        return f"{self.prefix}aidbus.{name}"

    @property
    def unroutable(self) -> str:
        """The queue of messages that no mailbox takes."""
        return f"{self.prefix}aidbus.unroutable"

    def mailbox(self, service: str, organization: str) -> str:
        return f"{self.prefix}{service}.{organization}"

    def queries(self, service: str) -> str:
        """The queue of one service's queries (dots cannot stand in an organization's code)."""
        return f"{self.prefix}{service}..queries"

    def declare_base(self, channel: t.Any) -> None:
        """Exchanges and the queue of unroutable messages."""
        lost = self.exchange("unroutable")
        channel.exchange_declare(lost, "fanout", **DURABLE)
        channel.queue_declare(self.unroutable, arguments=QUORUM, **DURABLE)
        channel.queue_bind(self.unroutable, lost, "")
        arguments = {"alternate-exchange": lost}
        channel.exchange_declare(self.exchange(COMMANDS), "direct", arguments=arguments, **DURABLE)
        channel.exchange_declare(self.exchange(EVENTS), "topic", arguments=arguments, **DURABLE)

    def declare_mailbox(self, channel: t.Any, service: str, organization: str) -> str:
        """One mailbox with its bindings; returns the queue's name. The broker answers the last binding for all."""
        queue = self.mailbox(service, organization)
        channel.queue_declare(queue, arguments=QUORUM, **DURABLE)
        for message_type in self.contracts.heard_by(service):
            channel.queue_bind(queue, self.exchange(EVENTS), f"{organization}.{message_type}", nowait=True)
        channel.queue_bind(queue, self.exchange(COMMANDS), f"{service}.{organization}")
        self._declared.setdefault(organization, set()).add(service)
        return queue

    def declare_organization(self, channel: t.Any, organization: str) -> None:
        """All mailboxes of an organization: a sender declares them before its first message, so none is lost."""
        for service in self.contracts.services:
            if service not in self._declared.get(organization, ()):
                self.declare_mailbox(channel, service, organization)

    def undeclared(self, organizations: t.Iterable[str]) -> list[str]:
        """Those of these organizations that lack a mailbox, as far as is known here; in order."""
        all_services = len(self.contracts.services)
        return sorted(one for one in organizations if len(self._declared.get(one, ())) < all_services)

    def forget(self) -> None:
        """A connection was lost: the broker may have lost what was declared, so declare it again."""
        self._declared.clear()

    def declare_queries(self, channel: t.Any, service: str) -> str:
        """The query queue of a service: transient, because a question that waited is worth nothing."""
        queue = self.queries(service)
        channel.queue_declare(queue, durable=False, auto_delete=False, arguments={"x-queue-type": "classic"})
        return queue


def serves(patterns: str, organization: str) -> bool:
    """Whether comma separated names or patterns (``*``, ``garrison``, ``women*``) cover an organization."""
    return any(fnmatch.fnmatchcase(organization, pattern.strip()) for pattern in patterns.split(","))
