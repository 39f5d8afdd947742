"""Text on its way to paper: which characters may be printed, and how wide it is."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FORBIDDEN: Final = re.compile(
    # C0 and C1 controls (XML 1.0 allows only tab and line ends), direction marks that turn a line round, byte order
    # mark, lone surrogates, and the two code points that are no characters.
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def printable(text: str) -> str:
    """`text` without control characters and direction marks, line ends as \\n; tabs and other characters stay."""
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def character_width(text: str) -> float:
    """How many Chinese characters wide the longest line of `text` is; Latin letters and digits count a half."""
    return max(sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.52 for c in line) for line in text.split("\n"))
