"""Dates of whistles for papers: the days by which they are to be dealt with."""

from __future__ import annotations

from datetime import date

from app.lowcode.dates import Dated, DateSource, register_dates
from app.lowcode.queries import row_titles
from app.whistles import queries


def coming_whistles(code: str, first: date, last: date) -> list[Dated]:
    """Whistles whose last day falls on these days."""
    rows = queries.due_between(code, first, last)
    units = row_titles("units", {row.unit_id for row in rows})
    return [
        Dated(f"吹哨：{row.name}", units.get(row.unit_id, ""), row.due_on) for row in rows if row.due_on is not None
    ]


SOURCE = register_dates(DateSource("whistles", "吹哨", coming=coming_whistles))
