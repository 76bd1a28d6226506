"""The toy platform's alpha on an in-memory database."""

import pytest

from chassis.settings import PlatformSettings
from chassis.testing import Bench
from tests.toy.platform import ALPHA, REGISTRY, VIEWS, Base


@pytest.fixture
def bench() -> Bench:
    return Bench("alpha", ALPHA, VIEWS, Base.metadata, PlatformSettings(attempts=3), REGISTRY)
