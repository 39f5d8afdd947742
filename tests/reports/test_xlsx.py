"""Excel papers: real numbers and dates, live sums with values, text that stays text, print set-up; by openpyxl."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.document import Cell, Document, Facts, FootLine, Heading, OfficialHead, Page, Paragraph, Table, TableColumn
from reports.renderers.xlsx_cells import CUT_OFF
from reports.renderers.xlsx_plan import MOST_COLUMNS, plan, spans
from reports.rendering import render
from tests.reports.block_papers import every_block
from tests.reports.ledger_papers import lists, worker_roster
from tests.reports.meeting_papers import meeting_minutes, sign_in_sheet
from tests.reports.papers import PAPERS

ROOT = Path(__file__).resolve().parents[2]


def opened(document: Document, *, values: bool = False) -> Any:
    return openpyxl.load_workbook(BytesIO(render(document, "xlsx")), data_only=values)


def one_table(*rows: tuple[Any, ...], kind: str = "text", **more: Any) -> Document:
    columns = tuple(TableColumn(f"列{n}", kind=kind, **more) for n in range(len(rows[0])))  # type: ignore[arg-type]
    return Document("题", (Table(columns, rows),))


def cell_with(book: Any, value: object) -> Any:
    return next(cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == value)


def test_the_first_workbook_of_a_process_is_like_all_later_ones() -> None:
    twice = (
        "import hashlib; from reports.document import Document, Heading; from reports.rendering import render;"
        "print(*(hashlib.sha256(render(Document('t', (Heading('h'),)), 'xlsx')).hexdigest() for _ in range(2)))"
    )
    answer = subprocess.run([sys.executable, "-c", twice], cwd=ROOT, capture_output=True, text=True, check=True)
    here = hashlib.sha256(render(Document("t", (Heading("h"),)), "xlsx")).hexdigest()
    assert answer.stdout.split() == [here, here]


RISKY = ["=1+1", "+86 138", "-3", "@sum", "\t=1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0", "{=1}", "http://a.b"]


@pytest.mark.parametrize("text", RISKY)
def test_text_never_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    columns = (TableColumn(text, group=text),)
    document = Document(
        text,
        (
            Paragraph(text, indent=0),
            Facts(((text, text),)),
            Table(columns, ((text,),), caption=text, note=text, totals=(text,)),
        ),
        subtitle=text,
    )
    book = opened(document)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")]
    assert len([cell for cell in cells if text.strip() in str(cell.value)]) >= 8
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    if text[0] in "=+-@\t":
        assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(text))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_any_text_comes_back_as_text(text: str) -> None:
    data = render(one_table((text, "尾")), "xlsx")
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)
    assert all(cell.value is None or isinstance(cell.value, str) for row in sheet.iter_rows() for cell in row)


def test_values_keep_their_types() -> None:
    book = opened(every_block(), values=True)
    assert cell_with(book, 0.9724).number_format == "0.00%"
    assert cell_with(book, 15000.5).number_format == "#,##0.00"
    assert cell_with(book, 1234).number_format == "#,##0"
    day = cell_with(book, datetime(2026, 10, 31))  # noqa: DTZ001
    assert day.number_format == "yyyy-mm-dd"
    for code in ("11010519491231002X", "320505199001010011"):
        assert cell_with(book, code).data_type == "s"
    assert cell_with(book, 1.0188).number_format == "0.00%"


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (12345678901234567890, "integer", "12,345,678,901,234,567,890"),
        (Decimal("1.2345678901234567"), "decimal", "1.23"),
        (date(1899, 5, 1), "date", "1899-05-01"),
        (True, "text", "是"),
        (None, "integer", "—"),
        (None, "text", None),
        ("", "integer", None),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "date", datetime(2026, 1, 2, 3, 4)),  # noqa: DTZ001
        (date(2026, 10, 1), "month", datetime(2026, 10, 1)),  # noqa: DTZ001
        (Cell(Decimal("98.2"), "percent", 1), "integer", 0.982),
        (32, "text", 32),
        (13800000001, "id", "13800000001"),
    ],
)
def test_values_excel_cannot_hold_are_text(value: object, kind: str, expected: object) -> None:
    sheet = opened(one_table((value, "尾"), kind=kind)).active
    row = next(row for row in sheet.iter_rows(values_only=True) if row[1] == "尾")
    assert row[0] == expected


def test_sums_live_and_carry_their_value() -> None:
    live, cached = opened(every_block()), opened(every_block(), values=True)
    found = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in live
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(found) == 3 + 12
    for title, coordinate, formula in found:
        first, last = formula.removeprefix("=SUM(").removesuffix(")").split(":")
        values = [row[0].value for row in cached[title][first:last]]
        total = sum(Decimal(str(value)) for value in values if isinstance(value, int | float))
        assert Decimal(str(cached[title][coordinate].value)) == total


def test_a_total_that_is_no_sum_stays_the_figure_of_the_paper() -> None:
    columns = (TableColumn("社区"), TableColumn("人数", kind="integer", is_summed=True))
    document = Document("题", (Table(columns, (("甲", 5), ("乙", 6)), totals=("合计", 10)),))
    assert cell_with(opened(document), 10).data_type == "n"


SUM = re.compile(r'=(SUM\([A-Z0-9:,.-]+\)|SUMIF\([A-Z0-9:]+,"[<>]0"\)|[A-Z]+\d+)')


def test_no_formula_but_sums_anywhere() -> None:
    for paper in PAPERS.values():
        for sheet in opened(paper()):
            formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
            assert all(SUM.fullmatch(str(formula)) for formula in formulas)


def test_a_roster_prints_with_repeated_head_on_one_page_width() -> None:
    sheet = opened(worker_roster()).active
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "第 &P 页　共 &N 页" in sheet.oddFooter.center.text
    assert "K7-2M9S" in sheet.oddFooter.right.text
    assert not sheet.merged_cells.ranges & {f"A{row}:B{row}" for row in range(4, 60)}


def test_a3_across_and_draft_mark() -> None:
    document = Document("题", (), page=Page("A3", "landscape"), is_draft=True)
    sheet = opened(document).active
    assert sheet.page_setup.paperSize == 8
    assert sheet.page_setup.orientation == "landscape"
    assert "草稿" in sheet.oddHeader.right.text


def test_sign_in_rows_have_room_for_a_hand() -> None:
    sheet = opened(sign_in_sheet()).active
    numbers = [row[0].row for row in sheet.iter_rows() if isinstance(row[0].value, int)]
    assert len(numbers) == 20
    assert min(sheet.row_dimensions[row].height for row in numbers) >= 9 * 72 / 25.4


def test_small_tables_share_a_sheet_and_large_ones_get_their_own() -> None:
    assert opened(meeting_minutes()).sheetnames == ["桂苑社区居民议事会记录"]
    names = opened(lists()).sheetnames
    assert names[1:] == ["需求清单", "项目清单"]
    assert "（见工作表“需求清单”）" in [row[0] for row in opened(lists()).worksheets[0].values]
    assert opened(every_block()).sheetnames == [
        "枫叶街道网格化治理情况样张",
        "四十行的宽表",
        "枫叶街道网格化治理情况样张（2）",
    ]


def test_names_of_sheets_are_allowed_and_differ() -> None:
    table = Table((TableColumn("列"),) * 20, ((1,) * 20,))
    blocks = (Heading("甲:乙/[丙]*?\\" * 5), table, table, table)
    names = opened(Document("'" * 40, blocks)).sheetnames
    assert len(set(names)) == len(names) == 3
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


@given(
    st.lists(st.lists(st.floats(0.5, 20), min_size=1, max_size=12), min_size=1, max_size=5),
)
@settings(max_examples=100, deadline=None)
def test_columns_of_every_table_tile_their_sheet(weights: list[list[float]]) -> None:
    blocks = tuple(
        Table(tuple(TableColumn("列", width) for width in widths), ((1,) * len(widths),)) for widths in weights
    )
    for sheet in plan(Document("题", blocks)):
        assert len(sheet.edges) - 1 <= max(MOST_COLUMNS, *(len(table.columns) for table in sheet.tables))
        for table in sheet.tables:
            found = spans(sheet.widths_of(table), sheet.edges)
            assert found[0][0] == 0
            assert found[-1][1] == len(sheet.edges) - 2
            assert all(first <= last for first, last in found)
            assert all(before[1] + 1 == after[0] for before, after in pairwise(found))


def test_a_text_longer_than_a_cell_says_where_the_rest_is() -> None:
    long = "网" * 40_000
    sheet = opened(one_table((long, "尾"))).active
    cut = next(row[0] for row in sheet.values if row[1] == "尾")
    assert cut.endswith(CUT_OFF)
    assert len(cut) <= 32_767
    paragraphs = [row[0] for row in opened(Document("题", (Paragraph(long, indent=0),))).active.values]
    assert "".join(text for text in paragraphs[1:] if text) == long


def test_pictures_say_their_figures() -> None:
    with ZipFile(BytesIO(render(every_block(), "xlsx"))) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert "上报：5月 980" in drawing
    assert "图1　活动现场" in drawing


def test_a_long_spanning_head_has_a_row_as_high_as_its_lines() -> None:
    columns = tuple(TableColumn(f"列{n}", group="支部党员大会（全年应开四次）" if n < 2 else "") for n in range(9))
    sheet = opened(Document("题", (Table(columns, (("1",) * 9,)),))).active
    row = cell_with(sheet.parent, "支部党员大会（全年应开四次）").row
    assert sheet.row_dimensions[row].height >= 2 * 12.5


def test_the_foot_line_leaves_room_to_write_in() -> None:
    labels = ("填报单位（盖章）", "填表人", "审核人", "填报日期")
    document = Document("题", (Table((TableColumn("姓名"),), (("王",),)),), foot_line=FootLine(tuple((label, "") for label in labels)))  # fmt: skip
    line = next(row[0] for row in opened(document).active.values if row[0] and "填表人" in str(row[0]))
    gaps = re.findall(r"：(　+)", line)
    assert len(gaps) == 3
    assert all(len(gap) >= 5 for gap in gaps)


def test_a_table_that_runs_over_a_page_gets_a_sheet_whose_head_repeats() -> None:
    columns = (TableColumn("姓名"), TableColumn("电话", kind="id"))

    def table(count: int) -> Table:
        return Table(columns, tuple((f"第{n}人", str(n)) for n in range(count)), caption=f"名单{count}")

    book = opened(Document("通讯录", (table(8), table(30), table(4))))
    assert book.sheetnames == ["通讯录", "名单30"]
    assert book["通讯录"].print_title_rows is None
    assert book["名单30"].print_title_rows == "$2:$2"
    assert "（见工作表“名单30”）" in [row[0] for row in book["通讯录"].values]


def test_the_mark_of_an_official_paper_stays_in_one_line() -> None:
    head = OfficialHead("纪要", "清溪街道桂花社区居民委员会会议纪要", issuer="桂花社区")
    cell = opened(Document("", (Paragraph("正文"),), style="official", head=head)).active["A1"]
    assert cell.value == head.mark
    assert len(head.mark) * cell.font.sz < 156 / 25.4 * 72
