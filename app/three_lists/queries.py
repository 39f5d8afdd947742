"""Reading the three lists: what is joined to what, what fits a need, lists as they stood on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from app.areas.rules import COMMUNITY_DIGITS, STREET_DIGITS
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
from app.three_lists import matching, rules
from app.three_lists.matching import Match, NeedFacts, ResourceFacts
from app.three_lists.models import (
    Need,
    Project,
    ProjectMilestone,
    ProjectNeed,
    ProjectResource,
    ProjectUnit,
    SharedResource,
)

FITTING_LIMIT, MOST_LOOKED_AT = 20, 500
ON_OFFER = (None, "open", "reserved")
"""States of a resource that may still be taken up."""


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


def has_photo(project: Project, *, since: datetime | None = None) -> bool:
    """Whether a picture was attached to the project, after a moment."""
    return any(
        each.is_image and (since is None or each.uploaded_at > since)
        for each in attachments_of("projects", project.uid)
    )


def facts_of(need: Need) -> NeedFacts:
    """A need as matching sees it."""
    text = f"{need.name} {need.content or ''}"
    return NeedFacts(need.kind, need.area_code, text, need.wanted_by, need.compound_id)


def fitting_resources(need: Need, words: str, actor: Actor, *, today: date) -> list[tuple[SharedResource, Match]]:
    """Resources that fit a need, the best first, each with the reasons; typed `words` narrow them down and then those
    that fit in nothing are listed too. At most FITTING_LIMIT.
    """
    rows = _found(words, actor) if words else _near(need)
    matches = {row.id: matching.match(facts_of(need), resource_facts(row), today) for row in rows}
    fitting = [row for row in rows if _is_offered(row, today) and (words or matches[row.id].score > 0)]
    fitting.sort(key=lambda row: (-matches[row.id].score, row.claims or 0, row.id))
    return [(row, matches[row.id]) for row in fitting[:FITTING_LIMIT]]


def resource_facts(row: SharedResource) -> ResourceFacts:
    """A resource as matching sees it."""
    text = f"{row.name} {row.amount or ''} {row.conditions or ''}"
    return ResourceFacts(
        row.kind, row.area_code, text, row.available or "", row.valid_until, row.state in ON_OFFER
    )  # fmt: skip


def _is_offered(row: SharedResource, today: date) -> bool:
    return row.state in ON_OFFER and (row.valid_until is None or row.valid_until >= today)


def _found(words: str, actor: Actor) -> Sequence[SharedResource]:
    return rosters.page(register("resources"), Wish(words=words, size=200), actor).rows


def _near(need: Need) -> Sequence[SharedResource]:
    """Resources on offer in the street of a need and above it, within scope; those of its own community first."""
    community, street = need.area_code[:COMMUNITY_DIGITS], need.area_code[:STREET_DIGITS]
    above = [need.area_code[:digits] for digits in range(1, len(street))]
    is_own = within(SharedResource.area_code, (community,))
    statement = (
        select(SharedResource)
        .where(
            within(SharedResource.area_code, (street,)) | SharedResource.area_code.in_(above),
            SharedResource.deleted_at.is_(None), SharedResource.state.is_(None) | SharedResource.state.in_(ON_OFFER[1:]),
        )
        .order_by(is_own.desc(), SharedResource.id.desc())
        .limit(MOST_LOOKED_AT)
    )  # fmt: skip
    return db.session.execute(statement).scalars().all()


def late_milestones(prefixes: tuple[str, ...], by: date, *, limit: int) -> Sequence[tuple[ProjectMilestone, Project]]:
    """Milestones of projects under way that are due by a day and not done, the oldest first."""
    statement = (
        select(ProjectMilestone, Project)
        .join(Project, Project.id == ProjectMilestone.parent_id)
        .where(
            _in_areas(prefixes), Project.deleted_at.is_(None), Project.state.in_(rules.UNDER_WAY),
            ProjectMilestone.done_on.is_(None), ProjectMilestone.due_on <= by,
        )
        .order_by(ProjectMilestone.due_on, ProjectMilestone.id)
        .limit(limit)
    )  # fmt: skip
    return [(milestone, project) for milestone, project in db.session.execute(statement)]


def milestones_of(project_id: int) -> Sequence[ProjectMilestone]:
    """Milestones of a project in their order."""
    statement = select(ProjectMilestone).where(ProjectMilestone.parent_id == project_id)
    return db.session.execute(statement.order_by(ProjectMilestone.due_on, ProjectMilestone.id)).scalars().all()


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


def project_by_uid(uid: str) -> Project | None:
    """A living project within scope."""
    statement = select(Project).where(Project.uid == uid, Project.deleted_at.is_(None))
    return db.session.execute(statement).scalar()


def for_a_meeting(area_code: str, today: date, *, limit: int) -> tuple[Sequence[Need], Sequence[Project]]:
    """What a joint meeting may settle: needs nobody has taken up or solved, the oldest first; projects without a lead
    unit or past their last day.
    """
    needs = (
        select(Need)
        .where(_in_needs((area_code,)), Need.deleted_at.is_(None), Need.state.in_(("listed", "claimed", "unmet")))
        .order_by(Need.registered_on, Need.id)
        .limit(limit)
    )
    waits = (Project.state == "planned") | (Project.state.in_(rules.UNDER_WAY) & (Project.ends_on < today))
    projects = (
        select(Project)
        .where(_in_areas((area_code,)), Project.deleted_at.is_(None), waits)
        .order_by(Project.ends_on, Project.id)
        .limit(limit)
    )
    return db.session.execute(needs).scalars().all(), db.session.execute(projects).scalars().all()


def alive_in(area_code: str, first: date, last: date) -> Sequence[Project]:
    """Projects opened by the end of some days and not finished before them, by number."""
    statement = select(Project).where(
        _in_areas((area_code,)), Project.deleted_at.is_(None), Project.opened_on <= last,
        Project.closed_on.is_(None) | (Project.closed_on >= first),
        (Project.state != "cancelled") | (Project.finished_on >= first),
    )  # fmt: skip
    return db.session.execute(statement.order_by(Project.area_code, Project.number, Project.id)).scalars().all()


def published_in(area_code: str, first: date, last: date) -> Sequence[Project]:
    """Projects whose result began to be public within days."""
    statement = select(Project).where(
        _in_areas((area_code,)), Project.deleted_at.is_(None), Project.published_from.between(first, last)
    )
    return db.session.execute(statement.order_by(Project.published_from, Project.id)).scalars().all()


def _in_areas(prefixes: tuple[str, ...]) -> Any:
    return within(Project.area_code, prefixes)


def _in_needs(prefixes: tuple[str, ...]) -> Any:
    return within(Need.area_code, prefixes)


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
