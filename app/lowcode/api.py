"""REST for every register under /api/v1/<register>/: FAB's addresses and JSON shape, JWT, masks, the same rules.

GET  /api/v1/<register>/            list: ?q=(page:0,page_size:25) in rison as FAB has it, or plain ?page=&page_size=&q=
GET  /api/v1/<register>/_info       columns, permissions, filters
GET  /api/v1/<register>/<id>        one row
POST /api/v1/<register>/            add    PUT  …/<id> change    DELETE …/<id> to the recycle bin
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import prison
from flask import Flask, Response, current_app, jsonify, request
from flask_appbuilder import AppBuilder
from flask_appbuilder.api import BaseApi, expose
from flask_jwt_extended import create_access_token, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_wtf import CSRFProtect
from jwt.exceptions import PyJWTError

from app.clock import today
from app.database.migrate import current_revision, head_revision
from app.extensions import db
from app.lowcode import lines as child_lines
from app.lowcode import list_page, queries, service
from app.lowcode.column import Column
from app.lowcode.openapi import MOST_ROWS, describe_own, description, schema
from app.lowcode.register import Register, register
from app.lowcode.sent import sent_number
from app.lowcode.viewing import Viewer, viewer_of
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import open_to_public, refuse_impossible_ids


def authenticated(permission: str, resource: str = "") -> Any:
    """Let in who carries a token and holds `permission` on the register in the address, or on the resource that is
    named; else 401 or 403 as JSON."""

    def decorate(view: Any) -> Any:
        def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                verify_jwt_in_request()
            except (JWTExtendedException, PyJWTError):
                return jsonify({"message": "需要有效的令牌：先向 /api/v1/security/login 取得。"}), 401
            if not current_actor().allows(resource or kwargs["register_name"], permission):
                return jsonify({"message": "没有这项权限。"}), 403
            refuse_impossible_ids(kwargs)
            return view(self, *args, **kwargs)

        guarded.__name__ = view.__name__
        guarded._needs = (resource or "<register>", permission)  # type: ignore[attr-defined]
        return guarded

    return decorate


class TokenApi(BaseApi):  # type: ignore[misc]
    """Where programs sign in: name and password for a token, as FAB's own API does it."""

    resource_name = "security"

    @expose("/login", methods=["POST"])
    @open_to_public("这里用账号密码换令牌")
    def login(self) -> Any:
        body = request.get_json(silent=True) or {}
        user = current_app.extensions["appbuilder"].sm.auth_user_db(
            str(body.get("username", "")), str(body.get("password", ""))
        )
        if user is None:
            return jsonify({"message": "账号或密码不对，或账号已锁定。"}), 401
        return jsonify({"access_token": create_access_token(identity=str(user.id), fresh=True)})


class RegisterApi(BaseApi):  # type: ignore[misc]
    """One API for all registers."""

    route_base = "/api/v1"

    @expose("/<register:register_name>/", methods=["GET"])
    @authenticated("read")
    def get_list(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        wish = _wish(reg)
        if wish is None:
            return jsonify({"message": "参数 q 看不懂，应是 rison 格式或普通文字。"}), 400
        found = queries.page(reg, wish, actor)
        viewer = viewer_of(reg, actor, today=today())
        return jsonify(
            {
                "count": found.count,
                "count_is_capped": found.is_capped,
                "ids": [row.id for row in found.rows],
                "result": [as_json(reg, row, viewer) for row in found.rows],
            }
        )

    @expose("/<register:register_name>/_info", methods=["GET"])
    @authenticated("read")
    def info(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        permissions = [f"can_{name}" for name in reg.permissions if actor.allows(reg.name, name)]
        return jsonify(
            {
                "permissions": permissions,
                "title": reg.title,
                "columns": [_describe(column) for column in reg.columns],
                "filters": [column.name for column in reg.columns if column.is_filtered],
            }
        )

    @expose("/<register:register_name>/<int:row_id>", methods=["GET"])
    @authenticated("read")
    def get(self, register_name: str, row_id: int) -> Any:
        reg = register(register_name)
        row = queries.get(reg, row_id)
        if row is None:
            return _not_found()
        return jsonify({"id": row.id, "result": as_json(reg, row, viewer_of(reg, current_actor(), today=today()))})

    @expose("/<register:register_name>/", methods=["POST"])
    @authenticated("write")
    def post(self, register_name: str) -> Any:
        return self._save(register(register_name), None)

    @expose("/<register:register_name>/<int:row_id>", methods=["PUT"])
    @authenticated("write")
    def put(self, register_name: str, row_id: int) -> Any:
        reg = register(register_name)
        row = queries.get(reg, row_id)
        if row is None:
            return _not_found()
        return self._save(reg, row)

    def _save(self, reg: Register, row: Any | None) -> Any:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            return jsonify({"message": "请求体应是一个 JSON 对象。"}), 400
        known = {column.name for column in reg.columns if column.is_editable}
        strange = sorted(set(body) - known - {"version"})
        if strange:
            return jsonify({"message": dict.fromkeys(strange, "没有这一列，或不能修改。")}), 422
        version = body.pop("version", None)
        try:
            saved = service.save(
                reg, row, body, by=current_actor(), today=today(), version=version if isinstance(version, int) else None
            )
        except service.SaveRefused as refused:
            return jsonify({"message": refused.errors}), 422
        except service.RowIsStale:
            return jsonify({"message": "这条记录刚被别人改过，请重新读取后再改。"}), 409
        except NotPermitted as refusal:
            return jsonify({"message": str(refusal)}), 403
        answer = {"id": saved.id, "result": as_json(reg, saved, viewer_of(reg, current_actor(), today=today()))}
        return jsonify(answer), 201 if row is None else 200

    @expose("/<register:register_name>/<int:row_id>", methods=["DELETE"])
    @authenticated("write")
    def delete(self, register_name: str, row_id: int) -> Any:
        reg = register(register_name)
        row = queries.get(reg, row_id)
        if row is None:
            return _not_found()
        try:
            service.delete(reg, row, by=current_actor())
        except service.SaveRefused as refused:
            return jsonify({"message": refused.errors}), 422
        except NotPermitted as refusal:
            return jsonify({"message": str(refusal)}), 403
        return jsonify({"message": "已移入回收站。"})


class DescriptionApi(BaseApi):  # type: ignore[misc]
    """The OpenAPI description, and whether the server lives."""

    route_base = ""

    @expose("/api/v1/_openapi", methods=["GET"])
    @expose("/api/v1/openapi.json", methods=["GET"])
    @open_to_public("只描述接口，不含数据")
    def openapi(self) -> Response:
        return jsonify(description())

    @expose("/healthz", methods=["GET"])
    @open_to_public("只说程序在不在")
    def healthz(self) -> Response:
        return jsonify({"status": "ok"})

    @expose("/readyz", methods=["GET"])
    @open_to_public("只说能不能用")
    def readyz(self) -> Any:
        is_ready = current_revision(db.engine) == head_revision()
        return jsonify({"status": "ok" if is_ready else "migrating"}), 200 if is_ready else 503


def _not_found() -> Any:
    return jsonify({"message": "没有这条记录，或不在您负责的范围内。"}), 404


def _wish(reg: Register) -> queries.Wish | None:
    arguments = dict(request.args.items())
    words = arguments.get("q", "")
    if words.startswith("("):
        try:
            asked = prison.loads(words)
        except Exception:  # noqa: BLE001 - prison raises bare ValueError and IndexError alike
            return None
        if not isinstance(asked, dict):
            return None
        arguments = {str(key): str(value) for key, value in asked.items()}
    wish = list_page.read_wish(reg, arguments)
    size = arguments.get("page_size", "")
    number = arguments.get("page", "0")
    return queries.Wish(
        words=wish.words,
        filters=wish.filters,
        area=wish.area,
        sort=arguments.get("order_column", "")
        if arguments.get("order_column") in {column.name for column in reg.columns if column.is_sortable}
        else "",
        is_descending=arguments.get("order_direction") == "desc",
        page=sent_number(number, most=999_999) + 1,
        size=max(1, sent_number(size, most=MOST_ROWS, default=25)),
    )


def as_json(reg: Register, row: Any, viewer: Viewer) -> dict[str, Any]:
    """A row as the API gives it: codes, ids and ISO dates; masked values as masked text."""
    found: dict[str, Any] = {"id": row.id, "uid": row.uid, "version": row.version}
    for column in reg.columns:
        if column.kind == "lines":
            parts = child_lines.child_columns(column)
            found[column.name] = [
                {"id": line.id} | {part.name: _json(part, line, viewer) for part in parts}
                for line in child_lines.rows_of(column, row.id)
            ]
        else:
            found[column.name] = _json(column, row, viewer)
    return found


def _json(column: Column, row: Any, viewer: Viewer) -> Any:
    if column.mask and not viewer.sees_clear(column, row):
        return viewer.show(column, row) or None
    value = column.plain(row, today=viewer.today)
    if column.kind in ("place", "link"):
        return value
    plain = column.type.json(value)
    return str(plain) if isinstance(plain, date | Decimal) else plain


def _describe(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": column.label,
        "required": column.is_required,
        "kind": column.kind,
        "mask": column.mask or None,
        "schema": schema(column),
    }


def install(app: Flask, appbuilder: AppBuilder) -> None:
    """The API's routes; a token is its own proof against forgery, so CSRF does not apply to them."""
    protection: CSRFProtect = app.extensions["csrf"]
    for view in (TokenApi, RegisterApi, DescriptionApi):
        made = appbuilder.add_api(view)
        protection.exempt(made.blueprint)
    describe_own()
