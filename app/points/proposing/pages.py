"""Proposals as a list to be ticked, and the form on which one is recorded or not."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for

from app.areas.queries import full_name
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import EmptyState, ListPage, RowView
from app.lowcode.page_models.parts import Action, Link, Note, Option
from app.lowcode.queries import area_names
from app.points import matters, tick_lists
from app.points.proposing.queries import MOST_LINES, ProposalLine, open_lines
from app.points.proposing.service import LONGEST_REASON
from app.points.rules import signed
from app.security.actor import Actor

RECORD, LEAVE = "record", "leave"


def proposals_page(area_code: str, actor: Actor) -> ListPage:
    """Proposals of an area that wait for the actor."""
    lines = open_lines(actor, area_code)
    names = area_names({line.area_code for line in lines})
    more = _("先列出最早的 %(n)s 条，处理完再看后面的。", n=len(lines))
    return ListPage(
        title=_("超期扣分建议"),
        list_url=url_for("PointsProposalView.index"),
        count_text=full_name(area_code),
        lead_text=_(
            "细则里开了超期扣分的，系统只提建议，不记分。由人核实：确是本人超期的确认记分，另有原因的写明不记。处理完才能公示和定稿。"
        ),
        columns=tick_lists.heads(),
        rows=tuple(_row(line, names) for line in lines),
        bulk_actions=(
            Action(_("确认记分 {count} 条"), url_for("PointsProposalView.confirm"), "primary", "post", icon="check"),
        ),
        notes=(Note(more, "grey"),) if len(lines) == MOST_LINES else (),
        empty=None
        if lines
        else EmptyState(_("没有等您处理的建议"), _("事件或议定事项超期办结，细则又开了超期扣分的，会出现在这里。")),
        caption=_("等待处理的扣分建议"),
    )


def _row(line: ProposalLine, names: dict[str, str]) -> RowView:
    return RowView(
        str(line.id), tick_lists.cells(line, names), url_for("PointsProposalView.decide", proposal_id=line.id)
    )


def decide_form(line: ProposalLine, typed: Mapping[str, str], error: str) -> FormPage:
    """Whether it is recorded, and why not."""
    chosen = typed.get("verdict", "")
    facts = tuple(
        FieldView(name=name, label=label, widget="static", value=value)
        for name, label, value in (
            ("worker", _("网格员"), line.worker_name),
            ("on", _("日期"), line.on.isoformat()),
            ("rule", _("规则"), f"{line.rule_code} {line.rule_name}"),
            ("points", _("分值"), signed(line.points)),
        )
    )
    choice = FieldView(
        name="verdict", label=_("怎么处理"), widget="choice", value=chosen, is_required=True, width="short",
        options=(
            Option("", _("（请选择）"), not chosen), Option(RECORD, _("确认记分"), chosen == RECORD),
            Option(LEAVE, _("不记分"), chosen == LEAVE),
        ),
    )  # fmt: skip
    reason = FieldView(
        name="reason", label=_("说明"), widget="textarea", value=typed.get("reason", ""), width="full",
        max_length=LONGEST_REASON, help=_("不记分的必须写明原因，例如：配件缺货，已报街道延期。"),
    )  # fmt: skip
    address = matters.address_of(line.matter_kind, line.matter_uid)
    return FormPage(
        title=_("扣分建议：%(matter)s", matter=line.matter),
        submit_url=url_for("PointsProposalView.decide", proposal_id=line.id),
        cancel_url=url_for("PointsProposalView.index"),
        groups=(
            FieldGroup(_("系统提出的建议"), facts),
            FieldGroup(_("处理"), (choice, reason), _("确认后以您的名义记入台账，网格员看得到，也可以提异议。")),
        ),
        notes=(Note(_("先看看这件事是怎么办的："), "grey", (Link(line.matter, address),)),) if address else (),
        errors=(error,) if error else (), error_count=1 if error else 0, submit_label=_("提交"), may_continue=False,
    )  # fmt: skip
