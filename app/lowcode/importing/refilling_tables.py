"""Writing the rows of today into one table of an office's own workbook: cells that differ, 序号, totals."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl

from app.lowcode import queries
from app.lowcode.column import Column
from app.lowcode.importing.cells import tall_merges
from app.lowcode.importing.judging import Judged
from app.lowcode.importing.recognition import ReadSheet, ReadTable
from app.lowcode.parts import finer, root_of
from app.lowcode.register import Register
from app.workbooks.patching import SheetEdits, Value
from app.workbooks.references import Place

CHUNK = 500
_COUNT = re.compile(r"\d+")
ValueOf = Callable[[Column, Any, dict[str, dict[Any, str]]], Value]
"""(column, row, names of places and links) → what stands in the cell, masked where it must be."""


@dataclass
class OriginalTable:
    """One table of the original: its sheet, and for each data row (from 1) what the register has for it."""

    sheet: ReadSheet
    read: ReadTable
    kept: dict[int, Judged] = field(default_factory=dict)
    fresh: list[int] = field(default_factory=list)
    """Ids of rows to put below the others."""

    @property
    def positions(self) -> dict[str, int]:
        """Column of ours → column of the sheet, from 0."""
        return {each.column: index for index, each in reversed(self.read.matches.items()) if each.column}

    @property
    def shared(self) -> dict[str, str]:
        """Column of ours → the one that stands in the same cells behind it (网格员及电话)."""
        return {each.column: each.also for each in self.read.matches.values() if each.also}


def formulas_of(data: bytes) -> dict[str, frozenset[Place]]:
    """Cells that compute, by sheet; they are left to compute."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    found = {
        page.title: frozenset(
            (cell.row, cell.column) for row in page.iter_rows() for cell in row if getattr(cell, "data_type", "") == "f"
        )
        for page in book.worksheets
    }
    book.close()
    return found


class Filling:
    """Writes one table into the edits of its sheet."""

    def __init__(
        self,
        reg: Register,
        columns: Mapping[str, Column],
        table: OriginalTable,
        edits: SheetEdits,
        formulas: frozenset[Place],
        value: ValueOf,
    ) -> None:
        self.reg, self.table, self.edits, self.formulas, self.value = reg, table, edits, formulas, value
        self.cells = table.sheet.sheet.rows
        less = finer(columns.values(), table.positions)
        self.columns = {name: columns[less.get(name, name)] for name in table.positions}
        self.shared = {name: columns[also] for name, also in table.shared.items()}
        self.now: dict[tuple[int, int], Any] = {}
        """(new row, column from 0) → what was put there."""

    def fill(self) -> None:
        """Rows that stayed, rows that came, the numbers before them and the totals below."""
        self._rows_that_stayed()
        self._rows_that_came()
        self._serials()
        for row, why in self.table.sheet.layout.skipped:
            if why == "total" and self.table.read.table.rows and row > self.table.read.table.rows[0]:
                self._total(row)

    def _put(self, row: int, index: int, value: Value) -> None:
        self.edits.values[row, index + 1] = value
        self.now[row, index] = value

    def _names(self, name: str) -> set[str]:
        """Columns of ours whose change is to be seen in the cells of one."""
        also = self.shared.get(name)
        return {name, root_of(name)} | ({also.name} if also else set())

    def _text(self, name: str, row: Any, labels: dict[str, dict[Any, str]]) -> Value:
        value, also = self.value(self.columns[name], row, labels), self.shared.get(name)
        other = self.value(also, row, labels) if also else None
        return f"{value or ''} {other}".strip() if other else value

    def _rows_that_stayed(self) -> None:
        by_id = {judged.target: (row, judged) for row, judged in self.table.kept.items()}
        down = tall_merges(self.table.sheet.sheet, self.table.read.table)
        written: set[tuple[int, int]] = set()
        ids = [id_ for id_ in by_id if id_ is not None]
        for start in range(0, len(ids), CHUNK):
            rows = queries.rows_by_id(self.reg, ids[start : start + CHUNK])
            labels = queries.labels_of(self.columns.values(), rows)
            for row in sorted(rows, key=lambda row: by_id[row.id][0]):
                number, judged = by_id[row.id]
                differing = set(judged.changes) | {fault.column for fault in judged.read.faults}
                for name, index in self.table.positions.items():
                    head = down.get((number - 1, index))
                    if head is not None and (head + 1 in self.table.kept or (head, index) in written):
                        continue  # covered by a merged cell that is still there
                    if head is not None:
                        written.add((head, index))
                    elif not self._names(name) & differing or (number, index + 1) in self.formulas:
                        continue
                    self._put(self.edits.rows.moved(number) or number, index, self._text(name, row, labels))

    def _rows_that_came(self) -> None:
        fresh = self.table.fresh
        if not fresh:
            return
        model = max(self.table.kept)
        first = (self.edits.rows.moved(model) or model) + 1
        for start in range(0, len(fresh), CHUNK):
            rows = queries.rows_by_id(self.reg, fresh[start : start + CHUNK])
            labels = queries.labels_of(self.columns.values(), rows)
            for line, row in enumerate(rows, start):
                for name, index in self.table.positions.items():
                    if (model, index + 1) not in self.formulas:
                        self._put(first + line, index, self._text(name, row, labels))

    def _serials(self) -> None:
        index = self.table.read.table.serial
        if index is None:
            return
        count = last = 0
        for row in self.table.read.table.rows:
            old = self._old(row, index)
            if old == 1:
                count = 0  # each part of the list counts from one
            if row + 1 not in self.table.kept:
                continue
            count += 1
            last = self.edits.rows.moved(row + 1) or row + 1
            if isinstance(old, float | int) and old != count and (row + 1, index + 1) not in self.formulas:
                self._put(last, index, count)
            elif isinstance(old, str) and old.isdecimal() and int(old) != count:
                self._put(last, index, str(count))
        if (max(self.table.kept, default=0), index + 1) not in self.formulas:
            for line in range(len(self.table.fresh)):
                self._put(last + 1 + line, index, count + 1 + line)

    def _old(self, row: int, index: int) -> Any:
        cells = self.cells[row]
        return cells[index] if index < len(cells) else ""

    def _total(self, row: int) -> None:
        """Figures that were the sum or the number of the rows above are so again; others are left as they are."""
        rows = [each for each in self.table.read.table.rows if each < row]
        above = [each for each, why in self.table.sheet.layout.skipped if why == "total" and each < row]
        parts = [rows, [each for each in rows if each > max(above, default=-1)]]
        for index, old in enumerate(self.cells[row]):
            if old == "" or (row + 1, index + 1) in self.formulas:
                continue
            for part in parts:
                new = self._again(old, index, part)
                if new is not None:
                    if new != old:
                        self._put(self.edits.rows.moved(row + 1) or row + 1, index, new)
                    break

    def _again(self, old: Any, index: int, part: Sequence[int]) -> Value:
        """What a total says after the change; None where it is no total of these rows."""
        kept = [row for row in part if row + 1 in self.table.kept]
        fresh = len(self.table.fresh) if part and part[-1] + 1 >= max(self.table.kept, default=0) else 0
        if isinstance(old, str):
            found = _COUNT.findall(old)
            is_count = len(found) == 1 and int(found[0]) == len(part)
            return _COUNT.sub(str(len(kept) + fresh), old) if is_count else None
        if not isinstance(old, float | int) or isinstance(old, bool):
            return None
        before = [value for row in part if isinstance(value := self._old(row, index), float | int)]
        if before and index != self.table.read.table.serial and abs(sum(before) - old) < 0.005:
            places = [self.edits.rows.moved(row + 1) or row + 1 for row in kept]
            values = [self.now.get((new, index), self._old(row, index)) for new, row in zip(places, kept, strict=True)]
            values += [self.now.get((places[-1] + 1 + line, index)) for line in range(fresh)] if places else []
            return sum(float(value) for value in values if isinstance(value, float | int) or hasattr(value, "as_tuple"))
        return len(kept) + fresh if old == len(part) else None
