"""One workbook against one register: tables found, columns matched, and the same as the command prints it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.lowcode.column import Column
from app.lowcode.importing.contents import IsArea, are_id_numbers, are_phones, texts_of
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection
from app.lowcode.importing.headings import plain_heading
from app.lowcode.importing.layout import lay_out
from app.lowcode.importing.matching import Match, match
from app.lowcode.importing.sheets import Sheet, Workbook
from app.lowcode.importing.tables import HeaderCell, Layout, Role, Table
from app.lowcode.importing.vocabulary import Vocabulary
from app.lowcode.parts import roots_of

SAMPLES = 30
HELP_SHEET, LISTS_SHEET = "填表说明", "选项"
"""Sheets of our templates that hold no records."""
Recalled = Mapping[str, Mapping[str, str]]
"""Print of a header → (header → column), as used before."""
_NO_RECORDS = frozenset(
    {
        HELP_SHEET,
        LISTS_SHEET,
        "填写说明",
        "说明",
        "填报说明",
        "字典",
        "数据字典",
        "下拉选项",
        "填表须知",
        "下拉",
        "参数",
        "代码表",
    }
)
NO_HEADER = SheetCorrection(header_rows=())


@dataclass(frozen=True)
class ReadTable:
    """A table with the match of each of its columns by position. `is_taken` is false where nobody can be told by it.

    `is_asked`: it has no header, its columns are told by their contents alone, and a person must say that they are.
    """

    table: Table
    matches: dict[int, Match]
    is_taken: bool
    is_asked: bool = False

    @property
    def columns(self) -> frozenset[str]:
        """Names of our columns it fills, and of the links that their parts name."""
        return roots_of(name for each in self.matches.values() for name in (each.column, each.also) if name)


@dataclass(frozen=True)
class ReadSheet:
    """A sheet with its tables."""

    sheet: Sheet
    layout: Layout
    tables: tuple[ReadTable, ...]
    is_left_out: bool = False
    """A person said that this sheet is not to be read."""
    is_repeat: bool = False
    """Every record of it stands in another sheet too, and it is not taken."""

    def as_json(self) -> dict[str, Any]:
        """The keys of the contract; rows from 1."""
        return {
            "name": self.sheet.name,
            "rows": sum(len(each.table.rows) for each in self.tables if each.is_taken or each.is_asked),
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
    is_area: IsArea | None = None,
) -> tuple[ReadSheet, ...]:  # fmt: skip
    """Every sheet laid out and matched. `chosen` are a person's answers: header → column or "".

    `assumed` are columns that have a value where the file says nothing: the area, and those with a default.
    `corrections` say by sheet name what a person put right; `recalled` are layouts used before; `is_area` tells names
    of places.
    """
    reading = _Recognition(Vocabulary(columns, row_title, keys), chosen or {}, assumed, recalled or {}, is_area)
    return tuple(
        reading.sheet(sheet, (corrections or {}).get(sheet.name, AS_RECOGNISED))
        for sheet in book.sheets
        if len(book.sheets) == 1 or sheet.name.strip() not in _NO_RECORDS or sheet.name in (corrections or {})
    )


@dataclass
class _Recognition:
    words: Vocabulary
    chosen: Mapping[str, str]
    assumed: frozenset[str]
    recalled: Recalled
    is_area: IsArea | None

    def __post_init__(self) -> None:
        self._told = {plain_heading(header) for header in self.chosen}

    def role(self, title: str) -> Role:
        return self.words.role(title) or ("other" if plain_heading(title) in self._told else "")

    def is_used(self, cells: Sequence[HeaderCell]) -> bool:
        return bool(self.recalled) and print_of_cells(cells) in self.recalled

    def sheet(self, sheet: Sheet, correction: SheetCorrection) -> ReadSheet:
        if correction.is_left_out:
            return ReadSheet(sheet, Layout((), ()), (), is_left_out=True)
        layout = lay_out(sheet, self.role, correction, is_used=self.is_used)
        tables = tuple(self._read(sheet, table) for table in layout.tables)
        if correction.header_rows is None and not layout.is_form and not any(_is_known(read) for read in tables):
            asked = self._without_header(sheet, correction)
            if asked is not None:
                return asked
        return ReadSheet(sheet, layout, tables)

    def _without_header(self, sheet: Sheet, correction: SheetCorrection) -> ReadSheet | None:
        """The sheet with its columns under their letters, where ID numbers or telephones show that it holds people."""
        layout = lay_out(sheet, self.role, replace(correction, header_rows=()))
        tables = []
        for table in layout.tables:
            read = self._read(sheet, table)
            values = [texts_of(self._samples(sheet, table)[cell.index]) for cell in table.columns]
            if len(read.columns) < 2 or not any(are_id_numbers(each) or are_phones(each) for each in values):
                return None
            is_told = any(plain_heading(cell.title) in self._told for cell in table.columns)
            is_told = is_told or print_of(table) in self.recalled
            tables.append(replace(read, is_taken=read.is_taken and is_told, is_asked=not is_told))
        return ReadSheet(sheet, layout, tuple(tables)) if tables else None

    def _read(self, sheet: Sheet, table: Table) -> ReadTable:
        samples = self._samples(sheet, table)
        matches = match(
            table, self.words.columns, samples=samples, chosen=self.chosen,
            remembered=self.recalled.get(print_of(table)), row_title=self.words.row_title, words=self.words,
            is_area=self.is_area,
        )  # fmt: skip
        # A column without a title is one only where its contents say so.
        table.columns = tuple(cell for cell in table.columns if cell.parts or matches[cell.index].column)
        matches = {cell.index: matches[cell.index] for cell in table.columns}
        names = roots_of(name for each in matches.values() for name in (each.column, each.also) if name)
        is_taken = is_identifying(names, self.words.keys, self.words.row_title, self.assumed)
        return ReadTable(table, matches, is_taken)

    def _samples(self, sheet: Sheet, table: Table) -> dict[int, list[Any]]:
        """Values of the first rows by column."""
        rows = table.rows[:SAMPLES]
        return {cell.index: [_cell(sheet, row, cell.index) for row in rows] for cell in table.columns}


def _is_known(read: ReadTable) -> bool:
    return read.is_taken or any(each.certainty >= 3 for each in read.matches.values() if each.column)


def print_of(table: Table) -> str:
    """What tells one header from another: SHA-256 of its titles in their order, decoration taken off."""
    return print_of_cells(table.columns)


def print_of_cells(cells: Sequence[HeaderCell]) -> str:
    """The print of header cells; those without a title do not count."""
    titles = "\n".join(plain_heading(cell.title) for cell in cells if cell.parts)
    return hashlib.sha256(titles.encode()).hexdigest()


def is_identifying(
    names: frozenset[str], keys: Sequence[Sequence[str]], row_title: str, assumed: frozenset[str] = frozenset()
) -> bool:
    """Whether records of these columns can be told apart: by a whole key, or by the name."""
    return row_title in names or any(set(key) <= names | assumed and set(key) & names - assumed for key in keys)


def _cell(sheet: Sheet, row: int, column: int) -> Any:
    cells = sheet.rows[row]
    return cells[column] if column < len(cells) else ""
