"""What a refusal names is said in words, in both languages; the keys go along for machines."""

from __future__ import annotations

import typing as t

import pytest

from contracts import wording
from contracts.problems import PROBLEMS
from contracts.wording import ACTS, BY_NAME, STATES, THINGS, Table, law_in_words, readable
from services.assignment.domain import lifecycle
from services.assignment.domain.labour import AFTER
from services.assignment.domain.ranking import WAIVABLE
from services.intake.domain import application, stations
from services.supervision.complaints import NEXT
from tests.contracts.test_problems import ALL, CHINESE

TABLES: dict[str, Table] = {**STATES, **{f"acts of {one}": table for one, table in ACTS.items()}, **BY_NAME}
OTHERS: dict[str, Table] = {"rule": wording.RULES, "step": ACTS["labour_dispute"], "role": wording.ROLES}
MACHINES: dict[str, tuple[t.Collection[str], t.Collection[str]]] = {
    "application": (application.STATES, {act for _, act in application.MOVES}),
    "station": ({one for pair in stations.MOVES.items() for one in (pair[0][0], pair[1])}, {act for _, act in stations.MOVES}),
    "case": (lifecycle.STATES, lifecycle.ACTS),
    "complaint": (NEXT, {act for acts in NEXT.values() for act in acts}),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_every_word_is_there_in_both_languages(name: str) -> None:
    for key, (zh, en) in TABLES[name].items():
        assert CHINESE.search(zh), key
        assert en, key
        assert not CHINESE.search(en), key
        assert "_" not in en, key


@pytest.mark.parametrize("of", MACHINES)
def test_every_state_and_every_act_of_a_state_machine_has_words(of: str) -> None:
    states, acts = MACHINES[of]
    assert set(states) == set(STATES[of])
    assert set(acts) <= set(ACTS[of])


def test_every_thing_state_and_act_that_the_code_names_has_words() -> None:
    unknown = []
    for one in ALL:
        of = one.texts.get("of", "")
        words = {"what": THINGS, "of": THINGS, "state": STATES.get(of, {}), "act": ACTS.get(of, {}), **OTHERS}
        unknown += [
            f"{one.place} {name}={text}" for name, text in one.texts.items() if text not in words.get(name, text)
        ]
    assert not unknown


def test_the_steps_of_a_labour_dispute_and_the_rules_that_may_be_set_aside_have_words() -> None:
    assert {after or "start" for after in AFTER} <= set(ACTS["labour_dispute"])
    assert set(WAIVABLE) <= set(wording.RULES)


@pytest.mark.parametrize(
    ("tongue", "said"),
    [
        ("en", "The case is waiting to be offered: it is not possible now to change its lawyer; possible: offer it to a lawyer, terminate the aid."),
        ("zh", "案件目前的状态为“待指派”，不能更换承办律师；可以：发出指派意向、终止援助。"),
    ],
)  # fmt: skip
def test_an_act_that_has_a_name_inside_only_is_said_in_words_that_people_read(
    tongue: wording.Tongue, said: str
) -> None:
    problem = PROBLEMS["wrong-state"]
    params = {"of": "case", "state": "proposed", "act": "part", "allowed": "offer, terminate"}
    text = problem.detail_zh if tongue == "zh" else problem.detail_en
    assert text.format(**readable(params, tongue)) == said


def test_what_no_table_knows_is_said_as_it_is() -> None:
    params = {"act": "part", "state": "proposed", "why": "it rains, and it is cold", "most": 3}
    assert readable(params, "en") == params
    assert readable({"allowed": ""}, "zh") == {"allowed": "无"}
    assert readable({"why": {"zh": "下雨", "en": "it rains"}}, "zh") == {"why": "下雨"}


@pytest.mark.parametrize(
    ("article", "zh", "en"),
    [
        ("LDM 48, 50", "劳动争议调解仲裁法第48、50条", "Labour Dispute Mediation and Arbitration Law 48, 50"),
        ("LL 39", "律师法第39条", "Lawyers Law 39"),
        ("reg. 44", "reg. 44", "reg. 44"),
    ],
)
def test_an_article_is_said_with_the_name_of_its_law(article: str, zh: str, en: str) -> None:
    assert (law_in_words(article, "zh"), law_in_words(article, "en")) == (zh, en)
