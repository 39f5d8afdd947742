"""Tables in PDF: no row lost, heads repeated, no lonely row, nothing cut or outside, names of every script."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.document import Document, FootLine, Page, Table, TableColumn
from reports.renderers.column_widths import even_out, share_widths
from reports.renderers.pdf import render
from reports.renderers.pdf_table import divide
from reports.renderers.pdf_table_layout import head_cells

pdfplumber = pytest.importorskip("pdfplumber")

MM = 72 / 25.4
NAMES = ("王小明", "㛃䶮", "陈𬱖", "李𫖯", "欧阳建国", "阿不都热西提·买买提")
FOOT = FootLine((("填报单位（盖章）", ""), ("填表人", "周岚"), ("审核人", ""), ("负责人", ""), ("填报日期", "")))
COLUMNS = (
    TableColumn("序号", 0.5, "id"),
    TableColumn("姓名", 1.5),
    TableColumn("出生年月", 1, "month"),
    TableColumn("证件号", 1, "id"),
    TableColumn("社区", 1, group="所在位置"),
    TableColumn("小区", 1, group="所在位置"),
    TableColumn("积分", 1, "decimal", is_summed=True),
    TableColumn("备注", 2),
)


def row(number: int) -> tuple:
    note = "兼任楼栋长，负责三号楼至七号楼，每周二值班" if number % 5 == 0 else None
    birth = date(1960 + number % 40, 1, 1)
    return (f"R{number:05d}", NAMES[number % 6], birth, "60010119900101001X", "枫叶社区", "桂苑", Decimal(number), note)


def roster(count: int, **fields: object) -> Document:
    table = Table(COLUMNS, tuple(row(number) for number in range(count)), **fields.pop("table", {}))
    page = fields.pop("page", Page("A4", "landscape"))
    return Document("花名册", (table,), page=page, **fields)


def open_pages(document: Document) -> list:
    return pdfplumber.open(io.BytesIO(render(document))).pages


def codes(page: object) -> list[str]:
    return re.findall(r"R\d{5}", page.extract_text(use_text_flow=True) or "")


@pytest.mark.parametrize("count", [1, 2, 17, 23, 24, 25, 46, 60, 151])
def test_every_row_is_printed_once_in_order_under_a_repeated_head(count: int) -> None:
    pages = open_pages(roster(count))
    assert [code for page in pages for code in codes(page)] == [f"R{number:05d}" for number in range(count)]
    for page in pages:
        text = page.extract_text()
        for label in ("所在位置", "社区", "小区", "证件号"):
            assert label in text


@pytest.mark.parametrize("count", range(18, 50))
def test_no_page_is_left_with_a_single_row(count: int) -> None:
    pages = open_pages(roster(count, table={"totals": ("合计",) + (None,) * 7, "note": "说明。"}, foot_line=FOOT))
    last = codes(pages[-1])
    assert len(last) + 1 >= 2, "rows and totals"
    assert "合计" in pages[-1].extract_text()
    assert "填表人：周岚" in pages[-1].extract_text()
    assert all("填表人" not in page.extract_text() for page in pages[:-1])


@given(
    heights=st.lists(st.floats(8, 60), min_size=1, max_size=120),
    first=st.floats(130, 500),
    tail=st.floats(0, 60),
)
def test_dividing_rows_loses_none_and_never_overfills(heights: list[float], first: float, tail: float) -> None:
    full = 500.0
    counts = divide(heights, first=first, full=full, tail=tail)
    assert sum(counts) == len(heights)
    at = 0
    for number, count in enumerate(counts):
        room = first if number == 0 else full
        below = tail if number == len(counts) - 1 else 0.0
        assert sum(heights[at : at + count]) + below <= room + 0.1 or count == 0
        at += count
    if len(counts) > 1 and len(heights) > 3:
        assert counts[-1] >= 2
        assert 0 not in counts[1:]


@given(
    shares=st.lists(st.floats(0.1, 9), min_size=1, max_size=30),
    data=st.data(),
    room=st.floats(100, 1200),
)
def test_widths_always_fill_the_room(shares: list[float], data: st.DataObject, room: float) -> None:
    numbers = st.lists(st.floats(1, 200), min_size=len(shares), max_size=len(shares))
    least, more = data.draw(numbers), data.draw(numbers)
    widths = share_widths(shares, least, room)
    assert sum(widths) == pytest.approx(room)
    if sum(least) <= room:
        assert all(width >= low - 0.1 for width, low in zip(widths, least, strict=True))
    wanted = [low + extra for low, extra in zip(least, more, strict=True)]
    evened = even_out(widths, wanted, [True] * len(widths))
    assert sum(evened) == pytest.approx(room)
    for before, after, want in zip(widths, evened, wanted, strict=True):
        assert min(before, want) - 0.1 <= after <= max(before, want) + 0.1


def test_grouped_heads_span_their_columns() -> None:
    cells = [(cell.label, cell.first, cell.last, cell.level, cell.levels) for cell in head_cells(COLUMNS)]
    assert ("所在位置", 4, 6, 0, 1) in cells
    assert ("社区", 4, 5, 1, 1) in cells
    assert ("备注", 7, 8, 0, 2) in cells


@pytest.mark.parametrize("page", [Page("A4"), Page("A4", "landscape"), Page("A3"), Page("A3", "landscape")])
def test_numbers_are_whole_and_text_stays_inside_its_cell(page: Page) -> None:
    for sheet in open_pages(roster(30, page=page)):
        words = [word["text"] for word in sheet.extract_words(use_text_flow=True)]
        assert words.count("60010119900101001X") == len(codes(sheet))
        edges = sorted({round(line["x0"], 1) for line in sheet.lines if abs(line["x0"] - line["x1"]) < 0.1})
        for char in sheet.chars:
            if 20 * MM < char["top"] < sheet.height - 20 * MM and char["size"] < 11:
                centre = (char["x0"] + char["x1"]) / 2
                assert all(abs(centre - edge) > char["width"] / 2 - 0.6 for edge in edges), char["text"]


def test_wide_roster_takes_smaller_type_before_cutting_numbers() -> None:
    columns = tuple(TableColumn(f"证件号{number}", 1, "id") for number in range(9))
    document = Document("宽表", (Table(columns, (("60010119900101001X",) * 9,)),), page=Page("A4", "landscape"))
    page = open_pages(document)[0]
    sizes = {round(char["size"], 1) for char in page.chars if char["text"] == "X"}
    assert sizes
    assert max(sizes) < 9
    assert page.extract_text().count("60010119900101001X") == 9


def test_rows_keep_their_least_height() -> None:
    table = Table((TableColumn("姓名"), TableColumn("签名")), (("王小明", None),) * 5, row_height=11)
    page = open_pages(Document("签到表", (table,)))[0]
    levels = sorted({round(char["top"], 1) for char in page.chars if char["text"] == "明"})
    assert {round((b - a) / MM) for a, b in pairwise(levels)} == {11}


def test_an_empty_table_says_so() -> None:
    text = open_pages(Document("名册", (Table(COLUMNS, ()),)))[0].extract_text()
    assert "本期没有记录" in text
    assert "证件号" in text


def test_a_cell_longer_than_a_page_is_continued() -> None:
    long = "会议内容" * 3000
    table = Table((TableColumn("甲"), TableColumn("乙")), (("短", long), ("末", "尾")))
    pages = open_pages(Document("记录", (table,)))
    text = "".join(char["text"] for page in pages for char in page.chars)
    assert len(pages) > 3
    assert text.count("会") == text.count("容") == 3000
    for page in pages:
        assert max(char["bottom"] for char in page.chars) < page.height - 5 * MM
        body = [char for char in page.chars if char["text"] in "会议内容"]
        assert max((char["bottom"] for char in body), default=0.0) <= page.height - 15 * MM
    assert len([char for char in pages[0].chars if char["text"] == "会"]) > 300, "begins below the title"


def test_foot_of_a_ledger_counts_pages_and_carries_the_code() -> None:
    pages = open_pages(roster(80, short_code="K7-2M9S"))
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"第{number}页" in text
        assert f"共{len(pages)}页" in text
        assert "K7-2M9S" in text


def test_official_papers_carry_no_code() -> None:
    document = Document("通知", (), style="official", short_code="K7-2M9S")
    assert "K7" not in (open_pages(document)[0].extract_text() or "")


def test_totals_and_formats_are_those_of_the_vocabulary() -> None:
    columns = (TableColumn("类", 1), TableColumn("数", 1, "integer"), TableColumn("率", 1, "percent"))
    table = Table(columns, (("甲", 1234, Decimal("101.875")), ("乙", 0, None)), totals=("合计", 1234, Decimal("77.8")))
    text = open_pages(Document("表", (table,)))[0].extract_text()
    for shown in ("1,234", "101.88%", "—", "77.80%"):
        assert shown in text


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), min_size=1, max_size=6))
def test_any_text_prints(rows: list[list[str]]) -> None:
    table = Table((TableColumn("甲"), TableColumn("乙"), TableColumn("丙", kind="id")), tuple(tuple(r) for r in rows))
    assert render(Document("任意", (table,))).startswith(b"%PDF-1.5")
