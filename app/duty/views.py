"""Pages of duty beyond its registers: the month, planning it, 零报告 in one click, exchanges."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.duty import demo, pages, papers, queries, service, todos
from app.duty.models import SHIFTS, SWAPS, DutyShift
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, chosen_area
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.periods.rules import Period, PeriodIsWrong, parse
from app.security.actor import current_actor
from app.security.addresses import safe_next
from app.security.permissions import permitted


class DutyView(BaseView):  # type: ignore[misc]
    """Everything under /duty."""

    route_base = "/duty"
    default_view = "index"

    @expose("/")
    @permitted(SHIFTS, "read")
    def index(self) -> Any:
        """An office's month: who stands, whose record is missing, which exchanges wait, how often each stood."""
        actor, day = current_actor(), today()
        month = _month(request.args.get("month", ""))
        codes = queries.offices(actor.prefixes(SHIFTS, "read"))
        office = pages.office_of(request.args.get("area", ""), chosen_area(actor), codes)
        if not office:
            return self.render_template("duty/month.html", page=pages.empty_page(actor, month))
        page = pages.month_page(office, month, codes=codes, actor=actor, today=day)
        return self.render_template("duty/month.html", page=page)

    @expose("/plan", methods=["POST"])
    @permitted(SHIFTS, "write")
    def plan(self) -> Any:
        """Plan the rest of a month."""
        area, month = request.form.get("area", ""), _month(request.form.get("month", ""))
        back = redirect(url_for("DutyView.index", area=area, month=month.key))
        try:
            done = service.plan_month(
                area, month, days=request.form.get("days", ""), by=current_actor(), today=today()
            )  # fmt: skip
        except SaveRefused as refused:
            flash(str(refused), "red")
            return back
        flash(_("已排 %(n)s 天，%(kept)s 天原来就定好的没有动。", n=done.written, kept=done.kept), "green")
        if done.gaps:
            flash(_("这些班没有人能排：%(gaps)s", gaps="、".join(done.gaps[:8])), "amber")
        return back

    @expose("/<int:shift_id>/zero", methods=["POST"])
    @permitted(SHIFTS, "write")
    def zero(self, shift_id: int) -> Any:
        """Nothing happened in a shift."""
        shift = _shift(shift_id)
        try:
            service.report_zero(shift, by=current_actor(), today=today())
            flash(_("已报零报告：%(shift)s", shift=shift.name or ""), "green")
        except SaveRefused as refused:
            flash(str(refused), "red")
        home = url_for("DutyView.index", area=shift.area_code, month=f"{shift.duty_on:%Y-%m}")
        return redirect(safe_next(request.form.get("next", home)))

    @expose("/<int:shift_id>/swap", methods=["GET", "POST"])
    @permitted(SWAPS, "write")
    def swap(self, shift_id: int) -> Any:
        """Ask for an exchange."""
        shift, typed, errors = _shift(shift_id), request.form.to_dict(), {}
        if request.method == "POST":
            role, _dash, giver = typed.get("giver", "").partition("-")
            raw = {
                "shift": str(shift_id), "role": role, "giver": giver, "taker": typed.get("taker", ""),
                "other_shift": typed.get("other_shift", ""), "reason": typed.get("reason", ""), "area": shift.area_code,
            }  # fmt: skip
            try:
                saved = save(register(SWAPS), None, raw, by=current_actor(), today=today())
            except SaveRefused as refused:
                errors = refused.errors
            else:
                flash(_("已登记，等负责人批准：%(swap)s", swap=saved.name), "green")
                return redirect(url_for("DutyView.index", area=shift.area_code, month=f"{shift.duty_on:%Y-%m}"))
        page = pages.swap_form(shift, typed, today=today(), errors=errors)
        return self.render_template("register/form.html", page=page), 422 if errors else 200

    @expose("/swaps/<int:swap_id>/<any(yes, no):answer>", methods=["POST"])
    @permitted(SWAPS, "review")
    def decide(self, swap_id: int, answer: str) -> Any:
        """Agree to an exchange, or refuse it."""
        try:
            swap = service.decide_swap(swap_id, is_agreed=answer == "yes", by=current_actor(), today=today())
        except SaveRefused as refused:
            flash(str(refused), "red")
            return redirect(url_for("DutyView.index"))
        flash(_("%(swap)s：%(state)s", swap=swap.name or "", state=swap.state), "green")
        return redirect(url_for("DutyView.index", area=swap.area_code))


def _month(text: str) -> Period:
    try:
        found = parse(text) if text else Period.of("month", today())
    except PeriodIsWrong:
        abort(404)
    if found.kind != "month":
        abort(404)
    return found


def _shift(shift_id: int) -> DutyShift:
    found = queries.shift(shift_id)
    if found is None:
        abort(404)
    return found


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Pages, papers, to-dos and the part of the demonstration; again changes nothing."""
    appbuilder.add_view_no_menu(DutyView)
    add_entry(Entry("daily", "值班表", "DutyView.index", SHIFTS, icon="clock", is_first=True))
    papers.install()
    todos.install()
    demo.install()
