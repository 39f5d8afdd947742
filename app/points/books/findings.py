"""What the checker of rule books says: where, what, and whether the book may be used nevertheless."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one place of a book. A fault must be mended first; anything else is advice to look again.

    `field` is the key of the value it is about, as files write it, so that a form says it there; '' for the whole place.
    """

    place: str
    sentence: str
    is_fault: bool = False
    field: str = ""

    @property
    def text(self) -> str:
        """规则 A01：没有写分值。"""
        return f"{self.place}：{self.sentence}"
