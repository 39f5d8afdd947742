"""What follows from saving a visit: its name, and the fact that it was made."""

from __future__ import annotations

from datetime import date

from app.extensions import db
from app.facts.service import happened
from app.lowcode.register import register
from app.visits.models import Visit


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
    elif row.version == 1:
        happened("visit_done", row, on=row.visited_on, details=_worker_of(row))


def _worker_of(row: Visit) -> dict[str, str]:
    worker = db.session.get(register("grid_workers").model, row.worker_id) if row.worker_id else None
    return {"person_register": "grid_workers", "person_uid": worker.uid} if worker is not None else {}
