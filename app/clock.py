"""Today and now in Asia/Shanghai, read at the edges only: rules get them as arguments."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _fixed_day() -> date | None:
    fixed = current_app.config.get("TODAY") if has_app_context() else ""
    return date.fromisoformat(fixed) if fixed else None


def today() -> date:
    """The office's date; fixed by the setting TODAY in demonstrations and tests."""
    return _fixed_day() or datetime.now(SHANGHAI).date()


def utc_now() -> datetime:
    """This moment, aware. Where the day is fixed it lies on that day, so that moments and dates tell one story."""
    day, moment = _fixed_day(), datetime.now(SHANGHAI)
    return (datetime.combine(day, moment.timetz()) if day else moment).astimezone(UTC)


def local(moment: datetime) -> datetime:
    """A stored moment in the office's time."""
    return moment.astimezone(SHANGHAI)
