"""Pages of letters beyond their register: checking, signing, taking back, declaring void, and versions as PDF."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.language import gettext as _
from app.letters import dates, demo, pages, papers, service
from app.letters.models import RESOURCE, Letter
from app.letters.queries import version_document
from app.lowcode import show_page
from app.lowcode.queries import get
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted
from reports.rendering import render


class LettersView(BaseView):  # type: ignore[misc]
    """Everything under /letters."""

    route_base = "/letters"
    default_view = "desk"

    @expose("/<int:letter_id>")
    @permitted(RESOURCE, "read")
    def desk(self, letter_id: int) -> Any:
        """A letter with what it lacks and the step that comes next."""
        return self._desk(letter_id)

    def _desk(self, letter_id: int, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> Any:
        page = pages.desk_page(_letter(letter_id), actor=current_actor(), today=today(), typed=typed, errors=errors)
        return self.render_template("letters/desk.html", page=page), 422 if errors else 200

    @expose("/<int:letter_id>/issue", methods=["POST"])
    @permitted(RESOURCE, "review")
    def issue(self, letter_id: int) -> Any:
        """Sign it."""
        typed = {name: request.form.get(name, "").strip() for name in ("signatory", "signed_on")}
        try:
            signed_on = read_date(typed["signed_on"])
        except Refused as unreadable:
            return self._desk(
                letter_id, typed, {"signed_on": unreadable.message or _("请填签发日期，例：2026-11-22。")}
            )
        try:
            letter = service.issue(
                _letter(letter_id).id, signatory=typed["signatory"], signed_on=signed_on, by=current_actor(),
                today=today(),
            )  # fmt: skip
        except SaveRefused as refused:
            return self._desk(letter_id, typed, refused.errors)
        flash(_("已签发：%(number)s", number=letter.number), "green")
        return redirect(url_for("LettersView.desk", letter_id=letter_id))

    @expose("/<int:letter_id>/take-back", methods=["POST"])
    @permitted(RESOURCE, "review")
    def take_back(self, letter_id: int) -> Any:
        """Make it a draft again."""
        return self._step(letter_id, service.take_back, _("已退回修改，文号不变。"))

    @expose("/<int:letter_id>/void", methods=["POST"])
    @permitted(RESOURCE, "review")
    def void(self, letter_id: int) -> Any:
        """Declare it void."""
        return self._step(letter_id, service.declare_void, _("已作废，文号不会再用。"))

    def _step(self, letter_id: int, step: Any, said: str) -> Any:
        try:
            step(_letter(letter_id).id, reason=request.form.get("reason", ""), by=current_actor())
        except SaveRefused as refused:
            return self._desk(letter_id, errors=refused.errors)
        flash(said, "green")
        return redirect(url_for("LettersView.desk", letter_id=letter_id))

    @expose("/<int:letter_id>/versions/<int:issue>.pdf")
    @permitted(RESOURCE, "export")
    def version(self, letter_id: int, issue: int) -> Response:
        """One signed version as it was."""
        letter = _letter(letter_id)
        if not current_actor().covers(RESOURCE, "export", letter.area_code):
            raise NotPermitted(_("这份函件不在您负责的范围内，不能打印。"))
        document = version_document(letter_id, issue)
        if document is None:
            abort(404)
        return Response(render(document, "pdf"), mimetype="application/pdf")


def _letter(letter_id: int) -> Letter:
    row = get(register(RESOURCE), letter_id)
    if row is None:
        abort(404)
    return row  # type: ignore[no-any-return]


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Pages, the box beside a record, papers and the part of the demonstration; again changes nothing."""
    appbuilder.add_view_no_menu(LettersView)
    show_page.add_panel(pages.panel)
    papers.install()
    assert dates.SOURCE
    demo.install()
