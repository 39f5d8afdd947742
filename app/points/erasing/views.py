"""The pages under /points/erasures/."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.areas.queries import full_name
from app.clock import today
from app.files.kinds import FileRefused
from app.files.records import RecordKind, behind_the_wall, register_record_kind
from app.language import gettext as _
from app.lowcode import service as rows
from app.lowcode.frame import Entry, add_entry, asked_area
from app.lowcode.register import Register
from app.lowcode.show_page import add_panel
from app.points.erasing import pages, queries, service
from app.points.erasing.models import RESOURCE, Erasure
from app.points.erasing.rules import ERASED_NAME, EraseRefused
from app.points.service import EvidenceFile
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.permissions import permitted

REFUSALS = (EraseRefused, NotPermitted, FileRefused)


class ErasureView(BaseView):  # type: ignore[misc]
    """/points/erasures."""

    route_base = "/points/erasures"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """What was erased in the area chosen in the masthead."""
        area = asked_area(current_actor(), RESOURCE)
        page = pages.list_page(queries.erasures_in(area), full_name(area))
        return self.render_template("register/list.html", page=page)

    @expose("/<int:erasure_id>")
    @permitted(RESOURCE, "read")
    def show(self, erasure_id: int) -> Any:
        """One of them."""
        made = queries.erasure(erasure_id)
        if made is None:
            abort(404)
        return self.render_template("register/show.html", page=pages.show_page(made))

    @expose("/workers/<int:worker_id>", methods=["GET", "POST"])
    @permitted(RESOURCE, "write")
    def erase(self, worker_id: int) -> Any:
        """See what would go, and do it."""
        actor, worker, error = current_actor(), queries.worker_to_erase(worker_id), ""
        if worker is None or not actor.covers(RESOURCE, "write", worker.area_code):
            abort(404)
        if request.method == "POST":
            try:
                made = service.erase(worker, _request(), by=actor, today=today())
            except REFUSALS as refused:
                error = str(refused)
            else:
                flash(_("个人信息已清除，积分合计没有变。"), "green")
                return redirect(url_for("ErasureView.show", erasure_id=made.id))
        page = pages.form_page(worker, service.preview(worker, by=actor, today=today()), request.form, error)
        return self.render_template("register/form.html", page=page), 422 if error else 200


def _request() -> service.Request:
    file = request.files.get("sheet")
    sheet = EvidenceFile(file.filename or "", file.read()) if file is not None and file.filename else None
    typed = request.form
    return service.Request(
        reason=typed.get("reason", ""), document=typed.get("document", ""), sheet=sheet,
        confirmed=typed.get("confirmed", ""),
    )  # fmt: skip


def refuse_filling_again(reg: Register, row: Any | None, _values: Mapping[str, Any], _today: date) -> dict[str, str]:
    """A guard of the register: who was erased stays so, also where an import would write him again."""
    if row is None or reg.name != queries.workers().name or row.name != ERASED_NAME:
        return {}
    return {"": "这一行的个人信息已依法清除，不能再填。他重新上岗的，请新增一条。"}


def _never(_actor: Actor, _uid: str) -> bool:
    """The sheet comes with the erasure and stays as it is."""
    return False


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu, the box beside a worker, the sheet, and the guard."""
    appbuilder.add_view_no_menu(ErasureView)
    add_entry(Entry("system", "清除个人信息", "ErasureView.index", RESOURCE, icon="trash"))
    add_panel(pages.panel)
    register_record_kind(RecordKind(service.RECORD_KIND, behind_the_wall(Erasure).may_read, _never))
    rows.add_guard(refuse_filling_again)
