"""Beside a need: resources that fit it and why, needs that look like it, and those put into it."""

from __future__ import annotations

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.parts import Link, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.three_lists import queries
from app.three_lists.match_pages import said
from app.three_lists.merging import alike_needs, merged_into
from app.three_lists.models import Need
from app.three_lists.names import list_name
from app.three_lists.proposers import is_waiting, main_of, news_words

SHOWN = 3
MATCHED = ("collected", "listed", "claimed", None)
"""States in which a need still looks for resources, and may be one told twice."""


def fitting_panel(reg: Register, row: Need, viewer: Viewer) -> Panel | None:
    """The three best resources, each with its reasons."""
    if reg.name != "needs" or row.state not in MATCHED:
        return None
    found = queries.fitting_resources(row, "", viewer.actor, today=viewer.today)[:SHOWN]
    items = tuple(
        PanelItem(each.name, url_for("RegisterView.show", register_name="resources", row_id=each.id), said(fit))
        for each, fit in found
    )
    noun = list_name("resources")
    return Panel(_("合适的%(noun)s", noun=noun), items, empty_text=_("没有找到合适的%(noun)s。", noun=noun))


def alike_panel(reg: Register, row: Need, viewer: Viewer) -> Panel | None:
    """Needs that are probably the same, and the door to merging; what was put into this one already."""
    if reg.name != "needs":
        return None
    if row.state == "merged":
        return _merged_panel(row)
    put = tuple(_item(each, _put_note(each, row)) for each in merged_into(row.id))
    may_merge = row.state in ("collected", "listed", "unmet", None)
    found = alike_needs(row, today=viewer.today) if may_merge else ()
    if not found and not put:
        return None
    more = None
    if found and viewer.actor.covers("needs", "write", row.area_code):
        more = Link(_("合并重复的"), url_for("ThreeListsView.merge", need_id=row.id))
    items = tuple(_item(each, said(fit)) for each, fit in found)
    return Panel(_("可能是同一件事"), (*items, *put), more=more)


def _merged_panel(row: Need) -> Panel | None:
    """Beside a merged need: the one it was put into, and the door to telling its proposer."""
    main = main_of(row)
    if main is None:
        return None
    more = Link(_("告诉提出人"), url_for("ThreeListsView.proposer", need_id=row.id))
    return Panel(_("并入的那一条"), (_item(main, _(news_words(main)) or _("还没有人认领")),), more=more)


def _put_note(each: Need, main: Need) -> str:
    """已并入本条, and whether its proposer knows how far this one is."""
    if is_waiting(each, main):
        return _("已并入本条，提出人还没有告诉：%(news)s", news=_(news_words(main)))
    return _("已并入本条")


def _item(need: Need, note: str) -> PanelItem:
    label = f"{need.number or ''} {need.name}".strip()
    return PanelItem(label, url_for("RegisterView.show", register_name="needs", row_id=need.id), note)
