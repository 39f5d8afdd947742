"""Rules of jobs: how long one is held, when a failed one is tried again, how long it will still take."""

from __future__ import annotations

from datetime import datetime, timedelta

LEASE = timedelta(seconds=60)
"""After this long without a sign of life a job belongs to nobody. A heartbeat comes four times as often."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)


TOLD_FROM = 50
"""One part in so many must be done before the pace says anything."""


def pause_before(tries: int) -> timedelta:
    """The pause after the n-th try without progress (n from 1): 5 s, 10 s, 20 s … at most ten minutes."""
    return min(FIRST_PAUSE * 2 ** min(max(tries, 1) - 1, 20), LONGEST_PAUSE)


def time_left(*, started_at: datetime, now: datetime, done: int, total: int) -> timedelta | None:
    """How long the rest takes at the pace so far; None while that cannot be told: the first rows come late."""
    if done * TOLD_FROM < total:
        return None
    if done <= 0 or total <= 0 or done > total or now <= started_at:
        return None
    return (now - started_at) * (total - done) / done


def time_left_text(left: timedelta | None) -> str:
    """The same in words: "", "不到 1 分钟", "大约还要 3 分钟"."""
    if left is None:
        return ""
    minutes = round(left.total_seconds() / 60)
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"大约还要 {minutes} 分钟"
    return f"大约还要 {minutes // 60} 小时 {minutes % 60} 分钟"
