"""The cells of a sheet with its merged ranges looked up."""

from __future__ import annotations

from typing import Any

from app.lowcode.importing.headings import text_of
from app.lowcode.importing.sheets import Sheet

_TALLEST = 400
"""Merges over more rows than this are a frame around a page, no value of many records."""
_WIDEST = 300


class Grid:
    """Cells with merges looked up: `label(r, c)` fills a merged range with its first cell."""

    def __init__(self, sheet: Sheet) -> None:
        self.rows = sheet.rows
        self.width = sheet.width
        self._owner: dict[tuple[int, int], tuple[int, int]] = {}
        self.wide: dict[int, int] = {}
        """Row → columns covered by its widest merge."""
        self.tall: set[tuple[int, int]] = set()
        """Cells that continue the cell above them."""
        self.across: set[tuple[int, int]] = set()
        """Cells that continue the cell to their left."""
        for top, left, bottom, right in sheet.merges:
            if bottom - top < _TALLEST:
                self._note(top, left, bottom, right)

    def _note(self, top: int, left: int, bottom: int, right: int) -> None:
        for row in range(top, bottom + 1):
            if right > left:
                self.wide[row] = max(self.wide.get(row, 0), right - left + 1)
            for column in range(left, min(right, left + _WIDEST) + 1):
                self._owner[row, column] = (top, left)
                if row > top:
                    self.tall.add((row, column))
                if column > left:
                    self.across.add((row, column))

    def cell(self, row: int, column: int) -> Any:
        """The cell as it stands; "" outside."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def text(self, row: int, column: int) -> str:
        """The cell as clean text."""
        return text_of(self.cell(row, column))

    def label(self, row: int, column: int) -> Any:
        """The cell, or that of the merged range it lies in."""
        return self.cell(*self._owner.get((row, column), (row, column)))

    def is_group(self, row: int, column: int) -> bool:
        """Whether the cell is merged with its neighbour to the right or left."""
        return (row, column) in self.across or (row, column + 1) in self.across

    def filled_columns(self, row: int) -> list[int]:
        """Columns with content."""
        return [column for column, cell in enumerate(self.rows[row]) if cell != "" and text_of(cell)]

    def next_filled_row(self, row: int) -> int | None:
        """The first row from here on that has content."""
        return next((number for number in range(row, len(self.rows)) if self.filled_columns(number)), None)
