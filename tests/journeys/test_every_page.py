"""Every page the menu leads to, as each role sees it: it opens, complains of nothing, asks no other host, stays small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest

pytestmark = pytest.mark.browser

LARGEST = 60_000
"""Bytes of HTML of one page."""
ROLES = ("system_admin", "street_office", "community_secretary", "grid_center", "grid_worker", "auditor")
BESIDE = """() => Array.from(document.querySelectorAll('main a[href], nav a[href]'))
    .map((link) => link.getAttribute('href')).filter((path) => path.startsWith('/'))"""
ONCE = ("add", "edit", "import", "export", "print", "show", "recycle", "bin", "template", "submissions", "attendance")
"""Words in addresses of which one page each is opened for each register: all are made by the same template."""


def _kind(path: str) -> str:
    """What makes two addresses the same page with other rows: the register and the word after it."""
    parts = [part for part in urlsplit(path).path.split("/") if part and not part.isdigit()]
    return "/".join(part for part in parts if len(part) < 30)


def _open(page: Any, path: str) -> int:
    """Open a page; its size in bytes. A download is no page: 0."""
    path = urldefrag(path).url  # a place on a page is no page of its own
    answer = page.request.get(path)
    if not answer.headers.get("content-type", "").startswith("text/html"):
        assert answer.status == 200, path
        return 0
    opened = page.goto(path)
    assert opened is not None
    assert opened.status == 200, path
    return len(answer.body())


@pytest.mark.parametrize("role", ROLES)
def test_all_pages_of_a_role(sign_in: Callable[[str], Any], role: str, record_property: Any) -> None:
    """The menu, and from each page of it one page of every kind it leads to. `sign_in` fails on any complaint."""
    page = sign_in("admin" if role == "system_admin" else role)
    menu = dict.fromkeys(
        page.evaluate(
            "() => Array.from(document.querySelectorAll('#menu a[href]')).map((link) => link.getAttribute('href'))"
        )
    )
    assert len(menu) > 3
    seen: dict[str, str] = {}
    large: list[str] = []
    for path in menu:
        queue = [path]
        for depth in range(2):
            following: list[str] = []
            for each in queue:
                if _kind(each) in seen or "logout" in each:
                    continue
                seen[_kind(each)] = each
                size = _open(page, each)
                if size > LARGEST:
                    large.append(f"{each}: {size:,}")
                if size and depth == 0:
                    following += page.evaluate(BESIDE)
            queue = following
    record_property("summary", f"{role}: {len(seen)} pages opened in a browser")
    assert not large
    assert len(seen) > len(menu)
