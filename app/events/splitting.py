"""Figures of events split by unit, person or channel: the same selections as by area, grouped by another column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, literal, literal_column, select, union_all

from app.events.indicators import ALL
from app.events.models import Event
from app.extensions import db
from app.lowcode.indicators import Indicator
from app.periods.rules import Period
from app.security.actor import Actor, acting_as
from reports.document import ratio

COMMUNITY = func.substr(Event.area_code, 1, literal_column("12"))
# Digits as a literal: PostgreSQL takes two bound parameters for two different expressions in GROUP BY.
COLUMNS: Mapping[str, Any] = {
    "area": COMMUNITY, "unit": Event.unit_id, "person": Event.handled_by, "source": Event.source,
}  # fmt: skip
"""What figures may be split by."""
SIDES = ("all", "top", "rest")
"""Rows of a share: those of the denominator, those that count in the numerator, those that do not."""


@dataclass(frozen=True, slots=True)
class Share:
    """One figure of one part: numerator, denominator (None where the figure is a count)."""

    top: int
    bottom: int | None
    places: int

    @property
    def value(self) -> Any:
        """The count, or the percentage; None over zero."""
        return self.top if self.bottom is None else ratio(self.top, self.bottom, self.places)


def split(by: str, prefixes: tuple[str, ...], period: Period, actor: Actor) -> dict[Any, dict[str, Share]]:
    """Part (unit id, name, source) → figure → share, in one statement, as the actor sees the rows."""
    column = COLUMNS[by]
    with acting_as(actor):
        rows = db.session.execute(union_all(*(_part(*each) for each in _sides(column, prefixes, period)))).all()
    counted: dict[tuple[Any, str], int] = {(part, key): number for key, part, number in rows}
    found: dict[Any, dict[str, Share]] = {}
    for part in dict.fromkeys(part for part, _key in counted if part is not None):
        found[part] = {
            each.name: Share(
                counted.get((part, f"top:{each.name}"), 0),
                counted.get((part, f"bottom:{each.name}"), 0) if each.denominator is not None else None,
                each.places,
            )
            for each in ALL
        }  # fmt: skip
    return found


def _sides(column: Any, prefixes: tuple[str, ...], period: Period) -> list[tuple[str, Any, Select[Any]]]:
    found = []
    for each in ALL:
        found.append((f"top:{each.name}", column, each.numerator(prefixes, period)))
        if each.denominator is not None:
            found.append((f"bottom:{each.name}", column, each.denominator(prefixes, period)))
    return found


def _part(key: str, column: Any, statement: Select[Any]) -> Select[Any]:
    amounts = len(statement.selected_columns) > 1
    rows = statement.add_columns(column.label("part")).subquery()
    number = cast(func.coalesce(func.sum(rows.c[1]), 0), BigInteger) if amounts else func.count()
    part = cast(rows.c.part, Event.source.type)
    return select(literal(key), part, number).select_from(rows).group_by(part)


def rows_of(
    of: Indicator, by: str, part: str, prefixes: tuple[str, ...], period: Period, actor: Actor, *, side: str, limit: int
) -> list[Event]:  # fmt: skip
    """The rows of one part that a figure drills down to, oldest first; of a count all are its own."""
    whole = (of.denominator or of.numerator)(prefixes, period)
    value: Any = int(part) if by == "unit" and part.isdecimal() else part
    statement = select(Event).where(Event.id.in_(whole.with_only_columns(Event.id)), COLUMNS[by] == value)
    counts = Event.id.in_(of.numerator(prefixes, period).with_only_columns(Event.id))
    if of.denominator is not None and side in ("top", "rest"):
        statement = statement.where(counts if side == "top" else ~counts)
    with acting_as(actor):
        return list(db.session.execute(statement.order_by(Event.id).limit(limit)).scalars())
