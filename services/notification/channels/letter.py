"""What is sent: the words for one person on one way, and who it goes to."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """One answer that the person can give: words of its button by language, address, and the signed answer alone."""

    act: str
    words: Mapping[str, str]
    url: str
    token: str


@dataclass(frozen=True)
class Letter:
    """One message on its way. ``id`` stays the same over all attempts: it is the idempotency key where there is one.

    ``title`` may go over every channel; ``body`` holds more only on a confidential one. ``secrets``: newest first.
    """

    id: str
    address: str
    title: str
    body: str
    link: str
    language: str
    at: dt.datetime
    attempt: int = 1
    secrets: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    document: Mapping[str, t.Any] = field(default_factory=dict)
