"""What duty asks of somebody: shifts without a record, exchanges that wait to be agreed to."""

from __future__ import annotations

from datetime import date, timedelta

from app.duty import queries
from app.duty.models import SHIFTS, SWAPS
from app.fields.sentence import Sentence
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.security.actor import Actor

ASKED_DAYS = 31
"""An older gap is seen in the month's paper; nobody remembers what happened then."""
MOST_EACH = 5


def unrecorded(actor: Actor, today: date) -> list[Todo]:
    """Shifts that are over without a word."""
    prefixes = actor.prefixes(SHIFTS, "write")
    if not prefixes:
        return []
    since = today - timedelta(days=ASKED_DAYS)
    rows = queries.unrecorded(prefixes, since=since, before=today, limit=MOST_EACH + 1)
    found = [
        Todo(
            Sentence("%(shift)s 的值班没有记录", shift=row.name), why=Sentence("没有事也请报一次零报告"), due_on=row.duty_on,
            url=f"/duty/?area={row.area_code}&month={row.duty_on:%Y-%m}", kind="duty",
        )
        for row in rows[:MOST_EACH]
    ]  # fmt: skip
    if len(rows) > MOST_EACH:
        found[-1:] = [
            Todo(
                Sentence("还有更多值班没有记录"), why=Sentence("请各单位补报"), url="/duty_shifts/list/", tone="red",
                kind="duty",
            )
        ]  # fmt: skip
    return found


def swaps(actor: Actor, today: date) -> list[Todo]:  # noqa: ARG001 (every source gets the day)
    """Exchanges that wait for the actor."""
    prefixes = actor.prefixes(SWAPS, "review")
    if not prefixes:
        return []
    return [
        Todo(
            Sentence("调班待批准：%(swap)s", swap=row.name), why=row.reason, url=f"/duty/?area={row.area_code}",
            tone="amber", kind="duty",
        )
        for row in queries.waiting_swaps(prefixes, limit=MOST_EACH)
    ]  # fmt: skip


def install() -> None:
    """Make the sources known; again changes nothing."""
    register_todo_source("duty.unrecorded", unrecorded)
    register_todo_source("duty.swaps", swaps)
