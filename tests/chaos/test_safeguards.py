"""Each safeguard of the platform is switched off once, and a test that stands for it must fail."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.chaos.sabotage import SAFEGUARDS
from tests.infrastructure.backends import Broker, Databases
from tests.infrastructure.servers import plain_dsn


@pytest.mark.parametrize("safeguard", SAFEGUARDS)
def test_with_a_safeguard_switched_off_its_test_fails(safeguard: str, broker: Broker, databases: Databases) -> None:
    _, test = SAFEGUARDS[safeguard]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.chaos.sabotage", "-p", "no:cacheprovider", test]
    environ = {
        **os.environ,
        "AIDBUS_TEST_WITHOUT": safeguard,
        "AIDBUS_TEST_AMQP_URL": broker.server.url,
        "AIDBUS_TEST_POSTGRES_URL": plain_dsn(databases.server.url),
    }
    environ.pop("AIDBUS_TEST_FORCE_PRIVATE", None)  # those of this run are good enough
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, f"it did not fail without: {safeguard}\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
    assert f"FAILED {test}" in done.stdout, f"something else went wrong:\n{done.stdout[-3000:]}"
