"""Small files of every kind, made here, and damaged ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image


def picture(form: str, *, width: int = 40, height: int = 30) -> bytes:
    """A plain image; form PNG or JPEG."""
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(buffer, form)
    return buffer.getvalue()


def bomb_png(*, width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that says it is 3.6 billion pixels."""

    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0" * 100)) + part(b"IEND", b"")


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(name, body)
    return buffer.getvalue()


def document(main: str, **more: bytes) -> bytes:
    """An office document as far as its parts' names go."""
    return archive({"[Content_Types].xml": b"<Types/>", main: b"<x/>", **more})


def ole(stream: str) -> bytes:
    """The head of an old office file, with one stream's name in its directory."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1016 + stream.encode("utf-16-le") + b"\0" * 64


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
