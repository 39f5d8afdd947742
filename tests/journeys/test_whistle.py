"""A whistle from its draft to the answer, by five people, with its papers; a late matter from the program's proposal to its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.lowcode.flow.test_acting import JPEG

pytestmark = pytest.mark.browser

WHISTLE = "占用消防通道多次劝导无效"
LATE = "12345转办：路灯连片不亮"
PHOTO = {"name": "到场.jpg", "mimeType": "image/jpeg", "buffer": JPEG}


def main_of(page: Any) -> str:
    page.wait_for_load_state()
    return page.locator("main").inner_text()


def open_row(page: Any, register: str, text: str) -> None:
    page.goto(f"/{register}/list/")
    page.locator("main table.rows a", has_text=text).first.click()
    page.wait_for_url(re.compile(rf"/{register}/show/\d+"))


def act(page: Any, name: str, **filled: str) -> None:
    """One step from the box beside a record."""
    page.get_by_role("link", name=f"办：{name}", exact=True).click()
    page.wait_for_url(re.compile(r"/flow/of/"))
    for field, text in filled.items():
        page.fill(f"[name={field}]", text)
    if page.locator("main input[type=file]").count():
        page.set_input_files("main input[type=file]", PHOTO)
    page.get_by_role("button", name=name, exact=True).last.click()
    page.wait_for_url(re.compile(r"/show/\d+"))


def printed(page: Any, name: str) -> bytes:
    """The paper a link leads to, as PDF."""
    page.get_by_role("link", name=name).first.click()
    page.wait_for_load_state()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载这一份").click()
    return download.value.path().read_bytes()  # type: ignore[no-any-return]


def test_a_whistle_from_first_to_last_step(sign_in: Callable[[str], Any]) -> None:
    head = sign_in("street_head")
    open_row(head, "whistles", WHISTLE)
    act(head, "吹哨")
    assert "综合行政执法队（主责）" in main_of(head)

    department = sign_in("department")
    open_row(department, "whistle_calls", WHISTLE)
    act(department, "签收", person="余振凯", phone="5551-0202")
    assert "待报到" in main_of(department)
    department.get_by_role("link", name=WHISTLE, exact=True).first.click()
    assert "第几次" in main_of(department)
    open_row(department, "whistle_calls", WHISTLE)
    act(department, "报到", arrived_by="余振凯")
    act(department, "处置完成", note="当场挪走电动车11辆，清出通道")
    assert "待街道评价" in main_of(department)

    office = sign_in("street_office")
    open_row(office, "whistle_calls", WHISTLE)
    act(office, "评价：已解决", response="95", arrival="90", effect="92")
    open_row(office, "whistles", WHISTLE)
    act(office, "反馈群众", note="已在小区群里公布处理结果")
    assert "已反馈" in main_of(office)
    assert printed(office, "打印吹哨报到单").startswith(b"%PDF")

    open_row(department, "whistle_calls", WHISTLE)
    assert "不再开放给部门" in main_of(department)


def test_a_late_matter_is_supervised_answered_and_closed_by_another(sign_in: Callable[[str], Any]) -> None:
    office = sign_in("street_office")
    office.goto("/supervision/proposals")
    form = office.locator("form.proposal", has_text=LATE)
    form.get_by_role("checkbox", name=f"选择 {LATE}").check()
    form.get_by_role("button", name="起草函件").click()
    office.wait_for_url(re.compile(r"/supervision/batches/\d+"))
    address = office.url
    assert "代录签发" in main_of(office)

    leader = sign_in("street_leader")
    leader.goto(address)
    leader.get_by_role("button", name="签发", exact=True).click()
    leader.wait_for_load_state()
    assert re.search(r"督〔2026〕\d+号", main_of(leader))

    department = sign_in("department")
    open_row(department, "supervision_items", LATE)
    department.get_by_role("link", name="报本周进展").click()
    department.fill("[name=text]", "已换灯头12个，线路在查")
    department.get_by_role("button", name="保存", exact=True).last.click()
    department.wait_for_url(re.compile(r"/show/\d+"))
    act(department, "报送一次督办回执", note="路灯全部恢复，夜间复查过")

    open_row(office, "supervision_items", LATE)
    act(office, "审结销号")
    assert "已销号" in main_of(office)
