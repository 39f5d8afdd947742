"""Figures of events split by unit, person or channel: the same selections as by area, grouped by another column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import cast, func, literal_column, select

from app.areas.rules import COMMUNITY_DIGITS, STREET_DIGITS
from app.database.steady import is_standing_still, steady
from app.events.indicators import ALL, Days
from app.events.models import EVENTS, Event
from app.extensions import db
from app.lowcode.indicators import Indicator
from app.periods.rules import Period
from app.security.actor import SYSTEM, Actor, acting_as
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


Parts = dict[Any, dict[str, Share]]
"""Unit id, name or source → figure → share."""


def split(by: str, prefixes: tuple[str, ...], period: Period, actor: Actor) -> Parts:
    """The figures by part, as the actor sees the rows; one statement for each kind of day.

    Among papers of many communities a street's are read at once.
    """
    if is_standing_still() and len(prefixes) == 1 and len(prefixes[0]) == COMMUNITY_DIGITS:
        street = prefixes[0][:STREET_DIGITS]
        if any(street.startswith(seen) for seen in actor.prefixes(EVENTS.name, "read")):
            return _of_communities(by, street, period).get(prefixes[0], {})
    with acting_as(actor):
        return _counted((COLUMNS[by],), prefixes, period).get((), {})


@steady
def _of_communities(by: str, street: str, period: Period) -> dict[str, Parts]:
    with acting_as(SYSTEM):
        return {code: parts for (code,), parts in _counted((COMMUNITY, COLUMNS[by]), (street,), period).items()}


def _counted(columns: Sequence[Any], prefixes: tuple[str, ...], period: Period) -> dict[tuple[Any, ...], Parts]:
    """Values of the columns before the last one → value of the last one → shares."""
    *before, part = [cast(column, Event.source.type).label(f"by{at}") for at, column in enumerate(columns)]
    counted: dict[tuple[Any, ...], dict[Any, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for sides in _sides_by_day().values():
        numbers = [side.number(period) for _key, side in sides]
        rows = select(*before, part, *numbers).where(*sides[0][1].rows(prefixes, period)).group_by(*before, part)
        for row in db.session.execute(rows):
            group, found, values = tuple(row[: len(before)]), row[len(before)], row[len(before) + 1 :]
            if found is not None:
                counted[group][found].update(zip((key for key, _side in sides), values, strict=True))
    return {
        group: {found: {each.name: _share(each, numbers) for each in ALL} for found, numbers in parts.items()}
        for group, parts in counted.items()
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
