"""The page under /points/why/."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from flask_appbuilder import AppBuilder, BaseView, expose
from sqlalchemy import select

from app.clock import today
from app.extensions import db
from app.lowcode.frame import asked_area
from app.lowcode.register import register
from app.periods.rules import Period, PeriodIsWrong, parse
from app.points.why import pages
from app.points.why.queries import shows_of
from app.points.why.states import Subject, register_state_source
from app.security.actor import current_actor
from app.security.permissions import permitted

RESOURCE = "points_entries"


class PointsWhyView(BaseView):  # type: ignore[misc]
    """/points/why."""

    route_base = "/points/why"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """Two states of a month, and the entries between them."""
        area_code, worker_uid, name = asked_area(current_actor(), RESOURCE), "", ""
        if asked := request.args.get("worker", "")[:32]:
            model = register("grid_workers").model
            worker = db.session.execute(select(model).where(model.uid == asked)).scalar()
            if worker is None or not current_actor().covers(RESOURCE, "read", worker.area_code):
                abort(404)
            worker_uid, name = worker.uid, worker.name
        page = pages.why_page(
            Subject(area_code, _month(), worker_uid), name, first=request.args.get("first", ""),
            last=request.args.get("last", ""),
        )  # fmt: skip
        return self.render_template("points/why.html", page=page)


def _month() -> Period:
    """The month asked for; last month where what was asked makes no sense or lies ahead."""
    try:
        period = parse(request.args.get("month", ""))
    except PeriodIsWrong:
        return Period.of("month", today()).previous()
    is_fine = period.kind == "month" and period.first <= today()
    return period if is_fine else Period.of("month", today()).previous()


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """The page, and the 公示 as states."""
    appbuilder.add_view_no_menu(PointsWhyView)
    register_state_source("shows", shows_of)
