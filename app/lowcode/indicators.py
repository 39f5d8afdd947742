"""Indicators: a figure with its name, its rule in words, and the rows it is counted from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from app.extensions import db
from app.fields.sentence import Sentence
from app.periods.rules import Period
from app.security.actor import Actor, acting_as
from app.security.roles import resource
from reports.document import ratio

Selection = Callable[[tuple[str, ...], Period], Select[*tuple[Any, ...]]]
"""From area prefixes ('' is everywhere, () nowhere: `wall.within`) and a period to the rows that count.

The first column is the row's id; a second one, where there is one, is the amount that row counts for (points, hours).
"""


class IndicatorIsWrong(ValueError):
    """A name that two indicators claim, or a declaration that says too little."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. `rule` tells the reader how it is counted; with a denominator it is a percentage.

    `resource` is whose permission counts; `register` is the page its rows are listed on, where there is one.
    """

    name: str
    title: str
    rule: str
    unit: str
    resource: str
    numerator: Selection
    denominator: Selection | None = None
    permission: str = "read"
    register: str = ""
    places: int = 1
    target: Decimal | None = None
    """What a rate should reach; papers compare it where it is given."""
    is_high_good: bool = True
    """False of a rate that should be low (返工率): areas are ordered the other way round."""
    formula: str = ""
    """How it is worked out; told from numerator and denominator where nobody says it."""
    owner: str = ""
    """Who answers for the rule (党建办, 网格中心); the owner of its resource where nobody is named."""
    has_history: bool = True
    """False where rows carry no days: then it says what is there now, whatever the period."""

    def __post_init__(self) -> None:
        if not (self.name and self.title and self.rule):
            raise IndicatorIsWrong(f"An indicator needs a name, a title and a rule in words: {self.name!r}.")

    @property
    def worked_out(self) -> Sentence:
        """The formula in words."""
        if self.formula:
            return Sentence(self.formula)
        if self.denominator is None:
            return Sentence("符合口径的记录数，有数额的为数额之和")
        return Sentence("分子 ÷ 分母 × 100%%，四舍五入到小数点后 %(n)s 位，超过 100%% 照实写", n=self.places)

    @property
    def answered_by(self) -> str:
        """Who answers for the rule."""
        return self.owner or resource(self.resource).title

    def figure(self, prefixes: tuple[str, ...], period: Period) -> Figure:
        """The figure and what it is made of, in one statement (two, with a denominator)."""
        top = _amount(self.numerator(prefixes, period))
        bottom = _amount(self.denominator(prefixes, period)) if self.denominator is not None else None
        return Figure(self, period, top, bottom)

    def count(self, prefixes: tuple[str, ...], period: Period) -> int:
        """How many rows count."""
        return _count(self.numerator(prefixes, period))

    def value(self, prefixes: tuple[str, ...], period: Period) -> int | Decimal | None:
        """The number, the sum of amounts, or the percentage; None where the denominator is zero (shown as —)."""
        return self.figure(prefixes, period).value

    def rows(
        self, prefixes: tuple[str, ...], period: Period, *, limit: int | None = None, offset: int = 0
    ) -> list[int]:
        """Ids of the rows that count, in order of id: what the figure drills down to."""
        return _ids(self.numerator(prefixes, period), limit=limit, offset=offset)

    def rest(
        self, prefixes: tuple[str, ...], period: Period, *, limit: int | None = None, offset: int = 0
    ) -> list[int]:
        """Ids of the denominator's rows that are missing in the numerator: where to work. [] without a denominator.

        Only where both count rows of one table.
        """
        if self.denominator is None:
            return []
        inside = self.numerator(prefixes, period).subquery()
        whole = self.denominator(prefixes, period)
        identity = next(iter(whole.selected_columns))
        return _ids(whole.where(identity.not_in(select(inside.c[0]))), limit=limit, offset=offset)

    def prefixes_of(self, actor: Actor, area_code: str = "") -> tuple[str, ...]:
        """Where the actor may see it, cut to one area; () is nowhere."""
        held = actor.prefixes(self.resource, self.permission)
        if any(area_code.startswith(prefix) for prefix in held):
            return (area_code,)
        return tuple(prefix for prefix in held if prefix.startswith(area_code))


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator in one period: numerator and denominator as they were counted."""

    indicator: Indicator
    period: Period
    numerator: int | Decimal
    denominator: int | Decimal | None

    @property
    def value(self) -> int | Decimal | None:
        """The numerator, or the percentage of the denominator (half-up, over 100 not clamped, None over zero)."""
        if self.indicator.denominator is None:
            return self.numerator
        return ratio(self.numerator, self.denominator or 0, self.indicator.places)


def figure_for(indicator_: Indicator, actor: Actor, period: Period, *, area_code: str = "") -> Figure | None:
    """The figure as the actor may see it within an area; None where he may not see it at all."""
    prefixes = indicator_.prefixes_of(actor, area_code)
    if not prefixes:
        return None
    with acting_as(actor):
        return indicator_.figure(prefixes, period)


def _rows(statement: Select[*tuple[Any, ...]]) -> Any:
    return statement.order_by(None).subquery()


def _count(statement: Select[*tuple[Any, ...]]) -> int:
    found = _rows(statement)
    return db.session.execute(select(func.count()).select_from(found)).scalar_one()


def _amount(statement: Select[*tuple[Any, ...]]) -> int | Decimal:
    if len(statement.selected_columns) < 2:
        return _count(statement)
    found = _rows(statement)
    total = db.session.execute(select(func.coalesce(func.sum(found.c[1]), 0))).scalar_one()
    return total if isinstance(total, int | Decimal) else Decimal(str(total))


def _ids(statement: Select[*tuple[Any, ...]], *, limit: int | None, offset: int) -> list[int]:
    identity = next(iter(statement.selected_columns))
    rows = db.session.execute(statement.order_by(None).order_by(identity).limit(limit).offset(offset))
    return [row[0] for row in rows]


_INDICATORS: dict[str, Indicator] = {}


def register_indicator(new: Indicator) -> Indicator:
    """Make an indicator known under its name; the same again changes nothing. Raises IndicatorIsWrong."""
    known = _INDICATORS.setdefault(new.name, new)
    if known != new:
        raise IndicatorIsWrong(f"Two indicators are called {new.name!r}.")
    return known


def indicator(name: str) -> Indicator:
    """The indicator of that name. Raises KeyError."""
    return _INDICATORS[name]


def all_indicators() -> tuple[Indicator, ...]:
    """All indicators in the order they were registered."""
    return tuple(_INDICATORS.values())
