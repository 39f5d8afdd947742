"""定稿 of short papers, of weeks and years, of months from the 26th, and by a street before its county: the same bytes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.indicators import indicator
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.periods.rules import Period, parse
from app.periods.service import CannotClose
from app.report_center.comparison import START_DAY_SETTING, bases_of
from app.report_center.documents import printable, rendered
from app.report_center.months import service
from app.report_center.months.models import FrozenPaper
from app.report_center.months.proof import faults
from app.report_center.months.rules import months_that_hold, periods_ending
from app.security.actor import SYSTEM, acting_as
from app.settings.service import save_setting
from tests.report_center.conftest import OCTOBER, build_world
from tests.report_center.test_months import SHEET, pass_all
from tests.world import DISTRICT, GRID, HOME, STREET, TODAY

LATER = TODAY + timedelta(days=40)


@pytest.fixture
def street(context: None) -> None:
    build_world()
    pass_all()


def _finalise(code: str, month: Period = OCTOBER, *, on: date = TODAY) -> None:
    with acting_as(SYSTEM):
        service.finalise(code, month, today=on)


def _printed(name: str, code: str, period: str, *, on: date) -> bytes:
    with acting_as(SYSTEM):
        return rendered(printable(paper(name), PaperRequest(code, parse(period), on, SYSTEM)), "pdf")


def _add_needs(*days: date) -> None:
    need = register("needs").model
    with acting_as(SYSTEM), writing() as session:
        session.add_all([need(name=f"需求{day}", area_code=GRID, registered_on=day) for day in days])


def test_a_month_ends_its_weeks_its_quarter_and_its_year() -> None:
    assert [each.key for each in periods_ending(parse("2026-12"))] == [
        "2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026-12", "2026-Q4", "2026-H2", "2026",
    ]  # fmt: skip
    weeks = [each for year in ("2026", "2027") for month in parse(year).months() for each in periods_ending(month)]
    keys = [each.key for each in weeks if each.kind == "week"]
    assert keys == sorted(set(keys))
    assert len(keys) == 104


def test_a_month_from_the_26th_holds_days_of_the_one_before() -> None:
    assert months_that_hold(parse("2026-10")) == (parse("2026-12"),)
    assert months_that_hold(parse("2026-10"), (1, 26)) == (parse("2026-11"), parse("2026-12"))


def test_short_papers_of_a_final_month_print_the_same_for_ever(street: None) -> None:
    _finalise(STREET)
    asked = [(name, code, period) for code in (STREET, HOME)
             for name, period in (("one_page", "2026-10"), ("week_summary", "2026-W43"))]  # fmt: skip
    first = [_printed(*each, on=TODAY) for each in asked]
    _add_needs(date(2026, 10, 20), date(2026, 10, 21))
    assert [_printed(*each, on=LATER) for each in asked] == first
    with acting_as(SYSTEM):
        of_a_grid = printable(paper("one_page"), PaperRequest(GRID, OCTOBER, LATER, SYSTEM)).document
        assert "不在定稿之内" in str(of_a_grid.blocks[-1])
        weeks = db.session.execute(select(FrozenPaper.period).where(FrozenPaper.paper == "week_summary")).scalars()
    assert set(weeks) == {"2026-W40", "2026-W41", "2026-W42", "2026-W43"}  # W44 ends in November


def test_what_a_street_froze_stays_when_its_county_finalises_later(street: None) -> None:
    _finalise(STREET)
    asked = [("digest", STREET, "2026-10"), ("digest", HOME, "2026-10"), ("one_page", HOME, "2026-10")]
    first = [_printed(*each, on=TODAY) for each in asked]
    _finalise(DISTRICT, on=LATER)
    assert [_printed(*each, on=LATER) for each in asked] == first
    county = _printed("digest", DISTRICT, "2026-10", on=LATER)
    assert _printed("digest", DISTRICT, "2026-10", on=LATER + timedelta(days=9)) == county
    with pytest.raises(CannotClose, match="要由那一级重新打开"), acting_as(SYSTEM):
        service.reopen(STREET, OCTOBER, reason="漏报", sheet=SHEET)
    assert faults() == []


def test_a_county_freezes_the_streets_that_did_not(street: None) -> None:
    _finalise(DISTRICT)
    first = _printed("one_page", STREET, "2026-10", on=TODAY)
    _add_needs(date(2026, 10, 20))
    assert _printed("one_page", STREET, "2026-10", on=LATER) == first


def test_figures_of_a_month_from_the_26th_are_kept_as_printed(street: None) -> None:
    with acting_as(SYSTEM), writing():
        save_setting(START_DAY_SETTING, {"digest": 26}, area_code=DISTRICT)
    _add_needs(date(2026, 9, 25), date(2026, 9, 26), date(2026, 10, 25), date(2026, 10, 26))
    _finalise(STREET)
    _add_needs(date(2026, 10, 10))
    gathered = indicator("needs_gathered")
    november = parse("2026-11")
    with acting_as(SYSTEM):
        before = {
            day: bases_of([gathered], STREET, november.counted_from(day), digits=len(HOME)).before["needs_gathered"]
            for day in (26, 1)
        }
    assert before[26].whole() == 2
    assert before[1].whole() == 2
    assert faults() == []


def test_a_quarter_is_compared_with_the_closed_one_and_not_with_what_came_later(street: None) -> None:
    """September closes W36 to W39 and the third quarter: their figures stand, also those that were nothing."""
    _add_needs(date(2026, 7, 10), date(2026, 8, 30))
    pass_all(parse("2026-09"))
    _finalise(STREET, parse("2026-09"))
    _add_needs(date(2026, 8, 31), date(2026, 9, 22))
    gathered = indicator("needs_gathered")
    with acting_as(SYSTEM):
        quarter = bases_of([gathered], STREET, parse("2026-Q4"), digits=len(HOME)).before["needs_gathered"]
        week = bases_of([gathered], STREET, parse("2026-W40"), digits=len(HOME)).before["needs_gathered"]
        month = bases_of([gathered], HOME, OCTOBER, digits=len(HOME)).before["needs_gathered"]
    assert (quarter.whole(), quarter.of(HOME)) == (2, 2)
    assert (week.whole(), month.whole()) == (0, 0)
    assert faults() == []
