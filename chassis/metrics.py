"""Metrics: every one is declared in this catalogue before it can be emitted; labels never hold personal data."""

from __future__ import annotations

import typing as t

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CATALOGUE: dict[str, tuple[t.Any, str, tuple[str, ...]]] = {
    "aidbus_messages_total": (Counter, "Messages by how they ended", ("service", "type", "outcome")),
    "aidbus_duplicates_suppressed_total": (Counter, "Messages that had already had their effect", ("service",)),
    "aidbus_dead_letters_total": (Counter, "Messages kept for an operator", ("service", "reason")),
    "aidbus_published_total": (Counter, "Outbox rows that the broker confirmed", ("service",)),
    "aidbus_publish_failures_total": (Counter, "Outbox rows that were not confirmed", ("service",)),
    "aidbus_batch_seconds": (Histogram, "Duration of one micro-batch", ("service",)),
    "aidbus_queries_total": (Counter, "Queries by how they ended", ("service", "query", "outcome")),
    "aidbus_query_seconds": (Histogram, "Duration of one query at the service", ("service",)),
    "aidbus_mailboxes": (Gauge, "Mailboxes that this process consumes", ("service",)),
    "aidbus_mailboxes_broken": (Gauge, "Mailboxes that the broker cannot open; tried again every 10 s", ("service",)),
    "aidbus_http_requests_total": (Counter, "HTTP requests", ("method", "route", "status")),
    "aidbus_http_seconds": (Histogram, "Duration of HTTP requests", ("method", "route")),
    "aidbus_stream_listeners": (Gauge, "Live streams that are open", ()),
    "aidbus_stream_events_total": (Counter, "Notifications sent over live streams", ()),
    "aidbus_timers_fired_total": (Counter, "Deadline marks fired", ("mark",)),
}

REGISTRY = CollectorRegistry()
_made: dict[str, t.Any] = {}
_children: dict[tuple[str, tuple[str, ...]], t.Any] = {}


def _child(name: str, labels: dict[str, str]) -> t.Any:
    kind, doc, names = CATALOGUE[name]
    key = (name, tuple(labels[label] for label in names))
    child = _children.get(key)
    if child is None:
        if name not in _made:
            _made[name] = kind(name, doc, names, registry=REGISTRY)
        child = _children[key] = _made[name].labels(*key[1]) if names else _made[name]
    return child


def count(name: str, amount: float = 1, **labels: str) -> None:
    """Add to a counter; an undeclared name or label raises KeyError."""
    _child(name, labels).inc(amount)


def observe(name: str, seconds: float, **labels: str) -> None:
    """Add a duration to a histogram."""
    _child(name, labels).observe(seconds)


def gauge(name: str, value: float, **labels: str) -> None:
    """Set a gauge."""
    _child(name, labels).set(value)


def render() -> bytes:
    """All metrics in Prometheus' text form."""
    return generate_latest(REGISTRY)
