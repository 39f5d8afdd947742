"""The pages under /areas/: the tree, changing one node, and the wizard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Flask, abort, flash, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose

import app.area_tree.service  # noqa: F401 - registers what moves along
from app.area_tree.pages import at_url, tree_page
from app.area_tree.wizard import wizard_page
from app.areas import queries, service
from app.areas.queries import AreaRow
from app.areas.rules import AreaRefused
from app.clock import today
from app.fields.codes import code_list
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry, chosen_area
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Note, Option
from app.security.actor import current_actor, require
from app.security.permissions import permitted
from app.settings.queries import profile


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """One small form."""

    title: str
    fields: tuple[FieldView, ...]
    submit_label: str
    cancel_url: str
    is_dangerous: bool = False
    notes: tuple[Note, ...] = ()


class AreaTreeView(BaseView):  # type: ignore[misc]
    """/areas/: the tree and one node of it."""

    route_base = "/areas"
    default_view = "index"

    @expose("/")
    @permitted("areas", "read")
    def index(self) -> Any:
        code = request.args.get("at", "")
        if not code:
            code = chosen_area(current_actor()) or profile().top_code
        return self.render_template("area_tree/index.html", page=tree_page(_seen(code), today=today()))

    @expose("/<code>/edit", methods=["GET", "POST"])
    @permitted("areas", "write")
    def edit(self, code: str) -> Any:
        row = _seen(code)
        require("areas", "write", code)
        title = profile().responsible_titles.get(row.level) or _("负责人")
        fields = (
            FieldView(name="name", label=_("名称"), value=row.name, is_required=True, max_length=80),
            FieldView(name="responsible", label=title, value=row.responsible_name or "", max_length=40),
            *_paper_fields(_("改名称时填生效日期；只改负责人不用管。"), is_required=False),
        )
        return self._form(_("修改%(name)s", name=row.name), fields, _("保存"), code, lambda: self._save(row))

    def _save(self, row: AreaRow) -> str:
        name = request.form.get("name", "").strip()
        if name != row.name:
            service.rename_area(row.code, name, on=_day(), document=request.form.get("document", "").strip())
        if request.form.get("responsible", "").strip() != (row.responsible_name or ""):
            service.set_responsible(row.code, request.form["responsible"])
        flash(_("已保存。"), "green")
        return row.code

    @expose("/<code>/add", methods=["GET", "POST"])
    @permitted("areas", "write")
    def add(self, code: str) -> Any:
        row = _seen(code)
        require("areas", "write", code)
        level = queries.child_level_name(code)
        if not level:
            abort(404)
        kinds = (("", _("不分种类")), *code_list("grid_kind").choices())
        fields = [
            FieldView(name="name", label=_("名称"), is_required=True, max_length=80, placeholder=_("例如：第九网格")),
            FieldView(name="responsible", label=_("负责人"), max_length=40),
            *_paper_fields(_("编码由系统按顺序给出，用过的编码不会再用。")),
        ]
        if level == profile().level_name(profile().grid_level):
            fields.insert(1, FieldView(name="kind", label=_("网格类型"), widget="choice", value="basic",
                                       options=tuple(Option(key, label) for key, label in kinds)))  # fmt: skip
        title = _("在%(name)s增设%(level)s", name=row.name, level=level)
        return self._form(title, tuple(fields), _("增设"), code, lambda: self._add(code))

    def _add(self, parent: str) -> str:
        form = request.form
        made = service.create_area(
            parent,
            form.get("name", ""),
            on=_day(),
            document=form.get("document", "").strip(),
            kind=form.get("kind") if form.get("kind") in dict(code_list("grid_kind").choices()) else None,
            responsible_name=form.get("responsible", "").strip()[:40] or None,
        )
        flash(_("已增设，编码 %(code)s。", code=made), "green")
        return made

    @expose("/<code>/close", methods=["GET", "POST"])
    @permitted("areas", "write")
    def close(self, code: str) -> Any:
        row = _seen(code)
        require("areas", "write", code)
        fields = _paper_fields(_("从这一天起不再使用；编码不会再给别的区域。"))
        parent = row.parent_code or code

        def close() -> str:
            document = request.form.get("document", "").strip()
            if not document:
                raise AreaRefused(_("请写明依据的文件。"))
            service.close_area(code, on=_day(), document=document)
            flash(_("%(name)s已撤销。", name=row.name), "green")
            return parent

        return self._form(_("撤销%(name)s", name=row.name), fields, _("撤销"), code, close, is_dangerous=True)

    def _form(
        self, title: str, fields: tuple[FieldView, ...], label: str, code: str, save: Any, *, is_dangerous: bool = False
    ) -> Any:
        notes: tuple[Note, ...] = ()
        if request.method == "POST":
            try:
                return redirect(at_url(save()))
            except (AreaRefused, Refused) as refused:
                notes = (Note(str(refused), "red"),)
                fields = tuple(replace(item, value=request.form.get(item.name, "")) for item in fields)
        page = FormPage(
            title=title, fields=fields, submit_label=label, cancel_url=at_url(code), is_dangerous=is_dangerous,
            notes=notes,
        )  # fmt: skip
        return self.render_template("area_tree/form.html", page=page), 422 if notes else 200


class ReorganiseView(BaseView):  # type: ignore[misc]
    """/areas/reorganise: 合并, 拆分, 划转 in three steps."""

    route_base = "/areas/reorganise"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @permitted("areas", "write")
    def index(self) -> Any:
        parent = request.values.get("at", "") or chosen_area(current_actor()) or profile().top_code
        row = _seen(parent)
        outcome = wizard_page(request.form, row, today=today(), is_posted=request.method == "POST")
        if isinstance(outcome, str):
            flash(_("已办理。原来的编码停用，历史数据仍可查看。"), "green")
            return redirect(at_url(outcome))
        status = 422 if any(note.tone == "red" for note in outcome.notes) else 200
        return self.render_template("area_tree/wizard.html", page=outcome), status


def _seen(code: str) -> AreaRow:
    """A node the person may see; 404 for all others, so that nobody learns what there is elsewhere."""
    row = queries.area(code)
    if row is None:
        abort(404)
    return row


def _paper_fields(help_text: str, *, is_required: bool = True) -> tuple[FieldView, ...]:
    return (
        FieldView(name="on", label=_("生效日期"), widget="date", value=today().isoformat(), is_required=is_required),
        FieldView(name="document", label=_("依据文件"), max_length=200, help=help_text,
                  placeholder=_("例如：清街发〔2026〕5号")),
    )  # fmt: skip


def _day() -> date:
    return read_date(request.form.get("on", ""))


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room installs alike
    """The pages and their place in the menu."""
    appbuilder.add_view_no_menu(AreaTreeView)
    appbuilder.add_view_no_menu(ReorganiseView)
    add_entry(Entry("grid", "区划网格", "AreaTreeView.index", "areas", icon="grid", is_first=True))
