"""What goes out for a delivery: the words in the person's language, and no more than the way may carry."""

from __future__ import annotations

import datetime as dt
import typing as t

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.vault import Vault
from services.notification import answering
from services.notification.channels.letter import Letter, Link
from services.notification.deliveries import Claimed
from services.notification.domain.delivery import Way
from services.notification.domain.texts import WORDS_FILE
from services.notification.items import as_item
from services.notification.models import Delivery, Endpoint, Notification, Person, Preference
from services.notification.rulebook import rules

MOST_LINES = 30


def letter_for(session: Session, claimed: Claimed, way: Way, settings: t.Any, now: dt.datetime) -> Letter | None:
    """The letter; None when a list has become empty. Raises LostKey."""
    delivery, endpoint, row = claimed.delivery, claimed.endpoint, claimed.notification
    language = session.scalar(select(Preference.language).where(Preference.person == delivery.person))
    language = language or settings.language
    common: dict[str, t.Any] = {
        "id": str(delivery.id),
        "address": settings.vault.open(endpoint.address_sealed),
        "language": language,
        "at": now,
        "attempt": delivery.attempts,
        "secrets": secrets_of(endpoint, now, settings.vault),
    }
    if row is None:
        return _list(session, delivery, language, settings, common)
    links = answering.links_for(row, session.get(Person, row.person), endpoint, settings)
    title, text = _words(row, way, language)
    return Letter(
        title=title,
        body="\n".join(part for part in (text, getattr(row, f"why_{language}")) if part),
        link=settings.public_url + row.link,
        links=links,
        document=_document(row, links) if way.confidential else {},
        **common,
    )


def _words(row: Notification, way: Way, language: str) -> tuple[str, str]:
    """Title and text as the channel has them for itself; else the title alone, which may go over every channel."""
    own = (row.variants or {}).get(f"{way.name}.{language}")
    return (own[0], own[1]) if own else (getattr(row, f"title_{language}"), "")


def secrets_of(endpoint: Endpoint, now: dt.datetime, vault: Vault) -> tuple[str, ...]:
    """The secrets that sign now, the newest first."""
    is_old_valid = endpoint.old_secret_until is not None and endpoint.old_secret_until > now
    candidates = (endpoint.secret_sealed, endpoint.old_secret_sealed if is_old_valid else None)
    return tuple(secret for secret in map(vault.open, candidates) if secret)


def _document(row: Notification, links: tuple[Link, ...]) -> dict[str, t.Any]:
    """The body of a webhook as Standard Webhooks recommends it; ``answers``: for a front end that may carry them."""
    answers = [{"act": one.act, "words": dict(one.words), "url": one.url, "answer": one.token} for one in links]
    data = as_item(row) | ({"answers": answers} if answers else {})
    return {"type": "notification.created", "timestamp": row.created_at.isoformat(), "data": data}


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
