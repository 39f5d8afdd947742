"""Dates of supervised matters for papers (月报、领导一页纸): those past their limit, and limits that come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.areas.queries import names_of
from app.lowcode.dates import Dated, DateSource, Overdue, register_dates
from app.lowcode.queries import row_titles
from app.periods.rules import Period
from app.supervision import queries
from app.supervision.models import SupervisionItem


def late_items(code: str, period: Period, day: date, limit: int) -> Overdue:  # noqa: ARG001
    """Matters whose limit lay before that day and that were open when it ended."""
    return Overdue(_dated(queries.late_on(code, day, limit=limit)), queries.count_late_on(code, day))


def coming_items(code: str, first: date, last: date) -> list[Dated]:
    """Open matters whose limit falls on these days."""
    return list(_dated(queries.ending(code, first, last)))


def _dated(rows: Sequence[SupervisionItem]) -> tuple[Dated, ...]:
    units = row_titles("units", {row.unit_id for row in rows if row.unit_id})
    areas = names_of(row.area_code for row in rows)
    return tuple(
        Dated(
            row.name, units.get(row.unit_id or 0) or areas.get(row.area_code, ""), row.due_on, area_code=row.area_code
        )
        for row in rows
        if row.due_on is not None
    )


SOURCE = register_dates(DateSource("supervision", "督办事项", late_items, coming_items, tells_areas=True))
