"""The pages under /points/shows/ and /points/disputes/."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from sqlalchemy import select

import app.points.disputes.showing  # noqa: F401 - registers the daily job
from app.areas.rules import COMMUNITY_DIGITS
from app.clock import today
from app.extensions import db
from app.files.records import RecordKind, register_record_kind
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, chosen_area
from app.notices.sources import register_todo_source
from app.periods.rules import Period, PeriodIsWrong, parse
from app.periods.service import register_closing_check
from app.points import queries
from app.points.disputes import demo, forms, pages, papers, service, sheet_pages, standing
from app.points.disputes import queries as shown
from app.points.forms import REFUSALS
from app.points.models import PointsEntry
from app.points.service import EvidenceFile
from app.points.steps.models import PointsStep
from app.points.steps.service import RECORD_KIND
from app.security.actor import Actor, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.security.permissions import permitted, signed_in_only

RESOURCE = "points_entries"


class PointsShowView(BaseView):  # type: ignore[misc]
    """/points/shows."""

    route_base = "/points/shows"
    default_view = "index"

    @expose("/")
    @signed_in_only("积分公示给本社区的网格员和管台账的人看，其他人得到“没有这个页面”")
    def index(self) -> Any:
        """Last month of the community one works in."""
        actor = current_actor()
        code = chosen_area(actor)[:COMMUNITY_DIGITS]
        if len(code) < COMMUNITY_DIGITS:
            code = next(iter(standing.communities(code, _last_month())), "")
        if not code:
            flash(_("上个月还没有社区记过积分，没有可以公示的。"), "amber")
            return redirect(url_for("PointsView.summary"))
        return redirect(sheet_pages.address(code, _last_month()))

    @expose("/<area>/<month>")
    @signed_in_only("积分公示给本社区的网格员和管台账的人看，其他人得到“没有这个页面”")
    def sheet(self, area: str, month: str) -> Any:
        """A community's month."""
        actor, of = current_actor(), _month(month)
        if not _sees_show(actor, area):
            abort(404)
        page = sheet_pages.sheet_page(area, of, actor, today=today())
        return self.render_template("points/show_sheet.html", page=page)

    @expose("/<area>/<month>/show", methods=["POST"])
    @permitted(RESOURCE, "review")
    def show(self, area: str, month: str) -> Any:
        """Put it on show."""
        of = _month(month)
        if not current_actor().covers(RESOURCE, "review", area) or len(area) != COMMUNITY_DIGITS:
            abort(404)
        try:
            step = service.show(area, of, by=current_actor(), today=today())
        except REFUSALS as refused:
            flash(str(refused), "red")
        else:
            flash(_("已开始公示，到 %(day)s 为止。", day=step.due_on), "green")
        return redirect(sheet_pages.address(area, of))


class PointsDisputeView(BaseView):  # type: ignore[misc]
    """/points/disputes."""

    route_base = "/points/disputes"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """Disputes of the area chosen in the masthead."""
        area = chosen_area(current_actor())
        found = shown.disputes_in(area)
        page = pages.disputes_page(found, title=_("积分异议"), place=pages.place_of(area), today=today(), is_own=False)
        return self.render_template("register/list.html", page=page)

    @expose("/own")
    @permitted("own_points", "see_own")
    def own(self) -> Any:
        """One's own disputes."""
        worker = _own_or_404()
        with beyond_scope():
            found = shown.disputes_of(worker.uid)
        page = pages.disputes_page(found, title=_("我的异议"), place="", today=today(), is_own=True)
        return self.render_template("register/list.html", page=page)

    @expose("/<int:dispute_id>")
    @signed_in_only("本人和管台账的人才打得开，其他人得到“没有这个页面”")
    def dispute(self, dispute_id: int) -> Any:
        """One dispute."""
        found = shown.dispute(dispute_id)
        is_own = False
        if found is None:
            worker = _own_or_404()
            with beyond_scope():
                found, is_own = shown.dispute(dispute_id), True
            if found is None or found.worker_uid != worker.uid:
                abort(404)
        with beyond_scope():
            line = _line_of(found)
        refusal = "" if is_own else _refusal(found)
        page = pages.dispute_page(found, line, today=today(), refusal=refusal, is_own=is_own)
        return self.render_template("register/show.html", page=page)

    @expose("/file/<int:entry_id>", methods=["GET", "POST"])
    @permitted("own_points", "see_own")
    def file(self, entry_id: int) -> Any:
        """Dispute one entry of one's own."""
        worker = _own_or_404()
        with beyond_scope():
            entry = queries.entry(entry_id)
            if entry is None or entry.worker_uid != worker.uid:
                abort(404)
            line = queries.line_of(entry)
        error = ""
        if request.method == "POST":
            try:
                service.dispute(
                    entry, reason=request.form.get("reason", ""), by=current_actor(), today=today(), files=_files()
                )
            except REFUSALS as refused:
                error = str(refused)
            else:
                return _filed()
        page = forms.entry_form(line, request.form, error)
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/missing", methods=["GET", "POST"])
    @permitted("own_points", "see_own")
    def missing(self) -> Any:
        """Say that a matter was not recorded."""
        _own_or_404()
        error = ""
        if request.method == "POST":
            try:
                on = forms.day_of(request.form.get("on", "")) or today()
                service.dispute_missing(
                    request.form.get("matter", ""), on=on, reason=request.form.get("reason", ""), by=current_actor(),
                    today=today(), files=_files(),
                )  # fmt: skip
            except REFUSALS as refused:
                error = str(refused)
            else:
                return _filed()
        page = forms.missing_form(request.form, error, today=today())
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/<int:dispute_id>/decide", methods=["GET", "POST"])
    @permitted(RESOURCE, "review")
    def decide(self, dispute_id: int) -> Any:
        """Decide a dispute."""
        found = shown.dispute(dispute_id)
        if found is None or not current_actor().covers(RESOURCE, "review", found.area_code):
            abort(404)
        error = ""
        if request.method == "GET" and not found.is_open:
            return redirect(url_for("PointsDisputeView.dispute", dispute_id=dispute_id))
        if request.method == "POST":
            try:
                forms.decide(found, request.form, by=current_actor(), today=today())
            except REFUSALS as refused:
                error = str(refused)
            else:
                flash(_("异议已处理，结果已告诉%(name)s。", name=found.worker_name), "green")
                return redirect(url_for("PointsDisputeView.dispute", dispute_id=dispute_id))
        page = forms.decide_form(found, _line_of(found), request.form, error, today())
        return self.render_template("register/form.html", page=page), 422 if error else 200


def _last_month() -> Period:
    return Period.of("month", today()).previous()


def _month(text: str) -> Period:
    try:
        month = parse(text)
    except PeriodIsWrong:
        abort(404)
    if month.kind != "month" or month.key != text or month.first > today():
        abort(404)
    return month


def _sees_show(actor: Actor, area: str) -> bool:
    """Who keeps the ledger there, and every worker of the community."""
    if len(area) != COMMUNITY_DIGITS:
        return False
    if actor.covers(RESOURCE, "read", area):
        return True
    worker = queries.own_worker(actor) if actor.allows("own_points", "see_own") else None
    return worker is not None and worker.area_code.startswith(area)


def _own_or_404() -> Any:
    worker = queries.own_worker(current_actor())
    if worker is None:
        abort(404)
    return worker


def _line_of(found: shown.Dispute) -> queries.Line | None:
    entry = queries.entry(found.entry_id) if found.entry_id is not None else None
    return queries.line_of(entry) if entry is not None else None


def _refusal(found: shown.Dispute) -> str:
    with beyond_scope():
        entry = db.session.get(PointsEntry, found.entry_id) if found.entry_id is not None else None
    try:
        service.refuse_to_decide(found, entry, current_actor())
    except REFUSALS as refused:
        return str(refused)
    return ""


def _files() -> list[EvidenceFile]:
    return [
        EvidenceFile(file.filename or "", file.read()) for file in request.files.getlist("files") if file.filename
    ]  # fmt: skip


def _filed() -> Any:
    flash(_("异议已提交，会由记录人和核对人之外的人处理，结果在这里看。"), "green")
    return redirect(url_for("PointsDisputeView.own"))


def _may_read_step(actor: Actor, uid: str) -> bool:
    """Files of a dispute: who keeps the ledger there, and the worker who filed it."""
    with acting_as(actor):
        if db.session.execute(select(PointsStep.id).where(PointsStep.uid == uid)).scalar() is not None:
            return True
        worker = queries.own_worker(actor)
        with beyond_scope():
            chain = db.session.execute(select(PointsStep.chain).where(PointsStep.uid == uid)).scalar()
    return worker is not None and chain == worker.uid


def _never(_actor: Actor, _uid: str) -> bool:
    """Files come with the dispute and stay as they are."""
    return False


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu, papers, to-dos, files of disputes, and what blocks finalising."""
    assert papers.SHOW
    appbuilder.add_view_no_menu(PointsShowView)
    appbuilder.add_view_no_menu(PointsDisputeView)
    register_record_kind(RecordKind(RECORD_KIND, _may_read_step, _never))
    for entry in (
        Entry("points", "积分公示", "PointsShowView.index", RESOURCE, icon="list"),
        Entry("points", "积分异议", "PointsDisputeView.index", RESOURCE, icon="warn"),
        Entry("points", "本社区公示", "PointsShowView.index", "own_points", "see_own", icon="list"),
        Entry("points", "我的异议", "PointsDisputeView.own", "own_points", "see_own", icon="warn"),
    ):
        add_entry(entry)
    register_todo_source("points_disputes", standing.to_decide)
    register_todo_source("points_to_show", standing.to_show)
    register_todo_source("points_on_show", standing.to_look_at)
    register_closing_check("points_disputes", standing.unfinished)
    demo.install()
