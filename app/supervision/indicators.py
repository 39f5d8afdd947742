"""Figures of supervision: matters given out, closed in time, past their limit, and weeks nobody told of.

Matters that were withdrawn (撤销) count nowhere. A limit is the matter's own, with what was granted by 延期; what a
supervision gave on top of it does not make a late matter timely.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, case, cast, false, literal, or_, select

from app.clock import today
from app.lowcode.indicators import Indicator, Selection, register_indicator
from app.periods.rules import Period
from app.security.wall import within
from app.supervision import rules
from app.supervision.models import ITEMS, SupervisionItem

WITHDRAWN = "已撤销的不算。"
_WEEK = timedelta(days=7)


def _matters(prefixes: tuple[str, ...], *amount: Any) -> Select[Any]:
    return select(SupervisionItem.id, *amount).where(
        within(SupervisionItem.area_code, prefixes), SupervisionItem.deleted_at.is_(None),
        SupervisionItem.is_dropped.is_(False),
    )  # fmt: skip


def _given(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _matters(prefixes).where(SupervisionItem.assigned_on.between(period.first, period.last))


def _due(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _matters(prefixes).where(SupervisionItem.due_on.between(period.first, period.last))


def _on_time(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _due(prefixes, period).where(SupervisionItem.closed_on <= SupervisionItem.due_on)


def _overdue(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    # Of a period that is not over, what falls due in the days to come is not late.
    day = min(period.last, today())
    return _matters(prefixes).where(
        SupervisionItem.due_on < day, SupervisionItem.assigned_on <= day,
        or_(SupervisionItem.closed_on.is_(None), SupervisionItem.closed_on > day),
    )  # fmt: skip


def _missed(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    """Matters with the weeks each of them missed."""
    missed = [_misses(week) for week in rules.weeks_over(period.first, min(period.last, today() - timedelta(days=1)))]
    count: ColumnElement[int] = literal(0, Integer)
    for each in missed:
        count += case((each, 1), else_=0)
    return _matters(prefixes, count).where(or_(false(), *missed))


def _misses(week: Any) -> ColumnElement[bool]:
    """As `rules.missed_weeks` says it, for one Monday."""
    told = cast(SupervisionItem.told_weeks, String).contains(week.isoformat())
    return and_(
        SupervisionItem.assigned_on < week,
        or_(SupervisionItem.closed_on.is_(None), SupervisionItem.closed_on >= week + _WEEK),
        ~told,
    )


def _make(
    name: str, title: str, rule: str, unit: str, numerator: Selection, denominator: Selection | None = None,
) -> Indicator:  # fmt: skip
    return register_indicator(
        Indicator(
            name, title, f"{rule}{WITHDRAWN}", unit, ITEMS, numerator, denominator, register=ITEMS, places=2,
            owner="督查室",
        )
    )  # fmt: skip


GIVEN = _make("supervision_given", "督办件数", "交办日期在本期内的督办事项。", "件", _given)
ON_TIME_RATE = _make(
    "supervision_on_time_rate", "督办按期办结率",
    "按期销号数÷应办结数：办结期限（延期按批准的）在本期内的督办事项里，销号日期没有超过期限的占多少。", "%", _on_time, _due,
)  # fmt: skip
OVERDUE = _make(
    "supervision_overdue", "督办逾期未办结",
    "到本期最后一天（还没到的，到今天）办结期限已过、还没有销号的督办事项。", "件", _overdue,
)  # fmt: skip
MISSED = _make(
    "supervision_missed_weeks", "督办缺周进展",
    "在本期内过完的周里，督办事项没有报进展的周数：交办的下一周算起，销号以后不算；一件事缺两周算两次。", "次", _missed,
)  # fmt: skip
ALL = (GIVEN, ON_TIME_RATE, OVERDUE, MISSED)
