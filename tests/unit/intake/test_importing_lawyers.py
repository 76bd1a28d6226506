"""A city loads its firms, lawyers and volunteers from a file: intake reads the rows, assignment keeps the registers."""

from __future__ import annotations

import typing as t

import pytest

from chassis.testing import Bench
from services.assignment import taking
from tests.unit.intake.conftest import Desk
from tests.unit.intake.test_imports import Rows, faults, office, send

FIRMS = ["律所名称", "区县", "纬度", "经度"]
LAWYERS = ["律所名称", "姓名", "执业证号", "性别", "专长及年限", "执业区县", "语言", "同时办案上限", "刑事辩护年限", "熟悉未成年人",
           "常驻单位代码"]  # fmt: skip
VOLUNTEERS = ["姓名", "单位代码", "服务内容", "从业审查日期", "电话"]
ZHOU: list[str | None] = ["凤阳所", "阿依古丽·买买提", "L-1", "女", "婚姻家庭 8；请求给付赡养费、抚养费、扶养费：5年", "凤泉区、河滨区",
                          "粤语；哈萨克语", "12", "3", "是", "womens-federation"]  # fmt: skip
NETWORK: tuple[tuple[str, list[str], Rows], ...] = (
    ("firms", FIRMS, [["凤阳所", "凤泉区", "35.38", "113.91"], ["德恒所", "河滨区", None, None]]),
    ("lawyers", LAWYERS, [ZHOU, ["德恒所", "尹雅梅", "L-2", None, None, None, None, None, None, None, None]]),
    ("volunteers", VOLUNTEERS, [["张志远", None, "文化辅导；一对一结对帮扶", "2026-01-12", "13000000005"]]),
)


def lawyers(desk: Desk) -> list[dict[str, t.Any]]:
    return sorted(office(desk).ask("lawyers")["items"], key=lambda one: str(one["licence"]))


def test_a_file_brings_firms_their_lawyers_and_volunteers_with_all_that_the_choice_needs(desk: Desk) -> None:
    ended = send(desk, *NETWORK)
    assert (ended["state"], ended["entered"], ended["faulty"]) == ("done", 5, 0), faults(desk, ended)
    zhou, yin = lawyers(desk)
    assert (zhou["name"], zhou["firm_name"], zhou["gender"]) == ("阿依古丽·买买提", "凤阳所", "female")
    assert {one["matter"]: one["years"] for one in zhou["specialties"]} == {
        "marriage_family": 8,
        "maintenance_or_support": 5,
    }
    assert (zhou["districts"], zhou["capacity"], zhou["criminal_defence_years"]) == (["凤泉区", "河滨区"], 12, 3)
    assert (zhou["trained_for_minors"], zhou["standing_for"]) == (True, ["womens-federation"])
    assert "cantonese" in zhou["languages"]
    assert (yin["firm_name"], yin["capacity"], yin["districts"]) == ("德恒所", 10, [])
    (volunteer,) = office(desk).ask("volunteers")["items"]
    assert (volunteer["name"], set(volunteer["work"])) == ("张志远", {"tutoring", "pairing"})
    told = {one["name"] for one in office(desk).said("lawyer_registered")}
    assert told == {"阿依古丽·买买提", "尹雅梅"}, "those who hear of lawyers hear of them"


def test_a_dry_run_enters_nobody(desk: Desk) -> None:
    ended = send(desk, *NETWORK, dry_run=True)
    assert (ended["state"], ended["checked"], ended["entered"]) == ("checked", 5, 0)
    assert (lawyers(desk), office(desk).ask("firms")["items"]) == ([], [])


BAD: tuple[tuple[str, list[str], Rows], ...] = (
    ("firms", FIRMS, [["好所", "凤泉区", "35.38", None], ["新所", "凤泉区", None, None], ["新所", "河滨区", None, None]]),
    ("lawyers", LAWYERS, [
        ["新所", "甲", "L-9", None, None, None, None, None, None, None, None],
        ["新所", "乙", "L-9", None, None, None, None, None, None, None, None],
        ["没有的所", "丙", "L-3", None, None, None, None, None, None, None, None],
        ["老所", "丁", "L-OLD", None, None, None, None, None, None, None, None],
        ["老所", "戊", "L-4", "未知", "婚姻家庭", None, "火星语", "很多", None, None, None],
        ["老所", "己", "L-5", None, "婚姻家庭 99", None, None, "201", None, None, None],
        ["老所", "庚", "L-6", None, "婚姻家庭 3；marriage_family 5", None, None, None, None, None, None],
        ["老所", "辛", "L-7", None, None, None, None, None, None, None, "nobody"],
        ["老所", None, None, None, None, None, None, None, None, None, None],
    ]),
    ("volunteers", VOLUNTEERS, [["张", None, "唱歌", None, None], ["王", "nobody", "文化辅导", None, None],
                                ["李", None, "文化辅导", "2099-01-01", None]]),
)  # fmt: skip


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_bad_row_of_every_register_is_listed_with_its_column_and_nobody_is_entered(
    desk: Desk, dry_run: bool
) -> None:
    old = office(desk).firm("老所")
    office(desk).do("register_lawyer", firm=old, name="原有律师", licence="L-OLD")
    ended = send(desk, *BAD, dry_run=dry_run)
    assert (ended["state"], ended["entered"]) == ("refused", 0)
    assert faults(desk, ended) == [
        ("firms", 2, "经度"), ("firms", 4, None),
        ("lawyers", 3, None), ("lawyers", 4, "律所名称"), ("lawyers", 5, "执业证号"),
        ("lawyers", 6, "性别"), ("lawyers", 6, "专长及年限"), ("lawyers", 6, "语言"), ("lawyers", 6, "同时办案上限"),
        ("lawyers", 7, "专长及年限"), ("lawyers", 7, "同时办案上限"), ("lawyers", 8, "专长及年限"), ("lawyers", 9, "常驻单位代码"),
        ("lawyers", 10, "姓名"), ("lawyers", 10, "执业证号"),
        ("volunteers", 2, "服务内容"), ("volunteers", 3, "单位代码"), ("volunteers", 4, "从业审查日期"),
    ]  # fmt: skip
    assert ended["faulty"] == 13
    assert [one["name"] for one in office(desk).ask("firms")["items"]] == ["老所"]
    assert [one["licence"] for one in lawyers(desk)] == ["L-OLD"]
    assert "原有律师" not in str(desk.ask("import_faults", upload=ended["id"])), "nobody is named to the sender"


def test_who_is_on_the_register_is_passed_over_and_a_longer_file_enters_only_who_is_new(desk: Desk) -> None:
    send(desk, *NETWORK)
    longer = [(kind, headings, [*rows]) for kind, headings, rows in NETWORK]
    longer[1][2].append(["凤阳所", "周建涛", "L-3", *[None] * 8])
    ended = send(desk, *longer, sha256="cd" * 32)
    assert (ended["state"], ended["entered"], ended["already_there"]) == ("done", 1, 5)
    assert [one["licence"] for one in lawyers(desk)] == ["L-1", "L-2", "L-3"]


@pytest.mark.slow
def test_six_hundred_lawyers_come_in_pieces(desk: Desk) -> None:
    rows: Rows = [["大所", f"律师{n}", f"L-{n:04d}", *[None] * 8] for n in range(600)]
    parts = [("lawyers", LAWYERS, rows[start : start + 250]) for start in range(0, 600, 250)]
    ended = send(desk, ("firms", FIRMS, [["大所", "凤泉区", None, None]]), *parts)
    assert (ended["state"], ended["entered"]) == ("done", 601)
    assert office(desk).ask("lawyers", limit=200)["next"]


def test_a_licence_that_is_taken_between_check_and_entering_is_a_bad_row_and_the_others_are_entered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = taking.REGISTERS["lawyers"][0]

    def somebody_else_was_quicker(work: t.Any, rows: t.Any, act: str) -> taking.Looked:
        if act == "enter" and rows:
            firm = taking._firms_named(work, ["德恒所"])["德恒所"]
            body = {**rows[0]["body"], "name": "另一人"}
            taking.register.enter_lawyer(work, firm, body)
        return looked(work, rows, act)

    monkeypatch.setitem(taking.REGISTERS, "lawyers", (somebody_else_was_quicker, taking._enter_lawyer))
    ended = send(desk, *NETWORK)
    assert (ended["state"], ended["entered"], ended["faulty"]) == ("done", 4, 1)
    assert faults(desk, ended) == [("lawyers", 2, "执业证号")]
    assert [one["name"] for one in lawyers(desk)] == ["另一人", "尹雅梅"]


def test_an_answer_that_comes_twice_or_late_moves_nothing(desk: Desk) -> None:
    ended = send(desk, *NETWORK)
    bench: Bench = desk.bench
    for answer in office(desk).said("rows_taken"):
        bench.handle("assignment.rows_taken.v1", answer)
    assert desk.ask("import", upload=ended["id"]) == ended


def test_a_piece_that_is_too_large_to_be_handed_over_is_a_bad_row_and_not_a_dead_letter(desk: Desk) -> None:
    long = "；".join(f"河滨区第{n}街道办事处辖区" for n in range(50))
    rows: Rows = [["大所", f"律师{n}", f"L-{n:04d}", None, None, long, *[None] * 5] for n in range(200)]
    ended = send(desk, ("firms", FIRMS, [["大所", "凤泉区", None, None]]), ("lawyers", LAWYERS, rows))
    assert (ended["state"], faults(desk, ended)) == ("refused", [("lawyers", 2, None)])
