"""A table others ask for, in a real browser: filled from the registers; sent down, filled, piled up, put together."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.requested_tables.world import HEADERS, blank_list, filled_list, id_number, phone

pytestmark = pytest.mark.browser

TWELVE = (
    "序号",
    "社区",
    "网格",
    "姓名",
    "性别",
    "出生年月",
    "年龄",
    "身份证号",
    "联系电话",
    "专/兼职",
    "政治面貌",
    "是否住本社区",
)


def _people(count: int, first: int) -> list[tuple[Any, ...]]:
    return [
        ("", f"来{'甲乙丙丁'[number]}", "男性", id_number(first + number), phone(first + number), 100, "")
        for number in range(count)
    ]


def _attach(page: Any, selector: str, files: list[tuple[str, bytes]]) -> None:
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files(selector, [{"name": name, "mimeType": mime, "buffer": data} for name, data in files])


def _saved(page: Any, button: str, folder: Path) -> Any:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    target = folder / "saved.xlsx"
    waiting.value.save_as(target)
    return openpyxl.load_workbook(io.BytesIO(target.read_bytes())).worksheets[0]


def _press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()
    page.wait_for_load_state()


def test_a_superiors_table_is_filled(sign_in: Callable[[str], Any], tmp_path: Path) -> None:
    page = sign_in("street_office")
    page.goto("/requested_tables/fill/")
    _attach(page, "main [name=file]", [("网格员信息表.xlsx", blank_list(headers=TWELVE, lines=3))])
    _press(page, "上传并填表")
    text = page.locator("main").inner_text()
    assert "11 列里 10 列系统里有，只有“是否住本社区”要补" in text
    _press(page, "按此填表")
    page.locator(".request-grid input").first.fill("是")
    _press(page, "保存补填")
    assert page.locator(".request-grid input").first.input_value() == "是"
    sheet = _saved(page, "下载填好的表", tmp_path)
    assert sheet["A1"].value == "清溪街道网格员花名册"
    assert sheet["L4"].value == "是"
    assert "*" in sheet["H4"].value
    assert sheet["L5"].fill.start_color.rgb.endswith("FFE7B3")
    page.goto("/requested_tables/fill/")
    _attach(page, "main [name=file]", [("下月.xlsx", blank_list(headers=TWELVE, lines=3))])
    _press(page, "上传并填表")
    assert "按上次的选择取数" in page.locator("main").inner_text()


def test_a_table_goes_down_and_comes_back(sign_in: Callable[[str], Any], tmp_path: Path) -> None:
    street = sign_in("street_office")
    street.goto("/requested_tables/collections/new")
    _attach(street, "main [name=file]", [("花名册.xlsx", blank_list())])
    street.fill("[name=title]", "12月网格员花名册")
    street.fill("[name=note]", "补贴按月填写。")
    _press(street, "下发")
    desk = street.url
    assert "催报" in street.locator("main").inner_text()

    clerk = sign_in("community_clerk")
    clerk.goto("/requested_tables/collections/")
    clerk.get_by_role("link", name="12月网格员花名册").first.click()
    _press(clerk, "开始填报")
    money = clerk.locator("input[name='c-0-6']")
    with clerk.expect_response(lambda answer: answer.request.method == "POST"):
        money.fill("350")
        money.blur()
    clerk.get_by_text("已自动保存").wait_for()
    clerk.reload()
    assert clerk.locator("input[name='c-0-6']").input_value() == "350"
    assert "星号" in clerk.locator("main").inner_text()
    with clerk.expect_response(lambda answer: answer.request.method == "POST"):
        clerk.locator("input[name='c-0-5']").fill("1540000")
        clerk.locator("input[name='c-0-5']").blur()
    clerk.locator("input[name='c-0-5'][aria-invalid]").wait_for()

    street.goto(desk)
    names = [street.locator("td.name").nth(number).inner_text() for number in range(6)]
    files = [
        (f"{names[1]}.xlsx", filled_list(names[1], _people(2, 40))),
        (f"附件1-{names[1][:2]}(1).xlsx", filled_list(names[1], _people(3, 40))),
        ("未命名.xlsx", filled_list("", [(names[2], *row[1:]) for row in _people(2, 60)], headers=(*HEADERS[:4], "民族", *HEADERS[4:]))),
        ("无名.xlsx", filled_list("", _people(1, 80))),
    ]  # fmt: skip
    _attach(street, "main [name=files]", files)
    _press(street, "放进来")
    text = street.locator("main").inner_text()
    assert "还缺 4 家" in text
    assert "多了一列“民族”" in text
    assert "同一家的另一份" in text
    _press(street, "收下勾选的")
    assert "收下了 2 家的表" in street.locator("main").inner_text()
    street.get_by_role("link", name="汇总", exact=True).click()
    assert "没有发现问题" in street.locator("main").inner_text()
    sheet = _saved(street, "下载汇总表", tmp_path)
    assert [sheet.cell(row, 1).value for row in range(4, 9)] == [1, 2, 3, 4, 5]
    assert {sheet.cell(row, 2).value for row in range(4, 9)} == {names[1], names[2]}
