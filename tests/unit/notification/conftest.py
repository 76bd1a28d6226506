"""A bench with notification's handlers, and events as the other services say them."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet

from chassis.principal import Principal
from chassis.testing import Bench
from contracts.registry import REGISTRY
from services.notification.handlers import HANDLERS
from services.notification.models import Base
from services.notification.settings import NotificationSettings
from services.notification.views import VIEWS

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
KEY = Fernet.generate_key().decode()
LINK_KEY = "a-key-of-the-tests-that-signs-links"
WOMEN = "womens-federation"


@pytest.fixture
def bench() -> Bench:
    return Bench(
        "notification", HANDLERS, VIEWS, Base.metadata, NotificationSettings(data_keys=KEY), REGISTRY, start=NOW
    )


@pytest.fixture
def reach() -> Bench:
    """A bench on which every channel is switched on."""
    settings = NotificationSettings(
        channels="email,sms,wecom,dingtalk,feishu,webhook",
        public_url="https://aid.example",
        link_keys=LINK_KEY,
        data_keys=KEY,
    )
    return Bench("notification", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, start=NOW)


def caller(person: UUID | None, role: str = "center_staff", organization: str = "center") -> Principal:
    return Principal(key="k", role=role, organization=organization, person=person)


def reference(**changes: t.Any) -> dict[str, t.Any]:
    return {"organization": WOMEN, "station": "fengquan", "application": uuid4(), "number": "A2026-00001", **changes}


def task(kind: str = "decide", **changes: t.Any) -> dict[str, t.Any]:
    due = dt.datetime(2026, 3, 9, 15, 59, 59, tzinfo=dt.UTC)
    return {
        **reference(),
        "task": uuid4(),
        "kind": kind,
        "assignees": [],
        "due_at": due,
        "due_on": dt.date(2026, 3, 9),
        "provisional": False,
        "article": "LA 43",
        "opened_at": NOW,
        **changes,
    }


def mark(of: dict[str, t.Any], recipients: list[UUID], **changes: t.Any) -> dict[str, t.Any]:
    """One mark of a task's clock."""
    kept = {name: value for name, value in of.items() if name not in ("assignees", "provisional", "opened_at")}
    return {
        **kept,
        "subject": of["application"],
        "recipients": recipients,
        "fired_at": NOW,
        "late_seconds": 0,
        **changes,
    }


def case(**changes: t.Any) -> dict[str, t.Any]:
    return {
        "application": uuid4(),
        "application_number": "A2026-00001",
        "organization": WOMEN,
        "station": "fengquan",
        "recipient_group": "woman",
        "form_of_aid": "civil_litigation",
        "matter": "domestic_violence",
        "case": uuid4(),
        "case_number": "C2026-00001",
        **changes,
    }


def staff(role: str, organization: str = "center", **changes: t.Any) -> dict[str, t.Any]:
    return {"person": uuid4(), "organization": organization, "name": "李梅", "role": role, **changes}


def inbox(bench: Bench, person: UUID, **params: t.Any) -> list[dict[str, t.Any]]:
    answer = bench.query("notification.notifications", params, caller(person))
    return t.cast(list[dict[str, t.Any]], answer["items"])
