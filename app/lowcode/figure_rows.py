"""How the rows behind a figure are shown where they are no rows of a register: rooms say so by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.lowcode.page_models.lists import HeadColumn, RowView


@dataclass(frozen=True, slots=True)
class RowTable:
    """Rows as plain values; `rows` in the order of the ids asked for, those outside one's scope left out."""

    columns: tuple[HeadColumn, ...]
    rows: tuple[RowView, ...]


Describe = Callable[[Sequence[int]], RowTable]

_DESCRIBED: dict[str, Describe] = {}


def describe_rows(name: str, describe: Describe) -> None:
    """Say how rows of `Indicator.register` = name are shown; read through the wall. The last one said counts."""
    _DESCRIBED[name] = describe


def described(name: str) -> Describe | None:
    """How rows of that name are shown; None where nobody said it."""
    return _DESCRIBED.get(name)
