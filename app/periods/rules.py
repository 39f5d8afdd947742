"""Periods as values: a month, quarter, half-year, year or ISO week, with its days, its name and its neighbours."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.fields.sentence import Sentence

PeriodKind = Literal["month", "quarter", "half", "year", "week"]
KIND_NAMES: dict[PeriodKind, str] = {"month": "月", "quarter": "季度", "half": "半年", "year": "年", "week": "周"}
_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_QUARTERS = "一二三四"
QUARTERS = ("%(year)s年第一季度", "%(year)s年第二季度", "%(year)s年第三季度", "%(year)s年第四季度")
_HALVES = "上下"
_FORMS: tuple[tuple[PeriodKind, str], ...] = (
    ("month", r"(\d{4})-(\d{1,2})|(\d{4})年(\d{1,2})月"),
    ("quarter", r"(\d{4})-?[Qq]([1-4])|(\d{4})年第?([一二三四1-4])季度"),
    ("half", r"(\d{4})-?[Hh]([12])|(\d{4})年(上|下)半年"),
    ("week", r"(\d{4})-?[Ww](\d{1,2})|(\d{4})年第(\d{1,2})周"),
    ("year", r"(\d{4})年?"),
)


LATEST_START = 28
"""The last day that every month has."""


class PeriodIsWrong(ValueError):
    """Not a period we know; the message says how one is written."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole days, both ends included. Make one with `parse`, `Period.of` or `Period.numbered`."""

    first: date
    last: date
    kind: PeriodKind
    start_day: int = 1
    """1 counts calendar months (自然月); 26 counts from the 26th of the month before to the 25th. Weeks know none."""

    @classmethod
    def numbered(cls, kind: PeriodKind, year: int, number: int = 1, *, start_day: int = 1) -> Period:
        """The n-th month, quarter, half-year or ISO week of a year. Raises PeriodIsWrong where there is no such one."""
        if start_day != 1 and kind != "week":
            return cls.numbered(kind, year, number).counted_from(start_day)
        try:
            if kind == "week":
                monday = date.fromisocalendar(year, number, 1)
                return cls(monday, monday + timedelta(days=6), kind)
            months = _MONTHS[kind]
            begin, end = (number - 1) * months + 1, number * months
            return cls(date(year, begin, 1), date(year, end, calendar.monthrange(year, end)[1]), kind)
        except (ValueError, OverflowError) as problem:
            raise PeriodIsWrong(f"{year} 年没有第 {number} 个{KIND_NAMES[kind]}。") from problem

    def counted_from(self, start_day: int) -> Period:
        """The same month, quarter or year counted from another day: 2026-10 from 26 is 26 September to 25 October.

        Raises PeriodIsWrong for a day that not every month has.
        """
        if not 1 <= start_day <= LATEST_START:
            raise PeriodIsWrong(f"统计期只能从每月1日到{LATEST_START}日开始：{start_day}")
        if self.kind == "week" or start_day == self.start_day:
            return self
        plain = self if self.start_day == 1 else Period.numbered(self.kind, self.year, self.number)
        if start_day == 1:
            return plain
        first = (plain.first - timedelta(days=1)).replace(day=start_day)
        return Period(first, plain.last.replace(day=start_day - 1), self.kind, start_day)

    @classmethod
    def of(cls, kind: PeriodKind, day: date, *, start_day: int = 1) -> Period:
        """The period of that kind in which the day lies."""
        if start_day != 1 and kind != "week":
            month = Period.of("month", day)
            named = month.following().first if day.day >= start_day else month.first
            return cls.of(kind, named).counted_from(start_day)
        if kind == "week":
            year, week, _ = day.isocalendar()
            return cls.numbered(kind, year, week)
        return cls.numbered(kind, day.year, (day.month - 1) // _MONTHS[kind] + 1)

    @property
    def year(self) -> int:
        """The calendar year; of a week, the year its number counts in (2026-12-31 lies in 2026-W53)."""
        return self.first.isocalendar().year if self.kind == "week" else self.last.year

    @property
    def number(self) -> int:
        """Which month, quarter, half or week of its year; 1 for a year."""
        if self.kind == "week":
            return self.first.isocalendar().week
        return (self.last.month - 1) // _MONTHS[self.kind] + 1

    @property
    def key(self) -> str:
        """2026-10, 2026-Q3, 2026-H1, 2026, 2026-W40: as commands and file names write it."""
        letter = {"quarter": "Q", "half": "H"}.get(self.kind)
        if letter:
            return f"{self.year}-{letter}{self.number}"
        if self.kind == "week":
            return f"{self.year}-W{self.number:02d}"
        return f"{self.year}" if self.kind == "year" else f"{self.year}-{self.number:02d}"

    @property
    def title(self) -> Sentence:
        """2026年10月, 2026年第三季度, 2026年上半年, 2026年, 2026年第40周: as papers write it."""
        year, number = self.year, self.number
        match self.kind:
            case "month":
                return Sentence("%(year)s年%(month)s月", year=year, month=number)
            case "quarter":
                return Sentence(QUARTERS[number - 1], year=year)
            case "half":
                return Sentence("%(year)s年上半年" if number == 1 else "%(year)s年下半年", year=year)
            case "week":
                return Sentence("%(year)s年第%(week)s周", year=year, week=number)
        return Sentence("%(year)s年", year=year)

    def contains(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last

    def previous(self) -> Period:
        """The one before (for 环比)."""
        return Period.of(self.kind, self.first - timedelta(days=1), start_day=self.start_day)

    def following(self) -> Period:
        """The one after."""
        return Period.of(self.kind, self.last + timedelta(days=1), start_day=self.start_day)

    def same_last_year(self) -> Period:
        """The same one a year before (for 同比); a 53rd week is held against the last week of a year that has 52."""
        if self.kind != "week":
            return Period.numbered(self.kind, self.year - 1, self.number, start_day=self.start_day)
        weeks = date(self.year - 1, 12, 28).isocalendar().week
        return Period.numbered("week", self.year - 1, min(self.number, weeks))

    def year_to_date(self) -> tuple[date, date]:
        """First day of its year to its own last day (for 本年累计)."""
        if self.kind == "week":
            return Period.numbered("week", self.year, 1).first, self.last
        return Period.numbered("month", self.year, 1, start_day=self.start_day).first, self.last

    def months(self) -> tuple[Period, ...]:
        """The calendar months it touches, in order; of one counted from another day, those it is named after."""
        if self.start_day != 1:
            return Period.numbered(self.kind, self.year, self.number).months()
        found = [Period.of("month", self.first)]
        while found[-1].last < self.last:
            found.append(found[-1].following())
        return tuple(found)


def parse(text: str) -> Period:
    """The period a key or a title names: 2026-10, 2026-Q3, 2026-H1, 2026, 2026-W40, 2026年10月 …

    Raises PeriodIsWrong with a sentence for the user.
    """
    plain = text.strip()
    for kind, form in _FORMS:
        match = re.fullmatch(form, plain, re.ASCII if kind == "year" else 0)
        if match is None:
            continue
        parts = [part for part in match.groups() if part is not None]
        return Period.numbered(kind, int(parts[0]), _number(parts[1]) if len(parts) > 1 else 1)
    raise PeriodIsWrong(
        f"看不懂期间“{plain[:20]}”。"
        "请写成 2026-10（月）、2026-Q3（季度）、2026-H1（半年）、2026（年）或 2026-W40（周）。"
    )


def _number(text: str) -> int:
    for words in (_QUARTERS, _HALVES):
        if text in words:
            return words.index(text) + 1
    return int(text)


FILLING, HELD, FINAL = "filling", "held", "final"
STATE_NAMES = {FILLING: "填报中", HELD: "核对中", FINAL: "已定稿"}


def strictest(states: list[str]) -> str:
    """The state that counts where an area and those above it say different things."""
    order = (FILLING, HELD, FINAL)
    return max(states, key=order.index, default=FILLING)
