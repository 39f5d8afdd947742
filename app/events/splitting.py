"""Figures of events split by unit, person or channel: the same selections as by area, grouped by another column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import cast, func, literal_column, select

from app.events.indicators import ALL, Days
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
    "level": Event.level,
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
    """Part (unit id, name, source) → figure → share, as the actor sees the rows; one statement for each kind of day."""
    part = cast(COLUMNS[by], Event.source.type)
    counted: dict[Any, dict[str, int]] = defaultdict(dict)
    with acting_as(actor):
        for sides in _sides_by_day().values():
            numbers = [side.number(period) for _key, side in sides]
            rows = select(part, *numbers).where(*sides[0][1].rows(prefixes, period)).group_by(part)
            for found, *values in db.session.execute(rows):
                counted[found].update(zip((key for key, _side in sides), values, strict=True))
    return {
        found: {each.name: _share(each, numbers) for each in ALL}
        for found, numbers in counted.items()
        if found is not None
    }


def _share(of: Indicator, numbers: Mapping[str, int]) -> Share:
    bottom = numbers.get(f"bottom:{of.name}", 0) if of.denominator is not None else None
    return Share(numbers.get(f"top:{of.name}", 0), bottom, of.places)


def _sides_by_day() -> Mapping[str, list[tuple[str, Days]]]:
    """Numerators and denominators of all figures by the day they count by: each event is read once for a kind of day."""
    found: dict[str, list[tuple[str, Days]]] = defaultdict(list)
    for each in ALL:
        for side, selection in (("top", each.numerator), ("bottom", each.denominator)):
            if isinstance(selection, Days):
                found[selection.day.key].append((f"{side}:{each.name}", selection))
    return found


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
