"""Work that comes by itself: once each hour, day or month, or when the machine is on again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from app.clock import local
from app.database.transactions import writing
from app.extensions import db
from app.jobs.handlers import Every, handlers
from app.jobs.models import DONE, Job
from app.jobs.service import enqueue
from app.security.actor import SYSTEM, acting_as

_planned: dict[str, tuple[date, int]] = {}
"""Database → the day and hour this process has planned already, so that an idle worker does not ask again each second."""
HOURLY_KEPT = timedelta(days=2)
"""Done hourly jobs older than this go, or they would be all that the page of jobs shows."""


def plan(now: datetime) -> int:
    """Ask, as the system, for the jobs of this day and hour that nobody has asked for yet; how many.

    A handler of `every="day"` gets the key `kind:2026-11-22` and the payload `{"on": "2026-11-22"}`, one of
    `every="hour"` the key `kind:2026-11-22T09`, one of `every="month"` the key `kind:2026-11` on the first day the
    machine is on. Hours and days on which it was off are not made up for one by one: such work looks at what is due by
    now. A failed job is not started again from here.
    """
    database, here = str(db.engine.url), local(now)
    if _planned.get(database) == (here.date(), here.hour):
        return 0
    wanted = {f"{item.kind}:{_turn(item.every, here)}": item.kind for item in handlers() if item.every}
    with acting_as(SYSTEM):
        known = set(db.session.execute(select(Job.key).where(Job.key.in_(wanted))).scalars())
        missing = {key: kind for key, kind in wanted.items() if key not in known}
        for key, kind in missing.items():
            enqueue(kind, {"on": here.date().isoformat()}, key=key, by=SYSTEM, area_code="")
        if missing:
            _drop_old_turns(now)
    _planned[database] = (here.date(), here.hour)
    return len(missing)


def _turn(every: Every, here: datetime) -> str:
    """2026-11-22T09, 2026-11-22 or 2026-11: what names one turn of work that comes again."""
    return f"{here:%Y-%m-%dT%H}"[: {"hour": 13, "day": 10, "month": 7}[every]]


def _drop_old_turns(now: datetime) -> None:
    kinds = [item.kind for item in handlers() if item.every == "hour"]
    if kinds:
        with writing() as session:
            session.execute(delete(Job).where(Job.kind.in_(kinds), Job.state == DONE, Job.run_at < now - HOURLY_KEPT))
