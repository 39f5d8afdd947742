"""The demonstration's months after the entries: past ones checked and shown, a dispute decided and one open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.extensions import db
from app.periods.rules import Period
from app.points import queries, sum_queries
from app.points.checking import service as checking
from app.points.disputes import queries as shown
from app.points.disputes import service, standing
from app.points.models import PointsEntry
from app.points.steps.models import PointsWaiting
from app.profiles.demo import DemoContext, Step, register_demo
from app.security.actor import SYSTEM, Actor
from app.security.models import Account
from app.security.queries import actor_named
from app.settings.working_calendar import working_calendar

MONTHS_SHOWN = 4
ENTRY_REASON = "这件事居民当面感谢过，应当按办结算，请核实。"
DECISION = "已向居民核实，记录和分值没有错。"


def install() -> None:
    """Make the step known."""
    register_demo(Step("points_after", 225, run))


def run(context: DemoContext) -> None:
    """Check and show the months that are over; let a worker with an account dispute two of his entries."""
    months = [Period.of("month", context.today)]
    while len(months) <= MONTHS_SHOWN:
        months.append(months[-1].previous())
    for month in reversed(months[1:]):
        _finish(context.profile.top_code, month, context.today)
    worker = next((actor for actor in _workers(context.today)), None)
    if worker is not None:
        _dispute(worker, context.today)


def _finish(top_code: str, month: Period, today: date) -> None:
    begun = working_calendar().add_working_days(month.last, 1)
    if begun > today:
        return
    number = sum_queries.month_number(month.first)
    waiting = select(PointsEntry).join(PointsWaiting, PointsWaiting.entry_id == PointsEntry.id)
    entries = db.session.execute(waiting.where(PointsWaiting.month == number)).scalars().all()
    checking.verify(entries, by=_OFFICE, today=begun)
    for code in standing.communities(top_code, month):
        if shown.last_show(code, month) is None:
            service.show(code, month, by=_OFFICE, today=begun)


_OFFICE = Actor(None, "街道积分专班", None, is_system=True)


def _workers(today: date) -> Sequence[Actor]:
    statement = select(User.username).join(Account, Account.user_id == User.id).where(Account.person_uid.is_not(None))
    names = db.session.execute(statement.order_by(User.id)).scalars().all()
    found = [actor_named(name, today=today) for name in names]
    return [actor for actor in found if actor is not None and actor.allows("own_points", "see_own")]


def _dispute(worker: Actor, today: date) -> None:
    person = queries.person_uid(worker.user_id) if worker.user_id is not None else None
    month = Period.of("month", today)
    statement = (
        select(PointsEntry)
        .where(PointsEntry.worker_uid == person, PointsEntry.on.between(month.first, month.last))
        .order_by(PointsEntry.seq.desc())
        .limit(2)
    )
    entries = db.session.execute(statement).scalars().all()
    for number, entry in enumerate(entries):
        if shown.dispute_of(entry.worker_uid, entry.id) is not None or entry.reverses_id is not None:
            continue
        step = service.dispute(entry, reason=ENTRY_REASON, by=worker, today=today)
        found = shown.dispute(step.id)
        if number and found is not None:
            service.reject(found, reason=DECISION, by=SYSTEM, today=today)
