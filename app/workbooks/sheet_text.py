"""How rows, cells and formulas are written in a sheet's XML: the expressions that find them, for each prefix in use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.workbooks import markup
from app.workbooks.package import CannotBePatched


@dataclass(frozen=True)
class Patterns:
    """Expressions for one prefix of the sheet's namespace."""

    prefix: bytes
    row: re.Pattern[bytes]
    """Groups: attributes, slash of an empty row."""
    row_start: bytes
    row_end: bytes
    cell: re.Pattern[bytes]
    """Groups: attributes, content (None for an empty cell)."""
    cell_name: re.Pattern[bytes]
    """A cell's tag up to the digits of its name (group 1)."""
    formula: re.Pattern[bytes]
    """Groups: attributes, text (None for an empty one)."""
    formula_start: bytes
    value: re.Pattern[bytes]


@lru_cache(maxsize=16)
def patterns(prefix: bytes) -> Patterns:
    """The expressions for a prefix such as b"x:", or b"" for none."""
    p = re.escape(prefix)
    return Patterns(
        prefix,
        re.compile(rb"<" + p + rb"row((?:\s[^>]*?)?)(/?)>"),
        b"<" + prefix + b"row",
        b"</" + prefix + b"row>",
        re.compile(rb"<" + p + rb"c((?:\s[^>]*?)?)(?:/>|>(.*?)</" + p + rb"c>)", re.DOTALL),
        re.compile(rb"(<" + p + rb"c\s(?:[^>]*?\s)?r=[\"'][A-Za-z]{1,3})\d+"),
        re.compile(rb"<" + p + rb"f((?:\s[^>]*?)?)(?:/>|>(.*?)</" + p + rb"f>)", re.DOTALL),
        b"<" + prefix + b"f",
        re.compile(rb"<" + p + rb"v(?:\s[^>]*)?(?:/>|>.*?</" + p + rb"v>)", re.DOTALL),
    )


_ROW_NUMBER = re.compile(rb"(?<![\w:])r\s*=\s*[\"'](\d+)[\"']")


def row_number(attributes: bytes) -> int | None:
    """The number a row's tag gives it."""
    match = _ROW_NUMBER.search(attributes)
    return int(match[1]) if match else None


_DATA_START = re.compile(rb"<((?:[\w.\-]+:)?)sheetData(?:\s[^>]*?)?(/?)>")


@dataclass
class SheetParts:
    """A sheet's XML taken apart while it streams by: head (with sheetData's tag), blocks of whole rows, tail."""

    head: bytes
    prefix: bytes
    is_empty: bool
    """<sheetData/>: there are no rows."""
    _pieces: Iterator[bytes]
    _rest: bytes
    tail: bytes = b""
    """Known when the blocks have been read."""

    def blocks(self) -> Iterator[bytes]:
        """Stretches of whole rows."""
        if self.is_empty:
            self.tail = self._rest + b"".join(self._pieces)
            return
        end = b"</" + self.prefix + b"sheetData>"
        start = b"<" + self.prefix + b"row"
        window = self._rest
        while (stop := window.find(end)) < 0:
            cut = window.rfind(start)
            if cut > 0:
                yield window[:cut]
                window = window[cut:]
            piece = next(self._pieces, None)
            if piece is None:
                raise CannotBePatched("a sheet without an end")
            # A row larger than a piece is joined at most twice its own size.
            window += piece
        if b"<!" in window[:stop]:
            raise CannotBePatched("comments or CDATA among the rows")
        yield window[:stop]
        self.tail = window[stop:] + b"".join(self._pieces)


def take_apart(pieces: Iterator[bytes]) -> SheetParts:
    """Read a sheet up to its rows. Raises CannotBePatched where there are none."""
    window = b""
    for piece in pieces:
        window += piece
        match = _DATA_START.search(window)
        if match:
            head, rest = window[: match.end()], window[match.end() :]
            return SheetParts(head, match[1], bool(match[2]), pieces, rest)
    raise CannotBePatched("a sheet without rows")


def opened(head: bytes) -> bytes:
    """The head of a sheet without rows, with <sheetData/> made <sheetData>."""
    match = _DATA_START.search(head)
    if match is None or not match[2]:
        return head
    return head[: match.start()] + b"<" + match[1] + b"sheetData>"


def with_dimension(head: bytes, reference: str) -> bytes:
    """The head with another used range."""
    found = markup.first(head, "dimension")
    if found is None:
        return head
    raw = markup.with_attribute(found.attributes, "ref", reference)
    return head[: found.start] + b"<" + found.prefix + b"dimension" + raw + b"/>" + head[found.end :]
