"""What must be known of a sheet before its rows are rewritten: formulas, shared ones too, and rows to make others like."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.workbooks import markup
from app.workbooks.package import CannotBePatched
from app.workbooks.references import Area, Place, areas_in, column_number, moved_formula
from app.workbooks.sheet_text import Patterns, row_number

MOST_ROUNDS = 8
"""Formulas that read formulas that read … a changed cell; longer chains are left to the program that opens the file."""

_NAME = re.compile(rb"(?<![\w:])r\s*=\s*[\"']([A-Za-z]{1,3})\d+[\"']")


@dataclass
class Survey:
    """Formulas by place (old numbers), shared ones in full, and the model rows as written."""

    formulas: dict[Place, str] = field(default_factory=dict)
    models: dict[int, bytes] = field(default_factory=dict)
    last_row: int = 0


def stale_formulas(surveys: Mapping[str, Survey], changed: Mapping[str, set[Place]]) -> dict[str, frozenset[Place]]:
    """Formulas by sheet that read one of the changed cells (old places by sheet), or another such formula."""
    reads = {
        (sheet, place): areas_in(text, sheet)
        for sheet, each in surveys.items()
        for place, text in each.formulas.items()
    }
    found: set[tuple[str, Place]] = set()
    fresh = {sheet: set(places) for sheet, places in changed.items()}
    for _ in range(MOST_ROUNDS):
        columns = {sheet: _by_column(places) for sheet, places in fresh.items()}
        hit = {
            key for key, areas in reads.items()
            if key not in found and any(_touches(columns.get(sheet, {}), area) for sheet, area in areas)
        }  # fmt: skip
        if not hit:
            break
        found |= hit
        fresh = {sheet: {place for name, place in hit if name == sheet} for sheet in {sheet for sheet, _ in hit}}
    return {sheet: frozenset(place for name, place in found if name == sheet) for sheet in surveys}


def _by_column(places: Iterable[Place]) -> dict[int, list[int]]:
    columns: dict[int, list[int]] = {}
    for row, column in places:
        columns.setdefault(column, []).append(row)
    return {column: sorted(rows) for column, rows in columns.items()}


def _touches(by_column: Mapping[int, list[int]], area: Area) -> bool:
    top, left, bottom, right = area
    for column, rows in by_column.items():
        if left <= column <= right:
            index = bisect_left(rows, top)
            if index < len(rows) and rows[index] <= bottom:
                return True
    return False


def survey(blocks: Iterable[bytes], has: Patterns, models: set[int]) -> Survey:
    """Go through the rows of a sheet once, without changing anything. `models` are rows to keep."""
    found = Survey()
    masters: dict[bytes, tuple[Place, str]] = {}
    for block in blocks:
        if not models and has.formula_start not in block:
            found.last_row = _last_number(block, has, found.last_row)
            continue
        for old, start, end in rows_of(block, has, found.last_row):
            found.last_row = old
            if old in models:
                found.models[old] = block[start:end]
            if block.find(has.formula_start, start, end) >= 0:
                _note_formulas(found.formulas, masters, block[start:end], old, has)
    return found


def rows_of(block: bytes, has: Patterns, last: int) -> Iterator[tuple[int, int, int]]:
    """Row number, start and end of each row of a block of whole rows. Raises CannotBePatched."""
    at = 0
    while match := has.row.search(block, at):
        end = match.end()
        if not match[2]:
            close = block.find(has.row_end, end)
            if close < 0:
                raise CannotBePatched("a row without an end")
            end = close + len(has.row_end)
        number = row_number(match[1]) or last + 1
        if number <= last:
            raise CannotBePatched("rows out of order")
        yield number, match.start(), end
        last, at = number, end


def _last_number(block: bytes, has: Patterns, last: int) -> int:
    match = has.row.match(block, max(block.rfind(has.row_start), 0))
    number = row_number(match[1]) if match else None
    if number is not None:
        return number
    for found, _, _ in rows_of(block, has, last):
        last = found
    return last


def _note_formulas(
    formulas: dict[Place, str], masters: dict[bytes, tuple[Place, str]], row: bytes, number: int, has: Patterns
) -> None:
    column = 0
    for cell in has.cell.finditer(row):
        name = _NAME.search(cell[1])
        column = column_number(name[1].decode()) if name else column + 1
        formula = has.formula.search(cell[2]) if cell[2] else None
        if formula is None:
            continue
        place, text = (number, column), markup.unescape((formula[2] or b"").decode("utf-8"))
        if markup.attribute(formula[1], "t") == "shared":
            index = (markup.attribute(formula[1], "si") or "").encode()
            if text:
                masters[index] = (place, text)
            elif index in masters:
                first, text = masters[index]
                text = moved_formula(text, number - first[0], column - first[1])
        formulas[place] = text
