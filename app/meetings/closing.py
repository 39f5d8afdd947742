"""When a meeting may no longer be changed: its minutes are locked, or its month is final."""

from __future__ import annotations

from datetime import date

from app.lowcode.service import SaveRefused
from app.periods.queries import MonthIsClosed, refuse_if_final

LOCKED = "这次会议的记录已经定稿，不能再改。确需更正的，请先在会议页面点“重新打开”并写明原因。"


def refuse_in_closed_month(area_code: str, day: date) -> None:
    """Raises SaveRefused where the month of that day is final."""
    try:
        refuse_if_final(area_code, day)
    except MonthIsClosed as closed:
        raise SaveRefused({"held_on": str(closed)}) from closed
