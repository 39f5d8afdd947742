"""What several papers do to their tables: totals, widths that follow the content, the page that is wide enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from reports.document import Cell, Page, TableColumn, Value, show
from reports.renderers.style import CELL_PADDING, MM, PAPER, TABLE, TABLE_MARGINS
from reports.text import character_width

NARROWEST = 2.5
WIDEST = 18.0
"""Characters: a column is never fitted narrower or wider than this."""
TALLEST_SHARE = 0.9
"""A column is as wide as nine tenths of its cells need; the longest tenth wraps instead of pressing all others."""
MOST_LINES = 2
"""The longest cell of a text column shall take about so many lines."""
CROWDED = 1.25
"""How many times over a page may be asked before the next larger one is taken: so much is absorbed by wrapping."""


def totals(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[Value]], *, label: str = "合计"
) -> tuple[Value, ...]:
    """The last row: sums under summed columns, `label` under the first other one; an all-empty column stays empty."""
    cells: list[Value] = []
    is_labelled = False
    for index, column in enumerate(columns):
        if column.is_summed:
            cells.append(_sum([row[index] for row in rows]))
        elif not is_labelled and column.kind == "text":
            cells.append(label)
            is_labelled = True
        else:
            cells.append("")
    return tuple(cells)


def _sum(values: Sequence[Value]) -> Value:
    plain = [value.value if isinstance(value, Cell) else value for value in values]
    numbers = [value for value in plain if isinstance(value, int | Decimal)]
    return sum(numbers) if numbers else None


def fitted(columns: Sequence[TableColumn], rows: Sequence[Sequence[Value]]) -> tuple[TableColumn, ...]:
    """The columns with `width` in characters as their cells need, times the width they came with (1.0 is as needed).

    Codes, dates and numbers are never broken, so their longest cell decides; text takes TALLEST_SHARE of its cells.
    """
    return tuple(
        replace(column, width=round(column.width * _needed(column, [row[index] for row in rows]), 2))
        for index, column in enumerate(columns)
    )


def _needed(column: TableColumn, values: Sequence[Value]) -> float:
    lengths = sorted(character_width(show(value, column.kind, column.places)) for value in values)
    if not lengths:
        cells = 0.0
    elif column.kind == "text":
        cells = min(WIDEST, max(lengths[int((len(lengths) - 1) * TALLEST_SHARE)], lengths[-1] / MOST_LINES))
    else:
        cells = lengths[-1]
    label = character_width(column.label)
    # A head may stand in two lines, so half of it is enough.
    return max(NARROWEST, cells + 0.8, label if label <= 4 else label / 2 + 0.5)


def page_for(columns: Sequence[TableColumn]) -> Page:
    """A4 upright, A4 across or A3 across: the first that holds columns whose width is counted in characters."""
    character = TABLE["table"].size / MM
    needed = sum(column.width * character + 2 * CELL_PADDING for column in columns)
    for page, width in (
        (Page("A4"), PAPER["A4"][0]),
        (Page("A4", "landscape"), PAPER["A4"][1]),
    ):
        if needed <= (width - TABLE_MARGINS.left - TABLE_MARGINS.right) * CROWDED:
            return page
    return Page("A3", "landscape")
