"""What a chart is drawn with: boxes, lines and words in millimetres, hatching and markers that tell series apart.

Origin top left, y grows downwards; type sizes in points. Screen and Word paint the same shapes. Series differ by
hatching or marker as well as by colour, so that a grey print can still be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reports.document import Chart, show
from reports.renderers.style import CHART_COLOURS, INK, MM, SECOND
from reports.text import character_width

LABEL_SIZE = 8.0
TITLE_SIZE = 10.5
TOP = 13.0
"""Room for title, unit and the key of series."""
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


def text_width(text: str, size: float) -> float:
    """Width in millimetres of `text` at `size` points, near enough to place labels."""
    return character_width(text) * size / MM


def colour_of(index: int) -> str:
    """The colour of the series at `index`; colours repeat after the fifth."""
    return CHART_COLOURS[index % len(CHART_COLOURS)]


def pattern_of(index: int) -> int:
    """Which of five hatchings a series has; beside a repeated colour it is another one (25 differ in all)."""
    return (index + index // len(CHART_COLOURS)) % 5


def number_text(value: Decimal | int) -> str:
    """A value at its point: 1,234 or 98.2."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    return show(value, "integer") if isinstance(value, int) else f"{value.normalize():f}"


def head(chart: Chart, width: float) -> list[Shape]:
    """Title at the left, unit at the right."""
    found: list[Shape] = [Words(0, 4.2, chart.title, TITLE_SIZE, is_bold=True)]
    if chart.unit:
        found.append(Words(width, 4.2, f"单位：{chart.unit}", LABEL_SIZE, "end", SECOND))
    return found


def nothing_to_draw(chart: Chart, width: float) -> Words:
    """What stands in the place of a chart without any value."""
    return Words(width / 2, chart.height / 2, "没有可画的数据", 9, "middle", SECOND)


def key(names: Sequence[str], left: float) -> list[Shape]:
    """Names with their hatched samples in a row below the title."""
    found: list[Shape] = []
    x = left
    for index, name in enumerate(names):
        found += hatched(Box(x, 7.2, 4, 2.6, colour_of(index)), index)
        found.append(Words(x + 5, 9.4, name))
        x += 5 + text_width(name, LABEL_SIZE) + 5
    return found


def marker(point: tuple[float, float], colour: str, index: int) -> list[Shape]:
    """Full square, open square, cross, diagonal cross, bar: told apart without colour."""
    x, y = point
    r = MARKER
    square = Box(x - r, y - r, 2 * r, 2 * r, colour)
    match pattern_of(index):
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
    pattern = pattern_of(index)
    if pattern == 0 or box.height <= 0:
        return [box]
    found: list[Shape] = [box]
    right, bottom = box.x + box.width, box.y + box.height
    if pattern == 2:
        found += [Line(((box.x, y), (right, y)), "#ffffff", 0.25) for y in _steps(box.y, bottom, HATCH_GAP)]
    elif pattern == 4:
        found += [Line(((x, box.y), (x, bottom)), "#ffffff", 0.25) for x in _steps(box.x, right, HATCH_GAP)]
    else:
        is_rising = pattern == 1
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
