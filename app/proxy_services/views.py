"""Pages of proxy services, and what they add to other rooms."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.database.transactions import writing
from app.fields.sentence import Sentence
from app.files.records import behind_the_wall, register_record_kind
from app.language import gettext as _
from app.lowcode import show_page
from app.lowcode.exporting import download
from app.lowcode.flow.service import add_filler, add_follower
from app.lowcode.frame import Entry, add_entry, asked_area
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.queries import area_names, get
from app.lowcode.register import register
from app.lowcode.sent import sent_number
from app.lowcode.service import SaveRefused
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.periods.rules import Period
from app.proxy_services import demo, handing_on, pages, papers, queries, service, shipped, steps
from app.proxy_services.entitlements import entitlements
from app.proxy_services.models import ORDERS, ProxyOrder
from app.proxy_services.rules import Entitlement
from app.security import audit
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.permissions import permitted
from reports.rendering import render

MOST_EACH = 8


class ProxyView(BaseView):  # type: ignore[misc]
    """Everything under /proxy_services."""

    route_base = "/proxy_services"
    default_view = "entitled"

    @expose("/entitled")
    @permitted(ORDERS, "read")
    def entitled(self) -> Any:
        """`?rule=aged_70&span=month&page=1`."""
        actor, known = current_actor(), entitlements()
        rule = next((each for each in known if each.key == request.args.get("rule")), known[0] if known else None)
        span = pages.EVERYBODY if request.args.get("span") == pages.EVERYBODY else pages.MONTH
        number = max(sent_number(request.args.get("page"), most=2000, default=1), 1)
        page = pages.entitled_page(asked_area(actor, ORDERS), known, rule, span=span, number=number, today=today())
        return self.render_template("register/list.html", page=page)

    @expose("/entitled/<key>/<int:resident_id>", methods=["GET", "POST"])
    @permitted(ORDERS, "write")
    def open_order(self, key: str, resident_id: int) -> Any:
        """Open an order for one of them."""
        rule, resident, actor = _rule(key), get(register("residents"), resident_id), current_actor()
        if resident is None or not actor.covers(ORDERS, "write", resident.area_code):
            abort(404)
        if request.method == "GET":
            return self.render_template("register/form.html", page=pages.order_form(resident, rule))
        note = request.form.get("note", "").strip()[:500]
        try:
            order = service.open_order(resident, rule, note, by=actor, today=today())
        except (SaveRefused, NotPermitted) as refused:
            page = pages.order_form(resident, rule, error=str(refused), note=note)
            return self.render_template("register/form.html", page=page), 422
        flash(_("已开代办单 %(number)s，请先电话预约。", number=order.number), "green")
        return redirect(url_for("RegisterView.show", register_name=ORDERS, row_id=order.id))

    @expose("/<int:order_id>/sheet.pdf")
    @permitted(ORDERS, "export")
    def sheet(self, order_id: int) -> Any:
        """The sheet of one order, to print."""
        row, actor = get(register(ORDERS), order_id), current_actor()
        if row is None or not actor.covers(ORDERS, "export", row.area_code):
            abort(404)
        of = paper(papers.SHEET)
        made = of.build(PaperRequest(row.area_code, Period.of("month", today()), today(), actor, subject=row.uid))
        title = f"{row.number}{of.title}"
        with writing():
            audit.record("printed", ORDERS, area_code=row.area_code, row_uid=row.uid, note=title)
        return download(render(made, "pdf"), f"{title}.pdf")


def _rule(key: str) -> Entitlement:
    rule = next((each for each in entitlements() if each.key == key), None)
    if rule is None:
        abort(404)
    return rule


def bags_out(actor: Actor, today: date) -> list[Todo]:
    """Bags that must come back today or should have."""
    prefixes = actor.prefixes(ORDERS, "write")
    rows = queries.out_by(prefixes, today, limit=MOST_EACH) if prefixes else []
    names = area_names({row.area_code for row in rows})
    return [
        Todo(
            Sentence("代办要送回：%(order)s", order=row.number or ""),
            why=Sentence("%(area)s，封口以后一个工作日内送回签收", area=names.get(row.area_code, "")), due_on=row.due_on, url=f"/{ORDERS}/show/{row.id}", kind="proxy",
        )
        for row in rows
    ]  # fmt: skip


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Pages, box, papers, to-dos, the steps of its flow and the part of the demonstration; again changes nothing."""
    appbuilder.add_view_no_menu(ProxyView)
    add_entry(Entry("residents", "到龄未办", "ProxyView.entitled", ORDERS, icon="people"))
    register_record_kind(behind_the_wall(ProxyOrder, is_logged=True))
    show_page.add_panel(pages.panel)
    add_follower(steps.follow)
    add_filler(steps.known_values)
    register_todo_source("proxy_services.bags_out", bags_out)
    assert handing_on.KIND
    papers.install()
    shipped.install()
    demo.install()
