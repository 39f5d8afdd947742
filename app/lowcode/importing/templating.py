"""The template workbook of a register: a row of headers, drop-downs, text formats, a sheet that explains."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from app.lowcode.column import Column
from app.lowcode.importing.recognition import HELP_SHEET, LISTS_SHEET
from app.lowcode.importing.template_choices import Pick, picks
from app.lowcode.importing.template_samples import sample_row
from app.lowcode.importing.vocabulary import importable
from app.lowcode.parts import printed_columns
from app.lowcode.register import Register, register

LINE_HEIGHT, LINE_LENGTH = 15, 36
"""Points, and Chinese characters in a line of the explanations: LibreOffice makes no row higher by itself."""
READY_ROWS = 2_000
"""Rows that carry drop-downs."""


def template(register_name: str) -> bytes:
    """The workbook, .xlsx. Its area lists hold what the acting person may import into."""
    reg = register(register_name)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    columns = importable(printed_columns(reg))
    page = book.add_worksheet(_sheet_name(reg.title))
    help_page = book.add_worksheet(HELP_SHEET)
    lists = book.add_worksheet(LISTS_SHEET)
    lists.hide()
    wanted = picks(reg, columns)
    _write_page(book, page, wanted)
    _add_lists(page, lists, wanted)
    _write_help(book, help_page, reg, columns)
    book.close()
    return buffer.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(char for char in title if char not in "[]:*?/\\")[:31]


def _write_page(book: Any, page: Any, wanted: Sequence[Pick]) -> None:
    head = {"bold": True, "bg_color": "#EEF2F8", "border": 1, "border_color": "#C9CDD4", "align": "center"}
    head |= {"valign": "vcenter"}
    plain_head = book.add_format(head | {"text_wrap": True})
    required_head = book.add_format(head | {"font_color": "#C00000", "text_wrap": True})
    formats: dict[str, Any] = {}
    for number, pick in enumerate(wanted):
        column = pick.column
        kind = column.type.excel_format if column.kind not in ("place", "link") else "@"
        style = formats.setdefault(kind, book.add_format({"num_format": kind, "locked": False}))
        page.set_column(number, number, max(10, min(36, column.type.print_width / 1.7)), style)
        is_required = column.is_required and pick.level == 0  # what belongs to the whole community names no grid
        page.write_string(0, number, pick.label + (" *" if is_required else ""),
                          required_head if is_required else plain_head)  # fmt: skip
        comment = _how(column) if pick.level == 0 else "先选左边一列，这里就只列它下面的。整个左边那一级的记录不用选。"
        if comment:
            page.write_comment(0, number, comment, {"author": "网格台账", "x_scale": 1.6})
    shown = book.add_format({"num_format": "@", "italic": True, "font_color": "#86909C", "locked": False})
    for number, text in enumerate(sample_row(wanted)):
        if text:
            page.write_string(1, number, text, shown)
    page.set_row(0, 28)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    # Only the header is locked, without a password: a column renamed by mistake is not understood any more.
    allowed = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
    page.protect("", dict.fromkeys(allowed, True))


def _add_lists(page: Any, lists: Any, wanted: Sequence[Pick]) -> None:
    """Write the words of every drop-down to the hidden sheet, two columns each: what stands to the left, and the word."""
    for number, pick in enumerate(wanted):
        if not pick.choices:
            continue
        for row, (parent, word) in enumerate(pick.choices):
            lists.write_string(row, 2 * number, parent)
            lists.write_string(row, 2 * number + 1, word)
        page.data_validation(
            1, number, READY_ROWS, number,
            {
                "validate": "list",
                "source": _source(number, pick),
                # Their own spelling is understood as well, and old files are pasted in here.
                "error_type": "information",
                "error_title": "不在选项里",
                "error_message": f"“{pick.label}”最好从下拉里选；确实要这样写也可以，导入时会再核对。"[:255],
            },
        )  # fmt: skip


def _source(number: int, pick: Pick) -> str:
    """The cells a drop-down offers: all words, or those that stand beside what the columns to the left say."""
    parents, words = xl_col_to_name(2 * number), xl_col_to_name(2 * number + 1)
    last = len(pick.choices)
    if pick.level == 0:
        return f"='{LISTS_SHEET}'!${words}$1:${words}${last}"
    left = '&"/"&'.join(f"${xl_col_to_name(number - pick.level + above)}2" for above in range(pick.level))
    column = f"'{LISTS_SHEET}'!${parents}$1:${parents}${last}"
    return f"=OFFSET('{LISTS_SHEET}'!${words}$1,MATCH({left},{column},0)-1,0,COUNTIF({column},{left}),1)"


def _how(column: Column) -> str:
    parts = ["必填。"] if column.is_required else []
    parts += [text for text in (column.help, _hint(column)) if text]
    return "\n".join(parts)


def _hint(column: Column) -> str:
    if column.kind == "place":
        return "从下拉里选；几级分列的先选左边一列。也可以写“社区/网格”。"
    if column.kind == "link":
        return "从下拉里选；没有下拉的，填那边名册里的名称，要一字不差。"
    return column.type.hint


def _write_help(book: Any, page: Any, reg: Register, columns: list[Column]) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#EEF2F8", "border": 1, "border_color": "#C9CDD4"})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9CDD4"})
    line = book.add_format({"text_wrap": True, "valign": "vcenter"})
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 8)
    page.set_column(2, 2, 70)
    page.write_string(0, 0, f"{reg.title}填表说明", title)
    keys = "；".join("＋".join(reg.column(name).label for name in key) for key in reg.keys)
    for row, text in enumerate(
        (
            f"1. 每行填一条，不要合并单元格，不要改第一行的列名。系统按“{keys}”认出是不是同一条。",
            "2. 再次导入时，空着的格子表示不改；要改的填新内容。没有的列可以整列空着。",
            "3. 列名下面写着“例：”的一行是样子，不会导入，留着、删掉或在上面直接填都可以。",
            "4. 身份证号、电话所在的列已设为文本。从别处粘贴时请选“只粘贴文本”，以免号码变成 3.20505E+17。",
        ),
        1,
    ):
        page.merge_range(row, 0, row, 2, text, line)
        page.set_row(row, 32)
    for number, text in enumerate(("列名", "必填", "怎么填")):
        page.write_string(6, number, text, head)
    for row, column in enumerate(columns, 7):
        page.write_string(row, 0, column.label, wrap)
        page.write_string(row, 1, "是" if column.is_required else "", wrap)
        how = "\n".join(text for text in (column.help, _hint(column)) if text)
        page.write_string(row, 2, how, wrap)
        page.set_row(row, LINE_HEIGHT * sum(-(-len(line) // LINE_LENGTH) for line in how.split("\n")) or LINE_HEIGHT)
