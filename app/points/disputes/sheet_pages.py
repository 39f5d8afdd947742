"""A community's month on show as a page: until when, the figures as they were shown and as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for
from sqlalchemy import select

from app.areas.queries import full_name
from app.extensions import db
from app.fields.masks import mask
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Link, Note
from app.lowcode.queries import area_names
from app.lowcode.register import register
from app.periods.queries import state_of
from app.periods.rules import FINAL, Period
from app.points import sum_queries
from app.points.checking.queries import waiting_in_months
from app.points.disputes import queries as shown
from app.points.disputes.page_models import SheetPage
from app.points.page_models import Amount
from app.points.pages import tone_of
from app.points.rules import ZERO, signed
from app.points.steps.models import PointsShowLine, PointsStep
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.settings.working_calendar import working_calendar


def sheet_page(area_code: str, month: Period, actor: Actor, *, today: date) -> SheetPage:
    """One community's month. The caller has made sure that the actor may see it."""
    step = shown.last_show(area_code, month)
    lines = shown.shown_lines(step) if step is not None else ()
    following = month.following()
    may_show = actor.covers("points_entries", "review", area_code)
    return SheetPage(
        title=_("积分公示"),
        subtitle=full_name(area_code),
        chips=(_chip(step, today),),
        month_title=month.title,
        previous=Link(_("上个月"), address(area_code, month.previous())),
        following=Link(_("下个月"), address(area_code, following)) if following.first <= today else None,
        lead_text=_("按网格排列，不排名次。对本人的积分有异议的，在公示期内从“我的积分”里提出。"),
        amounts=_amounts(step, lines, area_code, month),
        heads=(
            HeadColumn("name", _("姓名")),
            HeadColumn("grid", _("所属网格")),
            HeadColumn("total", _("公示的合计"), "right"),
            HeadColumn("now", _("现在的合计"), "right"),
            HeadColumn("gained", _("加分"), "right"),
            HeadColumn("deducted", _("扣分"), "right"),
            HeadColumn("count", _("记录数"), "right"),
        ),
        rows=_rows(lines, area_code, month, actor),
        actions=(Action(_("为什么变了"), url_for("PointsWhyView.index", area=area_code, month=month.key)),)
        if actor.covers("points_entries", "read", area_code)
        else (),
        main_action=_show_action(area_code, month, step) if may_show and _may_begin(area_code, month, step, today) else None,
        notes=_notes(area_code, month, step, today, may_show=may_show),
        change_heads=_change_heads(),
        change_rows=_change_rows(step, month) if step is not None and actor.covers("points_entries", "read", area_code) else (),
        empty=None if step is not None else EmptyState(_("%(month)s的积分还没有公示", month=month.title), _empty_text(may_show=may_show)),
    )  # fmt: skip


def address(area_code: str, month: Period) -> str:
    """The page of a community's month."""
    return url_for("PointsShowView.sheet", area=area_code, month=month.key)


def _empty_text(*, may_show: bool) -> str:
    return _("核完本月的记录以后，点“开始公示”。") if may_show else _("公示以后，这里可以看到本社区每个人的合计。")


def _chip(step: PointsStep | None, today: date) -> Chip:
    if step is None or step.due_on is None:
        return Chip(_("未公示"), "grey")
    return Chip(_("公示中"), "blue") if today <= step.due_on else Chip(_("公示已结束"), "green")


def _may_begin(area_code: str, month: Period, step: PointsStep | None, today: date) -> bool:
    if today <= month.last or state_of(area_code, month).state == FINAL:
        return False
    return step is None or bool(shown.moved_since(step, month))


def _show_action(area_code: str, month: Period, step: PointsStep | None) -> Action:
    label = _("开始公示") if step is None else _("重新公示")
    return Action(label, url_for("PointsShowView.show", area=area_code, month=month.key), "primary", "post")


def _amounts(
    step: PointsStep | None, lines: Sequence[PointsShowLine], area_code: str, month: Period
) -> tuple[Amount, ...]:  # fmt: skip
    with beyond_scope():
        disputes = shown.disputes_in(area_code, month=month)
    waiting = sum(each.is_open for each in disputes)
    begun = step.on.isoformat() if step is not None else "—"
    provisional = step is not None and step.due_on is not None and working_calendar().is_provisional(step.due_on)
    until = step.due_on.isoformat() if step is not None and step.due_on is not None else "—"
    note = (
        _("暂定，放假安排公布后重算")
        if provisional
        else _("异议提到 %(day)s 为止", day=shown.last_dispute_day(step))
        if step is not None
        else ""
    )
    return (
        Amount(_("开始日期"), begun),
        Amount(_("截止日期"), until, note if step is not None else ""),
        Amount(_("网格员"), str(len(lines)) if step is not None else "—"),
        Amount(_("异议"), str(len(disputes)), _("%(n)s 件还没有处理", n=waiting) if waiting else _("没有等处理的")),
    )


def _rows(
    lines: Sequence[PointsShowLine], area_code: str, month: Period, actor: Actor
) -> tuple[RowView, ...]:  # fmt: skip
    """In full for those who keep the ledger; workers of the community see masked names and no way to entries."""
    model = register("grid_workers").model
    with beyond_scope():
        found = db.session.execute(select(model.id, model.name).where(model.id.in_([line.worker_id for line in lines])))
        names = {row.id: row.name for row in found}
    keeps = actor.covers("points_entries", "read", area_code)
    grids = area_names({line.area_code for line in lines})
    now = shown.sums_of(area_code, month)
    rows = []
    for line in sorted(lines, key=lambda line: (line.area_code, line.worker_id)):
        name, total = names.get(line.worker_id, ""), line.gained + line.deducted
        present = now.get(line.worker_uid, ZERO)
        cells = (
            CellView(name if keeps else mask("name", name, "public")),
            CellView(grids.get(line.area_code, line.area_code)),
            CellView(signed(total), "number"),
            CellView(signed(present), "number", tone="amber" if present != total else None),
            CellView(signed(line.gained), "number", tone=tone_of(line.gained)),
            CellView(signed(line.deducted), "number", tone=tone_of(line.deducted)),
            CellView(str(line.entry_count), "number"),
        )
        url = url_for("PointsView.worker", worker_id=line.worker_id, month=month.key) if keeps else ""
        rows.append(RowView(str(line.worker_id), cells, url))
    return tuple(rows)


def _change_heads() -> tuple[HeadColumn, ...]:
    return (
        HeadColumn("matter", _("事项")),
        HeadColumn("name", _("姓名")),
        HeadColumn("seq", _("流水号"), "right"),
        HeadColumn("on", _("日期")),
        HeadColumn("rule", _("规则")),
        HeadColumn("points", _("分值"), "right"),
        HeadColumn("by", _("记录人")),
    )


def _change_rows(step: PointsStep, month: Period) -> tuple[RowView, ...]:
    """Why the sum of now is not the sum that was shown, entry by entry."""
    return tuple(
        RowView(
            str(each.entry_id),
            (
                CellView(each.matter), CellView(each.worker_name), CellView(str(each.seq), "number"),
                CellView(each.on.isoformat(), "date"), CellView(each.rule_code),
                CellView(signed(each.points), "number", tone=tone_of(each.points)), CellView(each.recorded_by),
            ),
            url_for("PointsView.entry", entry_id=each.entry_id),
        )
        for each in shown.changes_since(step, month)
    )  # fmt: skip


def _notes(
    area_code: str, month: Period, step: PointsStep | None, today: date, *, may_show: bool
) -> tuple[Note, ...]:  # fmt: skip
    if not may_show:
        return ()
    notes = []
    number = sum_queries.month_number(month.first)
    with beyond_scope():
        waiting = sum(waiting_in_months(area_code, number, number).values())
    if waiting:
        links = (Link(_("去核对"), url_for("PointsCheckingView.index")),)
        notes.append(Note(_("还有 %(n)s 条积分没有核，核完才能公示。", n=waiting), "amber", links))
    if step is not None and step.due_on is not None and today <= step.due_on:
        days = working_calendar().working_days_between(today, step.due_on)
        notes.append(Note(_("公示还有 %(n)s 个工作日，结束以后才能定稿。", n=days), "blue"))
    moved = shown.moved_since(step, month) if step is not None else ()
    if moved:
        notes.append(Note(_("公示以后有 %(n)s 名网格员的积分不是因为异议而变动，要重新公示。", n=len(moved)), "amber"))
    return tuple(notes)
