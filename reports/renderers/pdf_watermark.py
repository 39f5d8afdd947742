"""A watermark under every page of a finished PDF, as outlines: it can be read but neither searched nor copied."""

from __future__ import annotations

from typing import Final

from reports.fonts import chain
from reports.fonts.truetype import TrueTypeFont
from reports.renderers.pdf_draft import contours_of, outline_path

GREY: Final = "0.9"
SIZE: Final = 15.0
"""Points of one character."""
LONGEST: Final = 40


def outlines(text: str) -> tuple[bytes, float]:
    """The text as a path in pale grey from (0, 0), and its width in points; characters no font has are left out."""
    x, parts = 0.0, [f"{GREY} g"]
    for character in text[:LONGEST]:
        font = _font_of(character)
        if font is not None:
            parts.append(outline_path(contours_of(font, character), x, 0, SIZE / font.units))
        x += SIZE * (0.55 if character.isascii() else 1.05)
    return " ".join([*parts, "f"]).encode("ascii"), x


def _font_of(character: str) -> TrueTypeFont | None:
    return next((font for font in chain("hei") if contours_of(font, character)), None)


def placed(name: str, width: float, height: float, text_width: float) -> bytes:
    """A page's content that paints the form `name` in slanting rows over the page; sizes in points."""
    across, down = max(text_width * 0.95, 120.0), 120.0
    operators = ["q"]
    row, y = 0, 30.0
    while y < height:
        x = 20.0 - (row % 2) * across / 2
        while x < width:
            # Thirty degrees upwards.
            operators.append(f"q 0.866 0.5 -0.5 0.866 {x:.1f} {y:.1f} cm {name} Do Q")
            x += across
        row, y = row + 1, y + down
    return " ".join([*operators, "Q"]).encode("ascii")
