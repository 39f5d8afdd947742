"""Where computed to-dos come from: upper rooms register by name what they find overdue, missing or running out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.notices.rules import Todo
from app.security.actor import Actor

Find = Callable[[Actor, date], list[Todo]]


@dataclass(frozen=True, slots=True)
class TodoSource:
    """`find(actor, today)` lists what is asked of the actor; it reads through the wall and is cheap."""

    name: str
    find: Find


_SOURCES: dict[str, TodoSource] = {}


def register_todo_source(name: str, find: Find) -> TodoSource:
    """Make a source known; the same function again changes nothing. Raises ValueError when the name is taken."""
    wanted = TodoSource(name, find)
    known = _SOURCES.setdefault(name, wanted)
    if known.find is not find:
        raise ValueError(f"Two to-do sources are called {name!r}: {known.find} and {find}.")
    return known


def todo_sources() -> tuple[TodoSource, ...]:
    """All sources in the order they were registered."""
    return tuple(_SOURCES.values())
