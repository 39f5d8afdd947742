"""How a commit in this process wakes a worker in this process before its next look at the table."""

from __future__ import annotations

import threading

_RING = threading.Event()


def wake_worker() -> None:
    """Say that a job may be waiting."""
    _RING.set()


def wait_for_work(seconds: float) -> None:
    """Sleep until somebody says so, at most that long."""
    _RING.wait(seconds)
    _RING.clear()
