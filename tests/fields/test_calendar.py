"""Working days against the announced calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from app.fields.calendar import MakeupDay, WorkingCalendar, announced_calendar, makeup_days, read_calendar

CALENDAR = announced_calendar()
days = st.dates(date(2004, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-09-18", 3, "2026-09-22"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-09-24", 1, "2026-09-28"),
        ("2025-12-31", 1, "2026-01-04"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-01-30", 10, "2026-02-13"),
        ("2026-10-01", 0, "2026-10-01"),
    ],
)
def test_limits_end_on_the_right_day(start: str, count: int, end: str) -> None:
    assert CALENDAR.add_working_days(date.fromisoformat(start), count) == date.fromisoformat(end)


def test_every_day_agrees_with_the_published_package() -> None:
    day = date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert CALENDAR.is_working_day(day) == is_workday(day), day
        day += timedelta(days=1)


def test_a_year_to_come_knows_weekends_and_fixed_holidays_only() -> None:
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert CALENDAR.is_provisional(date(2027, 1, 1))
    assert not CALENDAR.is_working_day(date(2027, 1, 1))
    assert not CALENDAR.is_working_day(date(2027, 10, 1))
    assert not CALENDAR.is_working_day(date(2027, 3, 6))
    assert CALENDAR.is_working_day(date(2027, 2, 8))  # a Monday of the Spring Festival, not announced yet
    assert CALENDAR.holiday_name(date(2027, 5, 2)) == "劳动节"


def test_a_deadline_in_a_year_to_come_is_provisional() -> None:
    soon = CALENDAR.deadline(date(2026, 12, 30), 1)
    late = CALENDAR.deadline(date(2026, 12, 31), 1)
    assert (soon.day, soon.is_provisional) == (date(2026, 12, 31), False)
    assert (late.day, late.is_provisional) == (date(2027, 1, 4), True)


def test_names_of_holidays() -> None:
    assert CALENDAR.holiday_name(date(2026, 10, 1)) == "国庆节"
    assert CALENDAR.holiday_name(date(2026, 10, 17)) is None


def test_an_administrator_may_load_a_year() -> None:
    loaded = read_calendar(["# 2027", "2027-02-08 休 春节", "2027-02-14 班"])
    assert not loaded.is_working_day(date(2027, 2, 8))
    assert loaded.is_working_day(date(2027, 2, 14))
    assert not loaded.is_provisional(date(2027, 6, 1))
    assert WorkingCalendar({date(2027, 2, 8)}, set()).holiday_name(date(2027, 2, 8)) == "放假"


def test_broken_tables_say_where() -> None:
    with pytest.raises(ValueError, match="第 2 行"):
        read_calendar(["2027-02-08 休 春节", "2027-02-09"])
    with pytest.raises(ValueError, match="既是放假日又是补班日"):
        WorkingCalendar([date(2027, 2, 8)], [date(2027, 2, 8)])
    with pytest.raises(ValueError, match="不能小于零"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)


@given(days, st.integers(0, 60), st.integers(0, 60))
def test_limits_are_monotone_and_add_up(start: date, first: int, second: int) -> None:
    middle = CALENDAR.add_working_days(start, first)
    end = CALENDAR.add_working_days(start, first + second)
    assert start <= middle <= end
    assert CALENDAR.add_working_days(middle, second) == end
    assert CALENDAR.working_days_between(start, end) == first + second
    assert first + second == 0 or CALENDAR.is_working_day(end)


@given(days, st.integers(0, 400), st.integers(0, 30))
def test_a_later_start_never_ends_earlier(start: date, later: int, count: int) -> None:
    other = start + timedelta(days=later)
    assert CALENDAR.add_working_days(start, count) <= CALENDAR.add_working_days(other, count)


@given(days, days)
def test_days_late_are_never_negative(start: date, end: date) -> None:
    assert CALENDAR.working_days_between(start, end) >= 0
    assert CALENDAR.working_days_between(end, end) == 0


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (2026, "01-04补01-02元旦 02-14补02-20春节 02-28补02-23春节 05-09补05-05劳动节 09-20补10-06国庆节 10-10补10-07国庆节"),
        (2025, "01-26补02-03春节 02-08补02-04春节 04-27补05-05劳动节 09-28补10-07国庆节 10-11补10-08国庆节"),
        (2024, ("02-04补02-15春节 02-18补02-16春节 04-07补04-05清明 04-28补05-02劳动节 05-11补05-03劳动节 "
               "09-14补09-16中秋 09-29补10-04国庆节 10-12补10-07国庆节")),
    ],
)  # fmt: skip
def test_make_up_days_name_the_weekday_they_replace(year: int, told: str) -> None:
    found = makeup_days(announced_calendar(), year)
    assert " ".join(f"{each.day:%m-%d}补{each.replaces:%m-%d}{each.holiday}" for each in found) == told
    assert {each.day for each in found} == {day for day in announced_calendar().makeup_days if day.year == year}


def test_a_make_up_day_of_a_holiday_without_weekdays_replaces_none() -> None:
    calendar = WorkingCalendar({date(2026, 8, 1): "军民节"}, {date(2026, 8, 8)})
    assert makeup_days(calendar, 2026) == [MakeupDay(date(2026, 8, 8), None, "军民节")]
