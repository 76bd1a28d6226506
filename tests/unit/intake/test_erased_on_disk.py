"""What was erased stands nowhere in the bytes of an SQLite database, where freed space is not empty by itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import delete

from chassis import dead_letters, outbox, tables
from chassis.database import Database
from chassis.envelope import Envelope
from tests.unit.intake.conftest import MA, Desk
from tests.unit.intake.test_people import closed

NAME, PHONE, WORDS = "马兰花", "13912345678", "丈夫遗弃，请求离婚。" * 400
SECRETS = [text.encode() for text in (NAME, PHONE, MA, WORDS[:10])]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(Database(f"sqlite:///{tmp_path / 'intake.sqlite'}"))
    made.network()
    return made


def test_after_an_erasure_no_byte_of_the_file_or_its_log_names_the_person(desk: Desk, tmp_path: Path) -> None:
    applicant = {"name": NAME, "identity_number": MA, "phone": PHONE}
    filed, bench = desk.file(applicant=applicant, statement=WORDS), desk.bench
    form = {"station": "fengquan", "applicant": applicant, "recipient_group": "woman", "matter": "other"}
    again = bench.envelope("intake.file_application.v1", {**form, "statement": WORDS})
    with bench.session() as session:
        dead_letters.keep(session, again.encode(), "x", "", bench.clock.now(), again)
    _send(desk, again)
    assert all(secret in _bytes(tmp_path) for secret in SECRETS)

    closed(desk, filed)
    bench.clock.set(bench.clock.now() + dt.timedelta(days=3651))
    desk.do("erase_person", person=filed["person"], reason="保管期满")
    bench.database.forget_freed()
    assert [secret.decode() for secret in SECRETS if secret in _bytes(tmp_path)] == []


def _send(desk: Desk, message: Envelope) -> None:
    """A row of the outbox that was relayed: written, and deleted by the next transaction."""
    with desk.bench.session() as session:
        outbox.write(session, [outbox.retry_row(message, "intake", desk.bench.clock.now(), 1)], None, None)
    with desk.bench.session() as session:
        session.execute(delete(tables.outbox))


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
