"""A table measured for one width: type size, column widths, head cells, wrapped cells, row heights.

Lengths are points. Column widths follow the shares asked for, but no figure, date or number is cut in two where the
paper has room; the type size steps down for wide rosters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reports.document import Table, TableColumn, show
from reports.renderers.column_widths import SIZES, WHOLE_KINDS, WORD, even_out, least_width, share_widths
from reports.renderers.pdf_lines import wrap_cell, wrap_evenly
from reports.renderers.pdf_paper import Paper
from reports.renderers.style import CELL_PADDING, CELL_PADDING_VERTICAL, MM, TextStyle

PAD: Final = CELL_PADDING * MM
PAD_VERTICAL: Final = CELL_PADDING_VERTICAL * MM
CUT_LINES: Final = 4
_EDGE: Final = 0.02

Slice = tuple[int, int, int]
"""Row number, first line, line after the last: rows taller than a page are divided, all others are whole."""


@dataclass(slots=True)
class HeadCell:
    """One cell of the head: columns [first, last), level 0 or 1, how many levels it spans."""

    label: str
    first: int
    last: int
    level: int
    levels: int


def head_cells(columns: tuple[TableColumn, ...]) -> list[HeadCell]:
    """The head as cells: neighbours of one group under a spanning cell; columns without a group fill both levels."""
    levels = 2 if any(column.group for column in columns) else 1
    cells: list[HeadCell] = []
    at = 0
    while at < len(columns):
        group = columns[at].group
        last = at + 1
        while group and last < len(columns) and columns[last].group == group:
            last += 1
        if group:
            cells.append(HeadCell(group, at, last, 0, 1))
            cells += [HeadCell(columns[number].label, number, number + 1, 1, 1) for number in range(at, last)]
        else:
            cells.append(HeadCell(columns[at].label, at, last, 0, levels))
        at = last
    return cells


class TableLayout:
    """A table measured for one width: type size, column widths, wrapped cells, row heights."""

    def __init__(self, table: Table, *, paper: Paper, style: TextStyle, head_style: TextStyle, width: float) -> None:
        self.table = table
        self.face = paper.face(style.role)
        self.head_face = paper.face(head_style.role)
        self.bold = paper.face("song_bold" if style.role == "song" else "hei")
        self.style = style
        self.width = width
        self.texts = [
            [show(row[at], column.kind, column.places) for row in table.rows] for at, column in enumerate(table.columns)
        ]
        self._measure()
        self._head()
        self._rows()

    def _measure(self) -> None:
        columns = self.table.columns
        advances = self.face.advances
        bold = self.bold.advances
        self.natural = [[sum(map(advances.__getitem__, text)) for text in texts] for texts in self.texts]
        totals = [show(value, columns[at].kind, columns[at].places) for at, value in enumerate(self.table.totals or ())]
        self.totals = totals
        most, least = [], []
        for at, column in enumerate(columns):
            widest = max(self.natural[at], default=0.0)
            if totals:
                widest = max(widest, sum(map(bold.__getitem__, totals[at])))
            label = max((sum(map(bold.__getitem__, part)) for part in column.label.split("\n")), default=0.0)
            word = 0.0 if column.kind in WHOLE_KINDS else self._widest_word(at)
            most.append(max(widest, label))
            least.append(1000 * least_width(column, widest=widest / 1000, label=label / 1000, word=word / 1000))
        padding = 2 * PAD + 0.5
        for size in SIZES:
            self.size = size
            wants = most if size > self.style.size else least
            if sum(width * size / 1000 + padding for width in wants) <= self.width:
                break
        shares = [max(column.width, 0.01) for column in columns]
        wanted = [width * self.size / 1000 + padding for width in most]
        minimum = wanted if self.size > self.style.size else [width * self.size / 1000 + padding for width in least]
        may_give = [any(texts) for texts in self.texts]
        self.widths = even_out(share_widths(shares, minimum, self.width), wanted, may_give)
        self.leading = self.size * self.style.leading / self.style.size
        self.edges = [0.0]
        for width in self.widths:
            self.edges.append(self.edges[-1] + width)

    def _widest_word(self, at: int) -> float:
        words = {word for text in self.texts[at] for word in WORD.findall(text)}
        return max((sum(map(self.face.advances.__getitem__, word)) for word in words), default=0.0)

    def _head(self) -> None:
        self.head = head_cells(self.table.columns)
        self.head_lines: list[list[str]] = []
        levels = max(cell.level + cell.levels for cell in self.head)
        heights = [0.0] * levels
        for cell in self.head:
            width = self.edges[cell.last] - self.edges[cell.first] - 2 * PAD
            lines = wrap_evenly(cell.label, self.head_face, size=self.size, width=width)
            self.head_lines.append(lines)
            needed = len(lines) * self.leading + 4 * PAD_VERTICAL
            if cell.levels == 1:
                heights[cell.level] = max(heights[cell.level], needed)
        for cell, lines in zip(self.head, self.head_lines, strict=True):
            if cell.levels == levels:
                lacking = len(lines) * self.leading + 4 * PAD_VERTICAL - sum(heights)
                heights[-1] += max(0.0, lacking)
        self.head_heights = heights
        self.head_height = sum(heights)

    def _rows(self) -> None:
        self.wrapped: dict[tuple[int, int], list[str]] = {}
        count = len(self.table.rows)
        self.line_counts = [1] * count
        for at, width in enumerate(self.widths):
            room = width - 2 * PAD
            limit = (room + _EDGE) * 1000 / self.size
            for number, natural in enumerate(self.natural[at]):
                if natural > limit or "\n" in self.texts[at][number]:
                    lines = wrap_cell(self.texts[at][number], self.face, size=self.size, width=room)
                    self.wrapped[number, at] = lines
                    self.line_counts[number] = max(self.line_counts[number], len(lines))
        del self.natural
        self.least_height = max((self.table.row_height or 0.0) * MM, 0.0)

    def height(self, lines: int) -> float:
        """Height of a row with so many lines."""
        return max(lines * self.leading + 2 * PAD_VERTICAL, self.least_height)

    def slices(self, full: float) -> list[Slice]:
        """All rows; those taller than `full` points are cut into a few lines each, to be put together page by page."""
        most = max(1, int((full - 2 * PAD_VERTICAL) / self.leading))
        found: list[Slice] = []
        for number, count in enumerate(self.line_counts):
            step = count if count <= most else min(most, CUT_LINES)
            found += [(number, first, min(first + step, count)) for first in range(0, count, step)]
        return found


def joined(slices: list[Slice]) -> list[Slice]:
    """Pieces of one row that came to stand on one page, as one piece again."""
    found: list[Slice] = []
    for row, first, last in slices:
        if found and found[-1][0] == row:
            found[-1] = (row, found[-1][1], last)
        else:
            found.append((row, first, last))
    return found
