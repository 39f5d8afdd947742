"""An area's points in a period as plain values: all workers in the order of grids, nobody ranked."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from app.areas.queries import full_name
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Link
from app.lowcode.queries import area_names
from app.periods.rules import Period, PeriodKind
from app.points import sum_queries
from app.points.page_models import Amount, SummaryPage
from app.points.pages import tone_of
from app.points.paging import PAGE_SIZE, pager
from app.points.rules import signed
from app.security.actor import Actor


def summary_page(area_code: str, period: Period, *, page: int, actor: Actor, today: date) -> SummaryPage:
    """All workers of an area in a period, in the order of grids; nobody is ranked."""
    shown, count = sum_queries.summary_part(area_code, period, first=(page - 1) * PAGE_SIZE, count=PAGE_SIZE)
    total = sum_queries.area_total(area_code, period)
    names = area_names({row.area_code for row in shown})
    following = period.following()
    kinds: tuple[tuple[PeriodKind, str], ...] = (
        ("week", _("按周")), ("month", _("按月")), ("quarter", _("按季")), ("half", _("按半年")), ("year", _("按年")),
    )  # fmt: skip
    return SummaryPage(
        title=_("积分汇总"),
        subtitle=full_name(area_code),
        lead_text=_("按网格排列，不排名次。点姓名看每一分是怎么来的。"),
        tabs=tuple(
            Link(label, _summary_address(area_code, Period.of(kind, min(period.last, today))), period.kind == kind)
            for kind, label in kinds
        ),
        period_title=period.title,
        previous=Link(_("上一期"), _summary_address(area_code, period.previous())),
        following=Link(_("下一期"), _summary_address(area_code, following)) if following.first <= today else None,
        amounts=(
            Amount(_("网格员"), str(count), _("本期在岗或有记录的人")),
            Amount(_("加分"), signed(total.gained), tone=tone_of(total.gained)),
            Amount(_("扣分"), signed(total.deducted), tone=tone_of(total.deducted)),
            Amount(_("记录"), str(total.entry_count), _("一事一记，冲正也算一条")),
        ),
        heads=(
            HeadColumn("name", _("姓名")),
            HeadColumn("grid", _("所属网格")),
            HeadColumn("opening", _("期初积分"), "right"),
            HeadColumn("gained", _("加分"), "right"),
            HeadColumn("deducted", _("扣分"), "right"),
            HeadColumn("closing", _("期末积分"), "right"),
            HeadColumn("count", _("记录数"), "right"),
        ),
        rows=tuple(_summary_row(row, names, period) for row in shown),
        pager=pager(count, page, lambda number: _summary_address(area_code, period, page=number)),
        actions=(Action(_("为什么变了"), url_for("PointsWhyView.index", area=area_code, month=period.key)),)
        if period.kind == "month"
        else (),
        main_action=Action(_("记一次积分"), url_for("PointsView.award"), "primary", icon="plus")
        if actor.allows("points_entries", "write")
        else None,
        empty=None if count else EmptyState(_("这里还没有网格员"), _("先在网格员名册里登记，再记积分。")),
    )


def _summary_address(area_code: str, period: Period, **more: Any) -> str:
    return url_for("PointsView.summary", area=area_code, period=period.key, **more)


def _summary_row(row: sum_queries.SummaryLine, names: dict[str, str], period: Period) -> RowView:
    month = period if period.kind == "month" else Period.of("month", period.last)
    cells = (
        CellView(row.name),
        CellView(names.get(row.area_code, row.area_code)),
        CellView(signed(row.opening), "number"),
        CellView(signed(row.total.gained), "number", tone=tone_of(row.total.gained)),
        CellView(signed(row.total.deducted), "number", tone=tone_of(row.total.deducted)),
        CellView(signed(row.closing), "number"),
        CellView(str(row.total.entry_count), "number"),
    )
    return RowView(str(row.worker_id), cells, url_for("PointsView.worker", worker_id=row.worker_id, month=month.key))
