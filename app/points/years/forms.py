"""The forms of a year: marking one part, noting an honour or a warning, deciding what becomes of a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Option
from app.points.rules import PointsRefused
from app.points.steps.service import LONGEST_WORDS
from app.points.years import rules, service
from app.points.years.pages import worker_address
from app.points.years.rules import Plan
from app.security.actor import Actor


def _page(title: str, worker: Any, year: int, route: str, fields: tuple[FieldView, ...], error: str) -> FormPage:
    return FormPage(
        title=title, submit_url=url_for(f"PointsYearView.{route}", worker_id=worker.id, year=year),
        cancel_url=worker_address(worker.id, year), groups=(FieldGroup("", fields),), errors=(error,) if error else (),
        error_count=1 if error else 0, submit_label=_("保存"), may_continue=False,
    )  # fmt: skip


def _reason(typed: Mapping[str, str], help_text: str) -> FieldView:
    return FieldView(
        name="reason", label=_("理由"), widget="textarea", value=typed.get("reason", ""), is_required=True, width="full",
        max_length=LONGEST_WORDS, help=help_text,
    )  # fmt: skip


def mark_form(worker: Any, year: int, plan: Plan, typed: Mapping[str, str], error: str) -> FormPage:
    """Which part of which stage, how much, and why."""
    chosen = typed.get("part", "")
    options = [
        Option(f"{stage.number}:{part}", f"{stage.name}　{part}", f"{stage.number}:{part}" == chosen)
        for stage in plan.stages
        for part in plan.marked_parts
    ]
    fields = (
        FieldView(
            name="part", label=_("评哪一项"), widget="choice", is_required=True,
            options=(Option("", _("请选择"), not chosen), *options),
            help=_("社区自己填社区的评分，其余由街道按部门和服务对象的书面意见填。"),
        ),
        FieldView(
            name="value", label=_("评分"), widget="number", value=typed.get("value", ""), is_required=True, width="short",
            help=_("0 到 100，最多一位小数"),
        ),
        FieldView(
            name="corrects", label=_("更正已有的评分"), widget="flag", value=typed.get("corrects", ""), width="full",
            help=_("只有街道能更正；原来的评分留着，和更正一起看得到。"),
        ),
        _reason(typed, _("凭什么这样评。网格员本人看得到，一项只评一次。")),
    )  # fmt: skip
    return _page(_("给%(name)s评分", name=worker.name), worker, year, "mark", fields, error)


def mark(worker: Any, year: int, typed: Mapping[str, str], *, actor: Actor, today: date) -> None:
    """Write the mark that was typed. Raises PointsRefused, NotPermitted."""
    number, _colon, part = typed.get("part", "").partition(":")
    if number not in ("0", "1", "2"):
        raise PointsRefused("请选评哪一项。")
    try:
        value = Decimal(typed.get("value", "").strip())
    except InvalidOperation:
        raise PointsRefused("评分填 0 到 100 的数，最多一位小数。") from None
    if not value.is_finite():
        raise PointsRefused("评分填 0 到 100 的数，最多一位小数。")
    write = service.correct_mark if typed.get("corrects") else service.mark
    write(
        worker, year, stage=int(number), part=part, value=value, reason=typed.get("reason", ""), by=actor, today=today
    )


def remark_form(worker: Any, year: int, route: str, typed: Mapping[str, str], error: str) -> FormPage:
    """An honour (`commend`) or a warning (`warn`)."""
    is_honour = route == "commend"
    fields = (
        FieldView(
            name="title", label=_("是什么"), value=typed.get("title", ""), is_required=True, width="full",
            max_length=rules.LONGEST_TITLE, help=_("例如：县级优秀网格员") if is_honour else _("例如：约谈提醒"),
        ),
        _reason(typed, _("写明文号或事实。网格员本人看得到，记下后不能改。")),
    )  # fmt: skip
    title = _("记表彰：%(name)s", name=worker.name) if is_honour else _("记警示：%(name)s", name=worker.name)
    return _page(title, worker, year, route, fields, error)


def decide_form(worker: Any, year: int, proposal: str, typed: Mapping[str, str], error: str) -> FormPage:
    """What becomes of a proposal."""
    chosen = typed.get("outcome", "")
    options = [Option(key, _(label), key == chosen) for key, label in rules.OUTCOMES.items()]
    fields = (
        FieldView(
            name="outcome", label=_("决定"), widget="choice", is_required=True,
            options=(Option("", _("请选择"), not chosen), *options),
            help=_("等次带来的建议是“%(what)s”。名册不会自动改，离岗、调岗另在名册里登记。", what=proposal),
        ),
        _reason(typed, _("写明集体研究的情况和依据。决定以您的名义留下，定了不能改。")),
    )  # fmt: skip
    return _page(_("决定：%(name)s", name=worker.name), worker, year, "decide", fields, error)
