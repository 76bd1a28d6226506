"""The running service: from an event on the bus to a real mail server and a real front end, one lane per channel."""

from __future__ import annotations

import email
import email.policy
import typing as t
from pathlib import Path
from uuid import uuid4

import eventlet
import orjson
import pytest
from nameko.containers import ServiceContainer
from sqlalchemy import select

from chassis import organizations, outbox
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.migrations import migrate
from chassis.platform import Process
from chassis.vault import Vault
from contracts.registry import REGISTRY
from services.notification.channels.webhook import new_secret
from services.notification.models import Delivery, Endpoint
from services.notification.service import NotificationService
from tests.infrastructure.backends import DATA_KEY
from tests.infrastructure.waiting import wait_until
from tests.integration.notification import servers
from tests.unit.notification.conftest import NOW, WOMEN, mark, staff, task

VAULT = Vault([DATA_KEY])


class Running:
    """The service in a container of its own on the given backend."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.process = Process(environ=environ)
        self.container = ServiceContainer(NotificationService, config=self.process.config())
        provider = next(one for one in self.container.dependencies if type(one).__name__ == "Platform")
        provider.setup()
        self.platform = provider
        migrate("services.notification", provider.database)
        with provider.database.session() as session:
            organizations.register(session, WOMEN, "市妇联", None, "womens_federation", now=provider.clock.now())

    def say(self, message_type: str, data: dict[str, t.Any]) -> None:
        """An event as another service would say it, through this service's own outbox and the bus."""
        now = self.platform.clock.now()
        envelope = Envelope(new_id(), message_type, "/test", WOMEN, now, REGISTRY.dump(message_type, data))
        with self.platform.database.session() as session:
            outbox.write(session, [outbox.row_for(envelope, REGISTRY, now)], None, None)
        self.platform.relay.wake()

    def states(self, channel: str) -> list[str]:
        with self.platform.database.session() as session:
            return list(session.scalars(select(Delivery.state).where(Delivery.channel == channel)))


@pytest.fixture
def running(backend: t.Any, certificate: tuple[Path, Path], web: servers.Web) -> t.Iterator[t.Any]:
    backend.create("notification")
    with servers.mail(certificate) as mailbox:
        environ = {
            **backend.environment(),
            "AIDBUS_CHANNELS": "email,webhook",
            "AIDBUS_LANE_SWEEP_SECONDS": "0.05",
            "AIDBUS_SMTP_PORT": str(mailbox.port),
            "AIDBUS_SMTP_USER": "aid",
            "AIDBUS_SMTP_PASSWORD": "secret",
            "AIDBUS_SMTP_AUTHORITIES": str(certificate[0]),
            "AIDBUS_SMTP_SENDER": "aid@center.example",
            "AIDBUS_WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
        }
        service = Running(environ)
        service.container.start()
        yield service, mailbox, web
        service.container.stop()


def test_an_overdue_task_reaches_mail_server_and_front_end_once(running: t.Any) -> None:
    service, mailbox, web = running
    person = staff("officer", WOMEN, email="li@example.cn")
    with service.platform.database.session() as session:
        hook = Endpoint(id=uuid4(), organization=WOMEN, channel="webhook")
        hook.address_sealed, hook.secret_sealed = VAULT.seal(web.url), VAULT.seal(new_secret())
        hook.state, hook.created_at, hook.version = "active", NOW, 1
        session.add(hook)
    service.say("intake.staff_registered.v1", person)
    wait_until(lambda: endpoint_of(service, "email"), 20, "the person's mail address")
    service.say("supervision.deadline_overdue.v1", mark(task(), [person["person"]]))
    wait_until(lambda: mailbox.messages and web.requests, 30, "mail and webhook")
    wait_until(lambda: service.states("email") == service.states("webhook") == ["sent"], 10, "both are recorded")
    eventlet.sleep(0.3)
    ((_, recipient, text),) = mailbox.messages
    assert recipient == "li@example.cn"
    assert "已逾期" in email.message_from_string(text, policy=email.policy.default)["Subject"]
    (request,) = web.requests
    assert orjson.loads(request.body)["data"]["kind"] == "deadline_overdue"


def test_a_mail_server_that_never_answers_does_not_delay_the_front_end(running: t.Any) -> None:
    service, mailbox, web = running
    people = [staff("officer", WOMEN, email=f"p{number}@example.cn") for number in range(5)]
    release = eventlet.event.Event()
    with service.platform.database.session() as session:
        hook = Endpoint(id=uuid4(), organization=WOMEN, channel="webhook")
        hook.address_sealed, hook.secret_sealed = VAULT.seal(web.url), VAULT.seal(new_secret())
        hook.state, hook.created_at, hook.version = "active", NOW, 1
        session.add(hook)
    provider = next(one for one in service.container.dependencies if type(one).__name__ == "Lanes")
    mail_lane = next(one for one in provider.lanes if one.way.name == "email")
    really_send = mail_lane.send
    mail_lane.send = lambda letter: (release.wait(), really_send(letter))[1]
    for person in people:
        service.say("intake.staff_registered.v1", person)
    wait_until(lambda: len(endpoint_of(service, "email")) == 5, 20, "the persons' mail addresses")
    service.say("supervision.deadline_overdue.v1", mark(task(), [person["person"] for person in people]))
    wait_until(lambda: len(web.requests) == 5, 30, "the front end has everything")
    assert mailbox.messages == []
    release.send()
    wait_until(lambda: service.states("email") == ["sent"] * 5, 30, "the mails follow")


def test_a_stop_lets_what_is_under_way_end_and_writes_it_down(running: t.Any) -> None:
    service, mailbox, _ = running
    person, release = staff("officer", WOMEN, email="li@example.cn"), eventlet.event.Event()
    provider = next(one for one in service.container.dependencies if type(one).__name__ == "Lanes")
    lane = next(one for one in provider.lanes if one.way.name == "email")
    really_send, begun = lane.send, []
    lane.send = lambda letter: (begun.append(letter), release.wait(), really_send(letter))[2]
    service.say("intake.staff_registered.v1", person)
    wait_until(lambda: endpoint_of(service, "email"), 20, "the person's mail address")
    service.say("supervision.deadline_overdue.v1", mark(task(), [person["person"]]))
    wait_until(lambda: begun, 30, "the mail to be under way")
    stopping = eventlet.spawn(provider.stop)
    eventlet.sleep(0.1)
    assert not stopping.dead, "it did not wait"
    release.send()
    stopping.wait()
    assert len(mailbox.messages) == 1
    assert service.states("email") == ["sent"]


def endpoint_of(service: Running, channel: str) -> list[t.Any]:
    with service.platform.database.session() as session:
        return list(session.scalars(select(Endpoint.id).where(Endpoint.channel == channel)))
