"""Disputes as pages: the list, one dispute with its decision, and what an entry's page says and offers about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import url_for

from app.areas.queries import full_name
from app.files.queries import attachments_of
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Chip, Note, PanelItem
from app.lowcode.page_models.records import FactGroup, FactView, Panel, ShowPage
from app.lowcode.queries import area_names
from app.points import queries
from app.points.disputes.queries import Dispute, month_of
from app.points.disputes.rules import UPHELD
from app.points.page_models import CalendarPage
from app.points.pages import tone_of
from app.points.rules import signed
from app.points.steps.service import RECORD_KIND

TAKEN_BACK = frozenset({"已冲正", "退回"})
"""States of entries that cannot be disputed: the counter-entry can."""


def disputes_page(found: Sequence[Dispute], *, title: str, place: str, today: date, is_own: bool) -> ListPage:
    """Disputes, those to be decided first; a worker's own ones or an area's."""
    names = area_names({each.area_code for each in found})
    heads = (
        HeadColumn("reason", _("理由")),
        HeadColumn("worker", _("网格员")),
        HeadColumn("about", _("对什么")),
        HeadColumn("month", _("月份")),
        HeadColumn("grid", _("网格")),
        HeadColumn("filed", _("提出日期")),
        HeadColumn("due", _("处理期限")),
        HeadColumn("state", _("状态")),
    )
    missing = Action(_("少记了一件事"), url_for("PointsDisputeView.missing"), "primary")
    return ListPage(
        title=title,
        list_url=url_for("PointsDisputeView.own" if is_own else "PointsDisputeView.index"),
        count_text=place,
        lead_text=_("由记录人和核对人之外的人处理；成立的，更正自动记进台账。"),
        columns=heads,
        rows=tuple(_row(each, names, today) for each in found),
        main_action=missing if is_own else None,
        empty=None if found else EmptyState(_("没有异议"), _("网格员在“我的积分”里点开一条记录，就可以提出异议。")),
        caption=title,
    )


def _row(each: Dispute, names: dict[str, str], today: date) -> RowView:
    late, chip = each.is_overdue(today), chip_of(each, today)
    cells = (
        CellView(each.reason[:60]),
        CellView(each.worker_name),
        CellView(_about(each)),
        CellView(str(month_of(each.month).title)),
        CellView(names.get(each.area_code, each.area_code)),
        CellView(each.filed_on.isoformat(), "date"),
        CellView(each.due_on.isoformat(), "date", tone="red" if late else None),
        CellView(chip.label, "chip", tone=chip.tone),
    )
    return RowView(str(each.id), cells, url_for("PointsDisputeView.dispute", dispute_id=each.id))


def _about(each: Dispute) -> str:
    """第 12 号：清理楼道; the missing matter where no entry is disputed."""
    if each.entry_seq is None:
        return _("少记：%(matter)s", matter=each.matter[:60])
    return _("第 %(n)s 号：%(matter)s", n=each.entry_seq, matter=each.entry_matter[:60])


def chip_of(each: Dispute, today: date) -> Chip:
    """待处理, 已超期, 成立 or 维持原记录."""
    if each.is_open:
        return Chip(_("已超期"), "red") if each.is_overdue(today) else Chip(_("待处理"), "amber")
    return Chip(_("异议成立"), "green") if each.verdict == UPHELD else Chip(_("维持原记录"), "grey")


def dispute_page(each: Dispute, line: queries.Line | None, *, today: date, refusal: str, is_own: bool) -> ShowPage:
    """One dispute. `refusal` says why the reader may not decide it, '' where he may."""
    about: tuple[FactView, ...] = (FactView(_("少记的事"), CellView(each.matter), is_wide=True),)
    if line is not None:
        url = url_for("PointsView.entry", entry_id=line.id)
        about = (
            FactView(_("对哪一条"), CellView(_("第 %(n)s 号：%(matter)s", n=line.seq, matter=line.matter), url=url), is_wide=True),
            FactView(_("分值"), CellView(signed(line.points), tone=tone_of(line.points))),
            FactView(_("规则"), CellView(f"{line.rule_code} {line.rule_name}")),
            FactView(_("记录人"), CellView(line.recorded_by)),
            FactView(_("审核人"), CellView(line.checked_by or _("按细则不用核"))),
        )  # fmt: skip
    filed = (
        FactView(_("网格员"), CellView(each.worker_name)),
        FactView(_("网格"), CellView(area_names({each.area_code}).get(each.area_code, each.area_code))),
        FactView(_("提出日期"), CellView(each.filed_on.isoformat())),
        FactView(_("处理期限"), CellView(each.due_on.isoformat(), tone="red" if each.is_overdue(today) else None)),
        FactView(_("理由"), CellView(each.reason), is_wide=True),
    )
    files = tuple(
        PanelItem(item.title, url_for("FileView.download", attachment_id=item.id), item.note)
        for item in attachments_of(RECORD_KIND, each.uid)
    )
    decides = each.is_open and not is_own and not refusal
    decide = Action(_("处理"), url_for("PointsDisputeView.decide", dispute_id=each.id), "primary")
    return ShowPage(
        title=_("积分异议"),
        subtitle=str(month_of(each.month).title),
        chips=(chip_of(each, today),),
        main_action=decide if decides else None,
        groups=(FactGroup(_("提出的异议"), filed), FactGroup(_("有异议的记录"), about), *_decision(each)),
        panels=(Panel(_("附件"), files, "files", empty_text=_("没有附件。")),),
        notes=(Note(refusal, "grey"),) if each.is_open and refusal and not is_own else (),
    )


def _decision(each: Dispute) -> tuple[FactGroup, ...]:
    if each.is_open or each.decided_on is None:
        return ()
    entries = ((each.counter_id, _("看冲正的那一条")), (each.made_id, _("看新记的那一条")))
    facts = [
        FactView(_("结论"), CellView(_("异议成立") if each.verdict == UPHELD else _("维持原记录"))),
        FactView(_("处理日期"), CellView(each.decided_on.isoformat())),
        FactView(_("处理人"), CellView(each.decided_by)),
        FactView(_("处理意见"), CellView(each.decision), is_wide=True),
    ]
    facts.extend(
        FactView(_("台账里的更正"), CellView(label, url=url_for("PointsView.entry", entry_id=entry_id)))
        for entry_id, label in entries
        if entry_id is not None
    )
    return (FactGroup(_("处理结果"), tuple(facts)),)


def dispute_action(line: queries.Line) -> Action:
    """提出异议 on the page of one's own entry."""
    return Action(_("提出异议"), url_for("PointsDisputeView.file", entry_id=line.id))


DISPUTE_PLACE = 4
"""Where 异议 stands among the columns of one's own entries: behind the points."""


def with_disputes(page: CalendarPage, found: Sequence[Dispute], *, may_dispute: bool, today: date) -> CalendarPage:
    """One's own month with 提出异议 beside each entry, or what became of the dispute.

    `found` are the worker's disputes; `may_dispute` is False where the month is final or the days for it are over.
    """
    known = {str(each.entry_id): each for each in found}

    def beside(row: RowView) -> CellView:
        each = known.get(row.id)
        if each is not None:
            address = url_for("PointsDisputeView.dispute", dispute_id=each.id)
            return CellView(chip_of(each, today).label, url=address)
        if not may_dispute or row.cells[-1].text in TAKEN_BACK:
            return CellView("")
        return CellView(_("提出异议"), url=url_for("PointsDisputeView.file", entry_id=int(row.id)))

    def put_in(row: RowView) -> RowView:
        return replace(row, cells=(*row.cells[:DISPUTE_PLACE], beside(row), *row.cells[DISPUTE_PLACE:]))

    heads = (*page.heads[:DISPUTE_PLACE], HeadColumn("dispute", _("异议")), *page.heads[DISPUTE_PLACE:])
    return replace(page, heads=heads, rows=tuple(put_in(row) for row in page.rows))


def dispute_panel(each: Dispute, today: date) -> Panel:
    """Beside an entry: what became of its dispute."""
    url = url_for("PointsDisputeView.dispute", dispute_id=each.id)
    note = _("%(day)s 提出，%(due)s 前处理", day=each.filed_on, due=each.due_on)
    return Panel(_("异议"), (PanelItem(each.reason[:60], url, note, chip_of(each, today)),))


def place_of(area_code: str) -> str:
    """The area of a list of disputes in words."""
    return full_name(area_code)
