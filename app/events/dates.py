"""Dates of events for papers: those not handled though their day has passed, and those whose day comes."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.events import rules
from app.events.models import EVENTS, Event
from app.extensions import db
from app.lowcode.dates import Dated, DateSource, Overdue, register_dates
from app.lowcode.flow.dates import MOST_READ, units_of
from app.periods.rules import Period
from app.security.wall import within


def late(code: str, period: Period, day: date, limit: int) -> Overdue:  # noqa: ARG001
    """Events whose day lay before that one and that were not handled when it ended, though they may be by now."""
    where = (Event.due_on < day, or_(Event.handled_on.is_(None), Event.handled_on > day))
    count = db.session.execute(_open(code, where, func.count())).scalar_one()
    return Overdue(tuple(_read(code, where, day, limit)), count)


def coming(code: str, first: date, last: date) -> list[Dated]:
    """Events not handled yet whose day is one of these."""
    return _read(code, (Event.due_on.between(first, last), Event.handled_on.is_(None)), first, MOST_READ)


def _open(code: str, where: tuple[ColumnElement[bool], ...], *columns: Any) -> Select[Any]:
    return select(*columns).where(
        within(Event.area_code, (code,)), Event.deleted_at.is_(None), Event.state.not_in(rules.GONE), *where
    )


def _read(code: str, where: tuple[ColumnElement[bool], ...], day: date, limit: int) -> list[Dated]:
    statement = _open(code, where, Event).order_by(Event.due_on, Event.id).limit(limit)
    rows = db.session.execute(statement).scalars().all()
    units = units_of(rows)
    return [Dated(EVENTS.title_of(row, day), units[row.id], row.due_on) for row in rows if row.due_on is not None]


SOURCE = register_dates(DateSource(EVENTS.name, "事件", late, coming))
