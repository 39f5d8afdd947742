"""Rules of attachments: what becomes of a file's name, and how its size is said."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 100
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{word}{n}" for word in ("com", "lpt") for n in range(1, 10))})
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def suffix_of(name: str) -> str:
    """The suffix without its dot, lower case; "" when there is none."""
    stem, dot, suffix = name.strip().rpartition(".")
    return suffix.lower() if dot and stem else ""


def safe_name(name: str, *, suffix: str, also: tuple[str, ...] = ()) -> str:
    """A file name without folders, control characters, marks that turn the writing direction, or names Windows
    reserves; it ends in `suffix` (or one of `also`) whatever it ended in before; at most 100 characters."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(
        char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char) not in ("Cc", "Cf")
    )
    found = suffix_of(plain)
    is_suffix = found.isascii() and found.isalnum() and len(found) <= 5
    stem = plain.rstrip(". ")[: -len(found) - 1] if found and is_suffix else plain
    stem = _FORBIDDEN.sub(" ", stem).strip(" .")
    if not stem or stem.lower() in _DEVICES:
        stem = f"附件{stem}"
    kept = found if found in also else suffix
    return f"{stem[: LONGEST_NAME - len(kept) - 1].rstrip(' .')}.{kept}"


def size_text(size: int) -> str:
    """A size in words: 812 字节, 34 KB, 2.3 MB."""
    if size < 1024:
        return f"{size} 字节"
    if size < 1024 * 1024:
        return f"{round(size / 1024)} KB"
    return f"{size / 1024 / 1024:.1f} MB"
