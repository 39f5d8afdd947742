"""Where a table begins: header rows found by the words that some register knows, else by their shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.lowcode.importing import headings
from app.lowcode.importing.contents import are_names
from app.lowcode.importing.grid import Grid
from app.lowcode.importing.headings import plain_heading, text_of
from app.lowcode.importing.tables import HeaderCell, Known
from app.workbooks.references import column_letters

HEADER_ROWS = 3
NEARBY_ROWS = 3
"""A row with more known words so soon below another is the header, and the other belongs to the title block."""
SEARCHED_ROWS = 80
"""A header further down than this is found only below another table."""
_SHAPED_ROWS = 25
_LOOKED_BELOW = 6
_LOOKED_DOWN = 60
_TITLE = re.compile(r"(册|名单|台账|台帐|表|附件\d*|附表\d*|清单|一览|通知|统计)(\(.*\))?$")

IsUsed = Callable[[Sequence[HeaderCell]], bool]
"""Whether just this header was imported before."""


@dataclass(frozen=True)
class Header:
    """A header: first row, number of rows, cells, and how sure it is (2 and more: by its words)."""

    first: int
    height: int
    cells: tuple[HeaderCell, ...]
    score: float

    @property
    def rows(self) -> tuple[int, ...]:
        """Its rows."""
        return tuple(range(self.first, self.first + self.height))


@dataclass(frozen=True)
class Words:
    """What is known about header words: the role of each, and headers used before."""

    role: Known
    is_used: IsUsed = lambda _cells: False

    def role_of(self, cell: HeaderCell) -> HeaderCell:
        """The cell with its role."""
        return replace(cell, role=self.role(cell.title) or self.role(cell.last))


def find_header(grid: Grid, words: Words, start: int, stop: int) -> Header | None:
    """The first header between two rows, the best of those near it; else the first row shaped like one."""
    best: Header | None = None
    for row in range(start, min(stop, len(grid.rows))):
        for height in range(1, HEADER_ROWS + 1):
            found = header_at(grid, row, height, words)
            if found is not None and (best is None or found.score > best.score + 0.01):
                best = found
        if best is not None and best.score >= 2 and row >= best.first + NEARBY_ROWS:
            break
    if best is not None and best.score >= 1:
        return best
    return _header_by_shape(grid, start, min(stop, start + _SHAPED_ROWS, len(grid.rows)))


def header_as_told(grid: Grid, rows: tuple[int, ...], words: Words) -> Header | None:
    """The header that a person pointed out; without rows, every column under its letter."""
    if rows and rows[-1] < len(grid.rows):
        return Header(rows[0], len(rows), tuple(words.role_of(cell) for cell in _cells(grid, rows)), 0)
    used = {column for row in range(min(len(grid.rows), SEARCHED_ROWS)) for column in grid.filled_columns(row)}
    cells = tuple(HeaderCell(column, (f"{column_letters(column + 1)}列",)) for column in sorted(used))
    return Header(0, 0, tuple(words.role_of(cell) for cell in cells), 0) if cells else None


def header_at(grid: Grid, first: int, height: int, words: Words) -> Header | None:
    """The header of so many rows that begins here, or None."""
    if first + height > len(grid.rows) or not _may_begin(grid, first):
        return None
    if any(not _hangs_down(grid, row) and not _goes_on(grid, row) for row in range(first, first + height - 1)):
        return None
    if height < HEADER_ROWS and _hangs_down(grid, first + height - 1):
        return None
    cells = [words.role_of(cell) for cell in _cells(grid, range(first, first + height))]
    if words.is_used(cells):
        return Header(first, height, tuple(cells), 100 + height)
    series = _series(grid, first + height - 1) | _series(grid, first)
    named = [cell for cell in cells if cell.parts and cell.index not in series]
    known = sum(1 for cell in named if cell.role)
    distinct = len({plain_heading(cell.last) for cell in named})
    if known == 0 or distinct < 2 or known / len(named) < 0.2:
        return None
    if known < 2 and not _is_followed(grid, first + height, [cell.index for cell in cells]):
        return None
    # Group heads add no known word, but belong to the header; rows above that do not were ruled out before.
    return Header(first, height, tuple(cells), known + 0.1 * known / len(named) + 0.03 * height)


def _may_begin(grid: Grid, row: int) -> bool:
    filled = grid.filled_columns(row)
    if not filled or any((row, column) in grid.tall and text_of(grid.label(row, column)) for column in filled):
        return False
    # A header begins where its merges do.
    if any((row, column) in grid.tall and text_of(grid.label(row, column)) for column in range(min(grid.width, 60))):
        return False
    labels = [column for column in filled if headings.looks_like_label(grid.cell(row, column))]
    # The months and days of a table that is ticked off are dates or figures.
    if len(labels) < (2 if (series := _series(grid, row)) else 1) or len(labels) < 0.7 * (len(filled) - len(series)):
        return False
    texts = [grid.text(row, column) for column in filled]
    pairs = sum(
        1
        for column, text in zip(filled, texts, strict=True)
        if text.endswith((":", "：")) and (after := grid.text(row, column + 1)) and not after.endswith((":", "："))
    )
    return not pairs


def are_heads(grid: Grid, row: int) -> bool:
    """Whether every cell of a row may be a header."""
    series = _series(grid, row)
    return all(at in series or headings.looks_like_label(grid.cell(row, at)) for at in grid.filled_columns(row))


def _goes_on(grid: Grid, row: int) -> bool:
    """Whether the row below belongs to the header too: its words stand under groups or blank cells, and none is data.

    A row of records has a value under nearly every word; the second row of a header only where the first left room.
    """
    below, above = grid.filled_columns(row + 1), grid.filled_columns(row)
    under_groups = {at for at in _series(grid, row + 1) if grid.is_group(row, at)}
    labels = {at for at in below if headings.looks_like_label(grid.cell(row + 1, at))}
    if not below or len(above) < 2 or not labels | under_groups >= set(below):
        return False
    if any(_TITLE.search(grid.text(row, at)) and _has_room(grid, row, at) for at in above):
        return False
    groups = [at for at in below if grid.is_group(row, at)]
    heads = [at for at in below if at not in groups and _is_open_head(grid, row, at)]
    under_blank = [at for at in below if at not in groups and not text_of(grid.label(row, at))]
    against = len(below) - len(groups) - len(heads) - len(under_blank)
    if against > (len(below) // 3 if groups else 0):
        return False
    if groups and not against and _is_under_one_word_each(grid, row, groups, below):
        return False
    return bool(groups or heads or under_blank)


def _hangs_down(grid: Grid, row: int) -> bool:
    """Whether at least half of the words of a row are merged with the row below: then that is header too."""
    words = [at for at in range(grid.width) if text_of(grid.label(row, at)) and (row, at) not in grid.across]
    hanging = sum(1 for at in words if (row + 1, at) in grid.tall)
    return hanging >= 2 and 2 * hanging >= len(words)


def _series(grid: Grid, row: int) -> set[int]:
    """Columns whose cells count up: the days of a meeting, the months of a year, 1 2 3 … 31."""
    return headings.counting_up([(column, grid.cell(row, column)) for column in grid.filled_columns(row)])


def _has_room(grid: Grid, row: int, column: int) -> bool:
    return grid.is_group(row, column) or not text_of(grid.label(row, column + 1))


def _is_open_head(grid: Grid, row: int, column: int) -> bool:
    """A group whose cell is not merged: to its right the row is blank, and the row below is not."""
    return bool(
        grid.text(row, column) and not text_of(grid.label(row, column + 1)) and text_of(grid.cell(row + 1, column + 1))
    )


def _is_under_one_word_each(grid: Grid, row: int, groups: Sequence[int], below: Sequence[int]) -> bool:
    """A merged cell with a single word below it is a wide column, not a group, and the row below holds records."""
    first_cells = [at for at in groups if (row, at) not in grid.across]
    return len(first_cells) == len(groups) == len(below) and all((row + 1, at + 1) in grid.across for at in groups)


def _cells(grid: Grid, rows: Sequence[int]) -> list[HeaderCell]:
    cells = []
    groups: dict[int, str] = {}
    below = _filled_below(grid, rows[-1] + 1)
    for column in range(grid.width):
        if (rows[-1], column) in grid.across:
            continue  # the last header row is merged across: one wide column
        parts: list[str] = []
        for row in rows:
            text = text_of(grid.label(row, column))
            if parts and headings.is_explanation(text):
                continue  # (年月日) under 出生日期
            if row != rows[-1]:
                text = groups[row] = text or _group_left_open(grid, row, column, groups.get(row, ""))
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        if parts or _holds_values(grid, below, column):
            cells.append(HeaderCell(column, tuple(parts)))
    while cells and not cells[-1].parts:
        cells.pop()
    return cells


def _filled_below(grid: Grid, start: int) -> list[int]:
    """The rows with content among the next ones."""
    return [row for row in range(start, min(start + _LOOKED_BELOW, len(grid.rows))) if grid.filled_columns(row)]


def _holds_values(grid: Grid, rows: list[int], column: int) -> bool:
    """Whether a column without a word holds something in most of the rows below: its header was forgotten."""
    return bool(rows) and 2 * sum(1 for row in rows if text_of(grid.label(row, column))) > len(rows)


def _group_left_open(grid: Grid, row: int, column: int, group: str) -> str:
    """The group to the left of a blank cell, if the row below has a word here and under the group's own cell."""
    if not group or (row + 1, column) in grid.tall or not grid.text(row + 1, column):
        return ""
    left = column - 1
    while left >= 0 and not grid.text(row, left):
        left -= 1
    return group if left >= 0 and grid.text(row + 1, left) and not grid.is_group(row, left) else ""


def _is_followed(grid: Grid, start: int, columns: Sequence[int]) -> bool:
    for row in range(start, min(start + 3, len(grid.rows))):
        if len(set(grid.filled_columns(row)) & set(columns)) >= max(1, len(columns) // 3):
            return True
    return False


def _header_by_shape(grid: Grid, start: int, stop: int) -> Header | None:
    for row in range(start, stop):
        filled = grid.filled_columns(row)
        if len(filled) < 3 or grid.wide.get(row, 0) >= 2:
            continue
        texts = [grid.text(row, column) for column in filled]
        if are_names(texts):
            continue  # persons side by side
        if len(set(texts)) < len(texts) or not all(headings.looks_like_label(grid.cell(row, at)) for at in filled):
            continue
        below = range(row + 1, min(row + 1 + _LOOKED_BELOW, len(grid.rows)))
        if any(grid.text(other, at) == text for other in below for at, text in zip(filled, texts, strict=True)):
            continue  # the same word below it: a value that comes again, no title
        if _is_followed(grid, row + 1, filled):
            return Header(row, 1, tuple(HeaderCell(at, (text,)) for at, text in zip(filled, texts, strict=True)), 0)
    return None


def is_form(grid: Grid, header: Header, role: Known) -> bool:
    """Whether the rows go on with other words of a register and their values: 姓名 | 张三, below it 出生年月 | 1990.01."""
    words: set[str] = set()
    rows = alike = 0
    start = header.first + header.height
    for row in range(start, min(start + _LOOKED_BELOW, len(grid.rows))):
        texts = [grid.text(row, column) for column in grid.filled_columns(row)]
        if not texts:
            break
        rows += 1
        known = [text for text in texts if role(text)]
        if known and len(texts) >= 2 and len(known) < 0.7 * len(texts):
            alike += 1
            words.update(known)
    return alike >= 2 and alike >= 0.5 * rows and len(words) >= max(3, alike)


def split_side_by_side(grid: Grid, header: Header) -> list[tuple[HeaderCell, ...]]:
    """The header's cells in one part, or in several where tables stand beside each other."""
    parts = [header.cells]
    words = [plain_heading(cell.last) for cell in header.cells]
    serials = [number for number, word in enumerate(words) if word == words[0] and headings.is_serial_heading(word)]
    full = [plain_heading(cell.title) for cell in header.cells]
    starts = serials if len(serials) > 1 else [number for number, word in enumerate(full) if word == full[0]]
    if len(starts) > 1 and starts[1] - starts[0] >= 2 and _are_alike(words, starts):
        ends = [*starts[1:], len(words)]
        parts = [header.cells[start:end] for start, end in zip(starts, ends, strict=True)]
    return [piece for part in parts for piece in _split_at_gaps(grid, header, part)]


def _are_alike(words: list[str], starts: list[int]) -> bool:
    first = set(words[starts[0] : starts[1]])
    ends = [*starts[1:], len(words)]
    return all(
        len(first & set(words[start:end])) >= max(2, len(first) * 0.5) for start, end in zip(starts, ends, strict=True)
    )


def _split_at_gaps(grid: Grid, header: Header, cells: tuple[HeaderCell, ...]) -> list[tuple[HeaderCell, ...]]:
    """Two or more blank columns part two tables; a single one does where the same words begin again behind it, or the
    part behind it is shorter."""
    for number in range(1, len(cells)):
        between = range(cells[number - 1].index + 1, cells[number].index)
        blank = sum(1 for at in between if not _is_used(grid, header, at))
        left, right = cells[:number], cells[number:]
        if blank >= 2 or (blank == 1 and (_begins_again(left, right) or _is_shorter(grid, header, left, right))):
            return [cells[:number], *_split_at_gaps(grid, header, cells[number:])]
    return [cells]


def _begins_again(left: Sequence[HeaderCell], right: Sequence[HeaderCell]) -> bool:
    words = [plain_heading(cell.last) for cell in left]
    return len(words) > 1 and words == [plain_heading(cell.last) for cell in right[: len(words)]]


def _is_used(grid: Grid, header: Header, column: int) -> bool:
    """Whether a column without a word of its own belongs to its neighbour, or holds something."""
    start = header.first + header.height
    if header.height and (start - 1, column) in grid.across:
        return True
    return any(grid.text(row, column) for row in range(start, min(start + _LOOKED_DOWN, len(grid.rows))))


def _is_shorter(grid: Grid, header: Header, left: Sequence[HeaderCell], right: Sequence[HeaderCell]) -> bool:
    start = header.first + header.height
    rows = range(start, min(start + _LOOKED_DOWN, len(grid.rows)))
    counts = [sum(1 for row in rows if any(grid.text(row, cell.index) for cell in part)) for part in (left, right)]
    return counts[1] <= 0.6 * counts[0]
