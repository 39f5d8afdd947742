"""How far the content of each sheet of an .xlsx workbook reaches, told before the reader lays it out in full."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from app.lowcode.importing.containers import MOST_BYTES, FileIsRefused, damaged
from app.lowcode.importing.hidden import sheet_parts
from app.workbooks.references import column_number

MOST_CELLS = 30_000_000
"""Width times height of a sheet. The reader lays it out in full: one stray cell at XFD1048576 would fill memory."""
MOST_WIDE_CELLS = 8_000_000
"""The same where content stands beyond column 100. Narrower sheets may be formatted down to the last row."""
WIDE = 100

_CHUNK = 1024 * 1024
_OVERLAP = 400
_WIDE_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{2,3})\d{1,7}"[^>/]*>(?!</)')
_ENDS_OF_CONTENT = (b"</v>", b":v>", b"</is>", b":is>")
_REFERENCE = re.compile(rb'\sr="[A-Z]{0,3}(\d{1,7})"')


def too_far(data: bytes) -> dict[str, str]:
    """Sheet name → why it cannot be read: a cell with content stands too far out. Formats alone reach nowhere.

    Raises FileIsRefused where the sheet's name is not known either, or the archive lies about its size.
    """
    found: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {part: name for name, part in sheet_parts(package)}
            for part in package.namelist():
                if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
                    continue
                last_row, widest = _extent(package, part)
                if widest * last_row > (MOST_WIDE_CELLS if widest > WIDE else MOST_CELLS):
                    if part not in names:
                        raise FileIsRefused(_sentence("工作表", last_row, widest))
                    found[names[part]] = _sentence(f"工作表“{names[part].strip()}”", last_row, widest)
    except FileIsRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, KeyError, ValueError) as fault:
        raise damaged() from fault
    return found


def _sentence(sheet: str, last_row: int, widest: int) -> str:
    return (
        f"{sheet}的范围拉得太大（{last_row} 行 × {widest} 列），多半是很远的地方误填了一格。"
        "请按 Ctrl+End 找到最后一格，删掉多余的行列，保存后再上传。"
    )


def _extent(package: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """Last row and widest column with content, read in chunks."""
    widest, last_row, seen, rest = 26, 1, 0, b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            seen += len(chunk)
            if seen > MOST_BYTES:  # the directory of the archive may lie about sizes
                raise FileIsRefused("这个表解开后大得不正常，没有打开。请另存一份再上传。")
            window = rest + chunk
            for match in _WIDE_CELL.finditer(window):
                widest = max(widest, column_number(match[1].decode()))
            last_row = max(last_row, _last_row(window))
            rest = window[-_OVERLAP:]
    return last_row, widest


def _last_row(window: bytes) -> int:
    """The row of the last cell with content; 1 where there is none."""
    end = max(window.rfind(sign) for sign in _ENDS_OF_CONTENT)
    # A cell names its row; one that does not stands in the row named before.
    start = window.rfind(b' r="', 0, end) if end > 0 else -1
    found = _REFERENCE.match(window, start) if start >= 0 else None
    return int(found[1]) if found else 1
