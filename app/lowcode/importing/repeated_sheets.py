"""Sheets that only repeat others: 汇总 beside one sheet for each community. Read twice, everybody would be a conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from app.lowcode.importing.contents import IsArea
from app.lowcode.importing.headings import text_of
from app.lowcode.importing.recognition import ReadSheet, ReadTable
from app.lowcode.importing.sheets import Sheet

Record = tuple[str, ...]


def without_repeating(
    sheets: Sequence[ReadSheet], naming: Collection[str], places: Collection[str], is_area: IsArea
) -> tuple[ReadSheet, ...]:
    """The sheets, of which none is taken every record of which stands in another sheet with the same values.

    Two records are the same where all columns that both tables have hold the same text, `places` left aside (a sheet of
    a community need not say so in each row), and one of `naming` is among these columns. A sheet named after an area
    is never such a one: there the same person would be in two communities.
    """
    taken = [number for number, sheet in enumerate(sheets) if _tables(sheet)]
    found: set[int] = set()
    # The longest first, and of two alike the later.
    for number in sorted(taken, key=lambda at: (-_size(sheets[at]), -at)):
        sheet = sheets[number]
        if is_area(sheet.sheet.name.strip()):
            continue
        others = [sheets[at] for at in taken if at != number and at not in found]
        if others and all(_stands_in(sheet.sheet, read, others, naming, places) for read in _tables(sheet)):
            found.add(number)
    return tuple(_untaken(sheet) if number in found else sheet for number, sheet in enumerate(sheets))


def _untaken(sheet: ReadSheet) -> ReadSheet:
    return replace(sheet, is_repeat=True, tables=tuple(replace(read, is_taken=False) for read in sheet.tables))


def _tables(sheet: ReadSheet) -> list[ReadTable]:
    return [read for read in sheet.tables if read.is_taken and read.table.rows]


def _size(sheet: ReadSheet) -> int:
    return sum(len(read.table.rows) for read in _tables(sheet))


def _stands_in(
    sheet: Sheet, mine: ReadTable, others: Sequence[ReadSheet], naming: Collection[str], places: Collection[str]
) -> bool:
    left = set(range(len(mine.table.rows)))
    for other in others:
        for theirs in _tables(other):
            shared = sorted((_filled(mine) & _filled(theirs)) - set(places))
            if left and set(naming) & set(shared):
                known = set(_records(other.sheet, theirs, shared))
                left -= {at for at, record in enumerate(_records(sheet, mine, shared)) if record in known}
    return not left


def _filled(read: ReadTable) -> set[str]:
    return {each.column for each in read.matches.values() if each.column}


def _records(sheet: Sheet, read: ReadTable, names: Sequence[str]) -> Iterator[Record]:
    at = {each.column: index for index, each in read.matches.items() if each.column}
    columns = [at[name] for name in names]
    for row in read.table.rows:
        cells = sheet.rows[row]
        yield tuple("".join(text_of(cells[index]).split()) if index < len(cells) else "" for index in columns)
