"""A street of twelve communities, grid workers in two of them, and the tables a superior office sends."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from app.areas.models import Area
from app.database.transactions import writing
from app.fields.identity import check_digit
from app.lowcode import service
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, STREET, TODAY, add_user, build_areas

NAMES = ("桂花", "银杏", "梧桐", "丹枫", "海棠", "玉兰", "紫藤", "翠竹", "腊梅", "芙蓉", "新桂花", "清溪")
CODES = tuple(f"{STREET}{number:03d}" for number in range(1, 13))
COMMUNITIES = dict(zip(CODES, (f"{name}社区" for name in NAMES), strict=True))
HEADERS = ("序号", "所属社区", "姓名", "性别", "身份证号", "联系电话", "补贴金额", "备注")
_THIN = Border(*(Side("thin") for _ in range(4)))


def build_street() -> None:
    """Areas, accounts, and three grid workers at HOME, one next door."""
    build_areas()
    with acting_as(SYSTEM), writing() as session:
        for code, name in COMMUNITIES.items():
            if code not in (HOME, NEXT_DOOR):
                session.add(Area(uid=code + "x" * 20, code=code, area_code=code, parent_code=STREET, name=name,
                                 level="community", extra={}))  # fmt: skip
    add_user("street", "street_office", STREET)
    add_user("clerk", "community_clerk", HOME)
    add_user("secretary", "community_secretary", HOME)
    add_user("next_secretary", "community_secretary", NEXT_DOOR)
    workers = (
        ("陈六", "1", GRID, 1),
        ("褚七", "2", HOME + "002", 2),
        ("卫八", "1", GRID, 3),
        ("蒋九", "2", NEXT_GRID, 4),
    )
    for name, sex, area, number in workers:
        save_worker(name, area, number, sex=sex)


def save_worker(name: str, area: str, number: int, *, sex: str = "1") -> Any:
    """A grid worker with everything a superior may ask."""
    number_of = id_number(number, sex=int(sex))
    values = {"name": name, "sex": sex, "area": area, "id_number": number_of, "phone": phone(number)}
    with acting_as(SYSTEM):
        return service.save(register("grid_workers"), None, values, by=SYSTEM, today=TODAY)


def id_number(number: int, *, sex: int = 1) -> str:
    """An invented ID number with a good check digit."""
    first = f"32050519{80 + number % 20:02d}0{1 + number % 9}1{number % 10}{number % 1000 // 10:02d}{sex + 2 * (number % 4)}"
    return first + check_digit(first)


def phone(number: int) -> str:
    """An invented mobile number."""
    return f"138{number:08d}"


def blank_list(*, lines: int = 5, headers: Sequence[str] = HEADERS, has_list: bool = True) -> bytes:
    """A blank list: merged title, unit line, header, numbered lines, 合计, signatures, a drop-down and a picture of cells."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "花名册"
    width = len(headers)
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    page["A1"] = "清溪街道网格员花名册"
    page["A1"].font = Font(name="方正小标宋简体", size=20)
    page["A1"].alignment = Alignment(horizontal="center")
    page["A2"] = "填报单位：                    填报日期：2026年11月"
    for column, header in enumerate(headers, 1):
        cell = page.cell(3, column, header)
        cell.fill, cell.border, cell.font = PatternFill("solid", start_color="FFDDEBF7"), _THIN, Font(bold=True)
    for line in range(lines):
        page.cell(4 + line, 1, line + 1)
        for column in range(1, width + 1):
            page.cell(4 + line, column).border = _THIN
            page.cell(4 + line, column).font = Font(name="仿宋", size=12)
    total = 4 + lines
    page.cell(total, 1, "合计")
    if "补贴金额" in headers:
        column = headers.index("补贴金额") + 1
        letter = openpyxl.utils.get_column_letter(column)
        page.cell(total, column, f"=SUM({letter}4:{letter}{total - 1})")
    page.cell(total + 1, 1, "填表人：          审核人：          负责人：")
    if has_list and "性别" in headers:
        choice = DataValidation(type="list", formula1='"男性,女性"')
        letter = openpyxl.utils.get_column_letter(headers.index("性别") + 1)
        choice.add(f"{letter}4:{letter}{total - 1}")
        page.add_data_validation(choice)
    page.column_dimensions["E"].width = 24
    return saved(book)


def blank_figures() -> bytes:
    """A blank statistics table: two-row header with groups, labelled rows, a total row, a share that cannot be added."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "统计表"
    page.merge_cells("A1:F1")
    page["A1"] = "党员情况统计表"
    for reference in ("A2:A3", "B2:D2", "E2:E3", "F2:F3"):
        page.merge_cells(reference)
    for reference, text in (("A2", "项目"), ("B2", "人数"), ("E2", "新发展"), ("F2", "占比"), ("B3", "男"), ("C3", "女"),
                            ("D3", "合计")):  # fmt: skip
        page[reference] = text
    for row, label in enumerate(("30岁以下", "31岁至60岁", "61岁以上"), 4):
        page.cell(row, 1, label)
    page["A7"] = "合计"
    page["E7"] = "=SUM(E4:E6)"
    page["A8"] = "填表人："
    return saved(book)


def filled_list(
    community: str, people: Sequence[Sequence[Any]], *, headers: Sequence[str] = HEADERS, title: str = "", total: Any = None,
    sheet: str = "花名册", saved_on: datetime | None = None, cells: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    """A community's file. `people` are values by the standard headers without 序号; `cells` fill columns of other names."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page["A1"] = title or "清溪街道网格员花名册"
    page["A2"] = f"填报单位：{community}" if community else "填报单位："
    for column, header in enumerate(headers, 1):
        page.cell(3, column, header)
    places = {name: number for number, name in enumerate(HEADERS[1:])}
    for row, person in enumerate(people, 4):
        for column, header in enumerate(headers, 1):
            if header == "序号":
                page.cell(row, column, row - 3)
            elif header in places:
                page.cell(row, column, person[places[header]])
            else:
                page.cell(row, column, (cells or {}).get(header, ""))
    last = 4 + len(people)
    page.cell(last, 1, "合计")
    if total is not None:
        page.cell(last, list(headers).index("补贴金额") + 1, total)
    page.cell(last + 1, 1, "填表人：张三　　审核人：李四")
    return saved(book, at=saved_on)


def filled_figures(community: str, figures: Sequence[Sequence[Any]], *, totals: Sequence[Any] = ()) -> bytes:
    """A community's statistics: rows of (男, 女, 合计, 新发展, 占比)."""
    book = openpyxl.load_workbook(io.BytesIO(blank_figures()))
    page = book.active
    for row, values in enumerate(figures, 4):
        for column, value in enumerate(values, 2):
            page.cell(row, column, value)
    for column, value in enumerate(totals, 2):
        page.cell(7, column, value)
    page["A8"] = f"填报单位：{community}"
    return saved(book)


def saved(book: Any, *, at: datetime | None = None) -> bytes:
    """The workbook's bytes; openpyxl would write its own time of saving over the given one."""
    buffer = io.BytesIO()
    book.save(buffer)
    if at is None:
        return buffer.getvalue()
    stamped = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(stamped, "w") as target:
        for info in source.infolist():
            part = source.read(info.filename)
            if info.filename == "docProps/core.xml":
                stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, part)
            target.writestr(info, part)
    return stamped.getvalue()


def opened(data: bytes) -> Any:
    """The first sheet of a workbook, as another program reads it."""
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
