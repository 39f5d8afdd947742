"""The working calendar and the office hours of this installation: what is shipped, and what an administrator changed."""

from __future__ import annotations

from datetime import time
from functools import lru_cache

from app.fields.calendar import WorkingCalendar, announced_calendar, calendar_lines, read_calendar
from app.fields.limits import USUAL_OFFICE_DAY, OfficeDay, WorkingTime
from app.settings.queries import profile, setting
from app.settings.service import save_setting

CALENDAR, OFFICE_HOURS = "working_calendar", "office_hours"
"""Keys of settings: year → lines as `read_calendar` reads them; spans of a day as pairs of "08:30"."""
FIRST_YEAR, LAST_YEAR = 2004, 2060
_SATURDAY = 5


class CalendarRefused(ValueError):
    """Days or hours that cannot be; the message says why, in words for the page."""


def working_calendar() -> WorkingCalendar:
    """The shipped calendar with the years that were loaded or corrected here."""
    years: dict[str, list[str]] = setting(CALENDAR, {})
    return _calendar(tuple((int(year), tuple(lines)) for year, lines in sorted(years.items())))


@lru_cache(maxsize=16)
def _calendar(years: tuple[tuple[int, tuple[str, ...]], ...]) -> WorkingCalendar:
    calendar = announced_calendar()
    for year, lines in years:
        calendar = calendar.with_year(year, read_calendar(lines))
    return calendar


def office_day() -> OfficeDay:
    """Office hours of a working day."""
    stored = setting(OFFICE_HOURS)
    if not stored:
        return USUAL_OFFICE_DAY
    return OfficeDay(tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in stored))


def working_time() -> WorkingTime:
    """What limits are measured on."""
    return WorkingTime(working_calendar(), office_day())


def save_year(year: int, text: str) -> bool:
    """Keep the holidays and make-up days of a year, one stretch a line; no line makes the year provisional again.

    Answers whether anything changed. Raises CalendarRefused; the wall asks for settings/write.
    """
    try:
        read = read_calendar(text.splitlines())
    except ValueError as refusal:
        raise CalendarRefused(f"{refusal}。") from None
    days = (*read.holidays, *read.makeup_days)
    if strange := sorted(day for day in days if day.year != year):
        raise CalendarRefused(f"{strange[0]} 不在 {year} 年，请到那一年的页面填写。")
    if weekdays := sorted(day for day in read.makeup_days if day.weekday() < _SATURDAY):
        raise CalendarRefused(f"{weekdays[0]} 本来就是工作日，不用写成补班日，请核对。")
    years: dict[str, list[str]] = dict(setting(CALENDAR, {}))
    lines = calendar_lines(read, year)
    if lines == calendar_lines(announced_calendar(), year):
        years.pop(str(year), None)
    else:
        years[str(year)] = lines
    return save_setting(CALENDAR, years, area_code=profile().top_code)


def save_office_hours(spans: list[tuple[str, str]]) -> bool:
    """Keep the office hours, spans of "08:30" and "12:00". Answers whether anything changed. Raises CalendarRefused."""
    try:
        read = OfficeDay(tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans))
    except ValueError as refusal:
        words = str(refusal) if "上下班" in str(refusal) else "时间应写成 08:30 这样的样子。"
        raise CalendarRefused(words) from None
    plain = [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in read.spans]
    return save_setting(OFFICE_HOURS, plain, area_code=profile().top_code)
