"""A Chart as inline SVG with presentation attributes only, its figures also in words for those who cannot see it."""

from __future__ import annotations

from html import escape

from reports.document import Chart
from reports.renderers.chart_layout import shapes
from reports.renderers.chart_shapes import Box, Line, Shape, Words, number_text
from reports.renderers.style import MM
from reports.text import printable


def svg(chart: Chart, width: float) -> str:
    """The chart `width` millimetres wide as one <svg> element; it shrinks with its container."""
    drawn = "".join(_shape(shape) for shape in shapes(chart, width))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {chart.height:.2f}" '
        f'width="{width:.2f}mm" height="{chart.height:.2f}mm" role="img">'
        f"<title>{_plain(chart.title)}</title><desc>{_plain(in_words(chart))}</desc>{drawn}</svg>"
    )


def in_words(chart: Chart) -> str:
    """Every figure of the chart: 上报：8月 12，9月 15。办结：…; gaps are left out."""
    sentences = []
    for series in chart.series:
        values = [
            f"{label} {number_text(value)}"
            for label, value in zip(chart.labels, series.values, strict=False)
            if value is not None
        ]
        sentences.append(f"{series.name}：{'，'.join(values) or '没有数据'}")
    unit = f"单位：{chart.unit}。" if chart.unit else ""
    return f"{unit}{'。'.join(sentences)}。"


def _plain(text: str) -> str:
    return escape(printable(text).replace("\n", " "))


def _shape(shape: Shape) -> str:
    match shape:
        case Box():
            return (
                f'<rect x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.width:.2f}" '
                f'height="{shape.height:.2f}" fill="{shape.colour}"/>'
            )
        case Line():
            points = " ".join(f"{x:.2f},{y:.2f}" for x, y in shape.points)
            return f'<polyline points="{points}" fill="none" stroke="{shape.colour}" stroke-width="{shape.width:.2f}"/>'
        case Words():
            bold = ' font-weight="bold"' if shape.is_bold else ""
            return (
                f'<text x="{shape.x:.2f}" y="{shape.y:.2f}" font-size="{shape.size / MM:.2f}" '
                f'text-anchor="{shape.anchor}" fill="{shape.colour}"{bold}>{_plain(shape.text)}</text>'
            )
