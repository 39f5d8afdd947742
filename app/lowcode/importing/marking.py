"""Their own workbook back: bad cells red, doubtful ones amber, each with a comment that says what and how to mend it.

No sheet and no row is added. What the sheet as a whole must say (how many rows, which, what to do then) stands in a
comment on the first header cell of its table. The file carries the number of its batch, so that the corrected one
continues it (`batch_mark`, and `continuing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from app.extensions import db
from app.lowcode.importing import checking, continuing, originals, sheets
from app.lowcode.importing.cells import tall_merges
from app.lowcode.importing.corrections import from_json
from app.lowcode.importing.headings import DITTO, text_of
from app.lowcode.importing.layout import Table
from app.lowcode.importing.models import ImportBatch, ImportRow
from app.lowcode.importing.rebuilding import names_of, rebuilt
from app.lowcode.importing.recognition import ReadSheet
from app.lowcode.register import register
from app.workbooks.marks import Mark, Marking, Tone, mark
from app.workbooks.package import CannotBePatched
from app.workbooks.references import Place, RowPlan

AUTHOR = "网格台账"
_ROWS_NAMED = 12
_GOES = frozenset({"blank", "numbered_blank", "total", "repeated_header"})
"""Rows below a header that a file of only the bad rows does without."""


@dataclass
class SheetMarks:
    """What is to be said on one sheet: sentences by cell (1-based), and which rows are bad."""

    red: dict[Place, list[str]] = field(default_factory=dict)
    amber: dict[Place, list[str]] = field(default_factory=dict)
    bad_rows: set[int] = field(default_factory=set)


def errors_workbook(batch: ImportBatch, *, only_bad: bool = False) -> bytes:
    """The last file of a batch with its marks, as .xlsx; with `only_bad` without the rows that are written.

    A .xls or .csv comes back as .xlsx with its values, widths and merges. Raises OSError or BoxIsDamaged where the
    original is gone.
    """
    source = continuing.latest(batch)
    data = originals.read(source.digest)
    book = sheets.read(data)
    recognised = checking.recognise_for(
        register(source.register),
        book,
        source.mapping,
        corrections=from_json(source.corrections),
        area=source.area_code,
    )
    said = marks_of(source, recognised)
    is_part = only_bad or continuing.is_part(data)
    properties = {continuing.MARK: continuing.written_mark(batch, is_part=is_part)}
    marking = _marking(recognised, said, only_bad=only_bad)
    if book.kind == "xlsx":
        try:
            return mark(data, marking, author=AUTHOR, properties=properties)
        except (CannotBePatched, KeyError):
            # Rare ways of writing a sheet cannot be cut into; its values can always be written anew.
            pass
    names = {sheet.name: name for sheet, name in zip(book.sheets, names_of(book), strict=True)}
    return mark(rebuilt(book, recognised), _renamed(marking, names), author=AUTHOR, properties=properties)


def batch_mark(data: bytes) -> int | None:
    """The number of the batch that a marked workbook belongs to; None for any other file, or where it is gone."""
    return continuing.batch_mark(data)


def marks_of(batch: ImportBatch, recognised: Iterable[ReadSheet]) -> dict[str, SheetMarks]:
    """By sheet, which cells to mark, with what to say. A fault of a whole row stands at its column, else at the first."""
    where = {read.sheet.name: _Positions(read) for read in recognised}
    found: dict[str, SheetMarks] = {}
    rows = db.session.execute(
        select(ImportRow.sheet, ImportRow.row, ImportRow.verdict, ImportRow.faults, ImportRow.doubts)
        .where(
            ImportRow.batch_id == batch.id,
            or_(ImportRow.verdict.in_(("error", "conflict")), ImportRow.is_doubtful.is_(True)),
            ImportRow.verdict != "missing",
        )
        .order_by(ImportRow.id)
    )
    for sheet_name, row, verdict, faults, doubts in rows:
        positions = where.get(sheet_name) or next(iter(where.values()))
        marks = found.setdefault(positions.name, SheetMarks())
        is_bad = verdict in ("error", "conflict")
        if is_bad:
            marks.bad_rows.add(row)
        for listed, said in ((marks.red, faults if is_bad else ()), (marks.amber, doubts)):
            for column, _value, message, index in said:
                sentences = listed.setdefault(positions.of(row, column, index), [])
                if message not in sentences:
                    sentences.append(message)
    return found


class _Positions:
    """Where the columns of a register stand on a sheet, row by row."""

    def __init__(self, read: ReadSheet) -> None:
        self.name = read.sheet.name
        self._columns: dict[int, dict[str, int]] = {}
        for table in read.tables:
            columns = {each.column: index for index, each in reversed(table.matches.items()) if each.column}
            columns[""] = next((cell.index for cell in table.table.columns if cell.index != table.table.serial),
                               table.table.left)  # fmt: skip
            self._columns |= dict.fromkeys((row + 1 for row in table.table.rows), columns)
        self._merges = [each for each in read.sheet.merges if each[:2] != each[2:]]

    def of(self, row: int, column: str, index: int | None) -> Place:
        """The cell to mark; of merged ones the first, which is the one that shows."""
        columns = self._columns.get(row, {"": 0})
        at = index if index is not None else columns.get(column, columns[""])
        for top, left, bottom, right in self._merges:
            if top < row <= bottom + 1 and left <= at <= right:
                return top + 1, left + 1
        return row, at + 1


def _marking(recognised: tuple[ReadSheet, ...], said: dict[str, SheetMarks], *, only_bad: bool) -> Marking:
    marking = Marking()
    for read in recognised:
        name = read.sheet.name
        marks = said.get(name, SheetMarks())
        plan = RowPlan((), tuple(_good_rows(read, marks.bad_rows))) if only_bad else RowPlan()
        put = marking.marks.setdefault(name, {})
        for tone, listed in (("amber", marks.amber), ("red", marks.red)):
            for (row, column), sentences in listed.items():
                new = plan.moved(row)
                if new is not None:
                    _add(put, (new, column), tone, "\n".join(sentences))  # type: ignore[arg-type]
        for table in read.tables:
            rows = sorted(row for row in marks.bad_rows if row - 1 in set(table.table.rows))
            if rows and table.table.header_rows:
                head = table.table.columns[0].index + 1
                _add(put, (table.table.header_rows[0] + 1, head), "", _summary(rows, only_bad=only_bad))
        if plan:
            marking.rows[name] = plan
            marking.values[name] = _filled_down(read, marks.bad_rows, plan)
    return marking


def _add(put: dict[Place, Mark], place: Place, tone: Tone, text: str) -> None:
    before = put.get(place)
    put[place] = Mark(tone or (before.tone if before else ""), f"{before.text}\n{text}" if before else text)


def _summary(rows: list[int], *, only_bad: bool) -> str:
    after = "红色的格子要改，黄色的请核对。改好后保存，把这个文件再导入一次，已经写入的不会重复。"
    if only_bad:
        return f"这里只留下有问题的 {len(rows)} 行。{after}"
    named = "、".join(str(row) for row in rows[:_ROWS_NAMED]) + ("等" if len(rows) > _ROWS_NAMED else "")
    return f"这张表有 {len(rows)} 行没有写入：第 {named} 行。{after}"


def _good_rows(read: ReadSheet, bad: set[int]) -> list[tuple[int, int]]:
    """Ranges of rows (from 1) that a file of only the bad rows leaves out."""
    top = min((row for table in read.tables for row in table.table.header_rows), default=0)
    goes = {row + 1 for table in read.tables if table.is_taken for row in table.table.rows} - bad
    goes |= {row + 1 for row, why in read.layout.skipped if why in _GOES and row > top}
    ranges: list[tuple[int, int]] = []
    for row in sorted(goes):
        if ranges and ranges[-1][1] == row - 1:
            ranges[-1] = (ranges[-1][0], row)
        else:
            ranges.append((row, row))
    return ranges


def _filled_down(read: ReadSheet, bad: set[int], plan: RowPlan) -> dict[Place, str]:
    """同上 and merged cells of rows that stay while the row that says it goes: written out."""
    values: dict[Place, str] = {}
    for table in read.tables:
        for column in table.table.columns:
            values |= _column_filled(read, table.table, column.index, bad, plan)
    return values


def _column_filled(read: ReadSheet, table: Table, index: int, bad: set[int], plan: RowPlan) -> dict[Place, str]:
    values: dict[Place, str] = {}
    down, said, said_at, filled_from = tall_merges(read.sheet, table), "", -1, -2
    for row in table.rows:
        cells = read.sheet.rows[row]
        raw = cells[index] if index < len(cells) else ""
        is_merged = raw == "" and (row, index) in down
        is_ditto = isinstance(raw, str) and raw.strip() in DITTO
        if not is_merged and not is_ditto:
            said, said_at = text_of(raw), row
            continue
        new = plan.moved(row + 1)
        if row + 1 not in bad or new is None or plan.moved(said_at + 1) is not None:
            continue
        if is_ditto or filled_from != said_at:
            # Of a merged cell the first row that stays carries the value.
            values[new, index + 1] = said
            filled_from = said_at
    return values


def _renamed(marking: Marking, names: dict[str, str]) -> Marking:
    return Marking(
        {names.get(name, name): each for name, each in marking.marks.items()},
        {names.get(name, name): each for name, each in marking.rows.items()},
        {names.get(name, name): each for name, each in marking.values.items()},
    )


def stem_of(file_name: str) -> str:
    """The name of the marked file without its ending; marking it again does not make it longer."""
    stem = file_name.rpartition(".")[0] or file_name
    return re.sub(r"(_标注|_只有问题行)+$", "", stem)
