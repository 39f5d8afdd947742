"""Figures in a returned table: which columns hold them, how a cell is read as one; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.requested_tables.blanks import BlankTable
from app.requested_tables.contents import Cell, Content

_NOT_ADDED = ("率", "占比", "比例", "百分比", "平均", "均价", "%")
_ID_WORDS = ("身份证", "证件号", "公民身份")
CLOSE = 0.005
"""Figures nearer than this are the same."""


@dataclass(frozen=True)
class Return:
    """What one community handed in. `totals` are the figures of its own 合计 rows, by table and position."""

    code: str
    name: str
    source: str
    """The file's name, or 网上填报."""
    content: Content
    totals: Sequence[Mapping[int, float]] = ()


def figure_positions(table: BlankTable) -> list[int]:
    """Positions of columns that can be added; a share or a mean cannot."""
    return [
        position
        for position in table.asked
        if not any(word in table.columns[position].last for word in _NOT_ADDED)
        and not is_id(table.columns[position].last)
    ]


def is_id(heading: str) -> bool:
    """Whether a heading asks for a number of a person's papers."""
    return any(word in heading for word in _ID_WORDS)


def number_in(cell: Cell) -> float | None:
    """The figure in a cell, 12人 too; None for none."""
    if isinstance(cell, (int, float)):
        return float(cell)
    if isinstance(cell, str):
        text = cell.strip().replace(",", "").replace("，", "").rstrip("人户个元次条件名家处")
        try:
            return float(text)
        except ValueError:
            return None
    return None


def tidy(value: float) -> int | float:
    """A figure as it is written: whole where it is whole."""
    return int(value) if float(value).is_integer() else round(value, 4)
