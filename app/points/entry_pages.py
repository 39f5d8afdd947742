"""One entry of the ledger as a page: what it was for, how it is counted, who recorded and checked it, its evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from app.files.queries import attachments_of
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView
from app.lowcode.page_models.parts import Action, Chip, PanelItem
from app.lowcode.page_models.records import FactGroup, FactView, Panel, ShowPage
from app.lowcode.queries import area_names
from app.periods.rules import Period
from app.points import matters, queries
from app.points.checking.pages import check_actions, may_check
from app.points.disputes import queries as disputes
from app.points.disputes.pages import dispute_action, dispute_panel
from app.points.pages import STATE_TONES, own_address, tone_of, worker_address
from app.points.rules import signed
from app.security.actor import Actor
from app.security.beyond import beyond_scope


def entry_page(
    line: queries.Line, worker: Any, *, recorded_by: int | None, actor: Actor, today: date, is_own: bool
) -> ShowPage:  # fmt: skip
    """One entry: what it was, how it is counted, its evidence, checking it and taking it back.

    `recorded_by` is the account of who recorded it.
    """
    may_write = not is_own and line.is_live and actor.covers("points_entries", "write", line.area_code)
    checks = not is_own and may_check(line, actor, worker_uid=worker.uid, recorded_by=recorded_by)
    with beyond_scope():
        dispute = disputes.dispute_of(worker.uid, line.id)
    disputes_it = is_own and dispute is None and line.reversed_by is None
    month = Period.of("month", line.on)
    back = own_address(month) if is_own else worker_address(worker, month)
    matter_url = matters.address_of(line.matter_kind, line.matter_uid)
    counted = _("规则 %(code)s 一次 %(value)s 分", code=line.rule_code, value=signed(line.rule_value))
    if line.reverses_id is not None:
        counted = _("与被冲正的那一条相抵")
    facts = (
        FactView(_("事项"), CellView(line.matter, url=matter_url), is_wide=True),
        FactView(_("网格员"), CellView(worker.name, url=back)),
        FactView(_("网格"), CellView(area_names({line.area_code}).get(line.area_code, line.area_code))),
        FactView(_("日期"), CellView(line.on.isoformat())),
        FactView(_("规则"), CellView(f"{line.rule_code} {line.rule_name}")),
        FactView(_("分值"), CellView(signed(line.points), tone=tone_of(line.points))),
        FactView(_("怎么算的"), CellView(counted)),
        FactView(_("记录人"), CellView(line.recorded_by)),
        FactView(_("审核人"), CellView(line.checked_by or _not_checked(line))),
        FactView(_("流水号"), CellView(str(line.seq))),
        FactView(_("本年余额"), CellView(signed(line.balance) if line.balance is not None else "")),
        *_other_side(line, worker),
        FactView(_("说明"), CellView(line.note), is_wide=True),
    )
    files = tuple(
        PanelItem(item.title, url_for("FileView.download", attachment_id=item.id), item.note)
        for item in attachments_of("points_entries", line.uid)
    )
    return ShowPage(
        title=_("积分记录第 %(n)s 号", n=line.seq),
        subtitle=worker.name,
        chips=(Chip(line.state, STATE_TONES[line.state]),),
        actions=(Action(_("返回当月"), back),)
        + ((dispute_action(line),) if disputes_it else ())
        + (check_actions(line.id) if checks else ())
        + ((Action(_("冲正"), url_for("PointsView.reverse", entry_id=line.id)),) if may_write else ()),
        groups=(FactGroup("", facts),),
        panels=(Panel(_("佐证"), files, "files", empty_text=_("没有附件。")),)
        + ((dispute_panel(dispute, today),) if dispute is not None else ()),
    )


def _not_checked(line: queries.Line) -> str:
    return _("等记录人之外的人核") if line.state == "待核" else _("按细则不用核") if line.check_by is None else ""


def _other_side(line: queries.Line, worker: Any) -> tuple[FactView, ...]:
    """The entry this one takes back, or the one that took this one back."""
    if line.reverses_id is not None:
        address = url_for("PointsView.entry", entry_id=line.reverses_id)
        return (FactView(_("冲正的是"), CellView(_("看被冲正的那一条"), url=address)),)
    if line.reversed_by is None:
        return ()
    with beyond_scope():
        counter_id = queries.entry_id_of(worker.uid, line.reversed_by)
    address = url_for("PointsView.entry", entry_id=counter_id)
    return (FactView(_("已由谁冲正"), CellView(_("第 %(n)s 号", n=line.reversed_by), url=address)),)
