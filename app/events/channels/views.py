"""Where channels send events in, and the pages on which an office opens and stops them.

POST /api/v1/intake/events   Authorization: Bearer <token>   Idempotency-Key: <key>   one event as JSON
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.api import BaseApi
from flask_wtf import CSRFProtect

from app.clock import local, today
from app.events.channels import pages, queries, rules, service
from app.events.channels.models import IntakeChannel
from app.events.channels.service import Receipt
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry
from app.lowcode.openapi import FLAG, TEXT, answers, describe, describe_token, sent, thing
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.lowcode.settings_area import settings_area
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted


def channel_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let in who carries the token of an open channel; a person's token is none."""

    @functools.wraps(view)
    def guarded(self: Any) -> Any:
        channel = queries.channel_of(rules.bearer(request.headers.get("Authorization", "")))
        if channel is None:
            return _refusal(401, "令牌不对，或这个渠道已停用。请向街道取新的令牌。")
        return view(self, channel)

    guarded._needs = ("channel", "渠道的令牌只能送事件")  # type: ignore[attr-defined]
    return guarded


class IntakeApi(BaseApi):  # type: ignore[misc]
    """Events from other programs."""

    route_base = "/api/v1/intake"

    @expose("/events", methods=["POST"])
    @channel_only
    def events(self, channel: queries.Channel) -> Any:
        """201 with the receipt, the same again for a repetition (then with the header Idempotent-Replayed)."""
        key = request.headers.get("Idempotency-Key", "")
        if fault := rules.key_fault(key):
            return _refusal(400, fault)
        if (request.content_length or 0) > rules.MOST_BODY:
            return _refusal(413, f"一件事的内容最多 {rules.MOST_BODY // 1024} KB，请缩短后再送。")
        try:
            receipt = service.receive(channel, key, request.get_json(silent=True), today=today())
        except (rules.BodyRefused, SaveRefused) as refused:
            return _refusal(422, refused.errors)
        except service.KeyIsTaken as refused:
            return _refusal(409, str(refused))
        except NotPermitted as refusal:
            return _refusal(403, str(refusal))
        return _receipt(receipt)


def _refusal(status: int, message: Any) -> Any:
    return jsonify({"message": message}), status


def _receipt(receipt: Receipt) -> Response:
    answer = jsonify(
        uid=receipt.uid, number=receipt.number, is_new=receipt.is_new,
        received_at=local(receipt.received_at).isoformat(timespec="seconds"),
    )  # fmt: skip
    answer.status_code = 201
    if receipt.is_repeated:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer


class ChannelView(BaseView):  # type: ignore[misc]
    """/event_channels/: read by who may read settings, changed by who may write them in the channel's area."""

    route_base = "/event_channels"
    default_view = "index"

    @expose("/")
    @permitted("settings", "read")
    def index(self) -> Any:
        page = pages.list_page(queries.channels(), queries.sent_by_channel(), current_actor())
        return self.render_template("register/list.html", page=page)

    @expose("/<int:channel_id>")
    @permitted("settings", "read")
    def show(self, channel_id: int) -> Any:
        return self._shown(queries.channel(channel_id) or abort(404))

    def _shown(self, row: IntakeChannel, token: str = "") -> Any:
        page = pages.show_page(row, queries.sent_by_channel(), current_actor(), token=token)
        return self.render_template("register/show.html", page=page)

    @expose("/add", methods=["GET", "POST"])
    @permitted("settings", "write")
    def add(self) -> Any:
        """The token stands in the answer itself: a redirect would have to keep it somewhere."""
        if request.method == "GET":
            return self.render_template("register/form.html", page=pages.form_page({}, {}))
        typed = {name: request.form.get(name, "").strip()[:80] for name in ("name", "source", "handling")}
        typed["area"] = (request.form.get("area") or request.form.get("area-text", "")).strip()[:80]
        try:
            row, token = service.open_channel(
                typed["name"],
                source=typed["source"],
                handling=typed["handling"],
                area_code=settings_area(typed["area"]),
            )
        except SaveRefused as refused:
            return self.render_template("register/form.html", page=pages.form_page(typed, refused.errors)), 422
        return self._shown(row, token)

    @expose("/<int:channel_id>/renew", methods=["POST"])
    @permitted("settings", "write")
    def renew(self, channel_id: int) -> Any:
        return self._shown(*service.renew_token(channel_id))

    @expose("/<int:channel_id>/stop", methods=["POST"])
    @permitted("settings", "write")
    def stop(self, channel_id: int) -> Any:
        service.set_open(channel_id, is_open=False)
        flash(_("已停用，马上不能再送。"), "green")
        return redirect(url_for("ChannelView.show", channel_id=channel_id))

    @expose("/<int:channel_id>/resume", methods=["POST"])
    @permitted("settings", "write")
    def resume(self, channel_id: int) -> Any:
        service.set_open(channel_id, is_open=True)
        flash(_("已恢复，令牌照旧。"), "green")
        return redirect(url_for("ChannelView.show", channel_id=channel_id))


def _describe() -> None:
    """The address above, for programs that read descriptions."""
    describe_token("channel", "渠道的令牌，只能送事件")
    labels = {column.name: column.label for column in register("events").declared_columns}
    only = {"description": "只有上级平台的工单能填"}
    body = thing(
        {name: TEXT | {"title": labels[name]} | ({} if name in rules.TOLD else only) for name in rules.TOLD_UPSTREAM}
    )
    receipt = thing({"uid": TEXT, "number": TEXT, "is_new": FLAG, "received_at": TEXT})
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "description": "每件事一个不重复的键，重送用原来的键",
           "schema": {"type": "string", "maxLength": rules.MOST_KEY_LENGTH}}  # fmt: skip
    describe("/api/v1/intake/events", {"post": {
        "tags": ["接入渠道"], "operationId": "intake_event", "summary": "送一件事件；同一个键只登记一次", "security": [{"channel": []}],
        "parameters": [key], "requestBody": sent(body), "responses": answers(400, 401, 403, 409, 413, 422, good=201, content=receipt),
    }})  # fmt: skip


def install(app: Flask, appbuilder: AppBuilder) -> None:
    """The address for programs (a token is its own proof against forgery, so CSRF does not apply) and the pages."""
    protection: CSRFProtect = app.extensions["csrf"]
    protection.exempt(appbuilder.add_api(IntakeApi).blueprint)
    appbuilder.add_view_no_menu(ChannelView)
    _describe()
    add_entry(Entry("system", "接入渠道", "ChannelView.index", "settings", icon="send"))
