"""领导一页纸, 周小结, 年度总结 from a street's own rows."""

from __future__ import annotations

import io
from datetime import date

import pdfplumber
from flask import Flask

from app.lowcode.papers import PaperRequest, paper
from app.periods.rules import parse
from app.security.actor import SYSTEM, acting_as
from reports.document import Document, Table
from reports.rendering import render
from tests.report_center.conftest import OCTOBER
from tests.world import HOME, STREET, signed_in_client

TODAY = date(2026, 11, 22)


def _made(app: Flask, name: str, area: str, period: str = "2026-10") -> Document:
    with app.app_context(), acting_as(SYSTEM):
        return paper(name).build(PaperRequest(area, parse(period), TODAY, SYSTEM))


def _pages(document: Document) -> list[str]:
    return ["".join(page.extract_text().split()) for page in pdfplumber.open(io.BytesIO(render(document, "pdf"))).pages]


def test_the_page_of_a_street_names_who_has_not_handed_in(small_street: Flask) -> None:
    (text,) = _pages(_made(small_street, "one_page", STREET))
    assert "2026年10月工作一页纸" in text
    assert "没有按时报送2026年10月月报的有2个" in text
    assert text.count("未报2026年10月月报") == 2
    assert "2026-11-05" in text
    assert "17天" in text


def test_the_page_has_four_to_six_figures_with_their_changes(small_street: Flask) -> None:
    document = _made(small_street, "one_page", STREET)
    figures = next(block for block in document.blocks if isinstance(block, Table))
    assert 1 <= len(figures.rows) <= 6
    assert [column.label for column in figures.columns] == ["指标", "本月", "上月", "环比", "单位"]


def test_what_the_office_wrote_into_its_digest_stands_on_its_page(small_street: Flask) -> None:
    client = signed_in_client(small_street, "clerk")
    client.post(
        f"/reports/submissions/{HOME}/digest/{OCTOBER.key}/fill",
        data={"problems": "消防通道被占用，已约谈物业。", "next_steps": ""},
    )
    (text,) = _pages(_made(small_street, "one_page", HOME))
    assert "消防通道被占用，已约谈物业。" in text
    assert "没有按时报送" not in text


def test_week_and_year_print_and_a_year_compares_once(small_street: Flask) -> None:
    assert "工作小结" in _pages(_made(small_street, "week_summary", STREET, "2026-W47"))[0]
    year = "".join(_pages(_made(small_street, "year_summary", STREET, "2026")))
    assert "2026年度工作总结" in year
    assert "同比" not in year.partition("表1")[0]


def test_the_report_centre_shows_the_page(small_street: Flask) -> None:
    client = signed_in_client(small_street, "street")
    shown = client.get(f"/reports/preview?paper=one_page&area={STREET}&period=2026-10").get_data(as_text=True)
    assert "工作一页纸" in shown
