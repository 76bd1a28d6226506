"""A center's own words: checked and seen before anybody gets them."""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from uuid import uuid4

import pytest

from chassis.errors import Rejected
from chassis.testing import Bench
from contracts.notification import QUERIES
from services.notification.domain.delivery import WAYS
from services.notification.domain.texts import EMPTY, PRIVATE
from services.notification.rulebook import rules, texts
from services.notification.wording import sample
from tests.unit.notification.conftest import WOMEN, caller, inbox, task

SET = "notification.set_template.v1"
ADMIN = caller(uuid4(), "center_admin")
OWN = "催办：{{ number or '无编号' }}\n\n请于{{ due_on | day }}前{{ kind | words('acts') }}。"


def set_words(bench: Bench, source: str | None, principal: t.Any = ADMIN, kind: str = "task_opened") -> t.Any:
    return bench.handle(SET, {"kind": kind, "language": "zh", "source": source}, principal=principal)


def open_task(bench: Bench) -> dict[str, t.Any]:
    person = uuid4()
    bench.handle("supervision.task_opened.v1", task(assignees=[person]), organization=WOMEN)
    return inbox(bench, person)[0]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", rules().kinds)
def test_every_built_in_template_renders_with_full_and_with_sparse_data(kind: str, language: str) -> None:
    rule = next(rule for several in rules().tells.values() for rule in several if rule.kind == kind)
    for sparse in (False, True):
        words = texts("Asia/Shanghai").words(kind, language, sample(rule, language, sparse=sparse))
        assert words.title
        assert words.text
        assert EMPTY not in words.title + words.text
        assert "None" not in words.title + words.text


def test_the_center_s_own_words_are_used_from_then_on_in_their_language_only(bench: Bench) -> None:
    answer = set_words(bench, OWN)
    assert answer["title"] == "催办：A2026-00001"
    item = open_task(bench)
    assert item["title"]["zh"] == "催办：A2026-00001"
    assert item["text"]["zh"] == "请于2026年3月9日（星期一）前就法律援助申请作出决定。"
    assert item["title"]["en"].startswith("New task")


def test_without_a_source_the_built_in_words_are_back(bench: Bench) -> None:
    set_words(bench, OWN)
    set_words(bench, None)
    assert open_task(bench)["title"]["zh"].startswith("新任务")


@pytest.mark.parametrize(
    "source",
    [
        "{{ applicant }}",
        "{{ number",
        "{{ number.__class__ }}",
        "{{ number | upper_case }}",
        "{{ number[0] }}",
        "{{ article }}",
        "{{ 'x' * 1000000000 }}",
        "{{ '%01000000000d' % 1 }}",
        "{% for a in range(1000000) %}x{% endfor %}",
        "{{ article.split(' ')[1] }}",
        "{% include 'task_opened.zh' %}{{ ''.join(range(3)) }}",
    ],
)
def test_words_that_could_fail_with_some_event_are_refused(bench: Bench, source: str) -> None:
    with pytest.raises(Rejected, match="bad-template") as refused:
        set_words(bench, f"标题\n\n{source}")
    reason = refused.value.params["reason"]
    assert re.search("[一-鿿]", reason["zh"])
    assert reason["en"]
    assert open_task(bench)["title"]["zh"].startswith("新任务")


def test_words_that_fail_with_a_rare_event_after_all_do_not_keep_the_person_from_being_told(bench: Bench) -> None:
    set_words(bench, "标题\n\n{% if kind == 'subsidy' %}{{ [][kind] }}{% endif %}完")
    person = uuid4()
    bench.handle("supervision.task_opened.v1", task("subsidy", assignees=[person]), organization=WOMEN)
    assert inbox(bench, person)[0]["title"]["zh"].startswith("新任务")
    assert open_task(bench)["text"]["zh"] == "完"


def test_an_unknown_kind_is_refused(bench: Bench) -> None:
    with pytest.raises(Rejected, match="bad-template") as refused:
        set_words(bench, OWN, kind="no_such_kind")
    said = {"zh": "没有此类通知：no_such_kind", "en": "there is no kind no_such_kind"}
    assert refused.value.params["reason"] == said


@pytest.mark.parametrize("role", ["center_staff", "liaison", "lawyer", "auditor"])
def test_only_the_center_s_administrator_words_notifications(bench: Bench, role: str) -> None:
    with pytest.raises(Rejected, match="forbidden"):
        set_words(bench, OWN, caller(uuid4(), role))


def test_a_preview_shows_what_would_be_said_and_changes_nothing(bench: Bench) -> None:
    params = {"kind": "task_opened", "language": "zh", "source": OWN}
    seen = bench.query("notification.template_preview", params, ADMIN)
    assert seen["title"] == "催办：A2026-00001"
    assert QUERIES["notification.template_preview"][1]().validate(seen) == {}
    assert open_task(bench)["title"]["zh"].startswith("新任务")


def test_words_that_changed_meanwhile_are_not_overwritten(bench: Bench) -> None:
    def shown() -> t.Any:
        items = bench.query("notification.templates", {}, ADMIN)["items"]
        return next(one for one in items if (one["kind"], one["language"]) == ("task_opened", "zh"))

    def set_seen(source: str | None, version: int) -> t.Any:
        body = {"kind": "task_opened", "language": "zh", "source": source, "version": version}
        return bench.handle(SET, body, principal=ADMIN)

    built_in = shown()["version"]
    assert set_seen(OWN, built_in)["version"] == shown()["version"] != built_in
    with pytest.raises(Rejected, match="version-conflict"):
        set_seen(None, built_in)
    assert set_seen(None, shown()["version"])["version"] == shown()["version"] == built_in


def test_the_list_shows_every_kind_in_both_languages_with_its_variables(bench: Bench) -> None:
    set_words(bench, OWN)
    answer = bench.query("notification.templates", {}, ADMIN)
    assert QUERIES["notification.templates"][1]().validate(answer) == {}
    assert len([item for item in answer["items"] if item["channel"] is None]) == 2 * len(rules().kinds)
    (own,) = [item for item in answer["items"] if item["is_own"]]
    assert (own["kind"], own["language"], own["source"]) == ("task_opened", "zh", OWN)
    assert {"number", "due_on", "station_name"} <= set(own["variables"])


def test_days_money_and_names_are_written_as_each_language_writes_them(bench: Bench) -> None:
    written = texts("Asia/Shanghai")
    rule = next(one for one in rules().tells["assignment.subsidy_paid.v1"] if one.kind == "subsidy_paid")
    facts = {"amount_fen": 3005000, "paid_on": dt.date(2026, 3, 9), "case_number": "C2026-00001"}
    said = {
        language: written.words("subsidy_paid", language, {**sample(rule, language), **facts}).text
        for language in ("zh", "en")
    }
    assert "30,050.00元" in said["zh"]
    assert "2026年3月9日（星期一）" in said["zh"]
    assert "CNY 30,050.00" in said["en"]
    assert "Mon 9 Mar 2026" in said["en"]


@pytest.mark.parametrize("channel", [name for name, way in WAYS.items() if not way.confidential])
@pytest.mark.parametrize("kind", rules().kinds)
def test_what_leaves_by_a_channel_that_is_not_confidential_names_nobody(kind: str, channel: str) -> None:
    rule = next(rule for several in rules().tells.values() for rule in several if rule.kind == kind)
    written = texts("Asia/Shanghai")
    for language in ("zh", "en"):
        private = {name: f"尹雅梅{number}" for number, name in enumerate(sorted(PRIVATE))}
        values = sample(rule, language)
        values |= {
            name: [value] if isinstance(values[name], list) else value
            for name, value in private.items()
            if name in values
        }
        own = channel if written.source(kind, language, channel) is not None else ""
        words = written.words(kind, language, values, channel=own)
        carried = words.title + (words.text if own else "")
        assert not any(value in carried for value in private.values()), (kind, language)
