"""Which sheet a block goes to, and which columns a sheet has so that its tables stand in it without loss.

A page break begins a sheet. Tables that share a sheet share its columns: their edges are laid over each other, and a
cell that spans several of them is merged. A table that would bring more than MOST_COLUMNS columns, or a long one that
is not alone, gets a sheet of its own: merged cells can be neither sorted nor filtered, and Excel repeats one head only
on every page of a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from reports.document import AttachmentHead, Block, Document, Facts, Heading, PageBreak, Table, numbered
from reports.renderers.column_widths import roomy
from reports.renderers.style import MM, paper_size, text_style, text_width
from reports.text import printable

MOST_COLUMNS: Final = 16
MOST_OF_A_PAGE: Final = 0.5
"""A table higher than this share of the page begins somewhere on it and most likely runs over its end."""
ROW_HEIGHT: Final = 5.6
"""Millimetres of a row of one line."""
CELL_EDGES: Final = 6.0
"""Points of a column that its text cannot have."""
TOLERANCE: Final = 0.012
"""Edges closer than this share of the width are one edge."""
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Reference:
    """Stands where a table was that has a sheet of its own."""

    sheet: str


@dataclass(slots=True)
class Sheet:
    """One sheet: name, blocks with their heading numbers, orientation, edges of its columns from 0 to 1."""

    name: str
    orientation: str
    blocks: list[tuple[Block | Reference, str]] = field(default_factory=list)
    edges: list[float] = field(default_factory=lambda: [0.0, 1.0])
    is_opening: bool = False
    title: str = ""
    stretch: float = 1.0
    """How much wider than the paper the columns are; Excel prints the sheet so much smaller."""
    widths: dict[int, list[float]] = field(default_factory=dict)
    """By id() of the table."""

    def widths_of(self, table: Table) -> list[float]:
        """Points of each of the table's columns, as they were planned."""
        return self.widths[id(table)]

    @property
    def tables(self) -> list[Table]:
        """The tables that stand on this sheet."""
        return [block for block, _ in self.blocks if isinstance(block, Table)]


def plan(document: Document) -> list[Sheet]:
    """The sheets of the paper in order; there is always at least one."""
    names = _Names()
    sheets: list[Sheet] = []
    for number, (orientation, blocks) in enumerate(_groups(document)):
        wanted = _name_of(document, blocks) if number else (document.title or _mark(document))
        sheet = Sheet(names.free(wanted), orientation, is_opening=number == 0)
        sheets += [sheet, *_filled(document, sheet, blocks, names)]
    return sheets


def spans(weights: Sequence[float], edges: Sequence[float]) -> list[tuple[int, int]]:
    """First and last sheet column of each table column whose shares are `weights`; every one gets at least one."""
    columns = len(edges) - 1
    bounds = [0]
    for index, position in enumerate(_edges(weights)[1:-1]):
        nearest = min(range(len(edges)), key=lambda at: abs(edges[at] - position))
        left_over = columns - (len(weights) - 1 - index)
        bounds.append(min(max(nearest, bounds[-1] + 1), left_over))
    bounds.append(columns)
    return [(bounds[index], bounds[index + 1] - 1) for index in range(len(weights))]


def _groups(document: Document) -> list[tuple[str, list[tuple[Block, str]]]]:
    groups: list[tuple[str, list[tuple[Block, str]]]] = [(document.page.orientation, [])]
    for block, prefix in numbered(document):
        if isinstance(block, PageBreak):
            groups.append((block.orientation or groups[-1][0], []))
        else:
            groups[-1][1].append((block, prefix))
    return [group for index, group in enumerate(groups) if group[1] or index == 0]


def _filled(document: Document, sheet: Sheet, blocks: list[tuple[Block, str]], names: _Names) -> list[Sheet]:
    """Put the blocks on `sheet`; returned are the sheets of tables that did not fit."""
    count = sum(isinstance(block, Table) for block, _ in blocks)
    edges: list[float] = []
    extra: list[Sheet] = []
    heading = ""
    room, size = text_width(document, sheet.orientation) * MM, text_style(document, "table").size
    most = paper_size(document.page, sheet.orientation)[1] * MOST_OF_A_PAGE
    for block, prefix in blocks:
        if isinstance(block, Heading):
            heading = block.text
        if not isinstance(block, Table):
            sheet.blocks.append((block, prefix))
            continue
        widths = roomy(block, room=room, size=size, padding=CELL_EDGES) if block.columns else [room]
        together = _union(edges, _edges(widths))
        is_long = count > 1 and len(block.rows) * (block.row_height or ROW_HEIGHT) > most
        if is_long or (edges and len(together) - 1 > MOST_COLUMNS):
            own = Sheet(names.free(block.caption or heading or sheet.name), sheet.orientation)
            own.edges, own.title = _edges(widths), block.caption or heading
            own.widths[id(block)], own.stretch = widths, max(1.0, sum(widths) / room)
            own.blocks.append((block, ""))
            extra.append(own)
            sheet.blocks.append((Reference(own.name), ""))
        else:
            edges = together
            sheet.blocks.append((block, prefix))
            sheet.widths[id(block)], sheet.stretch = widths, max(sheet.stretch, sum(widths) / room)
    sheet.edges = edges or _facts_edges(blocks)
    return extra


def _facts_edges(blocks: list[tuple[Block, str]]) -> list[float]:
    widest = max((block.columns for block, _ in blocks if isinstance(block, Facts)), default=0)
    return _edges([0.28, 0.72] * widest) if widest else [index / 8 for index in range(9)]


def _edges(weights: Sequence[float]) -> list[float]:
    total = sum(weights) or 1.0
    edges = [0.0]
    for weight in weights:
        edges.append(edges[-1] + weight / total)
    edges[-1] = 1.0
    return edges


def _union(first: Sequence[float], second: Sequence[float]) -> list[float]:
    """Both sets of edges; close ones become one, but never two edges of the same table."""
    if not first:
        return list(second)
    kept, free = list(first), list(first)
    for position in second:
        near = min(free, key=lambda other: abs(other - position), default=None)
        if near is not None and abs(near - position) <= TOLERANCE:
            free.remove(near)
        else:
            kept.append(position)
    return sorted(kept)


def _name_of(document: Document, blocks: list[tuple[Block, str]]) -> str:
    for block, _ in blocks:
        if isinstance(block, Table) and block.caption:
            return block.caption
        if isinstance(block, Heading):
            return block.text
        if isinstance(block, AttachmentHead):
            return block.title
    return document.title or _mark(document)


def _mark(document: Document) -> str:
    return document.head.mark if document.head else ""


class _Names:
    """Excel's rules for names of sheets: at most 31 characters, some forbidden, no two alike."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def free(self, wanted: str) -> str:
        name = _FORBIDDEN.sub("", printable(wanted)).strip()[:31] or "正文"
        number = 1
        found = name
        while found.casefold() in self.taken:
            number += 1
            found = f"{name[:28]}（{number}）"[:31]
        self.taken.add(found.casefold())
        return found
