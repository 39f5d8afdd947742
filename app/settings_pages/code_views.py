"""The pages under /code_lists/: what every list holds, and what an office adds to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.clock import today
from app.fields.codes import CODE_LISTS, code_list
from app.language import gettext as _
from app.lowcode import code_lists
from app.lowcode.code_lists import ListRefused
from app.security.actor import current_actor
from app.security.permissions import permitted
from app.settings.queries import profile
from app.settings_pages import code_pages

_BETWEEN = re.compile(r"[\n、，,；;]+")


class CodeListView(BaseView):  # type: ignore[misc]
    """/code_lists/: read by who may read settings; changed by who may write them for the whole installation."""

    route_base = "/code_lists"
    default_view = "index"

    @expose("/")
    @permitted("settings", "read")
    def index(self) -> Any:
        return self.render_template("register/list.html", page=code_pages.index_page())

    @expose("/<list_name>/")
    @permitted("settings", "read")
    def values(self, list_name: str) -> Any:
        name = _known(list_name)
        page = code_pages.values_page(name, code_lists.use_of(name), may_change=may_change_everywhere())
        return self.render_template("register/list.html", page=page)

    @expose("/<list_name>/add", methods=["GET", "POST"])
    @permitted("settings", "write")
    def add(self, list_name: str) -> Any:
        name = _changeable(list_name)
        if request.method == "GET":
            return self._form(name, "", {"label": "", "synonyms": ""})
        label = request.form.get("label", "")
        try:
            code_lists.add_value(name, label, _synonyms())
        except ListRefused as refused:
            return self._form(name, "", request.form, {"label": str(refused)})
        flash(_("“%(label)s”已加入，马上可以选。", label=label.strip()), "green")
        return _back(name)

    @expose("/<list_name>/<code>", methods=["GET", "POST"])
    @permitted("settings", "write")
    def edit(self, list_name: str, code: str) -> Any:
        name = _changeable(list_name)
        item = next((item for item in code_list(name).items if item.code == code), None)
        if item is None:
            abort(404)
        if request.method == "GET":
            return self._form(name, code, {"label": item.label, "synonyms": "\n".join(item.synonyms)})
        try:
            code_lists.rename_value(name, code, request.form.get("label", ""), _synonyms(), today=today())
        except ListRefused as refused:
            return self._form(name, code, request.form, {"label": str(refused)})
        flash(_("已保存，原有的记录按新的名称显示。"), "green")
        return _back(name)

    def _form(self, name: str, code: str, typed: Any, errors: dict[str, str] | None = None) -> Any:
        page = code_pages.value_form(name, code, typed, errors or {})
        return self.render_template("register/form.html", page=page), 422 if errors else 200

    @expose("/<list_name>/retire", methods=["POST"])
    @permitted("settings", "write")
    def retire(self, list_name: str) -> Any:
        return _each(_changeable(list_name), code_lists.retire_value, _("已停用 %(n)s 个值。"))

    @expose("/<list_name>/reinstate", methods=["POST"])
    @permitted("settings", "write")
    def reinstate(self, list_name: str) -> Any:
        return _each(_changeable(list_name), code_lists.reinstate_value, _("已恢复 %(n)s 个值。"))

    @expose("/<list_name>/remove", methods=["POST"])
    @permitted("settings", "write")
    def remove(self, list_name: str) -> Any:
        return _each(_changeable(list_name), code_lists.remove_value, _("已删除 %(n)s 个值。"))


def may_change_everywhere() -> bool:
    """Settings count for everybody, so one must hold the permission for the whole installation."""
    return current_actor().covers("settings", "write", profile().top_code)


def _known(list_name: str) -> str:
    if list_name not in CODE_LISTS:
        abort(404)
    return list_name


def _changeable(list_name: str) -> str:
    if not may_change_everywhere():
        abort(403)
    return _known(list_name)


def _synonyms() -> list[str]:
    return [word for word in _BETWEEN.split(request.form.get("synonyms", "").replace("\r", "")) if word.strip()]


def _each(name: str, act: Callable[[str, str], None], done_text: str) -> Any:
    """Do it with every ticked value; what cannot be done is said, the others are done."""
    done = 0
    for code in dict.fromkeys(request.form.getlist("id")):
        try:
            act(name, code)
            done += 1
        except ListRefused as refused:
            flash(_(str(refused)), "red")
    if done:
        flash(done_text % {"n": done}, "green")
    return _back(name)


def _back(name: str) -> Any:
    return redirect(url_for("CodeListView.values", list_name=name))
