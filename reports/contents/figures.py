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

    def in_words(self) -> str:
        """环比增长12.50%, 环比下降1.20个百分点, 环比持平; '' where nothing can be compared."""
        if self.value is None:
            return ""
        if not self.value:
            return "环比持平"
        up = "上升" if self.is_points else "增长"
        return f"环比{up if self.value > 0 else '下降'}{self._size()}"

    def _size(self) -> str:
        number = abs(self.value or Decimal(0))
        return f"{show(number, 'decimal')}个百分点" if self.is_points else show(number, "percent")


def change(figure: Figure) -> Change:
    """环比 of the figure; a count over a base of zero has none (无可比数据), a rate over zero has."""
    if figure.value is None or figure.previous is None:
        return Change(None, figure.is_rate)
    step = Decimal(figure.value) - Decimal(figure.previous)
    if figure.is_rate:
        return Change(step, is_points=True)
    if figure.previous < 0:
        return Change(None, is_points=False)
    return Change(ratio(step, figure.previous), is_points=False)


def shown(figure: Figure, value: int | Decimal | None) -> str:
    """The value as it stands in a table's cell, without its unit unless it is a rate."""
    return show(value, figure.kind, figure.places)


def cell(figure: Figure, value: int | Decimal | None) -> Cell:
    """The value as a typed cell of a table that mixes counts and rates."""
    return Cell(value, figure.kind, figure.places)


def in_words(figure: Figure) -> str:
    """上报事件1,234件（环比增长5.30%）; a figure that does not exist says so: 办结率—."""
    number = shown(figure, figure.value)
    if number != NO_FIGURE and not figure.is_rate:
        number += figure.unit
    step = change(figure).in_words()
    return f"{figure.label}{number}" + (f"（{step}）" if step else "")
