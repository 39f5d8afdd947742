"""Opening rectifications for red ratings, withdrawing them with the red, and what is asked of whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.database.transactions import writing
from app.extensions import db
from app.fields.calendar import WorkingCalendar
from app.fields.sentence import Sentence
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.lowcode.register import register
from app.lowcode.service import apply, save
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.periods.provisional import is_provisional, resting_on
from app.periods.rules import Period
from app.periods.service import register_closing_check
from app.property_ratings import rules
from app.property_ratings.models import PropertyRating
from app.property_ratings.rectifications import RESOURCE, Rectification
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.beyond import beyond_scope
from app.security.wall import within
from app.settings.queries import has_profile
from app.settings.working_calendar import working_calendar

MEND_DAYS = 10
"""Working days, until the office says otherwise in the row."""
NO_LONGER_RED = "评价更正，不再是红"
REMIND_DAYS, MOST_EACH = 3, 5


def fill(row: Rectification) -> None:
    """Name and demands of the rating; the deadline on the working calendar."""
    with db.session.no_autoflush:
        rating = db.session.get(PropertyRating, row.rating_id) if row.rating_id else None
    if rating is not None:
        row.name = f"{rating.name}整改"[:160]
        if not row.demands:
            faults = [each.item for each in rating.deduction_rows] + list(rules.vetoes_of(rating.vetoes))
            row.demands = "；".join(faults) or "连续三期为黄"
    if row.opened_on and row.due_on is None:
        due = working_calendar().deadline(row.opened_on, MEND_DAYS)
        row.due_on, row.is_provisional = due.day, due.is_provisional


def follow(ratings: Iterable[PropertyRating]) -> None:
    """Each red rating has one rectification; one whose rating is red no more is withdrawn unless it is done.

    As the system: who rates need not keep the rectifications.
    """
    rows = {row.id: row for row in ratings}
    with beyond_scope():
        statement = select(Rectification).where(
            Rectification.rating_id.in_(list(rows)), Rectification.deleted_at.is_(None)
        )
        there = {row.rating_id: row for row in db.session.execute(statement).scalars()}
        for id_, rating in rows.items():
            is_red, known = rating.colour == "红" and rating.deleted_at is None, there.get(id_)
            if is_red and known is None:
                values = {"rating": id_, "area": rating.area_code, "opened_on": rating.rated_on}
                db.session.add(apply(register(RESOURCE), None, values))
            elif is_red and known is not None and known.withdrawn == NO_LONGER_RED:
                known.withdrawn = None
            elif not is_red and known is not None and known.checked_on is None and not known.withdrawn:
                known.withdrawn = NO_LONGER_RED
        db.session.flush()


def todos(actor: Actor, today: date) -> list[Todo]:
    """Rectifications past their day or due within three, and those that wait to be checked."""
    prefixes = actor.prefixes(RESOURCE, "write")
    if not prefixes:
        return []
    statement = (
        select(Rectification)
        .where(
            within(Rectification.area_code, prefixes), Rectification.deleted_at.is_(None),
            Rectification.checked_on.is_(None), Rectification.withdrawn.is_(None),
            Rectification.due_on <= today + timedelta(days=REMIND_DAYS),
        )
        .order_by(Rectification.due_on, Rectification.id)
        .limit(MOST_EACH)
    )  # fmt: skip
    return [
        Todo(
            Sentence("物业整改：%(name)s", name=row.name),
            why=Sentence("已改好，请派人复查") if row.mended_on else Sentence("请督促整改，改好后填改好日期"),
            due_on=row.due_on, url=f"/{RESOURCE}/show/{row.id}", kind="rectification",
        )
        for row in db.session.execute(statement).scalars()
    ]  # fmt: skip


def follow_calendar(day: date) -> int:
    """Deadlines that were 暂定 take the day they have now that their year is entered; how many. Again changes nothing.

    One the office set by hand stays as it is, only no longer 暂定.
    """
    calendar, count = working_calendar(), 0
    with acting_as(SYSTEM), writing():
        statement = select(Rectification).where(
            Rectification.is_provisional.is_(True), Rectification.deleted_at.is_(None),
            Rectification.checked_on.is_(None), Rectification.withdrawn.is_(None), Rectification.due_on.is_not(None),
        )  # fmt: skip
        for row in db.session.execute(statement.order_by(Rectification.id)).scalars().all():
            assert row.due_on is not None
            now = calendar.deadline(row.opened_on, MEND_DAYS)
            if now.is_provisional or calendar.is_provisional(row.due_on):
                continue
            guessed = (
                calendar.with_year(row.due_on.year, WorkingCalendar((), ())).deadline(row.opened_on, MEND_DAYS).day
            )
            due = now.day if row.due_on == guessed else row.due_on
            save(register(RESOURCE), row, {"due_on": due.isoformat(), "is_provisional": "false"}, by=SYSTEM, today=day)
            count += 1
    return count


@handler("property_ratings.calendar", title="整改期限按工作日历重算", every="hour")
def calendar_followed(job: JobContext) -> dict[str, Any]:
    """Years that were entered since."""
    return {"count": follow_calendar(job.today)} if has_profile() else {"count": 0}


def provisional_limits(area_code: str, month: Period) -> list[str]:
    """Rectifications of an area due in the month on a day that may still move: what stands in the way of 定稿."""
    if not is_provisional(month):
        return []
    counted = (
        select(func.count(Rectification.id))
        .where(within(Rectification.area_code, (area_code,)), Rectification.deleted_at.is_(None))
        .where(Rectification.due_on.between(month.first, month.last), Rectification.is_provisional.is_(True))
        .where(Rectification.withdrawn.is_(None))
    )
    with beyond_scope():
        count = db.session.execute(counted).scalar_one()
    return resting_on(month, [f"物业整改 {count} 件"] if count else [])


def install() -> None:
    """Make the to-dos known, and what blocks finalising; again changes nothing."""
    register_todo_source("property_ratings.rectifications", todos)
    register_closing_check("rectification_limits", provisional_limits)
