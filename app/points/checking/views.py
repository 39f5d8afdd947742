"""The pages under /points/checking/: what waits, confirming, sending back."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, asked_area
from app.notices.sources import register_todo_source
from app.periods.service import register_closing_check
from app.points import forms, queries, tick_lists
from app.points.checking import pages, service, standing
from app.security.actor import current_actor
from app.security.permissions import permitted

RESOURCE = "points_entries"


class PointsCheckingView(BaseView):  # type: ignore[misc]
    """/points/checking."""

    route_base = "/points/checking"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "review")
    def index(self) -> Any:
        """What waits in the area chosen in the masthead."""
        actor = current_actor()
        area = asked_area(actor, RESOURCE, "review")
        return self.render_template("register/list.html", page=pages.waiting_page(area, actor))

    @expose("/verify", methods=["POST"])
    @permitted(RESOURCE, "review")
    def verify(self) -> Any:
        """Confirm what was ticked."""
        return tick_lists.act_on_ticked(
            queries.entries,
            lambda found: _("已核 %(n)s 条。", n=service.verify(found, by=current_actor(), today=today())),
            nothing=_("没有勾选记录，请先勾选要核的。"), back="PointsCheckingView.index",
        )  # fmt: skip

    @expose("/<int:entry_id>/back", methods=["GET", "POST"])
    @permitted(RESOURCE, "review")
    def send_back(self, entry_id: int) -> Any:
        """Send an entry back, with a reason."""
        found = queries.entry(entry_id)
        if found is None or not current_actor().covers(RESOURCE, "review", found.area_code):
            abort(404)
        line, worker, error = queries.line_of(found), queries.worker_of(found), ""
        if request.method == "POST":
            try:
                service.send_back(found, reason=request.form.get("reason", ""), by=current_actor(), today=today())
            except forms.REFUSALS as refused:
                error = str(refused)
            else:
                flash(_("已退回第 %(n)s 号，并冲正。", n=line.seq), "green")
                return redirect(url_for("PointsCheckingView.index"))
        page = pages.send_back_form(line, worker.name, typed=request.form.get("reason", ""), error=error)
        return self.render_template("register/form.html", page=page), 422 if error else 200


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu, to-dos, and what blocks finalising."""
    appbuilder.add_view_no_menu(PointsCheckingView)
    add_entry(Entry("points", "核对积分", "PointsCheckingView.index", RESOURCE, "review", icon="check"))
    register_todo_source("points_to_check", standing.to_check)
    register_closing_check("points_to_check", standing.unchecked)
