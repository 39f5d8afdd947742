"""Charts of parts: strips of 100 % (占比) and tables whose cells darken with their figures (热力表). Millimetres.

Both say each figure in print as well, so that nothing is lost in grey.
"""

from __future__ import annotations

from decimal import Decimal

from reports.document import Chart, Series, ratio, show
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
    nothing_to_draw,
    number_text,
    text_width,
)
from reports.renderers.style import INK, LINE, MM, SECOND
from reports.text import character_width

STRIP = 11.0
"""Height of a strip of 100 % where there is room."""
STRIP_GAP = 0.35
"""Share of a strip's slot that stays free."""
LEGEND_LINE = 4.6
SAMPLE = 4.0
NAMES_SHARE = 0.28
"""Names at the left take at most so much of the width."""
PALE = (0xF4, 0xF8, 0xFE)
DEEP = (0x14, 0x3F, 0x8F)
"""Lightest and darkest tint of a heat table; their grey values are far apart and every step between is darker."""
WHITE_ON = 0.64
"""From this share of the way to DEEP on, figures are white."""


def share_shapes(chart: Chart, width: float) -> list[Shape]:
    """One strip for each series, whole width = 100 %; below, every part with figure and share."""
    found = head(chart, width)
    strips = [(series, parts) for series in chart.series if (parts := _parts(chart, series))]
    if not strips:
        return [*found, nothing_to_draw(chart, width)]
    is_single = len(chart.series) == 1
    left = 0.0 if is_single else _names_width([series.name for series, _parts_of in strips], width)
    legend = _legend(chart, strips[0][1] if is_single else [], width)
    room = chart.height - TOP + 4 - legend[1]
    slot = min(room / len(strips), STRIP / (1 - STRIP_GAP))
    for number, (series, parts) in enumerate(strips):
        y = TOP - 4 + number * slot
        height = slot * (1 - STRIP_GAP)
        if not is_single:
            found.append(Words(left - 2, y + height / 2 + 1, _cut(series.name, left - 2), LABEL_SIZE, "end", SECOND))
        found += _strip(parts, left, y, width - left, height)
    return found + _moved(legend[0], TOP - 4 + len(strips) * slot)


Part = tuple[int, str, Decimal, Decimal]
"""Index among the labels, label, value, per cent of the whole."""


def _parts(chart: Chart, series: Series) -> list[Part]:
    """The parts above zero; a part below zero is no part of a whole and is left out."""
    pairs = list(zip(chart.labels, series.values, strict=False))
    whole = sum((Decimal(value) for _label, value in pairs if value is not None and value > 0), Decimal(0))
    return [
        (index, label, Decimal(value), ratio(Decimal(value), whole, 1) or Decimal(0))
        for index, (label, value) in enumerate(pairs)
        if value is not None and value > 0
    ]


def _strip(parts: list[Part], x: float, y: float, width: float, height: float) -> list[Shape]:
    found: list[Shape] = []
    whole = sum(value for _index, _label, value, _share in parts)
    for index, label, value, share in parts:
        size = float(value / whole) * width
        found += hatched(Box(x, y, size, height, colour_of(index)), index)
        for text in (f"{label} {share}%", f"{share}%"):
            if text_width(text, LABEL_SIZE) + 2 <= size and height >= 4:
                middle, half = x + size / 2, text_width(text, LABEL_SIZE) / 2 + 0.5
                found.append(Box(middle - half, y + height / 2 - 1.7, 2 * half, 3.4, "#ffffff"))
                found.append(Words(middle, y + height / 2 + 1, text, LABEL_SIZE, "middle"))
                break
        x += size
        found.append(Line(((x, y), (x, y + height)), "#ffffff", 0.4))
    return found


def _legend(chart: Chart, parts: list[Part], width: float) -> tuple[list[Shape], float]:
    """Samples and names in columns; figures too where there is one strip. With the height it takes.

    Names that have no room are counted at the end.
    """
    texts = [(index, f"{label}　{number_text(value)}{chart.unit}　{share}%") for index, label, value, share in parts]
    texts = texts or list(enumerate(chart.labels))
    widest = max(text_width(text, LABEL_SIZE) for _index, text in texts) + SAMPLE + 6
    columns = max(1, int(width / widest))
    most = max(1, int((chart.height - TOP - STRIP) / LEGEND_LINE)) * columns
    found: list[Shape] = []
    if len(texts) > most:
        row, column = divmod(most - 1, columns)
        rest = f"……共{len(texts)}项"
        found.append(Words(column * width / columns, row * LEGEND_LINE + 2.3, rest, LABEL_SIZE, colour=SECOND))
        texts = texts[: most - 1]
    for number, (index, text) in enumerate(texts):
        row, column = divmod(number, columns)
        x, y = column * width / columns, row * LEGEND_LINE
        found += hatched(Box(x, y, SAMPLE, 2.6, colour_of(index)), index)
        found.append(Words(x + SAMPLE + 1.2, y + 2.3, _cut(text, width / columns - SAMPLE - 2), LABEL_SIZE))
    return found, -(-len(texts) // columns) * LEGEND_LINE


def _moved(shapes: list[Shape], down: float) -> list[Shape]:
    found: list[Shape] = []
    for shape in shapes:
        match shape:
            case Box():
                found.append(Box(shape.x, shape.y + down, shape.width, shape.height, shape.colour))
            case Line():
                found.append(Line(tuple((x, y + down) for x, y in shape.points), shape.colour, shape.width))
            case Words():
                found.append(Words(shape.x, shape.y + down, shape.text, shape.size, shape.anchor, shape.colour))
    return found


def heat_shapes(chart: Chart, width: float) -> list[Shape]:
    """Names at the left, labels above, a cell for each figure, the darker the larger; — where there is none."""
    found = head(chart, width)
    values = [float(value) for series in chart.series for value in series.values if value is not None]
    if not values or not chart.labels:
        return [*found, nothing_to_draw(chart, width)]
    left = _names_width([series.name for series in chart.series], width)
    top, bottom = TOP - 1, chart.height - 5.5
    row, column = (bottom - top) / len(chart.series), (width - left) / len(chart.labels)
    found += _heads(chart, left, column, top)
    low, high = min(values), max(values)
    for number, series in enumerate(chart.series):
        y = top + number * row
        if row >= 3.2:
            found.append(Words(left - 2, y + row / 2 + 1, _cut(series.name, left - 2), LABEL_SIZE, "end", SECOND))
        for place in range(len(chart.labels)):
            value = series.values[place] if place < len(series.values) else None
            depth = None if value is None else (float(value) - low) / (high - low) if high > low else 0.5
            found += _heat_cell(left + place * column, y, (column, row), value, depth)
    note = f"颜色越深数值越大：最小 {_shown(low)}，最大 {_shown(high)}"
    return [*found, Words(width, chart.height - 1.2, note, LABEL_SIZE, "end", SECOND)]


def _heads(chart: Chart, left: float, column: float, top: float) -> list[Shape]:
    every = max(1, -(-32 // max(1, int(column * 10))))
    return [
        Words(left + (place + 0.5) * column, top - 1.4, _cut(label, column * every - 0.6), LABEL_SIZE, "middle", SECOND)
        for place, label in enumerate(chart.labels)
        if place % every == 0
    ]


def _heat_cell(
    x: float, y: float, size: tuple[float, float], value: Decimal | int | None, depth: float | None
) -> list[Shape]:
    width, height = size
    found: list[Shape] = [Box(x, y, width, height, LINE)]
    frame = 0.12
    colour = "#ffffff" if depth is None else tint(depth)
    found.append(Box(x + frame, y + frame, width - 2 * frame, max(0.0, height - 2 * frame), colour))
    text = show(None, "integer") if value is None else number_text(value)
    if height >= 3.2 and text_width(text, LABEL_SIZE) + 0.6 <= width:
        ink = "#ffffff" if depth is not None and depth >= WHITE_ON else INK
        found.append(Words(x + width / 2, y + height / 2 + 1, text, LABEL_SIZE, "middle", ink))
    return found


def tint(depth: float) -> str:
    """#rrggbb between PALE (0) and DEEP (1)."""
    parts = (round(pale + (deep - pale) * depth) for pale, deep in zip(PALE, DEEP, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _shown(value: float) -> str:
    return number_text(Decimal(str(value)))


def _names_width(names: list[str], width: float) -> float:
    return min(width * NAMES_SHARE, max(text_width(name, LABEL_SIZE) for name in names) + 3)


def _cut(text: str, room: float) -> str:
    """The text, or as much of it as `room` millimetres hold with … behind."""
    if text_width(text, LABEL_SIZE) <= room:
        return text
    most = room * MM / LABEL_SIZE - 1
    while text and character_width(text) > most:
        text = text[:-1]
    return text + "…"
