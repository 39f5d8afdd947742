"""What a part of the engine knows about rows beside their columns: filters of a list, and cells of a whole page at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from app.lowcode.page_models.lists import CellView, FilterView, HeadColumn
from app.lowcode.register import Register
from app.lowcode.search import Beside

Pairs = tuple[tuple[str, str], ...]
"""Name of a filter and what was chosen, as a list's address carries them."""


class Side(Protocol):
    """Something kept beside the rows of some registers (where each stands in its flow)."""

    def asked(self, reg: Register, arguments: Mapping[str, str]) -> Pairs:
        """What an address chooses; what makes no sense is left out."""

    def narrowed(self, reg: Register, pairs: Pairs) -> Beside | None:
        """The rows that fit, for `app.lowcode.search`; None where nothing was chosen."""

    def filters(self, reg: Register, pairs: Pairs) -> tuple[FilterView, ...]:
        """What may be chosen."""

    def covers(self, reg: Register) -> Collection[str]:
        """Names of the register's own columns that its cells tell more exactly: lists leave them out by default."""

    def heads(self, reg: Register) -> tuple[HeadColumn, ...]:
        """Heads of the cells; () where it knows nothing about this register."""

    def cells(self, reg: Register, rows: Sequence[Any]) -> Mapping[int, tuple[CellView, ...]]:
        """Cells by row id, parallel to the heads. One statement for all rows."""


_sides: list[Side] = []


def stands_beside(side: Side) -> None:
    """Make it known; again changes nothing."""
    if side not in _sides:
        _sides.append(side)


def side_of(reg: Register) -> Side | None:
    """What stands beside a register; None for most of them."""
    return next((side for side in _sides if side.heads(reg)), None)


def covered(reg: Register) -> Collection[str]:
    """Names of the columns that what stands beside tells more exactly."""
    side = side_of(reg)
    return side.covers(reg) if side is not None else ()


def narrowed(reg: Register, pairs: Pairs) -> Beside | None:
    """What a wish chooses beside the columns."""
    side = side_of(reg) if pairs else None
    return side.narrowed(reg, pairs) if side is not None else None
