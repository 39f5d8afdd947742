"""Working days: public holidays, make-up days, and deadlines counted in working days.

The table in data/working_days.txt holds the years that the State Council has announced. For a later year only weekends
and the holidays fixed by law are known, so its days are provisional: deadlines there are marked 暂定 and counted again
when the year is loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "working_days.txt"
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST_HOLIDAY = 40

FIXED_HOLIDAYS: dict[tuple[int, int], str] = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
"""Holidays that fall on the same day of every year (全国年节及纪念日放假办法, in force since 2025)."""

LEGAL_DAYS: dict[str, int] = {"元旦": 1, "春节": 4, "清明": 1, "劳动": 2, "端午": 1, "中秋": 1, "国庆": 3}
"""Days off of each holiday by the same law; 春节 and 劳动节 had one less before 2025."""
_FOUR_DAYS_SINCE = 2025
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last working day of a time limit; provisional where it lies in a year not yet announced (暂定)."""

    day: date
    is_provisional: bool


class WorkingCalendar:
    """`holidays` are days off, with or without their names; `makeup_days` are weekend days that are worked.

    A year is announced when any of its days is in one of the two. Days may be added or taken out by an administrator:
    make a new calendar from the changed sets.
    """

    def __init__(self, holidays: Mapping[date, str] | Collection[date], makeup_days: Collection[date]) -> None:
        self.holidays: dict[date, str] = (
            dict(holidays) if isinstance(holidays, Mapping) else dict.fromkeys(holidays, "放假")
        )
        self.makeup_days = frozenset(makeup_days)
        if both := self.holidays.keys() & self.makeup_days:
            raise ValueError(f"{min(both)} 既是放假日又是补班日")
        self.announced_years = frozenset(day.year for day in (*self.holidays, *self.makeup_days))

    def with_year(self, year: int, other: WorkingCalendar) -> WorkingCalendar:
        """This calendar with the days of one year taken from `other`; a year without any becomes provisional."""
        holidays = {day: name for day, name in self.holidays.items() if day.year != year}
        makeup_days = {day for day in self.makeup_days if day.year != year}
        holidays |= {day: name for day, name in other.holidays.items() if day.year == year}
        return WorkingCalendar(holidays, makeup_days | {day for day in other.makeup_days if day.year == year})

    def is_working_day(self, day: date) -> bool:
        """True on weekdays that are no holiday, and on make-up days."""
        if day in self.makeup_days:
            return True
        return day.weekday() < _SATURDAY and self.holiday_name(day) is None

    def holiday_name(self, day: date) -> str | None:
        """国庆节, or None on a day that is no holiday; weekends have no name."""
        if self.is_provisional(day):
            return FIXED_HOLIDAYS.get((day.month, day.day))
        return self.holidays.get(day)

    def is_provisional(self, day: date) -> bool:
        """True where the holidays of the day's year are not announced yet."""
        return day.year not in self.announced_years

    def add_working_days(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`. The day of issue is day 0, whether worked or not.

        Raises ValueError for a negative count.
        """
        if count < 0:
            raise ValueError("工作日数不能小于零")
        day = start
        while count:
            day += _ONE_DAY
            count -= self.is_working_day(day)
        return day

    def deadline(self, start: date, count: int) -> Deadline:
        """Where a limit of `count` working days ends that was set on `start`."""
        day = self.add_working_days(start, count)
        return Deadline(day, self.is_provisional(day))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`: how many days something is late (0 if none)."""
        days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)


@cache
def announced_calendar() -> WorkingCalendar:
    """The calendar as shipped."""
    with _FILE.open(encoding="utf-8") as lines:
        return read_calendar(lines)


def read_calendar(lines: Iterable[str]) -> WorkingCalendar:
    """A calendar out of lines "2026-10-01至2026-10-07 休 国庆节" and "2026-10-10 班 国庆节"; "#" starts a comment.

    Raises ValueError naming the line.
    """
    holidays: dict[date, str] = {}
    makeup_days: set[date] = set()
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) < 2 or words[1] not in ("休", "班"):
            raise ValueError(f"第 {number} 行应写成：日期 休或班 节日名")
        for day in _days(words[0], number):
            if words[1] == "班":
                makeup_days.add(day)
            else:
                holidays[day] = words[2] if len(words) > 2 else "放假"
    return WorkingCalendar(holidays, makeup_days)


def _days(text: str, number: int) -> list[date]:
    first, _word, last = text.partition("至")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError(f"第 {number} 行的日期“{text[:30]}”应写成 2026-10-01，或 2026-10-01至2026-10-07") from None
    if not 0 <= (end - begin).days < _LONGEST_HOLIDAY:
        raise ValueError(f"第 {number} 行“{text[:30]}”的起止日期不对，请核对")
    return [begin + offset * _ONE_DAY for offset in range((end - begin).days + 1)]


@dataclass(frozen=True, slots=True)
class MakeupDay:
    """A weekend day that is worked, for the weekday that is off instead, of which holiday."""

    day: date
    replaces: date | None
    holiday: str


def makeup_days(calendar: WorkingCalendar, year: int) -> list[MakeupDay]:
    """The make-up days of a year with the weekdays they replace.

    The notices of the State Council name no pairs. A holiday has as many make-up days as it takes weekdays beyond its
    days fixed by law; a make-up day belongs to the nearest holiday that still has one open, and they replace, in their
    order, the last weekdays of that holiday; the first where a holiday of one day ends its stretch (中秋 on a Tuesday).
    """
    stretches = _stretches(calendar, year)
    of_stretch: dict[int, list[date]] = {place: [] for place in range(len(stretches))}
    for day in sorted(day for day in calendar.makeup_days if day.year == year):
        is_open = [place for place in of_stretch if len(of_stretch[place]) < _makeups_of(calendar, stretches[place])]
        nearest = min(is_open or of_stretch, key=lambda place: _distance(day, stretches[place]), default=None)
        if nearest is not None:
            of_stretch[nearest].append(day)
    found = []
    for place, days in of_stretch.items():
        weekdays = [day for day in stretches[place] if day.weekday() < _SATURDAY]
        name = calendar.holidays[stretches[place][-1]]
        ends_it = stretches[place][0].weekday() >= _SATURDAY and _legal_days({name}) == 1
        some = weekdays[: len(days)] if ends_it else weekdays[max(0, len(weekdays) - len(days)) :]
        replaced = [None] * (len(days) - len(some)) + some
        found += [MakeupDay(day, off, name) for day, off in zip(days, replaced, strict=False)]
    return sorted(found, key=lambda each: each.day)


def _makeups_of(calendar: WorkingCalendar, stretch: list[date]) -> int:
    """How many weekdays a holiday takes beyond those the law gives (全国年节及纪念日放假办法)."""
    names = {calendar.holidays[day] for day in stretch}
    legal = _legal_days(names)
    if stretch[0].year < _FOUR_DAYS_SINCE:
        legal -= sum(any(holiday in name for name in names) for holiday in ("春节", "劳动"))
    return max(0, sum(day.weekday() < _SATURDAY for day in stretch) - legal)


def _legal_days(names: Collection[str]) -> int:
    return sum(days for holiday, days in LEGAL_DAYS.items() if any(holiday in name for name in names))


def _stretches(calendar: WorkingCalendar, year: int) -> list[list[date]]:
    """Days off that follow each other, those of the next New Year too: its make-up day may lie in this year."""
    stretches: list[list[date]] = []
    for day in sorted(day for day in calendar.holidays if day.year in (year, year + 1)):
        if stretches and stretches[-1][-1] + _ONE_DAY == day:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return stretches


def _distance(day: date, stretch: list[date]) -> int:
    return min(abs((stretch[0] - day).days), abs((stretch[-1] - day).days))


def calendar_lines(calendar: WorkingCalendar, year: int) -> list[str]:
    """The days of one year as `read_calendar` reads them, holidays that follow each other as one line."""
    marks = {day: f"休 {name}" for day, name in calendar.holidays.items() if day.year == year}
    marks |= {day: "班" for day in calendar.makeup_days if day.year == year}
    stretches: list[tuple[date, date, str]] = []
    for day in sorted(marks):
        if stretches and stretches[-1][1] + _ONE_DAY == day and stretches[-1][2] == marks[day]:
            stretches[-1] = (stretches[-1][0], day, marks[day])
        else:
            stretches.append((day, day, marks[day]))
    return [f"{begin}{'' if begin == end else f'至{end}'} {mark}" for begin, end, mark in stretches]
