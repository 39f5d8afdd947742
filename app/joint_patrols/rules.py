"""Rules of joint patrols: which day of a month is due, and how one stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

WAITING, DONE, MISSED = "待巡查", "已巡查", "漏巡"
SIDES = {
    "party_side": "请写明党组织谁参加了。",
    "owners_side": "请写明业委会谁参加了；没有业委会的写“没有”。",
    "property_side": "请写明物业谁参加了；没有物业的写“没有”。",
}
"""Column → what to say where nobody of that side is named."""


def due_in(month_of: date, day: int, *, since: date) -> date | None:
    """The patrol day in the month of a date; None where the plan was made after it."""
    due = month_of.replace(day=day)
    return due if due >= since else None


def state_of(planned_on: date, held_on: date | None, today: date) -> str:
    """已巡查 once it was held; 漏巡 when its day passed; else 待巡查."""
    if held_on is not None:
        return DONE
    return MISSED if planned_on < today else WAITING


def check_plan(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """Every month has the day."""
    day = values.get("day")
    if day is not None and not 1 <= day <= 28:
        yield "day", "请填 1 到 28，每个月都有这一天。"


def check_patrol(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """A patrol is held before it is written down, and by all three (枫桥: 支部、业委会、物业); what is mended was found."""
    held = values.get("held_on")
    if held and held > today:
        yield "held_on", "巡查日期还没到，请核对。"
    for side, sentence in SIDES.items():
        if held and not values.get(side):
            yield side, sentence
