"""The pages under /points/years/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, flash, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, asked_area
from app.lowcode.page_models.forms import FormPage
from app.lowcode.queries import get as row_of
from app.lowcode.register import register
from app.lowcode.sent import sent_number
from app.points import queries
from app.points.forms import REFUSALS
from app.points.paging import asked_page
from app.points.years import forms, pages, papers, service
from app.points.years.queries import year_sheet
from app.security.actor import current_actor
from app.security.permissions import permitted

RESOURCE = "points_entries"
FIRST_YEAR = 2000


class PointsYearView(BaseView):  # type: ignore[misc]
    """/points/years."""

    route_base = "/points/years"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """Workers of an area in a year."""
        page = pages.list_page(asked_area(current_actor(), RESOURCE), _year(), today=today(), page=asked_page())
        return self.render_template("points/ranking.html", page=page)

    @expose("/own")
    @permitted("own_points", "see_own")
    def own(self) -> Any:
        """One's own year; nobody else's is on this page."""
        actor = current_actor()
        worker = queries.own_worker(actor)
        if worker is None:
            abort(404)
        page = pages.worker_page(worker, _year(), actor=actor, today=today(), is_own=True)
        return self.render_template("points/year.html", page=page)

    @expose("/workers/<int:worker_id>")
    @permitted(RESOURCE, "read")
    def worker(self, worker_id: int) -> Any:
        """One worker's year."""
        worker = _worker_or_404(worker_id, "read")
        page = pages.worker_page(worker, _year(), actor=current_actor(), today=today(), is_own=False)
        return self.render_template("points/year.html", page=page)

    @expose("/workers/<int:worker_id>/mark", methods=["GET", "POST"])
    @permitted(RESOURCE, "review")
    def mark(self, worker_id: int) -> Any:
        """Mark one part."""
        worker, year = _worker_or_404(worker_id, "review"), _year()
        plan = year_sheet(worker.area_code, year, today=today()).plan
        return self._form(
            worker,
            lambda: forms.mark(worker, year, request.form, actor=current_actor(), today=today()),
            lambda typed, error: forms.mark_form(worker, year, plan, typed, error),
        )

    @expose("/workers/<int:worker_id>/commend", methods=["GET", "POST"])
    @permitted(RESOURCE, "review")
    def commend(self, worker_id: int) -> Any:
        """Note an honour."""
        return self._remark(worker_id, "commend", service.commend)

    @expose("/workers/<int:worker_id>/warn", methods=["GET", "POST"])
    @permitted(RESOURCE, "review")
    def warn(self, worker_id: int) -> Any:
        """Note a warning."""
        return self._remark(worker_id, "warn", service.warn)

    def _remark(self, worker_id: int, route: str, write: Callable[..., Any]) -> Any:
        worker, year = _worker_or_404(worker_id, "review"), _year()
        return self._form(
            worker,
            lambda: write(
                worker, year, title=request.form.get("title", ""), reason=request.form.get("reason", ""),
                by=current_actor(), today=today(),
            ),
            lambda typed, error: forms.remark_form(worker, year, route, typed, error),
        )  # fmt: skip

    @expose("/workers/<int:worker_id>/decide", methods=["GET", "POST"])
    @permitted(RESOURCE, "review")
    def decide(self, worker_id: int) -> Any:
        """Decide what becomes of a proposal."""
        worker, year = _worker_or_404(worker_id, "review"), _year()
        line = year_sheet(worker.area_code, year, today=today()).of(worker.uid)
        if line is None or not line.proposal:
            abort(404)
        return self._form(
            worker,
            lambda: service.decide(
                worker, year, outcome=request.form.get("outcome", ""), reason=request.form.get("reason", ""),
                by=current_actor(), today=today(),
            ),
            lambda typed, error: forms.decide_form(worker, year, line.proposal, typed, error),
        )  # fmt: skip

    def _form(self, worker: Any, write: Callable[[], Any], form: Callable[[Any, str], FormPage]) -> Any:
        error = ""
        if request.method == "POST":
            try:
                write()
            except REFUSALS as refused:
                error = str(refused)
            else:
                flash(_("已记下。"), "green")
                return redirect(pages.worker_address(worker.id, _year()))
        page = form(request.form, error)
        return self.render_template("register/form.html", page=page), 422 if error else 200


def _worker_or_404(worker_id: int, permission: str) -> Any:
    worker = row_of(register("grid_workers"), worker_id)
    if worker is None or not current_actor().covers(RESOURCE, permission, worker.area_code):
        abort(404)
    return worker


def _year() -> int:
    """The year asked for; this year where what was asked makes no sense or lies ahead."""
    year = sent_number(request.args.get("year", ""))
    return year if FIRST_YEAR <= year <= today().year else today().year


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu and papers."""
    assert papers.YEAR_LIST
    appbuilder.add_view_no_menu(PointsYearView)
    add_entry(Entry("points", "年度考核", "PointsYearView.index", RESOURCE, icon="list"))
    add_entry(Entry("points", "我的年度考核", "PointsYearView.own", "own_points", "see_own", icon="list"))
