"""Which rows of an .xls workbook are hidden or struck through, out of its records (MS-XLS), which the fast reader passes over."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator

from app.lowcode.importing.sheet_walk import Told

_BEGIN, _END, _SHEET, _FONT, _FORMAT, _ROW, _NUMBERS = 0x0809, 0x000A, 0x0085, 0x0031, 0x00E0, 0x0208, 0x00BD
_CELLS = frozenset({0x00FD, 0x0203, 0x027E, 0x0204, 0x0006, 0x0205})
"""Cells with content that stand alone: text, number, formula, truth; row, column and format are their first fields."""
_BIFF8 = 0x0600
_STRUCK, _HIDDEN = 0x0008, 0x0020
_LAST_SECTOR = 0xFFFFFFFA
_NO_FONT = 4
"""Fonts are counted 0, 1, 2, 3, 5, 6 …"""


def told_of_records(data: bytes) -> dict[str, Told]:
    """Sheet name → what its records tell. Raises ValueError, IndexError or struct.error for what is no such workbook;
    nothing where it is older than Excel 97."""
    stream = _stream_of(data)
    if struct.unpack_from("<HHH", stream)[::2] != (_BEGIN, _BIFF8):
        return {}
    fonts, formats, sheets = list[bool](), list[int](), list[tuple[str, int]]()
    for kind, at, length in _records(stream, 0):
        if kind == _FONT:
            fonts.append(bool(struct.unpack_from("<H", stream, at + 2)[0] & _STRUCK))
        elif kind == _FORMAT:
            formats.append(struct.unpack_from("<H", stream, at)[0])
        elif kind == _SHEET:
            start, _state, letters, is_wide = struct.unpack_from("<IHBB", stream, at)
            name = stream[at + 8 : at + min(length, 8 + letters * (1 + (is_wide & 1)))]
            sheets.append((name.decode("utf-16-le" if is_wide & 1 else "latin-1"), start))
    struck = {number for number, font in enumerate(formats) if _is_struck(fonts, font)}
    return {name: _told_of_sheet(stream, start, struck) for name, start in sheets}


def _is_struck(fonts: list[bool], number: int) -> bool:
    position = number - (number > _NO_FONT)
    return position < len(fonts) and fonts[position]


def _told_of_sheet(stream: bytes, start: int, struck_formats: set[int]) -> Told:
    hidden, filled, struck = set[int](), Counter[int](), Counter[int]()
    for kind, at, length in _records(stream, start):
        if kind == _ROW:
            row, options = struct.unpack_from("<H10xH", stream, at)
            if options & _HIDDEN:
                hidden.add(row)
        elif struck_formats and kind in _CELLS:
            row, _column, style = struct.unpack_from("<HHH", stream, at)
            filled[row] += 1
            struck[row] += style in struck_formats
        elif struck_formats and kind == _NUMBERS:
            row = struct.unpack_from("<H", stream, at)[0]
            for each in range(at + 4, at + length - 2, 6):
                filled[row] += 1
                struck[row] += struct.unpack_from("<H", stream, each)[0] in struck_formats
    return Told("", frozenset(hidden), frozenset(row for row, count in struck.items() if 2 * count > filled[row]))


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of the records of one part, without those of charts within it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        if depth == 1 and at + 4 + length <= len(stream):
            yield kind, at + 4, length
        at += 4 + length


def _stream_of(data: bytes) -> bytes:
    """The stream of records out of the container (MS-CFB). One below 4,096 bytes lies elsewhere and is not looked for."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    entries = size // 4
    tables = [number for number in struct.unpack_from("<109I", data, 76) if number < _LAST_SECTOR]
    more, most = struct.unpack_from("<I", data, 68)[0], len(data) // size
    while more < _LAST_SECTOR and len(tables) <= most:
        *numbers, more = struct.unpack_from(f"<{entries}I", data, size * (more + 1))
        tables += [number for number in numbers if number < _LAST_SECTOR]
    following = [
        number
        for table in tables[: most + 1]
        for number in struct.unpack_from(f"<{entries}I", data, size * (table + 1))
    ]

    def chain(number: int) -> bytes:
        pieces = list[bytes]()
        while number < _LAST_SECTOR and len(pieces) <= most:
            pieces.append(data[size * (number + 1) : size * (number + 2)])
            number = following[number]
        return b"".join(pieces)

    directory = chain(struct.unpack_from("<I", data, 48)[0])
    for at in range(0, len(directory) - 127, 128):
        letters = struct.unpack_from("<H", directory, at + 64)[0]
        if directory[at : at + letters].decode("utf-16-le", "replace").rstrip("\0") == "Workbook":
            start, length = struct.unpack_from("<II", directory, at + 116)
            return chain(start)[:length]
    raise ValueError("no stream of records")
