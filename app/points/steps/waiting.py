"""The list of entries that wait to be checked: kept with every entry and step, provable from them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.points.models import PointsEntry
from app.points.steps.models import PointsWaiting


def add(session: Session, entry: PointsEntry) -> None:
    """The entry (flushed, with `check_by`) waits from now on."""
    session.add(
        PointsWaiting(
            entry_id=entry.id, area_code=entry.area_code, month=entry.on.year * 100 + entry.on.month,
            worker_uid=entry.worker_uid, points=entry.points, check_by=entry.check_by or "",
            recorded_by=entry.recorded_by,
        )
    )  # fmt: skip
    session.flush()


def remove(session: Session, entry_id: int) -> bool:
    """It waits no longer: checked, sent back or taken back. Whether it did wait."""
    row = session.get(PointsWaiting, entry_id, with_for_update=True, populate_existing=True)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True
