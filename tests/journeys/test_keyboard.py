"""Without a mouse: sign in, find a person, change the telephone number, save."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.browser

FOCUSED = "() => { const part = document.activeElement; return [part.tagName, part.getAttribute('name') || '', (part.innerText || '').trim(), part.getAttribute('href') || ''] }"
OUTLINED = "() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' || style.boxShadow !== 'none' }"
MOST_STEPS = 160


def _tab_to(page: Any, *, tag: str, name: str = "", text: str = "", href: str = "") -> None:
    """Press Tab until the part that fits has the focus; it must be seen to have it."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        found_tag, found_name, found_text, found_href = page.evaluate(FOCUSED)
        if found_tag == tag and name in (found_name, "") and text in found_text and re.search(href, found_href):
            assert page.evaluate(OUTLINED), f"{tag} {name}{text} does not show its focus"
            return
    raise AssertionError(f"Tab does not lead to {tag} {name} {text} {href}")


def test_a_secretary_without_a_mouse(server: Any, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=server.address)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/login/")
    _tab_to(page, tag="INPUT", name="username")
    page.keyboard.type("community_secretary")
    _tab_to(page, tag="INPUT", name="password")
    page.keyboard.type(server.passwords["community_secretary"])
    page.keyboard.press("Enter")
    page.wait_for_url(server.address + "/")
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)[2] == "跳到正文"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.goto("/grid_workers/list/")
    person = page.locator("table tbody a").nth(1).inner_text()
    page.goto("/")
    _tab_to(page, tag="INPUT", name="q")
    page.keyboard.type(person)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    _tab_to(page, tag="A", text=person, href=r"^/grid_workers/show/\d+")
    page.keyboard.press("Enter")
    page.wait_for_url("**/grid_workers/show/**")
    _tab_to(page, tag="A", text="修改", href=r"/grid_workers/edit/\d+")
    page.keyboard.press("Enter")
    page.wait_for_url("**/grid_workers/edit/**")
    _tab_to(page, tag="INPUT", name="phone")
    page.keyboard.press("Control+A")
    page.keyboard.type("15400005678")
    _tab_to(page, tag="BUTTON", text="保存")
    page.keyboard.press("Enter")
    page.wait_for_url("**/grid_workers/show/**")
    text = page.locator("main").inner_text()
    context.close()
    assert "已保存" in text
    assert "15400005678" in text
