"""What a chart is drawn with: boxes, lines and words in millimetres, hatching and markers that tell series apart.

Origin top left, y grows downwards; type sizes in points. Screen and Word paint the same shapes. Series differ by
hatching or marker as well as by colour, so that a grey print can still be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.renderers.style import INK

LABEL_SIZE = 8.0
MARKER = 0.9
HATCH_GAP = 1.4


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, `width` in millimetres."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class Words:
    """Text whose baseline is at y; `anchor` says which end of it is at x."""

    x: float
    y: float
    text: str
    size: float = LABEL_SIZE
    anchor: Literal["start", "middle", "end"] = "start"
    colour: str = INK
    is_bold: bool = False


Shape = Box | Line | Words


def marker(point: tuple[float, float], colour: str, index: int) -> list[Shape]:
    """Full square, open square, cross, diagonal cross, bar: told apart without colour."""
    x, y = point
    r = MARKER
    square = Box(x - r, y - r, 2 * r, 2 * r, colour)
    match index % 5:
        case 0:
            return [square]
        case 1:
            return [square, Box(x - r / 2, y - r / 2, r, r, "#ffffff")]
        case 2:
            return [Line(((x - r, y), (x + r, y)), colour, 0.45), Line(((x, y - r), (x, y + r)), colour, 0.45)]
        case 3:
            return [
                Line(((x - r, y - r), (x + r, y + r)), colour, 0.45),
                Line(((x - r, y + r), (x + r, y - r)), colour, 0.45),
            ]
        case _:
            return [Line(((x, y - r), (x, y + r)), colour, 0.6)]


def hatched(box: Box, index: int) -> list[Shape]:
    """The box with the hatching of its series: plain, rising, level, falling, upright."""
    if index % 5 == 0 or box.height <= 0:
        return [box]
    found: list[Shape] = [box]
    right, bottom = box.x + box.width, box.y + box.height
    if index % 5 == 2:
        found += [Line(((box.x, y), (right, y)), "#ffffff", 0.25) for y in _steps(box.y, bottom, HATCH_GAP)]
    elif index % 5 == 4:
        found += [Line(((x, box.y), (x, bottom)), "#ffffff", 0.25) for x in _steps(box.x, right, HATCH_GAP)]
    else:
        is_rising = index % 5 == 1
        for offset in _steps(0, box.width + box.height, HATCH_GAP):
            # The diagonal x + y = offset, cut to the box.
            ends = [
                (max(0.0, offset - box.height), min(offset, box.height)),
                (min(offset, box.width), max(0.0, offset - box.width)),
            ]
            points = tuple((box.x + dx, box.y + dy if is_rising else bottom - dy) for dx, dy in ends)
            found.append(Line(points, "#ffffff", 0.25))
    return found


def _steps(start: float, stop: float, gap: float) -> list[float]:
    count = int((stop - start) / gap)
    return [start + gap * index for index in range(1, count + 1) if start + gap * index < stop - 0.05]
