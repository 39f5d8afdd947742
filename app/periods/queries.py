"""Reading whether a month is open, being checked or final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.database.scope import ancestors_of
from app.database.transactions import is_writing
from app.extensions import db
from app.periods.models import ClosedPeriod
from app.periods.rules import FINAL, HELD, STATE_NAMES, Period, strictest
from app.security.beyond import beyond_scope


class MonthIsClosed(ValueError):
    """The month is final (or, for workers, being checked); the message says so and what to do."""


@dataclass(frozen=True, slots=True)
class MonthState:
    """The state of a month as it counts in one area, and the area in which it was said."""

    month: str
    state: str
    said_in: str

    @property
    def title(self) -> str:
        """填报中, 核对中 or 已定稿."""
        return STATE_NAMES[self.state]


def state_of(area_code: str, month: Period) -> MonthState:
    """The month's state in that area: its own or that of an area above, the stricter one."""
    return states_of(area_code, (month,))[0]


def states_of(area_code: str, months: tuple[Period, ...]) -> list[MonthState]:
    """The same for several months, in one statement."""
    keys = [month.key for month in months]
    statement = select(ClosedPeriod.month, ClosedPeriod.state, ClosedPeriod.area_code).where(
        ClosedPeriod.month.in_(keys), ClosedPeriod.area_code.in_(("", *ancestors_of(area_code), area_code))
    )
    with beyond_scope():
        rows = db.session.execute(statement).all()
    found = []
    for key in keys:
        said = {area: state for month, state, area in rows if month == key}
        state = strictest(list(said.values()))
        found.append(MonthState(key, state, min((area for area in said if said[area] == state), default="")))
    return found


MONTH_LOCK = 7_203  # any number of ours; the month is the second half of the key


def lock_month(month: Period) -> None:
    """Wait for everybody who is writing into that month, and keep others out until this transaction ends.

    SQLite has one writer anyway; on PostgreSQL writers hold the same lock shared (`refuse_if_final`).
    """
    _advisory(func.pg_advisory_xact_lock, month)


def _advisory(take: Any, month: Period) -> None:
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(take(MONTH_LOCK, month.year * 100 + month.number)))


def refuse_if_final(area_code: str, on: date) -> None:
    """Raises MonthIsClosed when the month of that day is final there. Every service that writes figures calls it.

    Inside a transaction the month also stays as it is until that ends, so that nothing slips in behind 定稿.
    """
    month = Period.of("month", on)
    if is_writing():
        _advisory(func.pg_advisory_xact_lock_shared, month)
    if state_of(area_code, month).state == FINAL:
        raise MonthIsClosed(
            f"{month.title}已经定稿，不能再改这个月的数据。确需更正的，请在本月补记，或请街道办写明原因后重新打开。"
        )


def refuse_if_held(area_code: str, on: date) -> None:
    """As `refuse_if_final`, and also while the month is being checked: for entries by workers, not for corrections."""
    refuse_if_final(area_code, on)
    month = Period.of("month", on)
    if state_of(area_code, month).state == HELD:
        raise MonthIsClosed(f"{month.title}正在核对，暂停填报。需要更正的，请告诉社区或街道办的核对人。")
