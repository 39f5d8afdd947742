"""The pages under /working_calendar/: holidays and make-up days of each year, and the office hours."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.clock import today, utc_now
from app.fields.calendar import calendar_lines
from app.language import gettext as _
from app.lowcode.flow.sweeping import recount
from app.security.permissions import permitted
from app.settings.working_calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    CalendarRefused,
    office_day,
    save_office_hours,
    save_year,
    working_calendar,
)
from app.settings_pages import calendar_pages
from app.settings_pages.code_views import may_change_everywhere


class WorkingCalendarView(BaseView):  # type: ignore[misc]
    """/working_calendar/: read by who may read settings; changed by who may write them for the whole installation."""

    route_base = "/working_calendar"
    default_view = "index"

    @expose("/")
    @expose("/<int:year>")
    @permitted("settings", "read")
    def index(self, year: int = 0) -> Any:
        this_year = today().year
        shown = _known(year or this_year)
        calendar = working_calendar()
        years = sorted({this_year + offset for offset in (-1, 0, 1, 2)} | {max(calendar.announced_years)})
        page = calendar_pages.year_page(
            shown, calendar, office_day(), years=years, may_change=may_change_everywhere()
        )  # fmt: skip
        return self.render_template("register/show.html", page=page)

    @expose("/<int:year>/edit", methods=["GET", "POST"])
    @permitted("settings", "write")
    def edit(self, year: int) -> Any:
        _require_everywhere()
        _known(year)
        text = "\n".join(calendar_lines(working_calendar(), year))
        if request.method == "GET":
            return self.render_template("register/form.html", page=calendar_pages.year_form(year, text))
        typed = request.form.get("days", "")
        try:
            is_changed = save_year(year, typed)
        except CalendarRefused as refused:
            page = calendar_pages.year_form(year, typed, str(refused))
            return self.render_template("register/form.html", page=page), 422
        _flash_saved(year, is_changed=is_changed)
        if is_changed:
            _recount(f"{year}年工作日历已更新")
        return redirect(url_for("WorkingCalendarView.index", year=year))

    @expose("/hours", methods=["GET", "POST"])
    @permitted("settings", "write")
    def hours(self) -> Any:
        _require_everywhere()
        if request.method == "GET":
            page = calendar_pages.hours_form(calendar_pages.stored_hours(office_day()))
            return self.render_template("register/form.html", page=page)
        sent = [request.form.get(name, "").strip() for name in calendar_pages.SPAN_FIELDS]
        typed = [text.replace("：", ":").zfill(len("08:30")) for text in sent]
        try:
            save_office_hours([(typed[0], typed[1]), (typed[2], typed[3])])
        except CalendarRefused as refused:
            page = calendar_pages.hours_form(request.form, _(str(refused)))
            return self.render_template("register/form.html", page=page), 422
        flash(_("上下班时间已保存，马上生效。"), "green")
        _recount("上下班时间已更改")
        return redirect(url_for("WorkingCalendarView.index"))


def _flash_saved(year: int, *, is_changed: bool) -> None:
    if not is_changed:
        flash(_("和原来一样，没有改动。"), "green")
        return
    calendar = working_calendar()
    count = sum(day.year == year for day in calendar.holidays)
    if year not in calendar.announced_years:
        flash(_("%(year)s年已回到暂定。", year=year), "amber")
    elif count < calendar_pages.LEGAL_HOLIDAYS:
        text = _("已保存，但这一年只有 %(n)s 天放假，少于法定的 %(legal)s 天，请对照通知看看是否漏了。",
                 n=count, legal=calendar_pages.LEGAL_HOLIDAYS)  # fmt: skip
        flash(text, "amber")
    else:
        flash(_("%(year)s年工作日历已保存，放假 %(n)s 天。", year=year, n=count), "green")


def _recount(why: str) -> None:
    count = recount(utc_now(), why=why)
    if count:
        flash(_("%(n)s 件没有办完的事期限已重新计算，每一件都有记录。", n=count), "amber")


def _known(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    return year


def _require_everywhere() -> None:
    if not may_change_everywhere():
        abort(403)
