"""Pages under /my_tasks/: the inbox, words for the group, who takes whose place."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.language import gettext as _
from app.lowcode.frame import chosen_area
from app.lowcode.sent import sent_id
from app.my_tasks import demo, pages, papers, rules
from app.my_tasks.handover_views import HandoverView
from app.notices.service import mark_done
from app.security.actor import current_actor
from app.security.permissions import signed_in_only
from app.security.substituting import SubstituteRefused, give_back, take_place

_OWN = "人人看自己的待办；替谁、请谁代，在服务里逐条核对"


class MyTasksView(BaseView):  # type: ignore[misc]
    """What is asked of whoever is signed in."""

    route_base = "/my_tasks"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @signed_in_only(_OWN)
    def index(self) -> Any:
        """The inbox. The page of words posts here to come back."""
        if request.method == "POST":
            return redirect(url_for("MyTasksView.index"))
        lamp, whose = request.args.get("lamp", ""), request.args.get("whose", "")
        asked = rules.Asked(
            lamp if lamp in rules.LAMP_NAMES else "", whose if whose in {key for key, _name in pages.WHOSE} else ""
        )
        page = pages.inbox_page(current_actor(), asked, today=today())
        return self.render_template("register/list.html", page=page)

    @expose("/done", methods=["POST"])
    @signed_in_only(_OWN)
    def done(self) -> Any:
        """Mark ticked notices done; what is done on a page of its own has to be opened."""
        ids = request.form.getlist("id")[:200]
        notices = [id_ for text in ids if (id_ := sent_id(text))]
        for id_ in notices:
            mark_done(id_)
        if notices:
            flash(_("已标为办完 %(n)s 件。", n=len(notices)), "green")
        if rest := len(ids) - len(notices):
            flash(_("有 %(n)s 件要点开去办，办完自己会消失，没有动。", n=rest), "amber")
        return redirect(url_for("MyTasksView.index"))

    @expose("/words")
    @signed_in_only(_OWN)
    def words(self) -> Any:
        """Text to paste into the group."""
        actor = current_actor()
        page = pages.words_page(actor, area=chosen_area(actor), today=today())
        return self.render_template("register/form.html", page=page)

    @expose("/substitutes")
    @signed_in_only(_OWN)
    def substitutes(self) -> Any:
        """Who takes whose place."""
        return self.render_template("register/list.html", page=pages.substitutes_page(current_actor(), today=today()))

    @expose("/substitutes/add", methods=["GET", "POST"])
    @signed_in_only(_OWN)
    def substitute(self) -> Any:
        """Let somebody take a place."""
        actor = current_actor()
        typed = {name: request.form.get(name, "") for name in request.form}
        if request.method == "GET":
            return self._form(typed)
        absent = sent_id(typed.get("absent", "")) or actor.user_id or 0
        try:
            first, last = read_date(typed.get("first", "")), read_date(typed.get("last", ""))
        except Refused:
            return self._form(typed, _("请填写从哪天到哪天，例：2026-11-22。"))
        try:
            take_place(absent, sent_id(typed.get("substitute", "")) or 0, first, last, today=today())
        except SubstituteRefused as refused:
            return self._form(typed, _(refused.args[0]))
        flash(_("已安排，到 %(day)s 为止。", day=last.isoformat()), "green")
        return redirect(url_for("MyTasksView.substitutes"))

    def _form(self, typed: dict[str, str], error: str = "") -> Any:
        page = pages.substitute_form(current_actor(), typed, today=today(), error=error)
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/substitutes/end", methods=["POST"])
    @signed_in_only(_OWN)
    def end(self) -> Any:
        """Take places back before their time."""
        for text in request.form.getlist("id")[:50]:
            absent, _dash, substitute = text.partition("-")
            try:
                give_back(sent_id(absent) or 0, sent_id(substitute) or 0, today=today())
            except SubstituteRefused as refused:
                flash(_(refused.args[0]), "red")
                break
        else:
            flash(_("已结束，马上收回。"), "green")
        return redirect(url_for("MyTasksView.substitutes"))


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """The pages; the masthead and the first page lead to the inbox, and that to the others."""
    appbuilder.add_view_no_menu(MyTasksView)
    appbuilder.add_view_no_menu(HandoverView)
    papers.install()
    demo.install()
