"""Where Excel will break a sheet into pages, and rows made a trifle taller so that no single one is left for the last.

Excel obeys no page break of ours where it fits a sheet to the width of the paper.
"""

from __future__ import annotations

from typing import Final

from reports.renderers.style import MM, margins, paper_size
from reports.renderers.xlsx_sheet import PIXEL, Canvas

FEWEST: Final = 2
"""Rows of a table that a last page holds."""
COMPANY: Final = 4
"""Rows that stay on the page before; a table of fewer is let alone."""
TOLERANCE: Final = 1.02
"""Programs fit a page two parts in a hundred differently."""
Page = tuple[int, int]
"""First row, and the one after the last."""


def pages(canvas: Canvas, *, room: float, repeated: float) -> list[Page]:
    """The rows of each page `room` points high; every page but the first begins with `repeated` points of heads."""
    found: list[Page] = []
    first, used = 0, 0.0
    for row in range(canvas.row):
        height = canvas.heights.get(row, 15.0)
        if used + height > room and row > first:
            found.append((first, row))
            first, used = row, repeated
        used += height
    return [*found, (first, canvas.row)]


def leave_no_row_alone(canvas: Canvas) -> None:
    """Make rows of the last page but one taller where the last would hold a single row, or the foot line only."""
    if not canvas.bodies:
        return
    for tolerance in (1.0, TOLERANCE):
        room = _room(canvas) * tolerance
        repeated = _heads(canvas)
        found = pages(canvas, room=room, repeated=repeated)
        begin, end = canvas.bodies[-1]
        if len(found) < 2:
            return
        before, last = found[-2], found[-1]
        moves = end + 1 - FEWEST
        start = max(begin, before[0])
        if last[0] <= moves or moves - start < COMPANY:
            continue
        used = sum(canvas.heights.get(row, 15.0) for row in range(before[0], moves))
        used += repeated if before[0] else 0.0
        lacking = room * TOLERANCE - used - canvas.heights[moves] + PIXEL
        for row in range(start, moves):
            canvas.tall(row, canvas.heights[row] + lacking / (moves - start))


def _room(canvas: Canvas) -> float:
    edge = margins(canvas.document, canvas.plan.orientation)
    height = paper_size(canvas.document.page, canvas.plan.orientation)[1] - edge.top - edge.bottom
    return height * MM * canvas.plan.stretch


def _heads(canvas: Canvas) -> float:
    if len(canvas.heads) != 1:
        return 0.0
    first, last = canvas.heads[0]
    return sum(canvas.heights[row] for row in range(first, last + 1))
