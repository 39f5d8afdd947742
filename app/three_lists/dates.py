"""Dates of projects for papers: those past their last day, and those whose last day comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.areas.queries import names_of
from app.lowcode.dates import Dated, DateSource, Overdue, register_dates
from app.lowcode.queries import row_titles
from app.periods.rules import Period
from app.three_lists import queries
from app.three_lists.models import Project
from app.three_lists.names import list_name


def late_projects(code: str, period: Period, day: date, limit: int) -> Overdue:  # noqa: ARG001
    """Projects whose last day lay before that day and that were still under way when it ended."""
    rows = queries.projects_late_on(code, day, limit=limit)
    return Overdue(_dated(rows), queries.count_late_on(code, day))


def coming_projects(code: str, first: date, last: date) -> list[Dated]:
    """Projects under way whose last day falls on these days."""
    return list(_dated(queries.projects_ending(code, first, last)))


def _dated(rows: Sequence[Project]) -> tuple[Dated, ...]:
    units = row_titles("units", {row.lead_unit_id for row in rows if row.lead_unit_id})
    areas = names_of(row.area_code for row in rows)
    return tuple(
        Dated(
            row.name, units.get(row.lead_unit_id or 0) or areas.get(row.area_code, ""), row.ends_on,
            area_code=row.area_code,
        )
        for row in rows
        if row.ends_on is not None
    )  # fmt: skip


SOURCE = register_dates(
    DateSource("projects", lambda: list_name("projects"), late_projects, coming_projects, tells_areas=True)
)
