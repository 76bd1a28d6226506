"""A person's own inbox: reading, acknowledging, paging; and nobody else's."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest

from chassis import organizations
from chassis.errors import Rejected
from chassis.testing import Bench
from contracts.notification import QUERIES
from services.notification import repository
from services.notification.models import Person
from tests.unit.notification.conftest import NOW, WOMEN, caller, inbox, staff, task

ACKNOWLEDGE = "notification.acknowledge.v1"
LIST = "notification.notifications"


def told(bench: Bench, person: UUID, times: int = 1) -> list[str]:
    for _ in range(times):
        bench.handle("supervision.task_opened.v1", task(assignees=[person]), organization=WOMEN)
    return [item["id"] for item in inbox(bench, person)]


def test_reading_keeps_the_first_time_and_acknowledging_reads_too(bench: Bench) -> None:
    person = uuid4()
    (one,) = told(bench, person)
    first = bench.handle(ACKNOWLEDGE, {"notification": one, "state": "read"}, principal=caller(person))
    assert first is not None
    assert (first["read_at"], first["acknowledged_at"]) == (NOW.isoformat(), None)
    bench.clock.move(hours=1)
    second = bench.handle(ACKNOWLEDGE, {"notification": one, "state": "acknowledged"}, principal=caller(person))
    assert second is not None
    assert second["read_at"] == NOW.isoformat()
    assert second["acknowledged_at"] == (NOW + dt.timedelta(hours=1)).isoformat()


@pytest.mark.parametrize("role", ["center_admin", "center_staff", "liaison", "lawyer", "auditor"])
def test_somebody_elses_notification_is_answered_like_one_that_does_not_exist(bench: Bench, role: str) -> None:
    (one,) = told(bench, uuid4())
    for wanted in (one, str(uuid4())):
        for person in (uuid4(), None):
            with pytest.raises(Rejected) as refusal:
                bench.handle(ACKNOWLEDGE, {"notification": wanted}, principal=caller(person, role))
            assert refusal.value.problem == "not-found"
            assert refusal.value.params == {"what": "notification"}


def test_unread_and_kind_filter_the_list(bench: Bench) -> None:
    person = uuid4()
    second, first = told(bench, person, 2)
    bench.handle(ACKNOWLEDGE, {"notification": first}, principal=caller(person))
    assert [item["id"] for item in inbox(bench, person, unread=True)] == [second]
    assert [item["id"] for item in inbox(bench, person, unread=False)] == [first]
    assert inbox(bench, person, kind="subsidy_paid") == []
    assert len(inbox(bench, person, kind="task_opened")) == 2


def test_pages_follow_each_other_newest_first_without_gap_or_repetition(bench: Bench) -> None:
    person = uuid4()
    everything = told(bench, person, 5)
    seen: list[str] = []
    after = None
    while True:
        answer = bench.query(LIST, {"limit": 2, "after": after}, caller(person))
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = UUID(answer["next"])
    assert seen == everything
    assert seen == sorted(seen, reverse=True)


def test_the_answer_fits_its_contract(bench: Bench) -> None:
    person = uuid4()
    told(bench, person, 2)
    params = QUERIES[LIST][0]().load({"limit": 1})
    answer = bench.query(LIST, params, caller(person))
    assert QUERIES[LIST][1]().validate(answer) == {}
    assert answer["unread"] == 2


def test_the_administrator_and_the_auditor_may_read_another_persons_list_and_nobody_else_may(bench: Bench) -> None:
    person = uuid4()
    told(bench, person)
    for role in ("center_admin", "auditor"):
        assert len(bench.query(LIST, {"person": person}, caller(None, role))["items"]) == 1
    for role in ("center_staff", "liaison", "lawyer"):
        with pytest.raises(Rejected, match="forbidden"):
            bench.query(LIST, {"person": person}, caller(uuid4(), role))
    assert len(bench.query(LIST, {"person": person}, caller(person, "lawyer"))["items"]) == 1


def test_a_credential_of_no_person_must_name_one(bench: Bench) -> None:
    with pytest.raises(Rejected, match="no-person"):
        bench.query(LIST, {}, caller(None, "center_admin"))


def test_an_older_word_about_a_person_does_not_overwrite_a_newer_one(bench: Bench) -> None:
    event = staff("officer")
    older = bench.envelope("intake.staff_registered.v1", {**event, "role": "liaison"})
    bench.clock.move(days=1)
    newer = bench.envelope("intake.staff_registered.v1", {**event, "name": "李梅梅", "phone": "13800000000"})
    bench.deliver(newer)
    bench.deliver(older)
    with bench.session() as session:
        row = session.get(Person, event["person"])
        assert row is not None
        assert (row.name, row.role, bench.settings.vault.open(row.phone_sealed)) == ("李梅梅", "officer", "13800000000")


def test_a_lawyer_is_a_person_of_the_center_who_holds_no_staff_post(bench: Bench) -> None:
    lawyer = uuid4()
    event = {
        "lawyer": lawyer,
        "name": "张伟",
        "firm_name": "正大律师事务所",
        "standing_for": [],
        "email": "z@example.cn",
    }
    bench.handle("assignment.lawyer_registered.v1", event)
    with bench.session() as session:
        row = session.get(Person, lawyer)
        assert row is not None
        assert (row.organization, row.role, bench.settings.vault.open(row.email_sealed)) == (
            "center",
            "lawyer",
            "z@example.cn",
        )


def test_a_registered_organization_opens_its_mailbox(bench: Bench) -> None:
    event = {"code": WOMEN, "name": "市妇女联合会", "name_en": None, "kind": "womens_federation"}
    bench.handle("intake.organization_registered.v1", event)
    bench.handle("intake.organization_registered.v1", {**event, "name_en": "Women's Federation"})
    with bench.session() as session:
        assert organizations.codes(session) == ["center", WOMEN]
        assert repository.place_names(session, WOMEN, None)["en"]["organization_name"] == "Women's Federation"
