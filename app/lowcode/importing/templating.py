"""The template workbook of a register: a row of headers, drop-downs, text formats, a sheet that explains."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from sqlalchemy import select
from xlsxwriter.utility import xl_col_to_name

from app.areas.models import Area
from app.extensions import db
from app.lowcode.column import Column
from app.lowcode.importing.recognition import HELP_SHEET, LISTS_SHEET
from app.lowcode.register import Register, register
from app.security.actor import current_actor

READY_ROWS = 2_000
"""Rows that carry drop-downs."""
MOST_AREAS = 3_000


def template(register_name: str) -> bytes:
    """The workbook, .xlsx. Its area list holds what the acting person may import into."""
    reg = register(register_name)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    columns = [column for column in reg.columns if column.kind not in ("computed", "lines")]
    page = book.add_worksheet(_sheet_name(reg.title))
    help_page = book.add_worksheet(HELP_SHEET)
    lists = book.add_worksheet(LISTS_SHEET)
    lists.hide()
    _write_page(book, page, lists, reg, columns)
    _write_help(book, help_page, reg, columns)
    book.close()
    return buffer.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(char for char in title if char not in "[]:*?/\\")[:31]


def _write_page(book: Any, page: Any, lists: Any, reg: Register, columns: list[Column]) -> None:
    head = {"bold": True, "bg_color": "#EEF2F8", "border": 1, "border_color": "#C9CDD4", "align": "center"}
    head |= {"valign": "vcenter"}
    plain_head = book.add_format(head | {"text_wrap": True})
    required_head = book.add_format(head | {"font_color": "#C00000", "text_wrap": True})
    formats: dict[str, Any] = {}
    for number, column in enumerate(columns):
        kind = column.type.excel_format if column.kind not in ("place", "link") else "@"
        style = formats.setdefault(kind, book.add_format({"num_format": kind, "locked": False}))
        width = max(10, min(36, column.type.print_width / 1.7))
        page.set_column(number, number, width, style)
        page.write_string(0, number, column.label + (" *" if column.is_required else ""),
                          required_head if column.is_required else plain_head)  # fmt: skip
        comment = _how(column)
        if comment:
            page.write_comment(0, number, comment, {"author": "网格台账", "x_scale": 1.6})
        choices = _choices(reg, column)
        if choices:
            _add_list(page, lists, number, column, choices)
    page.set_row(0, 28)
    page.freeze_panes(1, 0)
    # Only the header is locked, without a password: a column renamed by mistake is not understood any more.
    allowed = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
    page.protect("", dict.fromkeys(allowed, True))


def _add_list(page: Any, lists: Any, number: int, column: Column, choices: list[str]) -> None:
    letters = xl_col_to_name(number)
    for row, label in enumerate(choices):
        lists.write_string(row, number, label)
    page.data_validation(
        1, number, READY_ROWS, number,
        {
            "validate": "list",
            "source": f"='{LISTS_SHEET}'!${letters}$1:${letters}${len(choices)}",
            # Their own spelling is understood as well, and old files are pasted in here.
            "error_type": "information",
            "error_title": "不在选项里",
            "error_message": f"“{column.label}”最好从下拉里选；确实要这样写也可以，导入时会再核对。",
        },
    )  # fmt: skip


def _choices(reg: Register, column: Column) -> list[str]:
    if column.kind == "place":
        return _areas(reg)
    if column.kind == "link":
        return []
    if column.type.key == "flag":
        return ["是", "否"]
    return [label for _, label in column.type.choices()]


def _areas(reg: Register) -> list[str]:
    """桂花社区/第一网格 for every area the person may import into, communities and below."""
    actor = current_actor()
    alive = select(Area.code, Area.name).where(Area.valid_to.is_(None)).order_by(Area.code)
    names = dict(db.session.execute(alive).all())
    found = []
    for code, name in names.items():
        if len(code) < 12 or not actor.covers(reg.name, "import", code):
            continue
        found.append(f"{names.get(code[:12], '')}/{name}" if len(code) > 12 else name)
    return found[:MOST_AREAS]


def _how(column: Column) -> str:
    parts = ["必填。"] if column.is_required else []
    parts += [text for text in (column.help, _hint(column)) if text]
    return "\n".join(parts)


def _hint(column: Column) -> str:
    if column.kind == "place":
        return "从下拉里选，或写“社区/网格”。只有一个社区的可以只写网格名。"
    if column.kind == "link":
        return "填那边名册里的名称，要一字不差。"
    return column.type.hint


def _write_help(book: Any, page: Any, reg: Register, columns: list[Column]) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#EEF2F8", "border": 1, "border_color": "#C9CDD4"})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9CDD4"})
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 8)
    page.set_column(2, 2, 70)
    page.write_string(0, 0, f"{reg.title}填表说明", title)
    keys = "；".join("＋".join(reg.column(name).label for name in key) for key in reg.keys)
    for row, text in enumerate(
        (
            f"1. 每行填一条，不要合并单元格，不要改第一行的列名。系统按“{keys}”认出是不是同一条。",
            "2. 再次导入时，空着的格子表示不改；要改的填新内容。没有的列可以整列空着。",
            "3. 身份证号、电话所在的列已设为文本。从别处粘贴时请选“只粘贴文本”，以免号码变成 3.20505E+17。",
        ),
        1,
    ):
        page.write_string(row, 0, text)
    for number, text in enumerate(("列名", "必填", "怎么填")):
        page.write_string(5, number, text, head)
    for row, column in enumerate(columns, 6):
        page.write_string(row, 0, column.label, wrap)
        page.write_string(row, 1, "是" if column.is_required else "", wrap)
        page.write_string(row, 2, "\n".join(text for text in (column.help, _hint(column)) if text), wrap)
