"""Files as offices have them, and as nobody should upload them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
from openpyxl.styles import Font, PatternFill


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook in memory."""
    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def monthly(book: openpyxl.Workbook) -> None:
    """Title, figures, a conditional line, a repeated row, a live sum; another sheet nobody touches."""
    page = book.active
    assert page is not None
    page.title = "情况表"
    page["A1"] = "【全称】【统计期】情况表"
    page["A1"].font = Font(name="方正小标宋简体", size=22)
    page["A2"], page["B2"] = "网格员（人）", "【在岗网格员】"
    page["B2"].fill = PatternFill("solid", fgColor="FFF2CC")
    page["A3"], page["B3"] = "环比", "{{ grid_workers.change }}"
    page["A4"] = "【如果：未报报表】"
    page["A5"] = "还有【未报报表】份没有报。"
    page["A6"] = "【结束】"
    page["A7"], page["B7"], page["C7"] = "序号", "姓名", "联系电话"
    page["A8"], page["B8"], page["C8"], page["D8"] = "【每行：网格员名册】【序号】", "【姓名】", "【联系电话】", "在岗"
    page["A9"], page["B9"] = "合计", "=COUNTA(B8:B8)"
    page["A10"] = "填报日期：【填报日期】"
    book.create_sheet("说明")["A1"] = "此表由街道统一印制"


def document() -> bytes:
    """A letter with a placeholder cut into runs, a repeated row and a paragraph on a condition."""
    paper = docx.Document()
    paper.add_heading("【社区名称】情况说明", 1)
    line = paper.add_paragraph("本期在岗网格员")
    for piece in ("【在岗", "网格", "员】"):
        line.add_run(piece).bold = True
    line.add_run("名。")
    paper.add_paragraph("这一段没有占位。")
    paper.add_paragraph("【如果：未报报表】")
    paper.add_paragraph("还有未报的。")
    paper.add_paragraph("【结束】")
    table = paper.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "序号", "姓名"
    table.cell(1, 0).text, table.cell(1, 1).text = "【每行：网格员名册】【序号】", "【姓名】"
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with parts added or replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info, old.read(info))
        for name, content in parts.items():
            new.writestr(name, content)
    return buffer.getvalue()


def part(data: bytes, name: str) -> bytes:
    """One part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)
