"""The format that README.md of the engine describes: its example is read from there and judged."""

from __future__ import annotations

import datetime as dt
import json
import re
import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from chassis.errors import StartError
from services.intake import eligibility
from services.intake.commands_rules import rules
from services.intake.eligibility import Judgement, RuleBook, RuleSet, RuleSetError, load_rule_set
from services.intake.eligibility.ruleset import Input

README = Path(eligibility.__file__).with_name("README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^`(?:example/2026-04-01/)?([\w.]+)`:\n\n```\w+\n(.*?)```", re.MULTILINE | re.DOTALL)
FENCED_RULES = re.compile(r"`example/2026-04-01/(rules\.yaml)`:\n\n```yaml\n(.*?)```", re.DOTALL)


def write(folder: Path, changes: dict[str, tuple[str, str]] | None = None) -> Path:
    """The README's example in a folder, with (old, new) replaced per file."""
    target = folder / "example" / "2026-04-01"
    target.mkdir(parents=True, exist_ok=True)
    files = dict(FENCED_RULES.findall(README)) | dict(FENCE.findall(README))
    assert set(files) == {"rules.yaml", "poverty_line.csv", "pensioner_disregard.csv", "contribution_scale.csv"}
    for name, text in files.items():
        old, new = (changes or {}).get(name, ("", ""))
        assert old in text
        (target / name).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return load_rule_set(write(tmp_path_factory.mktemp("rules")))


CASE: dict[str, t.Any] = {
    "area": "mainland",
    "household": 1,
    "benefits": [],
    "earnings": 120_000,
    "rent": 60_000,
    "savings": 500_000,
    "age": 40,
}


def judged(example: RuleSet, **changes: t.Any) -> Judgement:
    return example.judge({**CASE, **changes})


def test_a_deduction_with_a_cap_counts_up_to_it_and_without_one_in_full(example: RuleSet) -> None:
    assert judged(example).figures["net"] == 120_000 - 54_500
    assert judged(example, household=2).figures["net"] == 60_000
    assert judged(example, earnings=1_000).figures["net"] == 0


def test_weekly_and_four_weekly_payments_become_one_monthly_figure(example: RuleSet) -> None:
    weekly = [{"amount": 10_000, "per": "week"}, {"amount": 10_000, "per": "four_weeks"}, {"amount": 12, "per": "year"}]
    # 10,000 x 52 / 12 + 10,000 x 13 / 12 + 1 = 54,167.67, rounded down once
    assert judged(example, earnings=weekly, rent=0).figures["net"] == 54_167


@pytest.mark.parametrize(
    "earnings",
    [
        {"amount": 10_000, "pr": "week"},
        {"amount": 10_000, "per": "week", "until": "2026-05-01"},
        {"amount": 10_000, "per": ["week"]},
        {"amount": 10_000, "per": None},
        {"amount": 10_000, "per": "fortnight"},
        {"per": "week"},
        {},
        [20_000, -10_000],
        [20_000, {"amount": -10_000, "per": "week"}],
    ],
)
def test_a_payment_that_is_not_understood_whole_is_not_known(example: RuleSet, earnings: t.Any) -> None:
    assert list(example.objections({"earnings": earnings})) == ["earnings"]
    assert "earnings" in judged(example, earnings=earnings).missing


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "week", "islands", "2026-01-31"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["amount", "per", "x"]), inner),
)


@given(value=JSON.filter(lambda value: value is not None))
def test_any_value_of_any_input_is_used_or_refused_by_name(example: RuleSet, value: t.Any) -> None:
    for name in example.inputs:
        refused = name in example.objections({name: value})
        assert (name in judged(example, **{name: value}).known) is not refused


@pytest.mark.parametrize("day", ["1966-03-01xyz", "1966-03-01T10:00", "1966-3-1", 19660301])
def test_a_day_with_something_behind_it_is_no_day(day: t.Any) -> None:
    with pytest.raises(ValueError, match=r"born_on|isoformat"):
        Input("born_on", "date", {"zh": "", "en": ""}).read(day, "down")


@pytest.mark.parametrize(
    ("area", "household", "line"),
    [("mainland", 1, 100_000), ("mainland", 2, 140_000), ("mainland", 5, 245_000), ("islands", 4, 262_500)],
)
def test_the_standard_depends_on_area_and_household_size(
    example: RuleSet, area: str, household: int, line: int
) -> None:
    trail = judged(example, area=area, household=household).as_dict()["trail"]
    assert next(step for step in trail if step["section"] == "net_income")["limit"] == line * 125 // 100


def test_a_passporting_benefit_skips_the_named_sections_and_no_other(example: RuleSet) -> None:
    rich = judged(example, benefits=["income_support"], earnings=None, rent=None)
    assert (rich.outcome, rich.hardship) == ("eligible", "met")
    assert [step.result for step in rich.steps][:2] == ["passported", "skipped"]
    assert judged(example, benefits=["income_support"], savings=900_100).outcome == "not_eligible"


def test_disregards_draw_on_one_pool_in_order(example: RuleSet) -> None:
    # the home takes 99,500.00 of the pool of 100,000.00; of the rest savings may take 500.00
    judgement = judged(example, home=9_950_000, savings=800_000)
    assert judgement.figures["capital"] == 750_000
    # with the pool untouched, savings take no more than their 1,000.00
    assert judged(example, home=0, savings=800_000).figures["capital"] == 700_000
    # a home beyond the pool leaves nothing for savings
    assert judged(example, home=10_100_000, savings=800_000).figures["capital"] == 900_000


def test_a_banded_disregard_for_pensioners_depends_on_another_figure(example: RuleSet) -> None:
    pensioner = {"age": 60, "savings": 9_000_000, "household": 2}
    assert judged(example, **pensioner, earnings=62_599).figures["capital"] == 0
    assert judged(example, **pensioner, earnings=62_600).figures["capital"] == 8_900_000 - 9_000_000 + 100_000
    assert judged(example, **pensioner, earnings=65_100).figures["capital"] == 8_900_000


@pytest.mark.parametrize(("net", "contribution"), [(0, 0), (31_100, 0), (31_200, 35), (46_500, 5_390), (46_600, 5_435)])
def test_a_contribution_rises_by_bands(example: RuleSet, net: int, contribution: int) -> None:
    assert judged(example, earnings=net, rent=0).figures["contribution"] == contribution


def test_what_is_missing_is_named(example: RuleSet) -> None:
    judgement = judged(example, earnings=150_000, rent=None, savings=900_001, age=None)
    assert (judgement.outcome, judgement.missing) == ("unknown", ("age", "rent"))


def test_an_open_exemption_leaves_a_failed_test_open_and_a_met_one_met(example: RuleSet) -> None:
    assert judged(example, benefits=None).outcome == "eligible"
    rich = judged(example, benefits=None, earnings=300_000)
    assert (rich.outcome, rich.missing) == ("unknown", ("benefits",))


def test_a_rule_may_look_at_the_day_of_the_application_and_tables_at_two_numbers(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        {
            "rules.yaml": (
                "value: contribution_scale(net)",
                "value: \"applied_on < '2026-06-01' ? 0 : contribution_scale(household, net)\"",
            ),
            "contribution_scale.csv": ("above,to,value,percent\n", "household,above,to,value,percent\n"),
        },
    )
    rules_file, scale = folder / "rules.yaml", folder / "contribution_scale.csv"
    text = rules_file.read_text().replace("  age:  ", "  applied_on: {type: date}\n  age:  ")
    rules_file.write_text(text.replace("contribution_scale.csv, band", "contribution_scale.csv, by: [household], band"))
    scale.write_text("household,above,to,value,percent\n1,0,,10,\n*,0,,20,\n")
    rule_set = load_rule_set(folder)
    early, late = (rule_set.judge(CASE, dt.date(2026, month, 1)).figures["contribution"] for month in (5, 6))
    assert (early, late) == (0, 1_000)
    for said in ("2026-05-01", None):  # the day is filled in, whatever a case says of it
        assert rule_set.judge({**CASE, "applied_on": said}, dt.date(2026, 6, 1)).figures["contribution"] == late
    assert rule_set.judge({**CASE, "household": 3}, dt.date(2026, 7, 1)).figures["contribution"] == 2_000


money = st.none() | st.integers(0, 20_000_000)
cases = st.fixed_dictionaries(
    {
        "area": st.none() | st.sampled_from(["mainland", "islands"]),
        "household": st.none() | st.integers(1, 9),
        "partner": st.booleans(),
        "benefits": st.none() | st.lists(st.sampled_from(["income_support", "universal_credit"]), unique=True),
        "earnings": st.none() | st.integers(0, 400_000),
        "rent": st.none() | st.integers(0, 100_000),
        "home": money,
        "savings": st.none() | st.integers(0, 2_000_000),
        "age": st.none() | st.integers(0, 100),
    }
)
RANK = {"eligible": 2, "unknown": 1, "not_eligible": 0}


@given(case=cases, more=st.integers(0, 200_000), figure=st.sampled_from(["earnings", "savings", "home"]))
def test_more_means_never_help(example: RuleSet, case: dict[str, t.Any], more: int, figure: str) -> None:
    case[figure] = case[figure] or 0
    richer = {**case, figure: case[figure] + more}
    assert RANK[example.judge(richer).outcome] <= RANK[example.judge(case).outcome]


@given(case=cases, data=st.data())
def test_eligible_without_a_value_means_eligible_with_any(
    example: RuleSet, case: dict[str, t.Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(["area", "household", "benefits", "earnings", "rent", "savings", "age"]))
    if example.judge({**case, name: None}).outcome != "eligible":
        return
    values: dict[str, st.SearchStrategy[t.Any]] = {
        "area": st.sampled_from(["mainland", "islands"]),
        "household": st.integers(1, 20),
        "benefits": st.lists(st.sampled_from(["income_support", "universal_credit"]), unique=True),
        "age": st.integers(0, 120),
    }
    value = data.draw(values.get(name, st.integers(0, 10**12)))
    assert example.judge({**case, name: value}).outcome == "eligible"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "rules.yaml",
            "figure: earnings",
            "figure: earnings +",
            r"rules\.yaml:46: figure: 'earnings \+' is not an expression",
        ),
        ("rules.yaml", "figure: earnings", "figure: earning", r"rules\.yaml:46: figure: 'earning' is neither an input"),
        (
            "rules.yaml",
            "figure: earnings",
            "figure: capital",
            "'capital' is neither an input nor a standard nor a figure above",
        ),
        ("rules.yaml", "figure: earnings", "figure: partner", "should give an amount"),
        ("rules.yaml", "figure: earnings", "figure: earnings + partner", "does not fit its values"),
        ("rules.yaml", "figure: earnings", "figure: double(earnings)", "no function or table 'double'"),
        ("rules.yaml", "'income_support' in benefits", "'income_suport' in benefits", "'income_suport' is not a term"),
        ("rules.yaml", "poverty_line(area, household)", "poverty_line(area)", r"takes 2 arguments \(area, household\)"),
        ("rules.yaml", "poverty_line(area, household)", "povertyline(area)", "no function or table 'povertyline'"),
        ("rules.yaml", "skips: [gross_income", "skips: [gros_income", "no section 'gros_income'"),
        ("rules.yaml", "skips: [gross_income", "skips: [net", "neither requires nor tests"),
        ("rules.yaml", "kind: test", "kind: tset", "'kind' must be one of"),
        ("rules.yaml", "    limit: income_cap", "    limits: income_cap", "'limits' is not known here"),
        ("rules.yaml", "capital_cap:  {money: 8000", "capital_cap:  {money: 8000.001", "more than 2 decimals"),
        ("rules.yaml", "rounding: down", "rounding: sideways", "'rounding' must be one of"),
        ("rules.yaml", "from: 2026-04-01", "from: 2026-04-02", "the folder is named 2026-04-01"),
        ("rules.yaml", "verified: false", "verified: maybe", "'verified' must be true or false"),
        ("rules.yaml", "  age:        {type: count", "  rent:       {type: count", "'rent' stands here twice"),
        ("rules.yaml", "pension_age:  {", "age:  {", "the name 'age' is taken"),
        ("rules.yaml", "pool: equity}", "pool: equitty}", "'equitty' is not one of the pools"),
        ("rules.yaml", "of: [home],", "of: [house],", "'house' is not one of the assets"),
        ("rules.yaml", "inputs:", "inputs: [", "not YAML"),
        ("rules.yaml", "from: 2026-04-01", "from: 2026-02-30", r"rules\.yaml:3: not YAML: '2026-02-30' is no day"),
        (
            "rules.yaml",
            "age:        {type: count",
            "age:        {type: cuont",
            r"'type' must be one of money, amounts, count",
        ),
        (
            "rules.yaml",
            "per: month, title: rent",
            "per: fortnight, title: rent",
            r"'per' must be one of day, week, two_weeks",
        ),
        ("rules.yaml", "title: Capital\n", "title: !!int Capital\n", "'Capital' is no number"),
        ("rules.yaml", "title: Capital\n", "title: !!bool Capital\n", "'Capital' is no truth value"),
        ("rules.yaml", "title: Capital\n", "title: !!timestamp Capital\n", "'Capital' is no day"),
        ("rules.yaml", "title: Capital\n", "title: !!map Capital\n", "this is no mapping"),
        ("rules.yaml", "title: Capital\n", f"title: {'[' * 5000}\n", "brackets within hundreds of brackets"),
        ("rules.yaml", "title: Capital\n", "title: Cap\x00ital\n", r"the sign U\+0000 is not allowed"),
        ("rules.yaml", "from: 2026-04-01", "from: soon", r"rules\.yaml:3: 'from' must be a day such as 2026-01-01"),
        (
            "rules.yaml",
            "  income_cap:   {money: 2657.00, article: reg. 8, title: gross income cap}\n",
            "",
            r"limit: 'income_cap' is neither an input nor a standard nor a figure above",
        ),
        (
            "rules.yaml",
            "value: contribution_scale(net)",
            "value: partner ? net : 0",
            "such as a \\? b : c, needs quotes",
        ),
        ("rules.yaml", "title: Gross monthly income", "title: Income: gross", "with a colon and a blank"),
        ("rules.yaml", "value: contribution_scale(net)", "value: !net", "a text that begins with ! needs quotes"),
        ("rules.yaml", "format: 1", "format: 2", r"rules\.yaml:1: 'format' must be 1"),
        ("rules.yaml", "format: 1\n", "", "'format' is missing"),
        ("rules.yaml", "article: reg. 6\n", "article: 6\n", r"'article' must be text \(a number needs quotes\)"),
        ("rules.yaml", "rounding: down", "digits: -1", "'digits' must be from 0 to 4"),
        ("rules.yaml", "title: Capital\n", "title: ' '\n", "'title' has no words"),
        ("rules.yaml", "terms: [mainland, islands]", "terms: []", "'terms' is empty"),
        ("rules.yaml", "skips: [gross_income, net_income]", "skips: []", "'skips' is empty"),
        (
            "rules.yaml",
            "  age:        {type: count",
            "  applied_on: {type: count",
            "'applied_on' is the day of the application",
        ),
        ("rules.yaml", "section: net\n", "section: net pay\n", "'net pay': a name has up to 40 lower-case letters"),
        ("rules.yaml", "section: net\n", f"section: {'n' * 41}\n", "'n{41}': a name has up to 40 lower-case letters"),
        ("rules.yaml", "section: net\n", "section: max\n", "the name 'max' is taken: functions, inputs, standards"),
        ("rules.yaml", "section: net\n", "section: rent\n", "the name 'rent' is taken: functions, inputs, standards"),
        ("rules.yaml", "{key: childcare,", "{key: Child care,", "'Child care': a name has up to 40 lower-case letters"),
        ("rules.yaml", "{money: 545,", "{money: 5:45,", "'5:45' is not a number"),
        ("rules.yaml", "{money: 545,", "{money: -545,", r"rules\.yaml:\d+: '-545' is below zero"),
        ("rules.yaml", "{money: 545,", "{money: 90071992547410,", r"rules\.yaml:\d+: '90071992547410' is too large"),
        ("poverty_line.csv", "1400", "-1400", r"poverty_line\.csv:3: value: '-1400' is below zero"),
        ("poverty_line.csv", "1400", "1e400", r"poverty_line\.csv:3: value: '1e400' is not a number"),
        ("rules.yaml", "figure: earnings", "figure: earnings / 0", r"'earnings / 0' does not fit .* divides by zero"),
        ("rules.yaml", "figure: earnings", "figure: earnings % 00", "% 00 divides by zero"),
        (
            "rules.yaml",
            "figure: earnings",
            "figure: ''",
            r"rules\.yaml:\d+: figure: '' is not an expression: it is empty$",
        ),
        (
            "rules.yaml",
            "figure: earnings",
            "figure: earnings +",
            "'earnings \\+' is not .*: something is missing at the end$",
        ),
        (
            "rules.yaml",
            "figure: earnings",
            "figure: earnings rent",
            "'earnings rent' is not .*: 'rent' does not belong there$",
        ),
        ("rules.yaml", "figure: earnings", "figure: (earnings + 1,000", "'1,000' has no meaning here: write 1000$"),
        ("rules.yaml", "when: age >=", "when: age = ", "'=' has no meaning here: write ==$"),
        ("rules.yaml", "when: age >=", "when: partner and age >=", "'and' has no meaning here: write &&$"),
        ("rules.yaml", "when: age >=", "when: age ＞＝", "'＞' has no meaning here: write >$"),
        ("rules.yaml", "when: age >=", "when: ‘a’ in benefits || age >=", "'‘' has no meaning here: write '$"),
        ("rules.yaml", "when: age >=", "when: max(age，1) >=", "'，' has no meaning here: write ,$"),
        ("rules.yaml", "when: age >=", "when: age；age >=", "'；' has no meaning here$"),
        ("rules.yaml", "when: age >= pension_age", 'when: "partner ? true"', "something is missing at the end$"),
        (
            "rules.yaml",
            "figure: earnings",
            f"figure: {'earnings + ' * 90}",
            r"earnings \+ e?a?r?n?i?n?g?s?.{0,3}\.\.\.' is not an",
        ),
        ("rules.yaml", "currency: GBP", "currency: pounds", "'currency' must be the three letters of ISO 4217"),
        ("rules.yaml", "rounding: down", "periods: {year: 2}", "periods: year: a year is one year"),
        ("rules.yaml", "file: poverty_line.csv", "file: ../poverty_line.csv", "'file' stands beside rules.yaml"),
        ("rules.yaml", "{money: 545,", "{money: 0x545,", "'0x545' is not a number"),
        ("rules.yaml", "{money: 545,", "{money: .inf,", "'.inf' is not a number"),
        ("poverty_line.csv", "437.50", '"437,50"', r"decimals follow a point, a comma stands between thousands"),
        (
            "contribution_scale.csv",
            "35",
            "1/3",
            r"contribution_scale\.csv:3: percent: '1/3' is a fraction: write it in a",
        ),
        ("poverty_line.csv", "mainland,2,", "mainland,3,", r"poverty_line\.csv:3: gap: household 3 follows 1"),
        ("poverty_line.csv", "mainland,2,", "mainland,1,", r"poverty_line\.csv:3: overlap: household 1 follows 1"),
        ("poverty_line.csv", "islands,1,1250\nislands,2,1750\nislands,more,437.50\n", "", "no row for area 'islands'"),
        ("poverty_line.csv", "1400", "a lot", r"poverty_line\.csv:3: value: 'a lot' is not a number"),
        ("poverty_line.csv", "value", "amount", "column 'value' is missing"),
        ("pensioner_disregard.csv", "26,51", "27,51", r"pensioner_disregard\.csv:3: gap: from 27"),
        ("pensioner_disregard.csv", "26,51", "25,51", r"pensioner_disregard\.csv:3: overlap: from 25"),
        ("pensioner_disregard.csv", "51,,0", "51,99,0", r"pensioner_disregard\.csv:4: gap: nothing after the last row"),
        (
            "pensioner_disregard.csv",
            "0,26",
            "0,",
            r"pensioner_disregard\.csv:3: overlap: the row before has no 'below'",
        ),
        (
            "contribution_scale.csv",
            "35",
            "35 of 100",
            r"contribution_scale\.csv:3: percent: '35 of 100' is not a number",
        ),
    ],
)
def test_what_cannot_be_judged_safely_is_refused_with_file_and_row(
    tmp_path: Path, file: str, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(RuleSetError, match=complaint):
        load_rule_set(write(tmp_path, {file: (old, new)}))


def test_a_folder_that_nobody_reads_is_refused_because_the_rules_before_it_would_go_on(tmp_path: Path) -> None:
    later = write(tmp_path).parent / "2027-04-01"
    later.mkdir()
    with pytest.raises(RuleSetError, match=r"2027-04-01:1: no rules\.yaml here"):
        RuleBook.load(tmp_path)


def test_what_stands_in_the_place_of_a_file_and_is_none_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    for name in ("rules.yaml", "poverty_line.csv"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).unlink()
        (folder / name).mkdir()
        with pytest.raises(RuleSetError, match=f"{name}:1: the file cannot be read"):
            load_rule_set(folder)
        (folder / name).rmdir()
        (folder / name).write_text(text, encoding="utf-8")


TYPOS = (
    "",
    "0",
    "-1",
    "null",
    "[]",
    "{}",
    "true",
    "1e400",
    "2026-13-45",
    "'",
    ":",
    "*",
    "{",
    ".inf",
    "? a",
    "net",
    "kind",
)


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), typo=st.sampled_from(TYPOS))
def test_whatever_is_mistyped_is_refused_with_its_row_or_judges_nobody_by_accident(
    tmp_path: Path, place: float, typo: str
) -> None:
    folder = write(tmp_path)
    text = (folder / "rules.yaml").read_text(encoding="utf-8")
    words = list(re.finditer(r"[^\s,:{}\[\]]+", text))
    word = words[int(place * len(words))]
    (folder / "rules.yaml").write_text(text[: word.start()] + typo + text[word.end() :], encoding="utf-8")
    assert rows_or_outcome(folder) in ("refused", "unknown", "not_eligible")


@pytest.mark.parametrize("word", ["[]", "{}", "true", "1e3", "2026-13-45", "'2'"])
def test_a_format_that_is_no_1_is_refused_with_its_row(tmp_path: Path, word: str) -> None:
    folder = write(tmp_path)
    text = (folder / "rules.yaml").read_text(encoding="utf-8")
    assert re.search(r"^format: 1$", text, re.MULTILINE)
    changed = re.sub(r"^format: 1$", f"format: {word}", text, flags=re.MULTILINE)
    (folder / "rules.yaml").write_text(changed, encoding="utf-8")
    assert rows_or_outcome(folder) == "refused"


def rows_or_outcome(folder: Path) -> str:
    """``refused`` where every complaint has a row, else what the rules say of nobody."""
    try:
        return load_rule_set(folder).judge({}).outcome
    except RuleSetError as refused:
        return "refused" if all(fault.row >= 1 for fault in refused.faults) else "no row"


def test_a_share_says_exactly_what_no_percentage_can(tmp_path: Path) -> None:
    folder = write(tmp_path, {"contribution_scale.csv": ("percent", "share")})
    table = "above,to,value,share\n0,300,0,\n300,900,0,1/3\n900,,200,1/2\n"
    (folder / "contribution_scale.csv").write_text(table)
    rules = load_rule_set(folder)
    paid = [
        rules.judge({**CASE, "earnings": net, "rent": 0}).figures["contribution"] for net in (30_000, 90_000, 90_100)
    ]
    assert paid == [0, 20_000, 20_050]
    (folder / "contribution_scale.csv").write_text("above,to,value,share,percent\n0,,0,1/3,33\n")
    with pytest.raises(RuleSetError, match=r"contribution_scale\.csv:2: a row has a percent or a share, not both"):
        load_rule_set(folder)


def test_an_amount_with_thousands_set_apart_is_read(tmp_path: Path, example: RuleSet) -> None:
    folder = write(tmp_path, {"poverty_line.csv": ("mainland,1,1000", 'mainland,1,"1,000.00"')})
    assert load_rule_set(folder).judge(CASE).figures == example.judge(CASE).figures


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "poverty_line.csv").unlink()
    with pytest.raises(RuleSetError, match=r"poverty_line\.csv:1: the file is missing"):
        load_rule_set(folder)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, {"rules.yaml": ("figure: earnings", "figure: x"), "poverty_line.csv": ("1400", "x")})
    with pytest.raises(RuleSetError) as refused:
        load_rule_set(folder)
    assert len(refused.value.faults) == 2


def test_a_table_may_be_a_spreadsheet(tmp_path: Path, example: RuleSet) -> None:
    folder = write(tmp_path, {"rules.yaml": ("poverty_line.csv", "poverty_line.xlsx")})
    book = Workbook()
    for line in (folder / "poverty_line.csv").read_text().splitlines():
        book.active.append([float(cell) if cell[0].isdigit() else cell for cell in line.split(",")])
    book.save(folder / "poverty_line.xlsx")
    assert load_rule_set(folder).judge(CASE).figures == example.judge(CASE).figures


def test_two_sets_that_overlap_are_refused(tmp_path: Path) -> None:
    write(tmp_path, {"rules.yaml": ("from: 2026-04-01", "from: 2026-04-01\nuntil: 2027-12-31")})
    following = write(tmp_path / "later", {"rules.yaml": ("from: 2026-04-01", "from: 2027-04-01")})
    following.rename(tmp_path / "example" / "2027-04-01")
    with pytest.raises(RuleSetError, match="the next set begins 2027-04-01"):
        RuleBook.load(tmp_path)


def test_after_its_last_day_a_set_judges_nobody(tmp_path: Path) -> None:
    write(tmp_path, {"rules.yaml": ("from: 2026-04-01", "from: 2026-04-01\nuntil: 2026-12-31")})
    book = RuleBook.load(tmp_path)
    assert book.judge("example", dt.date(2026, 12, 31), CASE).outcome == "eligible"
    assert book.judge("example", dt.date(2027, 1, 1), CASE).missing == ("rule_set",)


CASE_ON_PAPER = "{area: mainland, household: 1, benefits: [], earnings: 120000, rent: 60000, savings: 1, age: 30}"


def test_the_command_line_checks(tmp_path: Path) -> None:
    folder = write(tmp_path)
    run = CliRunner().invoke
    said = run(rules, ["check", str(tmp_path)]).output
    assert said.startswith("example/2026-04-01: 7 sections, in order, from 2026-04-01; not verified yet: on_benefit")
    listed = json.loads(run(rules, ["check", str(tmp_path), "--json"]).output)
    assert listed["rule_sets"][0]["inputs"][0] == "area"
    (folder / "poverty_line.csv").write_text("area,household,value\n")
    refused = run(rules, ["check", str(tmp_path)])
    assert refused.exit_code == 1
    assert "poverty_line.csv:1: the table has no rows" in refused.output
    faults = json.loads(run(rules, ["check", str(tmp_path), "--json"]).output)["faults"]
    assert (faults[0]["row"], faults[0]["text"]) == (1, "the table has no rows")


def test_the_command_line_tells_inputs_and_standards_that_no_expression_reads(tmp_path: Path) -> None:
    run = CliRunner().invoke
    write(tmp_path)
    assert "read by no expression" not in run(rules, ["check", str(tmp_path)]).output
    unread = "  shoes:      {type: count}\n  age:        {type: count"
    write(tmp_path, {"rules.yaml": ("  age:        {type: count", unread)})
    said = run(rules, ["check", str(tmp_path)]).output
    assert "example/2026-04-01: read by no expression: shoes\n" in said
    listed = json.loads(run(rules, ["check", str(tmp_path), "--json"]).output)
    assert listed["rule_sets"][0]["unread"] == ["shoes"]


def test_the_command_line_explains_with_figures_as_people_read_them(tmp_path: Path) -> None:
    write(tmp_path)
    run = CliRunner().invoke
    asked = ["explain", str(tmp_path), "--day", "2026-05-01"]
    said = run(rules, asked, input=CASE_ON_PAPER).output
    assert said.startswith("example/2026-04-01: eligible 符合 (means: met 成立)\n")
    assert "1,200.00 GBP against a limit of 2,657.00 GBP" in said
    assert "[not verified yet]" in said
    before = run(rules, [*asked[:-1], "2026-03-31"], input=CASE_ON_PAPER).output
    assert before.startswith("no rule set on that day: unknown")
    wrong = run(rules, asked, input="{areas: mainland, earnings: 12.5, benefits: [dole]}")
    complaint = str(wrong.exception)
    for part in ("areas: these rules have no such input; they have: area", "earnings: a whole number of 1/100 GBP",
                 "benefits: a list out of: income_support"):  # fmt: skip
        assert part in complaint


def test_what_cannot_be_calculated_yet_is_called_open(tmp_path: Path, example: RuleSet) -> None:
    results = {step.rule.key: step.result for step in judged(example, benefits=None, rent=None).steps}
    assert (results["on_benefit"], results["net"], results["contribution"]) == ("open", "open", "open")
    assert judged(example, benefits=None).reasons()[0]["key"] == "gross_income.met"


def test_the_trail_shows_what_an_amount_was_calculated_from(example: RuleSet) -> None:
    trail = judged(example).as_dict()["trail"]
    assert trail[-1]["figures"] == {"net": 65_500, "contribution": judged(example).figures["contribution"]}


def test_a_jurisdiction_is_checked_and_explained_whatever_is_wrong_in_another(tmp_path: Path) -> None:
    write(tmp_path)
    other = tmp_path / "other" / "2026-01-01"
    other.mkdir(parents=True)
    (other / "rules.yaml").write_text("format: 1\n")
    run = CliRunner().invoke
    assert run(rules, ["check", str(tmp_path / "example")]).output.startswith("example/2026-04-01: 7 sections")
    asked = ["explain", str(tmp_path), "--day", "2026-05-01", "--jurisdiction", "example"]
    assert run(rules, asked, input=CASE_ON_PAPER).output.startswith("example/2026-04-01: eligible")
    assert "other/2026-01-01/rules.yaml:1: 'title' is missing" in run(rules, ["check", str(tmp_path)]).output


@pytest.mark.parametrize(
    "stray", ["example/old/2025-01-01/rules.yaml", "example/rules.yaml", "example/2025-01-01/Rules.yml"]
)
def test_a_rule_set_that_nobody_would_read_is_refused(tmp_path: Path, stray: str) -> None:
    write(tmp_path)
    (tmp_path / stray).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / stray).write_text("format: 1\n")
    with pytest.raises(RuleSetError, match=f"{stray}:1: not read here: a rule set is <jurisdiction>/<first day>"):
        RuleBook.load(tmp_path)


def test_a_case_is_read_as_the_rules_are(tmp_path: Path) -> None:
    write(tmp_path)
    run, asked = CliRunner().invoke, ["explain", str(tmp_path), "--day", "2026-05-01"]
    said = run(rules, asked, input=CASE_ON_PAPER.replace("rent: 60000", "rent: 060000")).output
    assert "545.00 GBP" in said
    twice = run(rules, asked, input="earnings: 1\nearnings: 2\n")
    assert "'earnings' stands here twice" in str(twice.exception)


def test_a_deduction_is_shown_as_money_even_where_its_key_is_an_input_that_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"rules.yaml": ("{key: childcare, amount: childcare}", "{key: age, amount: childcare}")})
    asked = ["explain", str(tmp_path), "--day", "2026-05-01"]
    case = CASE_ON_PAPER.replace("rent: 60000", "rent: 60000, childcare: 12345")
    (line,) = [one for one in CliRunner().invoke(rules, asked, input=case).output.splitlines() if "123.45" in one]
    assert line.split() == ["age", "123.45", "GBP"]


@pytest.mark.slow
def test_the_command_line_compares_rules_and_their_verdicts(tmp_path: Path) -> None:
    folder, run = write(tmp_path), CliRunner().invoke
    other = write(tmp_path / "other", {"poverty_line.csv": ("mainland,2,1400", "mainland,2,1500")})
    changed = run(rules, ["diff", str(folder), str(other)]).output
    assert changed == "poverty_line mainland,2:\n  - mainland,2,1400\n  + mainland,2,1500\n"
    assert run(rules, ["diff", str(folder), str(folder)]).output == "the same rules\n"
    for way in ("1400.00", '"1,400"', '"1,400.0"'):
        same = write(tmp_path / "same", {"poverty_line.csv": ("mainland,2,1400", f"mainland,2,{way}")})
        assert run(rules, ["diff", str(folder), str(same)]).output == "the same rules\n"
    same = write(tmp_path / "same", {"rules.yaml": ("{money: 8000", '{money: "8,000.00"')})
    assert run(rules, ["diff", str(folder), str(same)]).output == "the same rules\n"
    case = tmp_path / "case.yaml"
    case.write_text(CASE_ON_PAPER)
    both = json.loads(run(rules, ["diff", str(folder), str(other), "--given", str(case), "--json"]).output)
    assert both["outcomes"] == {str(folder): "eligible", str(other): "eligible"}
    assert both["changes"][0]["after"] == "mainland,2,1500"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("savings: 12.5", "savings: a whole number of 1/100 GBP"),
        ("saving: 1", "saving: these rules have no such input"),
    ],
)
def test_a_case_that_does_not_fit_the_rules_is_not_compared_as_if_it_were_unknown(
    tmp_path: Path, line: str, complaint: str
) -> None:
    folder, case = write(tmp_path), tmp_path / "case.yaml"
    case.write_text(line)
    said = CliRunner().invoke(rules, ["diff", str(folder), str(folder), "--given", str(case)])
    assert isinstance(said.exception, StartError)
    assert complaint in str(said.exception)


@pytest.mark.parametrize("written", ["0545", '"545"', "545.00"])
def test_an_amount_is_what_it_is_on_paper(tmp_path: Path, written: str) -> None:
    rules = load_rule_set(write(tmp_path, {"rules.yaml": ("{money: 545,", f"{{money: {written},")}))
    assert judged(rules).figures["net"] == 120_000 - 54_500


def test_a_day_in_quotes_is_a_day(tmp_path: Path) -> None:
    changed = ("from: 2026-04-01", 'from: "2026-04-01"\nuntil: "2026-09-30"')
    assert load_rule_set(write(tmp_path, {"rules.yaml": changed})).until == dt.date(2026, 9, 30)
