"""The states in which a month's points were shown to somebody: 公示 here, 定稿 and prints from the rooms above, and now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.language import gettext as _
from app.periods.rules import Period


@dataclass(frozen=True, slots=True)
class Subject:
    """What the sum is of: a month of an area, or of one of its workers ('' for all of them)."""

    area_code: str
    month: Period
    worker_uid: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One moment at which the sum was read. `at` is None for now; `said` is the sum it gave, None where only the
    ledger tells."""

    key: str
    title: str
    at: datetime | None
    said: Decimal | None = None


FindStates = Callable[[Subject], Iterable[State]]
NOW = "now"
_SOURCES: dict[str, FindStates] = {}


def register_state_source(name: str, find: FindStates) -> None:
    """Make a kind of states known; the same function again changes nothing. Raises ValueError for a taken name."""
    if _SOURCES.setdefault(name, find) is not find:
        raise ValueError(f"Two sources of states are called {name!r}.")


def states_of(subject: Subject) -> tuple[State, ...]:
    """All states of a month, the oldest first, now last."""
    found = [state for find in _SOURCES.values() for state in find(subject)]
    dated = sorted(((state.at, state.key, state) for state in found if state.at is not None), key=lambda each: each[:2])
    return (*(state for _at, _key, state in dated), State(NOW, _("现在"), None))
