"""Time limits in 自然小时, 工作时 and 工作日, as types that cannot be mixed up: when one ends, with clocks that stand still.

Rules: the day of issue is day 0; a limit of n working days ends when the office closes on the n-th (DOMAIN of the
field, GB/T 30428 and the offices' own tables, which use all three units side by side). A limit that was stopped goes on
with what was left; one in working days then ends at the close of the day on which its last office minute is used up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import Literal
from zoneinfo import ZoneInfo

from app.fields.calendar import WorkingCalendar

Lamp = Literal["green", "amber", "red", "grey"]
LAMP_WORDS: dict[Lamp, str] = {"green": "正常", "amber": "快到期", "red": "已逾期", "grey": "不计时"}
WARNING_SHARE = Decimal("0.8")
"""A lamp turns amber when so much of the limit is used, and red when all of it is."""
MOST_HOURS, MOST_DAYS = 24 * 366, 1000
MOST_HOURS_KEPT = MOST_HOURS * 10
"""Of a clock that lasts until a day the matter itself has (截止日期)."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
_HAIR = Decimal("1e-9")
_ZERO, _ONE_DAY, _ONE_MINUTE = timedelta(0), timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NaturalHours:
    """So many hours of the clock, nights and holidays included (自然小时)."""

    hours: Decimal


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """So many hours within office hours (工作时)."""

    hours: Decimal


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """So many working days (工作日), the day of issue not counted."""

    days: int


Limit = NaturalHours | WorkingHours | WorkingDays

_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*(分钟|小时|自然小时|天|自然日|工作时|工作日)")
_HOURS_OF: dict[str, Decimal] = {"小时": Decimal(1), "自然小时": Decimal(1), "天": Decimal(24), "自然日": Decimal(24)}


class LimitRefused(ValueError):
    """A limit that cannot be read; the message says how it is written."""


def read_limit(text: str, *, most_hours: int = MOST_HOURS) -> Limit:
    """A limit out of "30分钟", "24小时", "30天" (all 自然), "4工作时" or "3工作日". Raises LimitRefused."""
    found = _LIMIT.fullmatch(text.strip())
    if found is None:
        raise LimitRefused(f"期限“{text[:20]}”要写数字和单位，例如 30分钟、24小时、4工作时、3工作日。")
    number, unit = Decimal(found[1]), found[2]
    if unit == "工作日":
        if number != int(number) or not 0 < number <= MOST_DAYS:
            raise LimitRefused(f"期限“{text[:20]}”：工作日数应是 1 到 {MOST_DAYS} 的整数。")
        return WorkingDays(int(number))
    hours = number / 60 if unit == "分钟" else number * _HOURS_OF.get(unit, Decimal(1))
    if not 0 < hours <= most_hours:
        raise LimitRefused(f"期限“{text[:20]}”太长或是零，请核对。")
    return WorkingHours(hours) if unit == "工作时" else NaturalHours(hours)


def limit_text(limit: Limit) -> str:
    """As `read_limit` reads it: 30分钟, 24小时, 4工作时, 3工作日."""
    if isinstance(limit, WorkingDays):
        return f"{limit.days}工作日"
    minutes = _whole_minutes(limit.hours)
    if isinstance(limit, NaturalHours) and minutes and (limit.hours < 1 or limit.hours != round(limit.hours, 1)):
        return f"{minutes}分钟"
    if isinstance(limit, NaturalHours) and limit.hours >= 48 and limit.hours % 24 == 0:
        return f"{int(limit.hours / 24)}天"
    return f"{limit.hours.normalize():f}" + ("工作时" if isinstance(limit, WorkingHours) else "小时")


def _whole_minutes(hours: Decimal) -> int | None:
    """How many minutes they are, where that is a whole number but for what a sixtieth loses in decimals."""
    nearest = round(hours * 60)
    return nearest if abs(hours * 60 - nearest) < _HAIR else None


def limit_until(day: date, now: datetime, on: WorkingTime) -> Limit:
    """A limit that begins now and ends when the office closes on a day, to the minute begun. Raises LimitRefused for a day
    that is over."""
    minutes = _minutes_until(day, now, on)
    if not 0 < minutes <= MOST_HOURS * 60:
        raise LimitRefused("日期要在今天以后，一年以内。")
    return NaturalHours(Decimal(minutes) / 60)


def span_until(day: date, begun: datetime, on: WorkingTime) -> tuple[datetime, Limit]:
    """Start and limit of a clock that ends, to the minute, when the office closes on a day that the matter itself has
    (截止日期): it starts when it begun, or just before its end where that was over by then. At most ten years."""
    start = min(begun.replace(second=0, microsecond=0), _closing(day, on) - _ONE_MINUTE)
    return start, NaturalHours(Decimal(min(_minutes_until(day, start, on), MOST_HOURS_KEPT * 60)) / 60)


def _minutes_until(day: date, now: datetime, on: WorkingTime) -> int:
    return ceil((_closing(day, on) - now) / _ONE_MINUTE)


def _closing(day: date, on: WorkingTime) -> datetime:
    return datetime.combine(day, on.office_day.closes, on.zone)


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """Office hours of a working day: spans (from, until) in order, usually morning and afternoon."""

    spans: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        flat = [moment for span in self.spans for moment in span]
        if not flat or any(later <= earlier for earlier, later in pairwise(flat)):
            raise ValueError("上下班时间要按先后填写，下班晚于上班，下午晚于上午。")

    @property
    def length(self) -> timedelta:
        """Office time of one day."""
        return sum((_between(begin, end) for begin, end in self.spans), _ZERO)

    @property
    def closes(self) -> time:
        """When the last span ends."""
        return self.spans[-1][1]


USUAL_OFFICE_DAY = OfficeDay(((time(8, 30), time(12)), (time(14), time(17, 30))))
"""Until an office has put down its own hours."""


def _between(begin: time, end: time) -> timedelta:
    return timedelta(hours=end.hour - begin.hour, minutes=end.minute - begin.minute)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stood; `end` None while it still stands."""

    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends, and when its lamp turns amber. `is_provisional` (暂定): the holidays of that year are not
    announced yet, so the moment may move."""

    at: datetime
    warns_at: datetime
    is_provisional: bool


@dataclass(frozen=True)
class WorkingTime:
    """Office time measured on a calendar. All moments are aware; office hours are those of `zone`."""

    calendar: WorkingCalendar
    office_day: OfficeDay = USUAL_OFFICE_DAY
    zone: tzinfo = SHANGHAI

    def worked_between(self, begin: datetime, end: datetime) -> timedelta:
        """Office time from `begin` to `end`; zero where `end` is not later."""
        return _sum_until(self._spans(begin), end)

    def moment_after(self, begin: datetime, amount: timedelta) -> datetime:
        """The moment at which `amount` (more than zero) of office time since `begin` is over: the close of an office day
        rather than the opening of the next."""
        for since, until in self._spans(begin):
            if until - since >= amount:
                return since + amount
            amount -= until - since
        raise AssertionError("office days never end")

    def closing(self, moment: datetime) -> datetime:
        """When the office closes on the day of a moment."""
        return datetime.combine(moment.astimezone(self.zone).date(), self.office_day.closes, self.zone)

    def next_midnight(self, moment: datetime) -> datetime:
        """Where the day after that of a moment begins."""
        day = moment.astimezone(self.zone).date() + _ONE_DAY
        return datetime.combine(day, time(), self.zone)

    def _spans(self, begin: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Stretches of office time from `begin` on, without end."""
        day: date = begin.astimezone(self.zone).date()
        while True:
            if self.calendar.is_working_day(day):
                for opens, closes in self.office_day.spans:
                    since = max(begin, datetime.combine(day, opens, self.zone))
                    until = datetime.combine(day, closes, self.zone)
                    if since < until:
                        yield since, until
            day += _ONE_DAY


def _sum_until(spans: Iterator[tuple[datetime, datetime]], end: datetime) -> timedelta:
    total = _ZERO
    for since, until in spans:
        if since >= end:
            break
        total += min(until, end) - since
    return total


def allowance(limit: Limit, on: WorkingTime) -> timedelta:
    """How much running time a limit gives: of the clock for 自然小时, of office hours for the others."""
    if isinstance(limit, WorkingDays):
        return limit.days * on.office_day.length
    return timedelta(seconds=float(limit.hours * 3600))


def time_used(limit: Limit, start: datetime, now: datetime, on: WorkingTime, pauses: Sequence[Pause] = ()) -> timedelta:
    """How much of its allowance a limit that began at `start` has used by `now`."""
    total = _ZERO
    for begin, end in _running(limit, start, pauses, on):
        until = now if end is None else min(now, end)
        if until > begin:
            total += until - begin if isinstance(limit, NaturalHours) else on.worked_between(begin, until)
    return total


def due(limit: Limit, start: datetime, on: WorkingTime, pauses: Sequence[Pause] = ()) -> Due | None:
    """When a limit that began at `start` ends; None while its clock stands."""
    whole = allowance(limit, on)
    ends = _moment_used(limit, whole, start, pauses, on)
    if ends is None:
        return None
    if isinstance(limit, WorkingDays):
        ends = on.closing(ends)
    warns = _moment_used(limit, whole * float(WARNING_SHARE), start, pauses, on)
    is_open = not isinstance(limit, NaturalHours)
    day = ends.astimezone(on.zone).date()
    return Due(ends, warns or ends, is_open and on.calendar.is_provisional(day))


def lamp(due_at: datetime | None, warns_at: datetime | None, now: datetime) -> Lamp:
    """The colour at a moment; grey where no clock runs."""
    if due_at is None:
        return "grey"
    if now > due_at:
        return "red"
    return "amber" if warns_at is not None and now >= warns_at else "green"


def _running(
    limit: Limit, start: datetime, pauses: Sequence[Pause], on: WorkingTime
) -> Iterator[tuple[datetime, datetime | None]]:
    """Stretches in which the clock runs; the last has no end unless the clock stands."""
    begin = on.next_midnight(start) if isinstance(limit, WorkingDays) else start
    for pause in sorted(pauses, key=lambda each: each.begin):
        if pause.begin > begin:
            yield begin, pause.begin
        if pause.end is None:
            return
        begin = max(begin, pause.end)
    yield begin, None


def _moment_used(
    limit: Limit, amount: timedelta, start: datetime, pauses: Sequence[Pause], on: WorkingTime
) -> datetime | None:
    for begin, end in _running(limit, start, pauses, on):
        is_natural = isinstance(limit, NaturalHours)
        if end is not None:
            here = end - begin if is_natural else on.worked_between(begin, end)
            if here < amount:
                amount -= here
                continue
        return begin + amount if is_natural else on.moment_after(begin, amount)
    return None
