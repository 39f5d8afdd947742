"""Today in Asia/Shanghai, read at the edges only: rules get it as an argument."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The office's date; fixed by the setting TODAY in demonstrations and tests."""
    fixed = current_app.config.get("TODAY") if has_app_context() else ""
    return date.fromisoformat(fixed) if fixed else datetime.now(SHANGHAI).date()


def local(moment: datetime) -> datetime:
    """A stored moment in the office's time."""
    return moment.astimezone(SHANGHAI)
