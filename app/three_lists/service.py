"""Writing the three lists beyond one row: turning needs into a project, joining parts to it, moving it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import date
from typing import Any

from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.register import Register, register
from app.lowcode.service import SaveRefused, parse, save
from app.security.actor import Actor, NotPermitted, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.three_lists import progress, queries, rules, steps
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

_moves_on: ContextVar[bool] = ContextVar("project_moves_on", default=False)


def make_project(
    needs: Sequence[Need], resources: Sequence[SharedResource], raw: Mapping[str, Any], *, by: Actor, today: date
) -> Project:
    """Turn needs into one project that uses the resources; with a lead unit it is opened at once, else planned.

    `raw` are typed values of the register `projects`. Raises SaveRefused, NotPermitted.
    """
    if not needs:
        raise SaveRefused({"": "项目要对应至少一项需求。"})
    state = "open" if str(raw.get("lead_unit") or "").strip() else "planned"
    with acting_as(by), writing():
        project = save(register("projects"), None, {**raw, "state": state}, by=by, today=today)
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


def move(project: Project, to: str, raw: Mapping[str, Any], *, by: Actor, today: date) -> Project:
    """Take a project one step on (立项, 开始实施, 提交验收, 验收合格, 销号 …); `raw` are values the step needs.

    Raises SaveRefused naming what is missing, NotPermitted.
    """
    state = project.state or "planned"
    if to not in rules.MOVES[state]:
        raise SaveRefused({"": "项目现在的状态不能这样操作，请刷新页面再看。"})
    with acting_as(by), writing():
        _require(project, by)
        if to in rules.STARTED and not queries.needs_of(project.id):
            raise SaveRefused({"needs": "项目还没有对应的需求。请先在“对应需求”里加上，再立项。"})
        if to == "done":
            _refuse_acceptance(project, raw, by)
        if to == "closed":
            _refuse_closing(project, today)
        if to == "accepting":
            project.handed_in_by = by.user_id
        if state == "paused" and to == "running":
            progress.stood_still(project, until=today)
        token = _moves_on.set(True)
        try:
            return save(register("projects"), project, {**raw, "state": to}, by=by, today=today)  # type: ignore[no-any-return]
        finally:
            _moves_on.reset(token)


def refuse_end_by_hand(reg: Register, row: Any | None, values: Mapping[str, Any], today: date) -> dict[str, str]:  # noqa: ARG001
    """A guard of `lowcode.service.save`: nobody types that a project was passed or closed; the steps ask for proof."""
    if reg.name != "projects" or row is None or _moves_on.get() or current_actor().is_system:
        return {}
    if values.get("state") not in rules.FINISHED or values["state"] == row.state:
        return {}
    return {"state": Sentence("验收和销号不能在这里直接改，请到“立项、推进、验收、销号”里办。")}


def _refuse_acceptance(project: Project, raw: Mapping[str, Any], by: Actor) -> None:
    errors = rules.acceptance_errors(
        person=project.person, evaluator=str(raw.get("evaluator") or project.evaluator or "").strip(),
        has_photo=queries.has_photo(project),
        is_same_account=by.user_id is not None and by.user_id == project.handed_in_by,
    )  # fmt: skip
    if errors:
        raise SaveRefused(errors)


def _refuse_closing(project: Project, today: date) -> None:
    if not queries.has_evidence(project):
        raise SaveRefused({"evidence": "销号要有佐证：请在这一页上传验收单、照片或居民签字。"})
    waits = rules.may_not_close_yet(project.published_until, today)
    if waits:
        raise SaveRefused({"": waits})


def publish(project: Project, raw: Mapping[str, Any], *, by: Actor, today: date) -> Project:
    """Say from when to when the result of an accepted project is made public (公示). Raises SaveRefused, NotPermitted."""
    if project.state != "done":
        raise SaveRefused({"": Sentence("验收合格以后才公示，销号以后不能再改公示日期。")})
    reg = register("projects")
    with acting_as(by), writing():
        _require(project, by)
        typed = {name: raw.get(name, "") for name in ("published_from", "published_until")}
        parsed = parse(reg, typed, today=today)
        days = (parsed.values.get("published_from"), parsed.values.get("published_until"))
        errors = parsed.errors or rules.publishing_errors(*days, today)
        if errors:
            raise SaveRefused(errors)
        return save(reg, project, typed, by=by, today=today)  # type: ignore[no-any-return]


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
