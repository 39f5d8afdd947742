"""Settings as plain values for the templates of registers, and what was typed back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView
from app.lowcode.page_models.parts import Action, Note, PanelItem
from app.lowcode.page_models.records import FactGroup, FactView, Panel, ShowPage
from app.lowcode.register import registers
from app.report_center.queries import deadline_day
from app.report_center.rules import DEADLINE_DAY
from app.settings.profile import LIST_KEYS, Profile

LIST_LABELS = {"resources": "第一张清单", "needs": "第二张清单", "projects": "第三张清单"}
LATEST_DAY = 31


def index_page(of: Profile, counts: Mapping[str, int], *, may_change: bool) -> ShowPage:
    """All settings at a glance; `counts` says how many columns were added to which register."""
    bounds = of.grid_bounds
    people = _("最多 %(n)s 人", n=f"{bounds.people_max:,}") if bounds.people_max is not None else _("不限")
    groups = (
        FactGroup(
            _("单位"),
            (
                FactView(_("单位名称"), CellView(of.office_name)),
                FactView(_("区划配置"), CellView(of.name)),
                FactView(_("各级名称"), CellView(" › ".join(level.name for level in of.levels)), is_wide=True),
            ),
        ),
        FactGroup(
            _("三张清单"),
            (
                FactView(_("菜单名称"), CellView(of.menu_title)),
                *(FactView(_(LIST_LABELS[item.key]), CellView(f"{item.name}（{item.title}）")) for item in of.lists),
            ),
        ),
        FactGroup(
            _("网格规模和报送"),
            (
                FactView(_("每格户数"), CellView(f"{bounds.households_min:,} — {bounds.households_max:,}")),
                FactView(_("每格人口"), CellView(people)),
                FactView(_("依据"), CellView(bounds.source)),
                FactView(_("报送截止"), CellView(_("次月 %(day)s 日", day=deadline_day()))),
            ),
        ),
    )
    items = tuple(
        PanelItem(
            _(reg.title),
            url_for("SettingsView.columns", register_name=reg.name),
            _("自加 %(n)s 列", n=counts[reg.name]) if counts.get(reg.name) else "",
        )
        for reg in registers()
    )
    edit = Action(_("修改"), url_for("SettingsView.edit"), "primary", icon="edit")
    return ShowPage(
        title=_("系统设置"),
        main_action=edit if may_change else None,
        groups=groups,
        panels=(Panel(_("给名册加列"), items),),
        notes=() if may_change else (Note(_("这些设置对全区有效，由管理全区的账号修改，这里只供查看。"), "grey"),),
    )


def stored_values(of: Profile) -> dict[str, str]:
    """The settings as the form shows them."""
    bounds = of.grid_bounds
    values = {
        "office_name": of.office_name,
        "menu_title": of.menu_title,
        "households_min": str(bounds.households_min),
        "households_max": str(bounds.households_max),
        "people_max": "" if bounds.people_max is None else str(bounds.people_max),
        "bounds_source": bounds.source,
        "deadline_day": str(deadline_day()),
    }
    for item in of.lists:
        values |= {f"{item.key}_name": item.name, f"{item.key}_title": item.title}
    return values


def form_page(of: Profile, typed: Mapping[str, str], errors: Mapping[str, str]) -> FormPage:
    """The form."""

    def text(name: str, label: str, **more: Any) -> FieldView:
        return FieldView(name=name, label=_(label), value=typed.get(name, ""), error=errors.get(name, ""), **more)

    lists = [text("menu_title", "菜单名称", is_required=True, max_length=20, help=_("左边菜单里这一组叫什么"))]
    lists.append(FieldView(name="order", label=_("顺序"), widget="static", value="、".join(i.name for i in of.lists)))
    for item in of.lists:
        label = LIST_LABELS[item.key]
        lists.append(text(f"{item.key}_name", label, is_required=True, max_length=10, help=_("例如：资源、服务")))
        lists.append(text(f"{item.key}_title", f"{label}的全称", is_required=True, max_length=30))
    return FormPage(
        title=_("修改系统设置"),
        submit_url=url_for("SettingsView.edit"),
        cancel_url=url_for("SettingsView.index"),
        groups=(
            FieldGroup(
                _("单位"),
                (text("office_name", "单位名称", is_required=True, max_length=60, help=_("显示在每一页的左上角和报表上")),),
            ),
            FieldGroup(_("三张清单"), tuple(lists)),
            FieldGroup(
                _("网格规模"),
                (
                    text("households_min", "户数下限", widget="number", unit=_("户"), width="short", is_required=True),
                    text("households_max", "户数上限", widget="number", unit=_("户"), width="short", is_required=True),
                    text("people_max", "人口上限", widget="number", unit=_("人"), width="short", help=_("不限的不填")),
                    text("bounds_source", "依据", max_length=120, width="full", help=_("文件名或文号，报表上会注明")),
                ),
                help=_("超出范围的网格会在“区划网格”里提示，不影响使用。"),
            ),
            FieldGroup(
                _("报送"),
                (
                    text("deadline_day", "次月几日前报送", widget="number", unit=_("日"), width="short", is_required=True,
                         help=_("1 到 31；当月没有这一天的，以月末为准")),
                ),
            ),
        ),
        errors=(errors[""],) if errors.get("") else (),
        error_count=len(errors),
        may_continue=False,
    )  # fmt: skip


def read_form(form: Mapping[str, str], of: Profile) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Changes of the profile, the deadline day, and sentences by field."""
    errors: dict[str, str] = {}
    texts = ["office_name", "menu_title", *(f"{key}_{part}" for key in LIST_KEYS for part in ("name", "title"))]
    values = {name: form.get(name, "").strip() for name in texts}
    for name, value in values.items():
        if not value:
            errors[name] = _("这一项不能空着。")
    names = [values[f"{key}_name"] for key in LIST_KEYS]
    for key in LIST_KEYS:
        if values[f"{key}_name"] and names.count(values[f"{key}_name"]) > 1:
            errors[f"{key}_name"] = _("两张清单不能同名。")
    low, high = _number(form, "households_min", errors), _number(form, "households_max", errors)
    if low is not None and high is not None and low > high:
        errors["households_max"] = _("上限不能小于下限。")
    people = _number(form, "people_max", errors) if form.get("people_max", "").strip() else None
    day = _number(form, "deadline_day", errors)
    if day is not None and not 1 <= day <= LATEST_DAY:
        errors["deadline_day"] = _("请填 1 到 31 之间的日子。")
    changes = {
        "office_name": values["office_name"],
        "menu_title": values["menu_title"],
        "lists": [
            {"key": item.key, "name": values[f"{item.key}_name"], "title": values[f"{item.key}_title"]} for item in of.lists
        ],
        "grid_bounds": {
            "households_min": low, "households_max": high, "people_max": people,
            "source": form.get("bounds_source", "").strip(),
        },
    }  # fmt: skip
    return changes, day or DEADLINE_DAY, errors


def _number(form: Mapping[str, str], name: str, errors: dict[str, str]) -> int | None:
    text = form.get(name, "").strip().replace(",", "").replace("，", "")
    if text.isascii() and text.isdigit() and len(text) <= 7:
        return int(text)
    errors[name] = _("请填一个整数。")
    return None
