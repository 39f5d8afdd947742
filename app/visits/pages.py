"""Builds the page of households not visited for long, and the box of visits beside a household."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from app.areas.queries import full_name
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, Pager, RowView
from app.lowcode.page_models.parts import Action, Link, Note, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.queries import area_names, row_titles
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.periods.rules import Period
from app.security.actor import Actor
from app.settings.queries import profile
from app.settings.working_calendar import working_calendar
from app.visits import queries, rules
from app.visits.models import RESOURCE
from app.visits.page_models import UnvisitedPage

PAGE_SIZE, PANEL_SIZE = 50, 5


def unvisited_page(area: str, days: int, number: int, *, actor: Actor, today: date) -> UnvisitedPage:
    """Households of an area, those that waited longest first."""
    found, count, whole = queries.unvisited(
        (area,), days=days, today=today, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE
    )
    names = area_names({each.area_code for each in found})
    title, heads, rows = _counts(area, today) if profile().visit_counts else ("", (), ())
    return UnvisitedPage(
        title=_("久未走访"),
        subtitle=full_name(area) if area else "",
        lead_text=_(
            "有人住的 %(whole)s 户里，%(count)s 户超过 %(days)s 天没有走访，等得最久的排在前面。",
            whole=whole, count=count, days=days,
        ),
        tabs=tuple(Link(_("%(n)s 天以上", n=span), _address(area, span), span == days) for span in rules.SPANS),
        heads=(
            HeadColumn("name", _("户")),
            HeadColumn("area", _("所属网格")),
            HeadColumn("last", _("上次走访")),
            HeadColumn("waited", _("已过天数"), "right"),
            HeadColumn("count", _("走访过几次"), "right"),
        ),
        rows=tuple(_row(each, names, today) for each in found),
        actions=(Action(_("记一次走访"), url_for("RegisterView.add", register_name=RESOURCE), "primary", icon="plus"),)
        if actor.allows(RESOURCE, "write")
        else (),
        pager=_pager(area, days, number, count),
        empty=None if found else EmptyState(_("没有久未走访的户"), _("这段时间里每户都走访过。")),
        notes=(Note(_("走访是为了解决问题。国办函〔2026〕12号要求不得强制打卡、排名，次数不宜用来考核。"), "amber"),)
        if rows
        else (),
        count_title=title, count_heads=heads, count_rows=rows,
    )  # fmt: skip


def _address(area: str, days: int, page: int = 1) -> str:
    more: dict[str, Any] = {"page": page} if page > 1 else {}
    return url_for("VisitsView.unvisited", area=area, days=days, **more)


def _row(each: queries.Waiting, names: dict[str, str], today: date) -> RowView:
    waited = rules.waited(each.last, today)
    cells = (
        CellView(each.name),
        CellView(names.get(each.area_code, "")),
        CellView(each.last.isoformat(), "date") if each.last else CellView(_("没有走访过"), "chip", tone="amber"),
        CellView(str(waited) if waited is not None else "", "number"),
        CellView(str(each.count), "number"),
    )
    return RowView(str(each.id), cells, url_for("RegisterView.show", register_name="households", row_id=each.id))


def _pager(area: str, days: int, number: int, count: int) -> Pager | None:
    if count <= PAGE_SIZE:
        return None
    first, last = (number - 1) * PAGE_SIZE + 1, min(number * PAGE_SIZE, count)
    return Pager(
        _("第 %(first)s–%(last)s 户，共 %(count)s 户", first=first, last=last, count=count),
        _address(area, days, number - 1) if number > 1 else "",
        _address(area, days, number + 1) if last < count else "",
    )


def _counts(area: str, today: date) -> tuple[str, tuple[HeadColumn, ...], tuple[RowView, ...]]:
    month = Period.of("month", today)
    counted = queries.households_by_worker((area,), month.first, today)
    names = row_titles("grid_workers", {worker for worker, _count in counted})
    calendar = working_calendar()
    days = sum(
        calendar.is_working_day(date.fromordinal(n)) for n in range(month.first.toordinal(), today.toordinal() + 1)
    )
    heads = (
        HeadColumn("name", _("走访人")), HeadColumn("homes", _("走访户数"), "right"),
        HeadColumn("days", _("已过工作日"), "right"),
    )  # fmt: skip
    rows = tuple(
        RowView(
            str(worker),
            (CellView(names.get(worker, "")), CellView(str(count), "number"), CellView(str(days), "number")),
            url_for("RegisterView.list", register_name=RESOURCE, worker=worker),
        )
        for worker, count in counted
    )
    return _("%(month)s各人走访户数", month=month.title), heads, rows


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside a household: its last visits."""
    if reg.name != "households" or not viewer.actor.allows(RESOURCE, "read"):
        return None
    items = tuple(
        PanelItem(
            each.visited_on.isoformat(), url_for("RegisterView.show", register_name=RESOURCE, row_id=each.id),
            each.found[:40],
        )
        for each in queries.latest_of(row.id, limit=PANEL_SIZE)
    )  # fmt: skip
    return Panel(_("走访"), items, empty_text=_("还没有走访过"))
