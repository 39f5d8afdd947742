"""Figures of a period that is over: the frozen ones where it is final, so that 上月 is what was printed last month."""

from __future__ import annotations

from collections.abc import Sequence

from app.lowcode.indicators import Indicator
from app.periods.rules import Period
from app.report_center.counting import Counted, Sums, count
from app.report_center.months.queries import kept_sums
from app.report_center.months.rules import Kept


def count_as_closed(indicators: Sequence[Indicator], code: str, period: Period, *, digits: int) -> dict[str, Counted]:
    """As `counting.count`; those that were frozen with the month the period ends with are taken from there."""
    found = frozen_figures(indicators, code, period, digits=digits)
    rest = [each for each in indicators if each.name not in found]
    return {**found, **(count(rest, code, period, digits=digits) if rest else {})}


def frozen_figures(indicators: Sequence[Indicator], code: str, period: Period, *, digits: int) -> dict[str, Counted]:
    """The frozen ones alone, by name; {} where the month is not final, or was counted from another day then."""
    kept = kept_sums(code, period, [each.name for each in indicators])
    return {each.name: _counted(each, kept[each.name], digits) for each in indicators if each.name in kept}


def _counted(of: Indicator, kept: Sequence[Kept], digits: int) -> Counted:
    top: Sums = {}
    bottom: Sums = {}
    for each in kept:
        code = each.area_code[:digits]
        top[code] = top.get(code, 0) + each.numerator
        if each.denominator is not None:
            bottom[code] = bottom.get(code, 0) + each.denominator
    return Counted(of, top, bottom)
