"""What the checker of rule books says: where, what, and whether the book may be used nevertheless."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one place of a book. A fault must be mended first; anything else is advice to look again."""

    place: str
    sentence: str
    is_fault: bool = False

    @property
    def text(self) -> str:
        """规则 A01：没有写分值。"""
        return f"{self.place}：{self.sentence}"
