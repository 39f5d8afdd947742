"""A workbook or a document as rows of plain cells, for the screen: the template to click in, the filled preview."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl
from openpyxl.utils import get_column_letter

from app.office_templates import docx_filling

MOST_ROWS = 60
MOST_COLUMNS = 26
MOST_LINES = 120


@dataclass(frozen=True, slots=True)
class Square:
    """One cell: its address, what it says, how many columns and rows it spans."""

    row: int
    column: int
    text: str
    columns: int = 1
    rows: int = 1

    @property
    def address(self) -> str:
        """B5."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Picture:
    """One sheet, or the lines of a document."""

    title: str
    rows: tuple[tuple[Square, ...], ...]
    is_cut: bool = False


def picture_of(data: bytes, kind: str) -> tuple[Picture, ...]:
    """What the file shows, cut to what a screen takes."""
    return tuple(_sheets(data)) if kind == "xlsx" else (_document(data),)


def _sheets(data: bytes) -> list[Picture]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = []
    for page in book.worksheets:
        spans, hidden = {}, set()
        for area in page.merged_cells.ranges:
            spans[area.min_row, area.min_col] = (area.max_col - area.min_col + 1, area.max_row - area.min_row + 1)
            hidden |= {
                (row, column)
                for row in range(area.min_row, min(area.max_row, MOST_ROWS) + 1)
                for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1)
            } - {(area.min_row, area.min_col)}
        rows = []
        for number in range(1, min(page.max_row, MOST_ROWS) + 1):
            squares = []
            for column in range(1, min(page.max_column, MOST_COLUMNS) + 1):
                if (number, column) not in hidden:
                    width, height = spans.get((number, column), (1, 1))
                    text = _text(page.cell(number, column).value)
                    squares.append(Square(number, column, text, width, min(height, MOST_ROWS - number + 1)))
            rows.append(tuple(squares))
        found.append(Picture(page.title, tuple(rows), page.max_row > MOST_ROWS or page.max_column > MOST_COLUMNS))
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return str(value)[:200]


def _document(data: bytes) -> Picture:
    rows = docx_filling.rows_of(data)
    shown = [row[:MOST_COLUMNS] for row in rows[:MOST_LINES]]
    widest = max(map(len, shown), default=1)
    return Picture("", tuple(_paragraphs(row, widest) for row in shown), len(rows) > MOST_LINES)


def _paragraphs(row: list[tuple[int, str]], widest: int) -> tuple[Square, ...]:
    """Paragraphs of one line of the picture; the last one runs to its edge."""
    last = len(row)
    return tuple(
        Square(number, column, text[:400], widest - last + 1 if column == last else 1)
        for column, (number, text) in enumerate(row, start=1)
    )
