"""The pages under /outbox/: who is told, what was sent, and what came back."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry
from app.lowcode.service import SaveRefused
from app.lowcode.settings_area import settings_area
from app.outbox import notices, pages, queries, rules, service, working  # noqa: F401 - working holds the jobs
from app.outbox.models import FAILED
from app.security.actor import current_actor
from app.security.permissions import permitted


class OutboxView(BaseView):  # type: ignore[misc]
    """/outbox/: read by who may read settings, changed by who may write them in the receiver's area."""

    route_base = "/outbox"
    default_view = "index"

    @expose("/")
    @permitted("settings", "read")
    def index(self) -> Any:
        page = pages.list_page(queries.receivers(), queries.counted(), current_actor())
        return self.render_template("register/list.html", page=page)

    @expose("/<int:receiver_id>")
    @permitted("settings", "read")
    def show(self, receiver_id: int) -> Any:
        row, actor = queries.receiver(receiver_id) or abort(404), current_actor()
        may_see = actor.covers("settings", "write", row.area_code)
        secret = rules.secret_text(service.secret_of(row)) if may_see else ""
        page = pages.show_page(row, queries.latest(row.id), secret, actor)
        return self.render_template("register/show.html", page=page)

    @expose("/add", methods=["GET", "POST"])
    @permitted("settings", "write")
    def add(self) -> Any:
        if request.method == "GET":
            return self.render_template("register/form.html", page=pages.form_page({}, (), {}))
        typed = {name: request.form.get(name, "").strip()[:500] for name in ("name", "way", "address")}
        typed["area"] = (request.form.get("area") or request.form.get("area-text", "")).strip()[:80]
        kinds = request.form.getlist("kinds")
        try:
            row = service.add_receiver(
                typed["name"],
                way=typed["way"],
                address=typed["address"],
                area_code=settings_area(typed["area"]),
                kinds=kinds,
            )
        except SaveRefused as refused:
            page = pages.form_page(typed, kinds, refused.errors)
            return self.render_template("register/form.html", page=page), 422
        flash(_("已增加。请点“试发”看看对方收不收得到。"), "green")
        return _to(row.id)

    @expose("/<int:receiver_id>/test", methods=["POST"])
    @permitted("settings", "write")
    def test(self, receiver_id: int) -> Any:
        service.send_test(receiver_id)
        flash(_("已交给后台送出，过几秒刷新这一页看对方的回答。"), "green")
        return _to(receiver_id)

    @expose("/<int:receiver_id>/again", methods=["POST"])
    @permitted("settings", "write")
    def again(self, receiver_id: int) -> Any:
        failed = [each.id for each in queries.latest(receiver_id) if each.state == FAILED]
        for message_id in failed:
            service.send_again(message_id)
        flash(_("%(n)s 条已重新排队。", n=len(failed)), "green")
        return _to(receiver_id)

    @expose("/<int:receiver_id>/renew", methods=["POST"])
    @permitted("settings", "write")
    def renew(self, receiver_id: int) -> Any:
        service.change_receiver(receiver_id, renews_secret=True)
        flash(_("已换密钥，请把新的交给对方。"), "green")
        return _to(receiver_id)

    @expose("/<int:receiver_id>/stop", methods=["POST"])
    @permitted("settings", "write")
    def stop(self, receiver_id: int) -> Any:
        service.change_receiver(receiver_id, is_open=False)
        flash(_("已停用，新的事不再告诉对方。"), "green")
        return _to(receiver_id)

    @expose("/<int:receiver_id>/resume", methods=["POST"])
    @permitted("settings", "write")
    def resume(self, receiver_id: int) -> Any:
        service.change_receiver(receiver_id, is_open=True)
        flash(_("已恢复，没送到的马上接着送。"), "green")
        return _to(receiver_id)


def _to(receiver_id: int) -> Any:
    return redirect(url_for("OutboxView.show", receiver_id=receiver_id))


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Pages, menu, and the ear for notices; again changes nothing."""
    appbuilder.add_view_no_menu(OutboxView)
    add_entry(Entry("system", "消息推送", "OutboxView.index", "settings", icon="send"))
    notices.install()
