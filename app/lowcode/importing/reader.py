"""The fast reader (python-calamine): bytes of an Excel file → its pages as plain lists. Knows nothing of the app."""

from __future__ import annotations

import io
from collections.abc import Container, Iterator
from typing import Any, NamedTuple

import python_calamine

from app.lowcode.importing.containers import FileIsRefused, damaged

_LONGEST_WORD = 10
"""Numbers of persons and telephones are longer, and hardly ever come again."""


class Page(NamedTuple):
    """A sheet from A1 on; merges as first row, first column, last row, last column, as the file has them."""

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]]


def read_pages(data: bytes, left_out: Container[str] = ()) -> list[Page]:
    """The pages that are seen, without those `left_out`.

    Raises FileIsRefused for what cannot be read, and OverflowError for a duration that Python cannot hold.
    """
    try:
        return _read_pages(data, left_out)
    except python_calamine.PasswordError as fault:
        raise FileIsRefused("这个表设了打开密码，读不了。请打开后去掉密码，另存一份再上传。") from fault
    except (FileIsRefused, OverflowError):
        raise
    except Exception as fault:
        raise damaged() from fault
    except BaseException as fault:
        # A panic of the Rust reader arrives as PanicException, which is no Exception (pyo3).
        if type(fault).__name__ != "PanicException":
            raise
        raise damaged() from fault


def _read_pages(data: bytes, left_out: Container[str]) -> list[Page]:
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        pages = [meta for meta in book.sheets_metadata if meta.typ == python_calamine.SheetTypeEnum.WorkSheet]
        # Hidden sheets hold lists for drop-downs; hidden rows of a sheet are data all the same.
        seen = [meta for meta in pages if meta.visible == python_calamine.SheetVisibleEnum.Visible]
        names = [meta.name for meta in seen or pages]
        if twice := next((name for name in names if names.count(name) > 1), None):
            # Excel writes no name twice, other programs do, and the reader would give the first sheet for both.
            raise named_twice(twice)
        return [_read_page(book, name) for name in names if name not in left_out]


def named_twice(name: str) -> FileIsRefused:
    """The refusal where two sheets have one name."""
    return FileIsRefused(f"有两张工作表都叫“{name.strip()}”，分不清是哪一张。请改成不同的名字，保存后再上传。")


def _read_page(book: Any, name: str) -> Page:
    sheet = book.get_sheet_by_name(name)
    rows = list(_rows_of(sheet))
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    merges = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    return Page(name, rows, merges)


def _rows_of(sheet: Any) -> Iterator[list[Any]]:
    """Rows from A1 on. Words that come again are one object each: half the memory, and sooner found in a dictionary."""
    if sheet.start is None:
        return
    before, words = [""] * sheet.start[1], dict[str, str]()
    for row in sheet.iter_rows():
        yield before + [
            words.setdefault(cell, cell) if cell.__class__ is str and len(cell) <= _LONGEST_WORD else cell
            for cell in row
        ]
