"""Ratios and comparisons against published figures: half-up, over 100 %, zero denominators, points and percent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import literal, select

from app.areas.models import Area
from app.lowcode.indicators import Figure, Indicator
from app.periods.rules import parse
from reports.contents.figures import change_from
from reports.document import ratio, show

PUBLISHED = (
    (9201, 9213, "99.87%"), (1871, 1883, "99.36%"), (1883, 9213, "20.44%"), (113, 9213, "1.23%"),
    (1708, 9213, "18.54%"), (406, 9213, "4.41%"), (21, 406, "5.17%"), (170238, 167101, "101.88%"),
)  # fmt: skip
"""溧阳 2019-12, as printed there."""


def _indicator(places: int = 2) -> Indicator:
    rows = lambda _prefixes, _period: select(Area.id).where(literal(1) == 1)  # noqa: E731
    return Indicator("events_closed", "事件办结率", "已办结 ÷ 已受理", "%", "areas", rows, rows, places=places)


@pytest.mark.parametrize(("top", "bottom", "printed"), PUBLISHED)
def test_published_rates(top: int, bottom: int, printed: str) -> None:
    figure = Figure(_indicator(), parse("2026-10"), top, bottom)
    assert show(figure.value, "percent") == printed


def test_one_place_and_no_denominator() -> None:
    assert Figure(_indicator(places=1), parse("2026-10"), 7, 9).value == Decimal("77.8")
    nothing = Figure(_indicator(), parse("2026-10"), 0, 0)
    assert nothing.value is None
    assert show(nothing.value, "percent") == "—"


@pytest.mark.parametrize(
    ("value", "base", "is_rate", "table", "words"),
    [
        (110, 100, False, "+10.00%", "同比增长10.00%"),
        (1, 3, False, "−66.67%", "同比下降66.67%"),
        (201, 200, False, "+0.50%", "同比增长0.50%"),
        (5, 0, False, "无可比数据", ""),
        (5, None, False, "无可比数据", ""),
        (0, 0, False, "无可比数据", ""),
        (7, 7, False, "持平", "同比持平"),
        (Decimal("98.20"), Decimal("99.60"), True, "−1.40个百分点", "同比下降1.40个百分点"),
        (Decimal("101.88"), Decimal("100.00"), True, "+1.88个百分点", "同比上升1.88个百分点"),
        (Decimal("5.17"), Decimal("0.00"), True, "+5.17个百分点", "同比上升5.17个百分点"),
        (None, Decimal("5.17"), True, "无可比数据", ""),
    ],
)
def test_counts_change_in_percent_and_rates_in_points(
    value: Decimal | int | None, base: Decimal | int | None, *, is_rate: bool, table: str, words: str
) -> None:
    step = change_from(value, base, is_rate=is_rate)
    assert step.in_table() == table
    assert step.in_words("同比") == words


def test_halves_go_up() -> None:
    assert ratio(1, 800, 2) == Decimal("0.13")
    assert ratio(1, 1600, 2) == Decimal("0.06")
