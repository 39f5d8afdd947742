"""The button that says a notice is done."""

from __future__ import annotations

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder, BaseView, expose

from app.notices.service import mark_done, mark_read
from app.security.addresses import safe_next
from app.security.permissions import signed_in_only

_OWN = "只处理得了发给自己或自己岗位的提醒"


class NoticeView(BaseView):  # type: ignore[misc]
    """POST addresses for one notice; a notice to somebody else is refused."""

    route_base = "/notices"

    @expose("/<int:notice_id>/done", methods=["POST"])
    @signed_in_only(_OWN)
    def done(self, notice_id: int) -> ResponseReturnValue:
        """Mark it done and go back."""
        mark_done(notice_id)
        return redirect(safe_next(request.form.get("next", "/")))

    @expose("/<int:notice_id>/read", methods=["POST"])
    @signed_in_only(_OWN)
    def read(self, notice_id: int) -> ResponseReturnValue:
        """Mark it read and go to the page it leads to."""
        mark_read(notice_id)
        return redirect(safe_next(request.form.get("next", "/")))


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Put the addresses into the application."""
    appbuilder.add_view_no_menu(NoticeView)
