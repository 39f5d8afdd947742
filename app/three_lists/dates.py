"""Dates of projects for papers: those past their last day, and those whose last day comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from app.areas.queries import names_of
from app.lowcode.dates import Dated, DateSource, Overdue, register_dates
from app.lowcode.queries import row_titles
from app.periods.rules import Period
from app.three_lists import progress, queries
from app.three_lists.models import Project
from app.three_lists.names import list_name


def late_projects(code: str, period: Period, day: date, limit: int) -> Overdue:  # noqa: ARG001
    """Projects whose last day lay before that day and that were still under way when it ended."""
    rows = queries.projects_late_on(code, day, limit=limit)
    return Overdue(_dated(rows), queries.count_late_on(code, day))


def coming_projects(code: str, first: date, last: date) -> list[Dated]:
    """Projects under way whose last day falls on these days."""
    return list(_dated(queries.projects_ending(code, first, last)))


def silent_projects(code: str, period: Period, day: date, limit: int) -> Overdue:  # noqa: ARG001
    """Projects without a line of progress for the last month that was over by that day."""
    month = progress.month_before(day + timedelta(days=1))
    rows = progress.silent((code,), month, day, limit=limit)
    units, areas = _seen_to_by(rows)
    late = tuple(
        Dated(
            row.name, units.get(row.lead_unit_id or 0) or areas.get(row.area_code, ""), month.last, is_missing=True,
            area_code=row.area_code,
        )
        for row in rows
    )  # fmt: skip
    return Overdue(late, progress.count_silent((code,), month, day))


def _seen_to_by(rows: Sequence[Project]) -> tuple[dict[int, str], dict[str, str]]:
    units = row_titles("units", {row.lead_unit_id for row in rows if row.lead_unit_id})
    return units, names_of(row.area_code for row in rows)


def _dated(rows: Sequence[Project]) -> tuple[Dated, ...]:
    units, areas = _seen_to_by(rows)
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
PROGRESS = register_dates(
    DateSource(
        "project_progress", lambda: f"{list_name('projects')}月进展", silent_projects, tells_areas=True
    )
)  # fmt: skip
