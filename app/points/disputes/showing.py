"""公示 that begins by itself: each day, whatever month is past the day its book names and has not been on show."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.database.transactions import writing
from app.jobs.handlers import handler
from app.jobs.running import JobContext
from app.notices.service import notify
from app.periods.queries import MonthIsClosed, state_of
from app.periods.rules import FINAL, Period
from app.points.disputes import queries as shown
from app.points.disputes import service
from app.points.disputes.rules import is_time_to_show
from app.points.disputes.standing import communities
from app.points.disputes.telling import KIND
from app.points.rules import PointsRefused
from app.security.actor import SYSTEM

MONTHS_BACK = 3
"""How far back a machine that was off makes up for what it missed; an older month is left to people."""


@handler("points_show", title="按期公示积分", every="day")
def show_due(job: JobContext) -> dict[str, Any]:
    """Put on show what is due by now; where something stands in the way, the secretary is told what."""
    return {"count": len(show_what_is_due(date.fromisoformat(job.payload["on"])))}


def show_what_is_due(today: date) -> list[str]:
    """Communities (code and month) whose list went on show. Doing it again the same day does nothing."""
    month, begun = Period.of("month", today), []
    for _back in range(MONTHS_BACK):
        month = month.previous()
        begun += [f"{code}:{month.key}" for code in communities("", month) if _begin(code, month, today)]
    return begun


def _begin(code: str, month: Period, today: date) -> bool:
    day = shown.limits_of(code, month.last).show_day
    if not is_time_to_show(day, month.last, today) or state_of(code, month).state == FINAL:
        return False
    if shown.last_show(code, month) is not None:
        return False
    try:
        service.show(code, month, by=SYSTEM, today=today)
    except (PointsRefused, MonthIsClosed) as refused:
        with writing():
            notify(
                key=f"points_show_waits:{code}:{month.key}", kind=KIND, title=f"{month.title}的积分没能按期公示",
                why=f"{refused}处理好以后，第二天会自动公示，也可以自己点“开始公示”。", area_code=code,
                to_role="community_secretary", url=f"/points/shows/{code}/{month.key}", is_todo=False,
            )  # fmt: skip
        return False
    return True
