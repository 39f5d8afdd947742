"""Content poured into the superior's own workbook: their format kept, rows put in where their table is too short."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import openpyxl

from app.lowcode.importing import sheets
from app.lowcode.importing.containers import kind_of
from app.lowcode.importing.rebuilding import rebuilt
from app.requested_tables.blanks import BlankTable
from app.requested_tables.contents import Content, Rows, is_blank
from app.workbooks.patching import Inserted, RowPlan, SheetEdits, patch

AMBER = "FFE7B3"
AUTHOR = "网格台账"
MOST_COMMENTS = 200
"""In one workbook; a thousand little flags help nobody, the colour stays on every cell."""

Marks = Mapping[tuple[int, int, int], str]
"""(table, row, position) from 0 → why this cell could not be filled."""


@dataclass(frozen=True)
class _Looks:
    """What the values alone do not tell of a sheet: rows drawn below its content, and cells that compute."""

    drawn: frozenset[tuple[int, int]]
    """(row, column) from 1 of blank cells with a format of their own."""
    formulas: frozenset[tuple[int, int]]


def as_xlsx(data: bytes) -> bytes:
    """The workbook as .xlsx: one that is none comes with its values, widths and merges."""
    if kind_of(data) == "xlsx":
        return data
    return rebuilt(sheets.read(data))


@lru_cache(maxsize=16)
def _looks(data: bytes) -> dict[str, _Looks]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = {}
    for page in book.worksheets:
        drawn, formulas = set(), set()
        for row in page.iter_rows(max_row=min(page.max_row, 2_000), max_col=min(page.max_column, 200)):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    formulas.add((cell.row, cell.column))
                elif cell.value is None and cell.has_style:
                    drawn.add((cell.row, cell.column))
        found[page.title] = _Looks(frozenset(drawn), frozenset(formulas))
    return found


def pour(
    data: bytes, tables: Sequence[BlankTable], content: Content, *,
    totals: Sequence[Mapping[int, float]] = (), marks: Marks | None = None,
) -> bytes:  # fmt: skip
    """The filled workbook, .xlsx. Cells that compute keep their formulas. Raises CannotBePatched."""
    data = as_xlsx(data)
    looks = _looks(data)
    by_sheet: dict[str, list[int]] = {}
    for number, table in enumerate(tables):
        by_sheet.setdefault(table.sheet, []).append(number)
    edits: dict[str, SheetEdits] = {}
    for sheet, numbers in by_sheet.items():
        # A text file has one sheet without a name; rebuilt, it has one.
        name = sheet if sheet in looks else next(iter(looks))
        edits[name] = _edits_of(numbers, tables, content, looks[name], totals, marks or {})
    return patch(data, edits, author=AUTHOR)


def _edits_of(
    numbers: Sequence[int], tables: Sequence[BlankTable], content: Content, looks: _Looks,
    totals: Sequence[Mapping[int, float]], marks: Marks,
) -> SheetEdits:  # fmt: skip
    edits = SheetEdits()
    lines = {number: _lines(tables[number], looks) for number in numbers}
    room: dict[int, Inserted] = {}
    for number in numbers:
        lacking = len(content[number].cells) - len(lines[number])
        if lacking > 0 and (lines[number] or not tables[number].is_last):
            after = lines[number][-1] if lines[number] else tables[number].first_row
            # Tables side by side share their rows.
            if after not in room or room[after].count < lacking:
                room[after] = Inserted(after=after, count=lacking, like=after)
    edits.rows = RowPlan(inserted=tuple(room[after] for after in sorted(room)))
    for number in numbers:
        rows = _target_rows(tables[number], content[number], lines[number], edits.rows, room)
        _put_rows(number, tables[number], content[number], rows, looks, edits, marks)
        _put_totals(tables[number], totals[number] if number < len(totals) else {}, looks, edits)
    return edits


def _lines(table: BlankTable, looks: _Looks) -> list[int]:
    """Rows ready to be filled, from 1: those prepared, and below them those that are drawn but hold nothing."""
    lines = [row + 1 for row in table.rows]
    if table.is_statistics or not table.is_last or table.total_rows:
        return lines
    column = table.columns[0].index + 1
    row = lines[-1] + 1 if lines else table.first_row + 1
    while (row, column) in looks.drawn:
        lines.append(row)
        row += 1
    return lines


def _target_rows(
    table: BlankTable, rows: Rows, lines: Sequence[int], plan: RowPlan, room: Mapping[int, Inserted]
) -> list[int]:
    """The new row number of each row of content."""
    count = len(rows.cells)
    found = [plan.moved(line) or line for line in lines[:count]]
    if len(found) < count:
        after = lines[-1] if lines else table.first_row
        start = plan.first_of(room[after]) if after in room else after + 1
        found += range(start, start + count - len(found))
    return found


def _put_rows(
    number: int, table: BlankTable, rows: Rows, places: Sequence[int], looks: _Looks, edits: SheetEdits, marks: Marks
) -> None:
    old = {edits.rows.moved(row + 1) or row + 1: row + 1 for row in table.rows}
    for line, (cells, row) in enumerate(zip(rows.cells, places, strict=True)):
        for position, cell in enumerate(cells):
            place = (row, table.columns[position].index + 1)
            if (old.get(row, 0), place[1]) in looks.formulas:
                continue
            if not is_blank(cell) and not (table.is_statistics and position in table.label_columns):
                edits.values[place] = cell
            why = marks.get((number, line, position))
            if why:
                edits.fills[place] = AMBER
                if len(edits.comments) < MOST_COMMENTS:
                    edits.comments[place] = why


def _put_totals(table: BlankTable, totals: Mapping[int, Any], looks: _Looks, edits: SheetEdits) -> None:
    if not table.total_rows:
        return
    row = table.total_rows[-1] + 1
    for position, value in totals.items():
        column = table.columns[position].index + 1
        if (row, column) not in looks.formulas:
            whole = int(value) if float(value).is_integer() else round(float(value), 4)
            edits.values[edits.rows.moved(row) or row, column] = whole
