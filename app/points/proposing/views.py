"""The pages under /points/proposals/: what waits, confirming, declining."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, asked_area
from app.notices.sources import register_todo_source
from app.periods.service import register_closing_check
from app.points import forms, tick_lists
from app.points.proposing import pages, queries, service, standing
from app.points.rules import PointsRefused
from app.security.actor import current_actor
from app.security.permissions import permitted

RESOURCE = "points_entries"


class PointsProposalView(BaseView):  # type: ignore[misc]
    """/points/proposals."""

    route_base = "/points/proposals"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "write")
    def index(self) -> Any:
        """What waits in the area chosen in the masthead."""
        actor = current_actor()
        page = pages.proposals_page(asked_area(actor, RESOURCE, "write"), actor)
        return self.render_template("register/list.html", page=page)

    @expose("/confirm", methods=["POST"])
    @permitted(RESOURCE, "write")
    def confirm(self) -> Any:
        """Record what was ticked."""
        return tick_lists.act_on_ticked(
            queries.proposals,
            lambda found: _("已记分 %(n)s 条。", n=service.confirm_all(found, by=current_actor(), today=today())),
            nothing=_("没有勾选记录，请先勾选要确认的。"), back="PointsProposalView.index",
        )  # fmt: skip

    @expose("/<int:proposal_id>", methods=["GET", "POST"])
    @permitted(RESOURCE, "write")
    def decide(self, proposal_id: int) -> Any:
        """Record one, or say why not."""
        line, actor = queries.line_of(proposal_id), current_actor()
        if line is None or not actor.covers(RESOURCE, "write", line.area_code):
            abort(404)
        error = ""
        if request.method == "POST":
            try:
                done = self._decide(proposal_id)
            except forms.REFUSALS as refused:
                error = str(refused)
            else:
                flash(done, "green")
                return redirect(url_for("PointsProposalView.index"))
        page = pages.decide_form(line, request.form, error)
        return self.render_template("register/form.html", page=page), 422 if error else 200

    def _decide(self, proposal_id: int) -> str:
        (found,) = queries.proposals([proposal_id])
        verdict, reason = request.form.get("verdict", ""), request.form.get("reason", "")
        if verdict == pages.LEAVE:
            service.decline(found, reason=reason, by=current_actor())
            return _("已写明不记分。")
        if verdict != pages.RECORD:
            raise PointsRefused(_("请选确认记分还是不记分。"))
        made = service.confirm(found, by=current_actor(), today=today(), note=reason)
        return _("已记分，第 %(n)s 号。", n=made.entry.seq)


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu, to-dos, and what blocks finalising."""
    appbuilder.add_view_no_menu(PointsProposalView)
    add_entry(Entry("points", "超期扣分建议", "PointsProposalView.index", RESOURCE, "write", icon="clock"))
    register_todo_source("points_to_confirm", standing.to_confirm)
    register_closing_check("points_to_confirm", standing.unconfirmed)
