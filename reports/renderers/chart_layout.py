"""Where everything in a Chart stands: scale, bars, lines, labels; the marks themselves are chart_shapes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor

from reports.document import Chart, Series
from reports.renderers.chart_parts import heat_shapes, share_shapes
from reports.renderers.chart_shapes import (
    LABEL_SIZE,
    TOP,
    Box,
    Line,
    Shape,
    Words,
    colour_of,
    hatched,
    head,
    key,
    marker,
    nothing_to_draw,
    number_text,
    text_width,
)
from reports.renderers.style import MM, SECOND
from reports.text import character_width

GRID_COLOUR = "#e5e6eb"
LEFT = 14.0
LABEL_LINES = 3
LONGEST_TITLE = 60
"""Characters of a title, or of a label of one place."""
LONGEST_NAME = 20
"""Characters of a line's name: it stands at the line's end, or in the key above."""


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    step: float
    top: float
    bottom: float

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def shapes(chart: Chart, width: float) -> list[Shape]:
    """Everything there is to draw, back to front, `width` × `chart.height` millimetres.

    A chart without any value is its title and the words 没有可画的数据.
    """
    chart = _in_one_line(chart)
    if chart.kind in ("share", "heat"):
        return (share_shapes if chart.kind == "share" else heat_shapes)(chart, width)
    found = head(chart, width)
    values = [float(value) for series in chart.series for value in series.values if value is not None]
    if not values or not chart.labels:
        return [*found, nothing_to_draw(chart, width)]
    right = width - (_end_label_room(chart) if chart.kind == "line" else 2)
    slot = (right - LEFT) / len(chart.labels)
    labels = [_broken(label, slot) for label in chart.labels]
    depth = min(LABEL_LINES, max(len(lines) for lines in labels))
    scale = _scale(chart, values, top=TOP, bottom=chart.height - 2.5 - 3.4 * depth)
    found += _grid(scale, right)
    found += _axis_labels(labels, slot, scale.bottom)
    if chart.kind == "line":
        return found + _lines(chart, slot, scale, right)
    return (
        found
        + (key([series.name for series in chart.series], LEFT) if len(chart.series) > 1 else [])
        + (_stacks(chart, slot, scale) if chart.kind == "stacked_bar" else _bars(chart, slot, scale))
    )


def _in_one_line(chart: Chart) -> Chart:
    """The chart with names that are one line each and no longer than a chart can show; its words in full stand in the
    description that goes with the picture.
    """
    return replace(
        chart,
        title=_name(chart.title, LONGEST_TITLE),
        labels=tuple(_name(label, LONGEST_TITLE) for label in chart.labels),
        series=tuple(replace(series, name=_name(series.name, LONGEST_NAME)) for series in chart.series),
    )


def _name(text: str, most: int) -> str:
    one = " ".join(text[: 4 * most].split())
    return one if len(one) <= most else one[: most - 1] + "…"


def _scale(chart: Chart, values: list[float], *, top: float, bottom: float) -> _Scale:
    highest, lowest = max(0.0, *values, 0.0), min(0.0, *values, 0.0)
    if chart.kind == "stacked_bar":
        stacks = list(zip(*(series.values for series in chart.series), strict=False))
        highest = max(sum(max(0.0, float(part or 0)) for part in stack) for stack in stacks)
        lowest = min(sum(min(0.0, float(part or 0)) for part in stack) for stack in stacks)
    step = _nice((highest - lowest or 1.0) / 4)
    low = step * floor(lowest / step)
    # A little air above the tallest value, for the number that stands on it.
    high = max(step * ceil(highest * 1.02 / step), low + step)
    return _Scale(low, high, step, top, bottom)


def _nice(rough: float) -> float:
    power = 1.0
    while rough >= power * 10:
        power *= 10
    while rough < power and power > 1e-9:
        power /= 10
    return power * next(factor for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)


def _grid(scale: _Scale, right: float) -> list[Shape]:
    found: list[Shape] = []
    count = round((scale.high - scale.low) / scale.step)
    for index in range(count + 1):
        value = scale.low + index * scale.step
        y = scale.y(value)
        is_zero = abs(value) < scale.step / 1000
        found.append(Line(((LEFT, y), (right, y)), SECOND if is_zero else GRID_COLOUR, 0.3 if is_zero else 0.2))
        found.append(Words(LEFT - 1.5, y + 1, f"{value:,.6g}", LABEL_SIZE, "end", SECOND))
    return found


def _broken(label: str, slot: float) -> list[str]:
    """The label in lines of at most `slot` millimetres; what is left over after three lines is cut with …."""
    room = max(1.0, slot * 0.94 * MM / LABEL_SIZE)
    lines, line = [], ""
    for character in label:
        if line and character_width(line + character) > room:
            lines.append(line)
            line = ""
        line += character
    lines.append(line)
    if len(lines) > LABEL_LINES:
        lines = lines[:LABEL_LINES]
        lines[-1] = lines[-1][:-1] + "…"
    return lines


def _axis_labels(labels: list[list[str]], slot: float, bottom: float) -> list[Shape]:
    # Below 3.2 mm a slot holds no character: only every n-th place is named.
    every = max(1, round(3.2 / slot + 0.49))
    return [
        Words(LEFT + slot * (index + 0.5), bottom + 3.6 + 3.4 * row, text, LABEL_SIZE, "middle", SECOND)
        for index, lines in enumerate(labels)
        if index % every == 0
        for row, text in enumerate(lines)
    ]


def _bars(chart: Chart, slot: float, scale: _Scale) -> list[Shape]:
    found: list[Shape] = []
    bar = min(9.0, slot * 0.72 / len(chart.series))
    for place in range(len(chart.labels)):
        x = LEFT + slot * (place + 0.5) - bar * len(chart.series) / 2
        for index, series in enumerate(chart.series):
            value = series.values[place] if place < len(series.values) else None
            if value is not None:
                found += _bar(value, x + bar * index, bar, scale, index)
    return found


def _bar(value: Decimal | int, x: float, width: float, scale: _Scale, index: int) -> list[Shape]:
    zero, end = scale.y(0), scale.y(float(value))
    found = hatched(Box(x, min(zero, end), width * 0.92, abs(end - zero), colour_of(index)), index)
    text = number_text(value)
    if text_width(text, LABEL_SIZE) <= width * 1.6:
        y = end - 0.8 if value >= 0 else end + 3
        found.append(Words(x + width * 0.46, y, text, LABEL_SIZE, "middle"))
    return found


def _stacks(chart: Chart, slot: float, scale: _Scale) -> list[Shape]:
    found: list[Shape] = []
    width = min(14.0, slot * 0.6)
    for place in range(len(chart.labels)):
        x = LEFT + slot * (place + 0.5) - width / 2
        up, down = 0.0, 0.0
        for index, series in enumerate(chart.series):
            value = series.values[place] if place < len(series.values) else None
            if not value:
                continue
            start = up if value > 0 else down
            end = start + float(value)
            up, down = (end, down) if value > 0 else (up, end)
            top, height = min(scale.y(start), scale.y(end)), abs(scale.y(end) - scale.y(start))
            found += hatched(Box(x, top, width, height, colour_of(index)), index)
            found += _inside(number_text(value), x, top, width, height)
    return found


def _inside(text: str, x: float, top: float, width: float, height: float) -> list[Shape]:
    """A number in the middle of its piece, on white, so that hatching does not cross it; none where it has no room."""
    size = text_width(text, LABEL_SIZE)
    if height < 3.4 or size + 1 > width:
        return []
    middle = x + width / 2
    ground = Box(middle - size / 2 - 0.4, top + height / 2 - 1.6, size + 0.8, 3.2, "#ffffff")
    return [ground, Words(middle, top + height / 2 + 1, text, LABEL_SIZE, "middle")]


def _lines(chart: Chart, slot: float, scale: _Scale, right: float) -> list[Shape]:
    found: list[Shape] = []
    ends: list[tuple[float, int]] = []
    for index, series in enumerate(chart.series):
        points = [
            None if value is None else (LEFT + slot * (place + 0.5), scale.y(float(value)))
            for place, value in enumerate(series.values[: len(chart.labels)])
        ]
        colour = colour_of(index)
        found += [Line((a, b), colour, 0.5) for a, b in pairwise(points) if a and b]
        for point, value in zip(points, series.values, strict=False):
            if point and value is not None:
                found += marker(point, colour, index)
                if len(chart.series) == 1 and text_width(number_text(value), LABEL_SIZE) <= slot:
                    found.append(Words(point[0], point[1] - 1.6, number_text(value), LABEL_SIZE, "middle"))
        if last := [point for point in points if point]:
            ends.append((last[-1][1], index))
    return found + _end_labels(chart, ends, right)


def _end_labels(chart: Chart, ends: list[tuple[float, int]], right: float) -> list[Shape]:
    """Names at the right ends of their lines, pushed apart so that none covers another."""
    found: list[Shape] = []
    lowest = 0.0
    for end, index in sorted(ends):
        y = max(end, lowest)
        lowest = y + 3.4
        text = _end_text(chart, chart.series[index])
        found.append(Words(right + 1.5, y + 1, text, LABEL_SIZE, "start", colour_of(index), is_bold=True))
    return found


def _end_label_room(chart: Chart) -> float:
    return 3 + max((text_width(_end_text(chart, series), LABEL_SIZE) for series in chart.series), default=0)


def _end_text(chart: Chart, series: Series) -> str:
    """The line's name, with its last value where several lines leave no room for values at the points."""
    last = next((value for value in reversed(series.values) if value is not None), None)
    return series.name if last is None or len(chart.series) == 1 else f"{series.name} {number_text(last)}"
