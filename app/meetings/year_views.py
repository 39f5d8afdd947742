"""The pages of 组织生活开展情况, the year of the branches."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask_appbuilder import BaseView, expose

from app.areas.queries import name_of
from app.clock import today
from app.lowcode.frame import chosen_area
from app.lowcode.papers import PaperRequest, paper
from app.meetings import queries, year_pages
from app.meetings.asked import sent
from app.periods.rules import Period
from app.security.actor import current_actor
from app.security.permissions import permitted
from reports.rendering import FORMATS, render


class MeetingYearView(BaseView):  # type: ignore[misc]
    """组织生活开展情况: the year of every branch."""

    route_base = "/meeting_years"
    default_view = "matrix"

    @expose("/")
    @permitted("meetings", "read")
    def matrix(self) -> Any:
        actor, day = current_actor(), today()
        year = min(max(request.args.get("year", day.year, type=int), 2000), day.year)
        area = chosen_area(actor)
        found = queries.matrix(
            _prefixes(area), year=year, as_of=Period.numbered("year", year).last if year < day.year else day
        )
        page = year_pages.matrix_page(
            found, area_label=name_of(area), year=year, today=day, page=max(request.args.get("page", 1, type=int), 1),
            may_print=actor.allows("meetings", "export"),
        )  # fmt: skip
        return self.render_template("meetings/matrix.html", page=page)

    @expose("/<int:year>.<format_>")
    @permitted("meetings", "export")
    def paper(self, year: int, format_: str) -> Any:
        if format_ not in FORMATS or not 2000 <= year <= today().year:
            abort(404)
        area = chosen_area(current_actor())
        if not current_actor().covers("meetings", "export", area):
            abort(403)
        made = paper("meeting_matrix").build(
            PaperRequest(area, Period.numbered("year", year), today(), current_actor())
        )  # fmt: skip
        return sent(render(made, format_), made.title, format_, area, None)  # type: ignore[arg-type]


def _prefixes(area: str) -> tuple[str, ...]:
    held = current_actor().prefixes("meetings", "read")
    if any(area.startswith(prefix) for prefix in held):
        return (area,)
    return tuple(prefix for prefix in held if prefix.startswith(area))
