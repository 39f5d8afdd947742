"""Which rows of a roster stood there on a day.

A row stands in its roster on a day when it had begun by then, was not deleted by then and had not left by then:
* begun: by the roster's own date (聘用日期, 成立日期 …) where it has one, an empty one being no bound, just as the
  figures of the registers count; else by the moment the row was entered;
* deleted: `deleted_at` later than that day, or never, so that what was deleted since still prints in an old month;
* left: the register's `left_column` later than that day, or empty.
The values of a row are those of today; a submitted paper keeps those of its day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_

from app.clock import SHANGHAI
from app.lowcode.register import Register

BEGIN_COLUMNS = ("entered_on", "hired_on", "employed_on", "founded_on", "moved_in_on", "since_on", "joined_on")
"""The first of these a model has tells since when a row counts."""


def end_of(day: date) -> datetime:
    """The first moment after a day, in the office's time."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)


def standing_on(reg: Register, day: date) -> ColumnElement[bool]:
    """The condition that a row of the register stood there at the end of the day."""
    model = reg.model
    conditions = [_has_begun(reg, day), or_(model.deleted_at.is_(None), model.deleted_at >= end_of(day))]
    if reg.left_column:
        left = getattr(model, reg.left_column)
        conditions.append(or_(left.is_(None), left > day))
    return and_(*conditions)


def _has_begun(reg: Register, day: date) -> ColumnElement[bool]:
    name = next((name for name in BEGIN_COLUMNS if hasattr(reg.model, name)), "")
    if not name:
        entered: ColumnElement[bool] = reg.model.created_at < end_of(day)
        return entered
    begins = getattr(reg.model, name)
    return or_(begins.is_(None), begins <= day)
