"""Pages of an import: upload, layout, check, write; batches and their undoing; the template workbook."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.fields.sealing import BoxIsDamaged
from app.language import gettext as _
from app.lowcode.exporting import download
from app.lowcode.importing import checking, marking, originals, pages, service, sheets, templating
from app.lowcode.importing.corrections import from_json
from app.lowcode.importing.models import CHECKED, PUBLISHED, UNDONE, UPLOADED, ImportBatch
from app.lowcode.importing.recognition import ReadSheet
from app.lowcode.register import Register, register
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.permissions import FROM_ROUTE, permitted


class ImportView(BaseView):  # type: ignore[misc]
    """One view for all registers; the address names the register, and so does the permission."""

    route_base = ""
    default_view = "upload"

    @expose("/<register:register_name>/import/", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "import")
    def upload(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        if request.method == "GET":
            return self._page(pages.upload_page(reg, actor, request.args))
        file = request.files.get("file")
        if file is None or not file.filename:
            return self._page(pages.upload_page(reg, actor, request.form, error=_("请先选一个表格文件。")), 422)
        try:
            batch, _book = service.upload(
                reg, file.read(), file_name=file.filename, area=request.form.get("area", ""),
                is_whole=request.form.get("kind") == "whole", by=actor,
            )  # fmt: skip
        except (service.FileIsRefused, NotPermitted) as refusal:
            return self._page(pages.upload_page(reg, actor, request.form, error=str(refusal)), 422)
        return redirect(url_for("ImportView.layout", register_name=reg.name, batch_id=batch.id))

    @expose("/<register:register_name>/import/<int:batch_id>/layout", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "import")
    def layout(self, register_name: str, batch_id: int) -> Any:
        reg, actor = register(register_name), current_actor()
        batch = _batch_or_404(reg, batch_id, actor, states=(UPLOADED, CHECKED))
        book = _open(batch)
        current = request.args.get("sheet", -1, type=int)
        if request.method == "GET":
            said = from_json(batch.corrections)
            found = checking.recognise_for(reg, book, batch.mapping, corrections=said, area=batch.area_code)
            return self._page(pages.layout_page(reg, batch, found, current=current))
        mapping = _chosen(reg, checking.recognise_for(reg, book, {}))
        outcome = service.check_batch(batch, book, mapping=mapping, by=actor, today=today())
        if outcome.refusal:
            found = checking.recognise_for(reg, book, mapping)
            return self._page(pages.layout_page(reg, batch, found, current=current, error=outcome.refusal), 422)
        return redirect(url_for("ImportView.rows", register_name=reg.name, batch_id=batch.id))

    @expose("/<register:register_name>/import/<int:batch_id>/rows", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "import")
    def rows(self, register_name: str, batch_id: int) -> Any:
        reg, actor = register(register_name), current_actor()
        batch = _batch_or_404(reg, batch_id, actor, states=(CHECKED,))
        wish = pages.RowsWish(request.args.get("show", "")[:10], request.args.get("page", 1, type=int))
        if request.method == "GET":
            return self._page(pages.rows_page(reg, batch, wish))
        mode = "good" if request.form.get("mode") == "good" else "all"
        try:
            service.publish_checked(batch.id, service.PublishWish(mode=mode), by=actor, today=today())  # type: ignore[arg-type]
        except (service.PublishRefused, NotPermitted) as refusal:
            return self._page(pages.rows_page(reg, batch, wish, error=str(refusal)), 409)
        return redirect(url_for("ImportView.result", register_name=reg.name, batch_id=batch.id))

    @expose("/<register:register_name>/import/<int:batch_id>/result")
    @permitted(FROM_ROUTE, "import")
    def result(self, register_name: str, batch_id: int) -> Any:
        reg, actor = register(register_name), current_actor()
        batch = _batch_or_404(reg, batch_id, actor, states=(PUBLISHED, UNDONE))
        may_undo = actor.covers(reg.name, "write", batch.area_code)
        is_own = batch.user_id == actor.user_id
        return self._page(pages.result_page(reg, batch, may_undo=may_undo, is_own=is_own))

    @expose("/<register:register_name>/import/<int:batch_id>/undo", methods=["POST"])
    @permitted(FROM_ROUTE, "import")
    def undo(self, register_name: str, batch_id: int) -> Any:
        reg, actor = register(register_name), current_actor()
        batch = _batch_or_404(reg, batch_id, actor, states=(PUBLISHED, UNDONE))
        try:
            service.undo(batch.id, by=actor, today=today())
        except service.UndoRefused as refusal:
            flash(str(refusal), "red")
        return redirect(url_for("ImportView.result", register_name=reg.name, batch_id=batch_id))

    @expose("/<register:register_name>/import/<int:batch_id>/marked")
    @permitted(FROM_ROUTE, "import")
    def marked(self, register_name: str, batch_id: int) -> Any:
        reg, actor = register(register_name), current_actor()
        batch = _batch_or_404(reg, batch_id, actor, states=(CHECKED, PUBLISHED))
        if batch.user_id != actor.user_id:
            # The workbook holds numbers in clear; whoever brought it may have it back, nobody else.
            abort(403)
        try:
            body = marking.errors_workbook(batch)
        except (OSError, BoxIsDamaged):
            abort(404)
        stem = batch.file_name.rpartition(".")[0] or batch.file_name
        return download(body, f"{stem}_标注.xlsx")

    @expose("/<register:register_name>/import/template")
    @permitted(FROM_ROUTE, "import")
    def template(self, register_name: str) -> Any:
        reg = register(register_name)
        return download(templating.template(reg.name), f"{reg.title}_模板.xlsx")

    def _page(self, page: Any, status: int = 200) -> Any:
        return self.render_template("register/import.html", page=page), status


def _batch_or_404(reg: Register, batch_id: int, actor: Actor, *, states: tuple[str, ...]) -> ImportBatch:
    try:
        batch = service.batch_of(batch_id, actor)
    except NotPermitted:
        abort(404)
    if batch.register != reg.name or batch.state not in states:
        abort(404)
    if batch.state in (UPLOADED, CHECKED) and batch.user_id != actor.user_id:
        # Until it is written, a batch belongs to the person who brought it: its rows hold what others may not see.
        abort(404)
    return batch


def _open(batch: ImportBatch) -> sheets.Workbook:
    try:
        return sheets.read(originals.read(batch.digest))
    except (OSError, BoxIsDamaged, service.FileIsRefused):
        abort(404)


def _chosen(reg: Register, found: tuple[ReadSheet, ...]) -> dict[str, str]:
    """Header → column as posted; what was not posted stays as recognised."""
    names = {column.name for column in reg.columns} | {""}
    chosen = {}
    for sheet in found:
        for table in sheet.tables:
            for cell in table.table.columns:
                wanted = request.form.get(pages.field_name(cell.title))
                if wanted is not None and wanted in names:
                    chosen[cell.title] = wanted
    return chosen


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room has the same signature
    """Routes of imports; their number does not grow with the registers."""
    appbuilder.add_view_no_menu(ImportView)
