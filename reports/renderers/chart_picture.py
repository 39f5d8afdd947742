"""A Chart as a PNG for formats that hold no drawing of ours, painted with the fonts of this library."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from reports.document import Chart
from reports.fonts import HERE, SANS
from reports.renderers.chart_layout import shapes
from reports.renderers.chart_shapes import Box, Line, Words
from reports.text import printable

DOTS_PER_INCH = 240
SCALE = DOTS_PER_INCH / 25.4


def png(chart: Chart, width: float) -> bytes:
    """The chart `width` millimetres wide at 240 dots per inch; equal charts give equal bytes."""
    image = Image.new("RGB", (round(width * SCALE), round(chart.height * SCALE)), "#ffffff")
    draw = ImageDraw.Draw(image)
    for shape in shapes(chart, width):
        if isinstance(shape, Box):
            left, top = shape.x * SCALE, shape.y * SCALE
            right, bottom = left + shape.width * SCALE, top + shape.height * SCALE
            if bottom > top:
                draw.rectangle((left, top, right, bottom), fill=shape.colour)
        elif isinstance(shape, Line):
            points = [(x * SCALE, y * SCALE) for x, y in shape.points]
            draw.line(points, fill=shape.colour, width=max(1, round(shape.width * SCALE)))
        else:
            _write(draw, shape)
    file = BytesIO()
    # A palette holds ten colours and their edges in a third of the size; the default method takes 160 ms.
    small = image.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # Fast octree mixes white with what is almost white; paper must stay white.
    small.putpalette([255 if level >= 254 else level for level in small.getpalette() or ()])
    small.save(file, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return file.getvalue()


def _write(draw: ImageDraw.ImageDraw, words: Words) -> None:
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[words.anchor]
    font = _font(round(words.size * DOTS_PER_INCH / 72))
    text = printable(words.text).replace("\n", " ")
    draw.text((words.x * SCALE, words.y * SCALE), text, fill=words.colour, font=font, anchor=anchor)


@lru_cache(maxsize=8)
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    # The basic layout engine, since raqm is not on every machine and would place glyphs differently.
    return ImageFont.truetype(HERE / SANS, pixels, layout_engine=ImageFont.Layout.BASIC)
