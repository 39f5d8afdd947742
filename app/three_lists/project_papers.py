"""Papers about one project: 项目办理单, and the 公示 of its result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response

from app.areas.queries import full_name, name_of
from app.database.transactions import writing
from app.files.queries import attachments_of
from app.lowcode.exporting import download
from app.lowcode.flow.printing import steps_taken
from app.lowcode.list_page import shown_text
from app.lowcode.papers import Paper, PaperRequest, Subject, paper, register_paper
from app.lowcode.queries import labels_of
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.periods.rules import Period
from app.security import audit
from app.security.actor import Actor, acting_as
from app.settings.queries import has_profile, profile
from app.three_lists import progress, queries
from app.three_lists.models import Project
from app.three_lists.names import list_name
from reports.contents import project_sheet, public_notice
from reports.contents.project_sheet import Asked, Given, Milestone, Month
from reports.document import Document, Paragraph, Table, TableColumn
from reports.rendering import render

SHEET, NOTICE = "project_sheet", "project_notice"
BY_HAND = "＿＿＿＿＿＿"
"""Whom to tell of objections is written in by the office: a person's own number does not belong on a wall."""


class _Texts:
    """Values of rows of one list as texts this actor may see."""

    def __init__(self, name: str, rows: Sequence[Any], request: PaperRequest) -> None:
        self.reg = register(name)
        self.viewer = viewer_of(self.reg, request.actor, today=request.today)
        self.labels = labels_of([c for c in self.reg.columns if c.kind in ("place", "link")], rows)

    def text(self, row: Any, name: str) -> str:
        return shown_text(self.reg.column(name), row, self.viewer, self.labels)


def build_sheet(request: PaperRequest) -> Document:
    """The sheet of one project; without one, a paper that says so."""
    with acting_as(request.actor):
        row = queries.project_by_uid(request.subject)
        if row is None:
            return _nothing(request, "办理单")
        joined = queries.joined([row.id])
        needs, resources = joined.needs.get(row.id, []), joined.resources.get(row.id, [])
        asked, given = _Texts("needs", needs, request), _Texts("resources", resources, request)
        return project_sheet.build(
            _project(row, request, tuple(unit.name for unit in joined.units.get(row.id, ()))),
            [Asked(each.number or "", each.name, asked.text(each, "proposer"), each.beneficiaries,
                   asked.text(each, "state")) for each in needs],
            [Given(each.number or "", each.name, given.text(each, "unit")) for each in resources],
            [Milestone(each.what, each.due_on, each.done_on, each.remark or "") for each in queries.milestones_of(row.id)],
            months=_months(row, request.today), steps=steps_taken(register("projects"), row),
            nouns=(list_name("resources"), list_name("needs"), list_name("projects")),
        )  # fmt: skip


def _months(row: Project, today: date) -> list[Month]:
    """Every month that was told of or should have been, the first one first."""
    lines = progress.lines_of(row.id)
    told = [Month(each.month_on, each.percent, each.words, each.told_by, each.told_on) for each in lines]
    missed = [Month(first) for first in progress.missed_of(row, lines, today)]
    return sorted((*told, *missed), key=lambda each: each.first)


def _project(row: Project, request: PaperRequest, supporting: tuple[str, ...]) -> project_sheet.Project:
    texts = _Texts("projects", [row], request)
    return project_sheet.Project(
        number=row.number or "", name=row.name, area=full_name(row.area_code), state=texts.text(row, "state"),
        kind=texts.text(row, "kind"), lead_unit=texts.text(row, "lead_unit"), supporting_units=supporting,
        person=texts.text(row, "person"), money=row.money, money_source=texts.text(row, "funding"),
        begins_on=row.starts_on, ends_on=row.ends_on, opened_on=row.opened_on, finished_on=row.finished_on,
        evaluator=texts.text(row, "evaluator"), satisfaction=row.satisfaction, published_from=row.published_from,
        published_until=row.published_until, closed_on=row.closed_on, progress=row.progress or "",
        evidence=tuple(each.title for each in attachments_of("projects", row.uid)),
    )  # fmt: skip


def build_notice(request: PaperRequest) -> Document:
    """公示 of what became of one project: no proposer, no person, no phone."""
    with acting_as(request.actor):
        row = queries.project_by_uid(request.subject)
        if row is None:
            return _nothing(request, "公示")
        noun = list_name("projects")
        needs = queries.needs_of(row.id)
        begins = row.published_from or request.today
        texts = _Texts("projects", [row], request)
        lead = texts.text(row, "lead_unit")
        told = f"“{row.name}”{noun}由{lead}牵头，" if lead else f"“{row.name}”{noun}"
        done = f"已于{row.finished_on:%Y年%-m月%-d日}验收合格。" if row.finished_on else "正在办理。"
        columns = (
            TableColumn("序号", 0.5, "integer", "center"), TableColumn(f"对应的{list_name('needs')}", 3),
            TableColumn("受益人数", 1, "integer"),
        )  # fmt: skip
        rows = tuple((number, need.name, need.beneficiaries) for number, need in enumerate(needs, 1))
        return public_notice.build(
            about=f"“{row.name}”办理结果", paragraphs=(told + done, row.progress or ""), issuer=_issuer(row),
            signed_on=begins, shown_from=begins, shown_until=row.published_until or begins + timedelta(days=6),
            contact=BY_HAND, phone=BY_HAND, table=Table(columns, rows), is_draft=row.published_from is None,
        )  # fmt: skip


def _issuer(row: Project) -> str:
    name = name_of(row.area_code)
    found = profile().issuer(row.area_code, name) if has_profile() else None
    return found.office if found is not None else name


def _nothing(request: PaperRequest, what: str) -> Document:
    noun = list_name("projects")
    return Document(
        f"{name_of(request.area_code)}{noun}{what}", (Paragraph(f"{request.period.title}没有办理的{noun}。"),)
    )


def subjects(request: PaperRequest) -> Sequence[Subject]:
    """Projects that were under way in the period."""
    with acting_as(request.actor):
        rows = queries.alive_in(request.area_code, request.period.first, request.period.last)
        return [Subject(row.uid, row.name, row.area_code) for row in rows]


def published(request: PaperRequest) -> Sequence[Subject]:
    """Projects whose 公示 begins in the period."""
    with acting_as(request.actor):
        rows = queries.published_in(request.area_code, request.period.first, request.period.last)
        return [Subject(row.uid, row.name, row.area_code) for row in rows]


def printed(project: Project, name: str, *, actor: Actor, today: date) -> Response:
    """One of the two as a PDF, noted in the audit chain."""
    request = PaperRequest(project.area_code, Period.of("month", today), today, actor, subject=project.uid)
    made = paper(name).build(request)
    title = f"{project.name}_{paper(name).title}"
    with writing():
        audit.record("printed", "projects", area_code=project.area_code, row_uid=project.uid, note=title)
    return download(render(made, "pdf"), f"{title}.pdf")


def install() -> None:
    """Make both known; again changes nothing."""
    for name, title, build, found, signed in (
        (SHEET, "项目办理单", build_sheet, subjects, "signature_lines"),
        (NOTICE, "项目办理结果公示", build_notice, published, "signature"),
    ):
        register_paper(
            Paper(
                name, title, "lists", "projects", build, periods=("month", "quarter", "year"), subject="项目",
                subjects=found, is_frozen=False, numbered_by="record", signed_by=signed,  # type: ignore[arg-type]
            )
        )  # fmt: skip
