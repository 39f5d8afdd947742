"""How far the content of a sheet of an .xlsx workbook reaches, told before the reader lays it out in full."""

from __future__ import annotations

import re

from app.workbooks.references import column_number

MOST_CELLS = 30_000_000
"""Width times height of a sheet. The reader lays it out in full: one stray cell at XFD1048576 would fill memory."""
MOST_WIDE_CELLS = 8_000_000
"""The same where content stands beyond column 100. Narrower sheets may be formatted down to the last row."""
WIDE = 100

_WIDE_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{2,3})\d{1,7}"[^>/]*>(?!</)')
_ENDS_OF_CONTENT = (b"</v>", b":v>", b"</is>", b":is>")
_REFERENCE = re.compile(rb'\sr="[A-Z]{0,3}(\d{1,7})"')


class Extent:
    """Last row and widest column with content, of the XML seen so far. Formats alone reach nowhere."""

    def __init__(self) -> None:
        self.last_row, self.widest = 1, 26

    def see(self, window: bytes) -> None:
        """Look at a further piece, which begins with a cell or row."""
        for match in _WIDE_CELL.finditer(window):
            self.widest = max(self.widest, column_number(match[1].decode()))
        self.last_row = max(self.last_row, _last_row(window))

    def why_too_far(self, name: str | None) -> str:
        """Why the sheet cannot be read; empty where it can."""
        return why_too_far(name, self.last_row, self.widest)


def why_too_far(name: str | None, last_row: int, widest: int) -> str:
    """Why a sheet with content down to a row and out to a column cannot be read; empty where it can."""
    if widest * last_row <= (MOST_WIDE_CELLS if widest > WIDE else MOST_CELLS):
        return ""
    sheet = "工作表" if name is None else f"工作表“{name.strip()}”"
    return (
        f"{sheet}的范围拉得太大（{last_row} 行 × {widest} 列），多半是很远的地方误填了一格。"
        "请按 Ctrl+End 找到最后一格，删掉多余的行列，保存后再上传。"
    )


def _last_row(window: bytes) -> int:
    """The row of the last cell with content; 1 where there is none."""
    end = max(window.rfind(sign) for sign in _ENDS_OF_CONTENT)
    # A cell names its row; one that does not stands in the row named before.
    start = window.rfind(b' r="', 0, end) if end > 0 else -1
    found = _REFERENCE.match(window, start) if start >= 0 else None
    return int(found[1]) if found else 1
