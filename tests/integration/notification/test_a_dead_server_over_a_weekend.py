"""The mail server dies on Friday evening and is back on Monday morning: every letter arrives, each once."""

from __future__ import annotations

import collections
import datetime as dt
from dataclasses import replace
from pathlib import Path

from chassis.testing import Bench
from contracts.registry import REGISTRY
from services.notification.channels import mail
from services.notification.handlers import HANDLERS
from services.notification.models import Base
from services.notification.settings import NotificationSettings
from services.notification.views import VIEWS
from tests.integration.notification import servers
from tests.unit.notification.conftest import KEY
from tests.unit.notification.test_lanes import Post, deliveries, lane, overdue, person_with
from tests.unit.notification.test_undeliverable import LOST, waiting

FRIDAY = dt.datetime(2026, 3, 6, 10, 0, tzinfo=dt.UTC)


def test_every_letter_of_the_weekend_arrives_once_and_no_other_channel_waits(certificate: tuple[Path, Path]) -> None:
    settings = NotificationSettings(data_keys=KEY, channels="email,sms")
    bench = Bench("notification", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, start=FRIDAY)
    people = [person_with(bench, email=f"p{number}@example.cn", phone=f"1380000000{number}") for number in range(4)]
    dead = mail.Server("127.0.0.1", 1, "starttls", "aid", "secret", "a@b.cn", "中心", str(certificate[0]))
    server = [dead]
    letters, texts = lane(bench, "email", lambda letter: mail.send(server[0], letter)), Post()
    phones = lane(bench, "sms", texts)

    for hour in range(63):  # until Monday, 09:00
        if hour in (0, 20):
            overdue(bench, *people)
        letters.step()
        phones.step()
        bench.clock.move(hours=1)
    assert len(texts.letters) == 8, "who did not read a mail that could not leave was told by text message"
    assert waiting(bench, LOST) == [], "late is not lost"

    with servers.mail(certificate) as running:
        server[0] = replace(dead, port=running.port)
        for _ in range(30):
            letters.step()
            bench.clock.move(hours=1)
    count = collections.Counter(recipient for _, recipient, _ in running.messages)
    assert count == {f"p{number}@example.cn": 2 for number in range(4)}
    for person in people:
        mails = [row for row in deliveries(bench, person) if row["channel"] == "email"]
        assert {row["state"] for row in mails} == {"sent"}
        assert all(len(row["attempts"]) > 5 for row in mails), "every attempt is on record"
