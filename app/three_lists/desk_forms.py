"""What a project's desk asks for at each step (验收, 公示, 销号), its milestones, its months, and the papers it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, Option, PanelItem
from app.security.actor import Actor
from app.settings.working_calendar import working_calendar
from app.three_lists import progress, queries, rules
from app.three_lists.models import Project, ProjectProgress
from app.three_lists.page_models import DeskForm, MilestoneView, ProgressView

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


def monthly(
    project: Project, typed: Mapping[str, str], errors: Mapping[str, str], today: date, *, may_tell: bool
) -> ProgressView | None:  # fmt: skip
    """The months of a project that has been opened."""
    if project.opened_on is None:
        return None
    lines = progress.lines_of(project.id)
    missed = progress.missed_of(project, lines, today)
    allowed = rules.may_tell_of(project.opened_on, project.state, today) if may_tell else []
    return ProgressView(
        lines=tuple(_line(each) for each in lines), missed=month_words(missed),
        form=_telling(project, allowed, lines, missed, typed, errors) if allowed else None,
    )  # fmt: skip


def month_words(months: Sequence[date]) -> str:
    """缺 2 个月：2026-09、2026-10; '' where none is missing."""
    if not months:
        return ""
    return _("缺 %(n)s 个月：%(months)s", n=len(months), months="、".join(f"{each:%Y-%m}" for each in months))


def _line(each: ProjectProgress) -> PanelItem:
    percent = Chip(f"{each.percent}%", "blue") if each.percent is not None else None
    told = _("%(who)s，%(day)s 报", who=_(each.told_by), day=each.told_on.isoformat())
    return PanelItem(f"{each.month_on:%Y-%m}  {_(each.words)}".rstrip(), note=told, chip=percent)


def _telling(
    project: Project, allowed: Sequence[date], lines: Sequence[ProjectProgress], missed: Sequence[date],
    typed: Mapping[str, str], errors: Mapping[str, str],
) -> DeskForm:  # fmt: skip
    this = next((each for each in lines if each.month_on == allowed[0]), None)
    months = [allowed[0], *(month for month in allowed[1:] if month in missed)]
    chosen = typed.get("month", f"{allowed[0]:%Y-%m}")
    percent = "" if this is None or this.percent is None else str(this.percent)
    return DeskForm(
        title=_("报月进展"), submit_label=_("记下进展"), url=url_for("ThreeListsView.progress", project_id=project.id),
        help=_("每月报一句。同一个月再报一次，以后报的为准，原来的留在历史里。"),
        fields=(
            FieldView(
                name="month", label=_("哪个月"), widget="choice", error=_(errors.get("month", "")), width="short",
                options=tuple(Option(f"{each:%Y-%m}", f"{each:%Y-%m}", f"{each:%Y-%m}" == chosen) for each in months),
            ),
            _field(typed, errors, "percent", _("完成百分比"), percent, widget="number", unit="%", width="short"),
            _field(typed, errors, "words", _("这个月做了什么"), this.words if this else "", widget="textarea",
                   width="full", max_length=rules.LONGEST_PROGRESS),
        ),
    )  # fmt: skip


def papers(project: Project, actor: Actor) -> tuple[Action, ...]:
    """Doors to the papers about this project; 公示 once its days are known."""
    if not actor.covers("projects", "export", project.area_code):
        return ()
    return tuple(
        Action(_(label), url_for("ThreeListsView.paper", project_id=project.id, name=name), icon="print")
        for name, label in PAPERS
        if name != "project_notice" or project.published_from is not None
    )
