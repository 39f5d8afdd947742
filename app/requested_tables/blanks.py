"""A blank table as a superior office sends it: its columns, the rows to fill, its totals. Works on plain cells."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.lowcode.importing import headings
from app.lowcode.importing.corrections import SheetCorrection
from app.lowcode.importing.headings import plain_heading, spoken_heading, text_of
from app.lowcode.importing.layout import HeaderCell, Layout, Table, lay_out
from app.lowcode.importing.sheets import Sheet, Workbook
from app.lowcode.importing.tables import known_by
from app.requested_tables.corrections import NOTHING_SAID, BlankCorrection, key_of

SEARCHED_ROWS = 30
EXAMPLE_WORDS = ("例", "示例", "样例", "如：", "填写示例")
_OWNER_ENDINGS = ("社区", "社区名称", "村社区", "所属村社区", "村居")
_OWNER_WORDS = frozenset({"单位", "填报单位"})
_NOT_ASKED = frozenset({"备注", "说明", "备 注"})


@dataclass(frozen=True)
class BlankTable:
    """One table to fill. Rows and columns count from 0 as in `Sheet`.

    A list has `labels` () and any number of records, of which `rows` are the prepared lines. A statistics table has one
    label for each of its `rows`, and figures to fill beside them.
    """

    sheet: str
    title: str
    header_rows: tuple[int, ...]
    columns: tuple[HeaderCell, ...]
    rows: tuple[int, ...]
    labels: tuple[str, ...] = ()
    label_columns: tuple[int, ...] = ()
    """Positions among `columns` that hold the labels of a statistics table."""
    serial: int | None = None
    """Position among `columns` of 序号."""
    total_rows: tuple[int, ...] = ()
    is_last: bool = True
    """Nothing stands below its rows."""
    owner: int | None = None
    """Position among `columns` of the one that names the community."""

    @property
    def is_statistics(self) -> bool:
        """Whether its rows are fixed by their labels."""
        return bool(self.labels)

    @property
    def headers(self) -> tuple[str, ...]:
        """党员信息/姓名, in order."""
        return tuple(cell.title.replace("\n", "") for cell in self.columns)

    @property
    def asked(self) -> tuple[int, ...]:
        """Positions of columns that ask for something: not 序号, not 备注, not labels."""
        return tuple(
            number
            for number, cell in enumerate(self.columns)
            if number != self.serial and number not in self.label_columns and plain_heading(cell.last) not in _NOT_ASKED
        )

    @property
    def first_row(self) -> int:
        """The row below the header."""
        return self.header_rows[-1] + 1


def blank_tables(book: Workbook, words: Iterable[str], said: BlankCorrection = NOTHING_SAID) -> tuple[BlankTable, ...]:
    """The tables of a blank workbook. `words` are headings that some register knows, plain; `said` is a person's word."""
    known = set(words)
    return tuple(table for sheet in book.sheets for table in tables_of_sheet(sheet, known, said)[0])


def tables_of_sheet(
    sheet: Sheet, known: Collection[str], said: BlankCorrection = NOTHING_SAID
) -> tuple[tuple[BlankTable, ...], Layout]:  # fmt: skip
    """The tables of one sheet, and the layout they were taken from."""
    told = said.sheet(sheet.name)
    if told.is_left_out:
        return (), Layout((), ())
    if told.header_rows == ():
        told = replace(told, header_rows=None)  # a table to fill has a header; which row it is was not said yet
    layout = _layout(sheet, lambda title: plain_heading(title) in known or spoken_heading(title) in known, told)
    found = []
    for number, table in enumerate(layout.tables):
        others = [other for other in layout.tables if other.header_rows[0] > table.header_rows[-1]]
        end = min((other.header_rows[0] for other in others), default=len(sheet.rows))
        blank = _blank(sheet, layout, table, end, told, is_first=number == 0)
        column = said.owners.get(key_of(sheet.name, number))
        if column is not None:
            places = {cell.index: place for place, cell in enumerate(blank.columns)}
            blank = replace(blank, owner=places.get(column))
        found.append(blank)
    return tuple(each for each in found if each.asked), layout


def owner_among(columns: Sequence[HeaderCell]) -> int | None:
    """Position of the column that names the community."""
    for position, cell in enumerate(columns):
        word = plain_heading(cell.last)
        if word.endswith(_OWNER_ENDINGS) or word in _OWNER_WORDS:
            return position
    return None


def _layout(sheet: Sheet, is_known: Callable[[str], bool], told: SheetCorrection) -> Layout:
    layout = lay_out(sheet, known_by(is_known), told)
    words: set[str] = set()
    if not layout.tables:
        # No heading is known: the row that looks most like a header is one.
        words = _shape_words(sheet)
        layout = lay_out(sheet, known_by(lambda title: plain_heading(title) in words), told) if words else layout
    deeper = {word for table in layout.tables for word in _words_below(sheet, table)}
    if not deeper or told.header_rows is not None:
        return layout
    return lay_out(sheet, known_by(lambda title: is_known(title) or plain_heading(title) in words | deeper), told)


def _shape_words(sheet: Sheet) -> set[str]:
    best: set[str] = set()
    for cells in sheet.rows[:SEARCHED_ROWS]:
        filled = [cell for cell in cells if cell != "" and text_of(cell)]
        labels = {plain_heading(text_of(cell)) for cell in filled if headings.looks_like_label(cell)}
        if len(labels) >= 2 and len(labels) == len(filled) and len(labels) > len(best):
            best = labels
    return best


def _words_below(sheet: Sheet, table: Table) -> set[str]:
    """Headings in rows that merges of the header reach into: 人数 over 男 and 女, beside 项目 merged over both rows."""
    last = table.header_rows[-1]
    bottoms = [
        bottom
        for top, left, bottom, _ in sheet.merges
        if top <= last < bottom <= last + 2 and table.left <= left < table.right
    ]
    rows = range(last + 1, max(bottoms, default=last) + 1)
    return {
        plain_heading(text_of(cell))
        for row in rows
        if row < len(sheet.rows)
        for cell in sheet.rows[row]
        if headings.looks_like_label(cell)
    }


def _blank(
    sheet: Sheet, layout: Layout, table: Table, end: int, told: SheetCorrection, *, is_first: bool
) -> BlankTable:  # fmt: skip
    skipped = dict(layout.skipped)
    records = set(table.rows)
    lines: list[int] = []
    labelled: list[tuple[int, str]] = []
    totals: list[int] = []
    row = table.header_rows[-1] + 1
    while row < end:
        why = skipped.get(row)
        if row in told.data_rows or row in told.other_rows:
            if row in told.data_rows:
                label = _label(sheet, row, table)
                labelled.append((row, label)) if label else lines.append(row)
        elif why == "total":
            totals.append(row)
        elif row in records or (why == "title" and _is_label(sheet, row, table)):
            labelled.append((row, _label(sheet, row, table)))
        elif why not in ("blank", "numbered_blank", "repeated_header"):
            break
        elif why != "repeated_header" and not totals:
            lines.append(row)
        row += 1
    positions = {cell.index: number for number, cell in enumerate(table.columns)}
    serial = positions.get(table.serial) if table.serial is not None else None
    common: dict[str, Any] = {
        "sheet": sheet.name, "title": _title(sheet, layout, table, is_first=is_first), "columns": table.columns,
        "header_rows": table.header_rows, "serial": serial, "total_rows": tuple(totals), "is_last": row >= end,
        "owner": owner_among(table.columns),
    }  # fmt: skip
    are_told = bool(labelled) and all(number in told.data_rows for number, _ in labelled)
    if labelled and (are_told or _is_statistics(sheet, labelled, table)):
        widths = [_label_width(sheet, number, table) for number, _ in labelled]
        # Of rows that a person called figures some may hold words in the columns to fill.
        width = max(1, min(widths)) if are_told else max(widths)
        names = [number for number in range(len(table.columns)) if number != serial][:width]
        rows, labels = zip(*((number, _label(sheet, number, table, width)) for number, _ in labelled), strict=True)
        return BlankTable(**common, rows=rows, labels=labels, label_columns=tuple(names))
    example_end = max((number for number, _ in labelled), default=-1)
    return BlankTable(**common, rows=tuple(number for number in lines if number > example_end))


def _cells(sheet: Sheet, row: int, table: Table) -> list[str]:
    cells = sheet.rows[row]
    return [
        text_of(cells[cell.index]) if cell.index < len(cells) else ""
        for cell in table.columns
        if cell.index != table.serial
    ]


def _is_label(sheet: Sheet, row: int, table: Table) -> bool:
    """A lone word in the first column, not merged over the table."""
    merged = any(top <= row <= bottom and right - left >= 2 for top, left, bottom, right in sheet.merges)
    return not merged and bool(_cells(sheet, row, table)[0]) and not headings.is_note(_cells(sheet, row, table)[0])


def _label_width(sheet: Sheet, row: int, table: Table) -> int:
    """How many of the first columns hold words."""
    width = 0
    for text in _cells(sheet, row, table):
        if not text or text.replace(".", "").isdigit():
            break
        width += 1
    return width


def _label(sheet: Sheet, row: int, table: Table, most: int = 9) -> str:
    return "/".join(_cells(sheet, row, table)[: max(1, min(most, _label_width(sheet, row, table)))])


def _is_statistics(sheet: Sheet, labelled: Sequence[tuple[int, str]], table: Table) -> bool:
    """Rows that say what is to be counted, the rest of them empty or nought."""
    if any(label.startswith(EXAMPLE_WORDS) for _, label in labelled):
        return False
    for row, _ in labelled:
        width = _label_width(sheet, row, table)
        rest = _cells(sheet, row, table)[width:]
        if not rest or width > 2 or sum(1 for text in rest if text not in ("", "0")) > len(rest) // 3:
            return False
    return True


def _title(sheet: Sheet, layout: Layout, table: Table, *, is_first: bool) -> str:
    """The words above the table, for matching and for saying which one it is."""
    if not is_first:
        return sheet.name.strip()
    skipped = dict(layout.skipped)
    for row in range(table.header_rows[0]):
        if skipped.get(row) == "title":
            text = "".join(text_of(cell) for cell in sheet.rows[row] if cell != "")
            if text:
                return "".join(text.split())[:60]
    return sheet.name.strip()


def print_of_cells(book: Workbook) -> str:
    """What a blank workbook is known by whose header nobody recognised: all that is written in it, hashed."""
    words = ["|".join(plain_heading(text_of(cell)) for cell in row) for sheet in book.sheets for row in sheet.rows]
    return hashlib.sha256("\n".join(["cells", *words]).encode()).hexdigest()


def print_of(tables: Sequence[BlankTable]) -> str:
    """What a blank table is known by next month: its headings and labels, hashed."""
    words = [
        "|".join(plain_heading(cell.title) for cell in table.columns) + "#" + "|".join(table.labels)
        for table in tables
    ]  # fmt: skip
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
