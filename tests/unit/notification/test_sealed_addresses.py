"""How people are reached, and the secrets of their front ends, are sealed: at rest, after an upgrade, under a new key."""

from __future__ import annotations

import typing as t
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from sqlalchemy import text

from chassis.database import Database
from chassis.errors import StartError
from chassis.migrations import migrate
from chassis.testing import Bench
from chassis.vault import Vault
from services.intake.commands import rotate_data
from services.notification.channels.webhook import new_secret
from services.notification.models import Endpoint, Person
from services.notification.settings import NotificationSettings
from tests.infrastructure.revisions import bring_to
from tests.unit.notification.conftest import KEY, WOMEN, caller, staff
from tests.unit.notification.test_lanes import SENT, Post, deliveries, lane, overdue, person_with

PHONE, MAIL, HOOK = "13912345678", "li.mei@example.cn", "https://front.example/hook"
SECRET, OLD_SECRET, ROBOT = new_secret(), new_secret(), "robot-key-693a91f6"


def reach_somebody(bench: Bench) -> UUID:
    """A colleague with a number, a mail address and a robot, and a front end whose secret was changed."""
    event = staff("officer", WOMEN, phone=PHONE, email=MAIL)
    bench.handle("intake.staff_registered.v1", event)
    robot = {"channel": "dingtalk", "address": ROBOT, "secret": SECRET}
    bench.handle("notification.register_endpoint.v1", robot, principal=caller(event["person"]))
    liaison = caller(None, "liaison", WOMEN)
    hook = {"channel": "webhook", "address": HOOK, "secret": OLD_SECRET}
    row = bench.handle("notification.register_endpoint.v1", hook, principal=liaison)
    assert row is not None
    change = {"endpoint": row["id"], "secret": SECRET, "version": row["version"]}
    bench.handle("notification.change_endpoint.v1", change, principal=liaison)
    return t.cast(UUID, event["person"])


def everything(database: Database) -> str:
    """All that stands in the two tables."""
    with database.session() as session:
        return str([session.execute(text(f"SELECT * FROM {name}")).all() for name in ("people", "endpoints")])


def test_a_copy_of_the_database_shows_no_address_and_no_secret(bench: Bench) -> None:
    person = reach_somebody(bench)
    at_rest = everything(bench.database)
    assert not [one for one in (PHONE, MAIL, HOOK, SECRET, OLD_SECRET, ROBOT) if one in at_rest]
    mine = bench.query("notification.endpoints", {}, caller(person))["items"]
    assert {one["address"] for one in mine} == {"li***@example.cn", "139****5678", "rob****91f6"}


def test_postgresql_is_refused_without_keys() -> None:
    with pytest.raises(StartError, match="AIDBUS_DATA_KEYS"):
        NotificationSettings(database_url="postgresql+psycopg://x/{service}")


def test_an_address_that_no_key_opens_holds_up_no_other(reach: Bench) -> None:
    locked, fine = person_with(reach, email="a@example.cn"), person_with(reach, email="b@example.cn")
    with reach.session() as session:
        for row in session.query(Endpoint).filter_by(person=locked):
            row.address_sealed = Vault([Fernet.generate_key().decode()]).seal("a@example.cn")
    overdue(reach, locked, fine)
    post = Post(SENT)
    lane(reach, "email", post).step()
    assert [letter.address for letter in post.letters] == ["b@example.cn"]
    assert [one["state"] for one in deliveries(reach, fine)] == ["sent"]
    (waiting,) = deliveries(reach, locked)
    assert (waiting["state"], waiting["reason"]) == ("pending", "the address cannot be opened with the present keys")


def test_addresses_are_brought_under_the_newest_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = Fernet.generate_key().decode()
    monkeypatch.setenv("AIDBUS_DATABASE_URL", f"sqlite:///{tmp_path}/{{service}}.db")
    monkeypatch.setenv("AIDBUS_DATA_KEYS", f"{new},{KEY}")
    database = before(f"sqlite:///{tmp_path}/notification.db", monkeypatch)
    migrate("services.notification", database)
    done = CliRunner().invoke(rotate_data)
    assert done.exit_code == 0, done.output
    assert "endpoints: 1 rows sealed anew" in done.output
    assert "people: 1 rows sealed anew" in done.output
    with database.session() as session:
        hook, person = session.query(Endpoint).one(), session.query(Person).one()
        sealed = (hook.address_sealed, hook.secret_sealed, hook.old_secret_sealed, person.email_sealed)
        assert [Vault([new]).open(one) for one in sealed] == [HOOK, SECRET, OLD_SECRET, MAIL]
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.broker)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/notification.db"
    return str(request.getfixturevalue("databases").create(f"sealed_addresses_{uuid4().hex[:6]}"))


PERSON = (
    "INSERT INTO people (id, organization, role, name, phone, email, as_of) "
    "VALUES (:id, 'center', 'officer', 'x', :phone, :email, '2026-03-02 01:30:00')"
)
ENDPOINT = (
    "INSERT INTO endpoints (id, organization, channel, address, secret, old_secret, state, created_at, version, answers) "
    "VALUES (:id, 'center', 'webhook', :address, :secret, :old, 'active', '2026-03-02 01:30:00', 1, :no)"
)


def before(url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database as it was until 0005: everything stands in the clear; then upgraded under KEY."""
    database = Database(url)
    bring_to("0005", "services.notification", database)
    key = uuid4() if "postgresql" in url else uuid4().hex
    with database.engine.begin() as connection:
        connection.execute(text(PERSON), {"id": key, "phone": PHONE, "email": MAIL})
        hook = {"address": HOOK, "secret": SECRET, "old": OLD_SECRET, "no": False}
        connection.execute(text(ENDPOINT), {"id": key, **hook})
    with monkeypatch.context() as patched:
        patched.setenv("AIDBUS_DATA_KEYS", KEY)
        bring_to("head", "services.notification", database)
    return database


def test_what_stood_in_the_clear_is_sealed_by_the_upgrade_and_can_be_brought_back(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIDBUS_DATA_KEYS", KEY)
    database = before(url, monkeypatch)
    clear = (PHONE, MAIL, HOOK, SECRET, OLD_SECRET)
    assert not [one for one in clear if one in everything(database)]
    with database.session() as session:
        hook, person = session.query(Endpoint).one(), session.query(Person).one()
        sealed = (person.phone_sealed, person.email_sealed, hook.address_sealed, hook.secret_sealed)
        assert [Vault([KEY]).open(one) for one in (*sealed, hook.old_secret_sealed)] == list(clear)
    bring_to("0005", "services.notification", database, down=True)
    assert all(one in everything(database) for one in clear)
    database.close()
