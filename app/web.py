"""What every answer of the web server carries: security headers, a nonce, idle sign-out, errors in plain words."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.language import gettext as _
from app.lowcode.page_models.parts import Action
from app.lowcode.page_models.records import ErrorPage
from app.security.actor import NotPermitted
from app.security.addresses import safe_next
from app.security.permissions import open_to_public

log = logging.getLogger(__name__)

OPEN_WHILE_CHANGING = {"MyAccountView.password", "SignInView.logout", "static", "MyAccountView.language"}


def install(app: Flask) -> None:
    """Headers, nonce, session rules and error pages."""
    if app.config["TRUSTED_PROXIES"]:
        depth = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=depth, x_proto=depth, x_host=depth)  # type: ignore[method-assign]
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.add_url_rule("/favicon.ico", "favicon", _icon)
    app.before_request(_end_idle_sessions)
    app.before_request(_force_new_password)
    app.after_request(_add_headers)
    app.register_error_handler(NotPermitted, _not_permitted)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


@open_to_public("只给程序的图标")
def _icon() -> Any:
    """Browsers ask for it by themselves where a page names no icon: papers shown as HTML or PDF."""
    return redirect(url_for("static", filename="mark.svg"))


def csp_nonce() -> str:
    """The nonce of this answer's scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _add_headers(answer: Response) -> Response:
    if answer.mimetype == "text/html":
        nonce = csp_nonce()
        answer.headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
            "img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
        )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "static" and "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    return answer


def _end_idle_sessions() -> Any:
    if request.endpoint == "static" or "_user_id" not in session:
        return None
    now = int(time.time())
    last = int(session.get("seen", now))
    if now - last > current_app.config["IDLE_MINUTES"] * 60:
        logout_user()
        session.clear()
        return _sign_in_again()
    if now - last >= 60 or "seen" not in session:
        session["seen"] = now
    return None


def _sign_in_again() -> Any:
    """To the sign-in page, and from there back to the page that was open; what was sent to it is lost."""
    is_page = request.method == "GET"
    back = request.full_path.rstrip("?") if is_page else safe_next(_path_of(request.referrer or "/"))
    flash(
        _("太久没有操作，已经退出登录。重新登录后会回到原来的页面。")
        + ("" if is_page else _("刚才提交的没有保存，请再点一次。")),
        "amber",
    )
    return redirect(url_for("SignInView.login", next=back))


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _force_new_password() -> Any:
    if request.endpoint in OPEN_WHILE_CHANGING:
        return None
    # Not g.user: FAB sets it in a step that comes after this one.
    account = getattr(current_user, "account", None)
    if account is not None and account.must_change_password:
        return redirect(url_for("MyAccountView.password"))
    return None


TITLES = {
    400: ("这个请求看不懂", "页面送来的内容不完整，可能是页面开得太久。请返回重新打开再试。"),
    401: ("需要先登录", "登录已失效。请重新登录，再做刚才的事。"),
    403: ("没有权限", "您的岗位不能看这一页，或这条记录不在您负责的范围内。需要的话请联系管理员。"),
    404: ("找不到这一页", "地址不对，或这条记录已删除，或不在您负责的范围内。"),
    405: ("不能这样打开", "这个地址只能从页面里的按钮进入。"),
    413: ("文件太大", "上传的文件超过了大小限制。请拆分后再上传。"),
    500: ("系统出了问题", "这不是您的操作造成的，刚才的修改没有保存。请稍后再试；再次出现请把下面的编号告诉管理员。"),
}


def _wants_json() -> bool:
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def _answer(status: int, *, title: str = "", text: str = "", reference: str = "") -> Any:
    usual, default = TITLES.get(status, TITLES[400] if status < 500 else TITLES[500])
    if _wants_json():
        return jsonify({"message": text or default} | ({"reference": reference} if reference else {})), status
    actions = (Action(_("回首页"), "/", "primary"),)
    if status == 401:
        actions = (Action(_("登录"), url_for("SignInView.login"), "primary"),)
    page = ErrorPage(title=title or _(usual), text=text or _(default), actions=actions, reference=reference)
    return render_template("errors/error.html", page=page), status


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return _answer(error.code)


def _csrf(_error: CSRFError) -> Any:
    if not current_user.is_authenticated and not _wants_json() and request.endpoint != "SignInView.login":
        return _sign_in_again()
    return _answer(
        400, title=_("这一页已经过期"), text=_("这一页开得太久，或在别处退出过，没有保存。请返回上一页，刷新后再提交。")
    )


def _not_permitted(error: NotPermitted) -> Any:
    return _answer(403, text=str(error))


def _unexpected(error: Exception) -> Any:
    if isinstance(error, HTTPException):
        return _http_error(error)
    reference = secrets.token_hex(4)
    log.error("Unexpected error %s at %s", reference, request.path, exc_info=error)
    return _answer(500, reference=reference)
