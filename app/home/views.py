"""The first page, and the page behind each of its figures."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from flask_appbuilder import AppBuilder, BaseView, expose

import app.registers.indicators
import app.report_center.indicators  # noqa: F401 - all three make their figures known
from app.clock import today
from app.home.area_rows import describe_areas
from app.home.figures import COUNTED, REST, Asked, figure_page, read_period
from app.home.pages import home_page
from app.lowcode.figure_rows import describe_rows
from app.lowcode.frame import chosen_area
from app.lowcode.indicators import indicator
from app.lowcode.sent import sent_number
from app.security.actor import current_actor
from app.security.permissions import signed_in_only

DEEPEST_PAGE = 1_000


class HomeView(BaseView):  # type: ignore[misc]
    """The page behind /."""

    route_base = ""
    default_view = "index"

    @expose("/")
    @signed_in_only("每个人都有首页，上面的数字和待办各按自己的权限裁剪")
    def index(self) -> Any:
        page = home_page(current_actor(), today=today())
        return self.render_template("home/home.html", page=page)


class FigureView(BaseView):  # type: ignore[misc]
    """/figures/<name>: the rows behind a figure."""

    route_base = "/figures"
    default_view = "show"

    @expose("/<name>")
    @signed_in_only("每个数字要它自己的权限，在这里逐个检查")
    def show(self, name: str) -> Any:
        actor = current_actor()
        try:
            of = indicator(name)
        except KeyError:
            abort(404)
        area = request.args.get("area", "") or chosen_area(actor)
        if not area.isdigit():
            abort(404)
        if not actor.allows(of.resource, of.permission) or not of.prefixes_of(actor, area):
            abort(403)
        number = request.args.get("page", "1")
        asked = Asked(
            period=read_period(
                request.args.get("period", "")[:10], today(), start_day=request.args.get("start", "")[:2]
            ),
            area=area,
            part=REST if of.denominator is not None and request.args.get("part") == REST else COUNTED,
            page=max(1, sent_number(number, most=DEEPEST_PAGE)),
        )
        page = figure_page(of, asked, actor, today=today())
        return self.render_template("home/figure.html", page=page)


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room installs alike
    """The page behind figures; the first page itself FAB installs from the setting FAB_INDEX_VIEW."""
    appbuilder.add_view_no_menu(FigureView)
    describe_rows("areas", describe_areas)
