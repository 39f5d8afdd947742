"""No file makes a traceback: it is read, or refused in plain Chinese, within bounded time and memory.

The quick half runs always; `make soak` goes on with other seeds. A failure names the seed that made the file.
"""

from __future__ import annotations

import contextlib
import io
import random
import re
import time
import zipfile
from collections.abc import Callable

import pytest

from app.lowcode.importing import sheets
from app.lowcode.importing.cells import CellReader
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.importing.rebuilding import names_of, rebuilt
from app.lowcode.importing.recognition import recognise
from app.workbooks.marks import Mark, Marking, mark
from app.workbooks.package import CannotBePatched
from tests.lowcode.importing.odd_packages import odd_workbook, pack, plain_workbook
from tests.lowcode.importing.odd_records import odd_old_workbook
from tests.lowcode.importing.test_workbooks import AREAS, TODAY, link, named, place, register_of
from tests.lowcode.importing.workbooks import BOOKS

MOST_SECONDS = 120.0
"""CPU time for one small file, marked workbook and all. Cells out to column XFD take three seconds; what grows with the
square of a sheet takes many minutes, and only that is to be caught: how fast a machine is does not count."""
WHOLE = {book.name: book.build() for book in BOOKS}
OLD = [data for _, data in sorted(WHOLE.items()) if data.startswith(b"\xd0\xcf\x11\xe0")]
REGISTERS = ("grid_workers", "party_members", "residents")


def go_through(data: bytes, register: str = "grid_workers") -> None:
    """All that is done with a file before anything touches the database, and its way back with marks."""
    started = time.process_time()
    try:
        book = sheets.read(data)
    except FileIsRefused as refused:
        said = str(refused)
    else:
        said = "读出来了。"
        _read_and_mark(data, book, register)
    assert re.search(r"[\u4e00-\u9fff].*。$", said)
    assert not re.search(r"Error|Exception|Traceback|None", said)
    assert time.process_time() - started < MOST_SECONDS


def _read_and_mark(data: bytes, book: sheets.Workbook, register: str) -> None:
    reg = register_of(register)
    assumed = frozenset(column.name for column in reg.declared_columns if column.kind == "place")
    found = recognise(book, reg.declared_columns, reg.keys, reg.row_title, assumed=assumed, is_area=AREAS.__contains__)
    for sheet in found:
        sheet.as_json()
        rows = [row for table in sheet.tables for row in table.table.rows]
        skipped = {row for row, _ in sheet.layout.skipped}
        assert all(0 <= row < len(sheet.sheet.rows) for row in rows)
        assert not skipped & set(rows)
        for each in sheet.tables:
            reader = CellReader(
                sheet.sheet, each.table, each.matches, reg.declared_columns, today=TODAY, places=place, links=link,
                headings=named,
            )  # fmt: skip
            assert all(row.row > 0 for row in reader.rows())
    marks = Marking({sheet.name: {(1, 1): Mark("red", "请核对")} for sheet in book.sheets})
    if book.kind == "xlsx":
        with contextlib.suppress(CannotBePatched, KeyError):
            mark(data, marks, author="网格台账", properties={})
    names = {sheet.name: name for sheet, name in zip(book.sheets, names_of(book), strict=True)}
    again = rebuilt(book, found)
    mark(again, Marking({names[name]: said for name, said in marks.marks.items()}), author="网格台账", properties={})
    assert len(sheets.read(again).sheets) == len(book.sheets)


def spoilt(seed: int) -> bytes:
    """A fixture with bytes flipped, cut out, doubled, or joined to another fixture."""
    chance = random.Random(seed)
    data = bytearray(WHOLE[chance.choice(sorted(WHOLE))])
    if data.startswith(b"PK") and chance.random() < 0.6:
        return _spoilt_part(bytes(data), chance)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(data)), chance.choice((1, 1, 4, 64, 512))
        how = chance.random()
        if how < 0.5:
            data[at] ^= 1 << chance.randrange(8)
        elif how < 0.65:
            del data[at : at + length]
        elif how < 0.8:
            data[at:at] = data[at : at + length]
        elif how < 0.9:
            data[at : at + length] = chance.randbytes(length)
        else:
            other = WHOLE[chance.choice(sorted(WHOLE))]
            data[at:] = other[chance.randrange(len(other)) :]
        if not data:
            break
    return bytes(data)


def _spoilt_part(data: bytes, chance: random.Random) -> bytes:
    """The package whole, the XML of one of its parts not."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = chance.choice(sorted(parts))
    xml = bytearray(parts[name])
    for _ in range(chance.randint(1, 8)):
        if not xml:
            break
        at = chance.randrange(len(xml))
        if chance.random() < 0.6:
            xml[at] = chance.choice(b'<>/"=0197AZr&;\x00 \xff')
        else:
            del xml[at : at + chance.randint(1, 30)]
    return pack(parts | {name: bytes(xml)})


def odd_text(seed: int) -> bytes:
    """Text tables in odd codings, with quotes that never close, zero bytes and lines of all lengths."""
    chance = random.Random(seed)
    pieces = (
        "姓名",
        "张清和",
        ",",
        "\t",
        ";",
        "|",
        '"',
        "\n",
        "\r\n",
        "\r",
        "合计",
        "13800001234",
        "\x00",
        "\x1a",
        "😀",
        "　",
        "=1+1",
        "\x85",
        "\u2028",
        "①",
        "²",
        "序号,",
        "3205.05",
        "出生日期,",
    )
    text = "姓名,联系电话\n" * chance.choice((0, 1)) + "".join(chance.choices(pieces, k=chance.randint(1, 300)))
    coding = chance.choice(
        ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5", "utf-7", "utf-32")
    )
    return text.encode(coding, "replace")


def odd_page(seed: int) -> bytes:
    """Web pages with tags that never close, spans that overlap, and charsets that lie."""
    chance = random.Random(seed)
    tags = (
        "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th>", "<td rowspan=3>", "<td colspan=9 rowspan=0>",
        "<td rowspan=99999 colspan=99>", "<br>", "<style>", "</style>", "&#0;", "&#x110000;", "&nbsp;", "<!--", "-->", "姓名", "张清和",
        "电话", "13800001234", "<td colspan='二'>", "<![CDATA[", "]]>", "<?php", "<script>", "</body>",
    )  # fmt: skip
    head = f"<html><meta charset={chance.choice(('gb2312', 'utf-8', 'utf-16', 'odd', 'x' * 60))}><table>"
    return (head + "".join(chance.choices(tags, k=chance.randint(1, 120)))).encode(chance.choice(("utf-8", "gb18030")))


def odd_xml(seed: int) -> bytes:
    """The XML of Excel 2003 with places that leap, cells without rows, types that lie and tags that never close."""
    chance = random.Random(seed)
    tags = (
        '<Worksheet ss:Name="甲">', "</Worksheet>", "<Table>", "</Table>", "<Row>", "<Row>", "</Row>", '<Row ss:Index="9">',
        '<Row ss:Index="0">', '<Row ss:Index="1048576">', "<Cell>", "</Cell>", '<Cell ss:Index="3">', '<Cell ss:Index="16385">',
        '<Cell ss:MergeAcross="2" ss:MergeDown="99999">', '<Cell ss:MergeAcross="-1">', '<Data ss:Type="String">', "</Data>",
        '<Data ss:Type="Number">', '<Data ss:Type="DateTime">', "<Data>", "姓名", "张清和", "13800001234", "1e999", "NaN",
        "2021-03-05T00:00:00.000", "<![CDATA[", "]]>", "&#0;", "&x;", "<Style>", "<!--", "<x:Visible>SheetHidden</x:Visible>",
    )  # fmt: skip
    sound = "<Row><Cell><Data>姓名</Data></Cell><Cell><Data>电话</Data></Cell></Row>" * chance.choice((0, 1))
    head = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    begun = f'{head}<Worksheet ss:Name="名册"><Table>{sound}' if chance.random() < 0.8 else head
    return (begun + "".join(chance.choices(tags, k=chance.randint(1, 120)))).encode(chance.choice(("utf-8", "gb18030")))


def odd_old(seed: int) -> bytes:
    """Old .xls workbooks whose records lie about sizes and places."""
    return odd_old_workbook(seed, OLD)


MAKERS: dict[str, Callable[[int], bytes]] = {
    "spoilt": spoilt, "odd": odd_workbook, "old": odd_old, "text": odd_text, "page": odd_page, "xml": odd_xml,
}  # fmt: skip


def _each(made: str, seeds: range) -> None:
    for seed in seeds:
        data = MAKERS[made](seed)
        try:
            go_through(data, REGISTERS[seed % len(REGISTERS)])
        except BaseException as fault:
            fault.add_note(f"MAKERS[{made!r}]({seed})")
            raise


@pytest.mark.parametrize("made", MAKERS)
def test_no_file_makes_a_traceback(made: str) -> None:
    _each(made, range(40))


ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>姓名</t></is></c><c r="B{0}"><v>1</v></c></row>'
ROWS = "".join(ROW.format(number) for number in range(1, 400))
HEAVY: dict[str, Callable[[], bytes]] = {
    "merges over merges": lambda: plain_workbook(ROWS, merges=[f"A{row}:XFD{row + 390}" for row in range(1, 2000)]),
    "every row merged": lambda: plain_workbook(ROWS, merges=[f"A{row}:XFD{row}" for row in range(1, 400)]),
    "cells far out": lambda: plain_workbook(
        "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 1800))
    ),
    "cells in cells": lambda: plain_workbook("<row>" + "<c>" * 200_000 + "</row>"),
    "strings without end": lambda: plain_workbook(ROWS, strings="<si><t>" + "a" * 60_000_000 + "</t></si>"),
    "spans of a page": lambda: b"<html><table><tr>" + b"<td rowspan=1000 colspan=1000>1</td>" * 9,
    "pages in pages": lambda: b"<html>" + b"<table><tr><td>" * 20_000,
    "a quote that never closes": lambda: '姓名,电话\n"'.encode() + b"a,b\n" * 100_000,
    "a line without end": lambda: "姓名,".encode() * 200_000,
    "as many columns as are taken": lambda: "姓名,".encode() * 1_000 + b"\n1",
}


@pytest.mark.parametrize("name", HEAVY)
def test_small_files_that_would_grow_are_stopped(name: str) -> None:
    go_through(HEAVY[name]())


@pytest.mark.parametrize("made", ["odd", "old"])
def test_many_odd_workbooks_are_read_nevertheless(made: str) -> None:
    """Else the fuzzer would test refusals only."""
    read = 0
    for seed in range(60):
        with contextlib.suppress(FileIsRefused):
            read += bool(sheets.read(MAKERS[made](seed)).sheets)
    assert 20 <= read < 60


def test_what_once_made_a_traceback() -> None:
    for made, seed in (
        ("spoilt", 1794),
        ("spoilt", 1062),
        ("odd", 1008),
        ("odd", 1016),
        ("odd", 1060),
        ("odd", 20032),
        ("old", 20587),
    ):
        go_through(MAKERS[made](seed), REGISTERS[seed % len(REGISTERS)])


@pytest.mark.soak
@pytest.mark.parametrize("made", MAKERS)
@pytest.mark.parametrize("start", range(1_000, 5_000, 1_000))
def test_many_more_files_make_none(made: str, start: int) -> None:
    _each(made, range(start, start + 1_000))
