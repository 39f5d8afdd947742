"""Pages under /handovers/: the list, and the two steps of a hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.clock import today
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.language import gettext as _
from app.lowcode.frame import chosen_area
from app.lowcode.sent import sent_id, sent_lines
from app.my_tasks import handover, handover_pages
from app.my_tasks.handover import HandoverRefused, Wanted
from app.my_tasks.models import RESOURCE
from app.my_tasks.things import KINDS, Lines, read_things
from app.security.actor import current_actor
from app.security.permissions import permitted

YEAR = timedelta(days=366)


class HandoverView(BaseView):  # type: ignore[misc]
    """Handing work over when somebody leaves or moves."""

    route_base = "/handovers"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """Hand-overs of the last year."""
        actor = current_actor()
        rows = handover.handovers_between(chosen_area(actor), today() - YEAR, today() + YEAR)
        page = handover_pages.handovers_page(rows, may_write=actor.allows(RESOURCE, "write"))
        return self.render_template("register/list.html", page=page)

    @expose("/add", methods=["GET", "POST"])
    @permitted(RESOURCE, "write")
    def add(self) -> Any:
        """Choose, look, hand over."""
        if request.method == "GET":
            return self._choose({})
        typed = {name: request.form.get(name, "") for name in request.form}
        from_id, to_id = sent_id(typed.get("from", "")) or 0, sent_id(typed.get("to", "")) or 0
        if typed.get("step") != "hand":
            return self._look(from_id, to_id, typed)
        lines = sent_lines(request.form, "things", tuple(KINDS))
        if "add-line" in request.form:
            return self._look(from_id, to_id, typed, lines=[*lines, {}])
        try:
            on = read_date(typed.get("on", ""))
        except Refused:
            return self._look(from_id, to_id, typed, _("请填交接日期，例：2026-11-22。"), lines=lines)
        things, errors = read_things(lines, today=today())
        if errors:
            return self._look(from_id, to_id, typed, lines=lines, errors=errors)
        wanted = Wanted(from_id, to_id, on, typed.get("reason", ""), things)
        try:
            made = handover.hand_over(wanted, by=current_actor(), today=today())
        except HandoverRefused as refused:
            return self._look(from_id, to_id, typed, _(refused.args[0]), lines=lines)
        flash(_("已交接 %(n)s 项，请打印交接单，三方签字。", n=len(made.lines)), "green")
        return redirect(url_for("HandoverView.index"))

    def _choose(self, typed: dict[str, str], error: str = "") -> Any:
        choices = handover.people(current_actor())
        page = handover_pages.choose_form(choices, typed, error)
        return self.render_template("register/form.html", page=page), 422 if error else 200

    def _look(
        self, from_id: int, to_id: int, typed: dict[str, str], error: str = "", *,
        lines: Lines | None = None, errors: Mapping[str, str] | None = None,
    ) -> Any:  # fmt: skip
        """What goes along; `lines` are the things typed, else those that came to the giver."""
        names = dict(handover.people(current_actor()))
        if to_id not in names or from_id == to_id:
            return self._choose(typed, _("请选移交人和接收人，要是两个人。"))
        try:
            holder, items, kept = handover.look(from_id, by=current_actor(), today=today())
        except HandoverRefused as refused:
            return self._choose(typed, _(refused.args[0]))
        things = handover_pages.things_field(handover_pages.kept_lines(kept) if lines is None else lines, errors or {})
        page = handover_pages.confirm_form(
            holder, names[to_id], items, typed, things=things, today=today(), error=error, error_count=len(errors or {})
        )
        return self.render_template("register/form.html", page=page), 422 if error or errors else 200
