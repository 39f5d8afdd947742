"""What was edited is there, what was not is the same byte for byte."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from app.workbooks.package import Package
from app.workbooks.patching import CannotBePatched, Inserted, RowPlan, SheetEdits, patch
from app.workbooks.properties import read_properties
from tests.workbooks.samples import parts, roster, with_parts

SHEET = "xl/worksheets/sheet1.xml"
RED = "FFC7CE"
DAY = datetime(2026, 3, 5)  # noqa: DTZ001 - cells know no zones


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(data: bytes) -> dict[int, bytes]:
    found = re.finditer(rb'<row r="(\d+)".*?</row>', parts(data)[SHEET], re.DOTALL)
    return {int(match[1]): match[0] for match in found}


def marks() -> SheetEdits:
    edits = SheetEdits()
    edits.fills = {(4, 4): RED, (7, 2): RED}
    edits.comments = {(4, 4): "第 18 位校验不对，\n请核对原件。", (3, 2): "姓名里有数字"}
    return edits


def test_marks_touch_only_what_they_must() -> None:
    before = roster()
    after = patch(before, {"名册": marks()}, author="网格台账", properties={"批次": "12"})
    old, new = parts(before), parts(after)
    changed = {name for name in new if old.get(name) != new[name]}
    assert changed == {
        SHEET, "xl/styles.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "[Content_Types].xml", "_rels/.rels",
        "docProps/custom.xml",
    }  # fmt: skip
    assert set(old) <= set(new)
    was, now = rows_of(before), rows_of(after)
    assert {row for row in now if was[row] != now[row]} == {4, 7}
    cut = re.compile(rb"<row .*</row>", re.DOTALL)
    assert cut.sub(b"", old[SHEET]) == cut.sub(b"", new[SHEET])


def test_marks_can_be_read() -> None:
    before = opened(roster())["名册"]
    page = opened(patch(roster(), {"名册": marks()}, author="网格台账"))["名册"]
    assert page["D4"].fill.fgColor.rgb == "FF" + RED
    assert page["D4"].comment.text == "第 18 位校验不对，\n请核对原件。"
    assert page["D4"].comment.author == "网格台账"
    assert page["B3"].comment.text == "原来的批注\n姓名里有数字"
    assert repr(page["B7"].border) == repr(before["B7"].border)
    assert repr(page["B7"].font) == repr(before["B7"].font)
    assert page["B7"].fill.fgColor.rgb == "FF" + RED
    assert page["C7"].fill.fgColor.rgb == before["C7"].fill.fgColor.rgb


def test_unchanged_parts_keep_their_compressed_bytes() -> None:
    before = roster()
    after = patch(before, {"名册": marks()})
    picture = before.index(b"xl/media/image1.png")
    at = before.index(b"\x89PNG", picture) if b"\x89PNG" in before else picture
    assert before[at : at + 60] in after


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("=1+1", "=1+1"), ("+86", "+86"), ("-", "-"), ("@x", "@x"), ("\t制表", "\t制表"), ("\r回车", "\r回车"),
        (" 两端空格 ", " 两端空格 "), ("a<b>&\"c\"", "a<b>&\"c\""), ("𠮷田\x00\x07", "𠮷田"),
        (True, True), (42, 42), (-0.5, -0.5), (Decimal("12.30"), 12.3), (320505198001011234, "320505198001011234"),
        (float("inf"), "inf"), (date(2026, 3, 5), DAY), (DAY.replace(hour=18), DAY.replace(hour=18)),
        (None, None), ("", None),
    ],
)  # fmt: skip
def test_values_come_out_as_they_went_in(value: Any, read: Any) -> None:
    edits = SheetEdits(values={(5, 2): value, (40, 9): value})
    page = opened(patch(roster(), {"名册": edits}))["名册"]
    for place in ("B5", "I40"):
        assert page[place].value == read
        assert page[place].data_type != "f"
    assert page["B5"].border.left.style == "thin"
    assert page["B5"].quotePrefix is (isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"))


def test_text_that_looks_like_an_escape_is_escaped() -> None:
    sheet = parts(patch(roster(), {"名册": SheetEdits(values={(5, 2): "_x0041_"})}))[SHEET]
    assert b">_x005F_x0041_</t>" in sheet


def test_a_value_replaces_a_formula_and_results_that_read_it_are_forgotten() -> None:
    data = patch(roster(), {"名册": SheetEdits(values={(3, 5): 99, (4, 6): "手填"})})
    page = opened(data)["名册"]
    assert page["F4"].value == "手填"
    assert page["E13"].value == "=SUM(E3:E12)"
    results = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["名册"]
    assert (results["E13"].value, results["F3"].value, results["F5"].value) == (None, None, 64)
    assert b'fullCalcOnLoad="1"' in parts(data)["xl/workbook.xml"]


def test_rows_come_and_go_and_everything_follows() -> None:
    plan = RowPlan((Inserted(12, 3, 12), Inserted(4, 2, 4)), ((6, 7),))
    edits = SheetEdits({(5, 2): "新人", (14, 2): "尾一"}, {(14, 2): RED}, {(14, 2): "看这里"}, plan)
    data = patch(roster(), {"名册": edits})
    page, lists = opened(data)["名册"], opened(data)["选项 表"]
    names = [page.cell(row, 2).value for row in range(3, 17)]
    assert names == ["张0", "张1", "新人", None, "张2", "张5", "张6", "张7", "张8", "张9", None, "尾一", None, None]
    assert page["E16"].value == "=SUM(E3:E15)"
    assert page["F14"].value == "=E14*2"
    assert lists["B1"].value == "=SUM(名册!E3:E15)"
    assert page["B6"].border.left.style == "thin"
    assert page.row_dimensions[6].height == page.row_dimensions[15].height == 20.25
    assert str(page.data_validations.dataValidation[0].sqref) == "C3:C15"
    assert [str(each.sqref) for each in page.conditional_formatting] == ["E3:E15"]
    assert page.auto_filter.ref == "A2:E15"
    assert page.print_area == "'名册'!$A$1:$E$16"
    assert page.print_title_rows == "$1:$2"
    assert page["B3"].comment.text == "原来的批注"
    assert page["B14"].comment.text == "看这里"
    assert b"$E$3:$E$15" in parts(data)["xl/charts/chart1.xml"]
    assert (
        b"<xdr:from><xdr:col>7</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>18</xdr:row>"
        in parts(data)["xl/drawings/drawing1.xml"]
    )
    assert parts(data)["xl/media/image1.png"] == parts(roster())["xl/media/image1.png"]
    was = rows_of(roster())
    assert {row: line for row, line in rows_of(data).items() if row < 3} == {row: was[row] for row in (1, 2)}


def test_comments_go_with_their_rows() -> None:
    page = opened(patch(roster(), {"名册": SheetEdits(rows=RowPlan((Inserted(2, 2, 3),)))}))["名册"]
    assert page["B5"].comment.text == "原来的批注"
    assert page["B3"].comment is None
    gone = opened(patch(roster(), {"名册": SheetEdits(rows=RowPlan((), ((3, 3),)))}))["名册"]
    assert all(cell.comment is None for row in gone.iter_rows() for cell in row)


def test_several_sheets_and_properties_at_once() -> None:
    edits = {name: SheetEdits(comments={(1, 1): name}, fills={(1, 1): RED}) for name in ("名册", "选项 表")}
    data = patch(roster(), edits, properties={"批次": "12", "别的": "<&>"})
    book = opened(data)
    assert {page.title: page["A1"].comment.text for page in book.worksheets} == {"名册": "名册", "选项 表": "选项 表"}
    again = patch(data, edits, properties={"批次": "13"})
    assert read_properties(Package(again)) == {"批次": "13", "别的": "<&>"}
    assert opened(again)["选项 表"]["A1"].comment.text == "选项 表\n选项 表"


def test_what_cannot_be_patched_says_so() -> None:
    with pytest.raises(CannotBePatched):
        patch(b"no zip", {"名册": marks()})
    with pytest.raises(KeyError):
        patch(roster(), {"没有": marks()})
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    xml = parts(roster())[SHEET]
    for name, content in (
        (SHEET, bomb + xml[xml.index(b"<worksheet") :]), (SHEET, xml.replace(b"<sheetData>", b"<sheetData><!-- x -->")),
        (SHEET, xml.replace(b'<row r="5"', b'<row r="2"')), (SHEET, xml[:2000]), ("xl/styles.xml", b"<styleSheet/>"),
    ):  # fmt: skip
        with pytest.raises(CannotBePatched):
            patch(with_parts(roster(), {}, changed={name: content}), {"名册": marks()})


def test_nothing_to_do_changes_nothing() -> None:
    assert parts(patch(roster(), {"名册": SheetEdits()})) == parts(roster())
