"""The pages under /accounts/: accounts and their posts, for who administers them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import User

from app.accounts import forms, pages, people, queries
from app.accounts.page_models import PasswordPage
from app.accounts.queries import AccountRow, Wish
from app.areas.queries import area as area_of
from app.clock import today
from app.database.transactions import writing
from app.extensions import db
from app.fields.codes import code_list
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.language import gettext as _
from app.lowcode.queries import get
from app.lowcode.register import register
from app.lowcode.sent import sent_id, sent_number
from app.security import service
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted
from app.security.roles import ROLES

_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,38}")


class AccountsView(BaseView):  # type: ignore[misc]
    """/accounts/: list, one account, and what may be done to it."""

    route_base = "/accounts"
    default_view = "index"

    @expose("/")
    @permitted("accounts", "read")
    def index(self) -> Any:
        wish = _wish(request.args)
        found = queries.accounts(wish, today=today())
        page = pages.list_page(found, wish, current_actor(), today=today())
        return self.render_template("register/list.html", page=page)

    @expose("/<int:user_id>")
    @permitted("accounts", "read")
    def show(self, user_id: int) -> Any:
        row = _seen(user_id)
        page = pages.show_page(row, current_actor(), person=people.name_of(row), today=today())
        return self.render_template("register/show.html", page=page)

    @expose("/add", methods=["GET", "POST"])
    @permitted("accounts", "write")
    def add(self) -> Any:
        typed, errors = request.form if request.method == "POST" else request.args, {}
        if request.method == "POST":
            try:
                return self._opened(typed)
            except _FormRefused as refused:
                errors = refused.errors
        page = forms.account_form(typed, errors, current_actor(), row=None)
        return self.render_template("register/form.html", page=page), 422 if errors else 200

    def _opened(self, typed: Mapping[str, str]) -> Any:
        errors: dict[str, str] = {}
        username, name = typed.get("username", "").strip(), typed.get("name", "").strip()
        if not _USERNAME.fullmatch(username):
            errors["username"] = _("账号要以字母开头，2 到 39 位，只用字母、数字、点和横线。")
        if not name:
            errors["name"] = _("请填写姓名。")
        post = _post_values(typed, errors)
        person_uid = people.chosen_uid(typed, errors)
        if errors:
            raise _FormRefused(errors)
        password = service.random_password()
        with writing():
            with _refusals("username"):
                user = service.open_account(username, name=name, area_code=post["area_code"], password=password)
            with _refusals("role"):
                service.add_post(user, **post)
            with _refusals("person"):
                if person_uid:
                    service.change_account(username, name=name, person_uid=person_uid)
        return self._password_once(user.id, username, name, password, is_new=True)

    def _password_once(self, user_id: int, username: str, name: str, password: str, *, is_new: bool) -> Any:
        page = PasswordPage(
            title=_("账号已开好") if is_new else _("密码已重置"),
            name=name,
            username=username,
            password=password,
            done_url=url_for("AccountsView.show", user_id=user_id),
        )
        return self.render_template("accounts/password.html", page=page)

    @expose("/<int:user_id>/edit", methods=["GET", "POST"])
    @permitted("accounts", "write")
    def edit(self, user_id: int) -> Any:
        row = _managed(user_id)
        typed = {"name": row.name} | people.stored_values(row)
        errors: dict[str, str] = {}
        if request.method == "POST":
            typed = dict(request.form)
            try:
                uid = people.chosen_uid(typed, errors, row)
                if errors:
                    raise _FormRefused(errors)
                with _refusals("name"):
                    service.change_account(row.username, name=typed.get("name", ""), person_uid=uid)
                flash(_("已保存。"), "green")
                return redirect(url_for("AccountsView.show", user_id=user_id))
            except _FormRefused as refused:
                errors = refused.errors
        page = forms.account_form(typed, errors, current_actor(), row=row)
        return self.render_template("register/form.html", page=page), 422 if errors else 200

    @expose("/<int:user_id>/posts/add", methods=["GET", "POST"])
    @permitted("accounts", "write")
    def add_post(self, user_id: int) -> Any:
        row = _managed(user_id)
        errors: dict[str, str] = {}
        if request.method == "POST":
            try:
                post = _post_values(request.form, errors)
                if errors:
                    raise _FormRefused(errors)
                with _refusals("role"):
                    service.add_post(db.session.get(User, user_id), **post)
                flash(_("已增加岗位，对方刷新页面就生效。"), "green")
                return redirect(url_for("AccountsView.show", user_id=user_id))
            except _FormRefused as refused:
                errors = refused.errors
        page = forms.post_form(row, request.form, errors, current_actor())
        return self.render_template("register/form.html", page=page), 422 if errors else 200

    @expose("/<int:user_id>/posts/<int:post_id>/end", methods=["GET", "POST"])
    @permitted("accounts", "write")
    def end_post(self, user_id: int, post_id: int) -> Any:
        row = _managed(user_id)
        post = next((post for post in row.posts if post.id == post_id), None)
        if post is None:
            abort(404)
        typed: Mapping[str, str] = {"last_day": (today() - timedelta(days=1)).isoformat()}
        errors: dict[str, str] = {}
        if request.method == "POST":
            typed = request.form
            try:
                day = _day(typed, "last_day", errors)
                if day is None:
                    raise _FormRefused(errors or {"last_day": _("请填写最后一天。")})
                with _refusals("last_day"):
                    service.end_post(post_id, last_day=day)
                flash(_("岗位到 %(day)s 结束。", day=day.isoformat()), "green")
                return redirect(url_for("AccountsView.show", user_id=user_id))
            except _FormRefused as refused:
                errors = refused.errors
        page = forms.end_form(row, post, typed, errors)
        return self.render_template("register/form.html", page=page), 422 if errors else 200

    @expose("/<int:user_id>/reset", methods=["POST"])
    @permitted("accounts", "write")
    def reset(self, user_id: int) -> Any:
        row = _managed(user_id)
        password = service.random_password()
        service.set_password(row.username, password, must_change=True)
        return self._password_once(row.id, row.username, row.name, password, is_new=False)

    @expose("/<int:user_id>/close", methods=["POST"])
    @permitted("accounts", "write")
    def close(self, user_id: int) -> Any:
        row = _managed(user_id)
        if row.id == current_actor().user_id:
            flash(_("不能停用自己的账号，请由其他管理员办理。"), "amber")
        else:
            service.set_active(row.username, active=False)
            flash(_("%(name)s 的账号已停用。", name=row.name), "green")
        return redirect(url_for("AccountsView.show", user_id=user_id))

    @expose("/<int:user_id>/reopen", methods=["POST"])
    @permitted("accounts", "write")
    def reopen(self, user_id: int) -> Any:
        row = _managed(user_id)
        service.set_active(row.username, active=True)
        flash(_("%(name)s 的账号已启用。", name=row.name), "green")
        return redirect(url_for("AccountsView.show", user_id=user_id))

    @expose("/<int:user_id>/sign_out", methods=["POST"])
    @permitted("accounts", "write")
    def sign_out(self, user_id: int) -> Any:
        row = _managed(user_id)
        service.end_sessions(row.username)
        flash(_("%(name)s 的登录已全部退出。", name=row.name), "green")
        return redirect(url_for("AccountsView.show", user_id=user_id))


class _FormRefused(Exception):
    """What is wrong with a form, by field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = errors


@contextmanager
def _refusals(field: str) -> Iterator[None]:
    """Turns a service's refusal into an error of one field."""
    try:
        yield
    except (service.AccountRefused, NotPermitted) as refused:
        raise _FormRefused({field: str(refused)}) from refused


def _wish(arguments: Mapping[str, str]) -> Wish:
    page = arguments.get("page", "1")
    role, state, area = (arguments.get(name, "").strip() for name in ("role", "state", "area"))
    return Wish(
        words=arguments.get("q", "").strip()[:60],
        role=role if role in ROLES else "",
        area=area if area.isdigit() else "",
        state=state if state in dict(pages.STATES) else "",
        page=max(1, sent_number(page)),
    )


def _seen(user_id: int) -> AccountRow:
    row = queries.account(user_id, today=today())
    if row is None:
        abort(404)
    return row


def _managed(user_id: int) -> AccountRow:
    row = _seen(user_id)
    if not pages.may_manage(row, current_actor()):
        abort(403)
    return row


def _day(typed: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    try:
        return read_date(text)
    except Refused as refused:
        errors[name] = str(refused)
        return None


def _post_values(typed: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """What `add_post` takes, or sentences by field."""
    role, area, line = typed.get("role", ""), typed.get("area", ""), typed.get("line", "")
    if role not in ROLES:
        errors["role"] = _("请选择角色。")
    seen = area_of(area) if area.isdigit() else None
    if seen is None or seen.valid_to is not None:
        errors["area"] = _("请在下拉的名单里选择区域。")
    if line and line not in {label for _code, label in code_list(forms.LINE_LIST).choices()}:
        errors["line"] = _("没有这个条线，请重新选择。")
    first, last = _day(typed, "valid_from", errors), _day(typed, "valid_to", errors)
    if first and last and last < first:
        errors["valid_to"] = _("结束日期早于开始日期，请核对。")
    unit, unit_id = typed.get("unit", ""), None
    if unit:
        found = get(register("units"), id_) if (id_ := sent_id(unit)) else None
        if found is None:
            errors["unit"] = _("请在下拉的名单里选择单位。")
        else:
            unit_id = found.id
    return {
        "role": role, "area_code": area, "line": line or None, "unit_id": unit_id, "valid_from": first, "valid_to": last,
    }  # fmt: skip
