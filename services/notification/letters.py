"""What goes out for a delivery: the words in the person's language, and no more than the way may carry."""

from __future__ import annotations

import datetime as dt
import typing as t

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.notification.channels.letter import Letter
from services.notification.deliveries import Claimed
from services.notification.domain.delivery import Way
from services.notification.domain.texts import WORDS_FILE
from services.notification.models import Delivery, Endpoint, Notification, Preference
from services.notification.rulebook import rules
from services.notification.views import as_item

MOST_LINES = 30


def letter_for(session: Session, claimed: Claimed, way: Way, settings: t.Any, now: dt.datetime) -> Letter | None:
    """The letter; None when a list has become empty."""
    delivery, endpoint, row = claimed.delivery, claimed.endpoint, claimed.notification
    language = session.scalar(select(Preference.language).where(Preference.person == delivery.person))
    language = language or settings.language
    common: dict[str, t.Any] = {
        "id": str(delivery.id),
        "address": endpoint.address,
        "language": language,
        "at": now,
        "attempt": delivery.attempts,
        "secrets": secrets_of(endpoint, now),
    }
    if row is None:
        return _list(session, delivery, language, settings, common)
    return Letter(
        title=getattr(row, f"title_{language}"),
        body=getattr(row, f"why_{language}"),
        link=settings.public_url + row.link,
        document=_document(row) if way.confidential else {},
        **common,
    )


def secrets_of(endpoint: Endpoint, now: dt.datetime) -> tuple[str, ...]:
    """The secrets that sign now, the newest first."""
    is_old_valid = endpoint.old_secret_until is not None and endpoint.old_secret_until > now
    candidates = (endpoint.secret, endpoint.old_secret if is_old_valid else None)
    return tuple(secret for secret in candidates if secret)


def _document(row: Notification) -> dict[str, t.Any]:
    """The body of a webhook as Standard Webhooks recommends it."""
    return {"type": "notification.created", "timestamp": row.created_at.isoformat(), "data": as_item(row)}


def _list(
    session: Session, delivery: Delivery, language: str, settings: t.Any, common: dict[str, t.Any]
) -> Letter | None:
    """The morning list: what is unread and not settled, the urgent first. The weekly list: what is overdue below."""
    wanted = [Notification.person == delivery.person, Notification.settled_at.is_(None)]
    if delivery.digest == "weekly":
        wanted.append(Notification.kind.in_(rules().weekly_kinds))
    else:
        wanted.append(Notification.read_at.is_(None))
    count = session.scalar(select(func.count()).where(*wanted)) or 0
    if not count:
        return None
    order = (Notification.urgency != "urgent", Notification.urgency == "low", Notification.id.desc())
    rows = list(session.scalars(select(Notification).where(*wanted).order_by(*order).limit(MOST_LINES)))
    words = yaml.safe_load(WORDS_FILE.read_text("utf-8"))["weekly" if delivery.digest == "weekly" else "digest"]
    lines = [f"{getattr(row, f'title_{language}')}\n  {settings.public_url}{row.link}" for row in rows]
    if count > len(rows):
        lines.append(words["more"][language].format(count=count - len(rows)))
    link = f"{settings.public_url}/v1/notifications"
    return Letter(title=words["title"][language].format(count=count), body="\n".join(lines), link=link, **common)
