"""What is late in an area and which days come: rooms register by name what they keep dates of, papers list them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.periods.rules import Period


@dataclass(frozen=True, slots=True)
class Dated:
    """A matter with its day: past the limit, or ahead. `unit` is who sees to it."""

    what: str
    unit: str
    on: date
    is_missing: bool = False
    """Not handed in (未报) rather than not done (逾期)."""
    area_code: str = ""
    """Where it lies; every row of a source that `tells_areas` says so."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is late, the oldest first, as far as it was read; `count` is how many there are in all."""

    rows: tuple[Dated, ...] = ()
    count: int = 0


FindLate = Callable[[str, Period, date, int], Overdue]
"""`(area code, period of the paper, day, limit)`: what was late at the end of that day, at most `limit` read."""
FindComing = Callable[[str, date, date], list[Dated]]
"""`(area code, first, last)`: what falls on these days, both included."""


@dataclass(frozen=True, slots=True)
class DateSource:
    """`noun` is what its late matters are called in a sentence (会议议定事项). Both are asked beyond the reader's scope:
    a paper says the same whoever prints it.
    """

    name: str
    noun: Callable[[], str] | str
    late: FindLate | None = None
    coming: FindComing | None = None
    tells_areas: bool = False
    """Whether what it finds in an area is what it finds in a larger one, cut to the rows that lie there: papers of a
    hundred communities then ask once."""

    @property
    def called(self) -> str:
        """The noun as the district says it now."""
        return self.noun if isinstance(self.noun, str) else self.noun()


_SOURCES: dict[str, DateSource] = {}


def register_dates(source: DateSource) -> DateSource:
    """Make a source known; the same again changes nothing. Raises ValueError when the name is taken."""
    known = _SOURCES.setdefault(source.name, source)
    if known != source:
        raise ValueError(f"Two sources of dates are called {source.name!r}.")
    return known


def date_sources() -> tuple[DateSource, ...]:
    """All sources in the order they were registered."""
    return tuple(_SOURCES.values())
