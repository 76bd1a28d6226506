"""After a person's erasure the words about their applications are gone; who was told what kind of thing stays."""

from __future__ import annotations

import typing as t
from uuid import uuid4

from sqlalchemy import select

from chassis import dead_letters
from chassis.testing import Bench
from services.notification.models import Base, Vacancy
from tests.unit.notification.conftest import NOW, WOMEN, caller, case, inbox, staff

REASON = "欧阳忘忧的申请不属于援助范围"


def refused(bench: Bench, **changes: t.Any) -> dict[str, t.Any]:
    about = {name: value for name, value in case(**changes).items() if name not in ("case", "case_number")}
    event = {**about, "refused_at": NOW, "reasons": [REASON]}
    bench.handle("intake.application_refused.v1", event, organization=WOMEN)
    return event


def erase(bench: Bench, *events: dict[str, t.Any]) -> None:
    data = {"person": uuid4(), "applications": [one["application"] for one in events], "erased_at": NOW}
    bench.handle("intake.person_erased.v1", data, organization=WOMEN)


def everything(bench: Bench) -> str:
    with bench.database.engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        return "\n".join(str(tuple(row)) for table in tables for row in connection.execute(select(table)))


def test_the_reasons_of_a_refusal_are_gone_in_every_language_and_in_the_centers_own_words(reach: Bench) -> None:
    liaison = staff("liaison", WOMEN, station="fengquan")
    reach.handle("intake.staff_registered.v1", liaison, organization=WOMEN)
    own = "{{ application_number }}\n\n{{ reasons | join('；') }}"
    template = {"kind": "application_refused", "language": "zh", "source": own}
    reach.handle("notification.set_template.v1", template, principal=caller(uuid4(), "center_admin"))
    event, other = refused(reach), refused(reach, application_number="A2026-00002")
    assert everything(reach).count(REASON) >= 4
    erase(reach, event)
    erase(reach, event)
    items = {item["number"]: item for item in inbox(reach, liaison["person"])}
    assert items["A2026-00001"]["text"] == {"zh": "（已删除）", "en": "(erased)"}
    assert items["A2026-00001"]["title"]["zh"] == "A2026-00001"
    assert REASON in items["A2026-00002"]["text"]["zh"], "another person's refusal stays as it was told"
    erase(reach, other)
    assert REASON not in everything(reach)


def test_what_waits_for_a_post_that_nobody_holds_is_dropped(bench: Bench) -> None:
    event, other = refused(bench), refused(bench, application_number="A2026-00002")
    erase(bench, event)
    with bench.session() as session:
        waiting = session.scalars(select(Vacancy)).all()
    assert [one.data["application"] for one in waiting] == [str(other["application"])]


def test_a_dead_letter_about_the_application_is_emptied(bench: Bench) -> None:
    event = refused(bench)
    letter = bench.envelope("intake.application_refused.v1", event)
    with bench.session() as session:
        kept = dead_letters.keep(session, letter.encode(), "x", "", NOW, letter)
    erase(bench, event)
    with bench.session() as session:
        row = dead_letters.find(session, kept)
    assert (row.state, REASON.encode() in row.body) == ("discarded", False)
