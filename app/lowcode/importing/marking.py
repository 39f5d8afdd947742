"""Their own workbook back: cells that could not be read in red, with a comment saying what is wrong."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from sqlalchemy import select

from app.extensions import db
from app.lowcode.importing import checking, originals, sheets
from app.lowcode.importing.corrections import from_json
from app.lowcode.importing.headings import text_of
from app.lowcode.importing.models import ImportBatch, ImportRow
from app.lowcode.register import register

RED = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
AUTHOR = "网格台账"
_COMMENT_WIDTH, _COMMENT_HEIGHT = 260, 90
_WIDEST = 60

Marks = dict[tuple[str, int, int], list[str]]
"""(sheet, row from 1, column from 1) → sentences."""


def errors_workbook(batch: ImportBatch) -> bytes:
    """The original with red cells, as .xlsx. A .xls or .csv comes back as .xlsx with its values, widths and merges.

    Raises OSError or BoxIsDamaged where the original is gone.
    """
    data = originals.read(batch.digest)
    book = sheets.read(data)
    marks = marks_of(batch, book)
    target = openpyxl.load_workbook(io.BytesIO(data)) if book.kind == "xlsx" else rebuilt(book)
    _put_marks(target, marks)
    buffer = io.BytesIO()
    target.save(buffer)
    return buffer.getvalue()


def marks_of(batch: ImportBatch, book: sheets.Workbook) -> Marks:
    """Which cells to mark, with what to say. A fault of a whole row stands at its column, else at the first."""
    reg = register(batch.register)
    places: dict[tuple[str, int], dict[str, int]] = {}
    for sheet in checking.recognise_for(
        reg, book, batch.mapping, corrections=from_json(batch.corrections), area=batch.area_code
    ):
        for table in sheet.tables:
            where = {each.column: index for index, each in reversed(table.matches.items()) if each.column}
            where[""] = table.table.left
            places |= {(sheet.sheet.name, row + 1): where for row in table.table.rows}
    marks: Marks = {}
    rows = db.session.execute(
        select(ImportRow.sheet, ImportRow.row, ImportRow.faults).where(
            ImportRow.batch_id == batch.id, ImportRow.verdict.in_(("error", "conflict"))
        )
    )
    for sheet_name, row, faults in rows:
        where = places.get((sheet_name, row), {"": 0})
        for column, _value, message, index in faults:
            position = index if index is not None else where.get(column, where[""])
            marks.setdefault((sheet_name, row, position + 1), []).append(message)
    return marks


def _put_marks(target: Any, marks: Marks) -> None:
    for (sheet_name, row, column), sentences in marks.items():
        sheet = target[sheet_name] if sheet_name in target.sheetnames else target.worksheets[0]
        cell = sheet.cell(row, column)
        for merged in sheet.merged_cells.ranges:
            if cell.coordinate in merged:
                cell = sheet.cell(merged.min_row, merged.min_col)
                break
        cell.fill = RED
        text = "\n".join(dict.fromkeys(([cell.comment.text] if cell.comment else []) + sentences))
        cell.comment = Comment(text, AUTHOR, width=_COMMENT_WIDTH, height=_COMMENT_HEIGHT)


def rebuilt(book: sheets.Workbook) -> Any:
    """A workbook of the same values; text stays text, so that nothing in it becomes a formula."""
    target = openpyxl.Workbook()
    target.remove(target.active)
    for number, sheet in enumerate(book.sheets, 1):
        page = target.create_sheet(sheet.name or f"表格{number}")
        widths: dict[int, int] = {}
        for row, cells in enumerate(sheet.rows, 1):
            for column, value in enumerate(cells, 1):
                if value == "":
                    continue
                cell = page.cell(row, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
                    cell.number_format = "@"
                widths[column] = max(widths.get(column, 0), sum(2 if char > "\u2e7f" else 1 for char in text_of(value)))
        for column, width in widths.items():
            page.column_dimensions[openpyxl.utils.get_column_letter(column)].width = min(width + 2, _WIDEST)
        for top, left, bottom, right in sheet.merges:
            page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    return target
