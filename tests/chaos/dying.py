"""A process of the platform that kills itself at a failpoint, and how a test sees that it did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from chassis import bus
from chassis.topology import Topology
from contracts.registry import REGISTRY
from tests.infrastructure.waiting import wait_until
from tests.stories.network import Network


def spawn_to_die(network: Network, service: str, failpoint: str) -> subprocess.Popen[bytes]:
    """One more process of a service, with a failpoint armed."""
    command = [sys.executable, "-m", "chassis", "serve", service]
    return subprocess.Popen(command, env={**os.environ, **network.environ, "AIDBUS_FAILPOINT": failpoint})


def dies(child: subprocess.Popen[bytes]) -> None:
    """Wait until it killed itself."""
    wait_until(lambda: child.poll() is not None, 40, "the process to reach its failpoint")
    assert child.returncode == -signal.SIGKILL


def consumers(network: Network, organization: str) -> int:
    """How many processes consume supervision's mailbox of an organization."""
    connection = bus.connect(network.environ["AIDBUS_BUS_URL"], timeout=5)
    try:
        mailbox = Topology(network.environ["AIDBUS_NAMESPACE"], REGISTRY).mailbox("supervision", organization)
        return int(connection.channel().queue_declare(mailbox, passive=True).consumer_count)
    finally:
        bus.close_quietly(connection)
