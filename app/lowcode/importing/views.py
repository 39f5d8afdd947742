"""The four steps of an import: upload, layout, check, write; and the files that belong to a batch."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, jsonify, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.fields.sealing import BoxIsDamaged
from app.jobs.models import RUNNING, WAITING
from app.language import gettext as _
from app.lowcode.exporting import download
from app.lowcode.importing import (
    checking,
    continuing,
    decisions,
    marking,
    posted,
    service,
    sheets,
    templating,
    undo_job,
)
from app.lowcode.importing.batch_views import ImportBatchView
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection, from_json
from app.lowcode.importing.models import CHECKED, PUBLISHED, UNDONE, UPLOADED, ImportBatch
from app.lowcode.importing.opening import elsewhere, open_book, own_batch
from app.lowcode.importing.outcome import MissingLinks, PublishWish
from app.lowcode.importing.pages import addresses, check, layout, upload, write
from app.lowcode.page_models.parts import Note
from app.lowcode.parts import file_columns
from app.lowcode.register import Register, register
from app.lowcode.sent import sent_id
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.permissions import FROM_ROUTE, permitted


class ImportView(BaseView):  # type: ignore[misc]
    """One view for all registers; the address names the register, and so does the permission."""

    route_base = ""
    default_view = "upload"

    @expose("/<register:register_name>/import/", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "import")
    def upload(self, register_name: str) -> Any:
        """上传."""
        reg, actor = register(register_name), current_actor()
        if request.method == "GET":
            return self._page(upload.upload_page(reg, actor, request.args))
        file = request.files.get("file")
        if file is None or not file.filename:
            return self._page(upload.upload_page(reg, actor, request.form, error=_("请先选一个表格文件。")), 422)
        try:
            data = file.read()
            batch, _book = service.upload(
                reg, data, file_name=file.filename, area=request.form.get("area", ""),
                is_whole=request.form.get("kind") == "whole", clears_blanks="clears_blanks" in request.form, by=actor,
                given={name: request.form.get(f"given-{name}", "") for name, _proposed in reg.asked_on_import},
            )  # fmt: skip
        except (service.FileIsRefused, NotPermitted) as refusal:
            return self._page(upload.upload_page(reg, actor, request.form, error=str(refusal)), 422)
        if said := continuing.astray(data, reg, actor):
            flash(said, "amber")
        return redirect(addresses.step_url("layout", batch))

    @expose("/<register:register_name>/import/<int:batch_id>/layout", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "import")
    def layout(self, register_name: str, batch_id: int) -> Any:
        """认表."""
        reg, actor = register(register_name), current_actor()
        batch = own_batch(reg, batch_id, actor)
        if moved := elsewhere(batch, (UPLOADED, CHECKED)):
            return redirect(moved)
        book = open_book(batch)
        if request.method == "GET":
            return self._layout(reg, batch, book, actor, write.failed_job_notes(batch, "import_check"))
        try:
            mapping, said = _answers(reg, batch, book)
        except ValueError as refusal:
            return self._layout(reg, batch, book, actor, [Note(str(refusal), "red")], 422)
        if request.form.get("action", "check") != "check":
            decisions.correct(batch, mapping=mapping, corrections=said)
            return redirect(addresses.step_url("layout", batch, sheet=request.args.get("sheet", 0, type=int)))
        if service.needs_job(batch):
            decisions.correct(batch, mapping=mapping, corrections=said)
            service.start_check(
                batch, mapping=mapping, corrections=said, by=actor, next_url=addresses.step_url("rows", batch)
            )
            return redirect(addresses.step_url("work", batch))
        outcome = service.check_batch(batch, book, mapping=mapping, corrections=said, by=actor, today=today())
        if outcome.refusal:
            return self._layout(reg, batch, book, actor, [], 422)
        return redirect(addresses.step_url("rows", batch))

    @expose("/<register:register_name>/import/<int:batch_id>/rows", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "import")
    def rows(self, register_name: str, batch_id: int) -> Any:
        """核对."""
        reg, actor = register(register_name), current_actor()
        batch = own_batch(reg, batch_id, actor)
        if moved := elsewhere(batch, (CHECKED,)):
            return redirect(moved)
        wish = check.RowsWish(request.args.get("show", "")[:10], request.args.get("page", 1, type=int))
        if request.method == "GET":
            return self._page(check.rows_page(reg, batch, wish, notes=write.failed_job_notes(batch, "import_publish")))
        _keep_ticks(batch, wish.tab)
        action = request.form.get("action", "write")
        if action == "tick" and request.accept_mimetypes.best == "application/json":
            return jsonify({"text": check.ticked_text(batch, wish.tab)})
        if action != "write":
            return redirect(addresses.step_url("rows", batch, show=wish.tab, page=wish.page))
        if request.form.get("seen", "") not in ("", check.seen_print(batch)):
            text = _("这一批在另一个窗口里重新核对过，下面是新的结果。请看过再写入。")
            return self._page(check.rows_page(reg, batch, wish, notes=[Note(text, "amber")]), 409)
        try:
            return _write(reg, batch, actor)
        except (service.PublishRefused, NotPermitted, Refused) as refusal:
            return self._page(check.rows_page(reg, batch, wish, notes=[Note(str(refusal), "red")]), 409)

    @expose("/<register:register_name>/import/<int:batch_id>/work")
    @permitted(FROM_ROUTE, "import")
    def work(self, register_name: str, batch_id: int) -> Any:
        """How far the worker is; goes on by itself when it is done."""
        reg, actor = register(register_name), current_actor()
        batch = own_batch(reg, batch_id, actor)
        job = service.current_job(batch)
        if job is None or job.state not in (WAITING, RUNNING):
            return redirect(addresses.current_url(batch))
        return self._page(write.work_page(reg, batch, job))

    @expose("/<register:register_name>/import/<int:batch_id>/result")
    @permitted(FROM_ROUTE, "import")
    def result(self, register_name: str, batch_id: int) -> Any:
        """写入: what came of it."""
        reg, actor = register(register_name), current_actor()
        batch = own_batch(reg, batch_id, actor)
        if moved := elsewhere(batch, (PUBLISHED, UNDONE)):
            return redirect(moved)
        if batch.continues is not None:
            return redirect(addresses.step_url("result", service.batch_of(batch.continues, actor)))
        may_undo = actor.covers(reg.name, "write", batch.area_code)
        is_own = batch.user_id == actor.user_id
        may_export = actor.allows(reg.name, "export")
        notes = write.failed_job_notes(batch, undo_job.KIND)
        return self._page(
            write.result_page(reg, batch, may_undo=may_undo, is_own=is_own, may_export=may_export, notes=notes)
        )

    @expose("/<register:register_name>/import/<int:batch_id>/undo", methods=["POST"])
    @permitted(FROM_ROUTE, "import")
    def undo(self, register_name: str, batch_id: int) -> Any:
        """撤销这一批."""
        reg, actor = register(register_name), current_actor()
        batch = own_batch(reg, batch_id, actor)
        if undo_job.needs_job(batch):
            undo_job.start_undo(batch, by=actor, next_url=addresses.step_url("result", batch))
            return redirect(addresses.step_url("work", batch))
        try:
            service.undo(batch.id, by=actor, today=today())
        except service.UndoRefused as refusal:
            flash(str(refusal), "red")
        return redirect(addresses.current_url(batch))

    @expose("/<register:register_name>/import/<int:batch_id>/marked")
    @permitted(FROM_ROUTE, "import")
    def marked(self, register_name: str, batch_id: int) -> Any:
        """Their own workbook with red cells."""
        reg, actor = register(register_name), current_actor()
        batch = own_batch(reg, batch_id, actor)
        if batch.user_id != actor.user_id:
            # The workbook holds numbers in clear; whoever brought it may have it back, nobody else.
            abort(403)
        if batch.state not in (CHECKED, PUBLISHED):
            abort(404)
        try:
            only_bad = request.args.get("rows") == "bad"
            body = marking.errors_workbook(batch, only_bad=only_bad)
        except (OSError, BoxIsDamaged):
            abort(404)
        kind = "只有问题行" if only_bad else "标注"
        return download(body, f"{marking.stem_of(batch.file_name)}_{kind}.xlsx")

    @expose("/<register:register_name>/import/<int:batch_id>/refilled")
    @permitted(FROM_ROUTE, "import")
    def refilled(self, register_name: str, batch_id: int) -> Any:
        """按原表导出: their own workbook with what the register says today."""
        reg, actor = register(register_name), current_actor()
        batch = own_batch(reg, batch_id, actor)
        try:
            body = service.refilled(batch, with_new=request.args.get("rows") == "all", by=actor, today=today())
        except NotPermitted:
            abort(403)
        except service.CannotBeRefilled as refusal:
            flash(str(refusal), "red")
            return redirect(addresses.current_url(batch))
        except (OSError, BoxIsDamaged):
            abort(404)
        return download(body, f"{marking.stem_of(batch.file_name)}_{today():%Y%m%d}.xlsx")

    @expose("/<register:register_name>/import/template")
    @permitted(FROM_ROUTE, "import")
    def template(self, register_name: str) -> Any:
        """The workbook to fill in."""
        reg = register(register_name)
        return download(templating.template(reg.name), f"{reg.title}_模板.xlsx")

    def _layout(
        self, reg: Register, batch: ImportBatch, book: sheets.Workbook, actor: Actor, notes: list[Note],
        status: int = 200,
    ) -> Any:  # fmt: skip
        found = checking.recognise_for(
            reg, book, batch.mapping, corrections=from_json(batch.corrections), area=batch.area_code
        )
        current = request.args.get("sheet", -1, type=int)
        return self._page(layout.layout_page(reg, batch, found, actor, current=current, notes=notes), status)

    def _page(self, page: Any, status: int = 200) -> Any:
        return self.render_template("register/import.html", page=page), status


def _answers(
    reg: Register, batch: ImportBatch, book: sheets.Workbook
) -> tuple[dict[str, str], dict[str, SheetCorrection]]:
    """Header → column and corrections by sheet, with what the page says now. Raises ValueError in words."""
    said = from_json(batch.corrections)
    found = checking.recognise_for(reg, book, batch.mapping, corrections=said, area=batch.area_code)
    bare = checking.recognise_for(reg, book, {}, corrections=said, area=batch.area_code)
    names = frozenset(column.name for column in file_columns(reg))
    mapping = posted.mapping_said(request.form, bare, names, batch.mapping)
    if not found:
        return mapping, said
    sheet = found[layout.shown_sheet(found, request.args.get("sheet", -1, type=int))]
    name = sheet.sheet.name
    if request.form.get("action") == "reset":
        said.pop(name, None)
    else:
        said[name] = posted.corrected(
            sheet, said.get(name, AS_RECOGNISED), posted.rows_said(request.form), way=request.form.get("way"),
            area=_allowed_area(reg, request.form.get("sheet-area")),
        )  # fmt: skip
    return mapping, said


def _allowed_area(reg: Register, code: str | None) -> str | None:
    if code and not current_actor().covers(reg.name, "import", code):
        raise ValueError(_("这个区域不在您负责的范围内，不能往那里导入。"))
    return code


def _keep_ticks(batch: ImportBatch, tab: str) -> None:
    action = request.form.get("action", "write")
    if tab not in (decisions.LEAVING, decisions.DOUBTFUL):
        return
    if action in ("tick-all", "tick-none"):
        decisions.tick_all(batch, tab, is_picked=action == "tick-all")
        return
    shown, ticked = (
        {id_ for text in request.form.getlist(name) if (id_ := sent_id(text))} for name in ("shown", "picked")
    )
    decisions.tick(batch, tab, shown=shown, ticked=ticked)


def _write(reg: Register, batch: ImportBatch, actor: Actor) -> Any:
    text = request.form.get("left_on", "")
    wish = PublishWish(
        mode="all" if request.form.get("mode") == "all" else "good",
        leaving=decisions.leaving(batch) if reg.can_be_left else frozenset(),
        left_on=read_date(text) if text else None,
        confirmed=decisions.confirmed(batch),
        missing_links=_missing_links(request.form.get("missing_links", "")),
    )
    result = addresses.step_url("result", batch)
    if service.needs_job(batch):
        service.start_publish(batch, wish, by=actor, next_url=result)
        return redirect(addresses.step_url("work", batch))
    service.publish_checked(batch.id, wish, by=actor, today=today())
    return redirect(result)


def _missing_links(said: str) -> MissingLinks:
    return "make" if said == "make" else "back" if said == "back" else "without"


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room has the same signature
    """Routes of imports; their number does not grow with the registers."""
    appbuilder.add_view_no_menu(ImportView)
    appbuilder.add_view_no_menu(ImportBatchView)
