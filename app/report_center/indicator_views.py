"""/indicators: all figures with their rules, and how papers count."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.database.transactions import writing
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, chosen_area
from app.periods.rules import LATEST_START, Period, PeriodIsWrong, parse
from app.report_center.comparison import BASIS_SETTING, START_DAY_SETTING
from app.report_center.indicator_pages import indicator_page
from app.report_center.models import RESOURCE
from app.report_center.queries import SHIFT_SETTING
from app.report_center.ranking import RANKED_SETTING, rankable
from app.report_center.wording_rules import BASIS_NAMES
from app.security.actor import current_actor, require
from app.security.permissions import permitted
from app.settings.queries import profile, setting
from app.settings.service import save_setting


class IndicatorView(BaseView):  # type: ignore[misc]
    """/indicators."""

    route_base = "/indicators"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """Every figure of an area and period with its rule."""
        actor = current_actor()
        area = request.args.get("area", "") or chosen_area(actor) or profile().top_code
        if not area.isdigit() or not actor.covers(RESOURCE, "read", area):
            abort(404)
        try:
            text = request.args.get("period", "")
            period = parse(text) if text else Period.of("month", today()).previous()
        except PeriodIsWrong:
            abort(404)
        page = indicator_page(area, period, actor, today=today())
        return self.render_template("report_center/indicators.html", page=page)

    @expose("/counting", methods=["POST"])
    @permitted("settings", "write")
    def set_counting(self) -> Any:
        """Keep how papers count, for the whole installation."""
        form, top = request.form, profile().top_code
        require("settings", "write", top)
        day, basis = form.get("start_day", ""), form.get("basis", "")
        if not day.isdecimal() or not 1 <= int(day) <= LATEST_START or basis not in BASIS_NAMES:
            abort(400)
        with writing():
            days = {**setting(START_DAY_SETTING, {}), "digest": int(day)}
            save_setting(START_DAY_SETTING, days, area_code=top)
            save_setting(BASIS_SETTING, basis, area_code=top)
            save_setting(SHIFT_SETTING, "shift" in form, area_code=top)
            known = {each.name for each in rankable()}
            save_setting(RANKED_SETTING, [name for name in form.getlist("ranked") if name in known], area_code=top)
        flash(_("统计口径已保存，以后打印的月报按它统计；已提交的稿子不变。"), "green")
        return redirect(url_for("IndicatorView.index"))


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room installs alike
    """The page and its place in the menu."""
    appbuilder.add_view_no_menu(IndicatorView)
    add_entry(Entry("reports", "指标口径", "IndicatorView.index", RESOURCE, icon="list"))
