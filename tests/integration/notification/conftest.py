"""A letter to send, and a certificate for the local servers."""

from __future__ import annotations

import datetime as dt
import typing as t
from pathlib import Path

import pytest

from services.notification.channels.letter import Letter
from tests.integration.notification import servers

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
DELIVERY = "0195a5c0-0000-7000-8000-000000000001"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return servers.certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def web() -> t.Iterator[servers.Web]:
    with servers.web() as running:
        yield running


def letter(address: str, **changes: t.Any) -> Letter:
    parts: dict[str, t.Any] = {
        "id": DELIVERY,
        "address": address,
        "title": "已逾期：作出决定（A2026-00001）",
        "body": "您负责的工作已超过期限。",
        "link": "https://aid.example/v1/tasks/1",
        "language": "zh",
        "at": NOW,
    }
    return Letter(**{**parts, **changes})
