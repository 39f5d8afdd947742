"""Figures about meetings, each with its rule in words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from app.lowcode.indicators import Indicator, register_indicator
from app.meetings.models import Meeting, Resolution
from app.periods.rules import Period
from app.security.wall import within


def _held(prefixes: tuple[str, ...], period: Period, *amounts: Any) -> Select[Any]:
    return select(Meeting.id, *amounts).where(
        within(Meeting.area_code, prefixes), Meeting.held_on >= period.first, Meeting.held_on <= period.last,
        Meeting.state_code == "final", Meeting.deleted_at.is_(None),
    )  # fmt: skip


def held(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    """Meetings of the period with final minutes."""
    return _held(prefixes, period)


def came(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    """The same, each with how many came."""
    return _held(prefixes, period, Meeting.present_count)


def expected(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    """The same, each with how many should have come."""
    return _held(prefixes, period, Meeting.due_count)


def due(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    """Resolutions whose limit lies in the period."""
    return select(Resolution.id).where(
        within(Resolution.area_code, prefixes), Resolution.due_on >= period.first, Resolution.due_on <= period.last,
        Resolution.deleted_at.is_(None),
    )  # fmt: skip


def done_in_time(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    """Those of them that were done by their limit."""
    return due(prefixes, period).where(Resolution.state_code == "done", Resolution.done_on <= Resolution.due_on)


def done(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    """Resolutions ticked off in the period."""
    return select(Resolution.id).where(
        within(Resolution.area_code, prefixes), Resolution.done_on >= period.first, Resolution.done_on <= period.last,
        Resolution.state_code == "done", Resolution.deleted_at.is_(None),
    )  # fmt: skip


INDICATORS = (
    Indicator(
        "meetings_held", "召开会议", "会议日期在本期内、会议记录已定稿的会议次数", "次", "meetings", held,
        register="meetings",
    ),
    Indicator(
        "meeting_attendance", "到会率", "本期已定稿会议的实到人数之和 ÷ 应到人数之和（不计入应到的和列席的不算）", "%",
        "meetings", came, expected, register="meetings",
    ),
    Indicator(
        "resolutions_done", "办结议定事项", "办结日期在本期内的议定事项条数", "条", "resolutions", done,
        register="resolutions",
    ),
    Indicator(
        "resolutions_in_time", "议定事项按时办结率",
        "完成时限在本期内的议定事项中，在时限内办结的 ÷ 完成时限在本期内的全部",
        "%", "resolutions", done_in_time, due, register="resolutions",
    ),
)  # fmt: skip


def install_indicators() -> None:
    """Make them known; again changes nothing."""
    for item in INDICATORS:
        register_indicator(item)
