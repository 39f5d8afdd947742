"""Merged ranges as a sheet may have them: within its rows, no two over one cell, not more than memory holds."""

from __future__ import annotations

from collections.abc import Iterable

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""
MOST_MERGED = 2_000_000
"""Cells covered by all merges of a sheet; 200,000 rows with ten merged cells each."""
LEAST_WIDTH = 64
"""A title may be merged over columns in which nothing stands."""


def sound(merges: Iterable[Merge], *, rows: int, width: int) -> tuple[Merge, ...]:
    """The merges cut to the sheet; those that are turned round, single, or lie over an earlier one are left out.

    Excel writes none of these, other programs do, and each reader would make something else of them.
    """
    taken: dict[int, int] = {}
    kept: list[Merge] = []
    left_over = MOST_MERGED
    for top, left, last_row, last_column in merges:
        bottom, right = min(last_row, rows - 1), min(last_column, max(width, LEAST_WIDTH) - 1)
        across = right - left + 1
        area = (bottom - top + 1) * across
        if bottom < top or across < 1 or area < 2 or area > left_over:
            continue
        bits = ((1 << across) - 1) << left
        if any(taken.get(row, 0) & bits for row in range(top, bottom + 1)):
            continue
        for row in range(top, bottom + 1):
            taken[row] = taken.get(row, 0) | bits
        left_over -= area
        kept.append((top, left, bottom, right))
    return tuple(kept)
