"""One workbook against one register: tables found, columns matched, and the same as the command prints it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.lowcode.column import Column
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection
from app.lowcode.importing.headings import plain_heading, spoken_heading
from app.lowcode.importing.layout import Layout, Table, lay_out
from app.lowcode.importing.matching import Match, match, vocabulary
from app.lowcode.importing.sheets import Sheet, Workbook

SAMPLES = 20
HELP_SHEET, LISTS_SHEET = "填表说明", "选项"
"""Sheets of our templates that hold no records."""
Recalled = Mapping[str, Mapping[str, str]]
"""Print of a header → (header → column), as used before."""
_NO_RECORDS = frozenset({HELP_SHEET, LISTS_SHEET, "填写说明", "说明", "填报说明", "字典", "数据字典", "下拉选项"})


@dataclass(frozen=True)
class ReadTable:
    """A table with the match of each of its columns by position. `is_taken` is false where nobody can be told by it."""

    table: Table
    matches: dict[int, Match]
    is_taken: bool

    @property
    def columns(self) -> frozenset[str]:
        """Names of our columns it fills."""
        return frozenset(each.column for each in self.matches.values() if each.column)


@dataclass(frozen=True)
class ReadSheet:
    """A sheet with its tables."""

    sheet: Sheet
    layout: Layout
    tables: tuple[ReadTable, ...]
    is_left_out: bool = False
    """A person said that this sheet is not to be read."""

    def as_json(self) -> dict[str, Any]:
        """The keys of the contract; rows from 1."""
        return {
            "name": self.sheet.name,
            "rows": sum(len(each.table.rows) for each in self.tables if each.is_taken),
            "tables": [_table_json(each) for each in self.tables],
            "skipped": [{"row": row + 1, "why": why} for row, why in self.layout.skipped],
        }


def _table_json(read: ReadTable) -> dict[str, Any]:
    rows = read.table.rows
    return {
        "header_rows": [row + 1 for row in read.table.header_rows],
        "first_row": rows[0] + 1 if rows else None,
        "last_row": rows[-1] + 1 if rows else None,
        "columns": [
            {
                "header": cell.title.replace("\n", ""),
                "column": read.matches[cell.index].column or None,
                "sure": read.matches[cell.index].is_sure,
            }
            for cell in read.table.columns
        ],
    }


def recognise(
    book: Workbook, columns: Sequence[Column], keys: Sequence[tuple[str, ...]], row_title: str, *,
    chosen: Mapping[str, str] | None = None, assumed: frozenset[str] = frozenset(),
    corrections: Mapping[str, SheetCorrection] | None = None, recalled: Recalled | None = None,
) -> tuple[ReadSheet, ...]:  # fmt: skip
    """Every sheet laid out and matched. `chosen` are a person's answers: header → column or "".

    `assumed` are columns that have a value where the file says nothing: the area, and those with a default.
    `corrections` say by sheet name what a person put right; `recalled` are layouts used before.
    """
    words = set(vocabulary(columns)) | {plain_heading(header) for header in chosen or {}}

    def is_known(title: str) -> bool:
        return plain_heading(title) in words or spoken_heading(title) in words

    found = []
    for sheet in book.sheets:
        if sheet.name.strip() in _NO_RECORDS and len(book.sheets) > 1:
            continue
        correction = (corrections or {}).get(sheet.name, AS_RECOGNISED)
        if correction.is_left_out:
            found.append(ReadSheet(sheet, Layout((), ()), (), is_left_out=True))
            continue
        layout = lay_out(sheet, is_known, correction)
        tables = []
        for table in layout.tables:
            samples = {
                cell.index: [_cell(sheet, row, cell.index) for row in table.rows[:SAMPLES]] for cell in table.columns
            }
            matches = match(
                table, columns, samples=samples, chosen=chosen, remembered=(recalled or {}).get(print_of(table))
            )
            names = {each.column for each in matches.values() if each.column}
            tables.append(ReadTable(table, matches, is_identifying(names, keys, row_title, assumed)))
        found.append(ReadSheet(sheet, layout, tuple(tables)))
    return tuple(found)


def print_of(table: Table) -> str:
    """What tells one header from another: SHA-256 of its titles in their order, decoration taken off."""
    titles = "\n".join(plain_heading(cell.title) for cell in table.columns)
    return hashlib.sha256(titles.encode()).hexdigest()


def is_identifying(
    names: set[str], keys: Sequence[tuple[str, ...]], row_title: str, assumed: frozenset[str] = frozenset()
) -> bool:
    """Whether records of these columns can be told apart: by a whole key, or by the name."""
    return row_title in names or any(set(key) <= names | assumed and set(key) & names - assumed for key in keys)


def _cell(sheet: Sheet, row: int, column: int) -> Any:
    cells = sheet.rows[row]
    return cells[column] if column < len(cells) else ""
