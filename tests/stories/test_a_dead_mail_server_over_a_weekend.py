"""The mail server is dead from Friday evening to Monday morning: nobody misses a mail, and nobody gets one twice."""

from __future__ import annotations

import email
import email.policy
import typing as t
from collections.abc import Iterator

import pytest

from tests.infrastructure.backends import Backend
from tests.infrastructure.waiting import wait_until
from tests.integration.notification import servers
from tests.stories.cast import Cast, gather, granted
from tests.stories.network import PATIENCE, Actor, Network, at

pytestmark = pytest.mark.timeout(180)
DEAD, ALIVE = "421 shutting down", "220 mail.example ESMTP"
WEEKEND = ("2026-03-06 18:05", "2026-03-06 22:00", "2026-03-07 10:00", "2026-03-07 23:00", "2026-03-08 12:00")


class Stage(t.NamedTuple):
    network: Network
    cast: Cast
    mailbox: servers.Mailbox


@pytest.fixture(scope="module")
def stage(setup: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    certificate = servers.certificate(tmp_path_factory.mktemp("tls"))
    with servers.mail(certificate) as mailbox:
        network = Network(
            setup,
            at("2026-03-06 17:30"),  # a Friday
            AIDBUS_CHANNELS="email",
            AIDBUS_SMTP_PORT=str(mailbox.port),
            AIDBUS_SMTP_USER=mailbox.user,
            AIDBUS_SMTP_PASSWORD=mailbox.password,
            AIDBUS_SMTP_AUTHORITIES=str(certificate[0]),
            AIDBUS_SMTP_SENDER="aid@center.example",
            AIDBUS_LANE_SWEEP_SECONDS="0.05",
        )
        network.start()
        yield Stage(network, gather(network), mailbox)
        network.close()


def test_what_was_said_on_friday_evening_arrives_on_monday_morning_once(stage: Stage) -> None:
    network, cast, mailbox = stage
    lawyer = network.lawyer(network.firm("和阳阳明律师事务所"), "顾明远", years=9, email="gu@firm.example")
    case = granted(cast, "马秀云")
    mailbox.greeting = DEAD
    cast.officer.does(f"/v1/cases/{case['id']}/offers", lawyer=lawyer.id, answer_within_hours=96, reason="熟悉此类案件")
    offer = lawyer.hears("offer_made", case["number"])  # the inbox does not wait for the mail server

    tried = 0
    for moment in WEEKEND:
        tried = wait_until(lambda before=tried: tries(lawyer, before), PATIENCE, f"a try after {tried}")  # type: ignore[misc]
        network.goes_on_to(at(moment))
    tries_of_weekend = wait_until(lambda: tries(lawyer, tried), PATIENCE, "the last try of the weekend")
    assert mailbox.messages == []

    mailbox.greeting = ALIVE
    network.goes_on_to(at("2026-03-09 08:00"))
    wait_until(lambda: states(lawyer) == ["sent"], PATIENCE, "the mail to be sent")
    subjects = [subject(text) for _, recipient, text in mailbox.messages if recipient == "gu@firm.example"]
    assert len([one for one in subjects if one == offer["title"]["zh"]]) == 1
    attempts = deliveries(lawyer)[0]["attempts"]
    assert [one["outcome"] for one in attempts] == ["temporary"] * tries_of_weekend + ["sent"]

    network.goes_on_to(at("2026-03-09 12:00"))
    wait_until(lambda: states(lawyer) == ["sent"], PATIENCE, "the mail to stay sent")
    subjects = [subject(text) for _, _, text in mailbox.messages]
    assert subjects.count(offer["title"]["zh"]) == 1


def subject(text: str) -> str:
    return str(email.message_from_string(text, policy=email.policy.default)["Subject"])


def deliveries(who: Actor) -> list[dict[str, t.Any]]:
    """What was sent first; reminders of the offer may follow it."""
    return t.cast(list[dict[str, t.Any]], who.reads("/v1/deliveries")["items"])[-1:]


def states(who: Actor) -> list[str]:
    return [one["state"] for one in deliveries(who)]


def tries(who: Actor, more_than: int) -> int:
    """How many attempts have ended, once there are more; else 0."""
    ended = [one for delivery in deliveries(who) for one in delivery["attempts"] if one["ended_at"]]
    return len(ended) if len(ended) > more_than else 0
