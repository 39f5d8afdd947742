"""Pages on which parts of a draft are changed: one address each for a rule, a group, grades, weights and the whole."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.language import gettext as _
from app.points.books import service
from app.points.books.heading_parts import GroupPart, WholePart
from app.points.books.models import PointsBook
from app.points.books.opening import row_or_404
from app.points.books.parts import Part, Said, Typed
from app.points.books.rows import book_of
from app.points.books.rule_part import RulePart
from app.points.books.rules import BookRefused
from app.points.books.table_parts import GradesPart, WeightsPart
from app.points.books.typed import lines_of
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted


class RuleBookPartView(BaseView):  # type: ignore[misc]
    """Forms under /points/books/<id>."""

    route_base = "/points/books"

    @expose("/<int:book_id>/whole", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def whole(self, book_id: int) -> Any:
        """Name, basis, limits and switches."""
        return self._part(book_id, WholePart())

    @expose("/<int:book_id>/group", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def group(self, book_id: int) -> Any:
        """One group of rules."""
        return self._part(book_id, GroupPart(request.args.get("name", "")[:40]))

    @expose("/<int:book_id>/rule", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def rule(self, book_id: int) -> Any:
        """One rule."""
        return self._part(book_id, RulePart(request.args.get("code", "")[:20], request.args.get("group", "")[:40]))

    @expose("/<int:book_id>/grades", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def grades(self, book_id: int) -> Any:
        """The table of grades."""
        return self._part(book_id, GradesPart())

    @expose("/<int:book_id>/weights", methods=["GET", "POST"])
    @permitted("points_rules", "write")
    def weights(self, book_id: int) -> Any:
        """One table of weights."""
        return self._part(book_id, WeightsPart(request.args.get("name", "")[:40]))

    def _part(self, book_id: int, part: Part) -> Any:
        row = row_or_404(book_id)
        book = book_of(row)
        if request.method == "GET":
            return self._form(row, part, part.stored(book), Said.of(part.findings(book)))
        typed = _typed(part)
        if "add-line" in request.form:
            return self._form(row, part, _one_more_line(typed, request.form["add-line"]), Said())
        try:
            edit, after = part.read(request.form, book)
            service.change_draft(row, edit, seen=request.form.get("version", type=int), by=current_actor())
        except BookRefused as refused:
            return self._form(row, part, typed, Said({refused.key: refused.sentence}, is_refused=True), 422)
        except NotPermitted as refused:
            return self._form(row, part, typed, Said({"": str(refused)}, is_refused=True), 422)
        return _saved(row, after)

    def _form(self, row: PointsBook, part: Part, typed: Typed, said: Said, status: int = 200) -> Any:
        return self.render_template("register/form.html", page=part.form(row, typed, said)), status


def _typed(part: Part) -> Typed:
    lines = {name: lines_of(request.form, name, columns) for name, columns in part.lines.items()}
    return Typed({name: str(text) for name, text in request.form.items()}, lines)


def _one_more_line(typed: Typed, name: str) -> Typed:
    """Where scripts are off, 加一行 comes to the server."""
    return Typed(typed.texts, {table: [*lines, {}] if table == name else lines for table, lines in typed.lines.items()})


def _saved(row: PointsBook, part: Part) -> Any:
    """Back to the book; back to the form while the checker has something there that must be mended."""
    faults = [each for each in part.findings(book_of(row)) if each.is_fault]
    if faults:
        flash(_("已保存在草稿里。还有 %(n)s 处要改，改好才能启用。", n=len(faults)), "amber")
        return redirect(part.address(row))
    flash(_("已保存在草稿里。"), "green")
    return redirect(url_for("RuleBookView.show", book_id=row.id))
