"""Figures of points: entries and points of a period, workers who have any. No average, no rank of persons."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, select

from app.lowcode.indicators import Indicator, register_indicator
from app.lowcode.register import register
from app.periods.rules import Period
from app.points.models import IS_FIRST_HAND, PointsEntry
from app.security.wall import within


def _entries(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return select(PointsEntry.id).where(
        within(PointsEntry.area_code, prefixes),
        PointsEntry.on.between(period.first, period.last),
        IS_FIRST_HAND,
    )


def _points(prefixes: tuple[str, ...], period: Period) -> Select[*tuple[Any, ...]]:
    return select(PointsEntry.id, PointsEntry.points).where(
        within(PointsEntry.area_code, prefixes), PointsEntry.on.between(period.first, period.last)
    )


def _workers_in_post(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    model = register("grid_workers").model
    return select(model.id).where(
        within(model.area_code, prefixes),
        model.deleted_at.is_(None),
        model.hired_on.is_(None) | (model.hired_on <= period.last),
        model.left_on.is_(None) | (model.left_on >= period.first),
    )


def _workers_with_entries(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    model = register("grid_workers").model
    made = exists().where(
        PointsEntry.worker_uid == model.uid, PointsEntry.on.between(period.first, period.last), IS_FIRST_HAND
    )
    return _workers_in_post(prefixes, period).where(made)


ENTRIES = register_indicator(
    Indicator(
        "points_entries",
        "积分记录",
        "发生日期在本期内的积分记录条数，一事一记；冲正的那一条不另计。",
        "条",
        "points_entries",
        _entries,
    )
)
POINTS = register_indicator(
    Indicator(
        "points_total",
        "积分合计",
        "发生日期在本期内的积分记录分值之和，加分、扣分和冲正都算在内。",
        "分",
        "points_entries",
        _points,
    )
)
COVERED = register_indicator(
    Indicator(
        "points_workers_with_entries",
        "有积分记录的网格员占比",
        "本期在岗并且有积分记录的网格员 ÷ 本期在岗的网格员。",
        "%",
        "points_entries",
        _workers_with_entries,
        _workers_in_post,
        register="grid_workers",
    )
)
