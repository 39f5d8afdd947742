"""收表 for the office that gathers: sending down, the desk, the pile, the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from werkzeug.datastructures import FileStorage

from app.clock import today
from app.fields.refusal import Refused
from app.fields.types import Date
from app.language import gettext as _
from app.lowcode import service as rows_service
from app.lowcode.exporting import download
from app.lowcode.frame import chosen_area
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.page_models.forms import RevealPage
from app.lowcode.page_models.parts import Note, Option
from app.lowcode.sent import sent_id
from app.lowcode.viewing import note_reveal
from app.requested_tables import (
    blank_files,
    choosing,
    collection_pages,
    fillings,
    gathering,
    pile_pages,
    piles,
    queries,
    service,
)
from app.requested_tables.corrections import NOTHING_SAID, BlankCorrection
from app.requested_tables.models import RESOURCE, TableFilling
from app.requested_tables.opening import gathered, kept, one, read
from app.requested_tables.part_pages import sees_numbers
from app.requested_tables.rules import StepRefused
from app.security.actor import NotPermitted, current_actor
from app.security.addresses import safe_next
from app.security.permissions import permitted
from app.workbooks.patching import CannotBePatched

_TYPED = ("title", "due_on", "note")
_LONGEST_NOTE_KEPT = 200


class _Sent(NamedTuple):
    """The blank workbook to send down, and how it is to be read."""

    blank: bytes
    name: str
    said: BlankCorrection


def _brought() -> TableFilling | None:
    """The blank table whose header was pointed out before it is sent down; 404 for one of somebody else."""
    id_ = sent_id(request.args.get("filling", ""))
    if not id_:
        return None
    return kept(id_).filling


def _blank_of(file: FileStorage | None, brought: TableFilling | None) -> _Sent:
    if file is not None and file.filename:
        return _Sent(file.read(), file.filename, NOTHING_SAID)
    if brought is None:
        raise FileIsRefused(_("请先选要收的空表。"))
    of = fillings.opened(brought)
    return _Sent(of.blank, brought.file_name, BlankCorrection.from_json(brought.corrections))


def _ask_for_header(sent: _Sent, area: str, typed: Mapping[str, str], ticked: Sequence[str]) -> Any:
    """Keep the blank table, let a person point out its header, and come back with what was typed."""
    row = fillings.start(sent.blank, sent.name, area_code=area, by=current_actor())
    short: dict[str, Any] = {name: text for name, text in typed.items() if text and len(text) <= _LONGEST_NOTE_KEPT}
    back = url_for("CollectionView.send_down", filling=row.id, area=list(ticked), **short)
    if fillings.opened(row).tables:
        flash(_("这张表以前改过认表，已按上次的认法读。请核对后再下发。"), "blue")
        return redirect(back)
    flash(_("没有认出要填的表。请在列名那一行选“这是表头”，保存后接着下发。"), "amber")
    return redirect(url_for("BlankLayoutView.filling", filling_id=row.id, next=back))


class CollectionView(BaseView):  # type: ignore[misc]
    """/requested_tables/collections/."""

    route_base = "/requested_tables/collections"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """What one has to fill, and what one's office gathers."""
        page = collection_pages.collections_page(current_actor(), today=today())
        return self.render_template("requested_tables/collections.html", page=page)

    @expose("/new", methods=["GET", "POST"])
    @permitted(RESOURCE, "write")
    def send_down(self) -> Any:
        """下发."""
        actor, area = current_actor(), chosen_area(current_actor())
        said = request.args if request.method == "GET" else request.form
        typed, ticked = {name: said.get(name, "") for name in _TYPED}, said.getlist("area")
        brought = _brought()
        if request.method == "GET":
            page = collection_pages.send_down_page(
                area, today=today(), typed=typed if any(typed.values()) else None, ticked=ticked, brought=brought
            )
            return self._send_down_page(page)
        try:
            sent = _blank_of(request.files.get("file"), brought)
            if not (tables := blank_files.found_tables(sent.blank, said=sent.said)):
                return _ask_for_header(sent, area, typed, ticked)
            made = service.send_down(
                title=typed["title"], note=typed["note"], due_on=Date().parse(typed["due_on"]), areas=ticked,
                blank=sent.blank, file_name=sent.name, choices=fillings.proposed(tables, area, actor), area_code=area,
                by=actor, today=today(), said=sent.said,
            )  # fmt: skip
        except (FileIsRefused, StepRefused, NotPermitted, Refused) as refusal:
            error = getattr(refusal, "message", "") or str(refusal)
            page = collection_pages.send_down_page(
                area, today=today(), typed=typed, error=error, ticked=ticked, brought=brought
            )
            return self._send_down_page(page, 422)
        flash(_("已下发给 %(n)s 个单位，他们的待办里已经能看到。", n=len(set(ticked))), "green")
        return redirect(url_for("CollectionView.desk", collection_id=made.id))

    def _send_down_page(self, page: Any, status: int = 200) -> Any:
        return self.render_template("requested_tables/send_down.html", page=page), status

    @expose("/<int:collection_id>")
    @permitted(RESOURCE, "read")
    def desk(self, collection_id: int) -> Any:
        """Who has returned."""
        of = gathered(collection_id, "read")
        page = collection_pages.desk_page(of, read(of), today=today())
        return self.render_template("requested_tables/desk.html", page=page)

    @expose("/<int:collection_id>/blank")
    @permitted(RESOURCE, "read")
    def blank(self, collection_id: int) -> Any:
        """The blank table as it was sent down."""
        of = one(collection_id)
        return download(read(of).blank, of.file_name)

    @expose("/<int:collection_id>/close", methods=["POST"])
    @permitted(RESOURCE, "write")
    def close(self, collection_id: int) -> Any:
        """End it, or open it again."""
        of = gathered(collection_id)
        service.close(of, is_closed="open" not in request.form, by=current_actor())
        return redirect(url_for("CollectionView.desk", collection_id=collection_id))

    @expose("/<int:collection_id>/choose", methods=["GET", "POST"])
    @permitted(RESOURCE, "write")
    def choose(self, collection_id: int) -> Any:
        """From which register a community's table is filled beforehand."""
        of, actor = gathered(collection_id), current_actor()
        wish = read(of)
        if request.method == "GET":
            page = collection_pages.choose_page(of, wish, wish.choices, actor)
            return self.render_template("requested_tables/choose.html", page=page)
        chosen = choosing.read_choices(wish.tables, wish.choices, request.form, actor)
        is_changed = choosing.is_register_changed(wish.choices, chosen)
        try:
            service.rechoose(of, chosen, by=actor)
        except StepRefused as refusal:
            flash(str(refusal), "red")
            return redirect(url_for("CollectionView.desk", collection_id=collection_id))
        if "again" in request.form or is_changed:
            page = collection_pages.choose_page(of, wish, chosen, actor)
            return self.render_template("requested_tables/choose.html", page=page)
        return redirect(url_for("CollectionView.desk", collection_id=collection_id))

    @expose("/<int:collection_id>/pile", methods=["GET", "POST"])
    @permitted(RESOURCE, "write")
    def pile(self, collection_id: int) -> Any:
        """Drop files, and see whose they are."""
        of, actor = gathered(collection_id), current_actor()
        wish = read(of)
        notes: tuple[Note, ...] = ()
        if request.method == "POST":
            files = [
                piles.Upload(each.filename, each.read()) for each in request.files.getlist("files") if each.filename
            ]
            try:
                here = url_for("CollectionView.pile", collection_id=collection_id)
                piles.add_files(of, wish, files, by=actor, next_url=here)
                return redirect(here)
            except (StepRefused, NotPermitted) as refusal:
                notes = (Note(str(refusal), "red"),)
        page = pile_pages.pile_page(of, wish, notes=notes)
        return self.render_template("requested_tables/pile.html", page=page), 422 if notes else 200

    @expose("/<int:collection_id>/pile/take", methods=["POST"])
    @permitted(RESOURCE, "write")
    def take_in(self, collection_id: int) -> Any:
        """Take the ticked files in; whose the others are is kept too."""
        of, actor = gathered(collection_id), current_actor()
        owners = {
            id_: value
            for name, value in request.form.items()
            if name.startswith("owner-") and (id_ := sent_id(name[6:]))
        }
        ids = [id_ for text in request.form.getlist("id") if (id_ := sent_id(text))]
        back = url_for("CollectionView.pile", collection_id=collection_id)
        piles.assign(of, owners, by=actor)
        if "assign" in request.form:
            return redirect(back)
        try:
            count = piles.take_in(of, ids, by=actor)
        except (StepRefused, NotPermitted) as refusal:
            flash(str(refusal), "red")
            return redirect(back)
        flash(_("收下了 %(n)s 家的表。", n=count), "green")
        return redirect(url_for("CollectionView.desk", collection_id=collection_id))

    @expose("/<int:collection_id>/pile/drop", methods=["POST"])
    @permitted(RESOURCE, "write")
    def drop(self, collection_id: int) -> Any:
        """Take a file from the pile."""
        piles.drop(gathered(collection_id), request.form.get("file", 0, type=int), by=current_actor())
        return redirect(url_for("CollectionView.pile", collection_id=collection_id))

    @expose("/<int:collection_id>/pile/drop_unread", methods=["POST"])
    @permitted(RESOURCE, "write")
    def drop_unread(self, collection_id: int) -> Any:
        """Throw away what the worker has not read."""
        piles.drop_unread(gathered(collection_id), by=current_actor())
        return redirect(url_for("CollectionView.pile", collection_id=collection_id))

    @expose("/<int:collection_id>/summary")
    @permitted(RESOURCE, "read")
    def summary(self, collection_id: int) -> Any:
        """The result on the page, with what was found wrong."""
        of = gathered(collection_id, "read")
        wish = read(of)
        wanted = {"t": request.args.get("t", 0, type=int), "page": request.args.get("page", 1, type=int)}
        made = gathering.summary(wish, queries.returns_of(of))
        page = collection_pages.summary_page(
            of, wish, made, wanted, sees_numbers=sees_numbers(wish, current_actor())
        )  # fmt: skip
        return self.render_template("requested_tables/summary.html", page=page)

    @expose("/<int:collection_id>/summary/file", methods=["POST"])
    @permitted(RESOURCE, "export")
    def summary_file(self, collection_id: int) -> Any:
        """The result in the superior's format."""
        of, actor = gathered(collection_id, "read"), current_actor()
        wish = read(of)
        made = gathering.summary(wish, queries.returns_of(of))
        try:
            body = gathering.workbook(of, wish, made, sees_numbers=sees_numbers(wish, actor), by=actor)
        except (CannotBePatched, NotPermitted) as refusal:
            damaged = _("空表的内部结构不完整，没能按原样写回。请用 Excel 打开原表，另存为 .xlsx，重新下发。")
            flash(damaged if isinstance(refusal, CannotBePatched) else str(refusal), "red")
            return redirect(url_for("CollectionView.summary", collection_id=collection_id))
        return download(body, f"{of.title}_汇总.xlsx")

    @expose("/reveal", methods=["GET", "POST"])
    @permitted(RESOURCE, "read")
    def reveal(self) -> Any:
        """Say why numbers are to be seen."""
        actor, back, error = current_actor(), safe_next(request.values.get("next", "/")), ""
        if request.method == "POST":
            try:
                resource: Any = SimpleNamespace(name=RESOURCE)
                rows_service.reveal(
                    resource, reason=request.form.get("reason", ""), area_code=chosen_area(actor), by=actor
                )
                note_reveal(RESOURCE)
                return redirect(back)
            except rows_service.SaveRefused as refused:
                error = str(refused)
        page = RevealPage(
            title=_("查看完整证件号和电话"),
            text=_("选一个原因后，30 分钟内可以看到收表里的完整号码。谁在什么时候为什么看过都有记录。"),
            submit_url=url_for("CollectionView.reveal", next=back),
            cancel_url=back,
            reasons=tuple(Option(reason, _(reason)) for reason in rows_service.REVEAL_REASONS),
            error=error,
        )
        return self.render_template("register/reveal.html", page=page)
