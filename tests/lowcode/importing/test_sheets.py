"""Bytes to cells: the content decides what a file is, and whatever it is, a clear sentence or a table comes of it."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.lowcode.importing import sheets
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.importing.merges import sound
from app.lowcode.importing.rebuilding import names_of, rebuilt
from app.workbooks.references import column_letters, column_number
from tests.lowcode.importing.workbooks import BOOKS, make

PLAIN = make.xlsx(make.Page("名册", [["姓名", "电话"], ["张清和", 1.5], ["", ""], ["李望舒", True]]))


def refusal(data: bytes) -> str:
    with pytest.raises(FileIsRefused) as caught:
        sheets.read(data)
    return str(caught.value)


def test_rows_count_from_the_first_row_of_the_sheet() -> None:
    (sheet,) = sheets.read(PLAIN).sheets
    assert sheet.name == "名册"
    assert sheet.rows == [["姓名", "电话"], ["张清和", 1.5], ["", ""], ["李望舒", True]]


def test_a_sheet_that_begins_in_the_middle_is_counted_from_its_corner() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet("名册")
    for row, column, value in ((2, 2, "姓名"), (3, 3, 1.5), (5, 1, "姓名")):
        page.write(row, column, value)
    book.close()
    (sheet,) = sheets.read(buffer.getvalue()).sheets
    blank = [""] * 4
    assert sheet.rows == [blank, blank, ["", "", "姓名", ""], ["", "", "", 1.5], blank, ["", "姓名", "", ""]]
    assert sheet.rows[2][2] is sheet.rows[5][1]  # a word that comes again is kept once


def test_letters_of_columns() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 16384)] == ["A", "Z", "AA", "XFD"]
    assert all(column_number(column_letters(number)) == number for number in range(1, 1000))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空的"), (b"%PDF-1.7 abc", "PDF"), (b"\x89PNG\r\n\x1a\n", "图片"), (b"Rar!\x1a", "压缩包"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"), (b"PK\x03\x04" + b"x" * 50, "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "不是 Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "打不开"),
        (bytes(range(256)) * 4, "不是表格"), ("没有表格的一段话。".encode(), "看不出表格"),
    ],
)  # fmt: skip
def test_foreign_files_are_named(data: bytes, word: str) -> None:
    assert word in refusal(data)


def _package(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return buffer.getvalue()


def test_other_packages_and_bombs_are_refused_before_they_are_opened() -> None:
    assert "Word" in refusal(_package(word__document_xml=b"<x/>"))
    assert "压缩包" in refusal(_package(readme=b"hello"))
    bomb = _package(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b" " * 60_000_000)
    assert "大得不正常" in refusal(bomb)


def test_one_stray_cell_at_the_end_of_the_sheet_does_not_fill_memory() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    page.write_row(0, 0, ["姓名", "电话"])
    page.write(1_048_575, 16_383, "x")
    book.close()
    assert "范围拉得太大" in refusal(buffer.getvalue())


def _with_side_sheet(row: int, column: int, *, count: int = 1) -> bytes:
    """名册, and beside it a sheet with cells far out."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.add_worksheet("名册").write_row(0, 0, ["姓名", "电话"])
    book.add_worksheet("统计").write_row(row, column, ["x"] * count)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [(_with_side_sheet(1_048_575, 16_383), "范围拉得太大"), (_with_side_sheet(3, 0, count=1_200), "填了 1,200 格")],
)
def test_a_sheet_that_cannot_be_read_is_left_out_and_the_others_are_read(data: bytes, word: str) -> None:
    book = sheets.read(data)
    assert [sheet.name for sheet in book.sheets] == ["名册"]
    [(name, why)] = book.left_out
    assert name == "统计"
    assert word in why
    assert "统计" in why


def test_formats_alone_reach_nowhere() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    page.write_row(0, 0, ["姓名", "电话"])
    page.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    spelled = rewritten(buffer.getvalue(), lambda xml: re.sub(rb'(<c r="XFD1048576" s="1")/>', rb"\1></c>", xml))
    assert b"></c>" in zipfile.ZipFile(io.BytesIO(spelled)).read("xl/worksheets/sheet1.xml")
    assert [sheet.width for sheet in sheets.read(spelled).sheets] == [2]


def rewritten(data: bytes, change: Callable[[bytes], bytes], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The package with one part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(target, "w") as copy:
        for name in package.namelist():
            copy.writestr(name, change(package.read(name)) if name == part else package.read(name))
    return target.getvalue()


def test_long_numbers_painted_as_durations_are_numbers() -> None:
    for code in ("[h]:mm", "[h]:mm:ss"):
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer)
        page = book.add_worksheet("名册")
        page.write_row(0, 0, ["姓名", "电话"])
        page.write(1, 0, "张清和")
        page.write(1, 1, 13_800_000_000, book.add_format({"num_format": code}))
        book.close()
        assert sheets.read(buffer.getvalue()).sheets[0].rows[1] == ["张清和", 13_800_000_000.0]


def test_two_sheets_of_one_name_are_not_taken_for_one() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    for name in ("名册", "其他"):
        book.add_worksheet(name).write_row(0, 0, [f"{name}姓名", "电话"])
    book.close()
    twice = rewritten(buffer.getvalue(), lambda xml: xml.replace("其他".encode(), "名册".encode()), "xl/workbook.xml")
    assert "两张工作表都叫“名册”" in refusal(twice)


def test_a_million_empty_rows_are_no_rows() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    page = book.add_worksheet()
    bold = book.add_format({"bold": True})
    page.write_row(0, 0, ["姓名", "电话"])
    page.write_row(1, 0, ["张清和", "1"])
    for row in (500_000, 1_048_575):
        page.write_blank(row, 0, None, bold)
    book.close()
    assert len(sheets.read(buffer.getvalue()).sheets[0].rows) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_text_tables_in_any_coding(encoding: str, mark: str) -> None:
    data = make.text([["姓名", "电话"], ["张清和", "13800001234"], ["'=1+1", "'-"]], mark=mark, encoding=encoding)
    assert sheets.read(data).sheets[0].rows == [["姓名", "电话"], ["张清和", "13800001234"], ["=1+1", "-"]]


def _read_or_refuse(data: bytes) -> None:
    try:
        said = "".join(sheet.name or "表" for sheet in sheets.read(data).sheets)
    except FileIsRefused as refused:
        said = str(refused)
    assert said


def test_damaged_workbooks_never_raise_anything_else() -> None:
    chance = random.Random(20261122)
    for book in BOOKS:
        whole = book.build()
        for _ in range(12):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 12)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            _read_or_refuse(bytes(data))
            _read_or_refuse(whole[: chance.randrange(len(whole))])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_any_bytes_give_a_table_or_a_sentence(data: bytes, start: bytes) -> None:
    _read_or_refuse(start + data)


def test_merges_are_sound_whoever_wrote_them() -> None:
    given_merges = [
        (0, 0, 0, 5),
        (0, 3, 2, 3),
        (4, 1, 2, 1),
        (3, 2, 3, 2),
        (1, 0, 999, 0),
        (50, 0, 60, 3),
        (2, 1, 2, 9_999),
    ]
    assert sound(given_merges, rows=10, width=6) == ((0, 0, 0, 5), (1, 0, 9, 0), (2, 1, 2, 63))


def test_a_row_of_thousands_of_cells_is_no_record() -> None:
    assert "第 2 行填了 2,001 格" in refusal("姓名,电话\n".encode() + b"1," * 2_001)


def test_sheets_are_written_anew_under_names_that_excel_takes() -> None:
    names = ("名册", "名册", "", "a" * 40, "[2026]:桂花/银杏", "表格3")
    book = sheets.Workbook("xls", tuple(sheets.Sheet(name, [["姓名", float("nan")]]) for name in names))
    found = names_of(book)
    assert found == ["名册", "表格2", "表格3", "a" * 31, "2026桂花银杏", "表格6"]
    assert [sheet.name for sheet in sheets.read(rebuilt(book)).sheets] == found
