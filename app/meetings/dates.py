"""Dates of meetings for papers: meetings ahead, resolutions past their limit or coming to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from app.areas.queries import names_of
from app.lowcode.dates import Dated, DateSource, Overdue, register_dates
from app.meetings import queries
from app.meetings.models import Resolution
from app.periods.rules import Period


def late_resolutions(code: str, period: Period, day: date, limit: int) -> Overdue:  # noqa: ARG001
    """Resolutions whose limit lay before that day and that were not done when it ended."""
    rows = queries.open_resolutions((code,), due_by=day - timedelta(days=1), limit=limit, as_of=day)
    return Overdue(tuple(_dated(rows)), queries.count_overdue((code,), day, as_of=day))


def coming_resolutions(code: str, first: date, last: date) -> list[Dated]:
    """Resolutions whose limit falls on these days."""
    return _dated(queries.open_resolutions((code,), due_from=first, due_by=last))


def _dated(rows: Sequence[Resolution]) -> list[Dated]:
    units = queries.responsible_names(rows)
    return [
        Dated(row.text, units[row.id], row.due_on, area_code=row.area_code) for row in rows if row.due_on is not None
    ]


def coming_meetings(code: str, first: date, last: date) -> list[Dated]:
    """Meetings held on these days."""
    rows = queries.meetings_between(code, first, last)
    names = names_of(row.area_code for row in rows)
    return [
        Dated(row.name or "会议", names.get(row.area_code, row.area_code), row.held_on, area_code=row.area_code)
        for row in rows
    ]


def install_dates() -> None:
    """Make the sources known; again changes nothing."""
    register_dates(DateSource("meetings", "会议", coming=coming_meetings, tells_areas=True))
    register_dates(DateSource("resolutions", "会议议定事项", late_resolutions, coming_resolutions, tells_areas=True))
