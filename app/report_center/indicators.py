"""Figures of the tree itself, for digest and first page: grids and their households."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from app.areas.models import Area
from app.areas.queries import is_grid, live
from app.lowcode.indicators import Indicator, register_indicator
from app.periods.rules import Period
from app.security.wall import within
from app.settings.queries import profile


def _grids(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return select(Area.id).where(within(Area.area_code, prefixes), is_grid(profile()), live(period.last))


def _answered(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _grids(prefixes, period).where(Area.responsible_name.is_not(None), Area.responsible_name != "")


def _households(prefixes: tuple[str, ...], _period: Period) -> Select[*tuple[Any, ...]]:
    # Heads are kept as of today only, so that the figure must not pretend to know the month before.
    return select(Area.id, Area.household_count).where(
        within(Area.area_code, prefixes),
        Area.level == profile().grid_level,
        Area.valid_to.is_(None),
        or_(Area.household_count.is_not(None)),
    )


GRIDS = register_indicator(Indicator("grids_living", "网格", "期末有效的网格，已撤并的不算", "个", "areas", _grids))
GRIDS_ANSWERED = register_indicator(
    Indicator(
        "grids_answered", "网格负责人到位率", "期末有效的网格里登记了负责人的 ÷ 期末有效的网格", "%", "areas",
        _answered, _grids, places=2,
    )
)  # fmt: skip
HOUSEHOLDS = register_indicator(
    Indicator("grid_households", "网格内户数", "各网格登记的户数之和，按现在的登记", "户", "areas", _households)
)
