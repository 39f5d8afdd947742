"""The pages under /audit/: read by the auditor, edited by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.accounts import audit_pages, audit_queries
from app.accounts.audit_queries import DEEPEST_PAGE, AuditWish
from app.database.transactions import writing
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.language import gettext as _
from app.lowcode.frame import chosen_area
from app.lowcode.sent import sent_number
from app.security import audit
from app.security.actor import current_actor
from app.security.permissions import permitted

MOST_FAULTS = 10


class AuditView(BaseView):  # type: ignore[misc]
    """/audit/: the list, one entry, and the check of all signatures."""

    route_base = "/audit"
    default_view = "index"

    @expose("/")
    @permitted("audit", "read")
    def index(self) -> Any:
        wish = read_wish(request.args)
        found, has_more = audit_queries.entries(wish)
        return self.render_template("register/list.html", page=audit_pages.list_page(found, wish, has_more=has_more))

    @expose("/<int:entry_id>")
    @permitted("audit", "read")
    def show(self, entry_id: int) -> Any:
        found = audit_queries.entry(entry_id)
        if found is None:
            abort(404)
        return self.render_template("register/show.html", page=audit_pages.show_page(*found))

    @expose("/verify", methods=["POST"])
    @permitted("audit", "read")
    def verify(self) -> Any:
        faults = audit.verify()
        with writing():
            note = f"发现 {len(faults)} 处问题" if faults else "没有发现问题"
            audit.record("verified", "audit", area_code=chosen_area(current_actor()), note=note)
        if not faults:
            flash(_("审计链完整：每一条的签名都对得上，没有缺少，也没有改动。"), "green")
        for fault in faults[:MOST_FAULTS]:
            flash(fault, "red")
        if len(faults) > MOST_FAULTS:
            flash(_("还有 %(n)s 处，请用命令 verify 查看全部。", n=len(faults) - MOST_FAULTS), "red")
        return redirect(url_for("AuditView.index"))


def read_wish(arguments: Mapping[str, str]) -> AuditWish:
    """The wish in an address; what makes no sense is ignored."""
    page = arguments.get("page", "1")
    return AuditWish(
        person=arguments.get("person", "").strip()[:60],
        action=arguments.get("action", "").strip()[:30],
        resource=arguments.get("resource", "").strip()[:60],
        first=_day(arguments.get("on_from", "")),
        last=_day(arguments.get("on_to", "")),
        page=max(1, sent_number(page, most=DEEPEST_PAGE)),
    )


def _day(text: str) -> date | None:
    try:
        return read_date(text) if text.strip() else None
    except Refused:
        return None
