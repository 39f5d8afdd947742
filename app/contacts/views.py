"""The 通讯录: search over all registers that know people, one register a tab, and vCards for phones."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.contacts import pages, papers, queries, rules
from app.contacts.models import RESOURCE
from app.contacts.sources import source
from app.database.transactions import writing
from app.lowcode.frame import Entry, add_entry, asked_area
from app.lowcode.sent import sent_number
from app.security import audit
from app.security.actor import current_actor
from app.security.permissions import permitted

MOST_WORDS = 50


class ContactsView(BaseView):  # type: ignore[misc]
    """Everything under /contacts."""

    route_base = "/contacts"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """`?kind=` one register, `?q=` words in all of them."""
        actor = current_actor()
        page = pages.contacts_page(
            area=asked_area(actor, RESOURCE), kind=request.args.get("kind", ""), words=_words(),
            number=sent_number(request.args.get("page"), default=1), actor=actor, today=today(),
        )  # fmt: skip
        return self.render_template("contacts/index.html", page=page)

    @expose("/cards.vcf")
    @permitted(RESOURCE, "export")
    def cards(self) -> Response:
        """Those with a telephone in clear, for a phone's address book; goes into the audit chain."""
        actor = current_actor()
        area = asked_area(actor, RESOURCE, "export")
        chosen = source(request.args.get("kind", ""))
        sources = [each for each in queries.sources_of(actor, "export") if chosen in (None, each)]
        found = [
            contact
            for each in sources
            for contact in queries.find(
                each, area=area, words=_words(), actor=actor, today=today(), permission="export"
            ).contacts
        ]
        with writing():
            audit.record("exported", RESOURCE, area_code=area, note=f"通讯录 vCard，{len(found)} 人")
        answer = Response(rules.cards(found), mimetype="text/vcard; charset=utf-8")
        answer.headers["Content-Disposition"] = "attachment; filename=contacts.vcf"
        return answer


def _words() -> str:
    return request.args.get("q", "").strip()[:MOST_WORDS]


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Pages, menu and paper; again changes nothing."""
    appbuilder.add_view_no_menu(ContactsView)
    add_entry(Entry("daily", "通讯录", "ContactsView.index", RESOURCE, icon="people"))
    papers.install()
