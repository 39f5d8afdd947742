"""The few elements of WordprocessingML that papers need, as strings: python-docx builds cells 30 times slower.

Widths and distances go in as millimetres and come out as twips (1/20 pt).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from reports.renderers.style import MM
from reports.text import printable

NAMESPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
JUSTIFY: Final = {"left": "left", "center": "center", "right": "right", "justify": "both"}


def twips(millimetres: float) -> int:
    """Twentieths of a point."""
    return round(millimetres * MM * 20)


def run(text: str, properties: str = "") -> str:
    """One run; line ends become <w:br/>, tabs <w:tab/>. `properties` is the inside of w:rPr."""
    pieces = []
    for number, line in enumerate(printable(text).split("\n")):
        if number:
            pieces.append("<w:br/>")
        for index, part in enumerate(line.split("\t")):
            if index:
                pieces.append("<w:tab/>")
            if part:
                pieces.append(f'<w:t xml:space="preserve">{escape(part)}</w:t>')
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{inside}{''.join(pieces)}</w:r>"


def paragraph(runs: str, style: str = "", properties: str = "") -> str:
    """One paragraph of `runs`; `properties` is the inside of w:pPr after the style, in the order of the schema."""
    named = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    inside = f"<w:pPr>{named}{properties}</w:pPr>" if named or properties else ""
    return f"<w:p>{inside}{runs}</w:p>"


def field(instruction: str, properties: str = "") -> str:
    """A field that Word and LibreOffice compute, such as PAGE or NUMPAGES."""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return (
        f'<w:r>{inside}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{inside}<w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r>{inside}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r>{inside}<w:t>1</w:t></w:r>"
        f'<w:r>{inside}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def cell(inside: str, width: int, properties: str = "") -> str:
    """One cell `width` twips wide holding paragraphs; `properties` follows w:tcW."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{inside}</w:tc>'


def row(cells: str, *, height: int = 0, is_head: bool = False, is_exact: bool = False) -> str:
    """One row that is never split over two pages; a head row is repeated on each. `height` in twips, 0 as needed."""
    rule = "exact" if is_exact else "atLeast"
    tall = f'<w:trHeight w:val="{height}" w:hRule="{rule}"/>' if height else ""
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{tall}{head}</w:trPr>{cells}</w:tr>"


def table(rows: str, widths: Sequence[int], style: str, properties: str = "") -> str:
    """A table of fixed columns, `widths` in twips; `properties` stands between the style and the width."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>{properties}<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def shares(weights: Sequence[float], whole: int) -> list[int]:
    """`whole` twips divided by `weights`, so that the parts add up exactly."""
    total = sum(weights) or 1.0
    edges, reached = [0], 0.0
    for weight in weights:
        reached += weight
        edges.append(round(whole * reached / total))
    return [after - before for before, after in pairwise(edges)]


GAP: Final = paragraph(
    "", "", '<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
)
"""A paragraph one point high: Word joins two tables that touch, and a section's end needs a paragraph."""
