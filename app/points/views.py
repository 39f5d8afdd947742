"""Pages of points: a worker's calendar, one's own points, awarding, taking back, summary of an area."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, Response, abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.files.records import RecordKind, register_record_kind
from app.language import gettext as _
from app.lowcode import show_page
from app.lowcode.frame import Entry, add_entry, asked_area
from app.lowcode.queries import get as row_of
from app.lowcode.register import register, registers
from app.periods.rules import Period, PeriodIsWrong, parse
from app.periods.sources import register_rules
from app.points import (
    demo,
    entry_pages,
    forms,
    indicators,
    matters,
    pages,
    papers,
    queries,
    rule_queries,
    service,
    summary_pages,
)
from app.points.automatic.facts import subscribe_to_facts
from app.points.books.shipped import load_books_of
from app.points.disputes import queries as disputes
from app.points.disputes.pages import with_disputes
from app.points.paging import asked_page
from app.profiles.service import register_on_init
from app.security.actor import Actor, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.security.permissions import permitted, signed_in_only

WORKERS = "grid_workers"


class PointsView(BaseView):  # type: ignore[misc]
    """Everything under /points."""

    route_base = "/points"
    default_view = "summary"

    @expose("/workers/<int:worker_id>")
    @permitted("points_entries", "read")
    def worker(self, worker_id: int) -> Any:
        """The month calendar of one worker."""
        row = row_of(register(WORKERS), worker_id)
        actor = current_actor()
        if row is None or not actor.covers("points_entries", "read", row.area_code):
            abort(404)
        page = pages.calendar_page(row, _month(), actor=actor, today=today(), is_own=False)
        return self.render_template("points/calendar.html", page=page)

    @expose("/own")
    @permitted("own_points", "see_own")
    def own(self) -> Any:
        """One's own points; nobody else's are on this page."""
        actor = current_actor()
        row = queries.own_worker(actor)
        if row is None:
            flash(_("您的账号还没有对应到网格员名册，看不到积分。请联系社区把账号和名册对应起来。"), "amber")
            return redirect(url_for("HomeView.index"))
        month = _month()
        with beyond_scope():
            page = pages.calendar_page(row, month, actor=actor, today=today(), is_own=True)
            may_dispute = disputes.may_still_dispute(row.area_code, month, today())
            own = disputes.disputes_of(row.uid)
        page = with_disputes(page, own, may_dispute=may_dispute, today=today())
        return self.render_template("points/calendar.html", page=page)

    @expose("/entries/<int:entry_id>")
    @signed_in_only("看得到台账的人才打得开，网格员只打得开本人的，其他人得到“没有这个页面”")
    def entry(self, entry_id: int) -> Any:
        """One entry of the ledger."""
        actor = current_actor()
        found = queries.entry(entry_id)
        if found is not None:
            row = queries.worker_of(found)
            line = queries.line_of(found)
            page = entry_pages.entry_page(
                line, row, recorded_by=found.recorded_by, actor=actor, today=today(), is_own=False
            )
            return self.render_template("register/show.html", page=page)
        row = queries.own_worker(actor)
        with beyond_scope():
            found = queries.entry(entry_id)
            if row is None or found is None or found.worker_uid != row.uid:
                abort(404)
            line = queries.line_of(found)
        page = entry_pages.entry_page(line, row, recorded_by=found.recorded_by, actor=actor, today=today(), is_own=True)
        return self.render_template("register/show.html", page=page)

    @expose("/award", methods=["GET", "POST"])
    @permitted("points_entries", "write")
    def award(self) -> Any:
        """Give a worker points for one matter."""
        actor = current_actor()
        if request.method == "GET":
            page = forms.award_form({"worker": request.args.get("worker", "")}, actor=actor, today=today())
            return self.render_template("register/form.html", page=page)
        outcome = forms.award(request.form, request.files.getlist("evidence"), actor=actor, today=today())
        if isinstance(outcome, forms.Wrong):
            page = forms.award_form(request.form, actor=actor, today=today(), wrong=outcome)
            return self.render_template("register/form.html", page=page), 422
        flash(outcome.text, "green")
        if outcome.sentence:
            flash(outcome.sentence, "amber")
        if request.form.get("save") == "stay":
            return redirect(url_for("PointsView.award"))
        return redirect(url_for("PointsView.worker", worker_id=outcome.worker_id, month=outcome.month))

    @expose("/entries/<int:entry_id>/reverse", methods=["GET", "POST"])
    @permitted("points_entries", "write")
    def reverse(self, entry_id: int) -> Any:
        """Take an entry back, with a reason."""
        found = queries.entry(entry_id)
        if found is None or not current_actor().covers("points_entries", "write", found.area_code):
            abort(404)
        line, row, error = queries.line_of(found), queries.worker_of(found), ""
        if request.method == "POST":
            try:
                counter = service.reverse(
                    found, reason=request.form.get("reason", ""), by=current_actor(), today=today()
                )
            except forms.REFUSALS as refused:
                error = str(refused)
            else:
                flash(_("已冲正第 %(n)s 号，新记录是第 %(m)s 号。", n=line.seq, m=counter.seq), "green")
                return redirect(url_for("PointsView.entry", entry_id=counter.id))
        page = forms.reverse_form(line, row, typed=request.form.get("reason", ""), error=error)
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/summary")
    @permitted("points_entries", "read")
    def summary(self) -> Any:
        """All workers of an area in a period."""
        actor = current_actor()
        area = asked_area(actor, "points_entries")
        page = summary_pages.summary_page(
            area, _period(), page=asked_page(), actor=actor,
            today=today(),
        )  # fmt: skip
        return self.render_template("points/summary.html", page=page)

    @expose("/matters")
    @permitted("points_entries", "write")
    def matters(self) -> Response:
        """Records to choose from in the award form."""
        found = matters.choices(request.args.get("q", "")[:50], current_actor())
        return jsonify({"results": [{"id": key, "text": title, "hint": hint} for key, title, hint in found]})


def _month() -> Period:
    period = _period("month")
    return period if period.kind == "month" else Period.of("month", today())


def _period(argument: str = "period") -> Period:
    """The period asked for; this month where what was asked makes no sense or lies ahead."""
    try:
        period = parse(request.args.get(argument, ""))
    except PeriodIsWrong:
        return Period.of("month", today())
    if period.first > today():
        return Period.of("month", today())
    return period


def _may_read(actor: Actor, uid: str) -> bool:
    with acting_as(actor):
        if queries.entry_by_uid(uid) is not None:
            return True
        row = queries.own_worker(actor)
        with beyond_scope():
            found = queries.entry_by_uid(uid)
    return row is not None and found is not None and found.worker_uid == row.uid


def _never(_actor: Actor, _uid: str) -> bool:
    """Evidence comes with its entry and stays as it is."""
    return False


MATTERS = ("resolutions", "meetings", "projects", "needs", "events", "visits", "roster_checks")
"""Registers of upper rooms, by name, whose rows points can be given for; a room that is not there is left out."""


def _row_address(register_name: str, row_id: int) -> str:
    return url_for("RegisterView.show", register_name=register_name, row_id=row_id)


def _register_matters() -> None:
    known = {reg.name: reg for reg in registers()}
    for name in MATTERS:
        if name in known:
            matters.register_matter_source(
                matters.from_register(
                    known[name],
                    address=partial(_row_address, name),
                )
            )


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu, panel, files of entries, and the subscription to what happens below."""
    assert papers.LEDGER
    assert indicators.ENTRIES
    appbuilder.add_view_no_menu(PointsView)
    register_record_kind(RecordKind("points_entries", _may_read, _never))
    show_page.add_panel(pages.panel)
    subscribe_to_facts()
    _register_matters()
    register_on_init("points_books", load_books_of)
    register_rules("points", rule_queries.rules_to_freeze)
    demo.install()
    for entry in (
        Entry("points", "积分汇总", "PointsView.summary", "points_entries", icon="star", is_first=True),
        Entry("points", "记积分", "PointsView.award", "points_entries", "write", icon="plus", is_first=True),
        Entry("points", "我的积分", "PointsView.own", "own_points", "see_own", icon="star", is_first=True),
    ):
        add_entry(entry)
