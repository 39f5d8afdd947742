"""Every page the menu leads to, as each role sees it: it opens, complains of nothing, asks no other host, stays small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import Error

pytestmark = pytest.mark.browser

LARGEST = 60_000
"""Bytes of HTML of one page."""
LARGEST_PAPER = 120_000
"""Bytes of a page that shows a paper: as long as what it tells of."""
WITH_PAPER = ("/reports/preview", "/reports/prints/")
ROLES = ("system_admin", "street_office", "community_secretary", "grid_center", "grid_worker", "auditor")
OPENED: set[str] = set()
"""Kinds of pages that somebody opened from a page of the menu. One engine draws them, so the next role leaves them out:
who may see what is walked elsewhere (tests/security), and each role opens its own menu."""
BESIDE = """() => Array.from(document.querySelectorAll('main a[href], nav a[href]'))
    .map((link) => link.getAttribute('href')).filter((path) => path.startsWith('/'))"""


def _kind(path: str) -> str:
    """What makes two addresses the same page with other rows: the register and the word after it."""
    parts = [part for part in urlsplit(path).path.split("/") if part and not part.isdigit()]
    return "/".join(part for part in parts if len(part) < 30)


def _open(page: Any, path: str) -> int:
    """Open a page; its size in bytes. A download is no page: 0."""
    path = urldefrag(path).url  # a place on a page is no page of its own
    try:
        opened = page.goto(path)
    except Error as stopped:
        if "Download is starting" not in str(stopped):
            raise
        return 0
    assert opened is not None
    assert opened.status == 200, path
    return len(opened.body()) if opened.headers.get("content-type", "").startswith("text/html") else 0


def _look(page: Any, path: str, large: list[str], *, follow: bool) -> list[str]:
    """Open a page, note it in `large` if it is too large; the addresses it leads to if they are wanted."""
    size = _open(page, path)
    if size > (LARGEST_PAPER if path.startswith(WITH_PAPER) else LARGEST):
        large.append(f"{path}: {size:,}")
    return page.evaluate(BESIDE) if size and follow else []


@pytest.mark.parametrize("role", ROLES)
def test_all_pages_of_a_role(sign_in: Callable[[str], Any], role: str, record_property: Any) -> None:
    """The menu, and from its pages one page of every kind nobody opened before. `sign_in` fails on any complaint."""
    page = sign_in("admin" if role == "system_admin" else role)
    menu = dict.fromkeys(
        page.evaluate(
            "() => Array.from(document.querySelectorAll('#menu a[href]')).map((link) => link.getAttribute('href'))"
        )
    )
    assert len(menu) > 3
    seen: set[str] = set()
    large: list[str] = []
    beside: list[str] = []
    for path in menu:  # all of the menu first: a page reached from another one would not be followed
        if "logout" not in path and _kind(path) not in seen:
            seen.add(_kind(path))
            beside += _look(page, path, large, follow=True)
    for path in beside:
        if "logout" not in path and _kind(path) not in seen | OPENED:
            seen.add(_kind(path))
            OPENED.add(_kind(path))
            _look(page, path, large, follow=False)
    record_property("summary", f"{role}: {len(seen)} pages opened in a browser")
    assert not large
    assert {_kind(path) for path in menu if "logout" not in path} < seen | OPENED, "the menu, and pages it leads to"
