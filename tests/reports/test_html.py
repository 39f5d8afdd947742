"""HTML of papers: nothing a strict Content-Security-Policy refuses, nothing a user wrote becomes markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from reports.document import BLOCK_TYPES, Chart, Document, Facts, Heading, Paragraph, Series, Table, TableColumn
from reports.renderers.chart_layout import shapes
from reports.renderers.chart_shapes import Box, Line, Words
from reports.renderers.html import render, render_fragment, stylesheet
from tests.reports.block_papers import every_block
from tests.reports.papers import PAPERS
from tests.reports.test_rendering import Reader

HOSTILE = '<script>alert(1)</script>" onload="x" \'&amp;'


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS.keys())
def test_the_fragment_needs_no_inline_style_script_or_other_host(paper: Callable[[], Document]) -> None:
    reader = Reader()
    reader.feed(render_fragment(paper()))
    names = {name for _, name, _ in reader.attributes}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]
    sources = [value or "" for _, name, value in reader.attributes if name in ("src", "href")]
    assert all(source.startswith("data:image/") for source in sources)


@pytest.mark.parametrize("block_type", BLOCK_TYPES, ids=lambda kind: kind.__name__)
def test_every_class_of_the_fragment_has_a_rule_or_a_reason(block_type: type) -> None:
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", stylesheet()))
    # These carry no look of their own: a mark of the block's kind, or the plain case among others.
    known |= {"text", "head", "sign-1", "split", "space"}
    for style in ("table", "official"):
        blocks = tuple(block for block in every_block(style=style).blocks if isinstance(block, block_type))
        fragment = render_fragment(Document("题", blocks, style=style))  # type: ignore[arg-type]
        used = {name for value in re.findall(r'class="([^"]*)"', fragment) for name in value.split()}
        assert used <= known


def test_text_of_users_never_becomes_markup() -> None:
    document = Document(
        HOSTILE,
        (
            Heading(HOSTILE),
            Paragraph(HOSTILE),
            Facts(((HOSTILE, HOSTILE),)),
            Table((TableColumn(HOSTILE, group=HOSTILE),), ((HOSTILE,),), caption=HOSTILE, note=HOSTILE),
            Chart(HOSTILE, (HOSTILE,), (Series(HOSTILE, (1,)),), unit=HOSTILE),
        ),
        subtitle=HOSTILE,
        short_code=HOSTILE,
    )
    page = render(document).decode()
    assert "<script" not in page
    reader = Reader()
    reader.feed(page)
    assert "".join(reader.words).count("<script>alert(1)</script>") >= 10
    assert not [name for _, name, _ in reader.attributes if name == "onload"]


def test_headings_and_tables_are_told_to_those_who_listen() -> None:
    fragment = render_fragment(every_block())
    assert [int(level) for level in re.findall(r"<h([1-6])", fragment)] == [1, 2, 3, 4, 5, 2]
    assert fragment.count("<caption>") == 2
    assert 'scope="colgroup" colspan="2">事件' in fragment
    assert '<article class="paper paper-table" lang="zh-CN">' in fragment


def test_page_sizes_follow_the_sheet() -> None:
    fragment = render_fragment(every_block())
    assert re.findall(r"sheet-a4-\w+", fragment) == ["sheet-a4-portrait", "sheet-a4-landscape", "sheet-a4-portrait"]
    assert "@page table-a4-landscape{size:A4 landscape;margin:15mm 15mm 15mm 15mm" in stylesheet()
    assert "@page official-a4-portrait{size:A4 portrait;margin:37mm 26mm 35mm 28mm" in stylesheet()


def test_a_chart_says_its_figures_in_words() -> None:
    fragment = render_fragment(every_block())
    assert "上报：5月 980，6月 1,010，7月 1,105，9月 1,180，10月 1,300" in fragment
    assert "走访：枫叶社区 320，桂苑社区 287.5" in fragment


CHARTS = [block for block in every_block().blocks if isinstance(block, Chart)]
ODD_CHARTS = [
    Chart("空", (), ()),
    Chart("全缺", ("一月",), (Series("甲", (None,)),), kind="line"),
    Chart("全零", ("一月", "二月"), (Series("甲", (0, 0)),)),
    Chart("负数", ("一月", "二月"), (Series("甲", (-5, 12)), Series("乙", (3, -8)))),
    Chart("负数叠放", ("一月", "二月"), (Series("甲", (-5, 12)), Series("乙", (3, -8))), kind="stacked_bar"),
    Chart("很多", tuple(f"第{n}社区居民委员会" for n in range(123)), (Series("甲", tuple(range(123))),)),
    Chart("极大", ("一月",), (Series("甲", (10**12,)),), kind="line"),
    Chart("数少于月份", ("一月", "二月", "三月"), (Series("甲", (1,)),), kind="line"),
    Chart("一份", ("甲",), (Series("数", (7,)),), kind="share"),
    Chart("全零占比", ("甲", "乙"), (Series("数", (0, 0)),), kind="share"),
    Chart("有负有缺", ("甲", "乙", "丙"), (Series("数", (-3, None, 8)), Series("数二", (1,))), kind="share"),
    Chart("很多份", tuple(f"第{n}社区居民委员会" for n in range(60)), (Series("数", tuple(range(60))),), kind="share"),
    Chart("四十条占比", ("甲", "乙"), tuple(Series(f"第{n}社区", (n, 3)) for n in range(40)), kind="share"),
    Chart("全缺热力", ("甲",), (Series("数", (None,)),), kind="heat"),
    Chart("一样热", ("甲", "乙"), (Series("数", (5, 5)), Series("数二", ())), kind="heat"),
    Chart(
        "很大的热力表",
        tuple(f"{n}日" for n in range(1, 32)),
        tuple(Series(f"第{n}社区居民委员会", tuple(n * d for d in range(31))) for n in range(40)),
        kind="heat",
    ),
    Chart("七条线", ("一月", "二月"), tuple(Series(f"第{n}条", (n, n)) for n in range(7)), kind="line"),
]


@pytest.mark.parametrize("chart", CHARTS + ODD_CHARTS, ids=lambda chart: chart.title)
@pytest.mark.parametrize("width", [90.0, 156.0, 267.0])
def test_nothing_of_a_chart_leaves_its_paper(chart: Chart, width: float) -> None:
    for shape in shapes(chart, width):
        match shape:
            case Box():
                corners = [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
                assert shape.height >= 0
            case Line():
                corners = list(shape.points)
            case Words():
                corners = [(shape.x, shape.y)]
        for x, y in corners:
            assert -0.01 <= x <= width + 0.01, shape
            assert -0.01 <= y <= chart.height + 0.01, shape


def test_bars_are_as_high_as_their_figures() -> None:
    chart = Chart("比例", ("甲", "乙"), (Series("数", (100, 50)),))
    bars = [shape for shape in shapes(chart, 156) if isinstance(shape, Box)]
    assert bars[0].height == pytest.approx(2 * bars[1].height)
    assert bars[0].y + bars[0].height == pytest.approx(bars[1].y + bars[1].height)


def test_names_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    chart = ODD_CHARTS[-1]
    ends = sorted(shape.y for shape in shapes(chart, 156) if isinstance(shape, Words) and shape.text.startswith("第"))
    assert len(ends) == 7
    assert all(after - before >= 3.3 for before, after in pairwise(ends))
