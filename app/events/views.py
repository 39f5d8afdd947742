"""Pages of events beyond their register: a 即办件 on one screen, flows by area, words of platforms."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today, utc_now
from app.events import (
    dates,
    demo,
    demo_steps,
    figure_pages,
    indicators,
    pages,
    papers,
    service,
    shipped,
    splitting,
    steps,
)
from app.language import gettext as _
from app.lowcode import form_page, list_page, show_page
from app.lowcode import service as rosters
from app.lowcode.flow import pages as flow_pages
from app.lowcode.flow import queries as flow_queries
from app.lowcode.flow import service as flow_service
from app.lowcode.flow import sweeping as flow_sweeping
from app.lowcode.flow.reading import FlowRefused
from app.lowcode.flow.versions import choose_flow
from app.lowcode.frame import Entry, add_entry, asked_area, chosen_area
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.lowcode.viewing import viewer_of
from app.periods.rules import Period, PeriodIsWrong, parse
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted


class EventDeskView(BaseView):  # type: ignore[misc]
    """Everything under /event_desk."""

    route_base = "/event_desk"
    default_view = "at_once"

    @expose("/at_once", methods=["GET", "POST"])
    @permitted("events", "write")
    def at_once(self) -> Any:
        """何事、何地、结果."""
        actor = current_actor()
        viewer = viewer_of(register("events"), actor, today=today())
        area = chosen_area(actor) if actor.covers("events", "write", chosen_area(actor)) else ""
        if request.method == "GET":
            page = pages.at_once_page(viewer, area=area)
            return self.render_template("register/form.html", page=page)
        typed = form_page.typed_values(register("events"), request.form, None)
        is_alone = bool(request.form.get("alone"))
        try:
            row = service.record_at_once(typed, is_alone=is_alone, by=actor, today=today(), now=utc_now())
        except (SaveRefused, NotPermitted) as refused:
            errors = refused.errors if isinstance(refused, SaveRefused) else {"": str(refused)}
            shown = typed | {"alone": "1" if is_alone else ""}
            page = pages.at_once_page(viewer, area=area, typed=shown, errors=errors)
            return self.render_template("register/form.html", page=page), 422
        flash(_("已记下：%(number)s %(name)s", number=row.number, name=row.name), "green")
        if request.form.get("save") == "stay":
            return redirect(url_for("EventDeskView.at_once"))
        return redirect(url_for("RegisterView.show", register_name="events", row_id=row.id))

    @expose("/flows", methods=["GET", "POST"])
    @permitted("settings", "write")
    def flows(self) -> Any:
        """Which flow where."""
        page = pages.flows_page(today())
        if request.method == "GET":
            return self.render_template("register/form.html", page=page)
        try:
            for field in pages.fields_of(page):
                if request.form.get(field.name, "") != field.value:
                    choose_flow("events", request.form.get(field.name, ""), area=field.name.removeprefix("flow-"))
        except FlowRefused as refused:
            flash(_(str(refused)), "red")
            return redirect(url_for("EventDeskView.flows"))
        flash(_("已保存。"), "green")
        return redirect(url_for("EventDeskView.flows"))

    @expose("/words", methods=["GET", "POST"])
    @permitted("events", "import")
    def words(self) -> Any:
        """What a platform's words mean."""
        page = pages.words_page()
        if request.method == "GET":
            return self.render_template("register/form.html", page=page)
        said: dict[str, dict[str, str]] = {}
        for field in pages.fields_of(page):
            if state := request.form.get(field.name, ""):
                source, _colon, word = field.name.partition(":")
                said.setdefault(source, {})[word] = state
        try:
            count = sum(
                service.say_words(source, words, by=current_actor(), today=today()) for source, words in said.items()
            )
        except (SaveRefused, NotPermitted) as refused:
            flash(_(str(refused)), "red")
            return redirect(url_for("EventDeskView.words"))
        flash(_("已记住，%(n)s 件工单的状态随之更新。", n=count), "green")
        return redirect(url_for("EventDeskView.words"))

    @expose("/figures")
    @permitted("events", "read")
    def figures(self) -> Any:
        """The figures by community, unit, person or channel."""
        by, area, period = _asked()
        page = figure_pages.figures_page(by, area, period, current_actor(), today=today())
        return self.render_template("register/list.html", page=page)

    @expose("/figures/<name>")
    @permitted("events", "read")
    def rows(self, name: str) -> Any:
        """The events behind a figure."""
        of = next((each for each in indicators.ALL if each.name == name), None)
        by, area, period = _asked()
        side, part = request.args.get("side", "all"), request.args.get("part", "")[:80]
        if of is None or side not in splitting.SIDES:
            abort(404)
        page = figure_pages.rows_page(of, by, part, area, period, current_actor(), side=side, today=today())
        return self.render_template("register/list.html", page=page)


def _asked() -> tuple[str, str, Period]:
    """By what, where and when; 404 for what is none."""
    by, area = request.args.get("by", "area"), asked_area(current_actor(), "events")
    if by not in splitting.COLUMNS or not area:
        abort(404)
    try:
        return by, area, parse(request.args.get("period", "")[:10] or Period.of("month", today()).key)
    except PeriodIsWrong:
        abort(404)


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, panels, and what events do with every step of their flows."""
    appbuilder.add_view_no_menu(EventDeskView)
    add_entry(Entry("events", "记一件事", "EventDeskView.at_once", "events", "write", icon="plus", is_first=True))
    add_entry(Entry("events", "事件统计", "EventDeskView.figures", "events", "read", icon="chart"))
    show_page.add_panel(pages.panel)
    show_page.add_panel(pages.paper_panel)
    list_page.add_doors(pages.doors)
    flow_service.add_filler(steps.known_values)
    flow_service.add_follower(steps.follow)
    flow_sweeping.add_recounted(steps.follow_calendar)
    rosters.add_guard_of_hand(steps.refuse_deadline_by_hand)
    flow_queries.add_start_limit(steps.start_limit)
    flow_pages.add_adviser(pages.condition_of)
    flow_pages.add_adviser(pages.answers_to)
    papers.install()
    demo.install()
    demo_steps.install()
    shipped.install()
    assert dates.SOURCE
