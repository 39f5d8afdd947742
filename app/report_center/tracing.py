"""From a short code back to the print: rooms say by name how they find theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traced:
    """A print that was found: what it is and where its page is."""

    title: str
    url: str


FindPrint = Callable[[str], Traced | None]
"""From a code as somebody typed it to the print, within what the reader may see."""

_SOURCES: dict[str, FindPrint] = {}


def register_trace(name: str, find: FindPrint) -> None:
    """Make a source known; the last one said counts."""
    _SOURCES[name] = find


def trace(code: str) -> Traced | None:
    """The print a code names; None where there is none, or none the reader may see."""
    return next((found for find in _SOURCES.values() if (found := find(code)) is not None), None)
