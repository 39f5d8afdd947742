"""axe finds no serious or critical violation on the pages offices use, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
PHONE = {"width": 360, "height": 740}
FIRST_ROW = "() => document.querySelector('table tbody a').getAttribute('href')"

PAGES = {
    "home": "/",
    "list": "/grid_workers/list/",
    "empty list": "/grid_workers/list/?q=zzzz",
    "add": "/residents/add",
    "import": "/grid_workers/import/",
    "print": "/residents/print",
    "points": "/points/summary",
    "meetings": "/meetings/list/",
    "report centre": "/reports/",
    "area tree": "/areas/",
    "search": "/search/?q=王",
    "password": "/account/password",
}


def faults(page: Any) -> list[str]:
    """Serious and critical violations of a page as short texts."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - only where there is a browser

    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{each['id']}: {each['help']} | {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_no_serious_violation(sign_in: Callable[[str], Any], size: dict[str, int] | None) -> None:
    page = sign_in("community_secretary")
    if size:
        page.set_viewport_size(size)
    wrong: list[str] = []
    paths = dict(PAGES)
    for name in ("grid_workers", "meetings"):
        page.goto(f"/{name}/list/")
        shown = page.evaluate(FIRST_ROW)
        paths |= {f"{name} show": shown, f"{name} edit": shown.replace("/show/", "/edit/")}
    for name, path in paths.items():
        page.goto(path)
        wrong += [f"{name}: {fault}" for fault in faults(page)]
    assert not wrong, "\n".join(wrong)


def test_the_sign_in_page(server: Any, chromium: Any) -> None:
    context = chromium.new_context(base_url=server.address)
    page = context.new_page()
    page.goto("/login/")
    found = faults(page)
    context.close()
    assert not found


def test_axe_sees_what_is_wrong(sign_in: Callable[[str], Any]) -> None:
    """Else the tests above prove nothing."""
    page = sign_in("community_secretary")
    page.evaluate("() => document.querySelector('main').insertAdjacentHTML('beforeend', '<input name=bare>')")
    assert any(fault.startswith("label:") for fault in faults(page))
