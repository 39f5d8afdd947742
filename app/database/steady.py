"""Reads that are kept while rows stand still: a hundred papers of one moment ask the same things again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("steady", default=None)


@contextmanager
def standing_still() -> Iterator[None]:
    """Inside, answers of `steady` functions are kept. What they read must not change before the end."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def is_standing_still() -> bool:
    """Whether `standing_still` is open: reading for all areas at once pays then."""
    return _kept.get() is not None


def steady(read: Callable[P, T]) -> Callable[P, T]:
    """`read` answers once for the same arguments while rows stand still.

    Its arguments must be hashable, it must answer everybody alike (`beyond_scope`), and nobody may change its answer.
    """

    @wraps(read)
    def answer(*args: P.args, **options: P.kwargs) -> T:
        kept = _kept.get()
        if kept is None:
            return read(*args, **options)
        key = (read, args, tuple(options.items()))
        if key not in kept:
            kept[key] = read(*args, **options)
        found: T = kept[key]
        return found

    return answer
