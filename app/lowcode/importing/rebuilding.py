"""A plain .xlsx of what a .xls or .csv holds: values, merges, readable widths, so that it can be marked like any other."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import xlsxwriter

from app.lowcode.importing import sheets
from app.lowcode.importing.headings import text_of
from app.lowcode.importing.recognition import ReadSheet

WIDEST, NARROWEST = 40, 6
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31
_LINE = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "font_name": "宋体", "font_size": 11}
_HEAD = _LINE | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#F2F2F2"}
_LOOSE = {"valign": "vcenter", "font_name": "宋体", "font_size": 11}
_TITLE = {"bold": True, "align": "center", "valign": "vcenter", "font_name": "宋体", "font_size": 16}


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
    data = {row for table in tables for row in table.rows}
    top = min(heads, default=0)
    formats: dict[tuple[str, str], Any] = {}

    def style(kind: str, number_format: str) -> Any:
        key = (kind, number_format)
        if key not in formats:
            look = {"head": _HEAD, "line": _LINE, "title": _TITLE, "loose": _LOOSE}[kind]
            formats[key] = target.add_format(look | {"num_format": number_format})
        return formats[key]

    merged = {(first, left): (first, left, last, right) for first, left, last, right in sheet.merges}
    covered = {
        (row, column)
        for first, left, last, right in sheet.merges
        for row in range(first, min(last, len(sheet.rows)) + 1)
        for column in range(left, right + 1)
    } - set(merged)
    widths: dict[int, int] = {}
    for row, cells in enumerate(sheet.rows):
        kind = "head" if row in heads else "line" if row in data else "loose"
        for column, value in enumerate(cells):
            is_title = row < top and (row, column) in merged and value != ""
            if (row, column) in merged:
                first, left, last, right = merged[row, column]
                page.merge_range(first, left, last, right, "", style("title" if is_title else kind, "@"))
            if (row, column) in covered or (value == "" and kind == "loose"):
                continue
            _cell(page, row, column, value, lambda code, kind="title" if is_title else kind: style(kind, code))
            if (row, column) not in merged and row >= top:
                widths[column] = max(widths.get(column, 0), _letters(value))
    for column, width in widths.items():
        page.set_column(column, column, max(NARROWEST, min(WIDEST, width + 2)))
    if heads and len(tables) == 1:
        page.freeze_panes(max(heads) + 1, 0)


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
