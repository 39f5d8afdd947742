"""Marks that can be taken off again: a coloured ground and a comment on cells, and how they were before.

A corrected workbook comes back after Excel, WPS or LibreOffice saved it with styles numbered anew, rows moved, columns
put in. What a mark covers therefore travels in the mark itself: the last digit of its colour, which no eye can tell,
says which of the grounds listed in a document property lies below it. Comments of ours begin with `SIGN`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.workbooks.comments import Comments
from app.workbooks.patching import OpenBook, Place, RowPlan, SheetEdits
from app.workbooks.properties import read_properties, set_properties
from app.workbooks.styles import colour_of, solid

Tone = Literal["red", "amber", ""]
"""Red: must be mended. Amber: should be looked at. "": only a comment."""
_FAMILIES: dict[str, str] = {"red": "FFB3B", "amber": "FFE08"}
"""Five of the six digits of the colours."""
SIGN = "【核对】"
GROUNDS = "网格台账底色"
"""Document property that lists the grounds below the marks."""
MOST_GROUNDS = 15
_NO_FILL = b'<fill><patternFill patternType="none"/></fill>'
_HARMLESS = re.compile(
    r"<fill>(<patternFill( patternType=\"\w+\")?(/>|>(<(fgColor|bgColor)( \w+=\"[\w.\-]+\")*/>)*</patternFill>))</fill>"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell's mark: its tone and what the comment says."""

    tone: Tone
    text: str


@dataclass
class Marking:
    """Marks by sheet and cell (new row numbers), and rows and values that change with them."""

    marks: dict[str, dict[Place, Mark]] = field(default_factory=dict)
    rows: dict[str, RowPlan] = field(default_factory=dict)
    values: dict[str, dict[Place, str]] = field(default_factory=dict)


def mark(data: bytes, marking: Marking, *, author: str, properties: Mapping[str, str]) -> bytes:
    """The workbook with earlier marks of ours taken off and these put on. Raises CannotBePatched, KeyError."""
    book = OpenBook(data)
    _take_off(book)
    grounds = _Grounds()
    edits = {}
    for sheet in {*marking.marks, *marking.rows}:
        edits[sheet] = each = SheetEdits(rows=marking.rows.get(sheet) or RowPlan())
        each.values.update(marking.values.get(sheet, {}))
        for place, one in marking.marks.get(sheet, {}).items():
            each.comments[place] = f"{SIGN}{one.text}"
            if one.tone:
                each.fills[place] = grounds.over(one.tone)
    book.edit(edits, author=author)
    set_properties(book.package, {**properties, GROUNDS: json.dumps(grounds.listed)})
    return book.package.save()


def without_marks(data: bytes) -> bytes:
    """The workbook with all marks of ours taken off. Raises CannotBePatched."""
    book = OpenBook(data)
    _take_off(book)
    book.edit({}, author="")
    return book.package.save()


class _Grounds:
    """Colours for marks; those over grounds that differ differ in their last digit."""

    def __init__(self) -> None:
        self.listed: list[str] = []

    def over(self, tone: Tone) -> _Over:
        return _Over(self, _FAMILIES[tone])


@dataclass(frozen=True, slots=True)
class _Over:
    grounds: _Grounds
    family: str

    def __call__(self, before: bytes) -> bytes:
        """The fill of a mark over the fill that a cell has."""
        text, listed = before.decode("utf-8", "replace"), self.grounds.listed
        if b'"none"' in before or not _HARMLESS.fullmatch(text):
            return solid(f"{self.family}0")
        if text not in listed and len(listed) < MOST_GROUNDS:
            listed.append(text)
        return solid(f"{self.family}{listed.index(text) + 1 if text in listed else 0:X}")


def _take_off(book: OpenBook) -> None:
    """Give every format that shows a mark its ground back, and cut our words out of the comments."""
    listed = _listed_grounds(read_properties(book.package).get(GROUNDS, ""))
    styles = book.styles
    for style in range(len(styles.formats) if styles is not None else 0):
        assert styles is not None
        colour = colour_of(styles.fill_of(style))
        if colour[:5] in _FAMILIES.values():
            number = int(colour[5], 16)
            styles.replace_fill(style, listed[number - 1] if 0 < number <= len(listed) else _NO_FILL)
    for part in book.sheets.values():
        if any(kind == "comments" for kind, _ in book.package.relations(part).values()):
            comments = Comments(book.package, part, "")
            if comments.withdraw(_unsigned):
                comments.written()


def _listed_grounds(text: str) -> list[bytes]:
    """Grounds as the property lists them. The file came from outside: only plain fills are taken."""
    try:
        listed = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return []
    if not isinstance(listed, list):
        return []
    return [
        each.encode() if isinstance(each, str) and _HARMLESS.fullmatch(each) else _NO_FILL
        for each in listed[:MOST_GROUNDS]
    ]


def _unsigned(text: str) -> str | None:
    """What stays of a comment when our words are cut out of it."""
    at = text.find(SIGN)
    return text if at < 0 else text[:at].rstrip("\n") or None
