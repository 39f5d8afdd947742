"""Events by the thousand, straight into their table: for figures, which read nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert

from app.database.transactions import writing
from app.events.models import Event
from app.security.actor import SYSTEM, acting_as

DAY = date(2026, 10, 15)
MOMENT = datetime(2026, 10, 15, 2, tzinfo=UTC)


def plant(rows: Iterable[Mapping[str, Any]], area: str, *, day: date = DAY) -> None:
    """Rows reported, due, handled and closed on one day, with what each says otherwise."""
    common = {
        "name": "事", "source": "hotline", "handling": "upstream", "state": "closed", "area_code": area, "version": 1,
        "created_at": MOMENT, "changed_at": MOMENT, "extra": {}, "registered_on": day, "due_on": day, "filed_on": day,
        "dispatched_on": day, "dispatch_count": 1, "refused_count": 0, "handled_on": day, "closed_on": day,
        "is_on_time": True, "rework_count": 0, "reopen_count": 0, "is_repeat": False, "visited_on": None,
        "satisfaction": None, "handled_by": None, "unit_id": None, "level": "community", "deleted_at": None,
    }  # fmt: skip
    made = [{**common, "uid": secrets.token_hex(16), **row} for row in rows]
    with acting_as(SYSTEM), writing() as session:
        session.connection().execute(insert(Event.__table__), made)  # type: ignore[arg-type]
