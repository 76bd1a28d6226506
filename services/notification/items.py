"""A notification as its person reads it, in the inbox, in a stream and in what a front end is sent."""

from __future__ import annotations

import datetime as dt
import typing as t

from services.notification.models import Notification


def as_item(row: Notification) -> dict[str, t.Any]:
    """The resource, as JSON."""
    return {
        "id": str(row.id),
        "person": str(row.person),
        "kind": row.kind,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "text": {"zh": row.text_zh, "en": row.text_en},
        "why": {"zh": row.why_zh, "en": row.why_en},
        "link": row.link,
        "urgency": row.urgency,
        "organization": row.organization,
        "station": row.station,
        "number": row.number,
        "channel": row.channel,
        "created_at": row.created_at.isoformat(),
        "read_at": as_text(row.read_at),
        "acknowledged_at": as_text(row.acknowledged_at),
        "settled_at": as_text(row.settled_at),
        "actions": row.actions or [],
    }


def as_text(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
