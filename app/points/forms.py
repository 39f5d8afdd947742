"""The forms of points: awarding and taking back, from what was typed to an entry or to sentences at the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from werkzeug.datastructures import FileStorage

from app.fields.refusal import Refused
from app.fields.types import Date, Number
from app.files.kinds import FileRefused
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Option
from app.lowcode.queries import get as row_of
from app.lowcode.queries import row_titles
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.periods.queries import MonthIsClosed
from app.periods.rules import Period
from app.points import matters, queries, rule_queries, service
from app.points.models import PointsRule
from app.points.rules import LONGEST_MATTER, Matter, PointsRefused, signed
from app.security.actor import Actor, NotPermitted

REFUSALS = (PointsRefused, MonthIsClosed, NotPermitted, FileRefused)
WORKERS = "grid_workers"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a form: sentences by field, '' for what concerns the whole."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """An entry was made."""

    text: str
    sentence: str
    worker_id: int
    month: str


def award(typed: Mapping[str, str], files: Sequence[FileStorage], *, actor: Actor, today: date) -> Done | Wrong:
    """Make the entry that was typed, or say what is wrong; nothing is written then."""
    errors: dict[str, str] = {}
    worker_id, rule_id = typed.get("worker", ""), typed.get("rule", "")
    worker = row_of(register(WORKERS), id_) if (id_ := sent_id(worker_id)) else None
    rule = row_of(register("points_rules"), id_) if (id_ := sent_id(rule_id)) else None
    if worker is None:
        errors["worker"] = _("请选一名网格员。")
    if rule is None:
        errors["rule"] = _("请选一条规则。")
    on = _day(typed.get("on", ""), errors)
    matter = _matter(typed, on, errors)
    measured = _measured(typed.get("measured", ""), errors)
    if errors or worker is None or rule is None or on is None or matter is None:
        return Wrong(errors)
    evidence = [service.EvidenceFile(file.filename or "", file.read()) for file in files if file and file.filename]
    try:
        awarded = service.award(
            rule,
            worker,
            matter=matter,
            on=on,
            by=actor,
            today=today,
            evidence=evidence,
            note=typed.get("note", ""),
            measured=measured,
        )
    except FileRefused as refused:
        return Wrong({"evidence": str(refused)})
    except REFUSALS as refused:
        return Wrong({"": str(refused)})
    points = signed(awarded.entry.points)
    text = _("已记：%(name)s %(points)s 分，第 %(n)s 号。", name=worker.name, points=points, n=awarded.entry.seq)
    return Done(text, awarded.sentence, worker.id, Period.of("month", on).key)


def _day(text: str, errors: dict[str, str]) -> date | None:
    try:
        day = Date().parse(text)
    except Refused as refused:
        errors["on"] = refused.message
        return None
    if day is None:
        errors["on"] = _("请填事情发生的日期。")
    return day


def _measured(text: str, errors: dict[str, str]) -> Decimal | None:
    try:
        return Number(6, 1).parse(text) if text.strip() else None
    except Refused as refused:
        errors["measured"] = refused.message
        return None


def _matter(typed: Mapping[str, str], on: date | None, errors: dict[str, str]) -> Matter | None:
    key, words = typed.get("matter", ""), typed.get("matter_text", "").strip()
    if key:
        found = matters.matter_of(key)
        if found is None:
            errors["matter"] = _("找不到这件事，可能已删除。请重新选，或在下面用一句话写清楚。")
        return found
    if not words:
        errors["matter_text"] = _("请写明是什么事，或在上面从系统里选一件。")
        return None
    return Matter.in_words(words, on=on) if on is not None else None


def award_form(
    typed: Mapping[str, str], *, actor: Actor, today: date, wrong: Wrong | None = None  # noqa: ARG001
) -> FormPage:  # fmt: skip
    """The form with what was typed."""
    errors = dict(wrong.errors) if wrong else {}
    worker_id = typed.get("worker", "")
    name = row_titles(WORKERS, {id_}).get(id_, "") if (id_ := sent_id(worker_id)) else ""
    key = typed.get("matter", "")
    chosen = matters.matter_of(key) if key else None
    fields = [
        FieldView(
            name="worker", label=_("网格员"), widget="link", value=worker_id if name else "", selected_label=name,
            choices_url=url_for("RegisterView.choices", register_name=WORKERS), is_required=True,
            error=errors.get("worker", ""),
        ),
        FieldView(
            name="on", label=_("发生日期"), widget="date", value=typed.get("on", today.isoformat()), width="short",
            is_required=True, error=errors.get("on", ""),
        ),
        FieldView(
            name="rule", label=_("规则"), widget="choice", options=_rule_options(typed.get("rule", ""), today),
            is_required=True, width="full", error=errors.get("rule", ""),
            help=_("分值按规则自动计算；超过每月封顶的，只记剩下的部分。"),
        ),
    ]  # fmt: skip
    fields.append(
        FieldView(
            name="measured", label=_("数量或百分比"), widget="number", value=typed.get("measured", ""), width="short",
            error=errors.get("measured", ""), help=_("按数量或按达到多少计分的规则才填。"),
        )
    )  # fmt: skip
    matter = [
        FieldView(
            name="matter", label=_("从系统里选一件事"), widget="link", value=key if chosen else "",
            selected_label=chosen.title if chosen else "", choices_url=url_for("PointsView.matters"), width="full",
            placeholder=_("输入会议、议定事项或项目的名称"), error=errors.get("matter", ""),
        ),
        FieldView(
            name="matter_text", label=_("或者用一句话写清楚"), value=typed.get("matter_text", ""), width="full",
            max_length=LONGEST_MATTER, error=errors.get("matter_text", ""),
            placeholder=_("何时何地、做了什么、结果怎样"),
        ),
        FieldView(
            name="evidence", label=_("佐证文件"), widget="file", width="full", error=errors.get("evidence", ""),
            help=_("规则要求佐证、又不是从系统里选的事，才需要上传。照片、扫描件、文件都可以。"),
        ),
        FieldView(name="note", label=_("说明"), widget="textarea", value=typed.get("note", ""), width="full"),
    ]  # fmt: skip
    return FormPage(
        title=_("记一次积分"),
        submit_url=url_for("PointsView.award"),
        cancel_url=url_for("PointsView.summary"),
        groups=(
            FieldGroup(_("给谁、按哪条规则"), tuple(fields)),
            FieldGroup(_("为哪件事"), tuple(matter), _("一事一记：同一件事按同一条规则给同一个人只记一次。")),
        ),
        errors=(errors[""],) if errors.get("") else (),
        error_count=len([name for name in errors if name]),
        submit_label=_("记分"),
    )


def _rule_options(chosen: str, today: date) -> tuple[Option, ...]:
    return (
        Option("", _("（请选择）"), not chosen),
        *(
            Option(str(rule.id), _rule_text(rule), str(rule.id) == chosen)
            for rule in rule_queries.rules_to_choose(today)
        ),
    )


def _rule_text(rule: PointsRule) -> str:
    text = rule_queries.plain_rule(rule).text
    if rule.valid_to is not None:
        text += _("（用到 %(day)s）", day=rule.valid_to.isoformat())
    return text


def reverse_form(line: queries.Line, worker: Any, *, typed: str = "", error: str = "") -> FormPage:
    """Ask why an entry is taken back."""
    facts = tuple(
        FieldView(name=name, label=label, widget="static", value=value, width="full" if name == "what" else "half")
        for name, label, value in (
            ("what", _("事项"), line.matter),
            ("who", _("网格员"), worker.name),
            ("points", _("分值"), signed(line.points)),
        )
    )
    return FormPage(
        title=_("冲正第 %(n)s 号积分记录", n=line.seq),
        submit_url=url_for("PointsView.reverse", entry_id=line.id),
        cancel_url=url_for("PointsView.entry", entry_id=line.id),
        groups=(
            FieldGroup(
                _("要冲正的记录"), facts, _("原来的记录不改不删；系统另记一条相反的分值，两条相抵，都留在台账里。")
            ),
            FieldGroup(
                _("原因"),
                (
                    FieldView(
                        name="reason", label=_("为什么冲正"), widget="textarea", value=typed, is_required=True,
                        width="full", error=error,
                    ),
                ),
            ),
        ),
        error_count=1 if error else 0,
        submit_label=_("冲正"),
        may_continue=False,
    )  # fmt: skip
