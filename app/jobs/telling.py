"""How far a job is within one long transaction: told beside the database, which shows it to nobody before its end.

On SQLite a transaction that writes keeps every other writer out, so a second connection could not note it either; a
small file in DATA_DIR can, for one machine and for several that share the folder.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from flask import current_app

T = TypeVar("T")
EVERY_SECONDS = 0.5
LOOKED_AFTER = 100
"""Items between two looks at the clock."""

_telling: ContextVar[Callable[[int], None] | None] = ContextVar("telling", default=None)


def counted(items: Iterable[T]) -> Iterator[T]:
    """The items; where a job is telling how far it is, each that was taken counts as done."""
    tell = _telling.get()
    if tell is None:
        yield from items
        return
    number = 0
    for number, item in enumerate(items, 1):
        yield item
        if number % LOOKED_AFTER == 0:
            tell(LOOKED_AFTER)
    tell(number % LOOKED_AFTER)


@contextmanager
def telling(job_id: int, attempt: int, total: int, *, stop_here: Callable[[], None], passes: int = 1) -> Iterator[None]:
    """While this is open `counted` tells how much of `total` is done, and calls `stop_here`, which may raise.

    Where each item is gone through several times, it counts as done after as many `passes`.
    """
    path, done, told_at = _path(job_id), 0, 0.0
    _write(path, f"{attempt} 0 {total}")

    def tell(more: int) -> None:
        nonlocal done, told_at
        done += more
        if time.monotonic() - told_at < EVERY_SECONDS:
            return
        stop_here()
        told_at = time.monotonic()
        _write(path, f"{attempt} {min(done // passes, total)} {total}")

    token = _telling.set(tell)
    try:
        yield
    finally:
        _telling.reset(token)
        path.unlink(missing_ok=True)
        _stop_path(job_id).unlink(missing_ok=True)


def told(job_id: int, attempt: int) -> tuple[int, int] | None:
    """Done and total of a transaction that is open; None where there is none. A killed attempt's file says nothing."""
    try:
        said = [int(word) for word in _path(job_id).read_text("ascii").split()]
    except (OSError, ValueError):
        return None
    return (said[1], said[2]) if len(said) == 3 and said[0] == attempt else None


def ask_to_stop(job_id: int, attempt: int) -> bool:
    """Call an attempt off within its transaction, which on SQLite would keep the database from hearing of it; False
    where none is open."""
    if told(job_id, attempt) is None:
        return False
    _write(_stop_path(job_id), str(attempt))
    return True


def is_asked_to_stop(job_id: int, attempt: int) -> bool:
    """Whether just this attempt was called off."""
    try:
        return _stop_path(job_id).read_text("ascii") == str(attempt)
    except OSError:
        return False


def _stop_path(job_id: int) -> Path:
    return _path(job_id).with_suffix(".stop")


def _path(job_id: int) -> Path:
    return Path(current_app.config["DATA_DIR"]) / "progress" / str(int(job_id))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # The worker and a page that calls it off may be threads of one process.
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    fresh.write_text(text, "ascii")
    fresh.replace(path)
