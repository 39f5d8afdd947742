"""Random tables under random decorations are found again, row by row."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.lowcode.importing.headings import is_note, is_signature, is_total, looks_like_label, plain_heading
from app.lowcode.importing.layout import lay_out
from app.lowcode.importing.sheets import Sheet
from app.lowcode.importing.tables import Role

WORDS = ("姓名", "性别", "身份证号", "联系电话", "出生日期", "政治面貌", "学历", "家庭住址", "备注")
OTHERS = ("爱好", "特长", "工装尺码", "入职渠道")


def known(title: str) -> Role:
    word = plain_heading(title)
    return "name" if word == "姓名" else "other" if word in WORDS else ""


def sheet_of(rows: list[list[Any]], merges: tuple[tuple[int, int, int, int], ...] = ()) -> Sheet:
    width = max(len(row) for row in rows)
    return Sheet("表", [row + [""] * (width - len(row)) for row in rows], merges)


ABOVE = st.lists(
    st.sampled_from(
        [[""], ["2026年网格员花名册"], ["桂  花  社  区  花  名  册"], ["填报单位：桂花社区", "", "2026年11月"],
         ["填表说明：带*的必须填写，日期写成2021-03-05，不要合并单元格，谢谢配合"], ["截至2026年11月20日"]]
    ),
    max_size=4,
)  # fmt: skip
BELOW = st.lists(
    st.sampled_from(
        [[""], ["填表人：王芳", "审核人：李明"], ["注：本表每月报送一次，逾期不补"], ["合计", "", "5"],
         ["制表日期：2026年11月20日"]]
    ),
    max_size=3,
)  # fmt: skip
HEADER = st.lists(st.sampled_from(WORDS[1:] + OTHERS), min_size=2, max_size=7, unique=True).filter(
    lambda words: sum(word in WORDS for word in words) >= 2
)
NAME = st.sampled_from(["张清和", "李望舒", "王远山", "赵晨", "阿依古丽·买买提"])
CELL = st.sampled_from(["男", "女", 13800001234.0, "第一网格", "2021-03-05", "", "有", 12.0])


@st.composite
def tables(draw: st.DrawFn) -> tuple[Sheet, list[int], list[int]]:
    """A sheet, its header rows and its data rows."""
    above, below, words = draw(ABOVE), draw(BELOW), draw(HEADER)
    has_serial = draw(st.booleans())
    count = draw(st.integers(1, 8))
    header = [
        *(["序号"] if has_serial else []),
        draw(st.sampled_from(["姓名", "姓 名", "*姓名", "姓名（必填）"])),
        *words,
    ]
    data = [
        [*([float(number)] if has_serial else []), draw(NAME), *(draw(CELL) for _ in words)]
        for number in range(1, count + 1)
    ]
    # A row of two cells or less beside a wide header may be anything; people fill in more than a name.
    data = [[*row[:-1], row[-1] or "有"] for row in data]
    start = len(above)
    merges: tuple[tuple[int, int, int, int], ...] = ()
    head_rows = [header]
    if draw(st.booleans()):
        left = 1 + has_serial
        groups = ["" for _ in header]
        groups[:left] = header[:left]
        groups[left] = "基本信息"
        head_rows = [groups, ["" for _ in range(left)] + header[left:]]
        merges = (
            *((start, column, start + 1, column) for column in range(left)),
            (start, left, start, len(header) - 1),
        )
    rows = [*above, *head_rows, *data, *below]
    first = start + len(head_rows)
    return sheet_of(rows, merges), list(range(start, first)), list(range(first, first + count))


@settings(max_examples=300, deadline=None)
@given(tables())
def test_random_tables_are_found(case: tuple[Sheet, list[int], list[int]]) -> None:
    sheet, header, data = case
    layout = lay_out(sheet, known)
    assert [list(table.header_rows) for table in layout.tables] == [header]
    assert layout.tables[0].rows == data
    skipped = {row for row, _ in layout.skipped}
    assert skipped == set(range(len(sheet.rows))) - set(header) - set(data)


def test_a_table_of_unknown_words_is_found_by_its_shape() -> None:
    layout = lay_out(
        sheet_of([["会议室登记"], ["房间", "楼层", "座位数"], ["东厅", "二楼", 12.0], ["西厅", "三楼", 8.0]]), known
    )
    assert [(table.header_rows, table.rows) for table in layout.tables] == [((1,), [2, 3])]


def test_a_letter_is_no_table() -> None:
    rows = [["关于报送网格员名册的通知"], ["各社区："], ["请于本月底前报送，联系人王芳，电话66660000。"]]
    assert lay_out(sheet_of(rows), known).tables == ()


def test_marks_of_rows_that_hold_no_record() -> None:
    assert all(is_total(text) for text in ("合计", "合  计", "小计：12人", "总计（人）", "合计12人"))
    assert not any(is_total(text) for text in ("总计划", "合计平", "", "共青团"))
    assert all(
        is_signature(text) for text in ("填表人：", "审核人:李明", "（盖章）", "负责人（签字）：", "填报日期：2026.1.1")
    )
    assert not any(is_signature(text) for text in ("负责人", "张清和", "书记"))
    assert all(is_note(text) for text in ("注：逾期不补", "备注：1.略", "填表说明", "说明：见附件"))
    assert not any(is_note(text) for text in ("注册时间", "备注栏", "说明书"))
    assert not any(looks_like_label(cell) for cell in (12.0, "13800001234", "填报单位：桂花社区", "", "√"))
