"""The columns an office adds to a register: the list of them, and the form for a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.fields.codes import code_list, code_list_names
from app.fields.pinyin import initials
from app.fields.types import FIELD_TYPES
from app.language import gettext as _
from app.lowcode.extra import ExtraColumn
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Option
from app.lowcode.register import Register

TYPE_NAMES = {
    "text": "文字（一行）", "long_text": "文字（多行）", "integer": "整数", "number": "小数", "date": "日期", "month": "年月",
    "year": "年份", "flag": "是或否", "code": "从名单里选", "phone": "电话", "person_name": "姓名", "email": "邮箱",
    "credit_code": "统一社会信用代码",
}  # fmt: skip
"""Kinds of value in the words of the office; ID numbers are not among them, since added columns are not sealed."""

FLAGS = {
    "listed": "在列表里显示", "searched": "可以搜索到", "filtered": "可以筛选", "required": "必须填写",
}  # fmt: skip
TEXT_LENGTH = 100


def offered_types() -> tuple[str, ...]:
    """Kinds that may be chosen."""
    return tuple(key for key in TYPE_NAMES if key in FIELD_TYPES)


def list_page(reg: Register, added: Sequence[ExtraColumn], *, may_change: bool) -> ListPage:
    """The columns added to one register; ticked ones can be retired or taken back."""
    here: dict[str, Any] = {"register_name": reg.name}
    add = Action(_("增加一列"), url_for("SettingsView.add_column", **here), "primary", icon="plus")
    yes = _("是")
    rows = tuple(
        RowView(
            row.name,
            (
                CellView(row.label),
                CellView(_type_text(row)),
                CellView(yes if row.is_listed else ""),
                CellView(yes if row.is_searched else ""),
                CellView(yes if row.is_filtered else ""),
                CellView(yes if row.is_required else ""),
                CellView(_("已停用"), "chip", tone="grey")
                if row.is_retired
                else CellView(_("在用"), "chip", tone="green"),
            ),
        )
        for row in added
    )
    bulk = (
        Action(_("停用"), url_for("SettingsView.retire", **here), "danger", "post",
               confirm=_("停用选中的 {count} 列：列表、表单、导出都不再有，已填的内容保留，随时可以恢复。")),
        Action(_("恢复"), url_for("SettingsView.reinstate", **here), "plain", "post",
               confirm=_("恢复选中的 {count} 列，原来填的内容一起回来。")),
    )  # fmt: skip
    return ListPage(
        title=_("%(register)s：自加的列", register=_(reg.title)),
        list_url=url_for("SettingsView.columns", **here),
        count_text=_("共 %(n)s 列", n=len(rows)),
        lead_text=_("加的列和原有的列一样，能填、能查、能导入导出、能打印。原有的列不能去掉，可以在名册的“列设置”里不显示。"),
        columns=(
            HeadColumn("label", _("列名")), HeadColumn("type", _("类型")), HeadColumn("listed", _("列表显示")),
            HeadColumn("searched", _("可搜索")), HeadColumn("filtered", _("可筛选")), HeadColumn("required", _("必填")),
            HeadColumn("state", _("状态")),
        ),
        rows=rows,
        main_action=add if may_change else None,
        toolbar=(
            Action(_("打开名册"), url_for("RegisterView.list", **here), icon="list"),
            Action(_("返回设置"), url_for("SettingsView.index"), icon="left"),
        ),
        bulk_actions=bulk if may_change else (),
        empty=None
        if rows
        else EmptyState(
            _("还没有自加的列"), _("名册里缺的一项，在这里加一列就有了，不用等人改程序。"), (add,) if may_change else ()
        ),
    )  # fmt: skip


def _type_text(row: ExtraColumn) -> str:
    text = _(TYPE_NAMES.get(row.type, row.type))
    if row.type == "code" and row.options.get("list_name") in code_list_names():
        return f"{text}（{code_list(row.options['list_name']).title}）"
    return f"{text}，{row.options['unit']}" if row.options.get("unit") else text


def column_form(reg: Register, typed: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """The form for a new column."""
    chosen = typed.get("type", "text")
    types = tuple(Option(key, _(TYPE_NAMES[key]), key == chosen) for key in offered_types())
    lists = [(name, code_list(name).title) for name in code_list_names()]
    list_name = typed.get("list_name", "")
    list_options = (
        Option("", _("（选“从名单里选”时才用）"), not list_name),
        *(Option(name, title, name == list_name) for name, title in sorted(lists, key=lambda item: item[1])),
    )
    flags = tuple(
        FieldView(name=name, label=_(label), widget="flag", value=typed.get(name, ""), width="short")
        for name, label in FLAGS.items()
    )
    return FormPage(
        title=_("给%(register)s增加一列", register=_(reg.title)),
        submit_url=url_for("SettingsView.add_column", register_name=reg.name),
        cancel_url=url_for("SettingsView.columns", register_name=reg.name),
        groups=(
            FieldGroup(
                _("这一列"),
                (
                    FieldView(name="label", label=_("列名"), value=typed.get("label", ""), is_required=True, max_length=20,
                              error=errors.get("label", ""), help=_("也是导入 Excel 时认的表头")),
                    FieldView(name="type", label=_("类型"), widget="choice", value=chosen, options=types, is_required=True,
                              error=errors.get("type", ""), help=_("加好以后类型不能再改；证件号不能加，因为自加的列不加密")),
                    FieldView(name="list_name", label=_("哪份名单"), widget="choice", value=list_name, options=list_options,
                              error=errors.get("list_name", "")),
                    FieldView(name="unit", label=_("计量单位"), value=typed.get("unit", ""), max_length=6, width="short",
                              help=_("小数才用，例：元")),
                    FieldView(name="places", label=_("小数位数"), widget="number", value=typed.get("places", "2"),
                              width="short", error=errors.get("places", "")),
                ),
            ),
            FieldGroup(_("怎么用"), flags),
        ),
        errors=(errors[""],) if errors.get("") else (),
        error_count=len(errors),
        submit_label=_("增加"),
        may_continue=False,
    )  # fmt: skip


def code_name(label: str, taken: set[str]) -> str:
    """A name for files and programs out of the label's pinyin initials: 特长 → x_tc, x_tc2 …"""
    found = initials(label)
    letters = re.sub(r"[^a-z0-9]", "", next(iter(sorted(found)), "").lower())[:24] or "column"
    name, number = f"x_{letters}", 2
    while name in taken:
        name, number = f"x_{letters}{number}", number + 1
    return name
