"""The pages under /points/ranking/."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.lowcode.frame import Entry, add_entry, asked_area
from app.periods.rules import Period, PeriodIsWrong, parse
from app.points import queries
from app.points.paging import asked_page
from app.points.ranking import pages, papers
from app.security.actor import current_actor
from app.security.permissions import permitted

RESOURCE = "points_entries"


class PointsRankingView(BaseView):  # type: ignore[misc]
    """/points/ranking."""

    route_base = "/points/ranking"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """Workers of an area by rank, where the book ranks."""
        area = asked_area(current_actor(), RESOURCE)
        page = pages.ranking_page(area, _period(), today=today(), page=asked_page())
        return self.render_template("points/ranking.html", page=page)

    @expose("/own")
    @permitted("own_points", "see_own")
    def own(self) -> Any:
        """One's own place."""
        worker = queries.own_worker(current_actor())
        if worker is None:
            abort(404)
        page = pages.own_page(worker, _period(), today=today())
        return self.render_template("points/summary.html", page=page)


def _period() -> Period:
    """The period asked for; this month where what was asked makes no sense or lies ahead."""
    try:
        period = parse(request.args.get("period", ""))
    except PeriodIsWrong:
        return Period.of("month", today())
    return period if period.kind in pages.KINDS and period.first <= today() else Period.of("month", today())


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu and the paper."""
    assert papers.RANKING
    appbuilder.add_view_no_menu(PointsRankingView)
    add_entry(Entry("points", "积分排名", "PointsRankingView.index", RESOURCE, icon="chart"))
    add_entry(Entry("points", "我的名次", "PointsRankingView.own", "own_points", "see_own", icon="chart"))
