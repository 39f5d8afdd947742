"""What figures are compared with: other spans of days, a year before, the year so far, areas that were reorganised."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.areas.models import AreaSuccessor
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.papers import Paper, PaperRequest
from app.lowcode.register import register
from app.periods.rules import Period, parse
from app.report_center import service
from app.report_center.comparing import Place, cells_of
from app.report_center.comparison import BASIS_SETTING, START_DAY_SETTING, bases_of, counting_period
from app.report_center.counting import count
from app.report_center.digest import build_live
from app.report_center.rules import SubmissionRefused
from app.report_center.wording_rules import Move, basis_note, period_note, span
from app.security.actor import SYSTEM, acting_as
from app.settings.service import save_setting
from app.three_lists.indicators import GATHERED
from reports.contents.digest import stray_figures
from reports.document import Document, Table
from tests.report_center.conftest import OCTOBER, build_world
from tests.world import DISTRICT, HOME, NEXT_DOOR, STREET, TODAY, add_user, signed_in_client


def _needs(*days: date, area: str = HOME) -> None:
    need = register("needs").model
    with acting_as(SYSTEM), writing() as session:
        session.add_all([need(name=f"需求{day}", area_code=area, registered_on=day) for day in days])


def _document(area: str = HOME, period: Period = OCTOBER) -> Document:
    with acting_as(SYSTEM):
        return build_live(PaperRequest(area, period, TODAY, SYSTEM))


def _set(key: str, value: object) -> None:
    with acting_as(SYSTEM):
        save_setting(key, value)


def _notes(document: Document) -> str:
    rules = next(block for block in document.blocks if isinstance(block, Table) and "指标口径" in block.caption)
    return rules.note


def test_spans_and_notes_in_words() -> None:
    assert span(OCTOBER.counted_from(26)) == "2026年9月26日至10月25日"
    assert span(parse("2026-01").counted_from(26)) == "2025年12月26日至2026年1月25日"
    assert period_note(OCTOBER) == ""
    assert "2026年9月26日至10月25日" in period_note(OCTOBER.counted_from(26))
    moves = [Move(date(2026, 10, 1), "甲社区", "乙社区", "合并")]
    assert basis_note("环比", "now", []) == ""
    assert "甲社区合并为乙社区" in basis_note("环比", "now", moves)
    assert "环比按现行区划口径" in basis_note("环比", "now", moves)
    assert "同比按当时口径" in basis_note("同比", "then", moves)
    assert "等7处" in basis_note("环比", "now", [Move(date(2026, 10, 1), f"{n}区", "乙", "合并") for n in range(7)])


@pytest.mark.usefixtures("context")
def test_a_paper_counts_from_the_26th_where_the_office_said_so(digest: Paper) -> None:
    build_world()
    _needs(date(2026, 9, 25), date(2026, 9, 26), date(2026, 10, 25), date(2026, 10, 26))
    place = next(place for place in cells_of(_document()) if place.row == GATHERED.title and place.column == "本月")
    assert cells_of(_document())[place] == "2"
    _set(START_DAY_SETTING, {"digest": 26})
    shifted = _document()
    assert cells_of(shifted)[place] == "2"
    assert cells_of(shifted)[Place(place.table, place.row, "上月")] == "1"
    assert "统计期为2026年9月26日至10月25日" in _notes(shifted)
    assert stray_figures(shifted) == ()
    assert counting_period("other", OCTOBER) == OCTOBER
    with acting_as(SYSTEM):
        with pytest.raises(SubmissionRefused, match="10月25日起"):
            service.submit(digest, HOME, OCTOBER, today=date(2026, 10, 24))
        assert service.submit(digest, HOME, OCTOBER, today=date(2026, 10, 25)).number == 1


@pytest.mark.usefixtures("context")
def test_the_year_before_and_the_year_so_far(digest: Paper) -> None:
    build_world()
    _needs(date(2025, 10, 3), date(2025, 10, 9), date(2026, 1, 2), date(2026, 10, 8))
    cells = cells_of(_document())
    place = next(place for place in cells if place.row == GATHERED.title and place.column == "本月")
    row = {each.column: text for each, text in cells.items() if (each.table, each.row) == (place.table, place.row)}
    assert row["本月"] == "1"
    assert row["上月"] == "0"
    assert row["环比"] == "无可比数据"
    assert row["上年同期"] == "2"
    assert row["同比"] == "−50.00%"
    assert row["本年累计"] == "2"
    assert stray_figures(_document()) == ()


@pytest.mark.usefixtures("context")
def test_across_a_reorganisation_the_paper_says_what_it_compares(digest: Paper) -> None:
    build_world()
    # A need of NEXT_DOOR came to HOME with the merger of 1 October: its row carries the code of now.
    _needs(date(2026, 9, 8))
    with acting_as(SYSTEM), writing() as session:
        session.add(AreaSuccessor(old_code=NEXT_DOOR, new_code=HOME, kind="合并", on=date(2026, 10, 1)))
    document = _document(STREET)
    assert "银杏社区合并为桂花社区" in _notes(document)
    assert "环比按现行区划口径" in _notes(document)
    with acting_as(SYSTEM):
        before = count([GATHERED], HOME, OCTOBER.previous(), digits=12)[GATHERED.name].whole()
        assert bases_of([GATHERED], HOME, OCTOBER, digits=12).before[GATHERED.name].whole() == before == 1
    _set(BASIS_SETTING, "then")
    with acting_as(SYSTEM):
        assert bases_of([GATHERED], HOME, OCTOBER, digits=12).before == {}
        assert "环比按当时口径" in _notes(_document(STREET))
        # Nothing moved since November began: no word of it.
        assert "环比按" not in _notes(_document(STREET, parse("2026-11")))


def test_the_page_shows_every_figure_with_its_rule_and_sets_how_papers_count(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_world()
        add_user("chief", "street_office", DISTRICT)
        _needs(date(2026, 10, 8))
        db.session.remove()
    office = signed_in_client(sqlite_app, "street")
    page = office.get("/indicators/?period=2026-10").get_data(as_text=True)
    assert GATHERED.rule in page
    assert f"/figures/{GATHERED.name}?period=2026-10&amp;area={STREET}" in page
    assert "四舍五入到小数点后 2 位" in page
    assert len(page) < 60_000
    assert "统计口径设置" not in page
    assert office.post("/indicators/counting", data={"start_day": "26"}).status_code == 403
    assert office.get("/indicators/?period=gestern").status_code == 404
    assert office.get("/indicators/?area=999999").status_code == 404
    chief = signed_in_client(sqlite_app, "chief")
    assert "统计口径设置" in chief.get("/indicators/").get_data(as_text=True)
    form = {"start_day": "26", "basis": "then", "shift": "1"}
    answer = chief.post("/indicators/counting", data=form, follow_redirects=True).get_data(as_text=True)
    assert "统计口径已保存" in answer
    shown = chief.get(f"/indicators/?period=2026-10&area={STREET}").get_data(as_text=True)
    assert "2026年9月26日至10月25日" in shown
    behind = f"/figures/{GATHERED.name}?period=2026-10&area={STREET}&start=26"
    assert behind.replace("&", "&amp;") in shown
    assert "需求2026-10-08" in chief.get(behind).get_data(as_text=True)
    assert chief.post("/indicators/counting", data={**form, "start_day": "31"}).status_code == 400
