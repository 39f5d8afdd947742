"""One contact as a value, and contacts as a vCard file for a phone's address book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LINE_BYTES = 75
"""Longest line of a vCard (RFC 2426 §2.6); longer ones go on after a line break and a blank."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to call. `phone` is as its reader may see it; `is_masked` where a part of it is hidden."""

    register: str
    row_id: int
    name: str
    post: str
    unit: str
    area: str
    phone: str
    is_masked: bool


def cards(contacts: Iterable[Contact]) -> bytes:
    """vCards 3.0 in UTF-8 of those with a telephone in clear: half a number is of no use in a phone."""
    lines: list[str] = []
    for each in contacts:
        if not each.phone or each.is_masked:
            continue
        lines += [
            "BEGIN:VCARD", "VERSION:3.0", f"N:{_plain(each.name)};;;;", f"FN:{_plain(each.name)}",
            f"ORG:{_plain(each.unit)}", f"TITLE:{_plain(each.post)}",
        ]  # fmt: skip
        lines += [f"TEL;TYPE=CELL:{_plain(number.strip())}" for number in each.phone.split("、")]
        lines += [f"NOTE:{_plain(each.area)}", "END:VCARD"]
    return "".join(part + "\r\n" for line in lines for part in _folded(line)).encode()


def _plain(text: str) -> str:
    words = " ".join(text.split())
    for sign in "\\,;":
        words = words.replace(sign, "\\" + sign)
    return words


def _folded(line: str) -> Iterator[str]:
    """A line cut so that no piece has more than 75 bytes and no character is cut in two."""
    piece, size, room = "", 0, LINE_BYTES
    for char in line:
        width = len(char.encode())
        if size + width > room:
            yield piece
            piece, size, room = " ", 1, LINE_BYTES
        piece, size = piece + char, size + width
    yield piece
