"""The month as the README tells it: a roster row, a meeting, the month's paper handed in, returned and passed, a point."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

pytestmark = pytest.mark.browser

COMMUNITY = "990101001001"


def test_a_secretary_changes_a_roster_row_and_sees_who_did(sign_in: Callable[[str], Any]) -> None:
    page = sign_in("community_secretary")
    page.goto("/grid_workers/list/")
    page.locator("table tbody a").first.click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.fill("[name=phone]", "1540000")
    page.get_by_role("button", name="保存", exact=True).last.click()
    assert "手机号应是 11 位" in page.locator("main").inner_text()
    page.fill("[name=phone]", "15400001234")
    page.get_by_role("button", name="保存", exact=True).last.click()
    page.wait_for_url(re.compile(r"/grid_workers/show/\d+"))
    text = page.locator("main").inner_text()
    assert "已保存" in text
    assert "15400001234" in text
    assert re.search(r"社区书记 把 联系电话 从 .* 改为 15400001234", text)


def test_search_finds_by_pinyin_and_characters(sign_in: Callable[[str], Any]) -> None:
    page = sign_in("community_secretary")
    page.goto("/residents/list/")
    name = page.locator("table tbody a").first.inner_text()
    page.fill("main [name=q]", name[-2:])
    page.press("main [name=q]", "Enter")
    page.wait_for_load_state()
    assert name in page.locator("table").inner_text()


def test_a_secretary_keeps_a_meeting(sign_in: Callable[[str], Any]) -> None:
    page = sign_in("community_secretary")
    page.goto("/meetings/list/")
    page.locator("table tbody a").first.click()
    page.locator("main").get_by_role("link", name="点名").first.click()
    page.get_by_role("button", name="没点的都算出席").click()
    page.wait_for_load_state()
    if page.get_by_role("button", name="保存点名").count():
        page.get_by_role("button", name="保存点名").click()
    page.wait_for_load_state()
    meeting = re.search(r"/meetings/(?:show|attendance)/(\d+)", page.url)
    assert meeting is not None
    page.goto(f"/meetings/topic/{meeting[1]}/add")
    page.fill("[name=title]", "楼道堆物清理")
    page.get_by_role("button", name="保存议题").click()
    page.wait_for_url(re.compile(r"/meetings/show/\d+"))
    assert "楼道堆物清理" in page.locator("main").inner_text()
    answer = page.request.get(f"/meetings/paper/{meeting[1]}/minutes.pdf")
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")


def test_a_figure_of_the_preview_opens_its_rows_in_the_whole_window(sign_in: Callable[[str], Any]) -> None:
    page = sign_in("street_office")
    page.goto("/reports/?paper=digest&area=990101001&period=2026-11")
    page.frame_locator("iframe").locator("td a", has_text=re.compile(r"^[1-9]")).first.click()
    page.wait_for_url(re.compile(r"/figures/\w+\?"))
    assert page.locator("table tbody tr").count()


def test_a_month_is_submitted_returned_submitted_again_and_passed(sign_in: Callable[[str], Any]) -> None:
    paper = f"/reports/submissions/{COMMUNITY}/digest/2026-11"
    secretary, street = sign_in("community_secretary"), sign_in("street_office")
    secretary.goto(paper)
    secretary.fill("[name=problems]", "楼道堆物较多。")
    secretary.get_by_role("button", name="保存文字").click()
    secretary.wait_for_load_state()
    _confirmed(secretary, paper + "/submit")
    assert "已提交" in secretary.locator("main").inner_text()
    street.goto(paper)
    street.fill("[name=reason]", "党员数请再核对")
    _confirmed(street, paper + "/return")
    secretary.goto(paper)
    assert "党员数请再核对" in secretary.locator("main").inner_text()
    _confirmed(secretary, paper + "/submit")
    street.goto(paper)
    _confirmed(street, paper + "/pass")
    assert "已审核" in street.locator("main").inner_text()
    street.goto("/reports/?paper=digest&area=990101001&period=2026-11")
    assert "桂花社区" in street.locator("main").inner_text()


def _confirmed(page: Any, action: str) -> None:
    """Press the button of the form that posts to `action`, unfolding its question first where it asks one."""
    form = page.locator(f'form[action$="{action}"]')
    folded = page.locator("details", has=form)
    if folded.count() and not folded.first.get_attribute("open") and not form.locator("button").last.is_visible():
        folded.last.locator("summary").first.click()
    buttons = form.locator("button")
    buttons.filter(has_not_text="不了").first.click()
    page.wait_for_load_state()


def test_an_assessor_gives_a_point(sign_in: Callable[[str], Any]) -> None:
    page = sign_in("grid_center")
    page.goto("/points/award")
    box = page.locator("[name='worker-text'], [role=combobox]").first
    box.click()
    page.keyboard.type("王")
    page.locator("[role=option]").first.click()
    rules = page.locator("[name=rule]")
    value = rules.locator("option", has_text="矛盾纠纷化解成功").get_attribute("value")
    rules.select_option(value)
    page.fill("[name=matter_text]", "化解 3 号楼噪声纠纷")
    page.set_input_files("[name=evidence]", {"name": "协议.png", "mimeType": "image/png", "buffer": _picture()})
    page.get_by_role("button", name="记分", exact=True).click()
    page.wait_for_load_state()
    assert re.search(r"/points/(entries|workers)/\d+", page.url), page.locator("main").inner_text()[:300]
    assert "化解 3 号楼噪声纠纷" in page.locator("main").inner_text()


def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(buffer, "PNG")
    return buffer.getvalue()


def test_nobody_signed_out_sees_a_page(server: Any, chromium: Any) -> None:
    page = chromium.new_context(base_url=server.address).new_page()
    page.goto("/residents/list/")
    assert "/login/" in page.url
    assert page.locator("html").get_attribute("lang") == "zh-CN"
