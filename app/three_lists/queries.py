"""Reading the three lists: what is joined to what, what fits a need, lists as they stood on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from app.clock import SHANGHAI
from app.database.scope import range_of
from app.extensions import db
from app.files.queries import attachments_of
from app.lowcode import queries as rosters
from app.lowcode.queries import Wish
from app.lowcode.register import register
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.models import Change
from app.security.wall import within
from app.three_lists import rules
from app.three_lists.models import Need, Project, ProjectNeed, ProjectResource, ProjectUnit, SharedResource

FITTING_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Joined:
    """What belongs to each of several projects: rows of the other lists in the order they were joined."""

    needs: dict[int, list[Any]] = field(default_factory=dict)
    resources: dict[int, list[Any]] = field(default_factory=dict)
    units: dict[int, list[Any]] = field(default_factory=dict)


def needs_of(project_id: int) -> list[Need]:
    """Living needs of a project within scope."""
    return joined([project_id]).needs.get(project_id, [])


def joined(project_ids: Sequence[int], *, until: date | None = None) -> Joined:
    """What is joined to projects (on a day: what had been joined by then), three statements for all of them."""
    return Joined(
        _joined(ProjectNeed, "need_id", Need, project_ids, until),
        _joined(ProjectResource, "resource_id", SharedResource, project_ids, until),
        _joined(ProjectUnit, "unit_id", register("units").model, project_ids, until),
    )


def _joined(
    part: Any, column: str, target: Any, project_ids: Sequence[int], until: date | None
) -> dict[int, list[Any]]:
    statement = (
        select(part.project_id, target)
        .join(target, target.id == getattr(part, column))
        .where(part.project_id.in_(project_ids), target.deleted_at.is_(None))
        .order_by(part.project_id, part.id)
    )
    if until is not None:
        statement = statement.where(part.joined_on <= until)
    found: dict[int, list[Any]] = {}
    for project_id, row in db.session.execute(statement):
        found.setdefault(project_id, []).append(row)
    return found


def projects_of_need(need_id: int) -> Sequence[Project]:
    """Living projects a need was put into, within scope."""
    return _projects(ProjectNeed, ProjectNeed.need_id == need_id)


def projects_of_resource(resource_id: int) -> Sequence[Project]:
    """Living projects that use a resource, within scope."""
    return _projects(ProjectResource, ProjectResource.resource_id == resource_id)


def _projects(part: Any, condition: Any) -> Sequence[Project]:
    statement = (
        select(Project)
        .join(part, part.project_id == Project.id)
        .where(condition, Project.deleted_at.is_(None))
        .order_by(Project.id.desc())
    )
    return db.session.execute(statement).scalars().all()


def has_evidence(project: Project) -> bool:
    """Whether a file is attached to the project."""
    return bool(attachments_of("projects", project.uid))


def fitting_resources(need: Need, words: str, actor: Actor, *, today: date) -> list[SharedResource]:
    """Resources on offer for a need, the best kinds first; `words` narrow them down. At most FITTING_LIMIT."""
    found = rosters.page(register("resources"), Wish(words=words, size=200), actor).rows
    open_now = [
        row
        for row in found
        if row.state in (None, "open", "reserved") and (row.valid_until is None or row.valid_until >= today)
    ]
    open_now.sort(key=lambda row: (rules.fitness(need.kind, row.kind), row.claims or 0, row.id))
    return open_now[:FITTING_LIMIT]


def overdue_projects(prefixes: tuple[str, ...], today: date, *, limit: int) -> Sequence[Project]:
    """Projects under way past their last day, longest first, within some areas and the actor's scope."""
    statement = select(Project).where(_overdue(today), _in_areas(prefixes)).order_by(Project.ends_on, Project.id)
    return db.session.execute(statement.limit(limit)).scalars().all()


def count_overdue(prefixes: tuple[str, ...], today: date, *, most: int = 1000) -> int:
    """How many there are, counted up to `most`."""
    statement = select(Project.id).where(_overdue(today), _in_areas(prefixes)).limit(most)
    return len(db.session.execute(statement).all())


def projects_late_on(area_code: str, day: date, *, limit: int) -> Sequence[Project]:
    """Projects that were under way at the end of a day and past their last one, longest first; done since or not."""
    statement = select(Project).where(_late_on(area_code, day)).order_by(Project.ends_on, Project.id)
    return db.session.execute(statement.limit(limit)).scalars().all()


def count_late_on(area_code: str, day: date) -> int:
    """How many there were."""
    return db.session.execute(select(func.count(Project.id)).where(_late_on(area_code, day))).scalar_one()


def _late_on(area_code: str, day: date) -> Any:
    was_under_way = Project.state.in_(rules.UNDER_WAY) | (Project.finished_on > day)
    return _in_areas((area_code,)) & Project.deleted_at.is_(None) & was_under_way & (Project.ends_on < day)


def projects_ending(area_code: str, first: date, last: date) -> Sequence[Project]:
    """Projects under way whose last day falls between two days."""
    statement = select(Project).where(
        _in_areas((area_code,)), Project.deleted_at.is_(None), Project.state.in_(rules.UNDER_WAY),
        Project.ends_on.between(first, last),
    )  # fmt: skip
    return db.session.execute(statement.order_by(Project.ends_on, Project.id)).scalars().all()


def _overdue(today: date) -> Any:
    return Project.deleted_at.is_(None) & Project.state.in_(rules.UNDER_WAY) & (Project.ends_on < today)


def _in_areas(prefixes: tuple[str, ...]) -> Any:
    return within(Project.area_code, prefixes)


def rows_as_of(model: Any, area_code: str, day: date) -> list[Any]:
    """Living rows of an area registered by a day, in the order of their numbers."""
    low, high = range_of(area_code)
    statement = (
        select(model)
        .where(model.area_code >= low, model.area_code < high, model.deleted_at.is_(None))
        .where(model.registered_on.is_(None) | (model.registered_on <= day))
        .order_by(model.area_code, model.number, model.id)
    )
    return list(db.session.execute(statement).scalars())


def states_as_of(rows: Iterable[Any], day: date) -> dict[int, str | None]:
    """The state each row had at the end of a day, as the history has it: the paper of October stays that of October."""
    rows = list(rows)
    states: dict[int, str | None] = {row.id: row.state for row in rows}
    if not rows:
        return states
    end = datetime.combine(day, time.max, SHANGHAI)
    statement = (
        select(Change.row_id, Change.before, Change.after)
        .where(Change.register == rows[0].__tablename__, Change.action == "changed", Change.at > end)
        .order_by(Change.id.desc())
    )
    with beyond_scope():
        for row_id, before, after in db.session.execute(statement):
            if row_id in states and after and "state" in after:
                states[row_id] = (before or {}).get("state")
    return states


def claims_as_of(resource_ids: Sequence[int], day: date) -> dict[int, int]:
    """How many projects had taken up each resource by a day; those given up do not count."""
    statement = (
        select(ProjectResource.resource_id, Project.state)
        .join(Project, Project.id == ProjectResource.project_id)
        .where(
            ProjectResource.resource_id.in_(resource_ids),
            ProjectResource.joined_on <= day,
            Project.deleted_at.is_(None),
        )
    )
    found: dict[int, int] = {}
    with beyond_scope():
        for resource_id, state in db.session.execute(statement):
            if state != "cancelled":
                found[resource_id] = found.get(resource_id, 0) + 1
    return found
