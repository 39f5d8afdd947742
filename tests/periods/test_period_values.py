"""Periods as values, without a database."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.periods.rules import FILLING, FINAL, HELD, Period, PeriodIsWrong, parse, strictest

KINDS = st.sampled_from(["month", "quarter", "half", "year", "week"])
DAYS = st.dates(date(1995, 1, 10), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("text", "first", "last", "title"),
    [
        ("2026-10", "2026-10-01", "2026-10-31", "2026年10月"),
        ("2026-02", "2026-02-01", "2026-02-28", "2026年2月"),
        ("2028-2", "2028-02-01", "2028-02-29", "2028年2月"),
        ("2026-Q3", "2026-07-01", "2026-09-30", "2026年第三季度"),
        ("2026q4", "2026-10-01", "2026-12-31", "2026年第四季度"),
        ("2026-H1", "2026-01-01", "2026-06-30", "2026年上半年"),
        ("2026-h2", "2026-07-01", "2026-12-31", "2026年下半年"),
        (" 2026 ", "2026-01-01", "2026-12-31", "2026年"),
        ("2026-W40", "2026-09-28", "2026-10-04", "2026年第40周"),
        ("2026-W01", "2025-12-29", "2026-01-04", "2026年第1周"),
        ("2026-W53", "2026-12-28", "2027-01-03", "2026年第53周"),
    ],
)
def test_periods_as_they_are_written(text: str, first: str, last: str, title: str) -> None:
    period = parse(text)
    assert (period.first.isoformat(), period.last.isoformat(), period.title) == (first, last, title)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-Q5", "2026-H3", "2026-W54", "2025-W53", "0000", "26-10", "十月", "2026-10-01"],
)
def test_what_is_no_period_is_refused_in_words(text: str) -> None:
    with pytest.raises(PeriodIsWrong) as refusal:
        parse(text)
    assert "没有第" in str(refusal.value) or "请写成 2026-10" in str(refusal.value)


@given(KINDS, DAYS)
def test_keys_and_titles_can_be_read_back(kind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.contains(day)
    assert parse(period.key) == period
    assert parse(period.title) == period


@given(KINDS, DAYS)
def test_neighbours_touch_without_gap(kind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.previous().last + timedelta(days=1) == period.first
    assert period.following().first - timedelta(days=1) == period.last
    assert period.previous().following() == period
    assert not period.contains(period.first - timedelta(days=1))
    assert not period.contains(period.last + timedelta(days=1))


@given(KINDS, DAYS)
def test_the_same_a_year_before(kind, day: date) -> None:
    period = Period.of(kind, day)
    before = period.same_last_year()
    assert (before.kind, before.year) == (period.kind, period.year - 1)
    assert before.number == period.number or (kind == "week" and (period.number, before.number) == (53, 52))


@given(KINDS, DAYS)
def test_its_months_cover_it(kind, day: date) -> None:
    period = Period.of(kind, day)
    months = period.months()
    assert months[0].contains(period.first)
    assert months[-1].contains(period.last)
    assert all(one.following() == two for one, two in itertools.pairwise(months))
    if kind != "week":
        assert (months[0].first, months[-1].last) == (period.first, period.last)


def test_the_year_to_date() -> None:
    assert parse("2026-10").year_to_date() == (date(2026, 1, 1), date(2026, 10, 31))
    assert parse("2026-W02").year_to_date() == (date(2025, 12, 29), date(2026, 1, 11))


def test_the_stricter_state_counts() -> None:
    assert strictest([]) == FILLING
    assert strictest([FILLING, FINAL, HELD]) == FINAL
    assert strictest([HELD, FILLING]) == HELD


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2026-10", date(2026, 9, 26), date(2026, 10, 25)),
        ("2026-01", date(2025, 12, 26), date(2026, 1, 25)),
        ("2026-03", date(2026, 2, 26), date(2026, 3, 25)),
        ("2026-Q1", date(2025, 12, 26), date(2026, 3, 25)),
        ("2026", date(2025, 12, 26), date(2026, 12, 25)),
    ],
)
def test_a_month_may_begin_on_the_26th_before(key: str, first: date, last: date) -> None:
    period = parse(key).counted_from(26)
    assert (period.first, period.last, period.key, period.title) == (first, last, key, parse(key).title)
    assert period.previous().last == first - timedelta(days=1)
    assert period.previous().following() == period
    assert period.same_last_year().key == parse(key).same_last_year().key
    assert period.same_last_year().start_day == 26
    assert Period.of(period.kind, last, start_day=26) == period == Period.of(period.kind, first, start_day=26)
    assert Period.of(period.kind, last + timedelta(days=1), start_day=26) == period.following()
    assert period.year_to_date() == (date(2025, 12, 26), last)
    assert period.months() == parse(key).months()
    assert period.counted_from(1) == parse(key)


def test_weeks_and_impossible_days() -> None:
    week = parse("2026-W40")
    assert week.counted_from(26) == week
    with pytest.raises(PeriodIsWrong):
        parse("2026-10").counted_from(31)
