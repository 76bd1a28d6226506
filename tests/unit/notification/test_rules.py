"""The rules file and the templates are checked when they are loaded."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts import terms
from contracts.notification import CHANNELS
from contracts.notification import URGENCIES as CONTRACT_URGENCIES
from contracts.registry import REGISTRY
from services.notification.domain import rules as domain
from services.notification.domain.delivery import WAYS
from services.notification.domain.rules import Rulebook, RuleError, holds, read_rules
from services.notification.domain.texts import WORDS_FILE, Texts, read_templates
from services.notification.handlers import HANDLERS
from services.notification.rulebook import fields, rules

EVENT = "shop.sold.v1"
FIELDS = {EVENT: frozenset({"buyer", "price", "item", "organization", "application"})}


def read(extra: str = "", to: str = "[{field: buyer, why: {zh: 因, en: because}}]", **changes: str) -> Rulebook:
    parts = {"link": "/v1/items/{item}", "about": "item", "urgency": "low", **changes}
    lines = "\n".join(f"      {name}: {value}" for name, value in parts.items())
    text = f"tells:\n  {EVENT}:\n    - kind: sold\n      to: {to}\n{lines}\n{extra}"
    return read_rules(text, FIELDS, {"liaison"})


def texts(zh: str = "卖出 {{ item }}", en: str = "Sold {{ item }}", book: Rulebook | None = None) -> Texts:
    return Texts(book or read(), FIELDS, {"sold.zh": zh, "sold.en": en})


def test_every_message_that_the_contracts_give_to_notification_has_a_handler_and_nothing_else_has() -> None:
    owned = {c.type for c in REGISTRY if c.kind == "command" and c.owner == "notification"}
    assert set(HANDLERS) == owned | set(REGISTRY.heard_by("notification"))


def test_every_heard_event_about_work_has_a_rule_or_settles_something() -> None:
    registers = {
        type_ for type_ in HANDLERS if type_.endswith(("_registered.v1", "_changed.v1", "_left.v1", "_erased.v1"))
    }
    events = {type_ for type_ in HANDLERS if REGISTRY[type_].kind == "event"}
    assert set(rules().tells) | set(rules().settles) == events - registers


# Why nobody is told of an event for its own sake. A task's own events (opened, reminded, overdue, escalated) tell whom
# it concerns, so most acts are silent: the next act is a task of somebody.
BY_TASK = "whose turn it is gets a task"
AT_THE_DOOR = "who did it was answered at the door; nobody else must act"
IN_FIGURES = "counted and shown, and nobody must act"
SILENT = {
    "assignment.aid_restored.v1": BY_TASK,
    "assignment.case_date_closed.v1": AT_THE_DOOR,
    "assignment.case_date_set.v1": BY_TASK,
    "assignment.case_ended.v1": BY_TASK,
    "assignment.closing_file_submitted.v1": BY_TASK,
    "assignment.conflict_cleared.v1": "ends a task",
    "assignment.conflict_decided.v1": AT_THE_DOOR,
    "assignment.conflict_found.v1": "a task of the center's officers; the lawyer must not hear of it",
    "assignment.cost_recorded.v1": IN_FIGURES,
    "assignment.labour_step_recorded.v1": BY_TASK,
    "assignment.lawyer_state_changed.v1": AT_THE_DOOR,
    "assignment.lawyers_proposed.v1": BY_TASK,
    "assignment.party_added.v1": AT_THE_DOOR,
    "assignment.replacement_decided.v1": "who parts with the case hears of lawyer_released, who gets it of the offer",
    "assignment.replacement_requested.v1": BY_TASK,
    "assignment.retainer_recorded.v1": BY_TASK,
    "assignment.subsidy_corrected.v1": "the payment is told",
    "assignment.rows_taken.v1": "the answer to a file that intake reads",
    "assignment.subsidy_due.v1": BY_TASK,
    "supervision.papers_day_moved.v1": "intake moves the day; it stands in the timeline",
    "assignment.subsidy_lapsed.v1": "ends the task of paying it",
    "assignment.termination_objected.v1": BY_TASK,
    "assignment.volunteer_changed.v1": AT_THE_DOOR,
    "intake.application_amended.v1": AT_THE_DOOR,
    "intake.application_granted.v1": BY_TASK,
    "intake.application_received.v1": BY_TASK,
    "intake.application_withdrawn.v1": "ends the tasks about it",
    "intake.defence_notified.v1": BY_TASK,
    "intake.objection_decided.v1": "the applicant is told by the bureau; a grant tells by its task",
    "intake.objection_filed.v1": BY_TASK,
    "intake.pair_ended.v1": IN_FIGURES,
    "intake.pair_registered.v1": IN_FIGURES,
    "intake.papers_requested.v1": "the applicant has no account; the station prints the paper and gives it",
    "intake.papers_supplied.v1": "the clock of the decision goes on, and reminds",
    "intake.rows_read.v1": "assignment takes them in",
    "intake.service_recorded.v1": IN_FIGURES,
    "intake.services_recorded.v1": IN_FIGURES,
    "notification.person_notified.v1": "it is what tells",
    "notification.reachable_again.v1": "ends a task",
    "notification.undeliverable.v1": BY_TASK,
    "platform.command_finished.v1": "the caller is answered",
    "supervision.complaint_accepted.v1": BY_TASK,
    "supervision.complaint_answered.v1": "ends a task",
    "supervision.complaint_concluded.v1": BY_TASK,
    "supervision.decision_recorded.v1": BY_TASK,
    "supervision.errand_given.v1": BY_TASK,
    "supervision.finding_recorded.v1": BY_TASK,
    "supervision.meeting_called.v1": BY_TASK,
    "supervision.plan_due.v1": BY_TASK,
    "supervision.reinspection_due.v1": BY_TASK,
    "supervision.report_submitted.v1": "ends a task",
    "supervision.station_reinspected.v1": "ends the task, and its findings are tasks",
    "supervision.station_inspected.v1": "its findings are tasks",
}


def test_every_event_of_the_contracts_is_told_settles_or_keeps_silent_for_a_reason() -> None:
    events = {contract.type for contract in REGISTRY if contract.kind == "event"}
    heard = set(REGISTRY.heard_by("notification"))
    assert set(SILENT) == events - heard, "a new event: who must know of it? Write a rule, or here why nobody is told"
    assert all(SILENT.values())


def test_the_urgencies_of_the_rules_are_those_of_the_contract() -> None:
    assert tuple(CONTRACT_URGENCIES) == domain.URGENCIES


def test_every_kind_has_a_name_for_the_timeline() -> None:
    assert set(rules().kinds) == set(terms.NOTIFICATION_KINDS)


def test_every_kind_has_templates_in_both_languages_and_no_template_is_left_over() -> None:
    usual = {f"{kind}.{lang}" for kind in rules().kinds for lang in ("zh", "en")}
    written = set(read_templates())
    assert usual <= written
    for extra in written - usual:
        kind, channel, lang = extra.split(".")
        assert f"{kind}.{lang}" in usual
        assert channel in WAYS
        assert f"{kind}.{channel}.{'en' if lang == 'zh' else 'zh'}" in written


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"link": "/v1/items/{article}"}, "carries no article"),
        ({"link": "https://elsewhere/{item}"}, "not a path"),
        ({"about": "thing"}, "carries no thing"),
        ({"urgency": "screaming"}, "urgency screaming"),
        ({"when": "{colour: red}"}, "carries no colour"),
        ({"urgent_when": "{colour: red}"}, "carries no colour"),
        ({"once_per": "[day]"}, "carries no day"),
        ({"to": "[{field: buyer, topic: colour, why: {zh: 因, en: because}}]"}, "carries no colour"),
        ({"to": "[{field: buyer, but_not: colour, why: {zh: 因, en: because}}]"}, "carries no colour"),
        ({"to": "[{field: seller, why: {zh: 因, en: because}}]"}, "carries no seller"),
        ({"to": "[{field: buyer, why: {zh: 因}}]"}, "zh and en"),
        ({"to": "[{field: buyer, lawyer_of: item, why: {zh: 因, en: because}}]"}, "name one of"),
        ({"to": "[{why: {zh: 因, en: because}}]"}, "name one of"),
        ({"to": "[{post: king, at: center, why: {zh: 因, en: because}}]"}, "no such post"),
        ({"to": "[{post: liaison, at: moon, why: {zh: 因, en: because}}]"}, "no such post"),
        ({"colour": "red"}, "unexpected keyword"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_name(changes: dict[str, str], said: str) -> None:
    with pytest.raises(RuleError, match=said) as refusal:
        read(**changes)
    assert EVENT in str(refusal.value)


def test_rules_for_an_event_that_nobody_sends_here_are_refused() -> None:
    with pytest.raises(RuleError, match="no such event"):
        read_rules("settles: {shop.closed.v1: item}", FIELDS, set())


def test_one_event_does_not_make_the_same_kind_twice() -> None:
    text = f"tells: {{{EVENT}: [&r {{kind: sold, to: [], link: /v1/x, about: item}}, *r]}}"
    with pytest.raises(RuleError, match="twice"):
        read_rules(text, FIELDS, set())


@pytest.mark.parametrize(
    ("zh", "said"),
    [
        ("卖给 {{ stranger }}", "carries no stranger"),
        ("卖出\n\n{% if colour %}红{% endif %}", "carries no colour"),
        ("卖出 {{ price | dollars }}", "dollars"),
        ("卖出 {{ item", "sold.zh"),
    ],
)
def test_a_template_that_uses_what_the_event_does_not_carry_is_refused_at_start(zh: str, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        texts(zh)


def test_a_missing_template_is_refused_at_start() -> None:
    with pytest.raises(RuleError, match=r"sold\.en: there is no such template"):
        Texts(read(), FIELDS, {"sold.zh": "卖出"})


def test_a_title_may_not_hold_what_only_a_confidential_channel_may_carry() -> None:
    known = {EVENT: FIELDS[EVENT] | {"reasons"}}
    templates = {"sold.zh": "卖出\n\n{{ reasons }}", "sold.en": "Sold {{ reasons }}"}
    with pytest.raises(RuleError, match=r"sold\.en: a title"):
        Texts(read(), known, templates)


def test_a_reason_is_a_template_too_and_is_checked_like_one() -> None:
    book = read(to="[{field: buyer, why: {zh: '因 {{ colour }}', en: because}}]")
    with pytest.raises(RuleError, match="carries no colour"):
        texts(book=book)


def test_a_template_cannot_leave_its_sandbox() -> None:
    from jinja2.exceptions import SecurityError

    with pytest.raises(SecurityError):
        texts("{{ item.__class__.__mro__ }}").words("sold", "zh", {"item": "x"})


def test_an_undefined_value_is_an_error_and_never_a_gap() -> None:
    from jinja2.exceptions import UndefinedError

    with pytest.raises(UndefinedError):
        texts().words("sold", "zh", {})


def test_the_first_line_is_the_title_and_the_rest_the_text() -> None:
    words = texts("卖出 {{ item }}\n\n价格 {{ price | yuan }}\n谢谢").words(
        "sold", "zh", {"item": "书", "price": 3005000}
    )
    assert (words.title, words.text) == ("卖出 书", "价格 30,050.00元\n谢谢")


@given(st.integers(0, 10), st.integers(0, 10))
def test_at_most_holds_exactly_up_to_its_number(bound: int, value: int) -> None:
    assert holds({"n": {"at_most": bound}}, {"n": value}) is (value <= bound)


def test_a_condition_on_a_value_that_is_missing_does_not_hold() -> None:
    assert not holds({"n": {"at_most": 2}}, {"n": None})
    assert not holds({"n": [1, 2]}, {})


def test_every_kind_of_task_every_grade_and_every_channel_has_words_in_both_languages() -> None:
    vocabulary = yaml.safe_load(WORDS_FILE.read_text("utf-8"))
    for group, values in (("acts", terms.CLOCK_KINDS), ("grades", terms.GRADES), ("channels", CHANNELS)):
        assert set(values) <= set(vocabulary[group])
        assert all(set(vocabulary[group][value]) == {"zh", "en"} for value in values)


def test_a_kind_of_task_without_words_of_its_own_goes_by_its_name() -> None:
    book = texts("{{ item | words('acts') }}", "{{ item | words('acts') }}")
    assert book.words("sold", "en", {"item": "newer_kind"}).title == "newer kind"
    assert book.words("sold", "zh", {"item": "newer_kind"}).title == "newer_kind"


def test_articles_are_shown_with_the_name_of_their_law_and_others_as_they_are() -> None:
    book = texts("{{ item | article }}", "{{ item | article }}")
    shown = book.words("sold", "zh", {"item": "LA 43; D148 24-25; XYZ 171"}).title
    assert shown == "《法律援助法》第43条; 《办理法律援助案件程序规定》（司法部令第148号）第24-25条; XYZ 171"


def test_the_contracts_of_all_heard_events_are_known_to_the_check() -> None:
    assert "assignees" in fields()["supervision.task_opened.v1"]
