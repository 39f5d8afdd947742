"""A filled table that came back, read against the blank one: columns by their words, what was altered, its own totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from app.lowcode.importing import headings
from app.lowcode.importing.headings import plain_heading, spoken_heading, text_of
from app.lowcode.importing.layout import HeaderCell, Layout, Table, lay_out
from app.lowcode.importing.sheets import Sheet, Workbook
from app.lowcode.importing.tables import known_by
from app.requested_tables.blanks import BlankTable
from app.requested_tables.contents import Cell, Content, Rows, is_blank

_ALIKE = 0.5
_LONGEST_EXACT = 1e15
"""Excel keeps fifteen digits; a longer number is damaged already."""


@dataclass(frozen=True)
class Finding:
    """What is not as it should be: a sentence, and where. `row` counts as Excel does; None for the whole table."""

    text: str
    tone: str = "amber"
    table: int = 0
    row: int | None = None
    source: str = ""
    """File or community it concerns."""


@dataclass
class ReturnedTable:
    """One community's tables as a file had them."""

    content: Content
    totals: list[dict[int, float]] = field(default_factory=list)
    """For each table: position → figure of its own 合计 row."""
    findings: list[Finding] = field(default_factory=list)
    sheet: str = ""
    titles: tuple[str, ...] = ()
    """Lines above and below the tables, for whose they are."""

    @property
    def row_count(self) -> int:
        return sum(len(each.cells) for each in self.content)


def read_returns(book: Workbook, tables: Sequence[BlankTable]) -> list[ReturnedTable]:
    """The filled tables of a workbook; several where each sheet holds the same table for another community.

    None where nothing in it looks like the table that was asked for.
    """
    words = {form for table in tables for cell in table.columns for form in _forms(cell)}
    laid = [
        (sheet, lay_out(sheet, known_by(lambda title: plain_heading(title) in words or spoken_heading(title) in words)))
        for sheet in book.sheets
    ]
    if len({table.sheet for table in tables}) == 1:
        parts = [_read_part([each], tables) for each in laid]
        return [part for part in parts if part is not None]
    part = _read_part(laid, tables)
    return [part] if part is not None else []


def _forms(cell: HeaderCell) -> set[str]:
    return {plain_heading(cell.title), spoken_heading(cell.title), plain_heading(cell.last), spoken_heading(cell.last)}


def _read_part(laid: Sequence[tuple[Sheet, Layout]], tables: Sequence[BlankTable]) -> ReturnedTable | None:
    free = [(sheet, layout, table) for sheet, layout in laid for table in layout.tables]
    result = ReturnedTable([], sheet=laid[0][0].name if laid else "")
    found_any = False
    for number, blank in enumerate(tables):
        best = max(free, key=lambda each: _overlap(blank, each[2]), default=None)
        if best is None or _overlap(blank, best[2]) < 0.4:
            result.content.append(Rows())
            result.totals.append({})
            name = f"“{blank.title}”" if len(tables) > 1 else "要填的表"
            result.findings.append(Finding(f"没有找到{name}，这张表没有读。", "red", number))
            continue
        free.remove(best)
        found_any = True
        _read_table(number, blank, best[0], best[1], best[2], result)
    result.titles = tuple(_lines(laid))
    return result if found_any else None


def _overlap(blank: BlankTable, table: Table) -> float:
    wanted = [_forms(cell) for cell in blank.columns]
    there = {form for cell in table.columns for form in _forms(cell)}
    return sum(1 for forms in wanted if forms & there) / max(len(wanted), 1)


def _lines(laid: Sequence[tuple[Sheet, Layout]]) -> list[str]:
    found = []
    for sheet, layout in laid:
        for row, why in layout.skipped:
            if why in ("title", "signature"):
                found.append(" ".join(text_of(cell) for cell in sheet.rows[row] if cell != ""))
    return found


def _read_table(
    number: int, blank: BlankTable, sheet: Sheet, layout: Layout, table: Table, result: ReturnedTable
) -> None:  # fmt: skip
    where, sentences = match_headers(blank.columns, table.columns)
    row = table.header_rows[-1] + 1 if table.header_rows else 1
    result.findings += [Finding(text, "amber", number, row) for text in sentences]
    rows = Rows()
    if blank.is_statistics:
        _read_statistics(number, blank, sheet, layout, table, where, rows, result)
    else:
        for line in table.rows:
            cells = [_cell(sheet, line, where.get(position)) for position in range(len(blank.columns))]
            if any(not is_blank(cells[position]) for position in range(len(cells)) if position != blank.serial):
                rows.add(cells, f"#{line + 1}")
    result.content.append(rows)
    result.totals.append(_own_totals(blank, sheet, layout, table, where))


def match_headers(wanted: Sequence[HeaderCell], there: Sequence[HeaderCell]) -> tuple[dict[int, int], list[str]]:
    """Position of the blank table → column of the sheet, and sentences about what was altered."""
    where: dict[int, int] = {}
    free = list(there)
    for forms_of in (lambda cell: {plain_heading(cell.title), spoken_heading(cell.title)}, _forms):
        for position, cell in enumerate(wanted):
            hit = (
                next((each for each in free if forms_of(each) & forms_of(cell)), None)
                if position not in where
                else None
            )
            if hit is not None:
                where[position] = hit.index
                free.remove(hit)
    sentences: list[str] = []
    for position, cell in enumerate(wanted):
        if position in where:
            continue
        hit = _renamed(position, cell, where, free)
        if hit is not None:
            where[position] = hit.index
            free.remove(hit)
            sentences.append(f"列名改了：“{cell.last}”写成了“{hit.last}”，已按“{cell.last}”读，请核对。")
        else:
            sentences.append(f"少了一列“{cell.last}”，这一列空着。")
    sentences += [f"多了一列“{each.last}”，汇总表里没有，没有收进来。" for each in free if each.last]
    order = [where[position] for position in sorted(where)]
    if order != sorted(order):
        sentences.append("列的前后次序换过，已按列名对上。")
    return where, sentences


def _renamed(position: int, cell: HeaderCell, where: dict[int, int], free: Sequence[HeaderCell]) -> HeaderCell | None:
    """A free heading that means this column: written alike, or the only one between the same neighbours."""
    word = plain_heading(cell.last)
    alike = [(SequenceMatcher(None, word, plain_heading(each.last)).ratio(), each) for each in free]
    best = max(alike, key=lambda pair: pair[0], default=None)
    if best is not None and best[0] >= _ALIKE:
        return best[1]
    low = max((where[other] for other in where if other < position), default=-1)
    high = min((where[other] for other in where if other > position), default=10**6)
    between = [each for each in free if low < each.index < high]
    return between[0] if len(between) == 1 and high - low == 2 else None


def _read_statistics(
    number: int, blank: BlankTable, sheet: Sheet, layout: Layout, table: Table, where: dict[int, int], rows: Rows,
    result: ReturnedTable,
) -> None:  # fmt: skip
    labels = [where.get(position) for position in blank.label_columns]
    skipped = dict(layout.skipped)
    lines: dict[str, int] = {}
    first = table.header_rows[-1] + 1 if table.header_rows else 0
    above: list[str] = []
    for line in range(first, len(sheet.rows)):
        if line not in table.rows and skipped.get(line) not in ("title", "numbered_blank"):
            continue
        parts = [text_of(_raw(sheet, line, index)) if index is not None else "" for index in labels]
        # The first label of two is often merged over several rows.
        parts = [part or (above[place] if place < len(above) and place == 0 and len(parts) > 1 else "")
                 for place, part in enumerate(parts)]  # fmt: skip
        above = parts
        lines.setdefault(_label_form("/".join(part for part in parts if part)), line)
    for label in blank.labels:
        found = lines.pop(_label_form(label), None)
        cells: list[Cell] = [
            _cell(sheet, found, where.get(position)) if found is not None else None
            for position in range(len(blank.columns))
        ]
        for position, word in zip(blank.label_columns, label.split("/"), strict=False):
            cells[position] = word
        rows.add(cells, f"#{found + 1}" if found is not None else "")
        if found is None:
            result.findings.append(Finding(f"少了“{label}”这一行。", "amber", number))
    for text, line in lines.items():
        if text and line in table.rows:
            result.findings.append(
                Finding(f"多了“{text_of(_raw(sheet, line, labels[0]))}”这一行，没有收进来。", "amber", number, line + 1)
            )


def _label_form(text: str) -> str:
    return "/".join(plain_heading(part) for part in text.split("/") if part)


def _own_totals(
    blank: BlankTable, sheet: Sheet, layout: Layout, table: Table, where: dict[int, int]
) -> dict[int, float]:
    first = table.header_rows[-1] if table.header_rows else -1
    row = next((row for row, why in layout.skipped if why == "total" and row > first), None)
    if row is None:
        return {}
    found = {}
    for position in range(len(blank.columns)):
        value = _cell(sheet, row, where.get(position))
        if isinstance(value, (int, float)) and position != blank.serial:
            found[position] = float(value)
    return found


def _raw(sheet: Sheet, row: int, column: int | None) -> Any:
    if column is None or row >= len(sheet.rows) or column >= len(sheet.rows[row]):
        return ""
    return sheet.rows[row][column]


def _cell(sheet: Sheet, row: int, column: int | None) -> Cell:
    return plain_cell(_raw(sheet, row, column))


def plain_cell(raw: Any) -> Cell:
    """A cell of a workbook as content keeps it: whole numbers as int, moments at midnight as days, long digits as text."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        if not raw.is_integer():
            return raw
        if abs(raw) >= _LONGEST_EXACT:
            return f"{raw:.15g}"
        # Eleven digits are a telephone number, whatever Excel took them for.
        return str(int(raw)) if abs(raw) >= 1e10 else int(raw)
    if isinstance(raw, int):
        return raw
    if isinstance(raw, datetime):
        return raw.date() if raw.hour == raw.minute == 0 else raw.strftime("%Y-%m-%d %H:%M")
    if isinstance(raw, date):
        return raw
    return headings.text_of(raw) or None
