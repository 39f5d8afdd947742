"""资源清单, 需求清单, 项目清单 as papers: an area's lists as they stood on the period's last day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from app.areas.queries import full_name
from app.lowcode.column import Column
from app.lowcode.list_page import shown_text
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.queries import labels_of
from app.lowcode.register import register
from app.lowcode.viewing import Viewer, viewer_of
from app.security.actor import acting_as
from app.three_lists import queries
from app.three_lists.models import Need, Project, SharedResource
from app.three_lists.names import NOUNS, list_names
from reports.contents import three_lists
from reports.document import Document, FootLine, long_date


class _Sheet:
    """Rows of one list with their texts as this actor may see them."""

    def __init__(self, model: Any, request: PaperRequest, day: date) -> None:
        self.reg = register(model.__tablename__)
        self.rows = queries.rows_as_of(model, request.area_code, day)
        self.viewer: Viewer = viewer_of(self.reg, request.actor, today=day)
        self.labels = labels_of([c for c in self.reg.columns if c.kind in ("place", "link")], self.rows)
        self.states = queries.states_as_of(self.rows, day)

    def text(self, row: Any, name: str) -> str:
        """One value as text, masked where it must be."""
        column: Column = self.reg.column(name)
        if name == "state":
            return column.type.show(self.states[row.id])
        return shown_text(column, row, self.viewer, self.labels)


def _resources(request: PaperRequest, day: date) -> Document:
    sheet = _Sheet(SharedResource, request, day)
    claims = queries.claims_as_of([row.id for row in sheet.rows], day)
    items = [
        three_lists.Resource(
            number=row.number or "",
            unit=sheet.text(row, "unit"),
            kind=sheet.text(row, "kind"),
            name=row.name,
            amount=row.amount or "",
            available=row.available or "",
            conditions=row.conditions or "",
            contact=sheet.text(row, "contact"),
            phone=sheet.text(row, "phone"),
            valid_until=row.valid_until,
            claimed_count=claims.get(row.id, 0),
        )
        for row in sheet.rows
    ]
    return _document(request, day, resources=items)


def _needs(request: PaperRequest, day: date) -> Document:
    sheet = _Sheet(Need, request, day)
    items = [
        three_lists.Need(
            number=row.number or "",
            source=sheet.text(row, "source"),
            proposer=sheet.text(row, "proposer"),
            place=sheet.text(row, "compound") or sheet.text(row, "area"),
            text=row.content or row.name,
            kind=sheet.text(row, "kind"),
            beneficiaries=row.beneficiaries,
            urgency=sheet.text(row, "urgency"),
            wanted_by=row.wanted_by,
            state=sheet.text(row, "state"),
        )
        for row in sheet.rows
    ]
    return _document(request, day, needs=items)


def _projects(request: PaperRequest, day: date) -> Document:
    sheet = _Sheet(Project, request, day)
    parts = queries.joined([row.id for row in sheet.rows], until=day)
    items = [
        three_lists.Project(
            number=row.number or "",
            name=row.name,
            needs=tuple(need.number or need.name for need in parts.needs.get(row.id, ())),
            resources=tuple(resource.number or resource.name for resource in parts.resources.get(row.id, ())),
            lead_unit=sheet.text(row, "lead_unit"),
            supporting_units=tuple(unit.short_name or unit.name for unit in parts.units.get(row.id, ())),
            person=sheet.text(row, "person"),
            money=row.money,
            money_source=sheet.text(row, "funding"),
            begins_on=row.starts_on,
            ends_on=row.ends_on,
            progress=row.progress or sheet.text(row, "state"),
            satisfaction=row.satisfaction,
            closed_on=row.closed_on if row.closed_on and row.closed_on <= day else None,
        )
        for row in sheet.rows
    ]
    return _document(request, day, projects=items)


def _document(request: PaperRequest, day: date, **lists: Any) -> Document:
    return three_lists.build(
        area=full_name(request.area_code),
        as_of=day,
        names=list_names(),
        foot_line=FootLine(
            (("填报单位（盖章）", ""), ("填表人", ""), ("审核人", ""), ("负责人", ""), ("联系电话", ""),
             ("填报日期", long_date(request.today)))
        ),
        **lists,
    )  # fmt: skip


def _as_actor(make: Callable[[PaperRequest, date], Document]) -> Callable[[PaperRequest], Document]:
    def build(request: PaperRequest) -> Document:
        with acting_as(request.actor):
            return make(request, min(request.period.last, request.today))

    return build


PAPERS = tuple(
    register_paper(
        Paper(
            name=f"{key.removesuffix('s')}_list",
            title=f"{NOUNS[key]}清单",
            group="lists",
            resource=key,
            build=_as_actor(make),
            periods=("month", "quarter", "year"),
        )
    )
    for key, make in (("resources", _resources), ("needs", _needs), ("projects", _projects))
)
