"""The pages of 逐格核对 under /reports/checking/."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.language import gettext as _
from app.lowcode.sent import sent_number
from app.periods.queries import MonthIsClosed
from app.report_center import queries
from app.report_center.asking import asked_paper
from app.report_center.checking import service
from app.report_center.checking.pages import check_page, place_of
from app.report_center.choosing import Choice
from app.report_center.comparing import Place
from app.report_center.models import RESOURCE, Submission
from app.report_center.rules import SubmissionRefused
from app.security.actor import current_actor
from app.security.permissions import permitted


class CheckingView(BaseView):  # type: ignore[misc]
    """/reports/checking/<area>/<paper>/<period>."""

    route_base = "/reports/checking"
    default_view = "check"

    @expose("/<area>/<paper>/<period>")
    @permitted(RESOURCE, "read")
    def check(self, area: str, paper: str, period: str) -> Any:
        """One version cell by cell, held against another where one is chosen."""
        choice, row = _handed_in(area, paper, period)
        number = sent_number(request.args.get("number")) or row.number
        try:
            page = check_page(
                choice, row, current_actor(), number=number, today=today(),
                against=sent_number(request.args.get("against", str(max(number - 1, 0)))),
                picked=request.args.get("cell", ""),
            )  # fmt: skip
        except LookupError:
            abort(404)
        return self.render_template("report_center/check.html", page=page)

    @expose("/<area>/<paper>/<period>/remark", methods=["POST"])
    @permitted(RESOURCE, "review")
    def remark(self, area: str, paper: str, period: str) -> Any:
        """Note what is to be looked at in the picked cell."""
        choice, row = _handed_in(area, paper, period)
        text = request.form.get("remark", "")
        return _act(
            choice, lambda: service.remark(choice.paper, area, choice.request.period, _place(row), text),
            _("意见已记下，退回时一起发给社区。"),
        )  # fmt: skip

    @expose("/<area>/<paper>/<period>/take-back", methods=["POST"])
    @permitted(RESOURCE, "review")
    def take_back(self, area: str, paper: str, period: str) -> Any:
        """Strike a remark that was not sent."""
        choice, _row = _handed_in(area, paper, period)
        place = Place(*(request.form.get(name, "") for name in ("table", "row", "column")))
        return _act(
            choice, lambda: service.take_back_remark(choice.paper, area, choice.request.period, place),
            _("意见已去掉。"),
        )  # fmt: skip

    @expose("/<area>/<paper>/<period>/adjust", methods=["POST"])
    @permitted(RESOURCE, "review")
    def adjust(self, area: str, paper: str, period: str) -> Any:
        """Put the street's figure beside the picked one."""
        choice, row = _handed_in(area, paper, period)
        form = request.form
        return _act(
            choice,
            lambda: service.adjust(
                choice.paper, area, choice.request.period, _place(row), adjusted=form.get("adjusted", ""),
                reason=form.get("reason", ""), on=_day(form.get("on", "")), today=today(),
            ),
            _("调整说明已登记，和社区填报的数字并排印出。"),
        )  # fmt: skip


def _handed_in(area: str, paper: str, period: str) -> tuple[Choice, Submission]:
    """The choice and its row with a version; 404 where nothing was handed in."""
    choice = asked_paper(area, paper, period)
    row = queries.submission(area, paper, choice.request.period)
    if row is None or not row.number:
        abort(404)
    return choice, row


def _day(text: str) -> date:
    try:
        return read_date(text) if text.strip() else today()
    except Refused as refusal:
        raise SubmissionRefused(str(refusal)) from refusal


def _place(row: Submission) -> Place:
    stored = queries.version_of(row.id, row.number)
    try:
        return place_of(stored.document, request.form.get("cell", "")) if stored else Place("", "", "")
    except LookupError:
        return Place("", "", "")


def _act(choice: Choice, act: Callable[[], object], done: str) -> Any:
    of = choice.request
    try:
        act()
    except (SubmissionRefused, MonthIsClosed) as refusal:
        flash(str(refusal), "red")
    else:
        flash(done, "green")
    kept: dict[str, Any] = {"against": request.form["against"]} if request.form.get("against", "").isdigit() else {}
    return redirect(
        url_for(
            "CheckingView.check", area=of.area_code, paper=choice.paper.name, period=of.period.key,
            cell=request.form.get("cell", ""), **kept,
        )
        + "#said"
    )  # fmt: skip


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """The pages."""
    appbuilder.add_view_no_menu(CheckingView)
