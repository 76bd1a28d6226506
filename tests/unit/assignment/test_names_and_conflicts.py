"""Names made comparable, and sides that cross."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assignment.domain.conflicts import Key, keys_of
from services.assignment.domain.latin import spellings
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


def shared(kind: str, one: str, other: str) -> set[str]:
    """By which kinds of keys two names find each other."""
    return {key.kind for key in keys_of(one, kind, None) & keys_of(other, kind, None)}


@pytest.mark.parametrize(
    "written", ["㈱三星电子", "（株）三星电子", "三星電子㈱", "株式会社三星电子", "三星电子有限公司"]
)
def test_a_legal_form_before_the_name_is_no_part_of_it(written: str) -> None:
    assert exact_key(written, "company") == exact_key("三星电子株式会社", "company") == "三星电子"
    assert Key("name", "三星电子") in keys_of(written, "person", None) | keys_of(written, "company", None)


def test_a_sign_that_is_a_form_in_brackets_is_a_part_of_the_name_elsewhere() -> None:
    assert exact_key("株洲宏达有限公司", "company") == "株洲宏达"
    assert exact_key("株式会社", "company") == "株式会社"
    assert exact_key("㈱", "company") == "株"


@pytest.mark.parametrize(
    ("written", "one", "other"),
    [
        ("张三又名张四", "张三", "张四"),
        ("张三 曾用名：张四、张五", "张三", "张五"),
        ("张三，化名张四（男，汉族）", "张三", "张四"),
        ("张三小名：张四", "张三", "张四"),
        ("Zhang San a.k.a. Zhang Si", "zhangsan", "zhangsi"),
        ("Zhang San, aka Zhang Si", "zhangsan", "zhangsi"),
        ("Anna Berg formerly known as Anna Lind", "annaberg", "annalind"),
        ("Zhang San (A.K.A. Zhang Si)", "zhangsan", "zhangsi"),
        ("张三（aka张四）", "张三", "张四"),
    ],
)
def test_an_alias_is_found_without_brackets_too(written: str, one: str, other: str) -> None:
    assert {Key("name", one), Key("name", other)} <= keys_of(written, "person", None)


def test_a_company_has_an_alias_behind_a_sign_or_a_colon_only() -> None:
    assert Key("name", "宏大建筑") in keys_of("宏达建筑有限公司，原名宏大建筑有限公司", "company", None)
    assert Key("name", "王强") in keys_of("老王面馆 经营者：王强", "company", None)
    for one in ("郑州又名堂餐饮有限公司", "中国企业经营者协会", "阳光小区 业主委员会"):
        assert len({key for key in keys_of(one, "company", None) if key.kind == "name"}) == 1


@pytest.mark.parametrize("name", ["张小名", "王化名", "Aka Berg", "Tanaka", "又名"])
def test_a_name_that_looks_like_an_alias_is_a_name(name: str) -> None:
    assert {key.value for key in keys_of(name, "person", None) if key.kind == "name"} == {fold(name)}


@pytest.mark.parametrize(
    "ways",
    [
        ("Müller", "Mueller", "Muller", "MÜLLER"),
        ("Jörg Schäfer", "Joerg Schaefer", "Jorg Schafer", "SCHÄFER, Jörg"),
        ("José García", "Jose Garcia", "GARCÍA José"),
        ("Søren Kierkegaard", "Soeren Kierkegaard"),
        ("Bär", "Baer"),
        ("Wang Li", "Li Wang", "WANG, Li", "王丽", "王莉"),
        ("Wang Xiaoming", "Xiaoming Wang", "Wang Xiao-Ming", "Wang Xiao Ming", "WANG Xiao'ming", "王晓明"),
        ("Zhang Xiaoming", "张晓明"),
        ("Lyu Wei", "LÜ Wei", "Lv Wei", "Wei Lü", "吕伟"),
        ("Li Xiao'e", "Xiaoe Li", "李小娥"),
    ],
)
def test_a_name_in_latin_letters_is_likely_the_same_with_or_without_accents_and_in_either_order(
    ways: tuple[str, ...],
) -> None:
    for one in ways[1:]:
        assert "sound" in shared("person", ways[0], one), one


def test_an_umlaut_in_a_companys_name_may_be_written_out() -> None:
    assert shared("company", "Müller Bau GmbH", "Mueller Bau GmbH") == {"sound"}
    assert not shared("company", "Müller Bau GmbH", "Bau Müller GmbH"), "the words of a company have an order"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Xu Li", "Xue Li"),
        ("Yu Wang", "Yue Wang"),
        ("Li Xiao", "Li Xiao'e"),
        ("Wang Li", "Wang Lin"),
        ("Müller", "Möller"),
        ("Anna Berg", "Anna Lind"),
        ("John A Smith", "John Smith"),
    ],
)
def test_names_in_latin_letters_that_differ_otherwise_stay_different(one: str, other: str) -> None:
    assert not shared("person", one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("河南新乡宏达建筑有限公司", "新乡市宏达建筑有限公司"),
        ("河南新乡宏达有限公司", "河南省新乡市宏达有限公司"),
        ("河南新乡市宏达建筑有限公司", "新乡宏达建筑有限公司"),
        ("河南宏达有限公司", "河南省宏达有限公司"),
        ("广西宏达建筑有限公司", "广西壮族自治区宏达建筑有限公司"),
        ("新疆宏达建筑有限公司", "新疆维吾尔自治区宏达建筑有限公司"),
    ],
)
def test_two_places_before_a_company_are_known_without_what_kind_of_places_they_are(one: str, other: str) -> None:
    assert shared("company", one, other) in ({"core"}, {"core", "sound"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("河南宏达建筑有限公司", "湖北宏达建筑有限公司"),
        ("河南新乡宏达建筑有限公司", "河南郑州宏达建筑有限公司"),
        ("河南宏达建筑有限公司", "宏达建筑有限公司"),
        ("北京市宏达建筑有限公司", "上海宏达建筑有限公司"),
    ],
)
def test_companies_of_other_places_that_are_named_in_short_raise_no_alarm(one: str, other: str) -> None:
    assert not shared("company", one, other)


latin = st.lists(
    st.text(st.sampled_from("abcdefgilmnorstuwxyzäöüéøłÄÖÜ"), min_size=1, max_size=8), min_size=1, max_size=4
)


@given(latin)
def test_a_name_in_latin_letters_has_few_keys_and_is_found_in_either_order(words: list[str]) -> None:
    keys = sound_keys(" ".join(words), "person")
    assert 1 <= len(keys) <= 9
    assert keys & sound_keys(", ".join([words[-1], " ".join(words[:-1])]), "person")
    plain = [word for word in words if word.isascii()]
    assert plain != words or len(keys) <= 3 + 3 * any("ly" in word or "ny" in word for word in plain)


def test_a_name_that_syllables_could_make_up_in_a_million_ways_keeps_nobody_waiting() -> None:
    begun = time.perf_counter()
    assert spellings("ao" * 22 + "q", in_any_order=True) == {"ao" * 22 + "q"}
    assert time.perf_counter() - begun < 1


@given(names)
def test_a_name_in_another_script_has_no_spelling_in_latin_letters(name: str) -> None:
    if any("\u4e00" <= letter <= "\u9fff" for letter in name):
        assert spellings(name, in_any_order=True) == frozenset()
