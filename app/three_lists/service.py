"""Writing the three lists beyond one row: turning needs into a project, joining parts to it, reaching its milestones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope
from app.three_lists import queries, rules, steps
from app.three_lists.models import (
    Need,
    Project,
    ProjectMilestone,
    ProjectNeed,
    ProjectPart,
    ProjectResource,
    ProjectUnit,
    SharedResource,
)

PART_MODELS: Mapping[str, tuple[type[ProjectPart], str]] = {
    "needs": (ProjectNeed, "need_id"),
    "resources": (ProjectResource, "resource_id"),
    "units": (ProjectUnit, "unit_id"),
}


def make_project(
    needs: Sequence[Need], resources: Sequence[SharedResource], raw: Mapping[str, Any], *, by: Actor, today: date
) -> Project:
    """Turn needs into one project that uses the resources; with a lead unit it is opened at once, else planned.

    `raw` are typed values of the register `projects`; a `state` among them is where the project stands already. Raises
    SaveRefused, NotPermitted.
    """
    if not needs:
        raise SaveRefused({"": "项目要对应至少一项需求。"})
    state = "open" if str(raw.get("lead_unit") or "").strip() else "planned"
    with acting_as(by), writing():
        project = save(register("projects"), None, {"state": state, **raw}, by=by, today=today)
        for need in needs:
            join(project, "needs", need.id, by=by, today=today)
        for resource in resources:
            join(project, "resources", resource.id, by=by, today=today)
    return project  # type: ignore[no-any-return]


def join(project: Project, kind: str, target_id: int, *, by: Actor, today: date) -> None:
    """Join a need, a resource or a supporting unit to a project; what is joined already stays as it is.

    Raises SaveRefused for a row that is not there, or the lead unit as its own helper; NotPermitted.
    """
    model, column = PART_MODELS[kind]
    with acting_as(by), writing() as session:
        _require(project, by)
        target = session.get(register(kind).model, target_id)
        if target is None or target.deleted_at is not None:
            raise SaveRefused({kind: "这一条已删除，或不在您负责的范围内，请重新选。"})
        if kind == "units" and project.lead_unit_id == target_id:
            raise SaveRefused({kind: "它已经是牵头单位，不用再列为配合单位。"})
        if kind == "needs" and target.state == "merged":
            raise SaveRefused({kind: "这一条已并入另一条，请加那一条。"})
        known = select(model.id).where(model.project_id == project.id, getattr(model, column) == target_id)
        if session.execute(known).first() is not None:
            return
        values = {column: target_id}
        session.add(model(area_code=project.area_code, project_id=project.id, joined_on=today, **values))
        session.flush()
        steps.settle(project, today)


def part(project: Project, kind: str, target_id: int, *, by: Actor, today: date) -> None:
    """Take a need, resource or supporting unit out of a project. Raises SaveRefused, NotPermitted.

    A project under way keeps at least one need.
    """
    model, column = PART_MODELS[kind]
    with acting_as(by), writing() as session:
        _require(project, by)
        found = session.execute(
            select(model).where(model.project_id == project.id, getattr(model, column) == target_id)
        ).scalar()
        if found is None:
            return
        if kind == "needs" and project.state in rules.STARTED and len(queries.needs_of(project.id)) <= 1:
            raise SaveRefused({kind: "已立项的项目至少要对应一项需求，请先加上另一项再去掉这一项。"})
        session.delete(found)
        session.flush()
        with beyond_scope():
            if kind == "needs":
                steps.release_needs([target_id], today)
            if kind == "resources":
                steps.count_claims([target_id])


def reach(project: Project, milestone_id: int, *, by: Actor, today: date) -> None:
    """Write down that a milestone was reached today; one reached before stays. Raises SaveRefused, NotPermitted."""
    with acting_as(by), writing() as session:
        _require(project, by)
        milestone = session.get(ProjectMilestone, milestone_id)
        if milestone is None or milestone.parent_id != project.id:
            raise SaveRefused({"": Sentence("这个节点已不在，可能刚被删除。")})
        milestone.done_on = milestone.done_on or today
        session.flush()


def _require(project: Project, by: Actor) -> None:
    fresh = db.session.get(Project, project.id)
    if fresh is None or not by.covers("projects", "write", fresh.area_code):
        raise NotPermitted("这个项目不在您负责的范围内，或您的岗位不能修改它。")
