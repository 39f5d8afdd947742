"""The forms of disputes: filing one about an entry or a missing one, and deciding it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from flask import url_for

from app.fields.refusal import Refused
from app.fields.types import Date, Number
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Option
from app.lowcode.queries import get as row_of
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.points import queries, rule_queries
from app.points.disputes import service
from app.points.disputes.queries import Dispute
from app.points.disputes.rules import LONGEST_MATTER, REJECTED, UPHELD
from app.points.models import PointsRule
from app.points.rules import PointsRefused, signed
from app.points.steps.service import LONGEST_WORDS
from app.security.actor import Actor

ACCEPT = "image/*,application/pdf"


def _reason(typed: Mapping[str, str], label: str, help_text: str) -> FieldView:
    return FieldView(
        name="reason", label=label, widget="textarea", value=typed.get("reason", ""), is_required=True, width="full",
        max_length=LONGEST_WORDS, help=help_text,
    )  # fmt: skip


def _files() -> FieldView:
    return FieldView(
        name="files", label=_("证明材料"), widget="file", width="full", accept=ACCEPT,
        help=_("照片、截图或文件，可以不传；只有处理的人和您自己看得到。"),
    )  # fmt: skip


def _page(title: str, group: FieldGroup, *, submit: str, cancel: str, label: str, error: str) -> FormPage:
    return FormPage(
        title=title, submit_url=submit, cancel_url=cancel, groups=(group,), errors=(error,) if error else (),
        error_count=1 if error else 0, submit_label=label, may_continue=False,
    )  # fmt: skip


def entry_form(line: queries.Line, typed: Mapping[str, str], error: str) -> FormPage:
    """The worker disputes one entry."""
    about = _("%(on)s　%(matter)s　%(points)s 分", on=line.on, matter=line.matter, points=signed(line.points))
    fields = (_reason(typed, _("为什么有异议"), _("写清楚事实，例如时间、地点、谁可以证明。")), _files())
    return _page(
        _("对第 %(n)s 号提出异议", n=line.seq), FieldGroup(about, fields),
        submit=url_for("PointsDisputeView.file", entry_id=line.id), cancel=url_for("PointsView.entry", entry_id=line.id),
        label=_("提交异议"), error=error,
    )  # fmt: skip


def missing_form(typed: Mapping[str, str], error: str, *, today: date) -> FormPage:
    """The worker says that a matter was not recorded."""
    fields = (
        FieldView(
            name="matter", label=_("少记了哪件事"), value=typed.get("matter", ""), is_required=True, width="full",
            max_length=LONGEST_MATTER,
        ),
        FieldView(
            name="on", label=_("哪一天的事"), widget="date", value=typed.get("on", today.isoformat()), is_required=True,
            width="short",
        ),
        _reason(typed, _("怎么证明"), _("写清楚办了什么、结果怎样、谁可以证明。")),
        _files(),
    )  # fmt: skip
    return _page(
        _("少记了一件事"), FieldGroup("", fields), submit=url_for("PointsDisputeView.missing"),
        cancel=url_for("PointsView.own"), label=_("提交异议"), error=error,
    )  # fmt: skip


def decide_form(of: Dispute, line: queries.Line | None, typed: Mapping[str, str], error: str, today: date) -> FormPage:
    """What follows from a dispute: nothing, taking back, taking back and recording anew, or recording what was missed."""
    fields = [
        FieldView(
            name="verdict", label=_("结论"), widget="choice", options=_verdicts(line, typed.get("verdict", "")),
            is_required=True, width="full",
        )
    ]  # fmt: skip
    if line is None or line.reverses_id is None:
        fields.append(
            FieldView(
                name="rule", label=_("按哪条规则记"), widget="choice", options=_rules(typed.get("rule", ""), today),
                width="full", help=_("只在补记或改按别的规则记时选。"),
            )
        )  # fmt: skip
        fields.append(
            FieldView(
                name="measured", label=_("数量或达到多少"), widget="number", value=typed.get("measured", ""), width="short",
                help=_("只有按数量或分档计分的规则要填，分值按它算。"),
            )
        )  # fmt: skip
    if line is None:
        fields.append(
            FieldView(
                name="on", label=_("记在哪一天"), widget="date", value=typed.get("on", of.filed_on.isoformat()),
                width="short", help=_("填事情发生的那一天。"),
            )
        )  # fmt: skip
    fields.append(_reason(typed, _("处理意见"), _("核实了什么、依据是什么。网格员会看到。")))
    return _page(
        _("处理%(name)s的异议", name=of.worker_name), FieldGroup(of.reason, tuple(fields), help=_about(of, line)),
        submit=url_for("PointsDisputeView.decide", dispute_id=of.id),
        cancel=url_for("PointsDisputeView.dispute", dispute_id=of.id), label=_("确定"), error=error,
    )  # fmt: skip


def _about(of: Dispute, line: queries.Line | None) -> str:
    """What the dispute is about, so that nobody decides without seeing the record."""
    if line is None:
        return _("要求补记：%(matter)s", matter=of.matter)
    return _(
        "针对 %(on)s 第 %(n)s 号：%(matter)s（%(rule)s，%(points)s 分，%(by)s记）",
        on=line.on, n=line.seq, matter=line.matter, rule=line.rule_code, points=signed(line.points), by=line.recorded_by,
    )  # fmt: skip


def _verdicts(line: queries.Line | None, chosen: str) -> tuple[Option, ...]:
    if line is None:
        choices = [(REJECTED, _("维持：不予补记")), (UPHELD, _("成立：按下面的规则补记"))]
    elif line.reverses_id is not None:
        choices = [(REJECTED, _("维持：冲正不变")), (UPHELD, _("成立：撤销冲正，照原样重新记上"))]
    else:
        choices = [
            (REJECTED, _("维持：这条记录不变")),
            (UPHELD, _("成立：冲正这条记录")),
            ("again", _("成立：冲正，并改按下面的规则重新记")),
        ]
    blank = Option("", _("请选择"), not chosen)
    return (blank, *(Option(value, label, value == chosen) for value, label in choices))


def _rules(chosen: str, today: date) -> tuple[Option, ...]:
    blank = Option("", _("不选"), not chosen)
    return (
        blank,
        *(
            Option(str(row.id), rule_queries.plain_rule(row).text, str(row.id) == chosen)
            for row in rule_queries.rules_to_choose(today)
        ),
    )


def day_of(text: str) -> date | None:
    """The day that was typed; None where there is none. Raises PointsRefused for what is no day."""
    try:
        return Date().parse(text)
    except Refused as refused:
        raise PointsRefused(refused.message) from None


def read_measured(text: str) -> Decimal | None:
    """How many units or what percent was typed; None where nothing was. Raises PointsRefused for what is no number."""
    try:
        return Number(6, 1).parse(text)
    except Refused as refused:
        raise PointsRefused(f"数量或达到多少：{refused.message}") from None


def decide(of: Dispute, typed: Mapping[str, str], *, by: Actor, today: date) -> None:
    """Decide as typed. Raises PointsRefused, NotPermitted, MonthIsClosed."""
    verdict, reason = typed.get("verdict", ""), typed.get("reason", "")
    rule_id = sent_id(typed.get("rule", ""))
    measured = read_measured(typed.get("measured", ""))
    rule: PointsRule | None = row_of(register("points_rules"), rule_id) if rule_id is not None else None
    if verdict == REJECTED:
        service.reject(of, reason=reason, by=by, today=today)
    elif verdict == UPHELD:
        is_missing = of.entry_id is None
        on = day_of(typed.get("on", "")) if is_missing else None
        service.uphold(
            of, reason=reason, by=by, today=today, rule=rule if is_missing else None, on=on, measured=measured
        )
    elif verdict == "again":
        if rule is None:
            raise PointsRefused("请选改按哪条规则记。")
        service.uphold(of, reason=reason, by=by, today=today, rule=rule, measured=measured)
    else:
        raise PointsRefused("请选结论：维持，还是成立。")
