"""Hours as people write them, how often a kind is due, how a limit stands."""

from __future__ import annotations

from datetime import date, time

import pytest

from app.meetings import timing
from app.meetings.rules import Frequency


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("14:30", time(14, 30)), ("14：30", time(14, 30)), ("9点", time(9)), ("下午2点半", time(14, 30)),
        ("上午9:05", time(9, 5)), ("16时20分", time(16, 20)), ("25:00", None),
        ("明天", None), ("", None), ("9:75", None),
    ],
)  # fmt: skip
def test_times_as_people_write_them(text: str, wanted: time | None) -> None:
    assert timing.read_time(text) == wanted


def test_the_head_of_a_meeting() -> None:
    today = date(2026, 11, 22)
    assert not list(timing.head_errors({"held_on": today, "begins_at": "14:30", "ends_at": "16:00"}, today))
    assert [name for name, _ in timing.head_errors({"begins_at": "16:00", "ends_at": "14:30"}, today)] == ["ends_at"]
    assert [name for name, _ in timing.head_errors({"held_on": date(2028, 1, 1)}, today)] == ["held_on"]
    assert [name for name, _ in timing.head_errors({"begins_at": "下班后"}, today)] == ["begins_at"]


@pytest.mark.parametrize(
    ("frequency", "as_of", "wanted"),
    [
        (Frequency(1, "month"), date(2026, 11, 22), (10, 12)),
        (Frequency(1, "month"), date(2026, 11, 30), (11, 12)),
        (Frequency(1, "quarter"), date(2026, 11, 22), (3, 4)),
        (Frequency(2, "half"), date(2026, 6, 30), (2, 4)),
        (Frequency(1, "year"), date(2026, 12, 30), (0, 1)),
        (Frequency(1, "year"), date(2026, 12, 31), (1, 1)),
        (None, date(2026, 12, 31), (0, 0)),
    ],
)
def test_how_often_a_meeting_is_due(frequency: Frequency | None, as_of: date, wanted: tuple[int, int]) -> None:
    assert timing.due_times(frequency, year=2026, as_of=as_of) == wanted


def test_how_a_resolution_stands() -> None:
    due, today = date(2026, 11, 20), date(2026, 11, 22)
    assert timing.standing_of(due, None, today) == "已过 2 天"
    assert timing.standing_of(due, date(2026, 11, 20), today) == "已办结"
    assert timing.standing_of(due, date(2026, 11, 21), today) == "逾期办结"
    assert timing.standing_of(None, None, today) == "未定时限"
    held = date(2026, 11, 10)
    assert timing.resolution_errors("修路", due, held_on=held) == []
    assert [name for name, _ in timing.resolution_errors(" ", date(2026, 11, 9), held_on=held)] == ["text", "due_on"]
    late = timing.resolution_errors("修路", due, held_on=held, done_on=date(2026, 12, 1), today=today)
    assert [name for name, _ in late] == ["done_on"]
