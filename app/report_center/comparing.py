"""Two papers held against each other: every cell of their tables by its place, and which of them say something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.document import Document, Table, Value, show

MOST_DIFFERENCES = 200


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One cell of a paper: caption of its table without the number, name of its row, label of its column."""

    table: str
    row: str
    column: str

    @property
    def text(self) -> str:
        """党建引领情况　在册党员　本月: as pages and papers name it."""
        return "　".join(part for part in (self.table, self.row, self.column) if part)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is no longer what it was: table, row, column, both values as printed; '' where there is none."""

    table: str
    row: str
    column: str
    before: str
    after: str


_TABLE_NUMBER = re.compile(r"^表\d+　")


def differences(before: Document, after: Document) -> list[Difference]:
    """Cells of tables that say something else, in the order of the paper; at most MOST_DIFFERENCES.

    Tables are held against each other by caption without its number, rows by their first text, else by place.
    """
    found: list[Difference] = []
    old, new = tables_of(before), tables_of(after)
    for name in dict.fromkeys((*old, *new)):
        found += _changed_cells(name, old.get(name), new.get(name))
        if len(found) >= MOST_DIFFERENCES:
            return found[:MOST_DIFFERENCES]
    return found


def tables_of(document: Document) -> dict[str, Table]:
    """Caption without its number → table, in the order of the paper; a caption met again is （续）."""
    found: dict[str, Table] = {}
    for block in document.blocks:
        if isinstance(block, Table):
            name = _TABLE_NUMBER.sub("", block.caption) or document.title
            while name in found:
                name += "（续）"
            found[name] = block
    return found


def _changed_cells(name: str, old: Table | None, new: Table | None) -> Iterator[Difference]:
    before, after = rows_of(old), rows_of(new)
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key, {}), after.get(key, {})
        for column in dict.fromkeys((*was, *now)):
            if was.get(column, "") != now.get(column, ""):
                yield Difference(name, key, column, was.get(column, ""), now.get(column, ""))


def rows_of(table: Table | None) -> dict[str, dict[str, str]]:
    """Row name → column label → what is printed."""
    if table is None:
        return {}
    found: dict[str, dict[str, str]] = {}
    labels = column_names(table)
    for row in (*table.rows, *([table.totals] if table.totals else [])):
        cells = {
            label: show(value, column.kind, column.places)
            for label, column, value in zip(labels, table.columns, _filled(row, len(labels)), strict=True)
        }
        found[_row_name(table, row, found)] = cells
    return found


def column_names(table: Table) -> list[str]:
    """The label of each column, with its spanning head where it has one; unique in its table."""
    found: list[str] = []
    for column in table.columns:
        name = f"{column.group}·{column.label}" if column.group else column.label
        unique, number = name, 2
        while unique in found:
            unique, number = f"{name}（{number}）", number + 1
        found.append(unique)
    return found


def _filled(row: Sequence[Value], width: int) -> tuple[Value, ...]:
    return (*row[:width], *[""] * (width - len(row)))


def _row_name(table: Table, row: Sequence[Value], taken: dict[str, dict[str, str]]) -> str:
    texts = (str(value) for column, value in zip(table.columns, row, strict=False) if column.kind == "text" and value)
    name = next(texts, f"第 {len(taken) + 1} 行")
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}（{number}）", number + 1
    return unique


def cells_of(document: Document) -> dict[Place, str]:
    """Every cell of every table and what it prints, in the order of the paper."""
    return {
        Place(name, row, column): text
        for name, table in tables_of(document).items()
        for row, cells in rows_of(table).items()
        for column, text in cells.items()
    }
