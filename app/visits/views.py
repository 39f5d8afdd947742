"""Households not visited for long; what visits add to other rooms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Flask, request
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.fields.sentence import Sentence
from app.lowcode import show_page
from app.lowcode.frame import Entry, add_entry, asked_area
from app.lowcode.sent import sent_number
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.security.actor import Actor, current_actor
from app.security.permissions import permitted
from app.visits import demo, pages, papers, queries, rules
from app.visits.models import RESOURCE

REMIND_DAYS, MOST_EACH = 3, 5


class VisitsView(BaseView):  # type: ignore[misc]
    """Everything under /visits beside the register's own pages."""

    route_base = "/visits"
    default_view = "unvisited"

    @expose("/unvisited")
    @permitted(RESOURCE, "read")
    def unvisited(self) -> Any:
        """`?days=90&page=1`."""
        actor = current_actor()
        days = sent_number(request.args.get("days"), default=rules.USUAL_SPAN)
        page = pages.unvisited_page(
            asked_area(actor, RESOURCE), days if days in rules.SPANS else rules.USUAL_SPAN,
            max(sent_number(request.args.get("page"), most=2000, default=1), 1), actor=actor, today=today(),
        )  # fmt: skip
        return self.render_template("visits/unvisited.html", page=page)


def follow_ups(actor: Actor, today: date) -> list[Todo]:
    """What visits left to be done, three days ahead."""
    prefixes = actor.prefixes(RESOURCE, "write")
    rows = queries.to_follow(prefixes, by=today + timedelta(days=REMIND_DAYS), limit=MOST_EACH) if prefixes else []
    return [
        Todo(
            Sentence("走访要跟进：%(what)s", what=row.follow_what or row.name), why=row.name or "", due_on=row.follow_by,
            url=f"/{RESOURCE}/show/{row.id}", kind="visit",
        )
        for row in rows
    ]  # fmt: skip


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Page, box, paper, to-dos and the part of the demonstration; again changes nothing."""
    appbuilder.add_view_no_menu(VisitsView)
    add_entry(Entry("residents", "久未走访", "VisitsView.unvisited", RESOURCE, icon="clock"))
    show_page.add_panel(pages.panel)
    register_todo_source("visits.follow_ups", follow_ups)
    papers.install()
    demo.install()
