"""A point that somebody is judged by: recorded, checked, shown, disputed, decided, and its month closed and opened."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.street import TODAY

pytestmark = pytest.mark.browser

COMMUNITY = "990101001001"
MATTER = "调解楼上装修噪音纠纷"
PAPER = {"name": "调解协议.txt", "mimeType": "text/plain", "buffer": "双方同意和好".encode()}


def main_of(page: Any) -> str:
    page.wait_for_load_state()
    return page.locator("main").inner_text()


def open_disputes(page: Any) -> list[str]:
    page.goto("/points/disputes/")
    rows = page.locator("main table.rows tbody tr", has_text=re.compile("待处理|已超期")).locator("td.name a")
    return [row.get_attribute("href") for row in rows.all()]


def decide(page: Any, address: str, verdict: str, reason: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="处理", exact=True).click()
    page.select_option("[name=verdict]", verdict)
    page.fill("[name=reason]", reason)
    page.get_by_role("button", name="确定").last.click()
    page.wait_for_url(re.compile(r"/points/disputes/\d+$"))


def test_a_point_from_its_record_to_the_decision(sign_in: Callable[[str], Any]) -> None:
    worker = sign_in("grid_worker")
    worker.goto("/points/own?month=2026-11")
    worker.locator("main table.rows a[href*='/points/entries/']").first.click()
    name = worker.locator("dt:text-is('网格员') + dd").inner_text()

    secretary = sign_in("community_secretary")
    secretary.goto(f"/grid_workers/list/?q={name}")
    worker_id = re.findall(r"\d+", secretary.locator("main table tbody a").first.get_attribute("href"))[-1]
    secretary.goto(f"/points/award?worker={worker_id}")
    secretary.fill("[name=on]", "2026-11-20")
    rules = secretary.locator("[name=rule]")
    rules.select_option(rules.locator("option", has_text="矛盾纠纷化解成功").get_attribute("value"))
    secretary.fill("[name=matter_text]", MATTER)
    secretary.set_input_files("[name=evidence]", PAPER)
    secretary.get_by_role("button", name="记分", exact=True).last.click()
    secretary.wait_for_url(re.compile(r"/points/workers/\d+"))
    assert "待核" in main_of(secretary)

    center = sign_in("grid_center")
    center.goto("/points/checking/")
    center.get_by_label(f"选择 {MATTER}").check()
    center.get_by_role("button", name="核对通过").click()
    assert "已核 1 条" in center.locator("body").inner_text()

    office = sign_in("street_office")
    for address in open_disputes(office):
        decide(office, address, "rejected", "已向居民核实，记录没有错")
    secretary.goto(f"/points/shows/{COMMUNITY}/2026-11")
    secretary.get_by_role("button", name=re.compile("公示")).first.click()
    assert "公示中" in main_of(secretary)

    worker.goto("/points/own?month=2026-11")
    worker.locator("main table.rows").get_by_role("link", name=MATTER).click()
    worker.get_by_role("link", name="提出异议").click()
    worker.fill("[name=reason]", "这件事是别人调解的，不是我办的")
    worker.get_by_role("button", name="提交异议").last.click()
    assert "待处理" in main_of(worker)

    (address,) = open_disputes(office)
    decide(office, address, "upheld", "已问过双方，确实是别人办的")
    assert "异议成立" in main_of(office)
    office.get_by_role("link", name="看冲正的那一条").click()
    assert "−5.0" in main_of(office)
    office.goto("/months/990101001/2026-11")
    assert "桂花社区的积分正在公示" in main_of(office)

    worker.goto("/points/disputes/own")
    assert "异议成立" in main_of(worker)


def test_a_final_month_is_corrected_in_the_next_and_opened_with_a_signed_sheet(sign_in: Callable[[str], Any]) -> None:
    office, month = sign_in("street_office"), f"/months/{COMMUNITY}/2026-10"
    for act, state in (("hold", "核对中"), ("finalise", "已定稿")):
        office.goto(month)
        press(office, f"{month}/{act}")
        assert state in main_of(office)
    office.goto(f"/points/shows/{COMMUNITY}/2026-10")
    office.locator("main table.rows tbody td.name a").first.click()
    office.locator("main table.rows a[href*='/points/entries/']").first.click()
    office.get_by_role("link", name="冲正", exact=True).click()
    office.fill("[name=reason]", "十月记错了人，本月更正")
    office.locator("form.record .foot button.primary").click()
    office.wait_for_load_state()
    # Today, since its own month is final.
    assert (TODAY in main_of(office), "冲正第" in main_of(office)) == (True, True)

    office.goto(month)
    office.locator("details", has=office.locator(f'form[action$="{month}/reopen"]')).locator("summary").first.click()
    office.fill("[name=reason]", "十月漏记一户走访")
    office.set_input_files("[name=sheet]", PAPER)
    office.locator(f'form[action$="{month}/reopen"] button').click()
    assert ("填报中" in main_of(office), "看签字单" in main_of(office)) == (True, True)


def press(page: Any, action: str) -> None:
    """Send the form that posts to `action`, unfolding the question before it where it asks one."""
    form = page.locator(f'form[action$="{action}"]')
    folded = page.locator("details", has=form)
    if folded.count():
        folded.last.locator("summary").first.click()
    form.locator("button").filter(has_not_text="不了").first.click()
    page.wait_for_load_state()
