"""Figures are a function of what was heard: kept in any order and with repetitions, or made anew, they are the same."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Rejected
from services.supervision import ledger, rebuild
from services.supervision.domain import figures
from services.supervision.domain.figures import Heard
from services.supervision.models import Base, FactRow, LedgerRow, Rollup
from tests.unit.supervision.conftest import ZONE, Network, caller, local
from tests.unit.supervision.test_by_hand import CENTER, finish_visit
from tests.unit.supervision.test_views import golden_case, record

Said = tuple[str, dict[str, t.Any]]
HERE = {"organization": "womens-federation", "station": "fengquan"}
THERE = {"organization": "trade-union", "station": "hebin"}


def story(number: int, way: str) -> list[Said]:
    """What is said about one application that goes one of several ways."""
    application, case = UUID(int=number), UUID(int=10_000 + number)
    moment = local("2026-01-30T10:00") + timedelta(days=17 * number)
    about = {"application": application, "application_number": f"A-{number}", **HERE}
    about |= {"recipient_group": "woman", "form_of_aid": "civil_litigation", "matter": "marriage_family"}

    def said(name: str, days: int, **data: t.Any) -> Said:
        values = {key: moment + timedelta(days=days) if value == "then" else value for key, value in data.items()}
        return name, {**about, **values}

    judged = {"urgency": "normal", "eligibility": "eligible", "reasons": [], "duplicates": []}
    told = [said("intake.application_received.v1", 0, received_at="then", **judged)]
    if way == "withdrawn":
        return [*told, said("intake.application_withdrawn.v1", 2, withdrawn_at="then")]
    if way == "referred":
        gone = {"from_organization": about["organization"], "from_station": about["station"], **THERE}
        told.append(said("intake.application_referred.v1", 1, referred_at="then", **gone))
        about |= THERE
    if way in ("refused", "overturned"):
        told.append(said("intake.application_refused.v1", 3, refused_at="then", reasons=["no"]))
    if way == "refused":
        return told
    if way == "overturned":
        told.append(said("intake.objection_filed.v1", 5, objected_at="then"))
        told.append(said("intake.objection_decided.v1", 8, outcome="overturned", decided_at="then"))
    party = {"side": "aided", "name": "马", "kind": "person"}
    told.append(
        said("intake.application_granted.v1", 8, granted_at="then", urgency="normal", facts=[], parties=[party])
    )
    about |= {"case": case, "case_number": f"C-{number}"}
    lawyer = {"lawyer": UUID(int=7), "lawyer_name": "李", "firm_name": "德恒"}
    for days in (9, 41) if way == "replaced" else (9,):
        told.append(said("assignment.offer_accepted.v1", days, offer=uuid4(), assigned_at="then", **lawyer))
    sums = {"amounts": [{"kind": "pay", "fen": 500}], "recovered_fen": 500, "loss_avoided_fen": 0}
    ended = moment + timedelta(days=60)
    over = {"lawyer": lawyer["lawyer"], "outcome": "won", "ended_on": ended.date(), "ended_at": ended, **sums}
    told.append(said("assignment.case_ended.v1", 60, **over))
    check = {"lawyer": lawyer["lawyer"], "grade": "excellent", "checked_at": "then"}
    return [*told, said("assignment.closing_file_checked.v1", 80, **check)]


def service(number: int) -> Said:
    data = {"service": UUID(int=50_000 + number), "kind": "advice", "channel": "window", "persons": number + 1, **HERE}
    data |= {"recipient_group": "woman", "guided_to_apply": number % 2 == 0, "on": date(2026, 3, 1) + timedelta(number)}
    return "intake.service_recorded.v1", data


WAYS = ("withdrawn", "referred", "refused", "overturned", "replaced", "plain")


@st.composite
def told_anyhow(draw: t.Any) -> tuple[list[Said], list[Said]]:
    """What was said in order, and the same shuffled, some of it said again by another message."""
    ways = draw(st.lists(st.sampled_from(WAYS), min_size=1, max_size=3))
    ordered = [one for number, way in enumerate(ways) for one in story(number, way)]
    ordered += [service(number) for number in range(draw(st.integers(0, 3)))]
    again = draw(st.lists(st.sampled_from(ordered), max_size=4))
    return ordered, draw(st.permutations([*ordered, *again]))


def hear(network: Network, said: Sequence[Said]) -> None:
    for message_type, data in said:
        network.bench.handle(message_type, data, organization=data["organization"])


def kept(network: Network) -> tuple[list[t.Any], list[t.Any]]:
    """All facts and all sums; of limits nothing, for tasks follow the order of their acts."""
    with network.bench.session() as session:
        return kept_in(session)


def kept_in(session: t.Any) -> tuple[list[t.Any], list[t.Any]]:
    facts = session.execute(select(*FactRow.__table__.columns).order_by(FactRow.source, FactRow.measure)).all()
    sums = session.execute(select(*Rollup.__table__.columns).where(Rollup.value != 0)).all()
    return [tuple(fact) for fact in facts if not fact.measure.startswith("deadlines_")], sorted(map(tuple, sums))


@pytest.fixture(scope="module")
def books() -> t.Iterator[Database]:
    """The tables alone: what a handler does besides counting is not looked at here."""
    database = Database("sqlite://")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.mark.slow
@settings(max_examples=settings().max_examples * 2 // 5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told_anyhow())
def test_figures_kept_in_any_order_and_with_repetitions_are_those_made_anew(books: Database, said: t.Any) -> None:
    ordered, anyhow = said
    seen = []
    for one in (ordered, anyhow):
        with books.session() as session:
            for table in (LedgerRow, FactRow, Rollup):
                session.query(table).delete()
            for message_type, data in one:
                ledger.hear(session, uuid4(), message_type, data, ZONE)
            seen.append(kept_in(session))
            assert not rebuild.check(session, ZONE)
            rebuild.rebuild(session, ZONE)
            assert kept_in(session) == seen[-1]
    assert seen[0] == seen[1]


@pytest.mark.slow
def test_messages_in_another_order_and_twice_count_the_same(network: Network) -> None:
    crooked = Network()
    ordered = [one for number, way in enumerate(WAYS) for one in story(number, way)]
    hear(network, ordered)
    hear(crooked, [*reversed(ordered), *ordered[::3]])
    assert kept(crooked)[0] == kept(network)[0]
    with crooked.bench.session() as session:
        assert not rebuild.check(session, ZONE)


@given(st.sampled_from(WAYS), st.randoms())
def test_what_is_counted_of_a_subject_depends_on_what_was_heard_and_not_on_the_order(way: str, random: t.Any) -> None:
    events = [Heard(uuid4(), name, figures.kept_of(name, data)) for name, data in story(1, way)]
    shuffled = [*events, *events[:2]]
    random.shuffle(shuffled)
    assert figures.fold(shuffled, ZONE) == figures.fold(events, ZONE)


def test_the_ledger_keeps_no_name_and_no_word_of_anybody() -> None:
    allowed = {"organization", "station", "recipient_group", "form_of_aid", "matter"}
    for way in WAYS:
        for name, data in story(1, way):
            assert "马" not in str(figures.kept_of(name, data)), name
            assert set(figures.kept_of(name, data)) <= allowed | {figures.RULES[name].day, *figures.RULES[name].needs}


def sums(network: Network, **asked: t.Any) -> dict[str, int]:
    asked = {"from": "2026-01-01", "to": "2026-12-31", **asked}
    return {name: value for name, value in network.ask("figures", **asked)["sums"].items() if value}


def test_a_refusal_that_the_bureau_overturned_is_no_refusal_any_more(network: Network) -> None:
    told = story(0, "overturned")
    hear(network, told[:2])
    assert sums(network)["refused"] == 1
    hear(network, told[2:])
    assert "refused" not in sums(network)
    assert (sums(network)["granted"], sums(network)["objections_overturned"]) == (1, 1)


def test_a_referred_application_counts_where_it_went_and_shows_where_it_came_from(network: Network) -> None:
    hear(network, story(0, "referred"))
    here, there = (sums(network, organization=one["organization"]) for one in (HERE, THERE))
    assert here == {"referred_out": 1}
    assert (there["referred_in"], there["applications"], there["granted"]) == (1, 1, 1)
    results = {row["result"]: row["sums"] for row in network.ask("figures", **YEAR)["results"]}
    assert (results["granted"]["applications"], results["won"]["cases"]) == (1, 1)


YEAR = {"from": "2026-01-01", "to": "2026-12-31"}


def test_a_case_that_changed_hands_is_one_case_of_the_day_it_was_first_taken(network: Network) -> None:
    hear(network, story(0, "replaced"))
    months = {row["month"]: row["sums"].get("cases") for row in network.ask("figures", **YEAR)["months"]}
    assert months == {"2026-01-01": None, "2026-02-01": 1, "2026-03-01": None, "2026-04-01": None}


def test_figures_by_form_matter_result_and_kind_of_money(network: Network) -> None:
    hear(network, [*story(0, "plain"), *story(1, "refused")])
    found = network.ask("figures", **YEAR)
    assert found["amounts"] == [{"kind": "pay", "fen": 500}]
    (form,), (matter,) = found["forms"], found["matters"]
    assert (form["form_of_aid"], form["sums"]["applications"]) == ("civil_litigation", 2)
    assert (matter["matter"], matter["sums"]["refused"]) == ("marriage_family", 1)
    narrowed = network.ask("figures", result="won", **YEAR)
    assert narrowed["sums"]["cases_won"] == 1
    assert narrowed["sums"]["refused"] == 0
    drilled = network.ask("facts", measure="cases_won", **YEAR)["items"]
    assert [(one["number"], one["result"], one["value"]) for one in drilled] == [("C-0", "won", 1)]


def test_a_limit_missed_then_met_by_a_reopened_visit_is_the_same_when_made_anew(network: Network) -> None:
    network.people()
    golden_case(network)
    network.bench.clock.move(days=40)
    network.tick()
    finish_visit(network, CENTER, satisfaction=2)
    task = network.task("return_visit")["id"]
    network.bench.handle("supervision.reopen_task.v1", {"task": task, "reason": "again"}, principal=CENTER)
    with network.bench.session() as session:
        assert not rebuild.check(session, ZONE)
    assert network.ask("figures")["satisfaction"] is None


def test_a_figure_that_was_tampered_with_is_found_and_mended(network: Network) -> None:
    golden_case(network)
    record(network)
    with network.bench.session() as session:
        session.query(FactRow).filter_by(measure="advice").update({"value": 99})
        session.query(Rollup).filter_by(measure="granted").delete()
    with network.bench.session() as session:
        found = rebuild.check(session, ZONE)
        assert found.facts == 2
        assert found.rollups > 0
        assert "advice = 99" in found.surplus[0]
        rebuild.rebuild(session, ZONE)
        assert not rebuild.check(session, ZONE)
    assert network.ask("figures")["sums"]["advice"] == 2


def test_a_ledger_of_many_chunks_is_gone_through_to_its_end(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "CHUNK", 3)
    hear(network, [service(number) for number in range(10)])
    with network.bench.session() as session:
        facts, _ = rebuild.rebuild(session, ZONE)
        assert not rebuild.check(session, ZONE)
    assert facts == 15
    assert sums(network)["advice"] == sum(range(1, 11))


@pytest.mark.broker
def test_on_postgresql_the_ledger_makes_the_same_figures(databases: t.Any) -> None:
    database = Database(databases.create(f"ledger_{uuid4().hex[:6]}"))
    small, large = Network(), Network(database)
    for network in (small, large):
        for number, way in enumerate(WAYS):
            hear(network, list(reversed(story(number, way))))
        with network.bench.session() as session:
            assert not rebuild.check(session, ZONE)
            rebuild.rebuild(session, ZONE)
            assert session.query(LedgerRow).count() == sum(len(story(n, way)) for n, way in enumerate(WAYS))
    assert kept(small)[0] == kept(large)[0]
    asked = {"from": "2026-01-15", "to": "2027-02-10"}
    assert small.ask("figures", **asked) == large.ask("figures", **asked)
    assert small.ask("comparison", **asked) == large.ask("comparison", **asked)
    database.close()


def test_figures_stand_beside_the_period_before_and_a_year_ago(network: Network) -> None:
    for day, persons in (("2025-11-03", 4), ("2026-10-05", 5), ("2026-11-02", 6)):
        record(network, on=date.fromisoformat(day), persons=persons)
    found = network.ask("comparison", **{"from": "2026-11-01", "to": "2026-11-30"})
    assert (found["previous"], found["year_before"]["from"]) == (
        {"from": "2026-10-01", "to": "2026-10-31"},
        "2025-11-01",
    )
    advice = next(row for row in found["items"] if row["measure"] == "advice")
    assert (advice["value"], advice["zh"]) == (6, "法律咨询（人次）")
    assert advice["previous"] == {"value": 5, "change": 1, "percent": 20.0}
    assert advice["year_before"] == {"value": 4, "change": 2, "percent": 50.0}
    cases = next(row for row in found["items"] if row["measure"] == "cases")
    assert cases["previous"] == {"value": 0, "change": 0, "percent": None}


def test_nobody_compares_or_narrows_beyond_their_own_sight(network: Network) -> None:
    hear(network, story(0, "plain"))
    stranger = caller("liaison", "trade-union")
    assert all(row["value"] == 0 for row in network.ask("comparison", stranger, **YEAR)["items"])
    assert network.ask("figures", stranger, result="won", **YEAR)["sums"]["cases_won"] == 0
    assert network.ask("facts", stranger, **YEAR)["items"] == []
    elsewhere = caller("liaison", "womens-federation", station="other")
    assert network.ask("facts", elsewhere, station="fengquan", **YEAR)["items"] == []
    for name in ("figures", "comparison", "facts"):
        with pytest.raises(Rejected, match="unknown-organization"):
            network.ask(name, stranger, organization="womens-federation")
        with pytest.raises(Rejected, match="forbidden"):
            network.ask(name, caller("lawyer"))


def test_services_of_a_file_count_as_if_each_had_been_told_by_itself(network: Network) -> None:
    alone, said = Network(), [service(number) for number in range(4)]
    hear(alone, said)
    together = [{name: value for name, value in data.items() if name != "organization"} for _, data in said]
    for services in (together[:3], together[1:], together):  # told again, and overlapping
        data = {"organization": HERE["organization"], "services": services}
        network.bench.handle("intake.services_recorded.v1", data, organization=HERE["organization"])
    assert kept(network) == kept(alone)
    with network.bench.session() as session:
        assert not rebuild.check(session, ZONE)
