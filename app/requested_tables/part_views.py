"""收表 for the community: its part filled on the page or by Excel, handed in, given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.areas.queries import name_of
from app.clock import local, today, utc_now
from app.fields.sealing import BoxIsDamaged
from app.language import gettext as _
from app.lowcode.exporting import download
from app.lowcode.importing.containers import FileIsRefused
from app.requested_tables import checks, gathering, part_pages, queries, service
from app.requested_tables.contents import Content
from app.requested_tables.editing import Changes
from app.requested_tables.models import RESOURCE, Collection, TableReturn
from app.requested_tables.opening import one, read
from app.requested_tables.rules import OPEN, StepRefused
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted
from app.workbooks.patching import CannotBePatched

_BASE = "/<int:collection_id>/<area>"


class PartView(BaseView):  # type: ignore[misc]
    """/requested_tables/collections/<collection>/<area>."""

    route_base = "/requested_tables/collections"
    default_view = "part"

    @expose(_BASE, methods=["GET"])
    @permitted(RESOURCE, "read")
    def part(self, collection_id: int, area: str) -> Any:
        """One community's table."""
        of, part = _part(collection_id, area)
        return self._page(of, part)

    def _page(self, of: Collection, part: TableReturn, *, error: str = "", status: int = 200) -> Any:
        wish, actor = read(of), current_actor()
        wanted = {"t": request.args.get("t", 0, type=int), "page": request.args.get("page", 1, type=int)}
        try:
            preview = _preview(of, part, wish)
            page = part_pages.part_page(
                of, part, wish, actor, wanted, today=today(), preview=preview, error=error
            )  # fmt: skip
        except BoxIsDamaged:
            abort(404)
        return self.render_template("requested_tables/part.html", page=page), status

    @expose(_BASE, methods=["POST"])
    @permitted(RESOURCE, "fill")
    def save(self, collection_id: int, area: str) -> Any:
        """Keep what was typed; the page asks for JSON while one types, a form without scripts gets the page again."""
        of, part = _part(collection_id, area)
        wish, actor, number = read(of), current_actor(), max(request.args.get("t", 0, type=int), 0)
        wants_json = request.accept_mimetypes.best == "application/json"
        version = request.form.get("version", -1, type=int)
        try:
            service.save(part, _changes(number), wish, version=version, by=actor)
        except (StepRefused, NotPermitted) as refusal:
            status = 409 if isinstance(refusal, service.ContentIsStale) else 422
            if wants_json:
                return jsonify(text=str(refusal)), status
            return self._page(of, _part(collection_id, area)[1], error=str(refusal), status=status)
        if not wants_json:
            return redirect(url_for("PartView.part", collection_id=collection_id, area=area, **_place()))
        part = _part(collection_id, area)[1]
        wrong = checks.faults(wish.tables, wish.choices, queries.draft_of(part), today=today())
        return jsonify(
            version=part.version,
            text=_("已自动保存 %(when)s", when=f"{local(utc_now()):%H:%M}"),
            faults={
                f"c-{each.row}-{each.position}": each.text
                for each in wrong
                if each.table == number and each.text != checks.MASKED
            },
        )

    @expose(_BASE + "/begin", methods=["POST"])
    @permitted(RESOURCE, "fill")
    def begin(self, collection_id: int, area: str) -> Any:
        """Fill it from the registers."""
        of, part = _part(collection_id, area)
        wish = read(of)
        return self._act(of, part, lambda: service.begin(part, wish, by=current_actor(), today=today()),
                         _("已从名册取数，请核对并补齐。"))  # fmt: skip

    @expose(_BASE + "/upload", methods=["POST"])
    @permitted(RESOURCE, "fill")
    def upload(self, collection_id: int, area: str) -> Any:
        """Take the community's own Excel as the draft."""
        of, part = _part(collection_id, area)
        wish, file = read(of), request.files.get("file")
        if file is None or not file.filename:
            return self._page(of, part, error=_("请先选一个表格文件。"), status=422)
        try:
            found = service.upload(part, file.read(), file.filename, wish, by=current_actor())
        except (FileIsRefused, StepRefused, NotPermitted) as refusal:
            return self._page(of, _part(collection_id, area)[1], error=str(refusal), status=422)
        flash(_("已读入“%(name)s”，请核对后上报。", name=file.filename), "green")
        for each in found[:6]:
            flash(each.text, "amber")
        return redirect(url_for("PartView.part", collection_id=collection_id, area=area))

    @expose(_BASE + "/hand_in", methods=["POST"])
    @permitted(RESOURCE, "submit")
    def hand_in(self, collection_id: int, area: str) -> Any:
        """上报."""
        of, part = _part(collection_id, area)
        wish, version = read(of), request.form.get("version", -1, type=int)
        return self._act(
            of, part, lambda: service.hand_in(part, wish, version=version, by=current_actor(), today=today()),
            _("已上报，内容已锁定。"),
        )  # fmt: skip

    @expose(_BASE + "/give_back", methods=["POST"])
    @permitted(RESOURCE, "review")
    def give_back(self, collection_id: int, area: str) -> Any:
        """退回."""
        of, part = _part(collection_id, area)
        reason = request.form.get("reason", "")
        return self._act(of, part, lambda: service.give_back(part, reason=reason, by=current_actor()),
                         _("已退回，社区会看到原因。"))  # fmt: skip

    @expose(_BASE + "/go_back", methods=["POST"])
    @permitted(RESOURCE, "review")
    def go_back(self, collection_id: int, area: str) -> Any:
        """Make an earlier version count again."""
        of, part = _part(collection_id, area)
        number = request.form.get("number", 0, type=int)
        return self._act(of, part, lambda: service.go_back(part, number, by=current_actor()),
                         _("已恢复第 %(n)s 稿。", n=number))  # fmt: skip

    @expose(_BASE + "/file", methods=["POST"])
    @permitted(RESOURCE, "read")
    def file(self, collection_id: int, area: str) -> Any:
        """The community's table as Excel, in the superior's format."""
        of, part = _part(collection_id, area)
        wish, actor = read(of), current_actor()
        if not (queries.may_fill(actor, part) or actor.covers(RESOURCE, "export", part.area_code)):
            abort(403)
        content = queries.draft_of(part) if part.state != OPEN else _preview(of, part, wish)
        try:
            body = gathering.part_workbook(
                of, part, wish, content, sees_numbers=part_pages.sees_numbers(wish, actor),
                sees_phones=queries.may_fill(actor, part), by=actor,
            )  # fmt: skip
        except CannotBePatched:
            return self._page(
                of, part, error=_("空表的内部结构不完整，没能按原样写回。请联系街道换一份空表。"), status=422
            )
        return download(body, f"{name_of(part.area_code)}_{of.title}.xlsx")

    def _act(self, of: Collection, part: TableReturn, step: Callable[[], Any], done: str) -> Any:
        try:
            step()
        except (StepRefused, NotPermitted) as refusal:
            fresh = _part(of.id, part.area_code)[1]
            return self._page(of, fresh, error=str(refusal), status=422)
        flash(done, "green")
        return redirect(url_for("PartView.part", collection_id=of.id, area=part.area_code))


def _part(collection_id: int, area: str) -> tuple[Collection, TableReturn]:
    of = one(collection_id)
    part = queries.return_of(of, area)
    if part is None:
        abort(404)
    return of, part


def _preview(of: Collection, part: TableReturn, wish: queries.Asked) -> Content:
    """What the registers know, before anybody began; only for those who will fill it."""
    actor = current_actor()
    if part.state != OPEN or of.is_closed or not queries.may_fill(actor, part):
        return []
    return [each.rows for each in service.prefilled(part, wish, actor, today=today())]


def _place() -> dict[str, Any]:
    return {"t": request.args.get("t", 0, type=int), "page": request.args.get("page", 1, type=int)}


def _changes(number: int) -> Changes:
    changes = Changes()
    for name, text in request.form.items():
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "c" and all(part.isdecimal() and len(part) < 6 for part in parts[1:]):
            changes.cells[number, int(parts[1]), int(parts[2])] = text
    removed = request.form.get("remove", "")
    if removed.isdecimal() and len(removed) < 6:
        changes.removed = (number, int(removed))
    if "add" in request.form:
        changes.added = number
    return changes
