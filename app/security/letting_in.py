"""Letting units into single rows for a time, and closing the door again (scope rule `granted`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.security import audit
from app.security.beyond import beyond_scope
from app.security.models import Grant

OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)


def let_in(row: Any, units: Iterable[int], *, why: str, until: datetime = OPEN_END) -> None:
    """Let units see a row until `close_door`, and no longer than `until`; those that are in already stay at least so
    long. In the caller's transaction."""
    now = utc_now()
    with writing() as session, beyond_scope():
        known = {grant.unit_id: grant for grant in _open(row, now)}
        for unit_id in dict.fromkeys(units):
            if unit_id in known:
                known[unit_id].valid_to = max(known[unit_id].valid_to, until)
            else:
                session.add(
                    Grant(unit_id=unit_id, area_code=row.area_code, resource=row.__tablename__, row_uid=row.uid,
                          valid_from=now, valid_to=until)
                )  # fmt: skip
                audit.record("let_in", row.__tablename__, area_code=row.area_code, row_uid=row.uid, note=why)


def close_door(row: Any, *, why: str, units: Iterable[int] | None = None) -> None:
    """End what units were let into: those named, or all of them."""
    now, only = utc_now(), set(units) if units is not None else None
    with writing(), beyond_scope():
        for grant in _open(row, now):
            if only is None or grant.unit_id in only:
                grant.valid_to = now
                audit.record("shut_out", row.__tablename__, area_code=row.area_code, row_uid=row.uid, note=why)


def units_inside(row: Any) -> tuple[int, ...]:
    """Units that may see a row now because they were let in."""
    with beyond_scope():
        return tuple(sorted(grant.unit_id for grant in _open(row, utc_now())))


def _open(row: Any, now: datetime) -> list[Grant]:
    wanted = select(Grant).where(
        Grant.resource == row.__tablename__, Grant.row_uid == row.uid, Grant.valid_from <= now, Grant.valid_to > now
    )
    return list(db.session.execute(wanted).scalars())
