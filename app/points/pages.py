"""The points pages as plain values: a worker's month, one entry, an area's summary."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Link, Note, PanelItem, Tone
from app.lowcode.page_models.records import Panel
from app.lowcode.queries import area_names
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.periods.queries import state_of
from app.periods.rules import FINAL, Period
from app.points import queries, rule_queries, sum_queries
from app.points.checking.queries import waiting_points
from app.points.page_models import Amount, CalendarPage, Day, DayEntry
from app.points.rules import TEXT_MATTER, ZERO, signed
from app.security.actor import Actor
from app.settings.working_calendar import working_calendar

SHOWN_A_DAY = 3
STATE_TONES: dict[str, Tone] = {
    "已记": "green", "待核": "blue", "已核": "green", "退回": "grey", "冲正": "amber", "已冲正": "grey",
}  # fmt: skip
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


def tone_of(points: Any) -> Tone:
    """Green above zero, red below."""
    return "green" if points > ZERO else "red" if points < ZERO else "grey"


def calendar_page(worker: Any, month: Period, *, actor: Actor, today: date, is_own: bool) -> CalendarPage:
    """One worker's month. Reads as whoever acts: the view says who that is."""
    lines = queries.lines_of(worker.uid, month.first, month.last)
    total = sum_queries.totals((worker.uid,), month.first, month.last).get(worker.uid, sum_queries.NOTHING)
    waiting = waiting_points((worker.uid,), month.first, month.last).get(worker.uid)
    opening = sum_queries.opening_of(worker.uid, month)
    caps = {rule.code: rule.cap for rule in rule_queries.rules_in_force(worker.area_code, month.last)}
    may_write = not is_own and actor.covers("points_entries", "write", worker.area_code)
    following = month.following()
    address = own_address if is_own else lambda period: worker_address(worker, period)
    return CalendarPage(
        title=_("我的积分") if is_own else _("%(name)s的积分", name=worker.name),
        subtitle=area_names({worker.area_code}).get(worker.area_code, ""),
        month_title=month.title,
        previous=Link(_("上个月"), address(month.previous())),
        following=Link(_("下个月"), address(following)) if following.first <= today else None,
        weekdays=WEEKDAYS,
        weeks=_weeks(month, lines, today),
        amounts=_amounts(total, opening, month, waiting),
        rule_heads=(
            HeadColumn("rule", _("规则")),
            HeadColumn("count", _("次数"), "right"),
            HeadColumn("points", _("本月得分"), "right"),
            HeadColumn("cap", _("每月封顶"), "right"),
        ),
        rule_rows=tuple(_rule_row(line) for line in queries.by_rule(lines, caps)),
        heads=(
            HeadColumn("matter", _("事项")),
            HeadColumn("on", _("日期")),
            HeadColumn("rule", _("规则")),
            HeadColumn("points", _("分值"), "right"),
            HeadColumn("evidence", _("佐证")),
            HeadColumn("by", _("记录人")),
            HeadColumn("checked", _("审核人")),
            HeadColumn("balance", _("余额"), "right"),
            HeadColumn("seq", _("流水号"), "right"),
            HeadColumn("state", _("状态")),
        ),
        rows=tuple(_line_row(line) for line in reversed(lines)),
        actions=() if is_own else (_why_action(worker, month),),
        main_action=Action(_("记一次积分"), url_for("PointsView.award", worker=worker.id), "primary", icon="plus")
        if may_write
        else None,
        notes=_month_notes(worker, month),
        empty_text=_("这个月还没有积分记录。"),
    )


def _why_action(worker: Any, month: Period) -> Action:
    address = url_for("PointsWhyView.index", area=worker.area_code[:12], month=month.key, worker=worker.uid)
    return Action(_("为什么变了"), address)


def worker_address(worker: Any, month: Period) -> str:
    """A worker's month, as those who keep the ledger open it."""
    return url_for("PointsView.worker", worker_id=worker.id, month=month.key)


def own_address(month: Period) -> str:
    """One's own month."""
    return url_for("PointsView.own", month=month.key)


def _month_notes(worker: Any, month: Period) -> tuple[Note, ...]:
    if state_of(worker.area_code, month).state != FINAL:
        return ()
    return (Note(_("%(month)s已经定稿，这个月的积分不会再变；更正记在以后的月份。", month=month.title), "grey"),)


def _amounts(
    total: sum_queries.Total, opening: Any, month: Period, waiting: tuple[Any, int] | None
) -> tuple[Amount, ...]:  # fmt: skip
    balance = opening + total.balance
    added = _("%(n)s 条记录相加", n=total.entry_count)
    if waiting is not None:
        added += _("，其中待核 %(points)s", points=signed(waiting[0]))
    return (
        Amount(_("本月加分"), signed(total.gained), tone=tone_of(total.gained)),
        Amount(_("本月扣分"), signed(total.deducted), tone=tone_of(total.deducted)),
        Amount(_("本月合计"), signed(total.balance), added),
        Amount(_("本年累计"), signed(balance), _("1 月 1 日到 %(month)s 月末", month=month.number)),
    )


def _weeks(month: Period, lines: Sequence[queries.Line], today: date) -> tuple[tuple[Day, ...], ...]:
    by_day: dict[date, list[queries.Line]] = {}
    for line in lines:
        by_day.setdefault(line.on, []).append(line)
    rest = working_calendar()
    return tuple(
        tuple(_day(day, by_day.get(day, []), month, today, is_rest=not rest.is_working_day(day)) for day in week)
        for week in calendar.Calendar().monthdatescalendar(month.year, month.number)
    )


def _day(day: date, lines: Sequence[queries.Line], month: Period, today: date, *, is_rest: bool) -> Day:
    label = f"{day.month}月{day.day}日"
    if not month.contains(day):
        return Day(day.day, label, is_in_month=False)
    total = sum((line.points for line in lines), ZERO)
    return Day(
        day.day,
        label,
        is_in_month=True,
        is_today=day == today,
        is_rest=is_rest,
        sum_text=signed(total) if lines else "",
        tone=tone_of(total),
        entries=tuple(
            DayEntry(
                line.matter, signed(line.points), tone_of(line.points), url_for("PointsView.entry", entry_id=line.id)
            )
            for line in lines[:SHOWN_A_DAY]
        ),
        more_text=_("还有 %(n)s 条", n=len(lines) - SHOWN_A_DAY) if len(lines) > SHOWN_A_DAY else "",
    )


def _rule_row(line: queries.RuleLine) -> RowView:
    cap = signed(line.cap).lstrip("+") if line.cap is not None else _("不封顶")
    cells = (
        CellView(f"{line.code} {line.name}"),
        CellView(str(line.count), "number"),
        CellView(signed(line.points), "number", tone=tone_of(line.points)),
        CellView(cap, "number"),
    )
    return RowView(line.code, cells)


def evidence_text(line: queries.Line) -> str:
    """附件 2 份, 系统记录, or nothing."""
    if line.evidence_count:
        return _("附件 %(n)s 份", n=line.evidence_count)
    return _("系统记录") if line.matter_kind != TEXT_MATTER else ""


def _line_row(line: queries.Line) -> RowView:
    cells = (
        CellView(line.matter),
        CellView(line.on.isoformat(), "date"),
        CellView(f"{line.rule_code} {line.rule_name}"),
        CellView(signed(line.points), "number", tone=tone_of(line.points)),
        CellView(evidence_text(line)),
        CellView(line.recorded_by),
        CellView(line.checked_by),
        CellView(signed(line.balance) if line.balance is not None else "", "number"),
        CellView(str(line.seq), "number"),
        CellView(line.state, "chip", tone=STATE_TONES[line.state]),
    )
    return RowView(str(line.id), cells, url_for("PointsView.entry", entry_id=line.id))


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside a grid worker's page: this month's points, the latest entries, the door to his calendar."""
    if reg.name != "grid_workers" or not viewer.actor.covers("points_entries", "read", row.area_code):
        return None
    month = Period.of("month", viewer.today)
    lines = queries.lines_of(row.uid, month.first, month.last)
    total = sum_queries.totals((row.uid,), month.first, month.last).get(row.uid, sum_queries.NOTHING)
    items = [
        PanelItem(
            f"{signed(line.points)}　{line.matter}",
            url_for("PointsView.entry", entry_id=line.id),
            f"{line.on}　{line.rule_code} {line.rule_name}",
        )
        for line in lines[:-4:-1]
    ]
    if lines:
        items.insert(0, PanelItem(_("本月合计 %(sum)s，%(n)s 条记录", sum=signed(total.balance), n=total.entry_count)))
    return Panel(
        _("积分"),
        tuple(items),
        empty_text=_("这个月还没有积分记录。"),
        more=Link(_("看每月积分"), worker_address(row, month)),
    )
