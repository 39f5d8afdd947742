"""Reading an area's points by the areas right below it: workers in post, sums, what waits, what is disputed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.areas.models import Area
from app.areas.queries import area, children
from app.database.scope import RANGE_END, range_of
from app.extensions import db
from app.lowcode.register import register
from app.periods.rules import Period
from app.points import sum_queries
from app.points.checking.queries import waiting_in_months
from app.points.disputes.rules import DISPUTED
from app.points.steps.models import PointsStep


@dataclass(frozen=True, slots=True)
class AreaSums:
    """One area in a period. `level` is its level's key."""

    code: str
    name: str
    level: str
    worker_count: int
    total: sum_queries.Total
    waiting_count: int
    disputed_count: int


def areas_sums(area_code: str, period: Period, *, today: date) -> list[AreaSums]:
    """The areas right below an area (the area itself where there are none), by code, as far as the actor sees them.

    The same few statements for any number of areas.
    """
    own = area(area_code)
    rows = children(area_code, today=min(period.last, today)) or ([own] if own is not None else [])
    codes = [row.code for row in rows]
    if not codes:
        return []
    first, last = sum_queries.month_number(period.first), sum_queries.month_number(period.last)
    sums = sum_queries.areas_totals(codes, period)
    workers = _workers_in(codes, period)
    waiting = _by_child(waiting_in_months(area_code, first, last), len(codes[0]))
    disputed = _by_child(_disputed(area_code, first, last), len(codes[0]))
    return [
        AreaSums(
            row.code, row.name, row.level, workers.get(row.code, 0), sums[row.code], waiting[row.code],
            disputed[row.code],
        )
        for row in rows
    ]  # fmt: skip


def _workers_in(codes: Sequence[str], period: Period) -> dict[str, int]:
    model = register("grid_workers").model
    statement = (
        select(Area.code, func.count(model.id))
        .where(Area.code.in_(codes), model.area_code >= Area.code, model.area_code < Area.code + RANGE_END)
        .where(model.deleted_at.is_(None))
        .where(model.hired_on.is_(None) | (model.hired_on <= period.last))
        .where(model.left_on.is_(None) | (model.left_on >= period.first))
        .group_by(Area.code)
    )
    return {code: count for code, count in db.session.execute(statement)}  # noqa: C416 - rows are not tuples to mypy


def _disputed(area_code: str, first: int, last: int) -> dict[str, int]:
    low, high = range_of(area_code)
    statement = (
        select(PointsStep.area_code, func.count())
        .where(PointsStep.kind == DISPUTED, PointsStep.area_code >= low, PointsStep.area_code < high)
        .where(PointsStep.month.between(first, last))
        .group_by(PointsStep.area_code)
    )
    return {code: count for code, count in db.session.execute(statement)}  # noqa: C416 - rows are not tuples to mypy


def _by_child(counts: dict[str, int], digits: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for code, count in counts.items():
        found[code[:digits]] += count
    return found
