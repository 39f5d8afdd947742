"""What stands behind the rows of a sheet, whose order is fixed: naming the drawing that shows the comments."""

from __future__ import annotations

from app.workbooks import markup
from app.workbooks.sheet_text import SheetParts

_BEHIND = frozenset({
    b"legacyDrawing", b"legacyDrawingHF", b"drawingHF", b"picture", b"oleObjects", b"controls", b"webPublishItems",
    b"tableParts", b"extLst", b"AlternateContent",
})  # fmt: skip
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def with_drawing(tail: bytes, parts: SheetParts, relation: str) -> bytes:
    """The tail (from </sheetData> on) with <legacyDrawing> put where the schema wants it."""
    space = _STRICT if b"purl.oclc.org/ooxml" in parts.head else _OFFICE
    written = b"<" + parts.prefix + b'legacyDrawing xmlns:r="' + space.encode() + (
        b'" r:id="' + relation.encode() + b'"/>'
    )  # fmt: skip
    start = tail.find(b">") + 1
    for each in markup.children(tail, start):
        if each.name in _BEHIND:
            return tail[: each.start] + written + tail[each.start :]
    end = tail.rfind(b"</")
    return tail[:end] + written + tail[end:]
