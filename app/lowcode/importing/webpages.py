"""Web pages that call themselves .xls: the tables that many systems export. Only text and spans are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from app.fields.cells import clean

MOST_CELLS = 4_000_000
MOST_SPAN = 1_000
MOST_SPANNED = 1_000_000
"""Cells that merged ones cover beside their own."""
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SILENT = frozenset({"style", "script", "title", "head", "xml"})
_BREAKS = frozenset({"br", "p", "div"})


class PageIsTooBig(ValueError):
    """More cells than a table of people can have."""


@dataclass
class WebTable:
    """Rows of text, and merges as (first row, first column, last row, last column), counted from 0."""

    rows: list[list[str]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def charset_of(data: bytes) -> str | None:
    """The coding that the page itself names."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii").lower() if found else None


def read_tables(text: str) -> list[WebTable]:
    """The tables of a page that hold more than one cell, in their order. Raises PageIsTooBig."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    parser.end_tables()
    return [table for table in parser.tables if sum(1 for row in table.rows for cell in row if cell) > 1]


class _Parser(HTMLParser):
    """Writes the cells of each table where their spans leave room. Tables within a cell are read for themselves."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[WebTable] = []
        self._open: list[_Opened] = []
        self._silent = 0
        self._cells = 0
        self._spanned = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "body":
            self._silent = 0
        elif tag == "table":
            self._silent = 0
            self._open.append(_Opened())
        elif tag == "tr" and self._open:
            self._open[-1].new_row()
        elif tag in ("td", "th") and self._open:
            said = dict(attributes)
            down, across = _span(said.get("rowspan")), _span(said.get("colspan"))
            self._cells += down * across
            self._spanned += down * across - 1
            if self._cells > MOST_CELLS or self._spanned > MOST_SPANNED:
                raise PageIsTooBig
            self._open[-1].new_cell(down, across)
        elif tag in _BREAKS:
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self._open:
            self.tables.append(self._open.pop().finished())
        elif tag in ("td", "th") and self._open:
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent:
            self._open[-1].words.append(data)

    def end_tables(self) -> None:
        """Close what the page left open."""
        while self._open:
            self.tables.append(self._open.pop().finished())


class _Opened:
    """A table being read."""

    def __init__(self) -> None:
        self.table = WebTable()
        self.words: list[str] = []
        self._taken: set[tuple[int, int]] = set()
        self._at: tuple[int, int] | None = None

    def new_row(self) -> None:
        self.end_cell()
        self.table.rows.append([])

    def new_cell(self, down: int, across: int) -> None:
        self.end_cell()
        if not self.table.rows:
            self.table.rows.append([])
        row = len(self.table.rows) - 1
        column = len(self.table.rows[row])
        while (row, column) in self._taken:
            column += 1
        self._put(row, column + across - 1, "")
        if down > 1 or across > 1:
            self.table.merges.append((row, column, row + down - 1, column + across - 1))
            self._taken.update(
                (below, beside) for below in range(row + 1, row + down) for beside in range(column, column + across)
            )
        self._at, self.words = (row, column), []

    def end_cell(self) -> None:
        if self._at is not None:
            # In a page any white space is one space; only <br> breaks a line.
            lines = (" ".join(line.split()) for line in "".join(self.words).split("\n"))
            self._put(*self._at, clean("\n".join(line for line in lines if line)))
            self._at = None
        self.words = []

    def _put(self, row: int, column: int, text: str) -> None:
        cells = self.table.rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text

    def finished(self) -> WebTable:
        self.end_cell()
        last = len(self.table.rows) - 1
        self.table.merges = [
            (top, left, min(bottom, last), right) for top, left, bottom, right in self.table.merges
            if min(bottom, last) > top or right > left
        ]  # fmt: skip
        return self.table


def _span(said: str | None) -> int:
    return min(max(int(said), 1), MOST_SPAN) if said and said.strip().isascii() and said.strip().isdigit() else 1
