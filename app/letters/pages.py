"""Builds the page where a letter is checked and signed, and the box beside its record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for

from app.clock import SHANGHAI
from app.language import gettext as _
from app.letters import rules
from app.letters.documents import document_of
from app.letters.models import RESOURCE, Letter
from app.letters.page_models import DeskPage, ReasonForm
from app.letters.queries import versions_of
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.register import Register, register
from app.lowcode.viewing import Viewer
from app.security.actor import Actor
from app.settings.working_calendar import working_calendar
from reports.proofreading import proofread

TONES = {rules.DRAFT: "amber", rules.ISSUED: "green", rules.VOID: "grey"}


def chip_of(letter: Letter) -> Chip:
    """草稿, 已签发, 已作废."""
    return Chip(register(RESOURCE).column("state_shown").type.show(letter.state), TONES[letter.state])  # type: ignore[arg-type]


def paper_address(letter: Letter, endpoint: str) -> str:
    """The letter's paper in the report centre, in a month that holds it."""
    day = (
        letter.signed_on
        if letter.state == rules.ISSUED and letter.signed_on
        else letter.created_at.astimezone(SHANGHAI).date()
    )
    return url_for(
        endpoint, paper=rules.PAPERS[letter.kind], area=letter.area_code, period=f"{day:%Y-%m}", subject=letter.uid
    )


def desk_page(
    letter: Letter, *, actor: Actor, today: date, typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> DeskPage:  # fmt: skip
    """What it lacks, what proofreading says, how it will look, and the step that comes next."""
    typed, errors = typed or {}, errors or {}
    may_sign = actor.covers(RESOURCE, "review", letter.area_code)
    is_draft = letter.state == rules.DRAFT
    record = url_for("RegisterView.show", register_name=RESOURCE, row_id=letter.id)
    actions = [Action(_("回到登记"), record)]
    if letter.state != rules.VOID and actor.covers(RESOURCE, "export", letter.area_code):
        actions.append(Action(_("打印"), paper_address(letter, "ReportView.index"), "primary", icon="print"))
    return DeskPage(
        title=letter.name,
        subtitle=letter.number or _("还没有文号，签发时自动编"),
        chips=(chip_of(letter),),
        actions=tuple(actions),
        preview_url=paper_address(letter, "ReportView.preview") if letter.state != rules.VOID else "",
        lacking=_lacking(letter) if is_draft else (),
        remarks=_remarks(letter, today) if is_draft else (),
        fields=_fields(letter, typed, errors, today) if is_draft and may_sign else (),
        issue_url=url_for("LettersView.issue", letter_id=letter.id),
        reasons=_reasons(letter, errors) if letter.state == rules.ISSUED and may_sign else (),
        versions=tuple(
            PanelItem(
                _("第 %(n)s 稿　%(number)s", n=row.issue, number=row.number),
                url_for("LettersView.version", letter_id=letter.id, issue=row.issue),
                f"{row.signed_on.isoformat()} {row.signatory}",
            )
            for row in versions_of(letter.id)
        ),
        waits_for=_("您可以修改草稿；签发要由书记或街道办来做。") if is_draft and not may_sign else "",
        errors=tuple(text for name, text in errors.items() if not name),
    )


def _lacking(letter: Letter) -> tuple[str, ...]:
    moving = rules.provisional_fault(rules.days_stated(letter), working_calendar())
    return (*rules.lacking(letter, len(letter.matter_rows)), *((_(moving),) if moving else ()))


def _remarks(letter: Letter, today: date) -> tuple[PanelItem, ...]:
    return tuple(
        PanelItem(f"{remark.place}“{remark.found}”", note=remark.advice)
        for remark in proofread(document_of(letter, today=today))
    )


def _fields(letter: Letter, typed: Mapping[str, str], errors: Mapping[str, str], today: date) -> tuple[FieldView, ...]:
    return (
        FieldView(
            name="signatory", label=_("签发人"), value=typed.get("signatory", letter.signatory), is_required=True,
            error=errors.get("signatory", ""), max_length=40, help=_("谁同意发出，填谁的姓名"),
        ),
        FieldView(
            name="signed_on", label=_("签发日期"), widget="date", value=typed.get("signed_on", today.isoformat()),
            is_required=True, error=errors.get("signed_on", ""), help=_("印在函上的日期；文号按这一年编"),
        ),
    )  # fmt: skip


def _reasons(letter: Letter, errors: Mapping[str, str]) -> tuple[ReasonForm, ...]:
    return (
        ReasonForm(
            _("退回修改"), _("文号不变，改好以后再签发，旧稿留着可查。"),
            url_for("LettersView.take_back", letter_id=letter.id), _("退回修改"), errors.get("reason", ""),
        ),
        ReasonForm(
            _("作废"), _("文号一起作废，留在文号登记里，不会再给别的函件。"),
            url_for("LettersView.void", letter_id=letter.id), _("作废"),
        ),
    )  # fmt: skip


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:  # noqa: ARG001
    """Beside a letter: the door to checking, signing and printing it."""
    if reg.name != RESOURCE:
        return None
    items = (PanelItem(_("核对和签发"), url_for("LettersView.desk", letter_id=row.id), chip=chip_of(row)),)
    return Panel(_("签发"), items)
