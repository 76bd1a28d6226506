"""Takes the leader of one quorum queue away and brings it back: what a broker that was killed may do by itself."""

from __future__ import annotations

import subprocess
import typing as t

import amqp.exceptions

from chassis import bus
from tests.infrastructure.private import PrivateServer, rabbitmq_script


def stop_leader(server: PrivateServer, queue: str) -> None:
    """The queue is there, and nobody answers for it."""
    evaluate(server, f"ok = ra:stop_server(quorum_queues, {_member(queue)}).")


def restart_leader(server: PrivateServer, queue: str) -> None:
    """What an operator does with a queue whose member does not run."""
    evaluate(server, f"ra:restart_server(quorum_queues, {_member(queue)}).")


def without_leader(url: str, queues: t.Iterable[str]) -> list[str]:
    """The queues for which the broker does not answer; one that nobody has declared yet has nothing to answer for."""
    found = []
    for queue in queues:
        connection = bus.connect(url)
        try:
            connection.channel().basic_get(queue)
        except amqp.exceptions.InternalError:
            found.append(queue)
        except amqp.exceptions.NotFound:
            pass
        finally:
            bus.close_quietly(connection)
    return found


def evaluate(server: PrivateServer, expression: str) -> str:
    """Let the broker's node evaluate Erlang; raises AssertionError with what it said."""
    command = [str(rabbitmq_script().with_name("rabbitmqctl")), "-q", "eval", expression]
    ended = subprocess.run(command, env=server.env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def _member(queue: str) -> str:
    return "{'%2F_" + queue + "', node()}"
