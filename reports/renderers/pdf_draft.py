"""The mark 草稿 across each page of a paper not yet approved, as outlines: no word of it is found or copied."""

from __future__ import annotations

from typing import Final

from reports.fonts import chain
from reports.fonts.truetype import Point, TrueTypeFont
from reports.renderers.pdf_paper import Paper
from reports.renderers.style import DRAFT_TEXT

DRAFT_GREY: Final = "0.93"
DRAFT_SHARE: Final = 0.3
"""Size of one character of 草稿 as a share of the shorter side."""


def paint_draft(paper: Paper, width: float, height: float) -> None:
    """草稿 across the page as bare outlines in pale grey: text would be found and copied with the paper's own words."""
    drawn = (font for font in chain("hei") if all(contours_of(font, character) for character in DRAFT_TEXT))
    font = next(drawn, None)
    if font is None:
        return
    size = min(width, height) * DRAFT_SHARE
    paper.write(f"q {DRAFT_GREY} g")
    for number, character in enumerate(DRAFT_TEXT):
        x = width / 2 + (number - len(DRAFT_TEXT) / 2) * size * 1.05
        y = height / 2 - size * 0.38
        paper.write(outline_path(contours_of(font, character), x, y, size / font.units))
    paper.write("f Q")


def contours_of(font: TrueTypeFont, character: str) -> list[list[Point]]:
    glyph = font.glyphs.get(ord(character))
    return font.outline(glyph) if glyph else []


def outline_path(contours: list[list[Point]], x: float, y: float, scale: float) -> str:
    """TrueType contours (quadratic) as a PDF path (cubic): each control point moves to a third from the ends."""
    operators: list[str] = []
    for contour in contours:
        points = _with_implied_points(contour)
        px, py = points[0][0], points[0][1]
        operators.append(f"{x + px * scale:.1f} {y + py * scale:.1f} m")
        at = 1
        closed = [*points[1:], points[0]]
        while at <= len(closed):
            nx, ny, is_on = closed[at - 1]
            if is_on:
                operators.append(f"{x + nx * scale:.1f} {y + ny * scale:.1f} l")
                at += 1
            else:
                ex, ey, _on = closed[at]
                curve = (
                    px + 2 * (nx - px) / 3,
                    py + 2 * (ny - py) / 3,
                    ex + 2 * (nx - ex) / 3,
                    ey + 2 * (ny - ey) / 3,
                    ex,
                    ey,
                )
                shown = " ".join(
                    f"{(y if number % 2 else x) + value * scale:.1f}" for number, value in enumerate(curve)
                )
                operators.append(f"{shown} c")
                nx, ny = ex, ey
                at += 2
            px, py = nx, ny
        operators.append("h")
    return " ".join(operators)


def _with_implied_points(contour: list[Point]) -> list[Point]:
    """Between two control points TrueType means a point on the curve half-way; the list begins on the curve."""
    points: list[Point] = []
    for number, point in enumerate(contour):
        before = contour[number - 1]
        if not point[2] and not before[2]:
            points.append(((point[0] + before[0]) / 2, (point[1] + before[1]) / 2, True))
        points.append(point)
    start = next(number for number, point in enumerate(points) if point[2])
    return points[start:] + points[:start]
