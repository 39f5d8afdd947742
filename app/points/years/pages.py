"""The year's assessment as pages: an area's list for the office, one worker's year for the office and for himself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for

from app.areas.queries import full_name
from app.language import gettext as _
from app.lowcode.page_models.home import ChartView, Series
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Link
from app.lowcode.page_models.parts import Note as Remark
from app.lowcode.queries import area_names
from app.points.page_models import Amount, SummaryPage
from app.points.pages import tone_of
from app.points.paging import pager, part
from app.points.rules import signed
from app.points.years.page_models import YearPage
from app.points.years.queries import Note, YearLine, YearSheet, months_of, year_sheet
from app.points.years.rules import DECISION, KIND_NAMES, MARK, OUTCOMES
from app.security.actor import Actor
from app.security.beyond import beyond_scope


def list_page(area_code: str, year: int, *, today: date, page: int = 1) -> SummaryPage:
    """Workers of an area by grid, with their results as far as they are known."""
    sheet = year_sheet(area_code, year, today=today)
    shown = part(sheet.lines, page)
    names = area_names({line.person.area_code for line in shown})
    waiting = sum(bool(line.proposal) and line.decision is None for line in sheet.lines)
    lacking = sum(bool(line.result.missing) for line in sheet.lines)
    return SummaryPage(
        title=_("年度考核"),
        subtitle=full_name(area_code),
        lead_text=_("按网格排列。等次带来的劝退、调整只是建议，由街道指定的人写明理由后决定，系统不自动处理任何人。"),
        tabs=(
            Link(_("考核名单"), list_address(area_code, year), True),
            Link(_("积分排名"), url_for("PointsRankingView.index", area=area_code, period=str(year)), False),
        ),
        period_title=_("%(year)s 年", year=year),
        previous=Link(_("上一年"), list_address(area_code, year - 1)),
        following=Link(_("下一年"), list_address(area_code, year + 1)) if year < today.year else None,
        amounts=(
            Amount(_("网格员"), str(len(sheet.lines)), _("本年在岗过的人")),
            Amount(_("评分不全"), str(lacking), tone="amber" if lacking else "grey"),
            Amount(_("建议等决定"), str(waiting), tone="amber" if waiting else "grey"),
        ),
        heads=(
            HeadColumn("name", _("姓名")),
            HeadColumn("grid", _("所属网格")),
            HeadColumn("points", _("全年积分"), "right"),
            HeadColumn("result", _("考核得分"), "right"),
            HeadColumn("grade", _("等次")),
            HeadColumn("notes", _("表彰 / 警示")),
            HeadColumn("advice", _("建议和决定")),
        ),
        rows=tuple(_row(line, names, year) for line in shown),
        pager=pager(len(sheet.lines), page, lambda number: list_address(area_code, year, page=number)),
        empty=None if sheet.lines else EmptyState(_("这一年没有在岗的网格员")),
        notes=(Remark(sheet.why_unranked, "grey"),) if sheet.why_unranked else (),
    )


def list_address(area_code: str, year: int, **more: Any) -> str:
    """An area's year."""
    return url_for("PointsYearView.index", area=area_code, year=year, **more)


def worker_address(worker_id: int, year: int) -> str:
    """A worker's year, as the office opens it."""
    return url_for("PointsYearView.worker", worker_id=worker_id, year=year)


def _row(line: YearLine, names: dict[str, str], year: int) -> RowView:
    value, missing = line.result.value, len(line.result.missing)
    cells = (
        CellView(line.person.name),
        CellView(names.get(line.person.area_code, line.person.area_code)),
        CellView(signed(line.points), "number", tone=tone_of(line.points)),
        CellView(signed(value).lstrip("+") if value is not None else _("还缺 %(n)s 项", n=missing) if missing else "—", "number"),
        CellView(line.grade.name if line.grade else "", "chip", tone="amber" if advice_text(line) else "blue"),
        CellView(f"{len(line.honours)} / {len(line.warnings)}"),
        CellView(advice_text(line)),
    )  # fmt: skip
    return RowView(str(line.person.id), cells, worker_address(line.person.id, year))


def advice_text(line: YearLine) -> str:
    """劝退：建议，等决定; 调整岗位（沈亦舟，2027-01-12）; that the book has no grade for the result."""
    if line.decision is not None:
        done = OUTCOMES.get(line.decision.part, line.decision.part)
        return _("%(done)s（%(by)s，%(on)s）", done=_(done), by=line.decision.by, on=line.decision.on)
    if line.proposal:
        return _("%(what)s：建议，等决定", what=line.proposal)
    return line.grade.why if line.grade is not None and line.grade.grade is None else ""


def worker_page(worker: Any, year: int, *, actor: Actor, today: date, is_own: bool) -> YearPage:
    """One worker's year. His own page reads his community beyond his sight, and shows nobody else."""
    with beyond_scope():
        sheet = year_sheet(worker.area_code[:12], year, today=today)
        months = months_of(worker.uid, year, today=today)
    line = sheet.of(worker.uid)
    address = own_address if is_own else lambda of: worker_address(worker.id, of)
    notes = line.notes if line is not None else ()
    return YearPage(
        title=_("我的年度考核") if is_own else _("%(name)s的年度考核", name=worker.name),
        subtitle=area_names({worker.area_code}).get(worker.area_code, ""),
        year_title=_("%(year)s 年", year=year),
        previous=Link(_("上一年"), address(year - 1)),
        following=Link(_("下一年"), address(year + 1)) if year < today.year else None,
        amounts=_amounts(line),
        chart=_chart(months),
        steps=_steps(line),
        note_heads=(
            HeadColumn("kind", _("种类")),
            HeadColumn("what", _("内容")),
            HeadColumn("reason", _("理由")),
            HeadColumn("by", _("填写人")),
            HeadColumn("on", _("日期")),
        ),
        note_rows=tuple(_note_row(number, note, notes, sheet) for number, note in enumerate(notes)),
        empty_text=_("还没有评分、表彰或警示。"),
        notes=(Remark(sheet.why_unranked, "grey"),) if sheet.why_unranked else (),
        actions=() if is_own else _actions(worker, year, line, sheet, actor),
    )


def own_address(year: int) -> str:
    """One's own year."""
    return url_for("PointsYearView.own", year=year)


def _amounts(line: YearLine | None) -> tuple[Amount, ...]:
    if line is None:
        return (Amount(_("全年积分"), "—", _("本年不在岗")),)
    value = line.result.value
    found = [
        Amount(_("全年积分"), signed(line.points), tone=tone_of(line.points)),
        Amount(_("考核得分"), signed(value).lstrip("+") if value is not None else "—", "、".join(line.result.missing)),
    ]
    if line.placed is not None:
        place = _("第 %(rank)s 名，共 %(among)s 名", rank=line.placed.rank, among=line.placed.among)
        found.append(Amount(_("本社区名次"), place))
    if line.grade is not None:
        found.append(Amount(_("等次"), line.grade.name, line.grade.why))
    return tuple(found)


def _steps(line: YearLine | None) -> tuple[str, ...]:
    if line is None:
        return (_("本年不在岗，不考核。"),)
    said = (line.grade.why if line.grade is not None else "", advice_text(line))
    return (*line.result.how, *dict.fromkeys(words for words in said if words))


def _chart(months: list[tuple[int, Decimal]]) -> ChartView:
    values = tuple(float(points) for _month, points in months)
    bottom, top = scale_of(values)
    labels = tuple(_("%(n)s 月", n=month) for month, _points in months)
    return ChartView(_("每月积分"), labels, (Series(_("积分"), values),), top, "lines", _("分"), bottom=bottom)


def scale_of(values: tuple[float, ...]) -> tuple[int, int]:
    """Round lower and upper ends around zero that four equal steps divide into whole numbers."""
    low, high = min([0.0, *values]), max([4.0, *values])
    return -4 * _quarters(-low), 4 * _quarters(high)


def _quarters(value: float) -> int:
    return int(-(-value // 4))


def _note_row(number: int, note: Note, notes: tuple[Note, ...], sheet: YearSheet) -> RowView:
    later = any(
        other.kind == MARK and (other.stage, other.part) == (note.stage, note.part) and other.attempt > note.attempt
        for other in notes
    )
    what = note.part
    if note.kind == MARK:
        stage = sheet.plan.stage(note.stage)
        what = f"{stage.name if stage else ''}{note.part} {note.value}"
        what += _("（已更正）") if later else _("（更正后）") if note.attempt else ""
    elif note.kind == DECISION:
        what = _(OUTCOMES.get(note.part, note.part))
    cells = (
        CellView(_(KIND_NAMES[note.kind])), CellView(what), CellView(note.reason), CellView(note.by),
        CellView(note.on.isoformat(), "date"),
    )  # fmt: skip
    return RowView(str(number), cells)


def _actions(worker: Any, year: int, line: YearLine | None, sheet: YearSheet, actor: Actor) -> tuple[Action, ...]:
    if line is None or not actor.covers("points_entries", "review", worker.area_code):
        return ()
    at = {"worker_id": worker.id, "year": year}
    found = [
        Action(_("记表彰"), url_for("PointsYearView.commend", **at)),
        Action(_("记警示"), url_for("PointsYearView.warn", **at)),
    ]
    if sheet.plan.marked_parts:
        found.insert(0, Action(_("评分"), url_for("PointsYearView.mark", **at), icon="plus"))
    if line.proposal and line.decision is None:
        found.append(Action(_("决定"), url_for("PointsYearView.decide", **at)))
    return tuple(found)
