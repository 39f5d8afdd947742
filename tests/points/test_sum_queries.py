"""Sums of weeks, months and years, of one worker and of areas: the same as adding the entries up; how much is read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select

from app.extensions import db
from app.periods.rules import parse
from app.points import service, sum_queries
from app.points.models import PointsEntry
from app.points.rules import Matter
from app.security.actor import SYSTEM, acting_as
from tests.points.world import Points, build, rule, saved
from tests.world import HOME, NEXT_DOOR, OTHER_STREET, STREET, TODAY

PERIODS = ("2026-W40", "2026-W41", "2026-09", "2026-10", "2026-Q3", "2026-H2", "2026")


@pytest.fixture
def world(context: Any) -> Points:
    """Two workers with an entry every few days of half a year."""
    found = build()
    book = [rule("B01", "1.5"), rule("A02", "-2")]
    for number in range(40):
        on = date(2026, 5, 20) + timedelta(days=4 * number)
        whom = found.worker if number % 3 else found.other
        matter = Matter.in_words(f"第{number}件", on=on)
        service.award(book[number % 4 == 3], whom, matter=matter, on=on, by=SYSTEM, today=TODAY)
    return found


def added_up(area_code: str, first: date, last: date) -> Decimal:
    rows = db.session.execute(
        select(PointsEntry.points).where(
            PointsEntry.on.between(first, last), PointsEntry.area_code.startswith(area_code)
        )
    )
    return sum(rows.scalars(), Decimal(0))


def test_whole_months_and_single_days() -> None:
    assert sum_queries.split_days(date(2026, 1, 1), date(2026, 2, 28)) == ([202601, 202602], [])
    assert sum_queries.split_days(date(2026, 9, 28), date(2026, 10, 4)) == (
        [], [(date(2026, 9, 28), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 10, 4))]
    )  # fmt: skip
    assert sum_queries.split_days(date(2026, 1, 1), date(2026, 2, 3)) == (
        [202601], [(date(2026, 2, 1), date(2026, 2, 3))]
    )  # fmt: skip


@pytest.mark.parametrize("key", PERIODS)
def test_every_period_adds_up(world: Points, key: str) -> None:
    period = parse(key)
    with acting_as(SYSTEM):
        wanted = added_up(STREET, period.first, period.last)
        assert sum_queries.area_total(STREET, period).balance == wanted
        found = sum_queries.areas_totals([HOME, NEXT_DOOR], period)
        assert {code: total.balance for code, total in found.items()} == {HOME: wanted, NEXT_DOOR: 0}
        lines = sum_queries.summary(HOME, period)
        assert sum((line.total.balance for line in lines), Decimal(0)) == wanted
        before = added_up(HOME, date(period.first.year, 1, 1), period.first - timedelta(days=1))
        assert sum((line.opening for line in lines), Decimal(0)) == before
        parts = [sum_queries.summary_part(HOME, period, first=first, count=1) for first in range(2)]
        assert [line for part, _count in parts for line in part] == lines
        assert {count for _part, count in parts} == {2}


def test_who_left_the_area_stays_in_its_summary(world: Points) -> None:
    saved("grid_workers", world.worker, {"area": NEXT_DOOR + "001"})
    october = parse("2026-10")
    with acting_as(SYSTEM):
        assert {line.name for line in sum_queries.summary(HOME, october)} == {"王小禾", "李小麦"}
        assert sum_queries.summary_part(HOME, october, first=0, count=9)[1] == 2
        assert [line.total.entry_count for line in sum_queries.summary(NEXT_DOOR, october)] == [0]


@pytest.mark.parametrize("key", PERIODS)
def test_who_left_the_street_stays_in_its_summary(world: Points, key: str) -> None:
    saved("grid_workers", world.worker, {"area": OTHER_STREET})
    period = parse(key)
    with acting_as(SYSTEM):
        lines = sum_queries.summary(STREET, period)
        assert {line.name for line in lines} >= {"王小禾", "李小麦"}
        assert sum((line.total.balance for line in lines), Decimal(0)) == added_up(STREET, period.first, period.last)
        assert sum_queries.summary_part(STREET, period, first=0, count=99) == (lines, len(lines))


def test_a_whole_year_is_one_row_of_each_worker() -> None:
    year = [202600 + number for number in range(1, 13)]
    assert sum_queries.rows_of(year) == [202600]
    assert sum_queries.rows_of([202512, *year, 202701]) == [202600, 202512, 202701]
    assert sum_queries.rows_of(year[1:]) == year[1:]


def test_ten_years_behind_are_not_read(world: Points) -> None:
    """The summaries of whole months read one range of the covering index for each month, and no entry."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with acting_as(SYSTEM):
            sum_queries.area_total(STREET, parse("2026"))
            sum_queries.summary_part(HOME, parse("2026-10"), first=0, count=100)
            sum_queries.areas_totals([HOME, NEXT_DOOR], parse("2026"))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    sums = [(statement, parameters) for statement, parameters in seen if "points_sums" in statement]
    assert len(sums) == 5
    assert all("202600" in str(parameters) for _statement, parameters in (sums[0], sums[-1])), (
        "a year reads its own rows"
    )
    assert not any("points_entries" in statement for statement, _parameters in seen)
    if db.engine.dialect.name == "sqlite":
        for statement, parameters in sums:
            plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            used = " ".join(str(row[-1]) for row in plan if "points_sums" in str(row[-1]))
            assert "month=?" in used, used
            assert "SCAN" not in used, used


def test_a_week_of_an_area_reads_its_days_area_by_area(world: Points) -> None:
    """Not the year that lies behind them: the areas are those the month's sums name."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        seen.append((statement, parameters))

    week = parse("2026-W41")
    with acting_as(SYSTEM):
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            total = sum_queries.area_total(STREET, week)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert total.balance == added_up(STREET, week.first, week.last)
    assert total.entry_count > 0
    ((statement, parameters),) = [each for each in seen if "points_entries" in each[0]]
    if db.engine.dialect.name == "sqlite":
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        used = " ".join(str(row[-1]) for row in plan if "points_entries" in str(row[-1]))
        assert "area_code=? AND happened_on>?" in used, used
