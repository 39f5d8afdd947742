"""一表通: a superior's blank table, filled from the registers."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.language import gettext as _
from app.lowcode.exporting import download
from app.lowcode.extra import ColumnRefused
from app.lowcode.frame import Entry, add_entry, chosen_area
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.page_models.parts import Note
from app.lowcode.service import SaveRefused
from app.notices.sources import register_todo_source
from app.requested_tables import choosing, filling_pages, fillings, todos
from app.requested_tables.collection_views import CollectionView
from app.requested_tables.layout_views import BlankLayoutView
from app.requested_tables.models import RESOURCE
from app.requested_tables.opening import kept, opened
from app.requested_tables.part_views import PartView
from app.requested_tables.rules import StepRefused
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted
from app.workbooks.patching import CannotBePatched


class FillingView(BaseView):  # type: ignore[misc]
    """/requested_tables/fill/."""

    route_base = "/requested_tables/fill"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @permitted(RESOURCE, "export")
    def index(self) -> Any:
        """Drop a blank table in; where the office answered for it before, the filled table follows at once."""
        actor = current_actor()
        if request.method == "GET":
            return self.render_template("requested_tables/start.html", page=filling_pages.start_page())
        file = request.files.get("file")
        if file is None or not file.filename:
            return self._start(_("请先选一个表格文件。"))
        area = chosen_area(actor)
        try:
            row = fillings.start(file.read(), file.filename, area_code=area, by=actor)
        except FileIsRefused as refusal:
            return self._start(str(refusal))
        if not fillings.opened(row).tables:
            flash(_("没有认出要填的表。请在列名那一行选“这是表头”，再继续。"), "amber")
            return redirect(url_for("BlankLayoutView.filling", filling_id=row.id))
        if row.choices:
            flash(_("这张表以前填过，已按上次的选择取数。"), "green")
            return redirect(url_for("FillingView.table", filling_id=row.id))
        return redirect(url_for("FillingView.choose", filling_id=row.id))

    def _start(self, error: str) -> Any:
        return self.render_template("requested_tables/start.html", page=filling_pages.start_page(error=error)), 422

    @expose("/<int:filling_id>/choose", methods=["GET", "POST"])
    @permitted(RESOURCE, "export")
    def choose(self, filling_id: int) -> Any:
        """The one question."""
        of, actor = kept(filling_id), current_actor()
        if not of.tables:
            return redirect(url_for("BlankLayoutView.filling", filling_id=filling_id))
        before = of.choices if of.filling.choices else fillings.proposed(of.tables, of.filling.area_code, actor)
        if request.method == "GET":
            page = filling_pages.choose_page(of, before, actor)
            return self.render_template("requested_tables/choose.html", page=page)
        chosen = choosing.read_choices(of.tables, before, request.form, actor)
        fillings.choose(of, chosen, by=actor)
        if "again" in request.form or choosing.is_register_changed(before, chosen):
            notes = (Note(_("已按新选的名册重新认列，请核对后再填表。"), "blue"),)
            page = filling_pages.choose_page(of, chosen, actor, notes=notes)
            return self.render_template("requested_tables/choose.html", page=page)
        return redirect(url_for("FillingView.table", filling_id=filling_id))

    @expose("/<int:filling_id>", methods=["GET", "POST"])
    @permitted(RESOURCE, "export")
    def table(self, filling_id: int) -> Any:
        """The filled table; what is typed into columns no register has is kept."""
        of, actor = kept(filling_id), current_actor()
        if not of.tables or not of.filling.choices:
            return redirect(url_for("FillingView.choose", filling_id=filling_id))
        wish: dict[str, Any] = {"t": request.args.get("t", 0, type=int), "page": request.args.get("page", 1, type=int)}
        if request.method == "POST":
            number = min(max(wish["t"], 0), len(of.tables) - 1)
            fillings.keep_typed(of, _typed(number), by=actor)
            flash(_("补填的内容已保存。"), "green")
            return redirect(url_for("FillingView.table", filling_id=filling_id, **wish))
        page = filling_pages.filling_page(of, fillings.fill(of, by=actor, today=today()), actor, wish)
        return self.render_template("requested_tables/filling.html", page=page)

    @expose("/<int:filling_id>/file", methods=["POST"])
    @permitted(RESOURCE, "export")
    def file(self, filling_id: int) -> Any:
        """The filled workbook in the superior's format."""
        of, actor = opened(filling_id), current_actor()
        try:
            body = fillings.workbook(of, fillings.fill(of, by=actor, today=today()), by=actor)
        except CannotBePatched:
            flash(_("这个文件的内部结构不完整，没能按原样写回。请用 Excel 打开原表，另存为 .xlsx 再上传。"), "red")
            return redirect(url_for("FillingView.table", filling_id=filling_id))
        return download(body, f"{of.filling.file_name.rpartition('.')[0] or of.filling.title}_已填.xlsx")

    @expose("/<int:filling_id>/adopt", methods=["POST"])
    @permitted("settings", "write")
    def adopt(self, filling_id: int) -> Any:
        """A missing column becomes one of the register."""
        of, actor = opened(filling_id), current_actor()
        number, position = request.form.get("table", -1, type=int), request.form.get("position", -1, type=int)
        if not 0 <= number < len(of.tables):
            abort(404)
        try:
            title = fillings.adopt(of, number, position, by=actor, today=today())
            flash(_("%(title)s里多了这一列，以后这张表不用再补它。", title=_(title)), "green")
        except (StepRefused, ColumnRefused, NotPermitted, SaveRefused) as refusal:
            flash(str(refusal), "red")
        return redirect(url_for("FillingView.table", filling_id=filling_id, t=number))


def _typed(number: int) -> dict[tuple[int, str, int], str]:
    found = {}
    for name, text in request.form.items():
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "x" and parts[2].isdecimal() and len(parts[2]) < 4:
            found[number, parts[1][:32], int(parts[2])] = text
    return found


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room has the same signature
    """Pages, menu entries, to-dos."""
    register_todo_source("requested_tables", todos.find)
    for view in (FillingView, CollectionView, BlankLayoutView, PartView):
        appbuilder.add_view_no_menu(view)
    add_entry(Entry("reports", "一表通", "FillingView.index", RESOURCE, "export", icon="edit"))
    add_entry(Entry("reports", "收表", "CollectionView.index", RESOURCE, icon="import"))
