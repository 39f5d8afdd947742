"""One worksheet filled from top to bottom: lines of text over the whole width, blank rows, pictures."""

from __future__ import annotations

from io import BytesIO
from math import ceil
from typing import Any, Final

from PIL import Image

from reports.document import Document
from reports.renderers.style import MM, TextStyle, text_style, text_width
from reports.renderers.xlsx_cells import Cells
from reports.renderers.xlsx_live import Placed
from reports.renderers.xlsx_plan import Sheet
from reports.text import character_width, printable

PIXELS: Final = 96 / 25.4
DIGIT: Final = 7.41
"""Pixels: a column's width is counted in digits of Arial 10, the workbook's normal font. Excel rounds them to 7 and makes
columns a twentieth narrower, LibreOffice does not: so type is printed smaller than it is in neither."""
PIXEL: Final = 0.75
"""Points."""
TALLEST: Final = 400.0
"""Points; Excel allows 409 for a row."""
CENTRE: Final = {"align": "center"}


class Canvas:
    """A worksheet, its plan, and `row`, the next free one."""

    def __init__(self, document: Document, cells: Cells, planned: Sheet, sheet: Any) -> None:
        self.document = document
        self.cells = cells
        self.plan = planned
        self.sheet = sheet
        self.row = 0
        self.last_column = len(planned.edges) - 2
        self.width = text_width(document, planned.orientation) * planned.stretch
        self.heads: list[tuple[int, int]] = []
        """First and last row of each table's head."""
        self.bodies: list[tuple[int, int]] = []
        """First and last row of each table below its head, totals among them."""
        self.heights: dict[int, float] = {}
        self.placed = Placed()
        for index in range(self.last_column + 1):
            share = planned.edges[index + 1] - planned.edges[index]
            sheet.set_column(index, index, max(1.5, round((share * self.width * PIXELS - 5) / DIGIT, 2)))

    def style(self, name: str) -> TextStyle:
        return text_style(self.document, name)

    def tall(self, row: int, points: float) -> None:
        """Make a row so many points high, in whole pixels as Excel shows it."""
        self.heights[row] = min(TALLEST, max(PIXEL, ceil(points / PIXEL) * PIXEL))
        self.sheet.set_row(row, self.heights[row])

    def room(self, columns: tuple[int, int]) -> float:
        """Millimetres from the first column's left to the last one's right edge."""
        return (self.plan.edges[columns[1] + 1] - self.plan.edges[columns[0]]) * self.width

    def height(self, text: str, style: TextStyle, columns: tuple[int, int]) -> float:
        """Points that `text` takes when it wraps: Excel does not reckon the height of merged cells."""
        across = max(1.0, (self.room(columns) * MM - 4) / style.size)
        lines = sum(max(1, ceil(character_width(line) / across)) for line in printable(text).split("\n"))
        return min(TALLEST, lines * style.leading + 3)

    def line(self, text: str, style: str | TextStyle, more: dict[str, Any] | None = None) -> None:
        """Text over the whole width; what is taller than a row may be goes on in the next."""
        look = self.style(style) if isinstance(style, str) else style
        across = (0, self.last_column)
        lines_in_row = int(TALLEST / look.leading)
        room = max(1, int(self.room(across) * MM / look.size) * lines_in_row - 4)
        for start in range(0, max(1, len(text)), room):
            part = text[start : start + room]
            self.tall(self.row, self.height(part, look, across))
            self.cells.text(self.sheet, self.row, across, part, {"style": look, "align": "left", **(more or {})})
            self.row += 1

    def blank(self, points: float) -> None:
        self.tall(self.row, points)
        self.row += 1

    def image(self, data: bytes, width: float, description: str) -> None:
        with Image.open(BytesIO(data)) as image:
            if image.format not in ("PNG", "JPEG"):
                raise ValueError("图片只能是 PNG 或 JPEG")
            across, down = image.size
            dots = image.info.get("dpi", (96, 96))
        height = width * down / across
        options = {
            "image_data": BytesIO(data),
            # XlsxWriter scales from the size the image's own resolution gives.
            "x_scale": width * PIXELS / (across * 96 / (dots[0] or 96)),
            "y_scale": height * PIXELS / (down * 96 / (dots[1] or 96)),
            "x_offset": max(0.0, (self.width - width) / 2 * PIXELS),
            "description": printable(description)[:2000],
            "object_position": 1,
        }
        top = self.row
        left = height * MM + 6
        while left > 0:
            self.blank(min(TALLEST, left))
            left -= TALLEST
        self.sheet.insert_image(top, 0, "picture.png", options)
