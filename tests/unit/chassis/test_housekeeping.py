"""What is tidied up every hour holds up nobody meanwhile."""

from __future__ import annotations

import datetime as dt
import typing as t
from functools import partial

import pytest

from chassis import inbox, platform
from chassis.clock import MovableClock
from chassis.database import Database
from chassis.ids import new_id
from chassis.settings import PlatformSettings
from chassis.tables import metadata
from tests.toy.platform import REGISTRY


def test_between_two_pieces_of_old_message_ids_others_have_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database("sqlite://")
    metadata.create_all(database.engine)
    alpha: t.Any = platform.Platform(PlatformSettings, REGISTRY)
    alpha.database, alpha.clock, alpha.settings, alpha._stopping = database, MovableClock(), PlatformSettings(), False
    with database.session() as session:
        inbox.claim(session, [(new_id(), 1), (new_id(), 1)], alpha.clock.now() - dt.timedelta(days=9))
    left = []

    def look(seconds: float) -> None:
        assert t.cast(t.Any, database.engine.pool).checkedout() == 0
        with database.session() as session:
            left.append(inbox.size(session))
        alpha._stopping = seconds > 0

    monkeypatch.setattr(inbox, "forget", partial(inbox.forget, limit=1))
    monkeypatch.setattr("eventlet.sleep", look)
    alpha._keep_house()
    database.close()
    assert left == [1, 0, 0]
