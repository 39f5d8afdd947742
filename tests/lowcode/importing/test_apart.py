"""An old .xls file may kill the process that reads it, and never ours: memory and time have bounds, each is said in Chinese."""

from __future__ import annotations

import io
import struct
import sys

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lowcode.importing import sheets
from app.lowcode.importing.apart import read_pages_apart
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.importing.old_records import told_of_records
from app.lowcode.importing.reader import read_pages
from app.lowcode.importing.sheet_walk import Told
from tests.lowcode.importing.test_fuzz import OLD, odd_old


def test_a_sound_file_is_read_as_if_it_were_read_here() -> None:
    for data in OLD:
        assert read_pages_apart(data)[0] == read_pages(data)


def test_a_file_that_asks_for_all_memory_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(FileIsRefused, match=r"^这个表读起来占的内存或时间多得不正常.*另存为 .xlsx 再上传。$"):
        sheets.read(_endless())


def _endless() -> bytes:
    """A chain of sectors (MS-CFB) that comes back to itself, which the reader follows as long as there is memory."""
    data = bytearray(OLD[0])
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    directory, table = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 76)[0]
    struct.pack_into("<I", data, size * (table + 1) + 4 * directory, directory)
    return bytes(data)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no memory of a process")
def test_memory_is_bounded() -> None:
    with pytest.raises(FileIsRefused, match="内存或时间"):
        read_pages_apart(_long_file(), most_memory=1024**2)


def _long_file() -> bytes:
    book, buffer = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("名册")
    for row in range(3_000):
        for column in range(20):
            page.write(row, column, f"第 {row} 行 {column}")
    book.save(buffer)
    return buffer.getvalue()


@given(st.data())
@settings(max_examples=12, deadline=None)
def test_hidden_and_struck_rows_of_old_files_are_told(draw: st.DataObject) -> None:
    count = draw.draw(st.integers(1, 60))
    rows = st.frozensets(st.integers(0, count - 1))
    hidden, struck = draw.draw(rows), draw.draw(rows)
    # More fonts than are numbered in one go: the fifth number is left out.
    fonts = [xlwt.easyxf(f"font: height {200 + number}") for number in range(draw.draw(st.integers(0, 6)))]
    book, buffer = xlwt.Workbook(), io.BytesIO()
    for name in ("甲", "Sheet2"):
        page = book.add_sheet(name)
        for row in range(count):
            style = xlwt.easyxf("font: struck_out true") if row in struck else (fonts or [xlwt.Style.default_style])[0]
            page.write(row, 0, "张清和", style)
            page.write(row, 1, 5.0, style)
            page.write(row, 2, "没划", fonts[-1] if fonts else xlwt.Style.default_style)
            page.row(row).hidden = name == "甲" and row in hidden
    book.save(buffer)
    told = told_of_records(buffer.getvalue())
    assert told == {"甲": Told("", hidden, struck), "Sheet2": Told("", frozenset(), struck)}
    read = sheets.read(buffer.getvalue()).sheets
    assert [(sheet.hidden, sheet.struck) for sheet in read] == [(hidden, struck), (frozenset(), struck)]


def test_time_is_bounded() -> None:
    with pytest.raises(FileIsRefused, match="内存或时间"):
        read_pages_apart(OLD[0], most_seconds=0.000_1)


def test_a_refusal_of_the_reader_comes_through() -> None:
    refused = 0
    for seed in range(30):
        try:
            read_pages_apart(odd_old(seed))
        except FileIsRefused as why:
            refused += "打不开" in str(why)
    assert refused > 2
