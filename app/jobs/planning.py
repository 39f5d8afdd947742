"""Work that comes by itself: once each day or month, or when the machine is on again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.jobs.handlers import handlers
from app.jobs.models import Job
from app.jobs.service import enqueue
from app.security.actor import SYSTEM, acting_as

_planned: dict[str, date] = {}
"""Database → the day this process has planned already, so that an idle worker does not ask again each second."""


def plan(today: date) -> int:
    """Ask, as the system, for the jobs of today that nobody has asked for yet; how many.

    A handler of `every="day"` gets the key `kind:2026-11-22` and the payload `{"on": "2026-11-22"}`, one of
    `every="month"` the key `kind:2026-11` on the first day the machine is on. Days on which it was off are not made up
    for one by one: such work looks at what is due by now. A failed job is not started again from here.
    """
    database = str(db.engine.url)
    if _planned.get(database) == today:
        return 0
    wanted = {
        f"{item.kind}:{today.isoformat() if item.every == 'day' else today.isoformat()[:7]}": item.kind
        for item in handlers()
        if item.every
    }
    with acting_as(SYSTEM):
        known = set(db.session.execute(select(Job.key).where(Job.key.in_(wanted))).scalars())
        missing = {key: kind for key, kind in wanted.items() if key not in known}
        for key, kind in missing.items():
            enqueue(kind, {"on": today.isoformat()}, key=key, by=SYSTEM, area_code="")
    _planned[database] = today
    return len(missing)
