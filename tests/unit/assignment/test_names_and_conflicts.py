"""Names made comparable, and sides that cross."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assignment.domain.conflicts import Key, keys_of
from services.assignment.domain.names import MOST_READINGS, exact_key, fold, number_key, sound_keys

names = st.text(
    st.sampled_from("王李张刘陈曾单仇解盖查区尉迟欧阳小明國国東东·•．. Ａａ阿迪力买買提")
    | st.characters(max_codepoint=0x2FFF),
    max_size=30,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "張三"),
        ("张三", " 张　三 "),
        ("阿迪力·买买提", "阿迪力•買買提"),
        ("阿迪力·买买提", "阿迪力．买买提"),
        ("阿迪力·买买提", "阿迪力买买提"),
        ("ＷＡＮＧ Li", "wang li"),
    ],
)
def test_a_person_written_differently_has_the_same_key(one, other):
    assert exact_key(one, "person") == exact_key(other, "person") != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华润置地（郑州）有限公司", "華潤置地(鄭州)有限責任公司"),
        ("新乡市宏达建筑有限公司", "新乡市宏达建筑股份有限公司"),
        ("Acme Trading Co., Ltd.", "ACME TRADING LIMITED"),
        ("Acme Trading Pte. Ltd.", "Acme Trading Pty Ltd"),
        ("三星电子株式会社", "三星电子有限公司"),
    ],
)
def test_a_company_with_another_legal_form_has_the_same_key(one, other):
    assert exact_key(one, "company") == exact_key(other, "company") != ""


def test_different_people_and_companies_stay_different():
    assert exact_key("张三", "person") != exact_key("张三丰", "person")
    assert exact_key("宏达建筑有限公司", "company") != exact_key("宏达运输有限公司", "company")
    assert exact_key("有限公司", "company") == "有限公司"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("曾强", "增强"),
        ("曾强", "层强"),
        ("单雄", "善雄"),
        ("解晓", "谢晓"),
        ("解放", "谢方"),
        ("单于", "善宇"),
        ("张伟", "章玮"),
        ("吕梁", "呂樑"),
    ],
)
def test_names_that_can_sound_alike_share_a_reading(one, other):
    assert sound_keys(one, "person") & sound_keys(other, "person")


def test_names_that_cannot_sound_alike_share_none():
    assert not sound_keys("张伟", "person") & sound_keys("张敏", "person")
    assert not sound_keys("宏达建筑有限公司", "company") & sound_keys("宏达运输有限公司", "company")
    assert sound_keys("宏达有限公司", "company") == frozenset()  # too short to be told by its sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新乡市宏达建筑有限公司", "宏达建筑公司"),
        ("中国平安保险股份有限公司河南分公司", "中国平安保险股份有限公司"),
        ("宏达建筑（郑州）有限公司", "宏达建筑有限公司"),
        ("宏达建筑有限公司", "鸿达建筑有限公司"),
    ],
)
def test_companies_alike_but_for_place_branch_or_sound_are_likely_the_same(one, other):
    keys = [keys_of(name, "company", None) for name in (one, other)]
    assert {key.kind for key in keys[0] & keys[1]} & {"core", "sound"}
    assert not {key.kind for key in keys[0] & keys[1]} & {"name", "number"}


@pytest.mark.parametrize("dot", "·•‧∙⋅・･.．。丶ㆍ·")
def test_every_kind_of_dot_in_a_minority_name_is_none(dot):
    assert exact_key(f"阿迪力{dot}买买提", "person") == "阿迪力买买提"


def test_a_former_name_is_found_where_it_is_given_and_where_it_stands_in_brackets():
    plain = Key("name", "李红")
    assert plain in keys_of("李宏", "person", None, ["李红"])
    assert plain in keys_of("李宏（曾用名：李红、李虹）", "person", None)
    assert Key("name", "李宏") in keys_of("李宏（曾用名：李红、李虹）", "person", None)


@pytest.mark.parametrize(
    "written",
    [
        "张三（男）",
        "张三(女，汉族)",
        "张三（未成年人）",
        "张三（身份证号：410704198405140009）",
        "张三（化名）",
        "张三｛小｝",
    ],
)
def test_a_note_in_brackets_is_no_part_of_a_persons_name(written):
    assert Key("name", "张三") in keys_of(written, "person", None)
    assert Key("name", "宏达建筑") not in keys_of("宏达建筑（郑州）有限公司", "company", None), "a place is"


def test_what_stands_behind_an_alias_is_not_another_name():
    keys = keys_of("李四（原名李五，男，汉族，1980年3月生，住凤泉区）", "person", None)
    names = {key.value for key in keys if key.kind == "name"}
    assert names == {"李四原名李五男汉族1980年3月生住凤泉区", "李四", "李五"}


@pytest.mark.parametrize("shop", ["凤泉区老王面馆（经营者：王强，男）", "凤泉区老王面馆（业主王强）"])
def test_an_individual_business_is_its_operator_too(shop):
    keys = keys_of(shop, "company", None)
    assert {Key("name", "王强"), Key("name", "凤泉区老王面馆")} <= keys


def test_a_company_that_was_entered_as_a_person_is_found_as_a_company():
    entered = keys_of("宏达建筑有限公司", "person", None)
    assert Key("name", "宏达建筑") in entered & keys_of("宏达建筑有限责任公司", "company", None)
    assert Key("core", "宏达建筑") in entered
    assert Key("name", "v") not in keys_of("Vinc", "person", None), "a person may be called like a foreign form"


@pytest.mark.parametrize("branch", ["中国工商银行郑州分行", "中国工商银行股份有限公司新乡和平路支行"])
def test_a_branch_of_a_bank_is_likely_the_bank(branch):
    assert keys_of(branch, "company", None) & keys_of("中国工商银行股份有限公司", "company", None)


def test_of_many_readings_the_commonest_are_kept():
    assert "zhangwei" in sound_keys("张伟", "person")
    assert "shanyunlong" in sound_keys("单云龙", "person")


@given(names, st.sampled_from(["person", "company"]))
def test_folding_twice_changes_nothing_more(name, kind):
    assert fold(fold(name)) == fold(name)
    assert exact_key(fold(name), kind) == exact_key(name, kind)


@given(names)
def test_blanks_and_dots_never_matter(name):
    assert fold(f" ·{name}． ") == fold(name)
    assert sound_keys(f" ·{name}． ", "person") == sound_keys(name, "person")


@given(names)
def test_a_name_never_has_more_readings_than_are_looked_up(name):
    assert len(sound_keys(name, "person")) <= MOST_READINGS


@given(names, st.sampled_from(["person", "company"]))
def test_a_name_that_has_any_letter_can_be_found_by_itself(name, kind):
    keys = keys_of(name, kind, None)
    assert bool(fold(name)) == any(key.kind == "name" for key in keys)
    assert Key("name", "") not in keys


def test_a_number_is_compared_without_blanks_and_case():
    assert number_key(" 11010519491231002x ") == "11010519491231002X"
    assert number_key(None) is number_key(" - ") is None
    assert Key("number", "11010519491231002X") in keys_of("甲", "person", "11010519491231002x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京市宏达建筑有限公司", "北京宏达建筑有限公司"),
        ("河南省新乡市宏达有限公司", "新乡宏达有限公司"),
        ("河南省新乡市宏达有限公司", "河南新乡宏达有限责任公司"),
    ],
)
def test_a_place_in_a_companys_name_is_often_written_without_what_kind_of_place_it_is(one: str, other: str) -> None:
    shared = keys_of(one, "company", None) & keys_of(other, "company", None)
    assert {key.kind for key in shared} == {"core"}
    elsewhere = keys_of(other.replace("新乡", "郑州").replace("北京", "上海"), "company", None)
    assert not keys_of(one, "company", None) & elsewhere
