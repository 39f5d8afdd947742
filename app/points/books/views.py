"""Pages of rule books: versions, reading, changing a draft, publishing, comparing, 试算, files in and out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import yaml
from flask import Flask, Response, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today, utc_now
from app.fields.refusal import Refused
from app.fields.types import Date
from app.files.kinds import FileRefused
from app.files.records import behind_the_wall, register_record_kind
from app.files.service import attach
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, asked_area, chosen_area
from app.periods.queries import MonthIsClosed
from app.periods.rules import Period, PeriodIsWrong, parse
from app.points.books import forms, pages, queries, service
from app.points.books.files import LARGEST, read_book_file
from app.points.books.models import PointsBook
from app.points.books.opening import row_or_404
from app.points.books.part_views import RuleBookPartView
from app.points.books.rows import book_of
from app.points.books.rules import BookRefused
from app.points.books.shipped import read_book
from app.points.books.trying import try_month
from app.points.books.workbook import write_workbook
from app.points.books.writing import book_data
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFUSALS = (BookRefused, NotPermitted, MonthIsClosed, FileRefused)


class RuleBookView(BaseView):  # type: ignore[misc]
    """Everything under /points/books."""

    route_base = "/points/books"
    default_view = "index"

    @expose("/")
    @permitted("points_rules", "read")
    def index(self) -> Any:
        """All versions within sight."""
        may_write = bool(current_actor().prefixes("points_rules", "write"))
        page = pages.index_page(queries.versions(), may_write=may_write, today=today())
        return self.render_template("register/show.html", page=page)

    @expose("/<int:book_id>")
    @permitted("points_rules", "read")
    def show(self, book_id: int) -> Any:
        """One version."""
        page = pages.show_page(row_or_404(book_id), actor=current_actor(), today=today())
        return self.render_template("points/book.html", page=page)

    @expose("/<int:book_id>/compare/<int:other_id>")
    @permitted("points_rules", "read")
    def compare(self, book_id: int, other_id: int) -> Any:
        """Two versions, what differs."""
        page = pages.compare_page(row_or_404(book_id), row_or_404(other_id))
        return self.render_template("register/show.html", page=page)

    @expose("/<int:book_id>/trial")
    @permitted("points_entries", "read")
    def trial(self, book_id: int) -> Any:
        """A past month by this version, for the chosen area."""
        row = row_or_404(book_id)
        try:
            month = parse(request.args.get("month", ""))
        except PeriodIsWrong:
            month = Period.of("month", today()).previous()
        if month.kind != "month":
            month = Period.of("month", month.last)
        tried = try_month(book_of(row), chosen_area(current_actor()), month)
        return self.render_template("register/show.html", page=pages.trial_page(row, month, tried))

    @expose("/<int:book_id>/export")
    @permitted("points_rules", "read")
    def export(self, book_id: int) -> Response:
        """The book as a YAML file, which `upload` and `books check` read."""
        row = row_or_404(book_id)
        text = yaml.safe_dump(book_data(book_of(row)), allow_unicode=True, sort_keys=False, width=120)
        return _download(row, text.encode(), "application/yaml", "yaml")

    @expose("/<int:book_id>/export.xlsx")
    @permitted("points_rules", "read")
    def workbook(self, book_id: int) -> Response:
        """The book as a workbook, which `upload` and `books check` read."""
        row = row_or_404(book_id)
        return _download(row, write_workbook(book_of(row)), XLSX, "xlsx")

    @expose("/new", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def new(self) -> Any:
        """A book that comes with the system becomes a draft."""
        error = ""
        if request.method == "POST":
            try:
                row = _draft_of_shipped()
                return redirect(url_for("RuleBookView.show", book_id=row.id))
            except REFUSALS as refused:
                error = str(refused)
        own_area = asked_area(current_actor(), "points_rules", "write")
        own = [row for row in queries.versions() if row.area_code == own_area]
        page = forms.shipped_form(own, request.form, error)
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/<int:book_id>/delete", methods=["POST"])
    @permitted("points_rules", "write")
    def delete(self, book_id: int) -> Any:
        """A draft nobody wants."""
        row = row_or_404(book_id)
        try:
            service.delete_draft(row, by=current_actor(), now=utc_now())
        except REFUSALS as refused:
            flash(str(refused), "red")
            return redirect(url_for("RuleBookView.show", book_id=book_id))
        flash(_("草稿已删除。"), "green")
        return redirect(url_for("RuleBookView.index"))

    @expose("/upload", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def upload(self) -> Any:
        """A file becomes a draft."""
        error = ""
        if request.method == "POST":
            try:
                row = _draft_of_file()
                return redirect(url_for("RuleBookView.show", book_id=row.id))
            except REFUSALS as refused:
                error = str(refused)
        page = forms.file_form(
            _("上传一本细则"), url_for("RuleBookView.upload"), url_for("RuleBookView.index"),
            _("从细则页面下载的 Excel 或文本文件，改好后再传上来，成为一个草稿。"), error,
        )  # fmt: skip
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/<int:book_id>/draft", methods=["POST"])
    @permitted("points_rules", "write")
    def draft(self, book_id: int) -> Any:
        """The next version, beginning as this one."""
        row = row_or_404(book_id)
        try:
            new = service.add_draft(book_of(row), area_code=row.area_code, by=current_actor())
        except REFUSALS as refused:
            flash(str(refused), "red")
            return redirect(url_for("RuleBookView.show", book_id=book_id))
        flash(_("已有第 %(n)s 版草稿，改好以后点“启用”。", n=new.number), "green")
        return redirect(url_for("RuleBookView.show", book_id=new.id))

    @expose("/<int:book_id>/file", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def file(self, book_id: int) -> Any:
        """Attach the document the book cites."""
        row, error = row_or_404(book_id), ""
        if request.method == "POST":
            try:
                if not _attach_sent(row):
                    raise BookRefused(_("请先选一个文件。"))
                return redirect(url_for("RuleBookView.show", book_id=book_id))
            except REFUSALS as refused:
                error = str(refused)
        address = url_for("RuleBookView.file", book_id=book_id)
        back = url_for("RuleBookView.show", book_id=book_id)
        page = forms.file_form(_("上传依据文件"), address, back, _("印发细则的文件，扫描件也可以。"), error)
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/<int:book_id>/publish", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def publish(self, book_id: int) -> Any:
        """Put a draft in force."""
        row, error = row_or_404(book_id), ""
        typed = request.form.get("on", Period.of("month", today()).following().first.isoformat())
        if request.method == "POST":
            try:
                day = Date().parse(typed)
                if day is None:
                    raise BookRefused(_("请填从哪天起用。"))
                _attach_sent(row)
                service.publish(row, on=day, by=current_actor())
                flash(_("第 %(n)s 版已定，从 %(day)s 起用。", n=row.number, day=day.isoformat()), "green")
                return redirect(url_for("RuleBookView.show", book_id=book_id))
            except Refused as refused:
                error = refused.message
            except REFUSALS as refused:
                error = str(refused)
        return self.render_template(
            "register/form.html", page=forms.publish_form(row, typed, error)
        ), 422 if error else 200


def _attach_sent(row: PointsBook) -> bool:
    """Keep the file that came with the form; whether there was one."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return False
    attach("points_books", row.uid, row.area_code, sent.filename, sent.read())
    return True


def _download(row: PointsBook, data: bytes, mimetype: str, suffix: str) -> Response:
    name = quote(f"{row.name}-{row.number}.{suffix}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(data, mimetype=mimetype, headers=headers)


def _draft_of_file() -> PointsBook:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BookRefused(_("请先选一个文件。"))
    book = read_book_file(sent.read(LARGEST + 1), source=sent.filename)
    return service.add_draft(book, area_code=asked_area(current_actor(), "points_rules", "write"), by=current_actor())


def _draft_of_shipped() -> PointsBook:
    book = read_book(request.form.get("book", "")[:40])
    instead_of = request.form.get("instead_of", "")[:40]
    return service.add_draft(
        replace(book, key=instead_of or book.key),
        area_code=asked_area(current_actor(), "points_rules", "write"),
        by=current_actor(),
    )


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu entry and the files of books."""
    appbuilder.add_view_no_menu(RuleBookView)
    appbuilder.add_view_no_menu(RuleBookPartView)
    register_record_kind(behind_the_wall(PointsBook))
    add_entry(Entry("points", "积分细则", "RuleBookView.index", "points_rules", icon="list"))
