"""Where a sheet keeps its tables: title block, header of one to three rows, data, totals, notes, signatures.

Works on plain cells. `is_known` tells header words that some register understands; without any known word the shape
alone decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.lowcode.importing import headings
from app.lowcode.importing.containers import column_letters
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection
from app.lowcode.importing.headings import text_of
from app.lowcode.importing.sheets import Sheet

Why = Literal["title", "note", "blank", "numbered_blank", "total", "repeated_header", "signature"]
Known = Callable[[str], bool]

HEADER_ROWS = 3
NEARBY_ROWS = 3
"""A row with more known words so soon below another is the header, and the other belongs to the title block."""
SEARCHED_ROWS = 80
"""A header further down than this is found only below another table."""


@dataclass(frozen=True)
class HeaderCell:
    """A column of a table: 0-based position, its words from top to bottom, and the last of them."""

    index: int
    parts: tuple[str, ...]

    @property
    def title(self) -> str:
        """党员信息/姓名."""
        return "/".join(self.parts)

    @property
    def last(self) -> str:
        """姓名."""
        return self.parts[-1] if self.parts else ""


@dataclass
class Table:
    """One table. Rows count from 0; `rows` are those that hold records."""

    header_rows: tuple[int, ...]
    columns: tuple[HeaderCell, ...]
    left: int
    right: int
    """First column, and the one behind the last."""
    rows: list[int] = field(default_factory=list)
    serial: int | None = None
    """Column of 序号, where there is one."""


@dataclass(frozen=True)
class Layout:
    """Tables of one sheet, and every other row with the reason why it holds no record (row from 0)."""

    tables: tuple[Table, ...]
    skipped: tuple[tuple[int, Why], ...]


@dataclass(frozen=True)
class _Header:
    first: int
    height: int
    cells: tuple[HeaderCell, ...]
    score: float


def lay_out(sheet: Sheet, is_known: Known, correction: SheetCorrection = AS_RECOGNISED) -> Layout:
    """The tables of a sheet. No table found: `tables` is empty and every row with content is skipped as a title.

    `correction` is a person's word, which goes before what the rows look like.
    """
    grid = _Grid(sheet)
    if correction.header_rows is None:
        header = find_header(grid, is_known, 0, min(len(grid.rows), SEARCHED_ROWS))
    else:
        header = _header_as_told(grid, correction.header_rows)
    if header is None:
        return Layout((), tuple((row, _why_above(grid, row, False)) for row in range(len(grid.rows))))
    skipped: dict[int, Why] = {}
    is_in_note = False
    for row in range(header.first):
        skipped[row] = _why_above(grid, row, is_in_note)
        is_in_note = skipped[row] == "note" or (is_in_note and skipped[row] != "blank")
    tables: list[Table] = []
    while header is not None:
        group = _split_side_by_side(header)
        tables += group
        header = _read_rows(grid, group, header, is_known, skipped, correction)
    return Layout(tuple(tables), tuple(sorted(skipped.items())))


def _header_as_told(grid: _Grid, rows: tuple[int, ...]) -> _Header | None:
    """The header that a person pointed out; without rows, every column under its letter."""
    if rows and rows[-1] < len(grid.rows):
        return _Header(rows[0], len(rows), tuple(_header_cells(grid, rows)), 0)
    used = {column for row in range(min(len(grid.rows), SEARCHED_ROWS)) for column in grid.filled_columns(row)}
    cells = tuple(HeaderCell(column, (f"{column_letters(column + 1)}列",)) for column in sorted(used))
    return _Header(0, 0, cells, 0) if cells else None


class _Grid:
    """Cells with merges looked up: `label(r, c)` fills a merged range with its first cell."""

    def __init__(self, sheet: Sheet) -> None:
        self.rows = sheet.rows
        self.width = sheet.width
        self.merges = sheet.merges
        self._filled: dict[tuple[int, int], tuple[int, int]] = {}
        self.wide: dict[int, int] = {}
        """Row → columns covered by its widest merge."""
        self.tall: set[tuple[int, int]] = set()
        """Cells that continue the cell above them."""
        for top, left, bottom, right in sheet.merges:
            if (bottom - top) > 50_000 or (right - left) > 2_000:
                continue
            for row in range(top, bottom + 1):
                if right > left:
                    self.wide[row] = max(self.wide.get(row, 0), right - left + 1)
            if bottom - top < 60:
                self._note_header_merge(top, left, bottom, right)

    def _note_header_merge(self, top: int, left: int, bottom: int, right: int) -> None:
        for row in range(top, bottom + 1):
            for column in range(left, min(right, left + 300) + 1):
                self._filled[row, column] = (top, left)
                if row > top:
                    self.tall.add((row, column))

    def cell(self, row: int, column: int) -> Any:
        """The cell as it stands; "" outside."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def label(self, row: int, column: int) -> Any:
        """The cell, or that of the merged range it lies in."""
        return self.cell(*self._filled.get((row, column), (row, column)))

    def filled_columns(self, row: int) -> list[int]:
        """Columns with content."""
        return [column for column, cell in enumerate(self.rows[row]) if cell != "" and text_of(cell)]


def find_header(grid: _Grid, is_known: Known, start: int, stop: int) -> _Header | None:
    """The first header between two rows, the best of those near it; else the first row shaped like one."""
    best: _Header | None = None
    for row in range(start, stop):
        for height in range(1, HEADER_ROWS + 1):
            found = _header_at(grid, row, height, is_known)
            if found is not None and (best is None or found.score > best.score + 0.01):
                best = found
        if best is not None and best.score >= 2 and row >= best.first + NEARBY_ROWS:
            break
    if best is not None and best.score >= 1:
        return best
    return _header_by_shape(grid, start, min(stop, start + 25))


def _header_at(grid: _Grid, first: int, height: int, is_known: Known) -> _Header | None:
    rows = range(first, first + height)
    if rows[-1] >= len(grid.rows):
        return None
    top = grid.filled_columns(first)
    if _continues(grid, first):
        return None
    if not top or not _may_be_header(grid, first) or (height > 1 and not _may_go_on(grid, first, height)):
        return None
    cells = _header_cells(grid, rows)
    known = sum(1 for cell in cells if is_known(cell.last) or is_known(cell.title))
    distinct = len({headings.plain_heading(cell.last) for cell in cells})
    if known == 0 or distinct < 2 or known / len(cells) < 0.2:
        return None
    if known < 2 and not _is_followed(grid, first + height, [cell.index for cell in cells]):
        return None
    # Group heads add no known word, but belong to the header; rows above that do not were ruled out before.
    return _Header(first, height, tuple(cells), known + 0.1 * known / len(cells) + 0.03 * height)


def _header_cells(grid: _Grid, rows: Sequence[int]) -> list[HeaderCell]:
    cells = []
    for column in range(grid.width):
        parts: list[str] = []
        for row in rows:
            text = text_of(grid.label(row, column))
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        if parts:
            cells.append(HeaderCell(column, tuple(parts)))
    return cells


def _continues(grid: _Grid, row: int) -> bool:
    """Whether a merge from the row above reaches into this one: a header begins where its merges do."""
    return any((row, column) in grid.tall and text_of(grid.label(row, column)) for column in range(grid.width))


def _may_be_header(grid: _Grid, row: int) -> bool:
    filled = grid.filled_columns(row)
    labels = [column for column in filled if headings.looks_like_label(grid.cell(row, column))]
    return len(labels) >= 1 and len(labels) >= 0.7 * len(filled)


def _may_go_on(grid: _Grid, first: int, height: int) -> bool:
    """Whether the rows below belong to the header: their words stand under merged or blank cells, and none is data."""
    for row in range(first + 1, first + height):
        filled = grid.filled_columns(row)
        if not filled or not _may_be_header(grid, row):
            return False
        if any(not headings.looks_like_label(grid.cell(row, column)) for column in filled):
            return False
        above = {column for column in range(grid.width) if text_of(grid.label(row - 1, column))}
        is_under_group = grid.wide.get(row - 1, 0) >= 2 or any(
            (row, column) in grid.tall for column in range(grid.width)
        )
        new = [column for column in filled if column not in grid.filled_columns(row - 1)]
        if not is_under_group and not (new and len(above) < len(filled) + len(above & set(filled))):
            return False
        if not is_under_group and not new:
            return False
    # One title merged over everything is no part of a header.
    return len(grid.filled_columns(first)) >= 2


def _is_followed(grid: _Grid, start: int, columns: list[int]) -> bool:
    for row in range(start, min(start + 3, len(grid.rows))):
        filled = set(grid.filled_columns(row))
        if len(filled & set(columns)) >= max(1, len(columns) // 3):
            return True
    return False


def _header_by_shape(grid: _Grid, start: int, stop: int) -> _Header | None:
    for row in range(start, min(stop, len(grid.rows))):
        filled = grid.filled_columns(row)
        labels = [column for column in filled if headings.looks_like_label(grid.cell(row, column))]
        if len(filled) < 3 or len(labels) < len(filled) or grid.wide.get(row, 0) >= 2:
            continue
        if len({text_of(grid.cell(row, column)) for column in filled}) < len(filled):
            continue
        cells = tuple(HeaderCell(column, (text_of(grid.cell(row, column)),)) for column in filled)
        if _is_followed(grid, row + 1, filled):
            return _Header(row, 1, cells, 0)
    return None


def _split_side_by_side(header: _Header) -> list[Table]:
    """One table, or several where the same run of words comes again to the right."""
    words = [headings.plain_heading(cell.title) for cell in header.cells]
    starts = [number for number, word in enumerate(words) if word == words[0]]
    is_repeated = len(starts) > 1 and all(
        _is_alike(words[starts[0] : starts[1]], words[start : start + starts[1] - starts[0]]) for start in starts
    )
    if not is_repeated or starts[1] - starts[0] < 2:
        starts = [0]
    rows = tuple(range(header.first, header.first + header.height))
    tables = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(header.cells)
        cells = header.cells[start:end]
        serial = next((cell.index for cell in cells if headings.is_serial_heading(cell.last)), None)
        tables.append(Table(rows, cells, cells[0].index, cells[-1].index + 1, serial=serial))
    return tables


def _is_alike(first: list[str], other: list[str]) -> bool:
    return len(set(first) & set(other)) >= max(2, len(set(first)) * 0.6)


def _read_rows(
    grid: _Grid, tables: list[Table], header: _Header, is_known: Known, skipped: dict[int, Why],
    correction: SheetCorrection,
) -> _Header | None:  # fmt: skip
    """Sort the rows below a header into records and skipped ones; the next header, where another table begins."""
    row = header.first + header.height
    header_words = {headings.plain_heading(cell.last) for cell in header.cells}
    is_in_note = False
    while row < len(grid.rows):
        if row in correction.other_rows:
            skipped[row] = "note"
            row += 1
            continue
        if row in correction.data_rows:
            _add_record(grid, row, tables, skipped, is_told=True)
            row += 1
            continue
        if not _is_plain_data(grid, row, tables):
            again = _header_again(grid, row, header, header_words)
            if again:
                skipped |= dict.fromkeys(range(row, row + again), "repeated_header")
                row += again
                continue
            other = _other_header(grid, row, is_known)
            if other is not None:
                return other
            why = _why_below(grid, row, tables, is_in_note)
            if why is not None:
                skipped[row] = why
                is_in_note = why in ("note", "signature") or (is_in_note and why == "blank")
                row += 1
                continue
        is_in_note = False
        _add_record(grid, row, tables, skipped)
        row += 1
    return None


def _add_record(grid: _Grid, row: int, tables: list[Table], skipped: dict[int, Why], *, is_told: bool = False) -> None:
    if len(tables) == 1 or is_told:
        tables[0].rows.append(row)
        return
    whys = []
    for table in tables:
        why = _why_of_part(grid, row, table)
        if why is None:
            table.rows.append(row)
        else:
            whys.append(why)
    if len(whys) == len(tables):
        skipped[row] = whys[0]


def _is_plain_data(grid: _Grid, row: int, tables: list[Table]) -> bool:
    """A quick yes for rows that cannot be anything else: numbered, and well filled. Most rows of a long table."""
    table = tables[0]
    if len(tables) > 1 or table.serial is None:
        return False
    cells = grid.rows[row]
    if table.serial >= len(cells) or not isinstance(cells[table.serial], float):
        return False
    return len(cells) - cells.count("") >= max(3, len(table.columns) // 2)


def _header_again(grid: _Grid, row: int, header: _Header, words: set[str]) -> int:
    """Number of rows in which the same header stands once more; 0 for none."""
    texts = [headings.plain_heading(text_of(grid.cell(row, column))) for column in grid.filled_columns(row)]
    if len(texts) < 2:
        return 0
    tops = {headings.plain_heading(part) for cell in header.cells for part in cell.parts}
    hits = sum(1 for text in texts if text in words or text in tops)
    if hits < max(2, 0.8 * len(texts)):
        return 0
    same = all(
        headings.plain_heading(text_of(grid.label(row + step, cell.index)))
        == headings.plain_heading(text_of(grid.label(header.first + step, cell.index)))
        for step in range(header.height)
        for cell in header.cells[:6]
    )
    return header.height if same else 0


def _other_header(grid: _Grid, row: int, is_known: Known) -> _Header | None:
    filled = grid.filled_columns(row)
    if len(filled) < 2 or not all(headings.looks_like_label(grid.cell(row, column)) for column in filled):
        return None
    found = [_header_at(grid, row, height, is_known) for height in range(1, HEADER_ROWS + 1)]
    best = max((each for each in found if each is not None), key=lambda each: each.score, default=None)
    if best is None or best.score < 2 or best.score < 0.5 * len(best.cells):
        return None
    return best


def _why_above(grid: _Grid, row: int, is_in_note: bool) -> Why:
    filled = grid.filled_columns(row)
    if not filled:
        return "blank"
    text = text_of(grid.cell(row, filled[0]))
    if headings.is_note(text) or (is_in_note and (headings.is_list_item(text) or len(text) > 20)):
        return "note"
    return "title"


def _why_below(grid: _Grid, row: int, tables: list[Table], is_in_note: bool) -> Why | None:
    """Why a row below a header holds no record; None where it does."""
    filled = grid.filled_columns(row)
    if not filled:
        return "blank"
    texts = [text_of(grid.cell(row, column)) for column in filled]
    if any(headings.is_total(text) for text in texts[:3]) and not _has_person(grid, row, tables):
        return "total"
    if headings.is_signature(texts[0]) or sum(headings.is_signature(text) for text in texts) * 2 > len(texts):
        return "signature"
    is_alone = len(filled) == 1
    if is_alone and (headings.is_note(texts[0]) or (is_in_note and headings.is_list_item(texts[0]))):
        return "note"
    if is_in_note and len(filled) <= 2 and (headings.is_list_item(texts[0]) or len(texts[0]) > 20):
        return "note"
    if headings.is_note(texts[0]) and len(filled) <= 2:
        return "note"
    if is_alone and is_in_note and headings.is_date_line(texts[0]):
        return "signature"
    if is_alone and _spans(grid, row, tables):
        return "title"
    whys = [_why_of_part(grid, row, table) for table in tables]
    return None if any(why is None for why in whys) else whys[0]


def _spans(grid: _Grid, row: int, tables: list[Table]) -> bool:
    """A single cell merged over much of the table: 一、第一党支部."""
    width = sum(len(table.columns) for table in tables)
    return grid.wide.get(row, 0) >= max(3, width // 2)


def _has_person(grid: _Grid, row: int, tables: list[Table]) -> bool:
    """A numbered row is a record, even where somebody is called 总计."""
    table = tables[0]
    return table.serial is not None and isinstance(grid.cell(row, table.serial), float)


def _why_of_part(grid: _Grid, row: int, table: Table) -> Why | None:
    cells = grid.rows[row][table.left : table.right]
    filled = [table.left + number for number, cell in enumerate(cells) if cell != "" and text_of(cell)]
    if not filled:
        return "blank"
    if filled == [table.serial]:
        text = text_of(grid.cell(row, table.serial or 0))
        if headings.is_total(text):
            return "total"
        return "numbered_blank" if len(text) <= 6 else "title"
    if len(filled) == 1 and filled[0] == table.left and table.serial is None and len(table.columns) >= 4:
        # A lone word in the first column: the heading of a section, unless it may be a name.
        return None if len(text_of(grid.cell(row, filled[0]))) <= 4 else "title"
    return None
