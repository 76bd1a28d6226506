"""After a person's erasure nothing that people wrote about their matters stands here; tasks, limits and figures stay."""

from __future__ import annotations

import typing as t
from uuid import uuid4

import pytest
from sqlalchemy import JSON, String, select

from chassis import dead_letters
from chassis.vault import Vault
from services.supervision import models as m
from services.supervision.erasure import ERASED
from tests.unit.supervision.conftest import CENTER, KEY, Network

VAULT = Vault([KEY])
SECRET = "欧阳忘忧"
PHONE = "13911112222"
#: Columns that are long enough for words and name nobody who is aided, each with why.
NO_WORDS = {
    "timeline.zh": "made from an event and timeline.yaml",
    "timeline.en": "made from an event and timeline.yaml",
    "timeline.type": "a message type",
    "ledger.type": "a message type",
    "ledger.data": "the fields that count, see figures.kept_of",
    "tasks.article": "an article of law",
    "due_changes.why": "made by the software",
    "complaints.measures": "codes",
    "complaint_traces.shown": "names of fields; who looked stays on record",
    "complaints.tracking": "a hash",
    "suspensions.lifted_because": "about a station or a lawyer",
    "occurrences.left_out": "codes of stations",
    "samples.rule": "a rule of the center's",
    "samples.seed": "digits",
    "samples.pool": "ids, numbers and codes of cases",
}
COLLEAGUES = {
    "people", "stations", "working_years", "working_exceptions", "inspections", "remarks", "meetings", "plans",
    "plan_changes", "station_reports", "half_days",
}  # fmt: skip
ERASES = {
    "feedback.words", "feedback.gift", "task_acts.reason", "complaints.name_sealed", "complaints.phone_sealed",
    "complaints.statement_sealed", "complaints.reasons_sealed", "complaints.answer_sealed", "complaints.note_sealed",
}  # fmt: skip


@pytest.fixture
def told(network: Network) -> Network:
    """A closed case with everything that can be said about it: return visit, a handed-over task, a complaint."""
    people = network.people()
    network.receive()
    network.grant()
    network.accept()
    network.retain()
    network.end()
    network.submit_file()
    network.check_file()
    visit = network.task("return_visit")
    colleague = network.person("liaison", "womens-federation", "fengquan")
    do(network, "hand_over_task", task=visit["id"], to=[colleague], reason=f"{SECRET}不在家")
    do(network, "finish_task", task=visit["id"], outcome="done", confirmed=True, satisfaction=5, feedback=f"{SECRET}致谢",
       gift=f"{SECRET}绣的十字绣")  # fmt: skip
    complaint = do(network, "open_complaint", organization="womens-federation", station="fengquan", case=network.case,
                   subject="conduct", channel="hotline", complainant_name=SECRET, complainant_phone=PHONE,
                   statement=f"{SECRET}反映收费")  # fmt: skip
    for command, more in (("accept_complaint", {}), ("conclude_complaint", {"conclusion": "unfounded", "reasons": SECRET}),
                          ("answer_complaint", {"answer": SECRET, "note": SECRET})):  # fmt: skip
        do(network, command, complaint=complaint["id"], **more)
    assert people
    return network


def do(network: Network, command: str, **data: t.Any) -> dict[str, t.Any]:
    result = network.bench.handle(f"supervision.{command}.v1", data, principal=CENTER)
    assert result is not None
    return result


def erase(network: Network) -> None:
    network.hear("intake.person_erased.v1", person=uuid4(), applications=[network.application], erased_at=network.now)


def everything(network: Network) -> str:
    with network.bench.database.engine.connect() as connection:
        tables = m.Base.metadata.sorted_tables
        rows = [tuple(row) for table in tables for row in connection.execute(select(table))]
    return "\n".join(str(tuple(map(opened, row))) for row in rows)


def opened(value: t.Any) -> t.Any:
    """What is sealed, as it was said."""
    return VAULT.open(value) if isinstance(value, str) and value.startswith("gAAAA") else value


def test_an_erasure_leaves_not_a_word_and_every_figure(told: Network) -> None:
    figures = told.ask("figures")
    assert everything(told).count(SECRET) >= 7
    erase(told)
    erase(told)
    left = everything(told)
    assert SECRET not in left
    assert PHONE not in left
    assert told.ask("figures") == figures
    visit = told.ask("task", task=told.ask("tasks", kind="return_visit")["items"][0]["id"])
    assert (visit["state"], visit["feedback"]["satisfaction"], visit["feedback"]["gift"]) == ("finished", 5, ERASED)


def test_a_dead_letter_about_the_matter_is_emptied(told: Network) -> None:
    party = {"side": "aided", "name": SECRET, "kind": "person"}
    data = {"granted_at": told.now, "urgency": "normal", "facts": [], "parties": [party]}
    letter = told.bench.envelope("intake.application_granted.v1", {**told.reference, **data})
    with told.bench.session() as session:
        kept = dead_letters.keep(session, letter.encode(), "x", "", told.now, letter)
    erase(told)
    with told.bench.session() as session:
        row = dead_letters.find(session, kept)
    assert (row.state, SECRET.encode() in row.body) == ("discarded", False)


def test_a_dead_letter_that_names_the_return_visit_or_the_case_alone_is_emptied(told: Network) -> None:
    task = told.ask("tasks", kind="return_visit")["items"][0]["id"]
    said = (
        ("finish_task", {"task": task, "outcome": "done", "confirmed": True, "feedback": SECRET}),
        (
            "open_complaint",
            {
                "organization": "center",
                "case": told.case,
                "subject": "conduct",
                "statement": SECRET,
                "complainant_phone": PHONE,
            },
        ),
    )
    letters = [told.bench.envelope(f"supervision.{name}.v1", data) for name, data in said]
    with told.bench.session() as session:
        kept = [dead_letters.keep(session, one.encode(), "x", "", told.now, one) for one in letters]
    erase(told)
    with told.bench.session() as session:
        rows = [t.cast(t.Any, dead_letters.find(session, letter)) for letter in kept]
    assert [(row.state, SECRET.encode() in row.body) for row in rows] == [("discarded", False)] * 2


def test_whoever_adds_a_column_for_words_says_what_an_erasure_does_to_it() -> None:
    for table in m.Base.metadata.sorted_tables:
        for column in table.columns:
            long = isinstance(column.type, String) and (column.type.length or 1000) > 60
            if table.name not in COLLEAGUES and (long or isinstance(column.type, JSON)):
                name = f"{table.name}.{column.name}"
                assert name in ERASES or name in NO_WORDS, f"{name}: erase it in erasure.py, or say why not"
