"""The page of one paper of one community: words to fill, steps to take, what changed, versions, history."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from app.areas.queries import name_of
from app.clock import local
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, Link, Note
from app.periods.queries import state_of
from app.periods.rules import FINAL
from app.report_center import queries
from app.report_center.checking.pages import remark_lines
from app.report_center.choosing import Choice
from app.report_center.comparing import differences
from app.report_center.documents import live_document, word_fields
from app.report_center.models import Submission, SubmissionStep
from app.report_center.page_models import DifferenceLine, StepLine, SubmissionPage, VersionLine
from app.report_center.pages import TONES
from app.report_center.rules import (
    ACTION_NAMES,
    LOCKED,
    MISSING,
    PASSED,
    RETURNED,
    STATE_NAMES,
    SUBMITTED,
    may,
)
from app.security.actor import Actor

SHOWN_DIFFERENCES = 60


def submission_page(choice: Choice, actor: Actor, *, today: date) -> SubmissionPage:
    """The page; what the actor may not do is not offered."""
    paper, request = choice.paper, choice.request
    code, period = request.area_code, request.period
    row = queries.submission(code, paper.name, period)
    state = row.state if row else MISSING
    is_final = state_of(code, period).state == FINAL
    fills = queries.owns(actor, "fill", code) and may(state, "fill") and not is_final
    reviews = queries.may_review(actor, code) and not is_final
    where: dict[str, Any] = {"area": code, "paper": paper.name, "period": period.key}
    changed = _differences(choice, row) if row is not None and state in LOCKED else ()
    return SubmissionPage(
        title=_("%(area)s%(period)s%(paper)s", area=name_of(code), period=period.title, paper=_(paper.title)),
        chip=Chip(_(STATE_NAMES[state]), TONES[state]),
        notes=_notes(row, choice, actor, today=today, is_final=is_final),
        actions=_actions(choice, actor, state, where, reviews=reviews, is_final=is_final),
        fields=_fields(choice, row, fills=fills),
        fill_url=url_for("ReportView.fill", **where) if fills else "",
        return_url=url_for("ReportView.give_back", **where) if reviews and may(state, "return") else "",
        check=_check_door(row, where, reviews=reviews and state in LOCKED),
        remarks=remark_lines(choice, row, actor) if row is not None and row.number else (),
        preview_url=url_for("ReportView.preview", **where),
        differences=changed[:SHOWN_DIFFERENCES],
        differences_text=_changed_text(len(changed)) if changed else "",
        versions=_versions(row, where),
        file_url=url_for("ReportView.file") if actor.covers(paper.resource, "export", code) else "",
        steps=tuple(_step(step) for step in queries.steps_of(row.id)) if row else (),
        back=Link(_("返回报表中心"), url_for("ReportView.index", **where) + "#submissions"),
    )


def _notes(row: Submission | None, choice: Choice, actor: Actor, *, today: date, is_final: bool) -> tuple[Note, ...]:
    period, code = choice.request.period, choice.request.area_code
    state = row.state if row else MISSING
    found = []
    if state == RETURNED and row is not None:
        found.append(Note(_("街道退回：%(reason)s 改好后请重新提交。", reason=row.reason.rstrip("。") + "。"), "red"))
    if is_final:
        found.append(Note(_("%(period)s已经定稿，不能再填写、提交或退回。", period=period.title), "grey"))
    elif state in (MISSING, RETURNED) and queries.owns(actor, "fill", code):
        day = queries.deadline(period)
        text = _("请在%(month)s月%(day)s日前报送。", month=day.month, day=day.day)
        if not queries.owns(actor, "submit", code):
            text += _("您填写好以后，由社区书记提交。")
        found.append(Note(text, "amber" if today > day else "blue"))
    if state == SUBMITTED and queries.owns(actor, "fill", code):
        found.append(Note(_("已经提交，等街道审核。内容已锁定；要修改请先请街道退回。"), "blue"))
    return tuple(found)


def _actions(
    choice: Choice, actor: Actor, state: str, where: dict[str, Any], *, reviews: bool, is_final: bool
) -> tuple[Action, ...]:
    found = []
    code, name = choice.request.area_code, _title(choice)
    if queries.owns(actor, "submit", code) and may(state, "submit") and not is_final:
        found.append(
            Action(
                _("提交"), url_for("ReportView.submit", **where), "primary", "post", icon="send",
                confirm=_("把%(name)s提交给街道。提交后内容锁定，数字以现在的为准。", name=name),
            )
        )  # fmt: skip
        found.append(
            Action(
                _("零报告"), url_for("ReportView.submit_nil", **where), "plain", "post",
                confirm=_("%(name)s按零报告提交：本期没有发生需要报送的新情况。有记录时系统会拦下。", name=name),
            )
        )  # fmt: skip
    if reviews and may(state, "pass"):
        found.append(
            Action(
                _("审核通过"), url_for("ReportView.approve", **where), "primary", "post", icon="check",
                confirm=_("通过%(area)s的%(name)s。通过后打印不再带“草稿”。", area=name_of(code), name=name),
            )
        )  # fmt: skip
    return tuple(found)


def _check_door(row: Submission | None, where: dict[str, Any], *, reviews: bool) -> Link | None:
    if row is None or not row.number:
        return None
    text = _("逐格核对、写退回意见和调整说明") if reviews else _("逐格查看、和上一稿比较")
    return Link(text, url_for("CheckingView.check", **where))


def _title(choice: Choice) -> str:
    return f"{choice.request.period.title}{choice.paper.title}"


def _fields(choice: Choice, row: Submission | None, *, fills: bool) -> tuple[FieldView, ...]:
    words = dict(row.words) if row else {}
    labelled = word_fields(choice.paper)
    return tuple(
        FieldView(
            name=key, label=_(label), widget="textarea", value=words.get(key, ""), is_readonly=not fills, width="full",
            max_length=4000, help=_("一行一条，可以不填。打印时自动编号。") if fills else "",
        )
        for key, label in labelled
        if fills or words.get(key)
    )  # fmt: skip


def _differences(choice: Choice, row: Submission) -> tuple[DifferenceLine, ...]:
    """Cells whose figure of this moment differs from the version handed in."""
    stored = queries.version_of(row.id, row.number)
    if stored is None:
        return ()
    now = live_document(choice.paper, choice.request)
    return tuple(
        DifferenceLine(each.table, each.row, each.column, each.before or "—", each.after or "—")
        for each in differences(stored.document, now)
    )


def _changed_text(number: int) -> str:
    text = _("提交以后，名册和台账里有改动：%(n)s 处数字和提交时不一样。报表仍以提交时为准。", n=number)
    return text + (_("下面列出前 %(n)s 处。", n=SHOWN_DIFFERENCES) if number > SHOWN_DIFFERENCES else "")


def _versions(row: Submission | None, where: dict[str, Any]) -> tuple[VersionLine, ...]:
    if row is None:
        return ()
    return tuple(
        VersionLine(
            _("第 %(n)s 稿", n=number) + (_("（已审核）") if number == row.number and row.state == PASSED else ""),
            f"{local(at):%Y-%m-%d %H:%M}　{by}",
            digest[:8],
            (*where.items(), ("number", str(number))),
        )
        for number, at, by, digest in queries.version_numbers(row.id)
    )


def _step(step: SubmissionStep) -> StepLine:
    words = {"fill": _("填写了文字"), "submit": _("提交第 %(n)s 稿", n=step.number)}
    text = f"{step.by_name} {words.get(step.action) or _(ACTION_NAMES[step.action])}"
    return StepLine(text, f"{local(step.at):%Y-%m-%d %H:%M}", step.reason)
