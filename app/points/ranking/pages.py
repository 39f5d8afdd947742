"""Ranking as pages: an area's period for the office, and one's own place and trend for a worker."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for

from app.areas.queries import full_name
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Link, Note, Tone
from app.lowcode.queries import area_names
from app.periods.rules import Period, PeriodKind
from app.points import sum_queries
from app.points.page_models import Amount, SummaryPage
from app.points.paging import pager, part
from app.points.ranking.queries import Standing, standing
from app.points.ranking.rules import Graded, NotRanked, Placed, pro_rata_text
from app.points.rules import signed
from app.security.beyond import beyond_scope

KINDS: tuple[PeriodKind, ...] = ("week", "month", "quarter", "half", "year")
TREND_MONTHS = 6
MOST_APART = 20
LEVELS = ((9, "全街道"), (12, "本社区"), (15, "本网格"))


def ranking_page(area_code: str, period: Period, *, today: date, page: int = 1) -> SummaryPage:
    """Workers of an area by rank, or why nobody is ranked."""
    try:
        found = standing(area_code, period, today=today)
    except NotRanked as refused:
        return SummaryPage(
            title=_("积分排名"), subtitle=full_name(area_code), empty=EmptyState(_("这里不排名"), str(refused))
        )
    placed = part(found.placed, page)
    names = area_names({found.people[each.score.worker].area_code for each in placed})
    lead = _(
        "依据：%(basis)s。%(pro_rata)s；同分同名次。建议只供研究，不自动处理任何人。",
        basis=found.book.terms.ranking_basis, pro_rata=_pro_rata(found),
    )  # fmt: skip
    rows = tuple(_row(each, found, names) for each in placed)
    return _page(area_code, period, today=today, lead=lead, rows=rows, found=found, page=page)


def _pro_rata(found: Standing) -> str:
    terms = found.book.terms
    said = (terms.pro_rata_note.rstrip("。") or _(pro_rata_text(terms.pro_rata)), _(terms.floor))
    return "；".join(part for part in said if part)


def _apart(found: Standing) -> tuple[Note, ...]:
    """Those who were in post too short, in words; nobody is ranked by them."""
    if not found.apart:
        return ()
    who = "；".join(f"{found.people[each.worker].name}：{each.how}" for each in found.apart[:MOST_APART])
    return (Note(_("不排名的 %(n)s 人。%(who)s", n=len(found.apart), who=who), "grey"),)


def _row(each: Placed, found: Standing, names: dict[str, str]) -> RowView:
    person, grade = found.people[each.score.worker], found.grades.get(each.score.worker)
    month = found.period if found.period.kind == "month" else Period.of("month", found.period.last)
    cells = (
        CellView(person.name),
        CellView(str(each.rank), "number"),
        CellView(signed(each.score.value).lstrip("+"), "number"),
        CellView(grade.name if grade else "", "chip", tone=_tone(grade)),
        CellView(each.score.how),
        CellView(names.get(person.area_code, person.area_code)),
        CellView(_advice(grade)),
    )
    return RowView(str(person.id), cells, url_for("PointsView.worker", worker_id=person.id, month=month.key))


def _tone(grade: Graded | None) -> Tone:
    return "amber" if grade is not None and grade.why else "blue"


def _advice(grade: Graded | None) -> str:
    if grade is None:
        return ""
    return "；".join(part for part in (grade.why, grade.consequence) if part)


def _page(
    area_code: str, period: Period, *, today: date, lead: str, rows: tuple[RowView, ...], found: Standing,
    page: int,
) -> SummaryPage:  # fmt: skip
    labels = {
        "week": _("按周"),
        "month": _("按月"),
        "quarter": _("按季"),
        "half": _("按半年"),
        "year": _("按年"),
    }
    following = period.following()
    values = [each.score.value for each in found.placed]
    mean = sum(values, Decimal(0)) / len(values) if values else None
    return SummaryPage(
        title=_("积分排名"),
        subtitle=full_name(area_code),
        lead_text=lead,
        tabs=tuple(
            Link(labels[kind], _address(area_code, Period.of(kind, min(period.last, today))), period.kind == kind)
            for kind in KINDS
        ),
        period_title=period.title,
        previous=Link(_("上一期"), _address(area_code, period.previous())),
        following=Link(_("下一期"), _address(area_code, following)) if following.first <= today else None,
        amounts=(
            Amount(_("网格员"), str(len(values)), _("本期在岗的人")),
            Amount(_("平均"), signed(mean.quantize(Decimal("0.1"))).lstrip("+") if mean is not None else "—"),
            Amount(_("最高"), signed(max(values)).lstrip("+") if values else "—"),
            Amount(_("最低"), signed(min(values)).lstrip("+") if values else "—"),
        ),
        heads=(
            HeadColumn("name", _("姓名")),
            HeadColumn("rank", _("名次"), "right"),
            HeadColumn("score", _("得分"), "right"),
            HeadColumn("grade", _("等次")),
            HeadColumn("how", _("怎么算的")),
            HeadColumn("grid", _("所属网格")),
            HeadColumn("advice", _("建议")),
        ),
        rows=rows,
        pager=pager(len(found.placed), page, lambda number: _address(area_code, period, page=number)),
        empty=None if rows else EmptyState(_("本期没有可排名的网格员")),
        notes=_apart(found) if page == 1 else (),
    )


def _address(area_code: str, period: Period, **more: Any) -> str:
    return url_for("PointsRankingView.index", area=area_code, period=period.key, **more)


def own_page(worker: Any, period: Period, *, today: date) -> SummaryPage:
    """One's own place in grid, community and street, how the score comes about, and the last months; nobody else."""
    rows, note = [], ""
    with beyond_scope():
        for digits, label in LEVELS:
            area_code = worker.area_code[:digits]
            if len(area_code) < digits:
                continue
            try:
                found = standing(area_code, period, today=today)
            except NotRanked as refused:
                note = str(refused)
                continue
            placed = found.of(worker.uid)
            note = next((each.how for each in found.apart if each.worker == worker.uid), note)
            if placed is not None:
                rows.append(_own_row(label, placed, found))
        trend = _trend(worker, period)
    address = lambda of: url_for("PointsRankingView.own", period=of.key)  # noqa: E731
    following = period.following()
    labels = {"week": _("按周"), "month": _("按月"), "quarter": _("按季"), "half": _("按半年"), "year": _("按年")}
    return SummaryPage(
        title=_("我的名次"),
        subtitle=worker.name,
        lead_text=_("只有您本人的名次和得分，看不到别人的。每一分的来历在“我的积分”里。"),
        tabs=tuple(Link(labels[kind], address(Period.of(kind, min(period.last, today))), period.kind == kind) for kind in KINDS),
        period_title=period.title,
        previous=Link(_("上一期"), address(period.previous())),
        following=Link(_("下一期"), address(following)) if following.first <= today else None,
        amounts=trend,
        heads=(
            HeadColumn("where", _("范围")),
            HeadColumn("rank", _("名次"), "right"),
            HeadColumn("score", _("得分"), "right"),
            HeadColumn("how", _("怎么算的")),
            HeadColumn("grade", _("等次")),
        ),
        rows=tuple(rows),
        empty=None if rows else EmptyState(_("本期没有名次"), note or _("本期不在岗的不排名。")),
        notes=(Note(note, "grey"),) if note and rows else (),
    )  # fmt: skip


def _own_row(label: str, placed: Placed, found: Standing) -> RowView:
    grade = found.grades.get(placed.score.worker)
    cells = (
        CellView(_(label)),
        CellView(_("第 %(rank)s 名，共 %(among)s 名", rank=placed.rank, among=placed.among), "number"),
        CellView(signed(placed.score.value).lstrip("+"), "number"),
        CellView("；".join(part for part in (placed.score.how, grade.why if grade else "") if part)),
        CellView(grade.name if grade else "", "chip", tone=_tone(grade)),
    )
    return RowView(label, cells)


def _trend(worker: Any, period: Period) -> tuple[Amount, ...]:
    """His points of the last months, the oldest first."""
    months = [Period.of("month", period.last)]
    while len(months) < TREND_MONTHS:
        months.insert(0, months[0].previous())
    found = []
    for month in months:
        total = sum_queries.totals((worker.uid,), month.first, month.last).get(worker.uid, sum_queries.Total())
        found.append(Amount(str(month.title), signed(total.balance), _("%(n)s 条记录", n=total.entry_count)))
    return tuple(found)
