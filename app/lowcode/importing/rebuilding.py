"""A plain .xlsx of what a .xls or .csv holds: values, merges, readable widths, so that it can be marked like any other."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import xlsxwriter

from app.lowcode.importing import sheets
from app.lowcode.importing.headings import text_of
from app.lowcode.importing.merges import Merge
from app.lowcode.importing.recognition import ReadSheet

WIDEST, NARROWEST = 40, 6
MOST_LINED = 200
"""Blank cells further to the right have no borders: a stray cell in column XFD would make a million of them."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31
_LINE = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "font_name": "宋体", "font_size": 11}
_HEAD = _LINE | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#F2F2F2"}
_LOOSE = {"valign": "vcenter", "font_name": "宋体", "font_size": 11}
_TITLE = {"bold": True, "align": "center", "valign": "vcenter", "font_name": "宋体", "font_size": 16}
_LOOKS = {"head": _HEAD, "line": _LINE, "title": _TITLE, "loose": _LOOSE}


def rebuilt(book: sheets.Workbook, recognised: tuple[ReadSheet, ...] = ()) -> bytes:
    """The workbook; text stays text, so that nothing in it becomes a formula. Its sheets are called as `names_of` says."""
    buffer = io.BytesIO()
    target = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    found = {read.sheet.name: read for read in recognised}
    for sheet, name in zip(book.sheets, names_of(book), strict=True):
        _write(target, target.add_worksheet(name), sheet, found.get(sheet.name))
    target.close()
    return buffer.getvalue()


def names_of(book: sheets.Workbook) -> list[str]:
    """What the sheets are called in the rebuilt workbook: as before where Excel allows it, no two alike.

    Text tables have no name of their own and are called 表格1.
    """
    names: list[str] = []
    for number, sheet in enumerate(book.sheets, 1):
        plain = _FORBIDDEN.sub("", sheet.name).strip("'")[:_LONGEST_NAME]
        taken = {name.casefold() for name in names}
        is_free = bool(plain.strip()) and plain.casefold() not in taken
        names.append(plain if is_free else next(name for name in _spare_names(number) if name not in taken))
    return names


def _spare_names(number: int) -> Iterator[str]:
    return (f"表格{at}" for at in count(number))


def _write(target: Any, page: Any, sheet: sheets.Sheet, read: ReadSheet | None) -> None:
    tables = [each.table for each in read.tables] if read else []
    heads = {row for table in tables for row in table.header_rows}
    look = _Look(target, heads, {row for table in tables for row in table.rows})
    top = min(heads, default=0)
    merged = {(merge[0], merge[1]): merge for merge in sheet.merges if not _covers_content(sheet, merge)}
    covered = _covered(merged.values())
    widths: dict[int, int] = {}
    for row, cells in enumerate(sheet.rows):
        for column, value in enumerate(cells):
            at = (row, column)
            if value == "" and at not in merged and (column >= MOST_LINED or not look.is_lined(row)):
                continue
            style = look.of(row, is_title=row < top and at in merged and value != "")
            if at in merged:
                page.merge_range(*merged[at], "", style("@"))
            if at in covered:
                continue
            _cell(page, row, column, value, style)
            if value != "" and at not in merged and row >= top:
                widths[column] = max(widths.get(column, 0), _letters(value))
    for column, width in widths.items():
        page.set_column(column, column, max(NARROWEST, min(WIDEST, width + 2)))
    if heads and len(tables) == 1:
        page.freeze_panes(max(heads) + 1, 0)


def _covers_content(sheet: sheets.Sheet, merge: Merge) -> bool:
    """A merge shows its first cell only. Other programs leave content below it, which was read and has to come back."""
    top, left, bottom, right = merge
    return any(
        cell != "" and (row, column) != (top, left)
        for row in range(top, bottom + 1)
        for column, cell in enumerate(sheet.rows[row][left : right + 1], left)
    )


def _covered(merges: Iterable[Merge]) -> set[tuple[int, int]]:
    return {
        (row, column)
        for top, left, bottom, right in merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }


class _Look:
    """The format of a cell by what its row is to the table, each made once."""

    def __init__(self, target: Any, heads: set[int], data: set[int]) -> None:
        self._target, self._heads, self._data = target, heads, data
        self._made: dict[tuple[str, str], Any] = {}

    def is_lined(self, row: int) -> bool:
        """Whether its blank cells have borders too."""
        return row in self._heads or row in self._data

    def of(self, row: int, *, is_title: bool) -> Callable[[str], Any]:
        """Number format → format."""
        if is_title:
            return lambda code: self._format("title", code)
        kind = "head" if row in self._heads else "line" if row in self._data else "loose"
        return lambda code: self._format(kind, code)

    def _format(self, kind: str, number_format: str) -> Any:
        key = (kind, number_format)
        if key not in self._made:
            self._made[key] = self._target.add_format(_LOOKS[kind] | {"num_format": number_format})
        return self._made[key]


def _letters(value: Any) -> int:
    """Width in letters; a Chinese character takes two."""
    return max((sum(2 if char > "\u2e7f" else 1 for char in line) for line in text_of(value).split("\n")), default=0)


def _cell(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value == "":
        page.write_blank(row, column, None, style("@"))
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, style("General"))
    elif isinstance(value, int | float) and math.isfinite(value):
        page.write_number(row, column, value, style("0" if float(value).is_integer() else "General"))
    elif isinstance(value, datetime) and (value.hour or value.minute or value.second):
        page.write_datetime(row, column, value, style("yyyy-mm-dd hh:mm"))
    elif isinstance(value, date):
        page.write_datetime(row, column, value, style("yyyy-mm-dd"))
    elif isinstance(value, time | timedelta):
        page.write_datetime(row, column, value, style("[h]:mm"))
    else:
        page.write_string(row, column, str(value)[:32_767], style("@"))
