"""A request from the door to 销号: told, reviewed, claimed by a unit, a project, accepted by somebody else, shown, closed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.files.contents import picture
from tests.journeys.conftest import Server, served
from tests.street import TODAY, Street

pytestmark = pytest.mark.browser

NEED = "给三号楼装扶手"
PHOTO = {"name": "扶手.png", "mimeType": "image/png", "buffer": picture("PNG")}
SHOWN_UNTIL = date.fromisoformat(TODAY) + timedelta(days=7)


@pytest.fixture
def two_days(tmp_path: Path, demo_street: Street) -> Callable[[date], Any]:
    """`two_days(day)` serves one copy of the street on a day; closing a project takes another day than showing it."""
    shutil.copytree(demo_street.folder, tmp_path / "street")

    def on(day: date) -> Any:
        return served(tmp_path / "street", day.isoformat(), demo_street.passwords)

    return on


def signed_in(chromium: Any, server: Server, user: str) -> Any:
    page = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=server.address).new_page()
    page.set_default_timeout(60_000)
    page.goto("/login/")
    page.fill("[name=username]", user)
    page.fill("[name=password]", server.passwords[user])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")
    return page


def words(page: Any) -> str:
    page.wait_for_load_state()
    return str(page.locator("main").inner_text())


def choose_first(page: Any, name: str) -> str:
    """The first row a box offers."""
    page.locator(f"[name='{name}-text']").click()
    page.locator("[role=option]").first.click()
    return str(page.locator(f"[name='{name}-text']").input_value())


def take(page: Any, action: str) -> None:
    page.get_by_role("link", name=f"办：{action}", exact=True).click()
    page.wait_for_load_state()


def step(page: Any, action: str) -> None:
    """One that asks for nothing."""
    take(page, action)
    page.get_by_role("button", name=action, exact=True).click()


def until_swept(page: Any, address: str, state: str) -> None:
    """What the program does by itself each hour, it does soon after it is started."""
    for _second in range(60):
        page.goto(address)
        if state in words(page):
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"{state} did not come by itself")


def printed(page: Any, label: str) -> None:
    with page.expect_download() as loading:
        page.get_by_role("link", name=label).click()
    assert Path(loading.value.path()).read_bytes().startswith(b"%PDF")


def test_from_a_need_to_its_closing(chromium: Any, two_days: Callable[[date], Any]) -> None:
    with two_days(date.fromisoformat(TODAY)) as server:
        clerk, secretary, office = (
            signed_in(chromium, server, name) for name in ("community_clerk", "community_secretary", "street_office")
        )
        clerk.goto("/needs/add")
        clerk.fill("[name=name]", NEED)
        clerk.fill("[name=content]", "老人上下楼没有扶手，想请人来装。")
        clerk.select_option("[name=kind]", "elderly")
        clerk.get_by_role("button", name="保存", exact=True).last.click()
        assert "待审核" in words(clerk)
        address = re.sub(r"https?://[^/]+", "", clerk.url)

        secretary.goto(address)
        take(secretary, "审核入清单")
        secretary.get_by_role("button", name="审核入清单").click()
        assert "待认领" in words(secretary)
        assert "合适的资源" in words(secretary)
        take(secretary, "登记认领")
        unit = choose_first(secretary, "unit")
        secretary.get_by_role("button", name="登记认领").click()
        assert f"认领单位：{unit}" in words(secretary)

        secretary.get_by_role("link", name="匹配资源，转成项目").click()
        assert secretary.locator("[name='lead_unit-text']").input_value() == unit
        secretary.locator("main tbody input[type=checkbox]").first.check()
        secretary.fill("[name=person]", "王小禾")
        secretary.get_by_role("button", name="转成项目").last.click()
        assert "待实施" in words(secretary)
        desk = re.sub(r"https?://[^/]+", "", secretary.url)
        step(secretary, "开始实施")
        assert "实施中" in words(secretary)
        take(secretary, "提交验收")
        secretary.fill("[name=progress]", "扶手装好了。")
        secretary.set_input_files("[name='photo:完工']", PHOTO)
        secretary.get_by_role("button", name="提交验收").click()
        assert "待验收" in words(secretary)
        assert "扶手.png" in words(secretary)
        assert not secretary.get_by_role("link", name="办：验收合格").count(), "nobody passes what he handed in"

        office.goto(desk)
        take(office, "验收合格")
        assert office.locator("[name=finished_on]").input_value() == TODAY
        office.fill("[name=evaluator]", "周大妈")
        office.get_by_role("button", name="验收合格").click()
        assert "待公示" in words(office)
        secretary.goto(desk)
        take(secretary, "公示")
        secretary.fill("[name=published_until]", SHOWN_UNTIL.isoformat())
        secretary.get_by_role("button", name="公示", exact=True).click()
        assert "公示中" in words(secretary)
        printed(secretary, "打印公示")
    with two_days(SHOWN_UNTIL + timedelta(days=1)) as server:
        secretary = signed_in(chromium, server, "community_secretary")
        until_swept(secretary, desk, "待销号")
        take(secretary, "销号")
        assert secretary.locator("[name=progress]").input_value() == "扶手装好了。"
        secretary.get_by_role("button", name="销号", exact=True).click()
        assert "已销号" in words(secretary)
        printed(secretary, "打印办理单")
        secretary.goto(address)
        assert "已销号" in words(secretary)
