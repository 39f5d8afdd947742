"""Facts as a ruled grid of labels and values: the head of minutes, a person's card. Lengths are points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from reports.document import Facts, show
from reports.renderers.pdf_flow import Flow, Piece
from reports.renderers.pdf_lines import wrap_cell
from reports.renderers.pdf_paper import Paper, colour_operator
from reports.renderers.pdf_text import baseline
from reports.renderers.style import (
    CELL_PADDING,
    CELL_PADDING_VERTICAL,
    HEAD_TINT,
    LINE,
    MM,
    TABLE_RULE,
    TextStyle,
    text_style,
)

PAD: Final = CELL_PADDING * MM
PAD_VERTICAL: Final = CELL_PADDING_VERTICAL * MM + 2
FACT_LABEL: Final = 0.28
"""Share of a pair's width that its label takes."""
FEWEST_LINES: Final = 4
"""A value too long for the page begins on it only if so many lines have room."""


@dataclass(slots=True)
class _Cell:
    start: float
    end: float
    lines: list[str]
    style: TextStyle
    is_label: bool


def place_facts(flow: Flow, paper: Paper, block: Facts, *, gap: float) -> None:
    """Lay the grid out; a short last line lets its last value run to the edge, a long value runs over pages."""
    columns = max(1, block.columns)
    lines = [block.pairs[at : at + columns] for at in range(0, len(block.pairs), columns)]
    for number, pairs in enumerate(lines):
        cells = _cells(flow, paper, pairs, columns)
        leading = max(cell.style.leading for cell in cells)
        is_first, is_last = number == 0, number == len(lines) - 1
        parts = _parts(flow, cells, leading, gap=gap if is_first else 0.0)
        for at, part in enumerate(parts):
            height = max(len(cell.lines) for cell in part) * leading + 2 * PAD_VERTICAL
            keeps = is_first and not is_last and len(parts) == 1
            piece_gap = gap if is_first and at == 0 else 0.0
            flow.add(Piece(height, _painter(part, height), keep_with_next=keeps, gap=piece_gap, is_loose=True))


def _cells(flow: Flow, paper: Paper, pairs: tuple[tuple[str, object], ...], columns: int) -> list[_Cell]:
    value_style, label_style = text_style(flow.document, "table"), text_style(flow.document, "table_head")
    width = flow.width / columns
    cells = []
    for at, (label, value) in enumerate(pairs):
        left, middle = at * width, (at + FACT_LABEL) * width
        right = (at + 1) * width if at + 1 < len(pairs) else flow.width
        for start, end, text, style in (
            (left, middle, label, label_style),
            (middle, right, show(value), value_style),  # type: ignore[arg-type]
        ):
            room = end - start - 2 * PAD
            wrapped = wrap_cell(text, paper.face(style.role), size=style.size, width=room)
            cells.append(_Cell(start, end, wrapped, style, style is label_style))
    return cells


def _parts(flow: Flow, cells: list[_Cell], leading: float, *, gap: float) -> list[list[_Cell]]:
    """The line of cells as it is, or cut into stretches that each fit a page."""
    count = max(len(cell.lines) for cell in cells)
    full = max(1, int((flow.top - flow.bottom - 2 * PAD_VERTICAL) / leading))
    if count <= full:
        return [cells]
    here = int((flow.remaining - flow.pending_height - gap - 2 * PAD_VERTICAL) / leading)
    cuts = [0, here if here >= FEWEST_LINES else full]
    while cuts[-1] < count:
        cuts.append(cuts[-1] + full)
    return [
        [_Cell(cell.start, cell.end, cell.lines[first:last], cell.style, cell.is_label) for cell in cells]
        for first, last in pairwise(cuts)
    ]


def _painter(cells: list[_Cell], height: float) -> Callable[[Paper, float, float], None]:
    def paint(paper: Paper, x: float, y: float) -> None:
        for cell in cells:
            width = cell.end - cell.start
            if cell.is_label:
                paper.fill(x + cell.start, y - height, width, height, colour=HEAD_TINT)
            paper.write(
                f"q {colour_operator(LINE, is_stroke=True)} {TABLE_RULE} w "
                f"{x + cell.start:.2f} {y - height:.2f} {width:.2f} {height:.2f} re S Q"
            )
            style = cell.style
            top = y - (height - len(cell.lines) * style.leading) / 2
            for row, text in enumerate(cell.lines):
                base = baseline(top - row * style.leading, size=style.size, leading=style.leading)
                spare = width - paper.face(style.role).width(text, style.size)
                left = x + cell.start + (spare / 2 if cell.is_label else PAD)
                paper.text(left, base, text, role=style.role, size=style.size)

    return paint
