"""What a project's desk asks for at each step (验收, 公示, 销号), its milestones, and the papers it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, PanelItem
from app.security.actor import Actor
from app.settings.working_calendar import working_calendar
from app.three_lists import queries, rules
from app.three_lists.models import Project
from app.three_lists.page_models import DeskForm, MilestoneView

PUBLISHED_DAYS = 5
"""Working days a result is made public, until somebody types others."""
PAPERS = (("project_sheet", "打印办理单"), ("project_notice", "打印公示"))


def of(
    project: Project, moves: Sequence[str], typed: Mapping[str, str], errors: Mapping[str, str], today: date
) -> tuple[DeskForm, ...]:  # fmt: skip
    """The forms of the steps a project may take next."""
    found = []
    if "done" in moves:
        found.append(_acceptance(project, typed, errors))
    if "closed" in moves:
        found.append(_publishing(project, typed, errors, today))
        if not rules.may_not_close_yet(project.published_until, today):
            found.append(_closing(project, typed, errors, today))
    return tuple(found)


def _acceptance(project: Project, typed: Mapping[str, str], errors: Mapping[str, str]) -> DeskForm:
    satisfaction = "" if project.satisfaction is None else str(project.satisfaction)
    return DeskForm(
        title=_("验收"), to="done", submit_label=_(rules.VERBS["done"]), url=_move_url(project),
        help=_("提交验收的人不能自己验收。请先在“佐证”里上传现场照片，证明事情办成了。"),
        fields=(
            _field(
                typed, errors, "evaluator", _("验收评价人"), project.evaluator or "", is_required=True,
                help=_("居民代表或社区的人，不能是责任人"),
            ),
            _field(typed, errors, "satisfaction", _("满意度"), satisfaction, widget="number", unit="%", width="short"),
        ),
    )  # fmt: skip


def _publishing(project: Project, typed: Mapping[str, str], errors: Mapping[str, str], today: date) -> DeskForm:
    begins = project.published_from or today
    ends = project.published_until or working_calendar().add_working_days(begins + timedelta(days=-1), PUBLISHED_DAYS)
    waits = rules.may_not_close_yet(project.published_until, today)
    return DeskForm(
        title=_("公示"), submit_label=_("记下公示日期"), help=_(waits) if waits else _("公示期已过，可以销号。"),
        url=url_for("ThreeListsView.publish", project_id=project.id),
        fields=(
            _field(typed, errors, "published_from", _("公示开始"), begins.isoformat(), widget="date", width="short",
                   is_required=True),
            _field(typed, errors, "published_until", _("公示结束"), ends.isoformat(), widget="date", width="short",
                   is_required=True),
        ),
    )  # fmt: skip


def _closing(project: Project, typed: Mapping[str, str], errors: Mapping[str, str], today: date) -> DeskForm:
    return DeskForm(
        title=_("销号"), to="closed", submit_label=_("销号"), url=_move_url(project),
        help=_("销号还要有佐证：请先在“佐证”里上传验收单、照片或居民签字。"),
        fields=(
            _field(typed, errors, "closed_on", _("销号日期"), today.isoformat(), widget="date", width="short",
                   is_required=True),
            _field(typed, errors, "progress", _("完成情况"), project.progress or "", widget="textarea", width="full",
                   is_required=True),
        ),
    )  # fmt: skip


def _field(
    typed: Mapping[str, str], errors: Mapping[str, str], name: str, label: str, value: str, **more: Any
) -> FieldView:  # fmt: skip
    return FieldView(name=name, label=label, value=typed.get(name, value), error=_(errors.get(name, "")), **more)


def _move_url(project: Project) -> str:
    return url_for("ThreeListsView.move", project_id=project.id)


def milestones(project: Project, today: date, *, may_write: bool) -> tuple[MilestoneView, ...]:
    """Every milestone with its day, and a button where it is still to be reached."""
    return tuple(
        MilestoneView(
            PanelItem(each.what, note=_("计划 %(day)s", day=each.due_on.isoformat()), chip=_milestone_chip(each, today)),
            Action(_("完成"), url_for("ThreeListsView.reach", project_id=project.id, milestone_id=each.id), method="post")
            if may_write and each.done_on is None
            else None,
        )
        for each in queries.milestones_of(project.id)
    )  # fmt: skip


def _milestone_chip(each: Any, today: date) -> Chip:
    if each.done_on is not None:
        return Chip(_("%(day)s 完成", day=each.done_on.isoformat()), "green")
    return Chip(_("已过期"), "red") if each.due_on < today else Chip(_("未到期"), "grey")


def papers(project: Project, actor: Actor) -> tuple[Action, ...]:
    """Doors to the papers about this project; 公示 once its days are known."""
    if not actor.covers("projects", "export", project.area_code):
        return ()
    return tuple(
        Action(_(label), url_for("ThreeListsView.paper", project_id=project.id, name=name), icon="print")
        for name, label in PAPERS
        if name != "project_notice" or project.published_from is not None
    )
