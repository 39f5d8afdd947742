"""Pages of rule books: versions, reading, changing a draft, publishing, comparing, 试算, files in and out."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

import yaml
from flask import Flask, Response, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.fields.refusal import Refused
from app.fields.types import Date
from app.files.kinds import FileRefused
from app.files.records import behind_the_wall, register_record_kind
from app.files.service import attach
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, chosen_area
from app.periods.queries import MonthIsClosed
from app.periods.rules import Period, PeriodIsWrong, parse
from app.points.books import forms, pages, queries, service
from app.points.books.models import PointsBook
from app.points.books.rows import book_of
from app.points.books.rules import BookRefused
from app.points.books.shipped import read_text
from app.points.books.trying import try_month
from app.points.books.writing import book_data
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted

log = logging.getLogger(__name__)

LARGEST = 1024 * 1024
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
        page = pages.show_page(_row(book_id), actor=current_actor(), today=today())
        return self.render_template("register/show.html", page=page)

    @expose("/<int:book_id>/compare/<int:other_id>")
    @permitted("points_rules", "read")
    def compare(self, book_id: int, other_id: int) -> Any:
        """Two versions, what differs."""
        page = pages.compare_page(_row(book_id), _row(other_id))
        return self.render_template("register/show.html", page=page)

    @expose("/<int:book_id>/trial")
    @permitted("points_entries", "read")
    def trial(self, book_id: int) -> Any:
        """A past month by this version, for the chosen area."""
        row = _row(book_id)
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
        row = _row(book_id)
        text = yaml.safe_dump(book_data(book_of(row)), allow_unicode=True, sort_keys=False, width=120)
        name = quote(f"{row.name}-{row.number}.yaml")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(text, mimetype="application/yaml", headers=headers)

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
            _("从细则页面“下载”得到的文件，改好后再传上来，成为一个草稿。"), error,
        )  # fmt: skip
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/<int:book_id>/draft", methods=["POST"])
    @permitted("points_rules", "write")
    def draft(self, book_id: int) -> Any:
        """The next version, beginning as this one."""
        row = _row(book_id)
        try:
            new = service.add_draft(book_of(row), area_code=row.area_code, by=current_actor())
        except REFUSALS as refused:
            flash(str(refused), "red")
            return redirect(url_for("RuleBookView.show", book_id=book_id))
        flash(_("已有第 %(n)s 版草稿，改好以后点“启用”。", n=new.number), "green")
        return redirect(url_for("RuleBookView.show", book_id=new.id))

    @expose("/<int:book_id>/rule", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def rule(self, book_id: int) -> Any:
        """One rule of a draft."""
        row, code, error = _row(book_id), request.args.get("code", "")[:20], ""
        if request.method == "POST":
            try:
                group, rule = forms.typed_rule(request.form)
                service.change_rule(row, code, group_name=group, rule=rule, by=current_actor())
                return redirect(url_for("RuleBookView.show", book_id=book_id))
            except REFUSALS as refused:
                error = str(refused)
        page = forms.rule_form(row, code, request.form if error else None, error)
        return self.render_template("register/form.html", page=page), 422 if error else 200

    @expose("/<int:book_id>/file", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def file(self, book_id: int) -> Any:
        """Attach the document the book cites."""
        row, error = _row(book_id), ""
        if request.method == "POST":
            sent = request.files.get("file")
            try:
                if sent is None or not sent.filename:
                    raise BookRefused(_("请先选一个文件。"))
                attach("points_books", row.uid, row.area_code, sent.filename, sent.read())
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
        row, error = _row(book_id), ""
        typed = request.form.get("on", Period.of("month", today()).following().first.isoformat())
        if request.method == "POST":
            try:
                day = Date().parse(typed)
                if day is None:
                    raise BookRefused(_("请填从哪天起用。"))
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


def _row(book_id: int) -> PointsBook:
    row = queries.version(book_id)
    if row is None:
        abort(404)
    try:
        book_of(row)
    except BookRefused as damaged:  # written past the service: no page can show it
        log.warning("Book %s cannot be read: %s", book_id, damaged)
        abort(404)
    return row


def _draft_of_file() -> PointsBook:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BookRefused(_("请先选一个文件。"))
    data = sent.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BookRefused(_("文件太大，不像是一本细则。"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BookRefused(_("不是细则文件，不能读取。请用细则页面“下载”得到的文件来改。")) from None
    actor = current_actor()
    area = next(iter(actor.prefixes("points_rules", "write")), "")
    return service.add_draft(read_text(text, source=sent.filename), area_code=chosen_area(actor) or area, by=actor)


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, menu entry and the files of books."""
    appbuilder.add_view_no_menu(RuleBookView)
    register_record_kind(behind_the_wall(PointsBook))
    add_entry(Entry("points", "积分细则", "RuleBookView.index", "points_rules", icon="list"))
