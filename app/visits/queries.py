"""Reads of visits: households by how long ago they were visited, what is to be followed up, a period's visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from app.extensions import db
from app.registers.households import Household
from app.security.wall import within
from app.visits.models import Visit
from app.visits.rules import visited_before


@dataclass(frozen=True, slots=True)
class Waiting:
    """A household and its last visit."""

    id: int
    name: str
    area_code: str
    last: date | None
    count: int


def unvisited(
    prefixes: tuple[str, ...], *, days: int, today: date, first: int = 0, most: int = 50
) -> tuple[list[Waiting], int, int]:
    """Households lived in whose last visit is more than `days` ago, those never visited first; how many there are, and
    how many households are lived in at all. Two statements, whatever is shown."""
    visits = (
        select(Visit.household_id, func.max(Visit.visited_on).label("last"), func.count().label("count"))
        .where(Visit.deleted_at.is_(None), within(Visit.area_code, prefixes))
        .group_by(Visit.household_id)
        .subquery()
    )
    lived_in = (
        within(Household.area_code, prefixes), Household.deleted_at.is_(None), Household.left_on.is_(None),
        or_(Household.living_kind.is_(None), Household.living_kind != "vacant"),
    )  # fmt: skip
    is_waiting = or_(visits.c.last.is_(None), visits.c.last < visited_before(today, days))
    joined = select(Household).outerjoin(visits, visits.c.household_id == Household.id).where(*lived_in)
    counted = joined.with_only_columns(func.count().filter(is_waiting), func.count())
    waiting, whole = db.session.execute(counted).one()
    shown = joined.with_only_columns(
        Household.id, Household.name, Household.head, Household.area_code, visits.c.last, visits.c.count
    ).where(is_waiting)
    order = (visits.c.last.is_not(None), visits.c.last, Household.area_code, Household.id)
    rows = db.session.execute(shown.order_by(*order).offset(first).limit(most))
    found = [Waiting(id_, name or head, code, last, count or 0) for id_, name, head, code, last, count in rows]
    return found, int(waiting), int(whole)


def to_follow(prefixes: tuple[str, ...], *, by: date, limit: int) -> Sequence[Visit]:
    """What visits left to be done by a day and is not, the oldest first."""
    statement = (
        select(Visit)
        .where(
            within(Visit.area_code, prefixes), Visit.deleted_at.is_(None), Visit.follow.is_not(None),
            Visit.follow != "none", Visit.followed_on.is_(None), Visit.follow_by <= by,
        )
        .order_by(Visit.follow_by, Visit.id)
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(statement).scalars().all()


def between(area_code: str, first: date, last: date) -> list[Visit]:
    """Visits of an area within days, by day."""
    statement = (
        select(Visit)
        .where(within(Visit.area_code, (area_code,)), Visit.deleted_at.is_(None), Visit.visited_on.between(first, last))
        .order_by(Visit.visited_on, Visit.id)
    )
    return list(db.session.execute(statement).scalars())


def latest_of(household_id: int, *, limit: int) -> Sequence[Visit]:
    """The last visits to a household, the newest first."""
    statement = select(Visit).where(Visit.household_id == household_id, Visit.deleted_at.is_(None))
    return db.session.execute(statement.order_by(Visit.visited_on.desc(), Visit.id.desc()).limit(limit)).scalars().all()


def households_by_worker(prefixes: tuple[str, ...], first: date, last: date) -> list[tuple[int, int]]:
    """(worker, households he visited) within days, in the order of the roster."""
    statement: Any = (
        select(Visit.worker_id, func.count(Visit.household_id.distinct()))
        .where(
            within(Visit.area_code, prefixes), Visit.deleted_at.is_(None), Visit.worker_id.is_not(None),
            Visit.visited_on.between(first, last),
        )
        .group_by(Visit.worker_id)
        .order_by(Visit.worker_id)
    )  # fmt: skip
    return [(worker, count) for worker, count in db.session.execute(statement)]
