"""Where a fault stands in their own sheet, as they would say it: the letter of the column and its header."""

from __future__ import annotations

from collections.abc import Sequence

from app.lowcode.importing.recognition import ReadSheet, ReadTable
from app.workbooks.references import column_letters


class Whereabouts:
    """Looks up columns of sheets by the name of ours or by position."""

    def __init__(self, sheets: Sequence[ReadSheet]) -> None:
        self._tables = {read.sheet.name: read.tables for read in sheets}

    def of(self, sheet: str, row: int, column: str, index: int | None) -> tuple[str, str]:
        """(letter, header) of a fault in a row counted from 1; ("", "") where it concerns the whole row."""
        table = self._table(sheet, row)
        if table is None:
            return "", ""
        if index is None:
            index = next((at for at, match in table.matches.items() if column and match.column == column), None)
        if index is None:
            return "", ""
        cell = next((each for each in table.table.columns if each.index == index), None)
        return column_letters(index + 1), cell.last.replace("\n", "") if cell else ""

    def _table(self, sheet: str, row: int) -> ReadTable | None:
        """The table of a sheet in which a row lies: the last one that begins above it."""
        found = None
        for table in self._tables.get(sheet, ()):
            if not table.table.header_rows or table.table.header_rows[0] < row or found is None:
                found = table
        return found
