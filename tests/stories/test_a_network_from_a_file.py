"""A whole network comes as one workbook: tried first, corrected, then entered whole and once."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from services.intake.commands_import import import_file
from tests.stories.network import Network

SHEETS: dict[str, list[list[t.Any]]] = {
    "单位": [["单位代码", "单位名称", "单位类型"], ["aging", "和阳市老龄工作委员会", "老龄工作委员会"]],
    "工作站": [
        ["单位代码", "工作站代码", "工作站名称", "级别", "区县", "联络员", "联络员电话"],
        *([["aging", f"ag-{n}", f"第{n}老年人工作站", "区县级", "凤泉区", f"联络员{n}", "13000000000"] for n in range(1, 31)]),
    ],
    "服务记录": [
        ["单位代码", "工作站代码", "登记编号", "日期", "服务类型", "服务对象", "事项", "人次"],
        ["aging", "ag-1", "2026-0001", "2026-02-02", "法律咨询", "老年人", "赡养", 1],
        ["aging", "ag-1", "2026-0002", "2026-02-03", "法治讲座", "老年人", "防范诈骗", 40],
    ],
    "律师事务所": [["律所名称", "区县"], ["和阳凤阳律师事务所", "凤泉区"]],
    "律师": [
        ["律所名称", "姓名", "执业证号", "专长及年限", "常驻单位代码"],
        *([["和阳凤阳律师事务所", f"律师{n}", f"1410720{n:010d}", "婚姻家庭 8", "aging"] for n in range(1, 61)]),
    ],
    "志愿者": [["姓名", "单位代码", "服务内容"], ["张志远", "aging", "文化辅导"]],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def workbook(file: Path, sheets: dict[str, list[list[t.Any]]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def imports(network: Network, file: Path, *options: str) -> Result:
    """``aidbus import`` as the administrator runs it."""
    caller = {"AIDBUS_URL": network.url, "AIDBUS_API_KEY": network.administrator.key}
    return CliRunner().invoke(import_file, [str(file), *options], env=caller)


def test_a_dry_run_lists_every_bad_row_and_enters_nothing(network: Network, folder: Path) -> None:
    wrong = {name: [list(row) for row in rows] for name, rows in SHEETS.items()}
    wrong["工作站"][7][3] = "国家级"
    wrong["工作站"][20][0] = "agnig"
    wrong["服务记录"][2][3] = "2026-02-31"
    wrong["律师"][3][0] = "没有的律师事务所"
    wrong["律师"][5][2] = wrong["律师"][4][2]
    tried = imports(network, workbook(folder / "wrong.xlsx", wrong), "--dry-run")
    assert tried.exit_code == 1
    lines = tried.stdout.strip().splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "工作站 stations, row 8, 级别", "工作站 stations, row 21, 单位代码", "服务记录 services, row 3, 日期",
        "律师 lawyers, row 4, 律所名称", "律师 lawyers, row 6",
    ]  # fmt: skip
    assert "市级、区县级" in lines[0]
    codes = [one["code"] for one in network.administrator.reads("/v1/organizations")["items"]]
    assert "aging" not in codes


def test_the_corrected_file_is_entered_whole_and_its_stations_work_at_once(network: Network, folder: Path) -> None:
    file = workbook(folder / "network.xlsx", SHEETS)
    assert imports(network, file, "--dry-run").exit_code == 0
    done = imports(network, file, "--json")
    ended = json.loads(done.stdout)
    assert (ended["state"], ended["entered"], ended["faulty"]) == ("done", 95, 0)

    administrator = network.administrator
    stations = administrator.reads("/v1/stations", organization="aging", limit=200)["items"]
    assert len(stations) == 30
    lawyers = administrator.reads("/v1/lawyers", standing_for="aging", limit=200)["items"]
    assert (len(lawyers), {one["firm_name"] for one in lawyers}) == (60, {"和阳凤阳律师事务所"})
    assert [one["name"] for one in administrator.reads("/v1/volunteers", organization="aging")["items"]] == ["张志远"]
    first = next(one for one in stations if one["code"] == "ag-1")
    liaison = network.actor("联络员1", "liaison", "aging", first["liaison"], "ag-1")
    given = liaison.does("/v1/services", station="ag-1", kind="advice", recipient_group="elderly", topic="遗嘱")
    assert given["organization"] == "aging"
    figures = liaison.sees(
        "/v1/figures", "what was imported and what was given", lambda page: page["sums"]["advice"] == 2
    )
    assert (figures["sums"]["lectures"], figures["sums"]["lecture_audience"]) == (1, 40)


def test_the_same_file_again_changes_nothing(network: Network, folder: Path) -> None:
    again = imports(network, folder / "network.xlsx")
    assert (again.exit_code, "imported before" in again.stderr) == (0, True)
    assert len(network.administrator.reads("/v1/stations", organization="aging", limit=200)["items"]) == 30
    assert len(network.administrator.reads("/v1/services", station="ag-1")["items"]) == 3


def test_only_the_administrator_imports(network: Network, folder: Path) -> None:
    liaison = network.actor("联络员2", "liaison", "aging", None, "ag-2")
    caller = {"AIDBUS_URL": network.url, "AIDBUS_API_KEY": liaison.key}
    refused = CliRunner().invoke(import_file, [str(folder / "network.xlsx")], env=caller)
    assert refused.exit_code == 1
    assert "403" in str(refused.exception)
