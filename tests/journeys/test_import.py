"""An ugly workbook through the four steps: put right on the page, written in part, mended, gone on with, taken back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.lowcode.importing.workbooks import make

pytestmark = pytest.mark.browser


def ugly() -> bytes:
    """A title, a header of two rows, a total, a telephone of the office that looks like data, a bad ID number and somebody twice."""
    people = [[n + 1, make.NAMES[n], make.id_number(700 + n), make.phone(700 + n), "第一网格"] for n in range(6)]
    people[2][2] = people[2][2][:-1] + ("1" if people[2][2][-1] != "1" else "2")
    people[5][2] = people[4][2]
    head = [["序号", "个人信息", "", "联系电话", "所在网格"], ["", "姓名", "身份证号", "", ""]]
    rows = [["桂花社区网格员花名册"], *head, *people, ["合计", "6 人"], ["", "值班室", "", "0512-66660000", "第一网格"]]
    merges = ((0, 0, 0, 4), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3), (1, 4, 2, 4))
    return make.xlsx(make.Page("名单", rows, merges))


def put_in(page: Any, name: str, data: bytes) -> None:
    page.goto("/grid_workers/import/")
    page.set_input_files("[name=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.get_by_role("button", name="上传并认表").click()
    page.wait_for_url(re.compile(r"/import/\d+/layout"))


def test_an_ugly_workbook_goes_in_comes_back_goes_on_and_is_taken_back(sign_in: Callable[[str], Any]) -> None:
    page = sign_in("community_secretary")
    put_in(page, "网格员.xlsx", ugly())
    assert page.locator("[name=row-10]").input_value() == "other", "the total"
    assert "认出 7 行数据" in page.locator("[data-told]").inner_text(), "the office looks like a person"
    page.select_option("[name=row-11]", "other")
    page.wait_for_selector("text=您改过")
    assert "认出 6 行数据" in page.locator("[data-told]").inner_text()
    page.get_by_role("button", name="下一步：核对").click()
    page.wait_for_url(re.compile(r"/rows"))
    assert "第 18 位校验不对" in page.locator("main").inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载标好的原表").click()
    marked = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    sheet = marked["名单"]
    assert sheet["C6"].comment is not None
    page.get_by_role("button", name="写入", exact=True).click()
    page.wait_for_url(re.compile(r"/result"))
    result = page.url
    assert "新增 3 条" in page.locator("main").inner_text()
    sheet["C6"], sheet["C9"] = make.id_number(702), make.id_number(705)
    buffer = io.BytesIO()
    marked.save(buffer)
    put_in(page, "网格员_标注.xlsx", buffer.getvalue())
    page.get_by_role("button", name="下一步：核对").click()
    page.wait_for_url(re.compile(r"/rows"))
    page.get_by_role("button", name="写入", exact=True).click()
    page.wait_for_url(re.compile(r"/result"))
    assert page.url == result, "the corrected file belongs to the batch it came from"
    assert "新增 6 条" in page.locator("main").inner_text()
    page.locator("summary", has_text="撤销这一批").click()
    page.get_by_role("button", name="确定撤销这一批").click()
    page.wait_for_url(re.compile(r"/result"))
    assert "还原 6 条" in page.locator("main").inner_text()
