"""Limits in three units, stopped clocks, lamps: the vectors of the field, then what must hold for any of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields.calendar import announced_calendar
from app.fields.limits import (
    MOST_HOURS_KEPT,
    Limit,
    LimitRefused,
    NaturalHours,
    OfficeDay,
    Pause,
    WorkingDays,
    WorkingHours,
    WorkingTime,
    allowance,
    due,
    lamp,
    limit_text,
    read_limit,
    span_until,
    time_used,
)

ZONE = ZoneInfo("Asia/Shanghai")
TIME = WorkingTime(announced_calendar())
DAY_OF_ISSUE = [
    ("2026-09-18", 3, "2026-09-22"), ("2026-04-30", 5, "2026-05-11"), ("2026-02-13", 5, "2026-02-27"),
    ("2026-09-24", 1, "2026-09-28"), ("2025-12-31", 1, "2026-01-04"), ("2026-09-30", 1, "2026-10-08"),
    ("2026-01-30", 10, "2026-02-13"),
]  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def ends(limit: str, start: str, *pauses: tuple[str, str]) -> str:
    found = due(read_limit(limit), at(start), TIME, tuple(Pause(at(begin), at(end)) for begin, end in pauses))
    assert found is not None
    return f"{found.at.astimezone(ZONE):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("start", "days", "end"), DAY_OF_ISSUE)
@pytest.mark.parametrize("hour", ["00:00", "09:30", "17:30", "23:59"])
def test_working_days_end_at_closing_whatever_the_hour_of_issue(start: str, days: int, end: str, hour: str) -> None:
    assert ends(f"{days}工作日", f"{start} {hour}") == f"{end} 17:30"


@pytest.mark.parametrize(
    ("limit", "start", "end"),
    [
        ("30分钟", "2026-11-20 23:45", "2026-11-21 00:15"),
        ("24小时", "2026-09-30 17:00", "2026-10-01 17:00"),
        ("30天", "2026-11-01 10:00", "2026-12-01 10:00"),
        ("1工作时", "2026-11-20 11:30", "2026-11-20 14:30"),
        ("4工作时", "2026-11-20 16:30", "2026-11-23 11:30"),
        ("7工作时", "2026-11-20 08:30", "2026-11-20 17:30"),
        ("2工作时", "2026-09-30 17:00", "2026-10-08 10:00"),
        ("1工作时", "2026-11-21 03:00", "2026-11-23 09:30"),
    ],
)
def test_hours_of_the_clock_and_of_the_office(limit: str, start: str, end: str) -> None:
    assert ends(limit, start) == end


def test_a_stopped_clock_goes_on_with_what_was_left() -> None:
    assert ends("24小时", "2026-11-20 10:00", ("2026-11-20 12:00", "2026-11-22 12:00")) == "2026-11-23 10:00"
    assert ends("4工作时", "2026-11-23 08:30", ("2026-11-23 09:30", "2026-11-24 14:00")) == "2026-11-24 17:00"
    # Two office days stood still: the third working day becomes the fifth.
    assert ends("3工作日", "2026-11-20 10:00", ("2026-11-23 10:00", "2026-11-25 10:00")) == "2026-11-27 17:30"
    # Over a weekend nothing is lost, and on the day of issue nothing runs yet.
    assert ends("3工作日", "2026-11-20 10:00", ("2026-11-20 11:00", "2026-11-22 18:00")) == "2026-11-25 17:30"


def test_a_clock_that_stands_has_no_end_unless_it_ended_before() -> None:
    limit = NaturalHours(Decimal(2))
    assert due(limit, at("2026-11-20 10:00"), TIME, (Pause(at("2026-11-20 11:00")),)) is None
    late = due(limit, at("2026-11-20 10:00"), TIME, (Pause(at("2026-11-20 13:00")),))
    assert late is not None
    assert late.at == at("2026-11-20 12:00")


def test_lamps_turn_at_eighty_and_at_a_hundred_percent() -> None:
    found = due(NaturalHours(Decimal(10)), at("2026-11-20 00:00"), TIME)
    assert found is not None
    colours = [
        lamp(found.at, found.warns_at, at(f"2026-11-20 {moment}")) for moment in ("07:59", "08:00", "10:00", "10:01")
    ]
    assert colours == ["green", "amber", "amber", "red"]
    assert lamp(None, None, at("2026-11-20 10:00")) == "grey"
    day = due(WorkingDays(5), at("2026-11-20 10:00"), TIME)
    assert day is not None
    assert day.warns_at == at("2026-11-26 17:30")  # four of the five days are over


def test_a_year_not_announced_makes_deadlines_provisional() -> None:
    late = [due(limit, at("2026-12-31 16:30"), TIME) for limit in (WorkingDays(1), WorkingHours(Decimal(2)))]
    assert [found is not None and found.is_provisional for found in late] == [True, True]
    hours = due(NaturalHours(Decimal(48)), at("2026-12-31 16:30"), TIME)
    assert hours is not None
    assert not hours.is_provisional


@pytest.mark.parametrize("text", ["3", "3天工作", "工作日", "0工作日", "1.5工作日", "0小时", "99999小时", "-1小时", ""])
def test_a_limit_without_a_unit_or_measure_is_refused(text: str) -> None:
    with pytest.raises(LimitRefused, match="期限"):
        read_limit(text)


@pytest.mark.parametrize("text", ["30分钟", "24小时", "30天", "0.5工作时", "4工作时", "3工作日"])
def test_limits_are_written_as_they_are_read(text: str) -> None:
    assert limit_text(read_limit(text)) == text


@given(st.integers(1, 24 * 60 * 366))
def test_any_number_of_minutes_ends_on_its_minute_and_is_written_without_loss(minutes: int) -> None:
    limit, start = read_limit(f"{minutes}分钟"), at("2026-11-20 23:45")
    found, again = due(limit, start, TIME), due(read_limit(limit_text(limit)), start, TIME)
    assert found is not None
    assert found.at == start + timedelta(minutes=minutes)
    assert found == again


@given(st.decimals(Decimal("0.0001"), Decimal(8784), places=4), st.sampled_from(["小时", "工作时"]))
def test_any_hours_are_written_without_loss(hours: Decimal, unit: str) -> None:
    limit = read_limit(f"{hours:f}{unit}")
    assert abs(allowance(read_limit(limit_text(limit)), TIME) - allowance(limit, TIME)) < timedelta(milliseconds=1)


@given(st.dates(date(2026, 1, 1), date(2031, 1, 1)), st.integers(0, 366 * 24 * 3600))
def test_a_clock_until_a_day_of_the_matter_ends_at_that_closing(day: date, seconds: int) -> None:
    begun = datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(seconds=seconds)
    start, limit = span_until(day, begun, TIME)
    end = due(limit, start, TIME, ())
    assert end is not None
    assert end.at == datetime.combine(day, time(17, 30), ZONE)
    assert read_limit(limit_text(limit), most_hours=MOST_HOURS_KEPT) == limit
    assert start <= begun


def test_units_are_never_equal() -> None:
    assert len({NaturalHours(Decimal(1)), WorkingHours(Decimal(1)), WorkingDays(1)}) == 3


@pytest.mark.parametrize("spans", [(), ((9, 9),), ((9, 12), (11, 17)), ((14, 17), (8, 12))])
def test_office_hours_stand_in_order(spans: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="上下班时间"):
        OfficeDay(tuple((time(begin), time(end)) for begin, end in spans))


moments = st.integers(0, 545 * 1440).map(lambda minute: at("2026-01-01 00:00") + timedelta(minutes=minute))
minutes = st.integers(1, 60 * 40)
limits: st.SearchStrategy[Limit] = st.one_of(
    minutes.map(lambda n: NaturalHours(Decimal(n) / 60)),
    minutes.map(lambda n: WorkingHours(Decimal(n) / 60)),
    st.integers(1, 30).map(WorkingDays),
)


@st.composite
def stopped(draw: st.DrawFn) -> tuple[datetime, tuple[Pause, ...]]:
    """A start, and pauses after it in order."""
    start = draw(moments)
    moment, pauses = start, []
    for _number in range(draw(st.integers(0, 3))):
        begin = moment + timedelta(minutes=draw(st.integers(0, 6000)))
        moment = begin + timedelta(minutes=draw(st.integers(0, 6000)))
        pauses.append(Pause(begin, moment))
    return start, tuple(pauses)


@given(limits, stopped())
def test_all_of_a_limit_is_used_when_it_ends(limit: Limit, case: tuple[datetime, tuple[Pause, ...]]) -> None:
    start, pauses = case
    found = due(limit, start, TIME, pauses)
    assert found is not None
    assert start < found.warns_at <= found.at
    used = time_used(limit, start, found.at, TIME, pauses)
    if isinstance(limit, WorkingDays):
        # What stands still within a day is given back as the rest of that day, never more.
        assert timedelta(0) <= used - allowance(limit, TIME) < TIME.office_day.length
        assert found.at == TIME.closing(found.at)
    else:
        assert abs(used - allowance(limit, TIME)) < timedelta(milliseconds=1)
    if not isinstance(limit, NaturalHours):
        assert TIME.calendar.is_working_day(found.at.astimezone(ZONE).date())


@given(limits, stopped(), st.integers(0, 10_000), st.integers(0, 10_000))
def test_use_never_goes_back(limit: Limit, case: tuple[datetime, tuple[Pause, ...]], first: int, more: int) -> None:
    start, pauses = case
    early = start + timedelta(minutes=first)
    late = early + timedelta(minutes=more)
    assert time_used(limit, start, early, TIME, pauses) <= time_used(limit, start, late, TIME, pauses)


@given(limits, stopped())
def test_a_stop_never_brings_a_deadline_nearer(limit: Limit, case: tuple[datetime, tuple[Pause, ...]]) -> None:
    start, pauses = case
    alone, together = due(limit, start, TIME), due(limit, start, TIME, pauses)
    assert alone is not None
    assert together is not None
    assert together.at >= alone.at


@given(limits, moments)
def test_a_stop_of_no_length_changes_nothing(limit: Limit, start: datetime) -> None:
    instant = start + timedelta(hours=5)
    assert due(limit, start, TIME, (Pause(instant, instant),)) == due(limit, start, TIME)


@given(st.integers(1, 40), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 1439))
def test_working_days_agree_with_the_calendar(days: int, start: date, minute: int) -> None:
    begin = datetime.combine(start, time(), ZONE) + timedelta(minutes=minute)
    found = due(WorkingDays(days), begin, TIME)
    assert found is not None
    expected = TIME.calendar.deadline(start, days)
    assert (found.at.astimezone(ZONE).date(), found.is_provisional) == (expected.day, expected.is_provisional)
