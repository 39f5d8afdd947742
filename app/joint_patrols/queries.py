"""Reads of patrols: those missed or soon due, and those of a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.joint_patrols.models import JointPatrol, PatrolFinding
from app.security.wall import within


def not_held(prefixes: tuple[str, ...], *, by: date, limit: int) -> Sequence[JointPatrol]:
    """Patrols planned up to a day that nobody has held, the oldest first."""
    statement = (
        select(JointPatrol)
        .where(
            within(JointPatrol.area_code, prefixes), JointPatrol.deleted_at.is_(None), JointPatrol.held_on.is_(None),
            JointPatrol.planned_on <= by,
        )
        .order_by(JointPatrol.planned_on, JointPatrol.id)
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(statement).scalars().all()


def not_mended(prefixes: tuple[str, ...], *, by: date, limit: int) -> list[tuple[PatrolFinding, JointPatrol]]:
    """Faults due by a day that nobody has mended, the oldest first, each with its patrol."""
    statement = (
        select(PatrolFinding, JointPatrol)
        .join(JointPatrol, JointPatrol.id == PatrolFinding.parent_id)
        .where(
            within(JointPatrol.area_code, prefixes), JointPatrol.deleted_at.is_(None),
            PatrolFinding.is_mended.is_not(True), PatrolFinding.mend_by <= by,
        )
        .order_by(PatrolFinding.mend_by, PatrolFinding.id)
        .limit(limit)
    )  # fmt: skip
    return [(found, patrol) for found, patrol in db.session.execute(statement)]


def between(area_code: str, first: date, last: date) -> list[tuple[JointPatrol, list[PatrolFinding]]]:
    """Patrols of an area planned within days, each with what was found; two statements."""
    statement = (
        select(JointPatrol)
        .where(
            within(JointPatrol.area_code, (area_code,)), JointPatrol.deleted_at.is_(None),
            JointPatrol.planned_on.between(first, last),
        )
        .order_by(JointPatrol.planned_on, JointPatrol.id)
    )  # fmt: skip
    rows = list(db.session.execute(statement).scalars())
    found: dict[int, list[PatrolFinding]] = {row.id: [] for row in rows}
    lines = select(PatrolFinding).where(PatrolFinding.parent_id.in_(list(found)))
    for line in db.session.execute(lines.order_by(PatrolFinding.position, PatrolFinding.id)).scalars():
        found[line.parent_id].append(line)
    return [(row, found[row.id]) for row in rows]
