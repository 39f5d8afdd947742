"""How a value is written into a cell: its type and its content. Text stays text, whatever it begins with."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal

from app.workbooks import markup
from app.workbooks.sheet_rows import Content

FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
"""What a program would take for a formula once somebody edits the cell."""
MOST_DIGITS = 15
MOST_LETTERS = 32_767
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def content_of(value: object, *, is_1904: bool) -> Content:
    """Type and content of a cell. Raises TypeError for a value no cell can hold."""
    if value is None or value == "":
        return "", b""
    if isinstance(value, bool):
        return "b", b"<v>%d</v>" % value
    if isinstance(value, date):
        return "", b"<v>" + serial(value, is_1904=is_1904).encode() + b"</v>"
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, str):
        return _text(value)
    raise TypeError(f"no cell holds a {type(value).__name__}")


def is_quoted(value: object) -> bool:
    """Whether text needs the mark that says: this is text, not a formula."""
    return isinstance(value, str) and value.startswith(FORMULA_START)


def serial(day: date, *, is_1904: bool) -> str:
    """The number by which a workbook knows a day."""
    first = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    whole = day.date() if isinstance(day, datetime) else day
    days = (whole - first).days
    if not isinstance(day, datetime):
        return str(days)
    seconds = day.hour * 3600 + day.minute * 60 + day.second
    return f"{days + seconds / 86_400:.10g}" if seconds else str(days)


def _number(value: float | Decimal) -> Content:
    if not math.isfinite(value):
        return _text(str(value))
    written = format(value, "f") if isinstance(value, Decimal) else repr(value)
    if len(written.lstrip("-").replace(".", "").strip("0")) > MOST_DIGITS and not isinstance(value, float):
        return _text(written)
    return "", b"<v>" + written.encode() + b"</v>"


def _text(text: str) -> Content:
    # _x0041_ in a cell means A; a text that reads so by itself has its first stroke written out.
    kept = _ESCAPED.sub("_x005F_", text[:MOST_LETTERS]).replace("\r\n", "\n")
    return "inlineStr", b'<is><t xml:space="preserve">' + markup.escape(kept) + b"</t></is>"
