"""Many figures over many periods in one statement: for first pages and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Select, Table, case, func, literal, or_, select, true, union_all

from app.extensions import db
from app.lowcode.indicators import Indicator
from app.periods.rules import Period
from reports.document import ratio


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator over the periods asked for: numerators and denominators side by side, oldest first."""

    indicator: Indicator
    numerators: tuple[int | Decimal, ...]
    denominators: tuple[int | Decimal, ...] | None

    @property
    def values(self) -> tuple[int | Decimal | None, ...]:
        """What `Indicator.value` says for each period."""
        if self.denominators is None:
            return self.numerators
        places = self.indicator.places
        return tuple(ratio(top, bottom, places) for top, bottom in zip(self.numerators, self.denominators, strict=True))


def lines_of(wanted: Sequence[tuple[Indicator, tuple[str, ...]]], periods: Sequence[Period]) -> list[Line]:
    """Each indicator, within its area prefixes, over the periods. One statement, in which every table is read once
    for each indicator and not once for each period.
    """
    parts: list[Select[Any]] = []
    for indicator, prefixes in wanted:
        for selection in (indicator.numerator, indicator.denominator):
            if selection is not None:
                parts.append(_one(len(parts), [selection(prefixes, period) for period in periods]))
    if not parts:
        return []
    whole = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    rows = {row[0]: tuple(_number(value) for value in row[1:]) for row in db.session.execute(select(whole))}
    found, at = [], 0
    for indicator, _prefixes in wanted:
        step = 1 if indicator.denominator is None else 2
        found.append(Line(indicator, rows[at], rows[at + 1] if step == 2 else None))
        at += step
    return found


def _number(value: Any) -> int | Decimal:
    exact = Decimal(str(value or 0))
    return int(exact) if exact == exact.to_integral_value() else exact


def _one(number: int, statements: list[Select[Any]]) -> Select[Any]:
    """One row: the part's number, then the amount of each statement."""
    table = _plain_table(statements)
    amounts: list[ColumnElement[Any]] = []
    if table is None:
        for statement in statements:
            rows = statement.order_by(None).subquery()
            amount = func.sum(rows.c[1]) if len(rows.c) > 1 else func.count()
            amounts.append(select(amount).select_from(rows).scalar_subquery())
    else:
        for statement in statements:
            columns = list(statement.selected_columns)
            amounts.append(func.sum(case((_condition(statement), columns[1] if len(columns) > 1 else 1), else_=0)))
    labelled = [func.coalesce(amount, 0).cast(Numeric).label(f"v{place}") for place, amount in enumerate(amounts)]
    row = select(literal(number).label("part"), *labelled)
    if table is None:
        return row
    return row.select_from(table).where(or_(*map(_condition, statements)))


def _condition(statement: Select[Any]) -> ColumnElement[bool]:
    found = statement.whereclause
    return true() if found is None else found


def _plain_table(statements: list[Select[Any]]) -> Any:
    """The mapped class that the statements read, where they are nothing but conditions on it; else None.

    One selection gives the same shape for every period, so the first is looked at.
    """
    first = statements[0]
    froms = first.get_final_froms()
    is_plain = (
        len(froms) == 1
        and isinstance(froms[0], Table)
        and first.whereclause is not None
        and not first._group_by_clauses
        and not first._distinct
        and first._limit_clause is None
        and first._offset_clause is None
    )
    return first.column_descriptions[0]["entity"] if is_plain else None
