"""Figures of whistles: blown and blown again, settled, and how many of the called departments came in time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from app.lowcode.indicators import Indicator, Selection, register_indicator
from app.periods.rules import Period
from app.security.wall import within
from app.whistles import queries
from app.whistles.models import CALLS, WHISTLES, Whistle, WhistleCall


def _whistles(prefixes: tuple[str, ...]) -> Select[Any]:
    return select(Whistle.id).where(within(Whistle.area_code, prefixes), Whistle.deleted_at.is_(None))


def _blown(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    opens, closes = queries.moments(period.first, period.last)
    return _whistles(prefixes).where(Whistle.blown_at >= opens, Whistle.blown_at < closes)


def _again(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    opens, closes = queries.moments(period.first, period.last)
    return _whistles(prefixes).where(Whistle.second_blown_at >= opens, Whistle.second_blown_at < closes)


def _settled(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _blown(prefixes, period).where(Whistle.settled_on.is_not(None))


def _answered(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    """Calls of which it is known whether the department came in time."""
    return select(WhistleCall.id).where(
        within(WhistleCall.area_code, prefixes), WhistleCall.deleted_at.is_(None),
        WhistleCall.called_on.between(period.first, period.last),
        or_(
            WhistleCall.arrived_at.is_not(None), WhistleCall.is_late_signed.is_(True),
            WhistleCall.is_late_arrived.is_(True),
        ),
    )  # fmt: skip


def _came(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _answered(prefixes, period).where(
        WhistleCall.arrived_at.is_not(None), WhistleCall.is_late_signed.is_(False),
        WhistleCall.is_late_arrived.is_(False),
    )  # fmt: skip


def _make(
    name: str, title: str, rule: str, of: str, numerator: Selection, denominator: Selection | None = None,
) -> Indicator:  # fmt: skip
    unit = "次" if denominator is None else "%"
    return register_indicator(
        Indicator(
            name, title, rule, unit, of, numerator, denominator, register=of, places=2, owner="街道办",
        )
    )  # fmt: skip


BLOWN = _make(
    "whistles_blown", "吹哨数", "吹哨时间在本期内的哨；只起草、没有吹的不算，二次吹哨不另算。", WHISTLES, _blown
)
AGAIN = _make(
    "whistles_blown_again", "二次吹哨数", "二次吹哨的时间在本期内的哨，不管第一次是哪一天吹的。", WHISTLES, _again
)
ARRIVAL_RATE = _make(
    "whistles_arrival_rate", "部门报到率",
    "按时报到数÷应报到数：本期吹的哨里，每个被吹到的部门算一次，签收和到场都没有超时的占多少。还没到时限也没到场的先不算。",
    CALLS, _came, _answered,
)  # fmt: skip
SETTLED_RATE = _make(
    "whistles_settled_rate", "吹哨办结率",
    "办结数÷吹哨数：本期吹的哨里，各部门都已经由街道评价完的占多少。", WHISTLES, _settled, _blown,
)  # fmt: skip
ALL = (BLOWN, AGAIN, ARRIVAL_RATE, SETTLED_RATE)
