"""Holding a month for checking, making it final, opening it again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database.scope import range_of
from app.database.transactions import writing
from app.periods.models import ClosedPeriod
from app.periods.queries import lock_month, state_of
from app.periods.rules import FILLING, FINAL, HELD, Period
from app.security.actor import current_actor, require
from app.security.beyond import beyond_scope

FindObstacles = Callable[[str, Period], list[str]]


class CannotClose(ValueError):
    """A month cannot be held, made final or opened; `reasons` name everything that stands in the way."""

    def __init__(self, sentence: str, reasons: tuple[str, ...] = ()) -> None:
        super().__init__("\n".join((sentence, *reasons)))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class ClosingCheck:
    """`find(area_code, month)` names what must be settled before the month is final (undecided disputes …)."""

    name: str
    find: FindObstacles


_CHECKS: dict[str, ClosingCheck] = {}


def register_closing_check(name: str, find: FindObstacles) -> ClosingCheck:
    """Make a check known; the same function again changes nothing. Raises ValueError when the name is taken."""
    known = _CHECKS.setdefault(name, ClosingCheck(name, find))
    if known.find is not find:
        raise ValueError(f"Two closing checks are called {name!r}.")
    return known


def closing_checks() -> tuple[ClosingCheck, ...]:
    """All checks in the order they were registered."""
    return tuple(_CHECKS.values())


def hold(area_code: str, month: Period, *, today: date) -> ClosedPeriod:
    """填报中 → 核对中: workers' entries stop, corrections go on. Raises CannotClose, NotPermitted."""
    _check_month(month, today)
    with writing() as session:
        require("periods", "finalise", area_code)
        lock_month(month)
        _refuse_final(area_code, month)
        return _set(session, area_code, month, state=HELD)


def finalise(area_code: str, month: Period, *, today: date) -> ClosedPeriod:
    """→ 已定稿 for the area and all below it: nothing of that month changes any more.

    `report_center` calls it in the transaction in which it freezes figures and papers. Raises CannotClose with every
    obstacle the checks find, NotPermitted.
    """
    _check_month(month, today)
    with writing() as session:
        require("periods", "finalise", area_code)
        lock_month(month)
        _refuse_final(area_code, month)
        obstacles = [reason for check in closing_checks() for reason in check.find(area_code, month)]
        if obstacles:
            raise CannotClose(f"{month.title}还不能定稿，请先处理：", tuple(obstacles))
        return _set(session, area_code, month, state=FINAL)


def reopen(area_code: str, month: Period, *, reason: str) -> ClosedPeriod:
    """已定稿 or 核对中 → 填报中, in the area itself and all below it, with a reason that stays in the history.

    Raises CannotClose when an area above holds it, without a reason, or when it is open anyway; NotPermitted.
    """
    if not reason.strip():
        raise CannotClose("请写明重新打开的原因，它会留在记录里。")
    with writing() as session:
        require("periods", "finalise", area_code)
        lock_month(month)
        with beyond_scope():
            low, high = range_of(area_code)
            below = select(ClosedPeriod).where(
                ClosedPeriod.month == month.key, ClosedPeriod.area_code >= low, ClosedPeriod.area_code < high
            )
            rows = session.execute(below.execution_options(populate_existing=True)).scalars().all()
            closed = [row for row in rows if row.state != FILLING]
            for row in closed:
                _change(row, state=FILLING, reason=reason.strip()[:200])
        above = state_of(area_code, month)
        if above.state != FILLING:
            word = "定稿" if above.state == FINAL else "转入核对"
            raise CannotClose(f"{month.title}已由上级{word}，要由上级重新打开。")
        if not closed:
            raise CannotClose(f"{month.title}本来就在填报中，不用重新打开。")
        return next((row for row in closed if row.area_code == area_code), closed[0])


def _check_month(month: Period, today: date) -> None:
    if month.kind != "month":
        raise CannotClose(f"定稿按月进行，“{month.title}”不是一个月。请写成 2026-10 这样的月份。")
    if month.first > today:
        raise CannotClose(f"{month.title}还没有开始。")


def _refuse_final(area_code: str, month: Period) -> None:
    if state_of(area_code, month).state == FINAL:
        raise CannotClose(f"{month.title}已经定稿。")


def _set(session: Session, area_code: str, month: Period, *, state: str) -> ClosedPeriod:
    # Nobody else writes rows of this month while its lock is ours, so looking before adding is safe.
    with beyond_scope():
        statement = select(ClosedPeriod).where(ClosedPeriod.area_code == area_code, ClosedPeriod.month == month.key)
        row = session.execute(statement.execution_options(populate_existing=True)).scalar()
        if row is None:
            row = ClosedPeriod(uid=secrets.token_hex(16), area_code=area_code, month=month.key)
            session.add(row)
        return _change(row, state=state, reason="")


def _change(row: ClosedPeriod, *, state: str, reason: str) -> ClosedPeriod:
    actor = current_actor()
    row.state, row.reason = state, reason
    row.changed_at, row.by_id, row.by_name = utc_now(), actor.user_id, actor.name
    return row
