"""Code lists as plain values: all of them, the values of one, and the form of one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.fields.codes import CodeItem, CodeList, code_list
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Note, Tone
from app.settings.code_lists import Freedom, changes_of, freedom_of, listed_names

FREEDOMS: dict[Freedom, tuple[str, Tone]] = {
    "open": ("可以增加、改名、停用", "green"), "program": ("系统使用，只能改名", "blue"), "standard": ("国家标准，不能改", "grey"),
}  # fmt: skip
ABOUT: dict[Freedom, str] = {
    "open": "增加的值马上就能选、能筛选、能导入。用过的值不能删除，可以停用：表单里不再出现，原有的记录照常显示。",
    "program": "系统按这些值办事，不能增减；叫法不同的，可以改名称、加别的写法。",
    "standard": "按国家标准编码，导入时也认常见写法，不能改。",
}
SHOWN_SYNONYMS = 6


def index_page() -> ListPage:
    """Every list with what may be done with it."""
    rows = []
    for name in listed_names():
        found, changes = code_list(name), changes_of(name)
        text, tone = FREEDOMS[freedom_of(name)]
        labels = [item.label for item in found.items if not item.is_retired]
        shown = "、".join(labels[:SHOWN_SYNONYMS]) + ("…" if len(labels) > SHOWN_SYNONYMS else "")
        added = _("自加 %(n)s 个", n=len(changes.added)) if changes.added else ""
        url = url_for("CodeListView.values", list_name=name)
        cells = (
            CellView(_(found.title), url=url), CellView(f"{len(labels)}", "number"), CellView(shown),
            CellView(found.source), CellView(_(text), "chip", tone=tone), CellView(added),
        )  # fmt: skip
        rows.append(RowView(name, cells, url))
    return ListPage(
        title=_("代码表"),
        list_url=url_for("CodeListView.index"),
        count_text=_("共 %(n)s 份", n=len(rows)),
        lead_text=_("表单里“从列表选”的各项从这里来：点开一份，可以增加值、改名称、停用。"),
        columns=(
            HeadColumn("title", _("代码表")), HeadColumn("count", _("在用"), "right"), HeadColumn("values", _("有哪些")),
            HeadColumn("source", _("标准")), HeadColumn("freedom", _("能改什么")), HeadColumn("added", _("改动")),
        ),
        rows=tuple(rows),
        toolbar=(Action(_("返回设置"), url_for("SettingsView.index"), icon="left"),),
    )  # fmt: skip


def values_page(name: str, used: Mapping[str, int], *, may_change: bool) -> ListPage:
    """The values of one list, with how many rows have each; codes are shown where a standard gave them."""
    found, freedom = code_list(name), freedom_of(name)
    here: dict[str, Any] = {"list_name": name}
    may_rename, is_open = may_change and freedom != "standard", may_change and freedom == "open"
    add = Action(_("增加一个值"), url_for("CodeListView.add", **here), "primary", icon="plus")
    bulk = (
        Action(_("停用"), url_for("CodeListView.retire", **here), "danger", "post",
               confirm=_("停用选中的 {count} 个值：表单和导入里不再能选，原有的记录照常显示，随时可以恢复。")),
        Action(_("恢复"), url_for("CodeListView.reinstate", **here), "plain", "post", confirm=_("恢复选中的 {count} 个值，又可以选了。")),
        Action(_("删除"), url_for("CodeListView.remove", **here), "danger", "post",
               confirm=_("删除选中的 {count} 个值。只能删自己加的、还没有记录用过的。")),
    )  # fmt: skip
    return ListPage(
        title=_(found.title),
        list_url=url_for("CodeListView.values", **here),
        count_text=_("共 %(n)s 个值", n=len(found.items)),
        lead_text=_(ABOUT[freedom]),
        columns=(
            HeadColumn("label", _("名称")),
            HeadColumn("synonyms", _("导入时也认")),
            *((HeadColumn("code", _("编码")),) if found.source else ()),
            HeadColumn("used", _("用着的记录"), "right"),
            HeadColumn("state", _("状态")),
        ),
        rows=tuple(_row(found, item, used.get(item.code, 0), may_rename=may_rename) for item in found.items),
        main_action=add if is_open else None,
        toolbar=(Action(_("全部代码表"), url_for("CodeListView.index"), icon="left"),),
        bulk_actions=bulk if is_open else (),
        notes=() if may_change else (Note(_("代码表对全区有效，由管理全区的账号修改，这里只供查看。"), "grey"),),
    )  # fmt: skip


def _row(of: CodeList, item: CodeItem, used: int, *, may_rename: bool) -> RowView:
    url = url_for("CodeListView.edit", list_name=of.name, code=item.code) if may_rename else ""
    state = CellView(_("已停用"), "chip", tone="grey") if item.is_retired else CellView(_("在用"), "chip", tone="green")
    cells = (
        CellView(item.label, url=url),
        CellView("、".join(item.synonyms)),
        *((CellView(item.code),) if of.source else ()),
        CellView(f"{used:,}" if used else "", "number"),
        state,
    )
    return RowView(item.code, cells, url)


def value_form(name: str, code: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """The form of one value; `code` is empty for a new one."""
    here: dict[str, Any] = {"list_name": name}
    submit = url_for("CodeListView.edit", code=code, **here) if code else url_for("CodeListView.add", **here)
    title = _(code_list(name).title)
    fields = (
        FieldView(name="label", label=_("名称"), value=typed.get("label", ""), is_required=True, max_length=30,
                  error=_(errors.get("label", "")), help=_("表单、列表、打印时显示的叫法")),
        FieldView(name="synonyms", label=_("导入时也认的写法"), widget="textarea", value=typed.get("synonyms", ""), width="full",
                  help=_("Excel 里常见的别的写法，一行一个；没有可以不填")),
    )  # fmt: skip
    return FormPage(
        title=_("%(list)s：改名", list=title) if code else _("%(list)s：增加一个值", list=title),
        submit_url=submit,
        cancel_url=url_for("CodeListView.values", **here),
        groups=(FieldGroup(_("这个值"), fields),),
        error_count=len(errors),
        may_continue=False,
    )
