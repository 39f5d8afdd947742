"""The XML that Excel 2003 wrote and that systems still export under .xls: its sheets, cells, types and merges."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from app.fields.cells import clean
from app.lowcode.importing.reader import Page
from app.lowcode.importing.webpages import MOST_CELLS, MOST_SPANNED, PageIsTooBig

MOST_ROWS = 200_000
MOST_COLUMNS = 16_384
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w-]+)", re.IGNORECASE)
_NUMBER = re.compile(r"^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$")


def encoding_of(data: bytes) -> str | None:
    """The coding that the first line names."""
    found = _ENCODING.match(data[:200])
    return found[1].decode("ascii").lower() if found else None


def read_sheets(text: str) -> list[Page]:
    """The sheets in their order. What does not close is closed at the end. Raises PageIsTooBig."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return parser.seen()


class _Parser(HTMLParser):
    """As lenient as Excel was, and no entity makes it grow: names of tags without their prefix, in lower case."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pages: list[Page] = []
        self._row = self._column = -1
        self._at: tuple[int, int] | None = None
        self._type = ""
        self._words: list[str] | None = None
        self._cells = self._spanned = 0
        self._hidden: set[int] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        said = {key.rpartition(":")[2]: value or "" for key, value in attributes}
        if name == "worksheet":
            self.pages.append(Page(said.get("name", ""), [], []))
            self._row, self._at = -1, None
        elif name == "row" and self.pages:
            self._row = _place(said.get("index"), self._row, MOST_ROWS)
            self._column, self._at = -1, None
            self._reach(self._row, -1)
        elif name == "cell" and self.pages and self._row >= 0:
            self._column = _place(said.get("index"), self._column, MOST_COLUMNS)
            across, down = _count(said.get("mergeacross")), _count(said.get("mergedown"))
            self._at = (self._row, self._column)
            self._reach(*self._at)
            if across or down:
                self._merge(across, down)
        elif name == "data" and self._at is not None:
            self._type, self._words = said.get("type", ""), []
        elif name == "visible" and self.pages:
            self._words, self._at = [], None

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name not in ("data", "visible") or self._words is None:
            return
        text, self._words = "".join(self._words), None
        if name == "data" and self._at is not None:
            row, column = self._at
            self.pages[-1].rows[row][column] = _value(self._type, text)
        elif name == "visible" and "Hidden" in text:
            self._hidden.add(len(self.pages) - 1)

    def seen(self) -> list[Page]:
        """The pages that are not hidden; all, where all are."""
        return [page for number, page in enumerate(self.pages) if number not in self._hidden] or self.pages

    def set_cdata_mode(self, elem: str, **_more: Any) -> None:
        """In HTML nothing within <style> is a tag; here a Style is one like any other."""

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def unknown_decl(self, data: str) -> None:
        """<![CDATA[…]]>."""
        self.handle_data(data.removeprefix("CDATA["))

    def _reach(self, row: int, column: int) -> None:
        rows = self.pages[-1].rows
        while len(rows) <= row:
            rows.append([])
            self._cells += 1
        more = column + 1 - len(rows[row])
        if more > 0:
            self._cells += more
            rows[row].extend([""] * more)
        if self._cells > MOST_CELLS:
            raise PageIsTooBig

    def _merge(self, across: int, down: int) -> None:
        self._spanned += (across + 1) * (down + 1)
        if self._spanned > MOST_SPANNED:
            raise PageIsTooBig
        top, left = self._row, self._column
        self.pages[-1].merges.append((top, left, top + down, left + across))
        self._column += across


def _place(index: str | None, before: int, most: int) -> int:
    """Counted from 0; the file counts from 1, and names only places that do not follow the one before."""
    place = _count(index) - 1 if index and _count(index) else before + 1
    if place >= most:
        raise PageIsTooBig
    return max(place, 0)


def _count(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdecimal() and len(said) < 10 else 0


def _value(kind: str, text: str) -> Any:
    if kind == "Number" and _NUMBER.match(text.strip()):
        return float(text)
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        try:
            return datetime.fromisoformat(text.strip())
        except ValueError:
            return clean(text)
    return clean(text)
