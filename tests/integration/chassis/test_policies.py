"""The operator's command sets the policy on a real broker, and the mailboxes obey it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from amqp.basic_message import Message

from chassis import bus, operations, policies
from chassis.topology import QUORUM
from tests.infrastructure.backends import Backend, Broker
from tests.infrastructure.waiting import wait_until
from tests.toy.driver import Toy


def test_the_policy_that_the_command_sets_is_that_of_the_mailboxes(rabbitmq: Backend, broker: Broker) -> None:
    private = broker.server.private.env if broker.server.private else {}
    environ = {**os.environ, **private, **rabbitmq.environment()}
    aidbus = [sys.executable, "-m", "chassis", "policies"]
    shown = subprocess.run([*aidbus, "show", "--json"], env=environ, capture_output=True, text=True, timeout=60)
    (wanted,) = json.loads(shown.stdout)["policies"]
    done = subprocess.run([*aidbus, "apply"], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"set {wanted['name']} in the virtual host {wanted['vhost']}")

    toy = Toy(rabbitmq, ["center"])
    try:
        toy.start()
        toy.deposit(1)
        toy.wait_heard([1])

        def kept() -> bool:
            ctl = ["rabbitmqctl", "-q", "list_policies", "-p", wanted["vhost"], "--formatter", "json"]
            listed = json.loads(subprocess.run(ctl, env=environ, capture_output=True, text=True, timeout=60).stdout)
            found = next(one for one in listed if one["name"] == wanted["name"])
            return json.loads(found["definition"]) == wanted["definition"] and found["pattern"] == wanted["pattern"]

        wait_until(kept, 20, "the policy on the broker")
        toy.deposit(2)
        toy.wait_heard([2])
    finally:
        toy.end()
        clear = ["rabbitmqctl", "-q", "clear_policy", "-p", wanted["vhost"], wanted["name"]]
        subprocess.run(clear, env=environ, capture_output=True, timeout=60)


def test_whoever_looks_how_old_a_message_is_does_not_use_up_its_deliveries(
    rabbitmq: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "DELIVERIES", 4)
    queue = f"{rabbitmq.environment().get('AIDBUS_NAMESPACE', '')}looked-at"
    connection = bus.connect(rabbitmq.environment()["AIDBUS_BUS_URL"])
    channel = connection.channel()
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments={**QUORUM, "x-delivery-limit": 4})
    try:
        body = json.dumps({"time": "2026-01-01T00:00:00+00:00"}).encode()
        channel.basic_publish(Message(body, delivery_mode=2, message_id="one"), routing_key=queue)
        for _ in range(12):
            wait_until(lambda: operations._oldest_age(connection, queue) is not None, 10, "the message")
        wait_until(lambda: channel.queue_declare(queue, passive=True).message_count == 1, 10, "the message is back")
        found = channel.basic_get(queue)
        assert (found.body, found.properties["message_id"]) == (body, "one")
    finally:
        channel.queue_delete(queue)
        bus.close_quietly(connection)
