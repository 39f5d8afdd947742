"""Bytes of a workbook or text table → sheets of plain cells, rows counted as Excel shows them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from app.lowcode.importing.apart import read_pages_apart
from app.lowcode.importing.containers import FileIsRefused, damaged, kind_of
from app.lowcode.importing.durations import without_durations
from app.lowcode.importing.merges import Merge, sound
from app.lowcode.importing.reader import Page, named_twice, read_pages
from app.lowcode.importing.sheet_walk import Told, walk
from app.lowcode.importing.webpages import PageIsTooBig, charset_of, read_tables
from app.lowcode.importing.xml_sheets import encoding_of, read_sheets

MOST_ROWS = 200_000
"""Rows with content in one file."""
MOST_FILLED = 1_000
"""Cells with content in one row. Formats may reach to column XFD; a list of people does not."""

_AS_TEXT = re.compile(r'^="+([^"]*)"+$')
_GUARDING_TAB = re.compile(r"\t(\"?(?:[,;|]|$))|((?:^|[,;|])\"?)\t")
"""Systems put a tab before or behind long numbers, lest Excel rounds them; it parts no cells."""
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "x-gbk"})
_USUAL = frozenset("，。、；：（）“”·—　")

Cell = Any
"""str, float, int, bool, date, datetime, time, timedelta; "" for an empty cell."""


@dataclass(frozen=True)
class Sheet:
    """One sheet from A1 on. No two of its `merges` lie over one cell.

    `hidden` are its hidden rows, which are data like any other; None where the file does not tell.
    """

    name: str
    rows: list[list[Cell]]
    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] | None = None
    struck: frozenset[int] = frozenset()
    """Rows that are struck through, most of their cells; always empty where the file does not tell."""

    @property
    def width(self) -> int:
        """Cells of the widest row."""
        return max((len(row) for row in self.rows), default=0)


@dataclass(frozen=True)
class Workbook:
    """Sheets that have content, in their order. `kind` is what the bytes are, not what the name says."""

    kind: str
    sheets: tuple[Sheet, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    """Sheets that cannot be read while others can: name and reason."""


def read(data: bytes) -> Workbook:
    """The workbook. Raises FileIsRefused in words for the clerk; never anything else."""
    kind = kind_of(data)
    if kind == "text":
        sheet = _read_text(data)
        if why := _why_too_wide(sheet):
            raise FileIsRefused(why)
        return Workbook("text", (sheet,))
    found, told = _read_excel(data, kind) if kind in ("xlsx", "xls") else (_read_markup(data, kind), dict[str, Told]())
    far = {name: about.too_far for name, about in told.items() if about.too_far}
    sheets = tuple(sheet for sheet in found if any(any(cell != "" for cell in row) for row in sheet.rows))
    if not sheets:
        raise FileIsRefused(
            next(iter(far.values())) if far else "这个表里没有内容（可能只有图片、图表、宏或空行）。请确认选对了文件。"
        )
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS:
        raise FileIsRefused(f"这个表超过了 {MOST_ROWS:,} 行。请按社区拆成几份再上传。")
    left_out = [*far.items(), *((sheet.name, why) for sheet in sheets if (why := _why_too_wide(sheet)))]
    kept = tuple(sheet for sheet in sheets if not _why_too_wide(sheet))
    if not kept:
        raise FileIsRefused(left_out[0][1])
    return Workbook(kind, kept, tuple(left_out))


def _why_too_wide(sheet: Sheet) -> str:
    for number, row in enumerate(sheet.rows, 1):
        if len(row) > MOST_FILLED and (filled := sum(1 for cell in row if cell != "")) > MOST_FILLED:
            where = f"“{sheet.name.strip()}”" if sheet.name.strip() else "这个表"
            return f"{where}第 {number} 行填了 {filled:,} 格，不像一行一条的名册。请删掉多余的列，保存后再上传。"
    return ""


def _read_markup(data: bytes, kind: str) -> list[Sheet]:
    try:
        return _read_xml(data) if kind == "xml" else _read_web_page(data)
    except PageIsTooBig as fault:
        raise FileIsRefused(f"这个表超过了 {MOST_ROWS:,} 行。请按社区拆成几份再上传。") from fault


def _read_xml(data: bytes) -> list[Sheet]:
    pages = read_sheets(decode(data, said=encoding_of(data)))
    names = [page.name for page in pages]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise named_twice(twice)
    return [_sheet(page.name, page.rows, page.merges) for page in pages]


def _read_web_page(data: bytes) -> list[Sheet]:
    """The tables of a page, each a sheet."""
    tables = read_tables(decode(data, said=charset_of(data)))
    if not tables:
        raise FileIsRefused("这是从网页存下来的文件，里面没有表格。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。")
    several = len(tables) > 1
    return [
        _sheet(f"表格{number}" if several else "", [list(row) for row in table.rows], table.merges)
        for number, table in enumerate(tables, 1)
    ]


def _read_excel(data: bytes, kind: str) -> tuple[list[Sheet], dict[str, Told]]:
    """The sheets, and what is told about each, those that reach too far among them."""
    if kind == "xls":
        # Records of .xls name sizes that nobody checks; a few spoilt bytes ask for more memory than there is (0079).
        pages, told = read_pages_apart(data)
        return [_sheet(page.name, page.rows, page.merges, told.get(page.name)) for page in pages], told
    told = walk(data)
    left_out = {name for name, about in told.items() if about.too_far}
    try:
        pages = read_pages(data, left_out)
    except OverflowError:
        pages = _without_long_durations(data, left_out)
    return [_sheet(page.name, page.rows, page.merges, told.get(page.name, Told())) for page in pages], told


def _without_long_durations(data: bytes, left_out: Container[str]) -> list[Page]:
    try:
        return read_pages(without_durations(data), left_out)
    except OverflowError as fault:
        raise damaged() from fault


def _sheet(name: str, rows: list[list[Cell]], merges: Iterable[Merge], told: Told | None = None) -> Sheet:
    width = max((len(row) for row in rows), default=0)
    kept = sound(merges, rows=len(rows), width=width)
    return Sheet(name, rows, kept, told.hidden if told else None, told.struck if told else frozenset())


def _read_text(data: bytes) -> Sheet:
    text = decode(data)
    lines = text.splitlines()
    if len(lines) > MOST_ROWS:
        raise FileIsRefused(f"这个表超过了 {MOST_ROWS:,} 行。请按社区拆成几份再上传。")
    try:
        rows: list[list[Cell]] = [
            list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=_mark(lines))
        ]
    except csv.Error as fault:
        raise damaged() from fault
    if max((sum(1 for cell in row if cell.strip()) for row in rows), default=0) < 2:
        raise FileIsRefused("这个文件里看不出表格（没有用逗号或制表符分开的列）。请上传 Excel 表，或下载模板填写。")
    return Sheet("", [[_without_guard(cell.strip()) for cell in row] for row in rows])


def _without_guard(cell: str) -> str:
    """Our own exports put an apostrophe before text that a spreadsheet would take for a formula; others write long
    numbers as ="3205…", lest it rounds them."""
    if guarded := _AS_TEXT.match(cell):
        return guarded[1]
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell


def _mark(lines: list[str]) -> str:
    """What parts the cells: the mark that most of the first lines have most often."""
    head = [_GUARDING_TAB.sub(r"\1\2", line) for line in lines[:50] if line.strip()]
    return max(
        "\t,;|", key=lambda mark: (sum(1 for line in head if mark in line), sum(line.count(mark) for line in head))
    )


def decode(data: bytes, *, said: str | None = None) -> str:
    """Text of a .csv, .txt or web page: UTF-8 and UTF-16 with or without mark, GB18030.

    `said` is the coding that the file names itself. Raises FileIsRefused for what is no text.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, name)
    if b"\x00" in data[:4096]:
        return _decoded_wide(data)
    if said in _CHINESE:
        return _decoded(data, "gb18030")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030")


def _decoded_wide(data: bytes) -> str:
    """UTF-16 without a mark: commas, tabs and line ends show on which side the zero bytes stand."""
    for name, end in (("utf-16-le", b"\n\x00"), ("utf-16-be", b"\x00\n")):
        if end not in data or len(data) % 2:
            continue
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        strange = sum(
            1 for char in text[:4000] if (char < " " and char not in "\t\r\n") or "\ue000" <= char <= "\uf8ff"
        )
        usual = sum(1 for char in text[:4000] if char < "\x7f" or "\u4e00" <= char <= "\u9fff" or char in _USUAL)
        if not strange and usual > 0.9 * min(len(text), 4000):
            return text
    raise FileIsRefused("这个文件不是表格，或者已经损坏。请用 Excel 或 WPS 打开检查，另存为 .xlsx 再上传。")


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as fault:
        raise FileIsRefused(
            "这个文件不是表格，或文字编码认不出来。请用 Excel 或 WPS 打开检查，另存为 .xlsx 再上传。"
        ) from fault
