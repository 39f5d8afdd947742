"""Pieces stacked on pages: first everything is laid out, then painted, so that 第×页 共×页 is known in time.

Lengths are points; y falls from the top of the page, as PDF counts from below.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from reports.document import Document
from reports.renderers.pdf_paper import Paper
from reports.renderers.style import MM, OFFICIAL_LINE, Margins, margins, paper_size

Paint = Callable[[Paper, float, float], None]
"""Paints a piece; gets the paper, the left edge and the upper edge."""
_EDGE = 0.02
LEAST_LEFT = 2
"""Pieces that stay on a page from which text is taken."""


@dataclass(slots=True)
class Piece:
    """Something of fixed height. `gap` is room above it that falls away at the top of a page.

    A loose piece (tables, charts, small type) follows at once; others begin on the line grid of official papers.
    """

    height: float
    paint: Paint
    keep_with_next: bool = False
    gap: float = 0.0
    is_text: bool = False
    is_loose: bool = False
    is_blank: bool = False
    """A blank line of the text."""


@dataclass(slots=True)
class Sheet:
    """One page: its size, its margins (millimetres) and what stands where (paint, x, y)."""

    width: float
    height: float
    margins: Margins
    placed: list[tuple[Piece, float, float]] = field(default_factory=list)


class Flow:
    """Places pieces one below the other and opens pages as needed; on official papers each starts on the line grid."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pitch = OFFICIAL_LINE * MM if document.style == "official" else 0.0
        self.foot_reserve = 0.0 if document.style == "official" else 4 * MM
        self.sheets: list[Sheet] = []
        self.orientation: str = document.page.orientation
        self._pending: list[Piece] = []
        self.open_page()

    def open_page(self) -> None:
        """Start a new page, even if the present one is empty."""
        width, height = (side * MM for side in paper_size(self.document.page, self.orientation))
        self.sheets.append(Sheet(width, height, margins(self.document, self.orientation)))
        self.y = height - self.margins.top * MM

    def turn(self, orientation: str | None) -> None:
        """Start a new page (an empty one is reused), turned if told."""
        self.flush()
        changed = orientation is not None and orientation != self.orientation
        self.orientation = orientation or self.orientation
        if self.is_empty and changed:
            self.sheets.pop()
            self.open_page()
        elif not self.is_empty:
            self.open_page()

    @property
    def sheet(self) -> Sheet:
        """The page being filled."""
        return self.sheets[-1]

    @property
    def margins(self) -> Margins:
        """Margins of the page being filled, in millimetres."""
        return self.sheet.margins

    @property
    def left(self) -> float:
        return self.margins.left * MM

    @property
    def width(self) -> float:
        """Width of the text area."""
        return self.sheet.width - (self.margins.left + self.margins.right) * MM

    @property
    def bottom(self) -> float:
        """Lower edge of the text area."""
        return self.margins.bottom * MM + self.foot_reserve

    @property
    def top(self) -> float:
        return self.sheet.height - self.margins.top * MM

    @property
    def remaining(self) -> float:
        """Room left on the page."""
        return self.y - self.bottom

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands on the page yet."""
        return not self.sheet.placed and self.y >= self.top - _EDGE

    def snapped(self, height: float) -> float:
        """`height`, on official papers rounded up to whole lines."""
        return math.ceil(height / self.pitch - 0.002) * self.pitch if self.pitch else height

    def add(self, piece: Piece) -> None:
        """Place a piece, together with those before it that asked to stay with what follows."""
        self._pending.append(piece)
        if not piece.keep_with_next:
            self.flush()

    def flush(self) -> None:
        """Place what is waiting."""
        group, self._pending = self._pending, []
        if not group:
            return
        full = self.top - self.bottom
        must_move = self._depth_after(group, self._depth) > full + _EDGE and not self.is_empty
        if must_move and self._depth_after(group, 0.0) <= full + _EDGE:
            self.open_page()
        for piece in group:
            self._put(piece)

    @property
    def _depth(self) -> float:
        """How much of the page is used, from the top of the text area."""
        return self.top - self.y

    def _start(self, piece: Piece, depth: float) -> float:
        """Depth at which a piece begins that follows `depth`."""
        if depth <= _EDGE:
            return 0.0
        return depth + piece.gap if piece.is_loose else self.snapped(depth + piece.gap)

    def _depth_after(self, pieces: list[Piece], depth: float) -> float:
        for piece in pieces:
            depth = self._start(piece, depth) + piece.height
        return depth

    def _put(self, piece: Piece) -> None:
        if self._depth_after([piece], self._depth) > self.top - self.bottom + _EDGE and not self.is_empty:
            self.open_page()
        self.y = self.top - self._start(piece, self._depth)
        self.sheet.placed.append((piece, self.left, self.y))
        self.y -= piece.height

    @property
    def pending_height(self) -> float:
        """Height of the pieces that wait for the next one (a caption above a table)."""
        return self._depth_after(self._pending, self._depth) - self._depth

    def fits(self, height: float) -> bool:
        """Whether text of that height, begun on the next line, stays on the page."""
        depth = self._depth_after(self._pending, self._depth)
        return self._start(Piece(height, lambda *_: None), depth) + height <= self.top - self.bottom + _EDGE

    def add_in_company(self, pieces: list[Piece], *, below: float = 0.0) -> None:
        """Add pieces that must not stand alone on a page (signatures): if they move, two lines of text move along.

        What waits for them (附件说明 above 署名) goes with them. They move too where `below` them there is no room for
        what belongs to them.
        """
        pieces, self._pending = [*self._pending, *pieces], []
        company: list[Piece] = []
        does_fit = self._depth_after(pieces, self._depth) + below <= self.top - self.bottom + _EDGE
        if not does_fit and not self.is_empty:
            company = self._take_back_text(2)
            self.open_page()
        for piece in (*company, *pieces):
            piece.keep_with_next = piece is not pieces[-1]
            self.add(piece)

    def _take_back_text(self, count: int) -> list[Piece]:
        """Take the last `count` lines of text off the page with the blank ones between them and a heading above them.

        Nothing is taken where fewer than two lines would stay, or something else than text stands there.
        """
        placed = self.sheet.placed
        at, found = len(placed), 0
        while at and found < count:
            at -= 1
            piece = placed[at][0]
            if not (piece.is_text or piece.is_blank):
                return []
            found += piece.is_text
        while at and placed[at - 1][0].keep_with_next:
            at -= 1
        if found < count or at < LEAST_LEFT:
            return []
        taken = placed[at:]
        del placed[at:]
        return [piece for piece, _x, _y in taken]

    def drop_empty_end(self) -> None:
        """Take away a last page on which nothing stands (a page break at the very end)."""
        if len(self.sheets) > 1 and not self.sheet.placed:
            self.sheets.pop()
