"""What follows from saving a row: its number and days, the states of a project's needs, the claims of its resources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, update

from app.areas.rules import COMMUNITY_DIGITS
from app.clock import today
from app.database.transactions import is_writing
from app.extensions import db
from app.numbering.rules import Series
from app.numbering.series import register_series
from app.numbering.service import take
from app.security.actor import current_actor
from app.security.beyond import beyond_scope
from app.three_lists import rules
from app.three_lists.models import (
    Need,
    OfProject,
    Project,
    ProjectNeed,
    ProjectProgress,
    ProjectResource,
    ProjectUnit,
    SharedResource,
)
from app.three_lists.names import NOUNS, list_name
from app.three_lists.telling import tell_of_need, tell_of_project

PARTS: tuple[type[OfProject], ...] = (ProjectNeed, ProjectResource, ProjectUnit, ProjectProgress)

for _key, _noun in NOUNS.items():
    # 资2026-001, or 服2026-001 where the district calls it 服务.
    register_series(Series(f"list_{_key}", f"{_noun}清单编号", "{word}{year}-{number:03d}"))


def fill_new(row: Any) -> None:
    """A number within the community and the day of registration, where they were not given."""
    if row.registered_on is None:
        row.registered_on = today()
    if row.number or not is_writing():
        return
    community = row.area_code[:COMMUNITY_DIGITS]
    model, key = type(row), row.__tablename__
    while not row.number:
        issued = take(
            f"list_{key}", area_code=community, year=row.registered_on.year, record=row, word=list_name(key)[0]
        )
        with beyond_scope():
            # A number like ours may have come with an imported list.
            taken = select(model.id).where(model.number == issued.text, model.area_code.startswith(community))
            if db.session.execute(taken.limit(1)).first() is None:
                row.number = issued.text


def fill_days(row: Project) -> None:
    """The days on which a project was opened and finished, and who handed it in."""
    day = today()
    if row.state == "accepting" and row.handed_in_by is None:
        row.handed_in_by = current_actor().user_id  # a list brought it there: whoever brought it does not pass it
    row.opened_on = rules.opened_on(row.state, row.opened_on, day)
    row.finished_on = rules.finished_on(row.state, row.finished_on, day)


def fill_claim(row: Need) -> None:
    """The unit that claims a need with a resource is the one the resource belongs to, where nobody said otherwise."""
    if row.offered_id is None or row.claimed_by_id is not None:
        return
    with beyond_scope(), db.session.no_autoflush:
        resource = db.session.get(SharedResource, row.offered_id)
    if resource is not None:
        row.claimed_by_id = resource.unit_id


def settle(row: Project, day: date) -> None:
    """Bring along what hangs on a saved, deleted or restored project: its parts' area, needs' states, claims."""
    with beyond_scope():
        for model in PARTS:
            db.session.execute(
                update(model)
                .where(model.project_id == row.id, model.area_code != row.area_code)
                .values(area_code=row.area_code)
            )
        needs = select(ProjectNeed.need_id).where(ProjectNeed.project_id == row.id)
        settle_needs(db.session.execute(needs).scalars().all(), day)
        resources = select(ProjectResource.resource_id).where(ProjectResource.project_id == row.id)
        count_claims(db.session.execute(resources).scalars().all())
        tell_of_project(row, day)


def settle_needs(need_ids: Sequence[int], day: date) -> None:
    """Give needs the state that follows from their projects. As the system: needs may lie in a wider area."""
    for need in db.session.execute(select(Need).where(Need.id.in_(need_ids))).scalars():
        projects = db.session.execute(
            select(Project.state, Project.deleted_at)
            .join(ProjectNeed, ProjectNeed.project_id == Project.id)
            .where(ProjectNeed.need_id == need.id)
        )
        # A project in the recycle bin does as little for the need as one given up.
        states = [(state or "planned") if gone is None else "cancelled" for state, gone in projects]
        wanted = rules.need_state(need.state, states)
        if wanted != need.state:
            need.state = wanted
            need.solved_on = (need.solved_on or day) if wanted in rules.FINISHED else None
            db.session.flush()
        tell_of_need(need, day)
    db.session.flush()


def release_needs(need_ids: Sequence[int], day: date) -> None:
    """As `settle_needs`, for needs just taken out of a project: without any other they wait on the list again."""
    for need in db.session.execute(select(Need).where(Need.id.in_(need_ids))).scalars():
        other = select(ProjectNeed.id).where(ProjectNeed.need_id == need.id).limit(1)
        if db.session.execute(other).first() is None and need.state not in rules.UNTOUCHED_NEEDS:
            need.state, need.solved_on = "listed", None
    db.session.flush()
    settle_needs(need_ids, day)


def count_claims(resource_ids: Sequence[int]) -> None:
    """Count anew how many living projects use each resource; past the rows' version, since nobody edited them."""
    for resource_id in resource_ids:
        used = (
            select(func.count())
            .select_from(ProjectResource)
            .join(Project, Project.id == ProjectResource.project_id)
            .where(
                ProjectResource.resource_id == resource_id, Project.deleted_at.is_(None), Project.state != "cancelled"
            )
        )
        count = db.session.execute(used).scalar_one()
        db.session.execute(
            update(SharedResource)
            .where(SharedResource.id == resource_id)
            .values(claims=count, changed_at=SharedResource.changed_at)
        )
