"""What rules were in force in a month: rooms say how to read theirs, so that a final month keeps them with its figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.periods.rules import Period

FindRules = Callable[[str, Period], list[dict[str, Any]]]

_SOURCES: dict[str, FindRules] = {}


def register_rules(name: str, find: FindRules) -> None:
    """`find(area_code, month)` gives plain JSON rows in a fixed order. Raises ValueError when the name is taken."""
    if _SOURCES.setdefault(name, find) is not find:
        raise ValueError(f"Two rooms tell rules called {name!r}.")


def rules_in_force(area_code: str, month: Period) -> list[dict[str, Any]]:
    """All rules of a month in an area, each with `kind`, the name of its source."""
    return [{"kind": name, **row} for name, find in sorted(_SOURCES.items()) for row in find(area_code, month)]
