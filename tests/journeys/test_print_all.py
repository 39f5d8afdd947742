"""全部打印: the street orders every community's papers of a month as one PDF and gets it with bookmarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.street import TOP

pytestmark = pytest.mark.browser

COMMUNITIES = 6


def test_the_street_prints_the_month_of_all(sign_in: Callable[[str], Any], tmp_path: Path) -> None:
    page = sign_in("street_office")
    page.goto(f"/reports/?paper=digest&area={TOP}&period=2026-10")
    page.locator("details.report-all > summary").click()
    form = page.locator("details.report-all form")
    assert form.locator("[name=papers]:checked").count() > 0
    for box in form.locator("[name=papers]").all():
        box.set_checked(box.get_attribute("value") in ("digest", "points_summary"))
    form.locator("[name=container][value=pdf]").check()
    form.get_by_role("button", name="开始打印").click()
    page.wait_for_url(re.compile(r"/reports/jobs/\d+"))
    door = page.locator("a[href$='/file']")
    for _look in range(60):
        if door.count():
            break
        page.wait_for_timeout(1_000)
        page.goto(page.url)
    with page.expect_download() as waiting:
        door.first.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.suffix == ".pdf"
    with pikepdf.open(path) as document, document.open_outline() as outline:
        marks = {item.title: [child.title for child in item.children] for item in outline.root}
        pages = len(document.pages)
        sizes = {tuple(round(float(side)) for side in sheet.mediabox) for sheet in document.pages}
    assert "桂花社区" in marks
    assert len(marks) >= COMMUNITIES
    for name, papers in marks.items():
        assert len(papers) == 2, name
    assert pages >= sum(len(papers) for papers in marks.values())
    assert sizes <= {(0, 0, 595, 842), (0, 0, 842, 595)}
