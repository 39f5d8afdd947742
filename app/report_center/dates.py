"""What is late and what comes in an area, from every room that keeps dates, as 领导一页纸 and 周小结 list it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.areas.queries import name_of
from app.database.steady import steady
from app.lowcode.dates import Dated, DateSource, Overdue, date_sources, register_dates
from app.periods.rules import Period
from app.report_center.counting import counted_with
from app.report_center.queries import deadline, is_asked_of, missing
from app.security.beyond import beyond_scope

MOST_READ = 500
"""Late matters read of each source; what is late beyond them is only counted."""
MOST_DIVIDED = 20_000
"""Late matters of a whole street or district that are read at once and divided among its areas; more are asked singly."""


@dataclass(frozen=True, slots=True)
class LateGroup:
    """What is late of one source."""

    noun: str
    found: Overdue

    @property
    def is_missing(self) -> bool:
        """Whether it is papers not handed in."""
        return any(row.is_missing for row in self.found.rows)


def late_groups(code: str, period: Period, day: date) -> list[LateGroup]:
    """Everything late at the end of a day, by source, papers not handed in first; sources with nothing late left out."""
    with beyond_scope():
        found = [
            LateGroup(source.called, _late(source, code, period, day))
            for source in date_sources()
            if source.late is not None
        ]
    kept = [group for group in found if group.found.count]
    return sorted(kept, key=lambda group: not group.is_missing)


def in_one_list(groups: Sequence[LateGroup]) -> list[Dated]:
    """Papers not handed in first, then what is past its limit, the oldest first."""
    return sorted((row for group in groups for row in group.found.rows), key=lambda row: (not row.is_missing, row.on))


def coming_in(code: str, first: date, *, days: int) -> list[Dated]:
    """What falls on so many days from `first` on, by day."""
    last = first + timedelta(days=days - 1)
    with beyond_scope():
        found = [row for source in date_sources() if source.coming for row in _coming(source, code, first, last)]
    return sorted(found, key=lambda row: (row.on, row.what))


def _late(source: DateSource, code: str, period: Period, day: date) -> Overdue:
    """What is late of one source; among papers of many areas it is read for all of them and divided."""
    whole = counted_with(code)
    divided = _late_divided(source, whole, period, day, len(code)) if whole and source.tells_areas else None
    if divided is None:
        return source.late(code, period, day, MOST_READ) if source.late else Overdue()
    rows = divided.get(code, [])
    return Overdue(tuple(rows[:MOST_READ]), len(rows))


@steady
def _late_divided(
    source: DateSource, whole: str, period: Period, day: date, digits: int
) -> Mapping[str, list[Dated]] | None:
    """By area; None where there are too many to be read at once."""
    found = source.late(whole, period, day, MOST_DIVIDED) if source.late else Overdue()
    return _by_area(found.rows, digits) if found.count <= MOST_DIVIDED else None


def _coming(source: DateSource, code: str, first: date, last: date) -> Sequence[Dated]:
    """What is to come of one source; among papers of many areas it is read for all of them and divided."""
    if source.coming is None:
        return ()
    whole = counted_with(code)
    if not whole or not source.tells_areas:
        return source.coming(code, first, last)
    return _coming_divided(source, whole, first, last, len(code)).get(code, [])


@steady
def _coming_divided(source: DateSource, whole: str, first: date, last: date, digits: int) -> Mapping[str, list[Dated]]:
    return _by_area(source.coming(whole, first, last) if source.coming else (), digits)


def _by_area(rows: Iterable[Dated], digits: int) -> Mapping[str, list[Dated]]:
    found: dict[str, list[Dated]] = defaultdict(list)
    for row in rows:
        found[row.area_code[:digits]].append(row)
    return found


def late_papers(code: str, period: Period, day: date, limit: int) -> Overdue:
    """Papers of the month not handed in though their day has passed."""
    if period.kind != "month" or deadline(period) >= day:
        return Overdue()
    unsent = missing(code, period)
    rows = tuple(
        Dated(f"{period.title}{cell.paper_title}", cell.area, deadline(period), is_missing=True) for cell in unsent
    )
    return Overdue(rows[:limit], len(unsent))


def coming_deadlines(code: str, first: date, last: date) -> list[Dated]:
    """The last day to hand in last month's papers."""
    asked = Period.of("month", first).previous()
    due = deadline(asked)
    who = name_of(code) if is_asked_of(code) else "各社区"
    return [Dated(f"报送{asked.title}月报", who, due)] if first <= due <= last else []


SOURCE = register_dates(DateSource("submissions", "报表", late_papers, coming_deadlines))
