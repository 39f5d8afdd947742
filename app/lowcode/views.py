"""The pages of every register: list, show, add, edit, recycle bin, bulk actions, choices, export, print."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, abort, flash, jsonify, redirect, request, session, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from werkzeug.routing import BaseConverter, ValidationError

from app.clock import today
from app.database.transactions import writing
from app.files.records import behind_the_wall, register_record_kind
from app.language import gettext as _
from app.lowcode import beside, exporting, form_page, list_page, moving, queries, service, show_page
from app.lowcode.column import Column
from app.lowcode.frame import area_choices as own_areas
from app.lowcode.frame import chosen_area, is_narrowed
from app.lowcode.importing.pages import own_tables
from app.lowcode.page_models.forms import RevealPage
from app.lowcode.page_models.lists import EmptyState, ListPage, SearchGroup, SearchPage
from app.lowcode.page_models.parts import Action, Link, Option, PanelItem
from app.lowcode.register import Register, register, registers
from app.lowcode.sent import sent_id
from app.lowcode.viewing import note_reveal, viewer_of
from app.security.actor import NotPermitted, current_actor
from app.security.addresses import safe_next
from app.security.permissions import FROM_ROUTE, permitted, signed_in_only

SEARCH_HITS = 5


class RegisterConverter(BaseConverter):
    """Lets a route match the names of registers only."""

    regex = "[a-z][a-z_]*"

    def to_python(self, value: str) -> str:
        if value not in {reg.name for reg in registers()}:
            raise ValidationError
        return value


def _row_or_404(reg: Register, row_id: int, *, is_deleted: bool = False) -> Any:
    row = queries.get(reg, row_id, is_deleted=is_deleted)
    if row is None:
        abort(404)
    return row


class RegisterView(BaseView):  # type: ignore[misc]
    """One view for all registers; the address names the register, and so does the permission."""

    route_base = ""
    default_view = "list"

    @expose("/<register:register_name>/list/")
    @permitted(FROM_ROUTE, "read")
    def list(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        wish = _wish(reg)
        columns = _columns(reg)
        found = queries.page(reg, wish, actor)
        missing = [column for column in columns if column.name not in found.labels and column.kind in ("link", "place")]
        found.labels.update(queries.labels_of(missing, found.rows))
        labels = _filter_labels(reg, wish)
        page = list_page.build(
            reg, wish, found, viewer_of(reg, actor, today=today()), columns=columns,
            area_label=labels.get("area", ""), filter_labels=labels,
        )  # fmt: skip
        return self.render_template("register/list.html", page=page)

    @expose("/<register:register_name>/show/<int:row_id>")
    @permitted(FROM_ROUTE, "read")
    def show(self, register_name: str, row_id: int) -> Any:
        reg = register(register_name)
        row = _row_or_404(reg, row_id)
        page = show_page.build(reg, row, viewer_of(reg, current_actor(), today=today()))
        return self.render_template("register/show.html", page=page)

    @expose("/<register:register_name>/add", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "write")
    def add(self, register_name: str) -> Any:
        return self._form(register(register_name), None)

    @expose("/<register:register_name>/edit/<int:row_id>", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "write")
    def edit(self, register_name: str, row_id: int) -> Any:
        reg = register(register_name)
        row = _row_or_404(reg, row_id)
        if not current_actor().covers(reg.name, "write", row.area_code):
            abort(403)
        if request.method == "GET" and reg.why_fixed is not None and reg.why_fixed(row):
            return redirect(url_for("RegisterView.show", register_name=reg.name, row_id=row.id))  # it says why
        return self._form(reg, row)

    def _form(self, reg: Register, row: Any | None) -> Any:
        actor = current_actor()
        viewer = viewer_of(reg, actor, today=today())
        area = chosen_area(actor) if actor.covers(reg.name, "write", chosen_area(actor)) else ""
        if request.method == "GET":
            return self._render_form(form_page.build(reg, row, viewer, area=area, typed=_linked(reg) or None))
        typed = form_page.typed_values(reg, request.form, row)
        if "add-line" in request.form:
            typed.setdefault(request.form["add-line"], []).append({})
            return self._render_form(form_page.build(reg, row, viewer, typed=typed))
        version = request.form.get("version", type=int)
        try:
            saved = service.save(reg, row, typed, by=actor, today=today(), version=version)
        except service.SaveRefused as refused:
            return self._render_form(form_page.build(reg, row, viewer, typed=typed, errors=refused.errors), 422)
        except service.RowIsStale:
            fresh = _row_or_404(reg, row.id if row else 0)
            conflict = form_page.conflict_of(reg, fresh, typed, viewer)
            return self._render_form(form_page.build(reg, fresh, viewer, typed=typed, conflict=conflict), 409)
        except NotPermitted as refusal:
            return self._render_form(form_page.build(reg, row, viewer, typed=typed, errors={"": str(refusal)}), 403)
        flash(_("已保存：%(title)s", title=reg.title_of(saved, today())), "green")
        if request.form.get("save") == "stay":
            return redirect(url_for("RegisterView.add", register_name=reg.name))
        return redirect(url_for("RegisterView.show", register_name=reg.name, row_id=saved.id))

    def _render_form(self, page: Any, status: int = 200) -> Any:
        return self.render_template("register/form.html", page=page), status

    @expose("/<register:register_name>/delete/<int:row_id>", methods=["POST"])
    @permitted(FROM_ROUTE, "write")
    def delete(self, register_name: str, row_id: int) -> Any:
        reg = register(register_name)
        row = _row_or_404(reg, row_id)
        try:
            service.delete(reg, row, by=current_actor())
        except service.SaveRefused as refused:
            flash(str(refused), "red")
            return redirect(url_for("RegisterView.show", register_name=reg.name, row_id=row.id))
        flash(_("已删除：%(title)s，可在回收站恢复。", title=reg.title_of(row, today())), "green")
        return redirect(url_for("RegisterView.list", register_name=reg.name))

    @expose("/<register:register_name>/bulk", methods=["POST"])
    @permitted(FROM_ROUTE, "write")
    def bulk(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        ids = [id_ for text in request.form.getlist("id") if (id_ := sent_id(text))][:500]
        rows = [row for row in queries.rows_by_id(reg, ids) if actor.covers(reg.name, "write", row.area_code)]
        key = request.form.get("action", "")
        action = next((action for action in reg.actions if action.key == key), None)
        if key != "delete" and action is None:
            abort(400)
        try:
            with writing():
                if action is None:
                    service.delete_all(reg, rows, by=actor, today=today())
                else:
                    for row in rows:
                        action.run(row, actor)
        except service.SaveRefused as refused:
            flash(_("%(why)s 选中的都没有动，请去掉这一条再试。", why=str(refused)), "red")
            return redirect(url_for("RegisterView.list", register_name=reg.name))
        left_out = len(ids) - len(rows)
        text = _("已处理 %(n)s 条。", n=len(rows))
        if left_out:
            text += _("有 %(n)s 条不在您负责的范围内，没有动。", n=left_out)
        flash(text, "amber" if left_out else "green")
        return redirect(url_for("RegisterView.list", register_name=reg.name))

    @expose("/<register:register_name>/bin/")
    @permitted(FROM_ROUTE, "write")
    def bin(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        viewer = viewer_of(reg, actor, today=today())
        rows = queries.deleted(reg)
        labels = queries.labels_of(reg.listed, rows)
        views = list_page.row_views(reg, reg.listed, rows, viewer, labels)
        views = tuple(
            type(view)(view.id, tuple(type(c)(c.text, c.kind, "", c.tone) for c in view.cells)) for view in views
        )
        url = url_for("RegisterView.list", register_name=reg.name)
        page = ListPage(
            title=_("%(title)s回收站", title=_(reg.title)),
            list_url=url_for("RegisterView.bin", register_name=reg.name),
            count_text=_("共 %(n)s 条", n=len(rows)),
            columns=tuple(
                type(head)(head.name, head.label, head.align)
                for head in list_page.build(
                    reg, queries.Wish(), queries.Page((), 0, False, False, False), viewer, columns=reg.listed
                ).columns
            ),
            rows=views,
            bulk_actions=(
                Action(
                    _("恢复"),
                    url_for("RegisterView.restore", register_name=reg.name),
                    "primary",
                    "post",
                    confirm=_("恢复选中的 {count} 条。"),
                ),
            ),
            toolbar=(Action(_("返回名册"), url),),
            empty=None if rows else EmptyState(_("回收站是空的"), actions=(Action(_("返回名册"), url),)),
        )
        return self.render_template("register/list.html", page=page)

    @expose("/<register:register_name>/restore", methods=["POST"])
    @permitted(FROM_ROUTE, "write")
    def restore(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        done, problems = 0, []
        for text in request.form.getlist("id"):
            row = queries.get(reg, id_, is_deleted=True) if (id_ := sent_id(text)) else None
            if row is None or not actor.covers(reg.name, "write", row.area_code):
                continue
            try:
                service.restore(reg, row, by=actor, today=today())
                done += 1
            except service.SaveRefused as refused:
                problems.append(f"{reg.title_of(row, today())}：{refused}")
        flash(_("已恢复 %(n)s 条。", n=done), "green")
        for problem in problems:
            flash(problem, "red")
        return redirect(url_for("RegisterView.bin", register_name=reg.name))

    @expose("/<register:register_name>/choices")
    @permitted(FROM_ROUTE, "read")
    def choices(self, register_name: str) -> Response:
        found = queries.choices(register_name, request.args.get("q", "")[:50], current_actor())
        return jsonify({"results": [{"id": id_, "text": text, "hint": hint} for id_, text, hint in found]})

    @expose("/areas/choices")
    @permitted("areas", "read")
    def area_choices(self) -> Response:
        found = form_page.area_choices(request.args.get("q", "")[:50])
        return jsonify({"results": [{"id": code, "text": text, "hint": hint} for code, text, hint in found]})

    @expose("/<register:register_name>/columns", methods=["POST"])
    @permitted(FROM_ROUTE, "read")
    def columns(self, register_name: str) -> Any:
        reg = register(register_name)
        chosen = [name for name in request.form.getlist("column") if name in {column.name for column in reg.columns}]
        kept = dict(session.get("columns", {}))
        kept.pop(reg.name, None)
        if chosen and not request.form.get("reset"):
            kept[reg.name] = chosen[:20]
        session["columns"] = kept
        return redirect(url_for("RegisterView.list", register_name=reg.name))

    @expose("/<register:register_name>/reveal", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "read")
    def reveal(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        back = safe_next(request.values.get("next", "/"))
        error = ""
        if request.method == "POST":
            try:
                service.reveal(reg, reason=request.form.get("reason", ""), area_code=chosen_area(actor), by=actor)
                note_reveal(reg.name)
                return redirect(back)
            except service.SaveRefused as refused:
                error = str(refused)
        page = RevealPage(
            title=_("查看完整证件号和电话"),
            text=_(
                "选一个原因后，30 分钟内可以看到“%(title)s”的完整号码。谁在什么时候为什么看过都有记录。",
                title=_(reg.title),
            ),
            submit_url=url_for("RegisterView.reveal", register_name=reg.name, next=back),
            cancel_url=back,
            reasons=tuple(Option(reason, _(reason)) for reason in service.REVEAL_REASONS),
            error=error,
        )
        return self.render_template("register/reveal.html", page=page)

    @expose("/<register:register_name>/export", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "export")
    def export(self, register_name: str) -> Any:
        reg = register(register_name)
        if request.method == "GET":
            page = exporting.export_page(
                reg, _wish(reg), request, own_tables=own_tables.formats(reg, current_actor())
            )  # fmt: skip
            return self.render_template("register/print.html", page=page)
        if address := own_tables.address_of(reg, request.form.get("format", ""), current_actor()):
            return redirect(address)
        return exporting.send(reg, _wish(reg), request.form, current_actor())

    @expose("/<register:register_name>/print", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "export")
    def print(self, register_name: str) -> Any:
        reg = register(register_name)
        if request.method == "GET":
            return self.render_template("register/print.html", page=exporting.print_page(reg, _wish(reg), request))
        return exporting.send(reg, _wish(reg), request.form, current_actor())


def _wish(reg: Register) -> queries.Wish:
    actor = current_actor()
    area = chosen_area(actor) if is_narrowed(actor) else ""
    return list_page.read_wish(reg, request.args, area=area)


def _linked(reg: Register) -> dict[str, str]:
    """Rows and area the address of an empty form already names: `add?event=12`, from the page of that row."""
    links = [column.name for column in reg.columns if column.kind in ("link", "place")]
    return {name: request.args[name][:20] for name in links if name in request.args}


def _columns(reg: Register) -> tuple[Column, ...]:
    chosen = session.get("columns", {}).get(reg.name)
    if chosen:
        columns = tuple(column for column in reg.columns if column.name in chosen and column.kind != "lines")
        if columns:
            return columns
    covered = beside.covered(reg)
    return tuple(column for column in reg.listed if column.name not in covered)


def _filter_labels(reg: Register, wish: queries.Wish) -> dict[str, str]:
    labels: dict[str, str] = {}
    if wish.area:
        labels["area"] = queries.asked_area_name(wish.area, current_actor())
    for name, value in wish.filters:
        column = reg.column(name)
        if column.kind == "link" and (id_ := sent_id(value)):
            labels[name] = queries.row_titles(column.target, {id_}).get(id_, value)
    return labels


class ScopeView(BaseView):  # type: ignore[misc]
    """Choosing the area one works in."""

    route_base = "/scope"
    default_view = "choose"

    @expose("/", methods=["POST"])
    @signed_in_only("只在本人已有的范围里挑一个")
    def choose(self) -> Any:
        wanted = request.form.get("area", "")
        if wanted in {area.code for area in own_areas(current_actor())}:
            session["area"] = wanted
        return redirect(safe_next(request.form.get("next", "/")))


class SearchView(BaseView):  # type: ignore[misc]
    """The search box in the masthead: every register the person may read, sensitive ones never."""

    route_base = "/search"
    default_view = "index"

    @expose("/")
    @signed_in_only("结果按每本名册各自的权限裁剪")
    def index(self) -> Any:
        actor = current_actor()
        words = request.args.get("q", "").strip()[:100]
        groups = []
        for reg in registers():
            if not words or reg.is_sensitive or not actor.allows(reg.name, "read"):
                continue
            wish = queries.Wish(words=words, size=SEARCH_HITS)
            found = queries.page(reg, wish, actor)
            if found.rows:
                groups.append(_search_group(reg, wish, found))
        page = SearchPage(
            title=_("搜索"),
            value=words,
            search_url=url_for("SearchView.index"),
            groups=tuple(groups),
            empty=None
            if groups
            else EmptyState(_("没有找到“%(words)s”", words=words), _("换个说法，或只输入姓名中的两个字、拼音首字母。")),
        )
        return self.render_template("search/results.html", page=page)


def _search_group(reg: Register, wish: queries.Wish, found: queries.Page) -> SearchGroup:
    names = queries.area_names({row.area_code for row in found.rows})
    items = tuple(
        PanelItem(
            reg.title_of(row, today()),
            url_for("RegisterView.show", register_name=reg.name, row_id=row.id),
            names.get(row.area_code, ""),
        )
        for row in found.rows
    )
    more = Link(_("全部"), list_page.address(reg, wish, size=25)) if found.has_more else None
    return SearchGroup(_(reg.title), _("%(n)s 条", n=f"{found.count}{'+' if found.is_capped else ''}"), items, more)


def install(app: Flask, appbuilder: AppBuilder) -> None:
    """Routes of all registers; their number does not grow with the registers."""
    app.url_map.converters["register"] = RegisterConverter
    moving.install()
    for reg in registers():
        register_record_kind(behind_the_wall(reg.model, name=reg.name, is_logged=reg.is_sensitive))
    for view in (RegisterView, ScopeView, SearchView):
        appbuilder.add_view_no_menu(view)
