"""Rules of visits: what is still to be done after one, and how long a household has waited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

SPANS = (30, 60, 90, 180, 365)
"""Days without a visit that one may ask for."""
USUAL_SPAN = 90


def follow_state(follow: str | None, by: date | None, done: date | None, today: date) -> str:
    """不用跟进, 已办结, 待跟进, or 已超期 after its day."""
    if follow in (None, "none"):
        return "不用跟进"
    if done is not None:
        return "已办结"
    return "已超期" if by is not None and by < today else "待跟进"


def waited(last: date | None, today: date) -> int | None:
    """Days since the last visit; None for a household that never had one."""
    return (today - last).days if last is not None else None


def visited_before(today: date, days: int) -> date:
    """A last visit before this day is longer ago than `days`."""
    return today - timedelta(days=days)


def check(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """What follows is named; it is done after the visit and not ahead of today."""
    if values.get("follow") not in (None, "none") and not values.get("follow_what"):
        yield "follow_what", "选了要跟进的，请写明跟进什么事。"
    visited, by, done = values.get("visited_on"), values.get("follow_by"), values.get("followed_on")
    if visited and by and by < visited:
        yield "follow_by", "跟进期限早于走访日期，请核对。"
    if done and done > today:
        yield "followed_on", "办结日期还没到，请核对。"
    if visited and done and done < visited:
        yield "followed_on", "办结日期早于走访日期，请核对。"
