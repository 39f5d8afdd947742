"""Charts of all five kinds: right in size, told apart in grey, vectors in PDF, pictures in Word and Excel, SVG on screen."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from itertools import pairwise
from typing import get_args, get_type_hints

import pdfplumber
import pytest
from PIL import Image

from reports.document import Chart, Document, Series
from reports.renderers.chart_layout import shapes
from reports.renderers.chart_parts import tint
from reports.renderers.chart_picture import png
from reports.renderers.chart_shapes import Box, Words, colour_of, pattern_of
from reports.rendering import FORMATS, render
from tests.calls import calls
from tests.reports.block_papers import every_block

KINDS = get_args(get_type_hints(Chart)["kind"])
SHARE = Chart("来源", ("巡查", "热线", "随手拍"), (Series("事件", (50, 30, 20)),), kind="share", unit="件")
HEAT = Chart("逐月", ("8月", "9月"), (Series("枫叶", (0, 50)), Series("桂苑", (None, 100))), kind="heat")


def sample(kind: str) -> Chart:
    series = tuple(Series(f"第{n}类", tuple(20 + n * 7 + month for month in range(6))) for n in range(4))
    return Chart("各社区事件", tuple(f"{month}月" for month in range(1, 7)), series, kind=kind, unit="件")  # type: ignore[arg-type]


def grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def boxes(chart: Chart, colour: str) -> list[Box]:
    return [shape for shape in shapes(chart, 156) if isinstance(shape, Box) and shape.colour == colour]


def test_the_sample_paper_holds_every_kind() -> None:
    assert {block.kind for block in every_block().blocks if isinstance(block, Chart)} == set(KINDS)


def test_parts_of_a_share_are_as_wide_as_their_shares_and_fill_the_strip() -> None:
    parts = [boxes(SHARE, colour_of(index))[0] for index in range(3)]
    assert [part.width for part in parts] == pytest.approx([78, 46.8, 31.2])
    for left, right in pairwise(parts):
        assert left.x + left.width == pytest.approx(right.x)
    words = [shape.text for shape in shapes(SHARE, 156) if isinstance(shape, Words)]
    assert "巡查　50件　50.0%" in words


def test_a_share_rounds_half_up_and_leaves_parts_below_zero_out() -> None:
    chart = Chart("占比", ("甲", "乙", "丙"), (Series("数", (Decimal("0.125"), Decimal("99.875"), -5)),), kind="share")
    words = " ".join(shape.text for shape in shapes(chart, 156) if isinstance(shape, Words))
    assert "0.1%" in words
    assert "99.9%" in words
    assert "丙" not in words


def test_cells_of_a_heat_table_darken_with_their_figures_and_none_is_white() -> None:
    steps = [grey(tint(depth / 20)) for depth in range(21)]
    assert all(after < before - 3 for before, after in pairwise(steps))
    low, middle, high = (boxes(HEAT, tint(depth)) for depth in (0.0, 0.5, 1.0))
    assert [len(found) for found in (low, middle, high)] == [1, 1, 1]
    assert len(boxes(HEAT, "#ffffff")) == 1
    words = [shape.text for shape in shapes(HEAT, 156) if isinstance(shape, Words)]
    assert {"0", "50", "—", "100"} <= set(words)


@pytest.mark.parametrize("depth", [number / 20 for number in range(21)])
def test_figures_on_tinted_cells_stand_out(depth: float) -> None:
    chart = Chart("热", tuple("一二三"), (Series("数", (0, round(depth * 1000), 1000)),), kind="heat")
    figure = [shape for shape in shapes(chart, 156) if isinstance(shape, Words) and shape.anchor == "middle"][4]

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(figure.colour), luminance(tint(depth))))
    assert (light + 0.05) / (dark + 0.05) >= 3.5


def test_series_are_told_apart_without_colour() -> None:
    assert len({(colour_of(index), pattern_of(index)) for index in range(25)}) == 25
    assert all(pattern_of(index) != pattern_of(index + 1) for index in range(4))
    assert len({pattern_of(index) for index in range(5)}) == 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_grey_picture_still_shows_every_series(kind: str) -> None:
    picture = Image.open(io.BytesIO(png(sample(kind), 156))).convert("L")
    levels = [level for level, count in enumerate(picture.histogram()) if count > 40]
    assert len(levels) >= 5
    assert min(levels) < 140


@pytest.mark.parametrize("kind", KINDS)
def test_each_format_holds_the_chart_in_its_own_way(kind: str) -> None:
    document = Document("图", (sample(kind),))
    made = {name: render(document, name) for name in FORMATS}
    page = pdfplumber.open(io.BytesIO(made["pdf"])).pages[0]
    assert not page.images
    assert len(page.rects) + len(page.lines) + len(page.curves) > 10
    assert "各社区事件" in page.extract_text()
    html = made["html"].decode()
    assert html.count("<svg") == 1
    assert "<img" not in html
    for name, folder in (("docx", "word/media/"), ("xlsx", "xl/media/")):
        archive = zipfile.ZipFile(io.BytesIO(made[name]))  # type: ignore[index]
        pictures = [part for part in archive.namelist() if part.startswith(folder)]
        assert len(pictures) == 1
        assert Image.open(io.BytesIO(archive.read(pictures[0]))).size[0] > 800


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_takes_little_work(kind: str) -> None:
    chart = sample(kind)
    png(chart, 156)
    assert calls(lambda: (png(chart, 156), shapes(chart, 156))) < 20_000


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_any_length_leave_room_for_the_figures(kind: str) -> None:
    long = "很长的\n名称\u202e" * 10_000
    chart = Chart(long, (long, "乙"), (Series(long, (1, 2)), Series("短", (3, 4))), kind=kind)  # type: ignore[arg-type]
    found = shapes(chart, 156)
    for words in (shape for shape in found if isinstance(shape, Words)):
        assert len(words.text) <= 80
        assert "\n" not in words.text
        assert 0 <= words.x <= 156
