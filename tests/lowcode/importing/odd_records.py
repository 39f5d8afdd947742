"""Old .xls workbooks with spoilt records: sizes, rows, columns and counts that are not so; each is told by its seed."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Sequence

SECTOR = 512
"""The stream of records begins behind the header of the container, in the files that xlwt writes."""
SIZES = {0x0200: "dimensions", 0x0208: "row", 0x00FD: "text", 0x0203: "number", 0x027E: "number", 0x00BD: "numbers",
         0x00E5: "merges", 0x00FC: "strings", 0x0085: "sheet", 0x00E0: "format", 0x0031: "font", 0x041E: "code",
         0x0006: "formula", 0x0809: "begin", 0x000A: "end"}  # fmt: skip
"""Kinds of records that name places, sizes, counts or other records."""


def odd_old_workbook(seed: int, sound: Sequence[bytes]) -> bytes:
    """One of the sound workbooks with a few records changed, and now and then its container."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(sound))
    records = [each for each in _records(data) if each[1] in SIZES]
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        at, _kind, length = chance.choice(records)
        how = chance.random()
        if how < 0.6 and length >= 2:
            field = at + 4 + 2 * chance.randrange(length // 2)
            struct.pack_into("<H", data, field, chance.choice((0, 1, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x0100)))
        elif how < 0.75:
            struct.pack_into("<H", data, at + 2, chance.choice((0, 1, length ^ 1, 8224, 0xFFFF)))
        elif how < 0.9:
            struct.pack_into("<H", data, at, chance.choice((*SIZES, 0x003C, 0x002F, 0xFFFF)))
        else:
            data[at + 4 : at + 4 + length] = chance.randbytes(length)
    if chance.random() < 0.1:
        data[chance.randrange(8, SECTOR)] ^= 1 << chance.randrange(8)
    return bytes(data)


def _records(data: bytearray) -> Iterator[tuple[int, int, int]]:
    """Offset, kind and length of each record."""
    at = SECTOR
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if at + 4 + length > len(data):
            return
        yield at, kind, length
        at += 4 + length
