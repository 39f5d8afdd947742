"""Rules of jobs, without a database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.jobs.rules import pause_before, time_left, time_left_text

START = datetime(2026, 11, 22, 9, 0)  # noqa: DTZ001 (only differences count here)


def test_pauses_double_up_to_ten_minutes() -> None:
    assert [pause_before(tries).total_seconds() for tries in (1, 2, 3, 4, 5)] == [5, 10, 20, 40, 80]
    assert pause_before(1000) == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("seconds", "done", "total", "left"),
    [
        (60, 10, 30, 120),
        (60, 30, 30, 0),
        (60, 0, 30, None),
        (60, 10, 0, None),
        (0, 10, 30, None),
        (60, 31, 30, None),
        (60, 1, 51, None),
        (60, 1, 50, 2940),
    ],
)
def test_time_left(seconds: int, done: int, total: int, left: int | None) -> None:
    found = time_left(started_at=START, now=START + timedelta(seconds=seconds), done=done, total=total)
    assert found == (None if left is None else timedelta(seconds=left))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "不到 1 分钟"), (29, "不到 1 分钟"), (170, "大约还要 3 分钟"), (7500, "大约还要 2 小时 5 分钟")],
)
def test_time_left_in_words(seconds: int, text: str) -> None:
    assert time_left_text(timedelta(seconds=seconds)) == text
    assert time_left_text(None) == ""
