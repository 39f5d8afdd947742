"""The ZIP package of a workbook: reading parts, and writing it again with unchanged parts copied as they lie."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.workbooks import markup

CHUNK = 1024 * 1024
MOST_BYTES = 600 * 1024 * 1024
"""Uncompressed size of all parts together."""
LEVEL = 3
"""zlib's level for changed parts: a tenth larger than level 6 in a third of the time."""

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_UTF8_NAME = 0x800
_ENCODED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.\-]+)[\"']")
_ROOT = re.compile(rb"<[A-Za-z_]")
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EMPTY_RELATIONS = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="' + (
    _RELATIONS.encode() + b'"></Relationships>'
)

Rewrite = Callable[[Iterator[bytes]], Iterator[bytes]]
"""Turns the chunks of a part into those of its new form."""


class CannotBePatched(ValueError):
    """The package is no workbook that can be changed in place; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A part compressed: deflated bytes, checksum and size before."""

    data: bytes
    crc: int
    size: int


class Package:
    """Parts of an .xlsx by name. Changes are noted and written by `save`; the rest is copied without unpacking."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as fault:
            raise CannotBePatched("no ZIP package") from fault
        self._infos = {info.filename: info for info in self._zip.infolist()}
        if sum(info.file_size for info in self._infos.values()) > MOST_BYTES:
            raise CannotBePatched("too large when unpacked")
        self._names = {name.lower(): name for name in self._infos}
        self._changed: dict[str, bytes] = {}
        self._packed: dict[str, Packed] = {}
        self._removed: set[str] = set()

    def names(self) -> list[str]:
        """Names of the parts there are now."""
        kept = [name for name in self._infos if name not in self._removed]
        return kept + [name for name in self._changed if name not in self._infos]

    def has(self, name: str) -> bool:
        """Whether there is such a part. Names are compared as Excel does, whatever their case."""
        return self._real(name) not in self._removed and (name in self._changed or self._real(name) in self._infos)

    def _real(self, name: str) -> str:
        return name if name in self._changed else self._names.get(name.lower(), name)

    def read(self, name: str) -> bytes:
        """A part as it stands now. Raises CannotBePatched where it is missing or damaged."""
        name = self._real(name)
        if name in self._changed:
            return self._changed[name]
        return b"".join(self._chunks(name))

    def _chunks(self, name: str) -> Iterator[bytes]:
        if name not in self._infos:
            raise CannotBePatched(f"part {name} is missing")
        try:
            with self._zip.open(self._infos[name]) as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as fault:
            raise CannotBePatched(f"part {name} is damaged") from fault

    def xml(self, name: str) -> bytes:
        """A part as UTF-8 XML. Raises CannotBePatched for one with a document type, where entities could hide."""
        return as_utf8(self.read(name))

    def put(self, name: str, content: bytes) -> None:
        """Set a part."""
        name = self._real(name)
        self._removed.discard(name)
        self._changed[name] = content

    def chunks(self, name: str) -> Iterator[bytes]:
        """A large part piece by piece, in UTF-8. Raises CannotBePatched as `xml` does."""
        name = self._real(name)
        given = iter((self._changed[name],)) if name in self._changed else self._chunks(name)
        head = next(given, b"")
        while len(head) < 64 and (more := next(given, b"")):
            head += more
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_foreign(head):
            yield as_utf8(head + b"".join(given))
            return
        yield as_utf8(head)
        yield from given

    def rewrite(self, name: str, step: Rewrite) -> None:
        """Rewrite a large part piece by piece. Only its compressed form is kept."""
        name = self._real(name)
        self._packed[name] = _pack(step(self.chunks(name)))
        self._changed.pop(name, None)

    def remove(self, name: str) -> None:
        """Leave a part out, with its content type."""
        name = self._real(name)
        self._changed.pop(name, None)
        self._removed.add(name)
        types = self.xml("[Content_Types].xml")
        for each in markup.elements(types, "Override"):
            if (each.get("PartName") or "").lower() == "/" + name.lower():
                self.put("[Content_Types].xml", types[: each.start] + types[each.end :])
                return

    def add_type(self, name: str, content_type: str) -> None:
        """Say what a new part is."""
        types = self.xml("[Content_Types].xml")
        root = markup.root_of(types)
        if name.endswith(".vml"):
            tag, key, value = b"Default", "Extension", "vml"
        else:
            tag, key, value = b"Override", "PartName", "/" + name
        for each in markup.elements(types, tag.decode()):
            if (each.get(key) or "").lower() == value.lower():
                return
        written = b"<" + root.prefix + tag + markup.with_attribute(
            markup.with_attribute(b"", key, value), "ContentType", content_type
        ) + b"/>"  # fmt: skip
        # Defaults stand before overrides in every package seen.
        known = root.content(types)
        self.put(
            "[Content_Types].xml",
            markup.with_content(types, root, written + known if tag == b"Default" else known + written),
        )

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Relations of a part ("" for the package): id → (last word of the type, name of the part it points to)."""
        path = relations_path(name)
        if not self.has(path):
            return {}
        found = {}
        for each in markup.elements(self.xml(path), "Relationship"):
            kind = (each.get("Type") or "").rpartition("/")[2]
            target = each.get("Target") or ""
            if each.get("TargetMode") != "External":
                target = resolved(name, target)
            found[each.get("Id") or ""] = (kind, target)
        return found

    def relate(self, name: str, kind: str, target: str) -> str:
        """A new relation from a part to a part; its id. `kind` is the whole type."""
        path = relations_path(name)
        xml = self.xml(path) if self.has(path) else _EMPTY_RELATIONS
        taken = {each.get("Id") for each in markup.elements(xml, "Relationship")}
        id_ = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
        root = markup.root_of(xml)
        raw = b""
        for key, value in (("Id", id_), ("Type", kind), ("Target", "/" + target)):
            raw = markup.with_attribute(raw, key, value)
        written = b"<" + root.prefix + b"Relationship" + raw + b"/>"
        self.put(path, markup.with_content(xml, root, root.content(xml) + written))
        return id_

    def unrelate(self, name: str, target: str) -> None:
        """Take away the relation of a part to another."""
        path = relations_path(name)
        xml = self.xml(path)
        for each in markup.elements(xml, "Relationship"):
            if resolved(name, each.get("Target") or "").lower() == target.lower():
                self.put(path, xml[: each.start] + xml[each.end :])
                return

    def save(self) -> bytes:
        """The whole package. Parts nobody changed keep their compressed bytes, order, names and dates."""
        out = io.BytesIO()
        entries: list[bytes] = []
        for name, info in self._infos.items():
            if name in self._removed:
                continue
            if name in self._packed:
                _write(out, entries, info, self._packed[name])
            elif name in self._changed:
                _write(out, entries, info, _pack(iter((self._changed[name],))))
            else:
                self._copy(out, entries, info)
        for name, content in self._changed.items():
            if name not in self._infos:
                info = zipfile.ZipInfo(name)
                info.flag_bits = _UTF8_NAME if not name.isascii() else 0
                _write(out, entries, info, _pack(iter((content,))))
        _write_directory(out, entries)
        return out.getvalue()

    def _copy(self, out: io.BytesIO, entries: list[bytes], info: zipfile.ZipInfo) -> None:
        offset = info.header_offset
        if self.data[offset : offset + 4] != b"PK\x03\x04":
            raise CannotBePatched(f"part {info.filename} is damaged")
        name_length, extra_length = struct.unpack_from("<2H", self.data, offset + 26)
        start = offset + _LOCAL.size + name_length + extra_length
        here = out.tell()
        out.write(_local_header(info, info.compress_type, info.CRC, info.compress_size, info.file_size))
        out.write(memoryview(self.data)[start : start + info.compress_size])
        entries.append(_central_header(info, info.compress_type, info.CRC, info.compress_size, info.file_size, here))


def _pack(chunks: Iterator[bytes]) -> Packed:
    packer, crc, size = zlib.compressobj(LEVEL, zlib.DEFLATED, -15), 0, 0
    packed = []
    for chunk in chunks:
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        packed.append(packer.compress(chunk))
    packed.append(packer.flush())
    return Packed(b"".join(packed), crc, size)


def _write(out: io.BytesIO, entries: list[bytes], info: zipfile.ZipInfo, packed: Packed) -> None:
    here, size = out.tell(), len(packed.data)
    out.write(_local_header(info, zipfile.ZIP_DEFLATED, packed.crc, size, packed.size))
    out.write(packed.data)
    entries.append(_central_header(info, zipfile.ZIP_DEFLATED, packed.crc, size, packed.size, here))


def _stamp(info: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = info.date_time
    return (hour << 11) | (minute << 5) | (second // 2), ((year - 1980) << 9) | (month << 5) | day


def _name(info: zipfile.ZipInfo) -> tuple[bytes, int]:
    # A name without the UTF-8 flag was read as cp437 and goes back as it came.
    flags = info.flag_bits & _UTF8_NAME
    return info.orig_filename.encode("utf-8" if flags else "cp437"), flags


def _local_header(info: zipfile.ZipInfo, method: int, crc: int, packed: int, size: int) -> bytes:
    name, flags = _name(info)
    time, day = _stamp(info)
    return _LOCAL.pack(b"PK\x03\x04", 20, flags, method, time, day, crc, packed, size, len(name), 0) + name


def _central_header(info: zipfile.ZipInfo, method: int, crc: int, packed: int, size: int, offset: int) -> bytes:
    name, flags = _name(info)
    time, day = _stamp(info)
    return _CENTRAL.pack(
        b"PK\x01\x02", 20, 20, flags, method, time, day, crc, packed, size, len(name), 0, 0, 0,
        info.internal_attr, info.external_attr, offset,
    ) + name  # fmt: skip


def _write_directory(out: io.BytesIO, entries: list[bytes]) -> None:
    start = out.tell()
    out.writelines(entries)
    size = out.tell() - start
    out.write(_END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), size, start, 0))


def as_utf8(xml: bytes) -> bytes:
    """XML in UTF-8 whatever it came in. Raises CannotBePatched for a document type or an unknown encoding."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = xml.decode("utf-16").encode("utf-8")
        xml = re.sub(rb"(encoding\s*=\s*[\"'])[\w.\-]+", rb"\1UTF-8", xml, count=1)
    xml = xml.removeprefix(b"\xef\xbb\xbf")
    if _is_foreign(xml):
        try:
            xml = xml.decode(_declared(xml).decode()).encode("utf-8")
        except (LookupError, UnicodeDecodeError) as fault:
            raise CannotBePatched("a part in an unknown encoding") from fault
        xml = re.sub(rb"(encoding\s*=\s*[\"'])[\w.\-]+", rb"\1UTF-8", xml, count=1)
    root = _ROOT.search(xml)
    if b"<!DOCTYPE" in xml[: root.start() if root else None]:
        raise CannotBePatched("a part with a document type")
    return xml


def _declared(xml: bytes) -> bytes:
    found = _ENCODED.match(xml[:200])
    return found[1].lower() if found else b"utf-8"


def _is_foreign(xml: bytes) -> bool:
    return _declared(xml) not in (b"utf-8", b"utf8", b"us-ascii")


def relations_path(name: str) -> str:
    """Where the relations of a part stand."""
    folder, _, file = name.rpartition("/")
    return f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"


def resolved(name: str, target: str) -> str:
    """The part that a relation of another part points to."""
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), target)).lstrip("/")
