"""The pages under /settings/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from sqlalchemy import func, select

from app.clock import today, utc_now
from app.database.transactions import writing
from app.extensions import db
from app.fields.codes import code_list_names
from app.language import gettext as _
from app.lowcode import extra
from app.lowcode.extra import ColumnRefused, ExtraColumn
from app.lowcode.flow.sweeping import bring_up_to_date
from app.lowcode.flow.versions import attached, load_flows
from app.lowcode.frame import Entry, add_entry
from app.lowcode.register import Register, register
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.service import register_on_init
from app.report_center.queries import DEADLINE_SETTING
from app.security.permissions import permitted
from app.settings.profile import ProfileRefused
from app.settings.queries import profile
from app.settings.service import change_profile, save_setting
from app.settings_pages import column_pages, pages
from app.settings_pages.calendar_views import WorkingCalendarView
from app.settings_pages.code_views import CodeListView, may_change_everywhere
from app.settings_pages.flow_views import FlowSettingsView

NUMBER_DIGITS = 12
LAST_STEP = 990
"""Of the demonstration: cases begin once all rows are there."""


class SettingsView(BaseView):  # type: ignore[misc]
    """/settings/: read by who may read settings; changed by who may write them for the whole installation."""

    route_base = "/settings"
    default_view = "index"

    @expose("/")
    @permitted("settings", "read")
    def index(self) -> Any:
        counted = select(ExtraColumn.register, func.count()).where(ExtraColumn.is_retired.is_(False))
        counts = dict(db.session.execute(counted.group_by(ExtraColumn.register)).all())
        page = pages.index_page(profile(), counts, may_change=may_change_everywhere())
        return self.render_template("register/show.html", page=page)

    @expose("/edit", methods=["GET", "POST"])
    @permitted("settings", "write")
    def edit(self) -> Any:
        _require_everywhere()
        of = profile()
        errors: dict[str, str] = {}
        typed: Mapping[str, str] = pages.stored_values(of)
        if request.method == "POST":
            typed = request.form
            changes, day, errors = pages.read_form(typed, of)
            if not errors:
                try:
                    with writing():
                        change_profile(changes)
                        save_setting(DEADLINE_SETTING, day, area_code=of.top_code)
                    flash(_("设置已保存，马上生效。"), "green")
                    return redirect(url_for("SettingsView.index"))
                except ProfileRefused as refused:
                    errors[""] = str(refused)
        return self.render_template(
            "register/form.html", page=pages.form_page(of, typed, errors)
        ), 422 if errors else 200

    @expose("/columns/<register:register_name>/")
    @permitted("settings", "read")
    def columns(self, register_name: str) -> Any:
        reg = register(register_name)
        page = column_pages.list_page(reg, extra.described(reg.name), may_change=may_change_everywhere())
        return self.render_template("register/list.html", page=page)

    @expose("/columns/<register:register_name>/add", methods=["GET", "POST"])
    @permitted("settings", "write")
    def add_column(self, register_name: str) -> Any:
        _require_everywhere()
        reg, errors = register(register_name), {}
        typed: Mapping[str, str] = {"listed": "1", "searched": "1"}
        if request.method == "POST":
            typed = request.form
            errors = self._added(reg, typed)
            if not errors:
                flash(
                    _("“%(register)s”已增加“%(label)s”这一列。", register=_(reg.title), label=typed["label"].strip()),
                    "green",
                )
                return redirect(url_for("SettingsView.columns", register_name=reg.name))
        page = column_pages.column_form(reg, typed, errors)
        return self.render_template("register/form.html", page=page), 422 if errors else 200

    @staticmethod
    def _added(reg: Register, typed: Mapping[str, str]) -> dict[str, str]:
        """Adds the column; what is wrong, by field."""
        label, type_key = typed.get("label", "").strip(), typed.get("type", "")
        if not label:
            return {"label": _("请填写列名。")}
        if type_key not in column_pages.offered_types():
            return {"type": _("请选择类型。")}
        options: dict[str, Any] = {}
        if type_key == "text":
            options["length"] = column_pages.TEXT_LENGTH
        if type_key == "code":
            if typed.get("list_name") not in code_list_names():
                return {"list_name": _("请选择从哪份名单里选。")}
            options["list_name"] = typed["list_name"]
        if type_key == "number":
            places = typed.get("places", "").strip()
            if places not in ("0", "1", "2", "3", "4"):
                return {"places": _("小数位数填 0 到 4。")}
            options |= {"digits": NUMBER_DIGITS, "places": int(places), "unit": typed.get("unit", "").strip()}
        taken = {column.name for column in reg.columns} | {row.name for row in extra.described(reg.name)}
        try:
            extra.add_column(
                reg.name, name=column_pages.code_name(label, taken), label=label, type_key=type_key, options=options,
                **{flag: bool(typed.get(flag)) for flag in column_pages.FLAGS},
            )  # fmt: skip
        except ColumnRefused as refused:
            return {"label": str(refused)}
        return {}

    @expose("/columns/<register:register_name>/retire", methods=["POST"])
    @permitted("settings", "write")
    def retire(self, register_name: str) -> Any:
        _require_everywhere()
        names = _ticked(register_name)
        with writing():
            for name in names:
                extra.retire_column(register_name, name)
        flash(_("已停用 %(n)s 列。", n=len(names)), "green")
        return redirect(url_for("SettingsView.columns", register_name=register_name))

    @expose("/columns/<register:register_name>/reinstate", methods=["POST"])
    @permitted("settings", "write")
    def reinstate(self, register_name: str) -> Any:
        _require_everywhere()
        names = _ticked(register_name)
        for name in names:
            extra.reinstate_column(register_name, name, today=today())
        flash(_("已恢复 %(n)s 列。", n=len(names)), "green")
        return redirect(url_for("SettingsView.columns", register_name=register_name))


def _ticked(register_name: str) -> list[str]:
    known = {row.name for row in extra.described(register_name)}
    return [name for name in dict.fromkeys(request.form.getlist("id")) if name in known]


def _require_everywhere() -> None:
    if not may_change_everywhere():
        abort(403)


def _begin_cases(_context: DemoContext) -> None:
    for reg in attached():
        bring_up_to_date(reg, utc_now())


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room installs alike
    """The pages and their place in the menu."""
    register_on_init("flows", load_flows)
    register_demo(Step("flows", LAST_STEP, _begin_cases))
    appbuilder.add_view_no_menu(SettingsView)
    appbuilder.add_view_no_menu(CodeListView)
    appbuilder.add_view_no_menu(WorkingCalendarView)
    appbuilder.add_view_no_menu(FlowSettingsView)
    add_entry(Entry("system", "系统设置", "SettingsView.index", "settings", icon="gear"))
    add_entry(Entry("system", "代码表", "CodeListView.index", "settings", icon="list"))
    add_entry(Entry("system", "流程", "FlowSettingsView.index", "settings", icon="send"))
    add_entry(Entry("system", "工作日历", "WorkingCalendarView.index", "settings", icon="clock"))
