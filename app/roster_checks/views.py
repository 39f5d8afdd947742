"""What checks of rosters add to other rooms: the rows drawn beside a check, to-dos, part of the demonstration."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask, url_for
from flask_appbuilder import AppBuilder

from app.fields.sentence import Sentence
from app.language import gettext as _
from app.lowcode import show_page
from app.lowcode.page_models.parts import PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.register import Register, register
from app.lowcode.viewing import Viewer
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.roster_checks import demo, queries
from app.roster_checks.models import RESOURCE
from app.security.actor import Actor


def drawn(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside a check, for those who look again: the rows drawn by lot."""
    if reg.name != RESOURCE or not viewer.actor.covers(RESOURCE, "review", row.area_code):
        return None
    roster = register(row.roster)
    if not viewer.actor.allows(roster.name, "read"):
        return None
    items = tuple(
        PanelItem(
            roster.title_of(each, viewer.today),
            url_for("RegisterView.show", register_name=roster.name, row_id=each.id),
        )
        for each in queries.drawn_rows(row)
    )
    return Panel(_("抽查名单（系统抽出）"), items, empty_text=_("这本名册里已没有核对时的记录。"))


def to_sample(actor: Actor, today: date) -> list[Todo]:  # noqa: ARG001 - a to-do source
    """One line for all checks that wait for somebody to look again."""
    prefixes = actor.prefixes(RESOURCE, "review")
    count = queries.waiting_count(prefixes) if prefixes and not actor.is_system else 0
    if not count:
        return []
    why = Sentence("按系统抽出的名单看几条，全部无误才算准确")
    return [
        Todo(Sentence("抽查 %(n)s 次名册核对", n=count), why=why, url=f"/{RESOURCE}/list/", tone="amber", kind="points")
    ]


def install(_app: Flask, _appbuilder: AppBuilder) -> None:
    """Register all by name; again changes nothing."""
    show_page.add_panel(drawn)
    register_todo_source("roster_checks.to_sample", to_sample)
    demo.install()
