"""Reading the monthly sums: a worker's total, an area's, everybody's in it; single entries only for days of broken months."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, case, func, select

from app.areas.models import Area
from app.areas.rules import COMMUNITY_DIGITS
from app.database.scope import RANGE_END, range_of
from app.extensions import db
from app.lowcode.register import register
from app.periods.rules import Period
from app.points import rules
from app.points.models import PointsEntry, PointsSum

BOUND_AT_ONCE = 500
"""So many workers are named in one statement."""


Condition = Callable[[Any], ColumnElement[bool]]
"""From PointsSum or PointsEntry to which of its rows count."""


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of one worker, or of an area, over some days."""

    gained: Decimal = rules.ZERO
    deducted: Decimal = rules.ZERO
    entry_count: int = 0

    @property
    def balance(self) -> Decimal:
        """What was gained, less what was taken off."""
        return self.gained + self.deducted

    def __add__(self, other: Total) -> Total:
        return Total(
            self.gained + other.gained, self.deducted + other.deducted, self.entry_count + other.entry_count
        )  # fmt: skip


NOTHING = Total()


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One worker in an area's summary. `opening` is his balance of the year before the period."""

    worker_id: int
    worker_uid: str
    name: str
    area_code: str
    opening: Decimal
    total: Total

    @property
    def closing(self) -> Decimal:
        """Balance at the period's end."""
        return self.opening + self.total.balance


def month_number(on: date) -> int:
    """202611 for a day in November 2026: how sums are filed."""
    return on.year * 100 + on.month


def year_number(year: int) -> int:
    """202600: how the sum of a whole year is filed."""
    return year * 100


def rows_of(months: Sequence[int]) -> list[int]:
    """The rows that hold these months: where all twelve of a year are asked for, its own instead of theirs."""
    years = sorted({month // 100 for month in months})
    whole = [year for year in years if {year * 100 + number for number in range(1, 13)} <= set(months)]
    return [year_number(year) for year in whole] + [month for month in months if month // 100 not in whole]


@lru_cache(maxsize=20_000)
def exact(value: Any) -> Decimal:
    """A sum as the database gives it (a float on SQLite) as points."""
    return Decimal(str(value or 0)).quantize(rules.STEP)


def totals(worker_uids: Sequence[str], first: date, last: date, *, area_code: str = "") -> dict[str, Total]:
    """Sums of workers from day to day, made in an area; of whole months at most workers × months rows are read."""
    found: dict[str, Total] = {}
    for start in range(0, len(worker_uids), BOUND_AT_ONCE):
        condition = _of_workers(worker_uids[start : start + BOUND_AT_ONCE], area_code)
        found |= _by_worker(_parts(first, last, condition))
    return found


def _of_workers(worker_uids: Sequence[str], area_code: str) -> Condition:
    return lambda model: model.worker_uid.in_(worker_uids) & _inside(model, area_code)


def totals_within(area_code: str, first: date, last: date) -> dict[str, Total]:
    """The same of everybody who has entries in an area; only what was made there counts."""
    return _by_worker(_parts(first, last, lambda model: _inside(model, area_code), is_wide=True))


def area_total(area_code: str, period: Period) -> Total:
    """All points made in an area in a period."""
    total = NOTHING
    for part in _parts(period.first, period.last, lambda model: _inside(model, area_code), is_wide=True):
        for gained, deducted, count in db.session.execute(part.with_only_columns(*part.selected_columns[1:])):
            total += Total(exact(gained), exact(deducted), int(count or 0))
    return total


def areas_totals(area_codes: Sequence[str], period: Period) -> dict[str, Total]:
    """All points made in each of the areas, each found as one range of the index in each month."""
    found = dict.fromkeys(area_codes, NOTHING)
    parts = _parts(period.first, period.last, lambda model: _below(model, Area.code) & Area.code.in_(area_codes))
    for part in parts:
        sums = part.with_only_columns(Area.code, *list(part.selected_columns)[1:]).group_by(Area.code)
        for code, gained, deducted, count in db.session.execute(sums):
            found[code] += Total(exact(gained), exact(deducted), int(count))
    return found


def opening_of(worker_uid: str, period: Period) -> Decimal:
    """Balance of the period's year before the period; points count anew each year (社区每年查验积分)."""
    return openings((worker_uid,), period).get(worker_uid, NOTHING).balance


def openings(worker_uids: Sequence[str], period: Period, *, area_code: str = "") -> dict[str, Total]:
    """The same of many, as far as it was made in an area."""
    days = _days_before(period)
    return totals(worker_uids, *days, area_code=area_code) if days is not None else {}


def _days_before(period: Period) -> tuple[date, date] | None:
    january = date(period.first.year, 1, 1)
    return (january, period.first - timedelta(days=1)) if period.first > january else None


def summary(area_code: str, period: Period) -> list[SummaryLine]:
    """Workers of an area in a period, in the order of grids and names; nobody is ranked.

    Those in post during the period, and those who have entries in the area. A worker who changed grids stands once,
    where he is now, with the points he made within the area.
    """
    made = totals_within(area_code, period.first, period.last)
    days = _days_before(period)
    before = totals_within(area_code, *days) if days is not None else {}
    return _lines(_people(_who(area_code, period)), before, made)


def summary_part(area_code: str, period: Period, *, first: int, count: int) -> tuple[list[SummaryLine], int]:
    """A page of the same, and how many workers there are: the sums of those shown only are read one by one."""
    who = _who(area_code, period)
    people = _people(who, first=first, count=count)
    uids = [row.uid for row in people]
    made = totals(uids, period.first, period.last, area_code=area_code)
    return _lines(people, openings(uids, period, area_code=area_code), made), _people_count(who)


def _lines(people: Sequence[Any], before: dict[str, Total], made: dict[str, Total]) -> list[SummaryLine]:
    return [
        SummaryLine(
            row.id, row.uid, row.name, row.area_code, before.get(row.uid, NOTHING).balance, made.get(row.uid, NOTHING)
        )
        for row in people
    ]


def _in_post(model: Any, area_code: str, period: Period) -> ColumnElement[bool]:
    return (
        _inside(model, area_code) & model.deleted_at.is_(None)
        & (model.hired_on.is_(None) | (model.hired_on <= period.last))
        & (model.left_on.is_(None) | (model.left_on >= period.first))
    )  # fmt: skip


def _elsewhere(area_code: str, period: Period) -> list[str]:
    """Workers with entries in the area who are not in post there (any more)."""
    model = register("grid_workers").model
    found: set[str] = set()
    for part in _parts(period.first, period.last, lambda model: _inside(model, area_code)):
        worker = next(iter(part.selected_columns))
        if len(area_code) < COMMUNITY_DIGITS:
            # Nearly all workers of a street are in post there: to look up the few others beats reading every sum.
            has_entries = part.with_only_columns(worker).where(worker == model.uid).exists()
            statement = select(model.uid).where(~_in_post(model, area_code, period), has_entries)
        else:
            posted = select(model.id).where(model.uid == worker, _in_post(model, area_code, period)).exists()
            statement = part.with_only_columns(worker).where(~posted).distinct()
        found |= set(db.session.execute(statement).scalars())
    return sorted(found)


def _who(area_code: str, period: Period) -> ColumnElement[bool]:
    model = register("grid_workers").model
    posted, elsewhere = _in_post(model, area_code, period), _elsewhere(area_code, period)
    return posted | model.uid.in_(elsewhere) if elsewhere else posted


def _people(who: ColumnElement[bool], *, first: int = 0, count: int | None = None) -> Sequence[Any]:
    model = register("grid_workers").model
    statement = (
        select(model.id, model.uid, model.name, model.area_code)
        .where(who)
        .order_by(model.area_code, model.pinyin, model.id)
        .offset(first)
        .limit(count)
    )
    return db.session.execute(statement).all()


def _people_count(who: ColumnElement[bool]) -> int:
    model = register("grid_workers").model
    return db.session.execute(select(func.count(model.id)).where(who)).scalar_one()


def month_sums(area_code: str, months: Sequence[Period]) -> list[tuple[Decimal, int]]:
    """(points, entries) of an area in each month, for charts; from the sums only."""
    statement = (
        select(PointsSum.month, *_sums(PointsSum.gained, PointsSum.deducted, PointsSum.entry_count))
        .where(PointsSum.month.in_([month_number(month.first) for month in months]), _inside(PointsSum, area_code))
        .group_by(PointsSum.month)
    )
    found = {
        month: (exact(gained) + exact(deducted), int(n)) for month, gained, deducted, n in db.session.execute(statement)
    }
    return [found.get(month_number(month.first), (rules.ZERO, 0)) for month in months]


def _below(model: Any, code: Any) -> ColumnElement[bool]:
    """The same where the area is another table's column."""
    return (model.area_code >= code) & (model.area_code < code + RANGE_END)


def _inside(model: Any, area_code: str) -> ColumnElement[bool]:
    low, high = range_of(area_code)
    return (model.area_code >= low) & (model.area_code < high)


def split_days(first: date, last: date) -> tuple[list[int], list[tuple[date, date]]]:
    """Days as whole months (202611) and what is left before, between and after them, as (first, last)."""
    months: list[int] = []
    days: list[tuple[date, date]] = []
    day = first
    while day <= last:
        month = Period.of("month", day)
        end = min(last, month.last)
        if (day, end) == (month.first, month.last):
            months.append(month_number(day))
        else:
            days.append((day, end))
        day = end + timedelta(days=1)
    return months, days


def _by_worker(parts: Sequence[Select[Any]]) -> dict[str, Total]:
    found: dict[str, Total] = {}
    for part in parts:
        worker = next(iter(part.selected_columns))
        for uid, gained, deducted, count in db.session.execute(part.group_by(worker)):
            total = Total(exact(gained), exact(deducted), int(count))
            found[uid] = found[uid] + total if uid in found else total
    return found


def _sums(*columns: Any) -> Iterator[ColumnElement[Any]]:
    # As plain floats: rounding every single one to a Decimal on the way takes longer than adding them up.
    return (func.sum(column, type_=Float()) for column in columns)


def _parts(first: date, last: date, condition: Condition, *, is_wide: bool = False) -> list[Select[Any]]:
    """Statements of (worker, gained, deducted, entries) by worker: whole months from the sums, other days from entries.

    `is_wide`: of all workers of an area. Entries are then looked up area by area, as the month's sums name them: by a range
    of areas alone SQLite would walk all days that lie behind them.
    """
    months, days = split_days(first, last)
    found: list[Select[Any]] = []
    if months:
        found.append(
            select(PointsSum.worker_uid, *_sums(PointsSum.gained, PointsSum.deducted, PointsSum.entry_count)).where(
                PointsSum.month.in_(rows_of(months)), condition(PointsSum)
            )
        )
    for begin, end in days:
        gained = case((PointsEntry.points > 0, PointsEntry.points), else_=0)
        deducted = case((PointsEntry.points > 0, 0), else_=PointsEntry.points)
        of_days = select(PointsEntry.worker_uid, *_sums(gained, deducted), func.count()).where(
            PointsEntry.on.between(begin, end), condition(PointsEntry)
        )
        if is_wide:
            in_sums = PointsSum.month == month_number(begin), condition(PointsSum)
            of_days = of_days.where(PointsEntry.area_code.in_(select(PointsSum.area_code).where(*in_sums).distinct()))
        found.append(of_days)
    return found
