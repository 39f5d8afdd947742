"""Dates and months as people write them, and why some cannot be taken."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.fields.cells import half_width, without_spaces, written
from app.fields.numbers import read_numerals
from app.fields.refusal import Refused

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""Moments without a zone are those of the office's clock."""

FIRST_YEAR, LAST_YEAR = 1850, 2199
"""Years outside are slips of the pen: no living person, house or contract reaches so far."""

LAST_SERIAL = 2_958_465
"""9999-12-31 as Excel counts days."""

_HOW = "请写成 2021-03-05 这样。"
_FULL = re.compile(r"^(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})[日号.]?$")
_NUMERALS = "〇零○一二三四五六七八九"
_IN_NUMERALS = re.compile(rf"^([{_NUMERALS}]{{4}})年([{_NUMERALS}十]{{1,3}})月(?:([{_NUMERALS}十]{{1,3}})[日号])?$")
_PACKED = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SPAN = re.compile(r"[至到~～—–]+")
_HYPHENS = re.compile(r"^(\d{4}[年.]\d{1,2}(?:[月.]?\d{1,2})?[月日]?)-(\d{4}[年.]\d{1,2}(?:[月.]?\d{1,2})?[月日]?)$")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_CLOCK = re.compile(
    r"^(.*?[\d日号])(?:[T\s]+|(?<=[日号]))(\d{1,2})[:：时点](\d{1,2})分?(?:[:：]?(\d{1,2})(?:\.\d+)?秒?)?$"
)
_ZONED = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}\S*(Z|[+-]\d{2}:\d{2})$")
_MONTH = re.compile(r"^(\d{4})(?:(?:年|[-./])(?=\d{1,2}\D*$)|(?=\d{2}\D*$))(\d+)月?份?$")
_YEAR = re.compile(r"^\d{4}(?:\.0)?年?$")
_SHORT_YEAR = re.compile(r"^\d{2}[年\-./]\d{1,2}[月\-./]\d{1,2}日?$")
_DAY_FIRST = re.compile(r"^\d{1,2}[-./]\d{1,2}[-./]\d{4}$")


def read_date(raw: object) -> date:
    """The day that a form value or an Excel cell names.

    Takes 2021.3.5, 2021-03-05, 2021/3/5, 20210305, 2021年3月5日, an Excel serial (only when `raw` is a number), a date.
    Raises Refused where the day is missing or does not exist.
    """
    if isinstance(raw, datetime):
        return _day(raw.year, raw.month, raw.day)
    if isinstance(raw, date):
        return _day(raw.year, raw.month, raw.day)
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return _from_number(raw)
    return _from_text(half_width(written(raw)))


def read_moment(raw: object, *, is_end: bool = False) -> datetime:
    """The aware moment, to the minute, that a form value or an Excel cell names; a bare day is its first minute, with
    `is_end` its last. Raises Refused."""
    bare = time(23, 59) if is_end else time()
    if isinstance(raw, datetime):
        found = raw if raw.tzinfo else raw.replace(tzinfo=OFFICE_ZONE)
        _day(found.year, found.month, found.day)
        return found.replace(second=0, microsecond=0)
    if isinstance(raw, float) and not raw.is_integer() and 1 <= raw < LAST_SERIAL:
        minutes = round((raw - int(raw)) * 24 * 60)
        return datetime.combine(read_date(float(int(raw))), time(), OFFICE_ZONE) + timedelta(minutes=minutes)
    if isinstance(raw, str) and _ZONED.search(raw.strip()):
        try:
            return datetime.fromisoformat(raw.strip()).replace(second=0, microsecond=0)
        except ValueError:
            raise Refused("时间不对，请写成 2026-11-03 14:20 这样。", code="moment_unknown") from None
    if isinstance(raw, str) and (clock := _CLOCK.match(half_width(written(raw)).strip())):
        hour, minute = int(clock[2]), int(clock[3])
        if hour > 23 or minute > 59:
            raise Refused("时间不对，请写成 2026-11-03 14:20 这样。", code="moment_unknown")
        return datetime.combine(_from_text(clock[1]), time(hour, minute), OFFICE_ZONE)
    return datetime.combine(read_date(raw), bare, OFFICE_ZONE)


def read_month(raw: object) -> date:
    """The first day of the month that `raw` names: 2021年3月, 2021.03, 2021-3, 202103, or any date in it."""
    if isinstance(raw, float) and not raw.is_integer() and FIRST_YEAR <= raw < LAST_YEAR + 1:
        return _month_from_fraction(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and not _is_packed_month(int(raw)):
        return read_date(raw).replace(day=1)
    if isinstance(raw, date):
        return read_date(raw).replace(day=1)
    text = _in_digits(without_spaces(half_width(written(raw))))
    if found := _MONTH.match(text):
        return _day(int(found[1]), int(found[2]), 1)
    try:
        return _from_text(half_width(written(raw))).replace(day=1)
    except Refused as refusal:
        if refusal.code in ("only_year", "not_a_date", "day_missing"):
            raise Refused("看不出是哪年哪月。请写成 2021-03 或 2021年3月。", code="not_a_month") from None
        raise


def read_rough_date(raw: object) -> tuple[date, str]:
    """The first day of the month or year that is all a cell names, and the sentence that says so.

    Old rosters hold 入党时间 2010.7 in every second row; refusing them would refuse the roster. Raises Refused for what
    names neither (2014年底).
    """
    try:
        day, known = read_month(raw), "只写了年和月"
    except Refused as refusal:
        if refusal.code not in ("not_a_month", "only_year"):
            raise  # a month it is, but one that cannot be or cannot be told
        day, known = date(read_year(raw), 1, 1), "只写了年份"
    return day, f"{known}，先记为 {day.isoformat()}。查到是哪一天请改过来。"


def read_span(text: str) -> tuple[date, date] | None:
    """Both ends of 2024.1.1-2026.12.31, 2024年5月至2029年4月; None where the text is no span of two days.

    A month at the end means its last day.
    """
    parts = [part for part in _SPAN.split(without_spaces(half_width(text))) if part]
    if len(parts) == 1 and (found := _HYPHENS.match(parts[0])):
        parts = [found[1], found[2]]
    if len(parts) != 2:
        return None
    try:
        return _end_of(parts[0], is_last=False), _end_of(parts[1], is_last=True)
    except Refused:
        return None


def _end_of(text: str, *, is_last: bool) -> date:
    try:
        return _from_text(text)
    except Refused:
        month = read_month(text)
        return month.replace(day=monthrange(month.year, month.month)[1]) if is_last else month


def from_serial(serial: int) -> date:
    """The day of an Excel serial in the 1900 system. Excel believes in 1900-02-29 (serial 60), which never was."""
    if not 1 <= serial <= LAST_SERIAL or serial == 60:
        raise Refused("这个数字不是日期。" + _HOW, code="not_a_date")
    start = date(1899, 12, 31) if serial < 60 else date(1899, 12, 30)
    return start + timedelta(days=serial)


def _from_number(raw: float | Decimal) -> date:
    if isinstance(raw, Decimal):
        raw = float(raw)
    if raw != raw or raw in (float("inf"), float("-inf")):
        raise Refused("这个数字不是日期。" + _HOW, code="not_a_date")
    whole = int(raw)
    if FIRST_YEAR <= whole <= LAST_YEAR:
        # As serials these would be days of 1905; a clerk who types 2014 or 2014.5 means a year or a month.
        raise _only_year() if raw == whole else _only_month()
    if _is_packed_month(whole):
        raise _only_month()
    if whole > LAST_SERIAL:
        return _from_text(str(whole))
    day = from_serial(whole)
    return _day(day.year, day.month, day.day)


def _from_text(text: str) -> date:
    text = _in_digits(without_spaces(_TIME.sub("", text)).lstrip("'"))
    if found := _FULL.match(text) or _PACKED.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if _YEAR.match(text):
        raise _only_year()
    if _MONTH.match(text):
        raise _only_month()
    if _SHORT_YEAR.match(text):
        raise Refused("年份只写了两位，分不清是哪个年代。年份要写四位，" + _HOW, code="short_year")
    if _DAY_FIRST.match(text):
        raise Refused("日期的顺序分不清。请按年、月、日的顺序填，" + _HOW, code="day_first")
    if re.match(r"^\d{4}(年|[-./])", text):
        raise Refused("只写了大概的时间，没有写明是哪一天。请查实后" + _HOW, code="day_missing")
    raise Refused("这不是一个日期。" + _HOW, code="not_a_date")


def _in_digits(text: str) -> str:
    """二〇二一年三月五日 as 2021年3月5日; any other text as it is."""
    found = _IN_NUMERALS.match(text)
    if not found:
        return text
    year, month, day = found.groups()
    return f"{read_numerals(year)}年{read_numerals(month)}月" + (f"{read_numerals(day)}日" if day else "")


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(f"年份 {year} 不合常理，请核对。" + _HOW, code="year_out_of_range")
    if not 1 <= month <= 12:
        raise Refused(f"一年没有 {month} 月，请核对月份。", code="no_such_month")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise Refused(f"{year}年{month}月没有 {day} 日，只有 {last} 天。请核对日期。", code="no_such_day")
    return date(year, month, day)


def _month_from_fraction(raw: float) -> date:
    whole, fraction = f"{raw:.15g}".split(".")
    if fraction == "1":
        raise Refused(
            "Excel 把月份当成了小数，分不清是 1 月还是 10 月。请写成 2021-01 或 2021-10 这样。", code="month_unclear"
        )
    if len(fraction) > 2:
        raise Refused("看不出是哪年哪月。请写成 2021-03 或 2021年3月。", code="not_a_month")
    return _day(int(whole), int(fraction), 1)


def _is_packed_month(number: int) -> bool:
    year, month = divmod(number, 100)
    return FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12


def _only_year() -> Refused:
    return Refused("只写了年份，没有写明月和日。请查实后" + _HOW, code="only_year")


def _only_month() -> Refused:
    return Refused("只写了年和月，没有写明是哪一天。请查实后" + _HOW, code="only_month")


def read_year(raw: object) -> int:
    """A year of four digits: 1998, 1998年, or the year of a date cell. Raises Refused for anything else."""
    if isinstance(raw, date):
        return read_date(raw).year
    text = without_spaces(half_width(written(raw)))
    if not _YEAR.match(text):
        raise Refused("这里只填年份，四位数字，例如 1998。", code="not_a_year")
    return _day(int(text[:4]), 1, 1).year
