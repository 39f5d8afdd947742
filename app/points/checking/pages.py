"""What waits to be checked as a list, the form of sending back, and what an entry's page offers to who may check it."""

from __future__ import annotations

from flask import url_for

from app.areas.queries import full_name
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Note
from app.lowcode.queries import area_names
from app.points import queries, tick_lists
from app.points.checking.queries import MOST_LINES, WaitingLine, waiting_lines
from app.points.checking.rules import refuse_checker
from app.points.checking.service import checker_of
from app.points.rules import PointsRefused, signed
from app.points.steps.service import LONGEST_WORDS
from app.security.actor import Actor, NotPermitted


def waiting_page(area_code: str, actor: Actor) -> ListPage:
    """Entries of an area the actor may check, to be ticked; how many others check is said."""
    lines = waiting_lines(actor, area_code)
    mine = [line for line in lines if not line.refusal]
    names = area_names({line.area_code for line in mine})
    others = len(lines) - len(mine)
    return ListPage(
        title=_("核对积分"),
        list_url=url_for("PointsCheckingView.index"),
        count_text=full_name(area_code),
        lead_text=_("记录人之外的另一个人核。待核的分先计入合计，退回时自动冲正；全部核完才能公示和定稿。"),
        columns=(
            *tick_lists.heads(),
            HeadColumn("evidence", _("佐证")),
            HeadColumn("by", _("记录人")),
        ),
        rows=tuple(_row(line, names) for line in mine),
        bulk_actions=(
            Action(_("核对通过 {count} 条"), url_for("PointsCheckingView.verify"), "primary", "post", icon="check"),
        ),
        notes=_notes(others, len(lines)),
        empty=None
        if mine
        else EmptyState(_("没有等您核的记录"), _("按细则要核的积分记下以后会出现在这里，由记录人之外的人核。")),
        caption=_("待核的积分"),
    )


def _notes(others: int, shown: int) -> tuple[Note, ...]:
    found = []
    if others:
        found.append(Note(_("另有 %(n)s 条是您自己记的，或按规则由街道核，要由别人来核。", n=others), "grey"))
    if shown == MOST_LINES:
        found.append(Note(_("先列出最早的 %(n)s 条，核完再看后面的。", n=MOST_LINES), "grey"))
    return tuple(found)


def _row(line: WaitingLine, names: dict[str, str]) -> RowView:
    cells = (
        *tick_lists.cells(line, names),
        CellView(_("附件 %(n)s 份", n=line.evidence_count) if line.evidence_count else ""),
        CellView(line.recorded_by),
    )
    return RowView(str(line.entry_id), cells, url_for("PointsView.entry", entry_id=line.entry_id))


def may_check(line: queries.Line, actor: Actor, *, worker_uid: str, recorded_by: int | None) -> bool:
    """Whether the actor may check the entry now."""
    if line.state != "待核":
        return False
    try:
        refuse_checker(
            checker_of(actor, line.area_code), rule_code=line.rule_code, check_by=line.check_by or "",
            recorded_by=recorded_by, worker_uid=worker_uid,
        )  # fmt: skip
    except (PointsRefused, NotPermitted):
        return False
    return True


def check_actions(entry_id: int) -> tuple[Action, ...]:
    """核对通过 and 退回 on an entry's page."""
    verify = url_for("PointsCheckingView.verify")
    return (
        Action(_("核对通过"), verify, "primary", "post", icon="check", hidden=(("id", str(entry_id)),)),
        Action(_("退回"), url_for("PointsCheckingView.send_back", entry_id=entry_id)),
    )


def send_back_form(line: queries.Line, worker_name: str, *, typed: str, error: str) -> FormPage:
    """Why an entry is sent back."""
    field = FieldView(
        name="reason", label=_("为什么退回"), widget="textarea", value=typed, is_required=True, width="full",
        max_length=LONGEST_WORDS, error=error, help=_("记录人和网格员都会看到。退回后自动生成一条冲正记录。"),
    )  # fmt: skip
    title = _("退回第 %(n)s 号：%(matter)s", n=line.seq, matter=line.matter)
    about = _("%(name)s，%(on)s，%(points)s 分", name=worker_name, on=line.on, points=signed(line.points))
    return FormPage(
        title=title,
        submit_url=url_for("PointsCheckingView.send_back", entry_id=line.id),
        cancel_url=url_for("PointsView.entry", entry_id=line.id),
        groups=(FieldGroup(about, (field,)),),
        errors=(),
        error_count=1 if error else 0,
        submit_label=_("退回"),
        may_continue=False,
    )
