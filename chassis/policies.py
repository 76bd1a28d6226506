"""The limits of the mailboxes as a broker policy, for RabbitMQ's own tool to apply: nothing of it is an argument of a
queue, so every limit can be changed while the platform runs.

A message that was delivered again and again without an answer goes to the queue of unroutable messages, where it stays
visible; a full mailbox refuses what comes, which then waits in its sender's outbox.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import typing as t
from urllib.parse import unquote, urlsplit

from chassis.errors import StartError
from chassis.settings import PlatformSettings

DELIVERIES = 50
MOST_MESSAGES = 1_000_000


def policy(options: PlatformSettings, services: t.Sequence[str]) -> dict[str, t.Any]:
    """The policy in the form of RabbitMQ's definitions; ``options`` say namespace and virtual host."""
    prefix = f"{options.namespace}." if options.namespace else ""
    return {
        "vhost": vhost(options.bus_url),
        "name": f"{prefix}aidbus-mailboxes",
        "pattern": f"^{re.escape(prefix)}({'|'.join(sorted(services))})\\.[a-z0-9]",
        "apply-to": "queues",
        "priority": 10,
        "definition": {
            "delivery-limit": DELIVERIES,
            "dead-letter-exchange": f"{prefix}aidbus.unroutable",
            "dead-letter-strategy": "at-least-once",
            "overflow": "reject-publish",
            "max-length": MOST_MESSAGES,
        },
    }


def command(wanted: t.Mapping[str, t.Any]) -> list[str]:
    """The command line that sets it."""
    place = ["-p", wanted["vhost"], "--apply-to", wanted["apply-to"], "--priority", str(wanted["priority"])]
    return ["rabbitmqctl", "set_policy", *place, wanted["name"], wanted["pattern"], json.dumps(wanted["definition"])]


def apply(wanted: t.Mapping[str, t.Any]) -> None:
    """Set it with ``rabbitmqctl`` on this machine; raises StartError that says what to do instead."""
    program = shutil.which("rabbitmqctl") or shutil.which("rabbitmqctl", path="/usr/sbin:/sbin")
    if program is None:
        raise StartError("there is no rabbitmqctl here: run the line that `aidbus policies show` prints on the broker")
    done = subprocess.run([program, *command(wanted)[1:]], capture_output=True, text=True, timeout=60)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        reason = next((line for line in lines if line.startswith("Error")), lines[0])
        raise StartError(f"rabbitmqctl could not set the policy: {reason.strip()[:200]}; run it as the broker's user")


def vhost(bus_url: str) -> str:
    """The virtual host that an AMQP address names."""
    path = urlsplit(bus_url).path
    return unquote(path[1:]) or "/"
