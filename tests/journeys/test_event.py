"""An event on the eight steps by five people, return visit and paper included; a 即办件 on one screen by one on duty."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.test_whistle import act, main_of, open_row, printed

pytestmark = pytest.mark.browser

SHOWN = re.compile(r"/show/\d+")
COMMUNITY = "990101001001"
STREET_MATTER, SMALL_MATTER = "沿街店铺占道经营屡劝不改", "楼道灯不亮"


def say(page: Any, address: str, button: str, **filled: str) -> None:
    """Fill in a form of one's own: 何事、何地、结果."""
    page.goto(address)
    for name, text in filled.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    page.get_by_role("button", name=button, exact=True).last.click()
    page.wait_for_load_state()


def dispatch(page: Any) -> None:
    """分拨 to the first unit that has an account."""
    page.get_by_role("link", name="办：分拨", exact=True).click()
    page.locator("main [name=units]").first.check()
    page.fill("main [name=limit]", "3工作日")
    page.get_by_role("button", name="分拨", exact=True).last.click()
    page.wait_for_url(SHOWN)


def answer(page: Any, action: str) -> None:
    page.get_by_role("link", name=f"办：{action}", exact=True).click()
    page.select_option("[name=satisfaction]", "满意")
    page.get_by_role("button", name=action, exact=True).last.click()
    page.wait_for_url(SHOWN)


def test_a_matter_of_one_on_duty_is_told_handled_and_closed_on_one_screen(sign_in: Callable[[str], Any]) -> None:
    clerk = sign_in("community_clerk")
    say(
        clerk, "/event_desk/at_once", "保存", name=SMALL_MATTER, location="2幢3单元", result="换了灯泡，已亮", alone="1"
    )
    said = main_of(clerk)
    assert "已办结" in said
    assert "同人办理" in said
    answer(clerk, "记回访")
    assert "满意" in main_of(clerk)
    assert printed(clerk, "打印事件交办（处置）单").startswith(b"%PDF")


def test_an_event_on_the_eight_steps_from_the_report_to_the_return_visit(sign_in: Callable[[str], Any]) -> None:
    office = sign_in("street_office")
    say(office, "/event_desk/flows", "保存", **{f"flow-{COMMUNITY}": "closed_loop_eight_steps"})

    worker = sign_in("grid_worker")
    say(worker, "/event_desk/at_once", "保存", name=STREET_MATTER, location="桂花路12号")
    act(worker, "核实存在")
    assert "待立案" in main_of(worker)

    centre = sign_in("grid_center")
    open_row(centre, "events", STREET_MATTER)
    act(centre, "立案")
    dispatch(centre)
    assert "待签收" in main_of(centre)

    department = sign_in("department")
    open_row(department, "events", STREET_MATTER)
    act(department, "签收")
    act(department, "处置完成", note="已规范到店内经营")

    open_row(worker, "events", STREET_MATTER)
    act(worker, "核查不通过", note="东侧两家还摆在外面")
    open_row(department, "events", STREET_MATTER)
    act(department, "处置完成", note="东侧两家也已收回")
    open_row(worker, "events", STREET_MATTER)
    act(worker, "核查通过")

    open_row(centre, "events", STREET_MATTER)
    act(centre, "结案归档")
    answer(centre, "回访反馈")
    said = main_of(centre)
    assert "已反馈" in said
    assert "满意" in said
    assert printed(centre, "打印事件交办（处置）单").startswith(b"%PDF")
    centre.goto("/event_desk/figures?period=2026-12")
    assert "100.00%" in main_of(centre)
