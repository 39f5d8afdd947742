"""A draft from an event, and what whistles add to other rooms."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.language import gettext as _
from app.lowcode import form_page, list_page, show_page
from app.lowcode.flow import queries as flow_queries
from app.lowcode.flow import service as flow_service
from app.lowcode.queries import get
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.lowcode.viewing import viewer_of
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted
from app.whistles import dates, demo, indicators, pages, papers, shipped, steps
from app.whistles.models import CALLS, WHISTLES


class WhistleView(BaseView):  # type: ignore[misc]
    """Everything under /whistle_desk beside the registers' own pages."""

    route_base = "/whistle_desk"
    default_view = "draft"

    @expose("/draft/<int:event_id>", methods=["GET", "POST"])
    @permitted(WHISTLES, "write")
    def draft(self, event_id: int) -> Any:
        """A whistle for an event; nothing of it is typed again."""
        event = get(register("events"), event_id)
        if event is None:
            abort(404)
        viewer = viewer_of(register(WHISTLES), current_actor(), today=today())
        if request.method == "GET":
            page = pages.draft_page(event, viewer, typed=pages.proposed(event))
            return self.render_template("register/form.html", page=page)
        typed = form_page.typed_values(register(WHISTLES), request.form, None)
        try:
            row = save(register(WHISTLES), None, typed, by=current_actor(), today=today())
        except (SaveRefused, NotPermitted) as refused:
            errors = refused.errors if isinstance(refused, SaveRefused) else {"": str(refused)}
            page = pages.draft_page(event, viewer, typed=typed, errors=errors)
            return self.render_template("register/form.html", page=page), 422
        flash(_("已起草，由街道书记或主任吹哨。"), "green")
        return redirect(url_for("RegisterView.show", register_name=WHISTLES, row_id=row.id))


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Page, boxes, papers, steps, dates; again changes nothing."""
    appbuilder.add_view_no_menu(WhistleView)
    for panel in (pages.calls_panel, pages.call_panel, pages.event_panel):
        show_page.add_panel(panel)
    list_page.add_doors(pages.doors)
    flow_service.add_filler(steps.known_values)
    flow_service.add_follower(steps.follow)
    flow_queries.set_start(CALLS, steps.start)
    flow_queries.set_units(CALLS, steps.units)
    flow_queries.set_limits(CALLS, steps.limits)
    assert dates.SOURCE
    assert indicators.ALL
    papers.install()
    shipped.install()
    demo.install()
