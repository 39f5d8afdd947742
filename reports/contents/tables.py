"""What several papers do to their tables: totals, widths that follow the content, the page that is wide enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from reports.document import Cell, Page, TableColumn, Value, show
from reports.renderers.style import CELL_PADDING, MM, TABLE, TABLE_MARGINS, paper_size
from reports.text import character_width

NARROWEST = 2.0
WIDEST = 18.0
"""Characters: a column is never fitted narrower or wider than this, cell padding not counted."""
TALLEST_SHARE = 0.9
"""A column is as wide as nine tenths of its cells need; the longest tenth wraps instead of pressing all others."""
MOST_LINES = 2
"""The longest cell of a text column shall take about so many lines."""
STIFF = 1.08
"""Room for figures in faces wider than 宋体 and for the bold ones of a total."""
SQUEEZED = 0.7
"""Text may be pressed to so much of its need before a larger page is taken."""
PAGES = (Page("A4"), Page("A4", "landscape"), Page("A3", "landscape"))


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


def laid_out(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[Value]], pages: Sequence[Page] = PAGES
) -> tuple[tuple[TableColumn, ...], Page]:
    """Columns with widths in characters that fill the first of `pages` that holds them, and that page.

    Codes, dates and numbers get what their longest cell needs and are never squeezed; text takes what is left, down to
    SQUEEZED of its need, before the next page is tried. A column's own `width` scales its need (1.0 is as needed).
    """
    needs = [column.width * _needed(column, [row[index] for row in rows]) for index, column in enumerate(columns)]
    is_text = [column.kind == "text" for column in columns]
    stiff = sum(need for need, soft in zip(needs, is_text, strict=True) if not soft)
    soft = sum(needs) - stiff
    page = next((page for page in pages if stiff + soft * SQUEEZED <= _room(page)), pages[-1])
    stretch = (_room(page) - stiff) / soft if soft else 1.0
    stretch = max(SQUEEZED / 2, stretch)
    return tuple(
        replace(column, width=round(need * stretch if text else need, 2))
        for column, need, text in zip(columns, needs, is_text, strict=True)
    ), page


def _room(page: Page) -> float:
    """Characters of the table's size that stand side by side on `page`."""
    width = paper_size(page)[0] - TABLE_MARGINS.left - TABLE_MARGINS.right
    return width * MM / TABLE["table"].size


def _needed(column: TableColumn, values: Sequence[Value]) -> float:
    lengths = sorted(character_width(show(value, column.kind, column.places)) for value in values) or [0.0]
    padding = 2 * CELL_PADDING * MM / TABLE["table"].size
    if column.kind == "text":
        cells = min(WIDEST, max(lengths[int((len(lengths) - 1) * TALLEST_SHARE)], lengths[-1] / MOST_LINES))
    else:
        cells = lengths[-1] * STIFF
    label = character_width(column.label)
    # A head may stand in two lines, so half of it is enough.
    return max(NARROWEST, cells, label if label <= 4 else label / 2 + 0.5) + padding + 0.2
