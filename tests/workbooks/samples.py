"""Workbooks full of what openpyxl would drop: a picture, a chart, lists from another sheet, parts nobody knows."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter

HEAD = ["序号", "姓名", "性别", "联系电话", "年龄"]
FIRST, LAST, TOTAL = 3, 12, 13
"""Rows of the data and of the total."""
FOREIGN = {
    "customXml/item1.xml": b"<data xmlns='urn:office'><note>kept</note></data>",
    "xl/pivotTables/odd.bin": bytes(range(256)),
}


def picture() -> bytes:
    """A PNG of one red point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00")) + chunk(b"IEND", b"")


def roster() -> bytes:
    """A roster with title, data in rows 3–12 and a total in row 13; on the second sheet the lists."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page, lists = book.add_worksheet("名册"), book.add_worksheet("选项 表")
    lists.write_column(0, 0, ["男", "女"])
    lists.write_formula("B1", "=SUM(名册!E3:E12)", None, 345)
    page.merge_range("A1:E1", "网格员花名册", book.add_format({"bold": True, "align": "center", "font_size": 16}))
    page.write_row(1, 0, HEAD, book.add_format({"bold": True, "border": 1}))
    cell, yellow = book.add_format({"border": 1}), book.add_format({"border": 1, "bg_color": "#FFFF99"})
    for number in range(10):
        row = [number + 1, f"张{number}", "男", f"1380000000{number}", 30 + number]
        page.write_row(2 + number, 0, row, yellow if number == 4 else cell)
        page.write_formula(2 + number, 5, f"=E{3 + number}*2", None, 60 + 2 * number)
        page.set_row(2 + number, 20)
    page.write_string(12, 0, "合计")
    page.write_formula("E13", "=SUM(E3:E12)", None, 345)
    page.data_validation("C3:C12", {"validate": "list", "source": "='选项 表'!$A$1:$A$2"})
    hot = book.add_format({"bg_color": "#FFC000"})
    page.conditional_format("E3:E12", {"type": "cell", "criteria": ">", "value": 35, "format": hot})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=名册!$E$3:$E$12"})
    page.insert_chart("H16", chart)
    page.insert_image("H2", "point.png", {"image_data": io.BytesIO(picture())})
    page.write_comment("B3", "原来的批注")
    page.write_url("G3", "https://example.invalid/", string="链接")
    page.autofilter("A2:E12")
    page.print_area("A1:E13")
    page.repeat_rows(0, 1)
    book.close()
    return with_parts(buffer.getvalue(), FOREIGN)


def with_parts(data: bytes, added: Mapping[str, bytes], *, changed: Mapping[str, bytes] | None = None) -> bytes:
    """The package with parts added or changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info, (changed or {}).get(info.filename, source.read(info)))
        for name, content in added.items():
            target.writestr(name, content)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    """Content of every part."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def save(data: bytes, folder: Path, name: str = "book.xlsx") -> Path:
    """The workbook as a file."""
    path = folder / name
    path.write_bytes(data)
    return path
