"""Tables painted by hand straight onto the page: measured once, then written cell by cell.

Lengths are points. Heads repeat, and no page is left with a single row. A ledger of 10,000 rows is why: reportlab's own
tables build an object for each cell.
"""

from __future__ import annotations

from typing import Final

from reports.document import Table
from reports.renderers.pdf_flow import Flow, Piece
from reports.renderers.pdf_paper import Face, Paper, colour_operator
from reports.renderers.pdf_table_layout import PAD, Slice, TableLayout, joined
from reports.renderers.style import HEAD_TINT, LINE, MM, TABLE_FRAME, TABLE_RULE, text_style

_EDGE: Final = 0.02


class TablePainter:
    """Paints the head and some rows of a measured table as one stretch of a page."""

    def __init__(self, layout: TableLayout) -> None:
        self.layout = layout

    def stretch(self, slices: list[Slice], *, has_totals: bool, gap: float = 0.0) -> Piece:
        """Head, rows and, at the end, the totals as one piece, `gap` points below what stands above it."""
        layout = self.layout
        heights = [layout.height(last - first) for _row, first, last in slices]
        if has_totals:
            heights.append(layout.height(1))
        is_empty = not layout.table.rows
        if is_empty:
            heights.insert(0, max(layout.height(1), 8 * MM))

        def paint(paper: Paper, x: float, y: float) -> None:
            self._grid(paper, x, y, heights, is_empty=is_empty)
            self._head(paper, x, y)
            y -= layout.head_height
            if is_empty:
                self._empty(paper, x, y, heights[0])
                y -= heights[0]
            self._body(paper, x, y, slices)
            if has_totals:
                y -= sum(heights[is_empty:-1])
                self._cells(paper, x, y, layout.bold, [[text] for text in layout.totals], heights[-1])

        return Piece(layout.head_height + sum(heights), paint, gap=gap, is_loose=True)

    def _grid(self, paper: Paper, x: float, y: float, heights: list[float], *, is_empty: bool) -> None:
        layout = self.layout
        right = x + layout.width
        bottom = y - layout.head_height - sum(heights)
        paper.fill(x, y - layout.head_height, layout.width, layout.head_height, colour=HEAD_TINT)
        operators = [f"q {colour_operator(LINE, is_stroke=True)} {TABLE_RULE} w"]
        level = y - layout.head_height
        for height in heights:
            operators.append(f"{x:.2f} {level:.2f} m {right:.2f} {level:.2f} l")
            level -= height
        for cell in layout.head:
            if cell.level == 1:
                line = y - layout.head_heights[0]
                operators.append(
                    f"{x + layout.edges[cell.first]:.2f} {line:.2f} m {x + layout.edges[cell.last]:.2f} {line:.2f} l"
                )
        inside = {cell.first for cell in layout.head if cell.level == 0}
        end = y - layout.head_height if is_empty else bottom
        for at, edge in enumerate(layout.edges[1:-1], start=1):
            start = y if at in inside else y - layout.head_heights[0]
            operators.append(f"{x + edge:.2f} {start:.2f} m {x + edge:.2f} {end:.2f} l")
        operators.append("S")
        operators.append(f"{colour_operator('#000000', is_stroke=True)} {TABLE_FRAME} w")
        operators.append(f"{x:.2f} {bottom:.2f} {layout.width:.2f} {y - bottom:.2f} re S Q")
        paper.write(*operators)

    def _head(self, paper: Paper, x: float, y: float) -> None:
        layout = self.layout
        for cell, lines in zip(layout.head, layout.head_lines, strict=True):
            top = y - sum(layout.head_heights[: cell.level])
            height = sum(layout.head_heights[cell.level : cell.level + cell.levels])
            width = layout.edges[cell.last] - layout.edges[cell.first]
            first = top - (height - len(lines) * layout.leading) / 2
            for number, text in enumerate(lines):
                place = x + layout.edges[cell.first] + (width - layout.head_face.width(text, layout.size)) / 2
                line_y = self._baseline(first - number * layout.leading)
                paper.text(place, line_y, text, role=layout.head_face.role, size=layout.size)

    def _baseline(self, top: float) -> float:
        return top - (self.layout.leading - self.layout.size) / 2 - 0.88 * self.layout.size

    def _empty(self, paper: Paper, x: float, y: float, height: float) -> None:
        layout = self.layout
        text = layout.table.empty_text
        place = x + (layout.width - layout.face.width(text, layout.size)) / 2
        line_y = self._baseline(y - (height - layout.leading) / 2)
        paper.text(place, line_y, text, role=layout.face.role, size=layout.size)

    def _body(self, paper: Paper, x: float, y: float, slices: list[Slice]) -> None:
        layout = self.layout
        wrapped = layout.wrapped
        count = len(layout.widths)
        for row, first, last in slices:
            cells = [
                wrapped[row, at][first:last] if (row, at) in wrapped else [layout.texts[at][row]] if first == 0 else []
                for at in range(count)
            ]
            height = layout.height(last - first)
            self._cells(paper, x, y, layout.face, cells, height)
            y -= height

    def _cells(self, paper: Paper, x: float, y: float, face: Face, cells: list[list[str]], height: float) -> None:
        """One row: each cell's lines, in the middle of the height."""
        layout = self.layout
        size, leading = layout.size, layout.leading
        advances = face.advances
        font = face.main.name
        operators = [f"BT 0 g 0 Tc /{font} {size:g} Tf"]
        for at, lines in enumerate(cells):
            if not lines or lines == [""]:
                continue
            align = layout.table.columns[at].alignment
            left = x + layout.edges[at] + PAD
            room = layout.widths[at] - 2 * PAD
            line_y = self._baseline(y - (height - len(lines) * leading) / 2)
            for text in lines:
                place = left
                if align in ("right", "center"):
                    spare = room - sum(map(advances.__getitem__, text)) * size / 1000
                    place += spare if align == "right" else spare / 2
                runs = face.runs(text)
                if len(runs) == 1 and runs[0][0] is face.main:
                    operators.append(f"1 0 0 1 {place:.2f} {line_y:.2f} Tm <{runs[0][1]}> Tj")
                else:
                    shows = " ".join(f"/{run.name} {size:g} Tf <{code}> Tj" for run, code in runs)
                    operators.append(f"1 0 0 1 {place:.2f} {line_y:.2f} Tm {shows} /{font} {size:g} Tf")
                line_y -= leading
        operators.append("ET")
        paper.write("\n".join(operators))


def divide(heights: list[float], *, first: float, full: float, tail: float) -> list[int]:
    """How many rows each page takes: room `first` on the first page, `full` on the others, `tail` below the last row.

    The last page of several never holds a single row, and what stands below the table has at least two rows with it.
    A first page of no rows means: begin the table on the next page.
    """
    pages: list[list[float]] = [[]]
    room = first
    for height in heights:
        if pages[-1] and height > room + _EDGE:
            pages.append([])
            room = full
        pages[-1].append(height)
        room -= height
    last_room = first if len(pages) == 1 else full
    if sum(pages[-1]) + tail > last_room + _EDGE and len(heights) > 1:
        keep = pages[-1][:-2]
        moved = pages[-1][-2:]
        may_move = keep or len(pages) > 1 or first < full - _EDGE
        pages[-1:] = [keep, moved] if may_move else [pages[-1]]
        pages = [page for number, page in enumerate(pages) if page or number == 0]
    if len(pages) > 1 and len(pages[-1]) == 1 and len(pages[-2]) > 2:
        pages[-1].insert(0, pages[-2].pop())
    return [len(page) for page in pages]


def place_table(flow: Flow, paper: Paper, table: Table, *, tail: float = 0.0, gap: float = 0.0) -> None:
    """Lay `table` out on the flow's pages, `gap` points below what stands above it.

    `tail` is the height of what must stand on the page of its last rows.
    """
    style = text_style(flow.document, "table")
    layout = TableLayout(
        table, paper=paper, style=style, head_style=text_style(flow.document, "table_head"), width=flow.width
    )
    painter = TablePainter(layout)
    full = flow.top - flow.bottom - layout.head_height
    slices = layout.slices(full)
    heights = [layout.height(last - first) for _row, first, last in slices]
    has_totals = bool(layout.totals)
    if has_totals:
        heights.append(layout.height(1))
    if not table.rows:
        flow.add(painter.stretch([], has_totals=has_totals, gap=gap))
        return
    start = flow.pending_height + gap + layout.head_height + sum(heights[:2])
    if start > flow.remaining and not flow.is_empty:
        flow.open_page()
    first = flow.remaining - flow.pending_height - layout.head_height - gap
    at = 0
    for count in divide(heights, first=first, full=full, tail=tail):
        is_end = at + count >= len(heights)
        rows = joined(slices[at : at + count])
        if count:
            flow.add(painter.stretch(rows, has_totals=has_totals and is_end, gap=gap))
        at += count
        if not is_end:
            flow.open_page()
