"""A figure as an object: what it is called, its value, the value before, and the rule it was counted by, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reports.document import NO_FIGURE, Cell, Kind, ratio, show

NOT_COMPARABLE = "无可比数据"
PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a paper. A rate has unit % and a value already times 100; `value` None prints —.

    `nature`: a stock is what there is at the end of the period, a flow what happened in it.
    """

    name: str
    label: str
    value: int | Decimal | None
    rule: str
    unit: str = "件"
    previous: int | Decimal | None = None
    nature: Literal["stock", "flow"] = "flow"
    target: Decimal | None = None
    """What a rate should reach; compared and printed only when given."""
    places: int = 2
    last_year: int | Decimal | None = None
    """The same period a year before, for 同比."""
    to_date: int | Decimal | None = None
    """From the first day of the year to the end of the period, for 本年累计; flows only."""

    @property
    def is_rate(self) -> bool:
        """Whether the figure is a percentage and therefore compared in percentage points."""
        return self.unit == PERCENT

    @property
    def kind(self) -> Kind:
        """How the value is shown in a table."""
        if self.is_rate:
            return "percent"
        return "decimal" if isinstance(self.value, Decimal) else "integer"

    @property
    def misses_target(self) -> bool:
        """Whether there is a target and the value stands below it."""
        return self.target is not None and self.value is not None and self.value < self.target


@dataclass(frozen=True, slots=True)
class Change:
    """The step from the period before: signed, in percent of a count or in percentage points of a rate."""

    value: Decimal | None
    is_points: bool

    def in_table(self) -> str:
        """+12.50%, −1.20个百分点, 持平 or 无可比数据."""
        if self.value is None:
            return NOT_COMPARABLE
        if not self.value:
            return "持平"
        sign = "+" if self.value > 0 else "−"
        return sign + self._size()

    def in_words(self, against: str = "环比") -> str:
        """环比增长12.50%, 环比下降1.20个百分点, 同比持平; '' where nothing can be compared."""
        if self.value is None:
            return ""
        if not self.value:
            return f"{against}持平"
        up = "上升" if self.is_points else "增长"
        return f"{against}{up if self.value > 0 else '下降'}{self._size()}"

    def _size(self) -> str:
        number = abs(self.value or Decimal(0))
        return f"{show(number, 'decimal')}个百分点" if self.is_points else show(number, "percent")


def change(figure: Figure) -> Change:
    """环比 of the figure; a count over a base of zero has none (无可比数据), a rate over zero has."""
    return change_from(figure.value, figure.previous, is_rate=figure.is_rate)


def change_on_year(figure: Figure) -> Change:
    """同比 of the figure."""
    return change_from(figure.value, figure.last_year, is_rate=figure.is_rate)


def change_from(value: int | Decimal | None, base: int | Decimal | None, *, is_rate: bool) -> Change:
    """The step from a base: percentage points between rates, percent (half-up, two places) between counts."""
    if value is None or base is None:
        return Change(None, is_rate)
    step = Decimal(value) - Decimal(base)
    if is_rate:
        return Change(step, is_points=True)
    if base < 0:
        return Change(None, is_points=False)
    return Change(ratio(step, base), is_points=False)


def shown(figure: Figure, value: int | Decimal | None) -> str:
    """The value as it stands in a table's cell, without its unit unless it is a rate."""
    return show(value, figure.kind, figure.places)


def cell(figure: Figure, value: int | Decimal | None) -> Cell:
    """The value as a typed cell of a table that mixes counts and rates."""
    return Cell(value, figure.kind, figure.places)


def counted(figure: Figure) -> Cell:
    """The figure's own value; on screen it opens its rows."""
    return Cell(figure.value, figure.kind, figure.places, figure=figure.name)


def in_words(figure: Figure) -> str:
    """上报事件1,234件（环比增长5.30%）; a figure that does not exist says so: 办结率—."""
    number = shown(figure, figure.value)
    if number != NO_FIGURE and not figure.is_rate:
        number += figure.unit
    steps = [step for step in (change(figure).in_words(), change_on_year(figure).in_words("同比")) if step]
    return f"{figure.label}{number}" + (f"（{'，'.join(steps)}）" if steps else "")
