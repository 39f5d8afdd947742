"""The pages under /templates/: an office's own templates, printing from them, approving and sealing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, flash, redirect, request, send_file, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from openpyxl.utils.cell import coordinate_to_tuple

from app.areas.queries import name_of
from app.clock import today
from app.files import store
from app.files.erasing import register_holder
from app.language import gettext as _
from app.lowcode.exporting import download
from app.lowcode.frame import Entry, add_entry, chosen_area
from app.lowcode.papers import PaperRequest
from app.lowcode.sent import sent_number
from app.office_templates import bundles, pages, queries, service
from app.office_templates.models import FilledPaper, OfficeTemplate
from app.office_templates.rules import TemplateRefused
from app.periods.rules import Period, PeriodIsWrong, parse
from app.report_center.models import RESOURCE
from app.report_center.tracing import Traced, register_trace
from app.security.actor import current_actor
from app.security.permissions import permitted


class TemplateView(BaseView):  # type: ignore[misc]
    """/templates/."""

    route_base = "/templates"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """Templates of the chosen area, upload, the list of names; `names` is the register whose columns are listed."""
        page = pages.templates_page(_area(""), current_actor(), register_name=request.args.get("names", ""))
        return self.render_template("office_templates/index.html", page=page)

    @expose("/upload", methods=["POST"])
    @permitted(RESOURCE, "export")
    def upload(self) -> Any:
        """Take a file as a template or as the next version of one."""
        area, file = _area(request.form.get("area", "")), request.files.get("file")
        name = request.form.get("name", "") or (file.filename or "").rpartition(".")[0] if file else ""
        try:
            if file is None or not file.filename:
                raise TemplateRefused(_("请先选择文件。"))
            made = service.upload(area, name, file.read(), note=request.form.get("note", ""))
        except TemplateRefused as refusal:
            flash(str(refusal), "red")
            return redirect(url_for("TemplateView.index"))
        flash(_("模板已保存，占位都在名称表里。下面用真实数据预览，看对了再打印。"), "green")
        return redirect(url_for("TemplateView.show", template_id=made.template_id, area=area))

    @expose("/<int:template_id>")
    @permitted(RESOURCE, "read")
    def show(self, template_id: int) -> Any:
        """One template with real data."""
        row = _template(template_id)
        area = _area(request.args.get("area", ""))
        page = pages.template_page(row, area, _period(request.args.get("period", "")), current_actor(), today=today())
        return self.render_template("office_templates/show.html", page=page)

    @expose("/<int:template_id>/name", methods=["POST"])
    @permitted(RESOURCE, "export")
    def put_name(self, template_id: int) -> Any:
        """Put a chosen name into the clicked cell or paragraph."""
        row = _template(template_id)
        sheet, _sep, cell = request.form.get("cell", "").rpartition("!")
        name = request.form.get("name", "").strip("【】 ")

        def act() -> None:
            if not name or not (sheet or row.kind == "docx"):
                raise TemplateRefused(_("请先点一个地方，再选一个名称。"))
            try:
                place = coordinate_to_tuple(cell)
            except ValueError as fault:
                raise TemplateRefused(_("请先点一个地方，再选一个名称。")) from fault
            service.put_name(row, sheet, place, name)

        return _act(act, _("名称已放进模板，存成新的一稿。"), url_for("TemplateView.show", template_id=row.id))

    @expose("/<int:template_id>/retire", methods=["POST"])
    @permitted(RESOURCE, "export")
    def retire(self, template_id: int) -> Any:
        """Offer it no more."""
        row = _template(template_id)
        return _act(lambda: service.retire(row), _("模板已停用。"), url_for("TemplateView.index"))

    @expose("/<int:template_id>/file")
    @permitted(RESOURCE, "export")
    def file(self, template_id: int) -> Any:
        """One version as it was uploaded."""
        row = _template(template_id)
        of = queries.version(row.id, sent_number(request.args.get("number"), default=row.number))
        if of is None:
            abort(404)
        return download(of.data, f"{row.name}_{of.number}.{row.kind}")

    @expose("/<int:template_id>/print", methods=["POST"])
    @permitted(RESOURCE, "export")
    def print_it(self, template_id: int) -> Any:
        """Print it for an area and period, as 草稿."""
        row, area = _template(template_id), _area(request.form.get("area", ""))
        asked = PaperRequest(area, _period(request.form.get("period", "")), today(), current_actor())
        try:
            made = service.print_from(row, asked)
        except TemplateRefused as refusal:
            flash(str(refusal), "red")
            return redirect(url_for("TemplateView.show", template_id=row.id, area=area))
        flash(_("已打印成草稿。批准后下载的文件不再带“草稿”。"), "green")
        return redirect(url_for("TemplateView.show_print", uid=made.uid))

    @expose("/<int:template_id>/print-all", methods=["POST"])
    @permitted(RESOURCE, "export")
    def print_all(self, template_id: int) -> Any:
        """Ask for the print of every community below the area, as one ZIP or one Word file."""
        row, area = _template(template_id), _area(request.form.get("area", ""))
        container = bundles.ONE_FILE if request.form.get("container") == bundles.ONE_FILE else bundles.ZIP
        period = _period(request.form.get("period", ""))
        job = bundles.order(row, area, period, by=current_actor(), container=container)
        return redirect(f"/reports/jobs/{job.id}")

    @expose("/prints/<uid>")
    @permitted(RESOURCE, "read")
    def show_print(self, uid: str) -> Any:
        """One print: state, file, seal, what changed since."""
        made = _print(uid)
        page = pages.print_page(made, _template(made.template_id), current_actor(), today=today())
        return self.render_template("office_templates/print.html", page=page)

    @expose("/prints/<uid>/file")
    @permitted(RESOURCE, "export")
    def print_file(self, uid: str) -> Any:
        """The very bytes that were printed."""
        made = _print(uid)
        row = _template(made.template_id)
        name = f"{name_of(made.area_code)}{parse(made.period).title}{row.name}_{made.short_code}.{row.kind}"
        return download(store.read(made.file), name)

    @expose("/prints/<uid>/approve", methods=["POST"])
    @permitted(RESOURCE, "export")
    def approve(self, uid: str) -> Any:
        """Approve a draft."""
        made = _print(uid)
        return _act(
            lambda: service.approve(made), _("已批准，可以下载正式文件盖章。"),
            url_for("TemplateView.show_print", uid=uid),
        )  # fmt: skip

    @expose("/prints/<uid>/scan", methods=["POST"])
    @permitted(RESOURCE, "export")
    def scan(self, uid: str) -> Any:
        """Attach the scan of the sealed sheet to this very print."""
        made, file = _print(uid), request.files.get("file")

        def act() -> None:
            if file is None or not file.filename:
                raise TemplateRefused(_("请先选择扫描件。"))
            service.attach_scan(made, file.filename, file.read())

        return _act(act, _("扫描件已归到这一份，状态为已盖章报送。"), url_for("TemplateView.show_print", uid=uid))

    @expose("/prints/<uid>/scan-file")
    @permitted(RESOURCE, "export")
    def scan_file(self, uid: str) -> Any:
        """The scan."""
        made = _print(uid)
        if not made.scan:
            abort(404)
        answer = send_file(
            store.path_of(made.scan), as_attachment=True, download_name=made.scan_name, max_age=0,
            mimetype="application/octet-stream",
        )  # fmt: skip
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


def _area(text: str) -> str:
    """The area asked for, or the chosen one; 404 where the actor may not read reports of it."""
    actor = current_actor()
    area = text or chosen_area(actor)
    if not area.isdigit() or not actor.covers(RESOURCE, "read", area):
        abort(404)
    return area


def _period(text: str) -> Period:
    try:
        return parse(text) if text else Period.of("month", today()).previous()
    except PeriodIsWrong:
        abort(404)


def _template(template_id: int) -> OfficeTemplate:
    row = queries.template(template_id)
    if row is None or queries.version(row.id, row.number) is None:
        abort(404)
    return row


def _print(uid: str) -> FilledPaper:
    made = queries.print_of(uid)
    if made is None:
        abort(404)
    return made


def _act(act: Callable[[], object], done: str, url: str) -> Any:
    try:
        act()
    except TemplateRefused as refusal:
        flash(str(refusal), "red")
    else:
        flash(done, "green")
    return redirect(url)


def _find(code: str) -> Traced | None:
    made = queries.print_by_code(code)
    return Traced(made.short_code, url_for("TemplateView.show_print", uid=made.uid)) if made is not None else None


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room installs alike
    """The pages and their place in the menu."""
    appbuilder.add_view_no_menu(TemplateView)
    register_trace("filled_papers", _find)
    register_holder(FilledPaper.file, FilledPaper.approved_file, FilledPaper.scan)
    add_entry(Entry("reports", "自有模板", "TemplateView.index", RESOURCE, icon="file"))
