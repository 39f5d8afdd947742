"""Signing in and out, changing one's password, language and type size."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.security.decorators import no_cache
from flask_babel import refresh
from flask_login import login_user, logout_user

import app.accounts.indicators  # noqa: F401 - makes its figures known
from app.accounts import figure_rows
from app.accounts.admin_views import AccountsView
from app.accounts.audit_views import AuditView
from app.accounts.role_views import RolesView
from app.database.transactions import writing
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry
from app.lowcode.page_models.forms import AccountPage, FieldView
from app.security import audit, service
from app.security.actor import current_actor
from app.security.addresses import safe_next
from app.security.permissions import open_to_public, signed_in_only


class SignInView(BaseView):  # type: ignore[misc]
    """/login/ and /logout/."""

    route_base = ""
    default_view = "login"

    @expose("/login/", methods=["GET", "POST"])
    @open_to_public("这里就是登录")
    @no_cache
    def login(self) -> Any:
        target = safe_next(request.args.get("next", "/"))
        errors: tuple[str, ...] = ()
        if request.method == "POST":
            user = current_app.extensions["appbuilder"].sm.auth_user_db(
                request.form.get("username", ""), request.form.get("password", "")
            )
            if user is not None:
                login_user(user)
                return redirect(target)
            errors = (_("账号或密码不对，请再试一次。连续输错五次会锁定半小时；忘记密码请联系管理员重置。"),)
        elif getattr(g.user, "is_authenticated", False):
            return redirect(target)
        page = AccountPage(
            title=_("登录"),
            submit_url=request.full_path.rstrip("?"),
            office_name=current_app.config["APP_NAME"],
            fields=(
                FieldView(name="username", label=_("账号"), is_required=True, autocomplete="username",
                          value=request.form.get("username", ""), width="full"),
                FieldView(name="password", label=_("密码"), widget="password", is_required=True,
                          autocomplete="current-password", width="full"),
            ),
            submit_label=_("登录"),
            help=(_("第一次使用：账号和密码在 first-sign-in.txt 里，由管理员转交。"),),
            errors=errors,
        )  # fmt: skip
        return self.render_template("account/sign_in.html", page=page), 200 if not errors else 401

    @expose("/logout/", methods=["POST"])
    @open_to_public("退出谁都可以")
    def logout(self) -> Any:
        actor = current_actor()
        if actor.access is not None:
            with writing():
                codes = actor.access.area_codes
                audit.record("sign_out", "accounts", area_code=codes[0] if codes else "")
        logout_user()
        session.clear()
        return redirect(url_for("SignInView.login"))


class MyAccountView(BaseView):  # type: ignore[misc]
    """What a person sets for himself."""

    route_base = "/account"
    default_view = "password"

    @expose("/password", methods=["GET", "POST"])
    @signed_in_only("改自己的密码")
    def password(self) -> Any:
        errors: list[str] = []
        if request.method == "POST":
            old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
            if not service.password_fits(g.user.id, old):
                errors.append(_("原密码不对。"))
            elif new != again:
                errors.append(_("两次输入的新密码不一样，请重新输入。"))
            else:
                try:
                    service.set_password(g.user.username, new, must_change=False)
                except service.AccountRefused as refused:
                    errors.append(str(refused))
                else:
                    flash(_("密码已修改。其他地方的登录已全部退出。"), "green")
                    return redirect("/")
        page = AccountPage(
            title=_("修改密码"),
            submit_url=url_for("MyAccountView.password"),
            office_name=current_app.config["APP_NAME"],
            fields=(
                FieldView(name="old", label=_("原密码"), widget="password", is_required=True,
                          autocomplete="current-password", width="full"),
                FieldView(name="new", label=_("新密码"), widget="password", is_required=True,
                          autocomplete="new-password", width="full",
                          help=_("至少 8 位，大写字母、小写字母、数字、符号里至少三类")),
                FieldView(name="again", label=_("再输一次新密码"), widget="password", is_required=True,
                          autocomplete="new-password", width="full"),
            ),
            submit_label=_("保存"),
            errors=tuple(errors),
            cancel_url="" if g.user.account.must_change_password else "/",
        )  # fmt: skip
        return self.render_template("account/change_password.html", page=page), 200 if not errors else 422

    @expose("/language", methods=["POST"])
    @open_to_public("登录页也能换语言")
    def language(self) -> Any:
        chosen = request.form.get("language", "zh")[:2]
        if chosen in current_app.config["LANGUAGES"]:
            session["locale"] = chosen
            if current_actor().user_id:
                service.set_preference(g.user.id, language=chosen)
            refresh()
        return redirect(safe_next(request.form.get("next", "/")))

    @expose("/large_type", methods=["POST"])
    @signed_in_only("只改自己的字号")
    def large_type(self) -> Any:
        service.set_preference(g.user.id, is_large_type=not g.user.account.is_large_type)
        return redirect(safe_next(request.form.get("next", "/")))


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """The pages; FAB asks `auth_view` for the address of the sign-in page."""
    appbuilder.sm.auth_view = appbuilder.add_view_no_menu(SignInView)
    for view in (MyAccountView, AccountsView, RolesView, AuditView):
        appbuilder.add_view_no_menu(view)
    figure_rows.install()
    add_entry(Entry("system", "账号与岗位", "AccountsView.index", "accounts", icon="people"))
    add_entry(Entry("system", "角色与权限", "RolesView.index", "roles", icon="columns"))
    add_entry(Entry("system", "审计记录", "AuditView.index", "audit", icon="clock"))
