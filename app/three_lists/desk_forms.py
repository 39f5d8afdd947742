"""A project's desk: its milestones, its months and the form that tells one, and the papers it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, Option, PanelItem
from app.security.actor import Actor
from app.three_lists import progress, queries, rules
from app.three_lists.models import Project, ProjectProgress
from app.three_lists.page_models import DeskForm, MilestoneView, ProgressView

PAPERS = (("project_sheet", "打印办理单"), ("project_notice", "打印公示"))


def _field(
    typed: Mapping[str, str], errors: Mapping[str, str], name: str, label: str, value: str, **more: Any
) -> FieldView:  # fmt: skip
    return FieldView(name=name, label=label, value=typed.get(name, value), error=_(errors.get(name, "")), **more)


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
