"""The pages under /months/: closing a month step by step, and why a figure is not what it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, flash, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.files.kinds import FileRefused
from app.files.records import behind_the_wall, register_record_kind
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, asked_area
from app.periods.queries import MonthIsClosed
from app.periods.rules import Period, PeriodIsWrong, parse
from app.periods.service import CannotClose
from app.report_center.months import pages, service
from app.report_center.months.models import MonthReopening
from app.report_center.months.service import SignedSheet
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted

RESOURCE = "periods"
REFUSALS = (CannotClose, NotPermitted, MonthIsClosed, FileRefused)


class MonthView(BaseView):  # type: ignore[misc]
    """/months/."""

    route_base = "/months"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """The months of the area chosen in the masthead."""
        area = asked_area(current_actor(), RESOURCE)
        return self.render_template("report_center/months.html", page=pages.months_page(area, today=today()))

    @expose("/<area>/<month>")
    @permitted(RESOURCE, "read")
    def month(self, area: str, month: str) -> Any:
        """One month of one area."""
        of = _month(area, month)
        page = pages.month_page(area, of, current_actor(), today=today(), compare=request.args.get("compare", ""))
        return self.render_template("report_center/month.html", page=page)

    @expose("/<area>/<month>/hold", methods=["POST"])
    @permitted(RESOURCE, "finalise")
    def hold(self, area: str, month: str) -> Any:
        """填报中 → 核对中."""
        of = _month(area, month)
        return _act(area, of, lambda: service.hold(area, of, today=today()), _("已转入核对。"))

    @expose("/<area>/<month>/unhold", methods=["POST"])
    @permitted(RESOURCE, "finalise")
    def unhold(self, area: str, month: str) -> Any:
        """核对中 → 填报中."""
        of = _month(area, month)
        reason = _("核对后退回填报")
        return _act(area, of, lambda: service.back_to_filling(area, of, reason=reason), _("已退回填报。"))

    @expose("/<area>/<month>/finalise", methods=["POST"])
    @permitted(RESOURCE, "finalise")
    def finalise(self, area: str, month: str) -> Any:
        """→ 已定稿."""
        of = _month(area, month)
        done = _("已定稿。各种格式的文件正在生成，完成前也可以打印。")
        return _act(area, of, lambda: service.finalise(area, of, today=today()), done)

    @expose("/<area>/<month>/reopen", methods=["POST"])
    @permitted(RESOURCE, "finalise")
    def reopen(self, area: str, month: str) -> Any:
        """Open it again with the signed sheet, or ask for a second person's consent."""
        of, file = _month(area, month), request.files.get("sheet")
        sheet = SignedSheet(file.filename or "", file.read()) if file is not None and file.filename else None
        reason = request.form.get("reason", "")
        return _act(area, of, lambda: _asked_or_opened(service.reopen(area, of, reason=reason, sheet=sheet)), "")

    @expose("/<area>/<month>/confirm", methods=["POST"])
    @permitted(RESOURCE, "finalise")
    def confirm(self, area: str, month: str) -> Any:
        """The second person's consent."""
        of = _month(area, month)
        return _act(area, of, lambda: service.confirm_reopening(area, of), _("已重新打开。"))

    @expose("/<area>/<month>/withdraw", methods=["POST"])
    @permitted(RESOURCE, "finalise")
    def withdraw(self, area: str, month: str) -> Any:
        """Take the asking back."""
        of = _month(area, month)
        return _act(area, of, lambda: service.withdraw_reopening(area, of), _("申请已撤回。"))


def _month(area: str, text: str) -> Period:
    """The month of an address, if the actor may see it in that area; else 404."""
    try:
        month = parse(text)
    except PeriodIsWrong:
        abort(404)
    if month.kind != "month" or month.key != text or not current_actor().covers(RESOURCE, "read", area) or not area:
        abort(404)
    return month


def _asked_or_opened(row: MonthReopening) -> str:
    if row.opened_at is not None:
        return _("已重新打开，可以更正。申请和签字单已存档，以后的每份报表都会注明。")
    return _("申请和签字单已存档，等另一位同志确认后重新打开。")


def _act(area: str, month: Period, act: Callable[[], object], done: str) -> Any:
    """Do it and say so: `done`, or what `act` has to say itself where that is empty."""
    try:
        said = act()
    except REFUSALS as refusal:
        flash(str(refusal), "red")
    else:
        flash(done or str(said), "green")
    return redirect(pages.address(area, month))


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, what blocks finalising, and whose the signed sheets are."""
    service.install()
    register_record_kind(behind_the_wall(MonthReopening, is_logged=True))
    appbuilder.add_view_no_menu(MonthView)
    add_entry(Entry("reports", "月度定稿", "MonthView.index", RESOURCE, icon="lock"))
