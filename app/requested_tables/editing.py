"""Changing the content of a table: what was typed on the page or uploaded, hidden numbers kept as they were."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.fields.masks import mask
from app.requested_tables.blanks import BlankTable
from app.requested_tables.contents import Cell, Content, Rows, shown
from app.requested_tables.filling import number_rows

MOST_ROWS = 5_000
LONGEST_CELL = 500
_ID_NUMBER = re.compile(r"^\d{17}[\dXx]$")
_MOBILE = re.compile(r"^1\d{10}$")


@dataclass
class Changes:
    """What somebody did on the page. Cells by (table, row, position) from 0; rows to take out; tables that get a row."""

    cells: dict[tuple[int, int, int], str] = field(default_factory=dict)
    removed: tuple[int, int] | None = None
    added: int | None = None


def hidden(cell: Cell, *, sees_numbers: bool, sees_phones: bool) -> str:
    """A cell as a person may see it."""
    text = shown(cell)
    if not sees_numbers and _ID_NUMBER.match(text):
        return mask("id", text, "working")
    if not (sees_numbers or sees_phones) and _MOBILE.match(text):
        return mask("phone", text, "working")
    return text


def is_hidden_form(text: str, cell: Cell) -> bool:
    """Whether `text` is what a page shows of `cell` to somebody who may not see all of it."""
    return "*" in text and text == hidden(cell, sees_numbers=False, sees_phones=False)


def changed(content: Content, changes: Changes, tables: Sequence[BlankTable]) -> Content:
    """The content with the changes in it. What does not exist is passed over."""
    for (number, line, position), text in changes.cells.items():
        if number >= len(content) or line >= len(content[number].cells) or position >= len(tables[number].columns):
            continue
        if position in (tables[number].serial, *tables[number].label_columns):
            continue
        cells = content[number].cells[line]
        if not is_hidden_form(text, cells[position]):
            cells[position] = typed(text, is_figure=tables[number].is_statistics)
    if changes.removed is not None:
        number, line = changes.removed
        if number < len(content) and not tables[number].is_statistics and line < len(content[number].cells):
            del content[number].cells[line]
            del content[number].origins[line]
    if changes.added is not None and changes.added < len(content) and not tables[changes.added].is_statistics:
        rows = content[changes.added]
        if len(rows.cells) < MOST_ROWS:
            rows.add([None] * len(tables[changes.added].columns))
    for table, rows in zip(tables, content, strict=False):
        number_rows(table, rows)
    return content


def typed(text: str, *, is_figure: bool) -> Cell:
    """What was typed into a cell. A short number is one; long ones and those with a leading nought are words."""
    bare = " ".join(text.split())[:LONGEST_CELL]
    if not bare:
        return None
    plain = bare.replace(",", "").replace("，", "")
    is_number = re.fullmatch(r"-?(0|[1-9]\d{0,8})(\.\d{1,6})?", plain) is not None
    if is_number and (is_figure or plain == bare):
        return float(plain) if "." in plain else int(plain)
    return bare


def with_typed(rows: Rows, missing: Sequence[int], before: Content, number: int) -> Rows:
    """Rows read again from a register, with what had been typed into columns it does not have."""
    if number >= len(before):
        return rows
    kept = {origin: cells for origin, cells in zip(before[number].origins, before[number].cells, strict=True) if origin}
    for origin, cells in zip(rows.origins, rows.cells, strict=True):
        old = kept.get(origin)
        if old is None:
            continue
        for position in range(len(cells)):
            if position in missing or (cells[position] is None and position < len(old)):
                cells[position] = old[position]
    # Rows somebody added by hand stand behind those of the register.
    for origin, cells in zip(before[number].origins, before[number].cells, strict=True):
        if not origin and any(cell is not None for cell in cells):
            rows.add(cells)
    return rows


def with_hidden_numbers(content: Content, before: Content, tables: Sequence[BlankTable]) -> Content:
    """Uploaded content in which numbers that left with stars get their digits back from the draft they came from."""
    for number, rows in enumerate(content):
        if number >= len(before):
            continue
        known: dict[tuple[int, str, str], set[str]] = {}
        for cells in before[number].cells:
            name = _name_of(tables[number], cells)
            for position, cell in enumerate(cells):
                text = hidden(cell, sees_numbers=False, sees_phones=False)
                if "*" in text and text != shown(cell):
                    known.setdefault((position, text, name), set()).add(shown(cell))
        for cells in rows.cells:
            name = _name_of(tables[number], cells)
            for position, cell in enumerate(cells):
                found = known.get((position, shown(cell), name), set())
                if len(found) == 1:
                    cells[position] = next(iter(found))
    return content


def _name_of(table: BlankTable, cells: Sequence[Cell]) -> str:
    return next((shown(cells[position]) for position in table.asked if shown(cells[position])), "")
