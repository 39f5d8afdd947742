"""领导一页纸, 周小结, 年度总结 from a street's own rows."""

from __future__ import annotations

import io
from datetime import date

import pdfplumber
import pytest
from flask import Flask
from sqlalchemy import update

from app.database.transactions import writing
from app.lowcode.dates import DateSource, date_sources, register_dates
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
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
    assert "没有按时报送的2026年10月报表2项，涉及" in text
    assert "共2项：报表未报2项。" in text
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


def _late_project(app: Flask, **columns: object) -> None:
    with app.app_context(), acting_as(SYSTEM), writing() as session:
        row = register("projects").model(
            name="改造晾衣区", area_code=HOME, state="running", ends_on=date(2026, 11, 10), **columns
        )
        session.add(row)


def test_every_room_that_keeps_dates_stands_on_the_page(small_street: Flask) -> None:
    _late_project(small_street)
    (text,) = _pages(_made(small_street, "one_page", STREET))
    assert "逾期改造晾衣区桂花社区2026-11-1012天" in text
    assert "超过时限没有办结的项目1项，涉及桂花社区。" in text
    with small_street.app_context():
        assert {source.name for source in date_sources()} >= {
            "submissions",
            "resolutions",
            "projects",
            "letters",
            "events",
            "flows",
        }


def test_what_was_done_since_was_late_in_its_week(small_street: Flask) -> None:
    _late_project(small_street, finished_on=date(2026, 11, 20))
    late = {week: "改造晾衣区" in _pages(_made(small_street, "week_summary", STREET, week))[0].partition("下周安排")[0]
            for week in ("2026-W45", "2026-W46", "2026-W47")}  # fmt: skip
    with small_street.app_context(), acting_as(SYSTEM), writing() as session:
        session.execute(update(register("projects").model).values(state="done"))
    done = {week: "改造晾衣区" in _pages(_made(small_street, "week_summary", STREET, week))[0].partition("下周安排")[0]
            for week in ("2026-W45", "2026-W46", "2026-W47")}  # fmt: skip
    assert late == {"2026-W45": False, "2026-W46": True, "2026-W47": True}
    assert done == {"2026-W45": False, "2026-W46": True, "2026-W47": False}


def test_two_sources_of_one_name_are_refused() -> None:
    source = DateSource("of_a_test", "测试")
    assert register_dates(source) is register_dates(source)
    with pytest.raises(ValueError, match="of_a_test"):
        register_dates(DateSource("of_a_test", "别的"))


def test_the_report_centre_shows_the_page(small_street: Flask) -> None:
    client = signed_in_client(small_street, "street")
    shown = client.get(f"/reports/preview?paper=one_page&area={STREET}&period=2026-10").get_data(as_text=True)
    assert "工作一页纸" in shown
