"""Reads TrueType files and cuts them to the glyphs of one paper.

Only what PDF needs: characters to glyphs (cmap 4 and 12), advance widths, outlines, and a subset with glyphs in the
order asked for. Outlines in CFF ("OTTO") are refused, since PDF readers want them in another container. Tables and
fields: OpenType specification 1.9.
"""

from __future__ import annotations

import mmap
import struct
from array import array
from pathlib import Path
from sys import byteorder

Point = tuple[float, float, bool]
"""x, y in font units, and whether the point lies on the curve."""


class FontIsUnusable(ValueError):
    """The file is no TrueType font, or its owner forbids embedding."""


class TrueTypeFont:
    """One font file, read lazily through a memory map.

    `advance(glyph)` is in 1/1000 em; `ascent`, `descent` and `box` likewise. Raises FontIsUnusable for CFF outlines,
    damaged files and fonts whose licence bits forbid embedding.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            self._tables = self._directory()
            self._read()
        except (struct.error, KeyError, IndexError) as damaged:
            raise FontIsUnusable(f"字体文件读不出来：{path.name}") from damaged

    def _directory(self) -> dict[str, tuple[int, int]]:
        data = self._data
        start = struct.unpack_from(">L", data, 12)[0] if data[:4] == b"ttcf" else 0
        if data[start : start + 4] not in (b"\x00\x01\x00\x00", b"true"):
            raise FontIsUnusable(f"只能用 TrueType 轮廓的字体：{self.path.name}")
        count = struct.unpack_from(">H", data, start + 4)[0]
        tables = {}
        for number in range(count):
            tag, _sum, offset, length = struct.unpack_from(">4sLLL", data, start + 12 + 16 * number)
            tables[tag.decode("latin-1")] = (offset, length)
        return tables

    def table(self, tag: str) -> bytes:
        """The bytes of a table, empty where the font has none."""
        offset, length = self._tables.get(tag, (0, 0))
        return self._data[offset : offset + length]

    def _read(self) -> None:
        head = self.table("head")
        self.units = struct.unpack_from(">H", head, 18)[0]
        self._long_loca = bool(struct.unpack_from(">h", head, 50)[0])
        scale = 1000 / self.units
        self.box = tuple(round(value * scale) for value in struct.unpack_from(">4h", head, 36))
        hhea = self.table("hhea")
        self.ascent, self.descent = (round(value * scale) for value in struct.unpack_from(">2h", hhea, 4))
        self._metric_count = struct.unpack_from(">H", hhea, 34)[0]
        self.glyph_count = struct.unpack_from(">H", self.table("maxp"), 4)[0]
        os2 = self.table("OS/2")
        if len(os2) >= 10 and struct.unpack_from(">H", os2, 8)[0] & 0x000F == 2:
            raise FontIsUnusable(f"字体不许嵌入文件：{self.path.name}")
        metrics = array("H", self.table("hmtx")[: 4 * self._metric_count])
        self._advances = _big_endian(metrics)[::2]
        self._scale = scale
        self.glyphs = self._characters()
        self.postscript_name = _postscript_name(self.table("name")) or self.path.stem
        self._loca: array[int] | None = None

    def _characters(self) -> dict[int, int]:
        cmap = self.table("cmap")
        count = struct.unpack_from(">H", cmap, 2)[0]
        found: dict[tuple[int, int], int] = {}
        for number in range(count):
            platform, encoding, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * number)
            found[platform, encoding] = offset
        for key in ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 1)):
            if key in found:
                return _read_cmap(cmap, found[key])
        raise FontIsUnusable(f"字体没有 Unicode 字符表：{self.path.name}")

    def advance(self, glyph: int) -> float:
        """Advance width of a glyph in 1/1000 em."""
        return self._advances[min(glyph, self._metric_count - 1)] * self._scale

    def _glyph_data(self, glyph: int) -> bytes:
        if self._loca is None:
            raw = self.table("loca")
            self._loca = _big_endian(array("I" if self._long_loca else "H", raw))
        factor = 1 if self._long_loca else 2
        start = self._tables["glyf"][0]
        return self._data[start + self._loca[glyph] * factor : start + self._loca[glyph + 1] * factor]

    def outline(self, glyph: int) -> list[list[Point]]:
        """The contours of a simple glyph, in font units; an empty list for blank and for composed glyphs."""
        data = self._glyph_data(glyph)
        if not data or struct.unpack_from(">h", data)[0] < 0:
            return []
        return _simple_outline(data)

    def subset(self, glyphs: list[int]) -> bytes:
        """A font file holding `glyphs` in this order (the first one ought to be 0, .notdef)."""
        order = list(glyphs)
        bodies = []
        for glyph in order:  # grows while parts of composed glyphs are found
            data = self._glyph_data(glyph)
            if len(data) > 10 and struct.unpack_from(">h", data)[0] < 0:
                data = _renumber_parts(data, order)
            bodies.append(data + b"\0" * (-len(data) % 4))
        loca = [0]
        for body in bodies:
            loca.append(loca[-1] + len(body))
        hmtx = self.table("hmtx")
        bearings = 4 * self._metric_count
        metrics = []
        for glyph in order:
            if glyph < self._metric_count:
                metrics.append(hmtx[4 * glyph : 4 * glyph + 4])
            else:
                at = bearings + 2 * (glyph - self._metric_count)
                metrics.append(hmtx[bearings - 4 : bearings - 2] + hmtx[at : at + 2])
        head = bytearray(self.table("head"))
        struct.pack_into(">L", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        hhea = bytearray(self.table("hhea"))
        struct.pack_into(">H", hhea, 34, len(order))
        maxp = bytearray(self.table("maxp"))
        struct.pack_into(">H", maxp, 4, len(order))
        tables = {
            "glyf": b"".join(bodies),
            "head": bytes(head),
            "hhea": bytes(hhea),
            "hmtx": b"".join(metrics),
            "loca": struct.pack(f">{len(loca)}L", *loca),
            "maxp": bytes(maxp),
        }
        tables |= {tag: self.table(tag) for tag in ("cvt ", "fpgm", "prep") if tag in self._tables}
        return _font_file(tables)


def _big_endian(values: array[int]) -> array[int]:
    if byteorder == "little":
        values.byteswap()
    return values


def _read_cmap(cmap: bytes, offset: int) -> dict[int, int]:
    kind = struct.unpack_from(">H", cmap, offset)[0]
    characters: dict[int, int] = {}
    if kind == 12:
        count = struct.unpack_from(">L", cmap, offset + 12)[0]
        for first, last, glyph in struct.iter_unpack(">3L", cmap[offset + 16 : offset + 16 + 12 * count]):
            characters.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
        return characters
    if kind != 4:
        raise FontIsUnusable(f"字体的字符表是第 {kind} 种，不认得")
    length, _language, doubled = struct.unpack_from(">HHH", cmap, offset + 2)
    words = _big_endian(array("H", cmap[offset : offset + length // 2 * 2]))
    count = doubled // 2
    ends, starts, deltas, ranges = 7, 8 + count, 8 + 2 * count, 8 + 3 * count
    for number in range(count):
        first, last = words[starts + number], words[ends + number]
        delta, shift = words[deltas + number], words[ranges + number]
        for point in range(first, min(last, 0xFFFE) + 1):
            if shift == 0:
                glyph = (point + delta) & 0xFFFF
            else:
                at = ranges + number + shift // 2 + point - first
                glyph = words[at] if at < len(words) else 0
                glyph = (glyph + delta) & 0xFFFF if glyph else 0
            if glyph:
                characters[point] = glyph
    return characters


def _postscript_name(table: bytes) -> str:
    if not table:
        return ""
    _format, count, strings = struct.unpack_from(">3H", table)
    for number in range(count):
        platform, _encoding, _language, kind, length, offset = struct.unpack_from(">6H", table, 6 + 12 * number)
        if kind == 6:
            raw = table[strings + offset : strings + offset + length]
            name = raw.decode("utf-16-be" if platform in (0, 3) else "latin-1", "ignore")
            return "".join(character for character in name if character.isalnum() or character == "-")
    return ""


def _simple_outline(data: bytes) -> list[list[Point]]:
    contours = struct.unpack_from(">h", data)[0]
    ends = struct.unpack_from(f">{contours}H", data, 10)
    at = 10 + 2 * contours
    at += 2 + struct.unpack_from(">H", data, at)[0]
    count = ends[-1] + 1 if ends else 0
    flags: list[int] = []
    while len(flags) < count:
        flag = data[at]
        at += 1
        flags.append(flag)
        if flag & 8:
            flags.extend([flag] * data[at])
            at += 1
    axes: list[list[int]] = []
    for short, same in ((2, 16), (4, 32)):
        value, values = 0, []
        for flag in flags:
            if flag & short:
                value += data[at] if flag & same else -data[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", data, at)[0]
                at += 2
            values.append(value)
        axes.append(values)
    points = [(float(x), float(y), bool(flag & 1)) for x, y, flag in zip(*axes, flags, strict=True)]
    return [
        points[first:last] for first, last in zip((0, *(end + 1 for end in ends)), (e + 1 for e in ends), strict=False)
    ]


def _renumber_parts(data: bytes, order: list[int]) -> bytes:
    """Point a composed glyph at the new numbers of its parts; parts not met before join `order`."""
    changed = bytearray(data)
    at = 10
    while True:
        flags, part = struct.unpack_from(">2H", changed, at)
        if part not in order:
            order.append(part)
        struct.pack_into(">H", changed, at + 2, order.index(part))
        at += 4 + (4 if flags & 1 else 2) + (2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0)
        if not flags & 0x20:
            return bytes(changed)


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    return sum(_big_endian(array("I", padded))) & 0xFFFFFFFF


def _font_file(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = struct.pack(">4s4H", b"\0\1\0\0", count, power * 16, power.bit_length() - 1, count * 16 - power * 16)
    at = 12 + 16 * count
    directory, bodies = [], []
    for tag in sorted(tables):
        data = tables[tag]
        directory.append(struct.pack(">4sLLL", tag.encode("latin-1"), _checksum(data), at, len(data)))
        bodies.append(data + b"\0" * (-len(data) % 4))
        at += len(bodies[-1])
    return b"".join((header, *directory, *bodies))
