"""Charts painted as vectors: the shapes that screen and Word use too, turned from millimetres down to points up."""

from __future__ import annotations

from reports.document import Chart
from reports.renderers.chart_layout import shapes
from reports.renderers.chart_shapes import Box, Line, Words
from reports.renderers.pdf_paper import Paper, colour_operator
from reports.renderers.style import MM

ROLE = "song"
BOLD_ROLE = "song_bold"


def paint_chart(paper: Paper, chart: Chart, x: float, y: float, width: float) -> None:
    """Paint `chart`, `width` points wide, with its upper left corner at x, y (points)."""
    for shape in shapes(chart, width / MM):
        match shape:
            case Box():
                bottom = y - (shape.y + shape.height) * MM
                paper.fill(x + shape.x * MM, bottom, shape.width * MM, shape.height * MM, colour=shape.colour)
            case Line():
                path = " ".join(
                    f"{x + across * MM:.2f} {y - down * MM:.2f} {'l' if number else 'm'}"
                    for number, (across, down) in enumerate(shape.points)
                )
                stroke = colour_operator(shape.colour, is_stroke=True)
                paper.write(f"q 1 j {stroke} {shape.width * MM:.2f} w {path} S Q")
            case Words():
                _words(paper, shape, x, y)


def _words(paper: Paper, words: Words, x: float, y: float) -> None:
    role = BOLD_ROLE if words.is_bold else ROLE
    width = paper.face(role).width(words.text, words.size)
    start = x + words.x * MM - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
    paper.text(start, y - words.y * MM, words.text, role=role, size=words.size, colour=words.colour)
