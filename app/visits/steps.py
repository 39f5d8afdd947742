"""What follows from saving a visit: its name, and the fact that it was made."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.facts.models import Fact
from app.facts.service import happened
from app.lowcode.register import register
from app.security.beyond import beyond_scope
from app.visits.models import Visit

NEED, VISIT_NEEDS = "need", "visit_needs"
"""列入需求; and the fact that somebody is to put what a visit found on the list of needs."""


def name_it(row: Visit) -> None:
    """富康新村3幢1单元501室 张国安 2026-11-20."""
    if not row.household_id or not row.visited_on:
        return
    with db.session.no_autoflush:
        household = db.session.get(register("households").model, row.household_id)
    if household is not None:
        row.name = f"{household.name or household.head} {row.visited_on.isoformat()}"[:160]


def tell(row: Visit, _today: date) -> None:
    """A visit was made, or one written down by mistake is taken away; points hear of both."""
    if row.deleted_at is not None:
        happened("visit_removed", row, on=row.visited_on)
        return
    if row.version == 1:
        happened("visit_done", row, on=row.visited_on, details=_worker_of(row))
    if row.follow == NEED and not _was_told(row):
        happened(VISIT_NEEDS, row, on=row.visited_on, details=_need_of(row))


def _was_told(row: Visit) -> bool:
    """A visit becomes one need, however often it is saved."""
    told = select(Fact.id).where(
        Fact.kind == VISIT_NEEDS, Fact.record_kind == row.__tablename__, Fact.record_uid == row.uid
    )
    with beyond_scope():
        return db.session.execute(told.limit(1)).first() is not None


def _need_of(row: Visit) -> dict[str, str]:
    household = db.session.get(register("households").model, row.household_id)
    return {
        "name": row.follow_what or row.name or "", "content": row.found, "visit": row.name or "",
        "proposer": (household.head or "") if household is not None else "",
        "wanted_by": row.follow_by.isoformat() if row.follow_by else "",
    }  # fmt: skip


def _worker_of(row: Visit) -> dict[str, str]:
    worker = db.session.get(register("grid_workers").model, row.worker_id) if row.worker_id else None
    return {"person_register": "grid_workers", "person_uid": worker.uid} if worker is not None else {}
