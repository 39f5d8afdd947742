"""按原表导出: the office's own workbook again, with what the register says by now."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openpyxl.styles import Font, PatternFill
from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.lowcode import service as rows_service
from app.lowcode.importing import service
from app.lowcode.register import register
from app.security import audit
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.importing.workbooks import make
from tests.workbooks import samples
from tests.world import GRID, HOME, add_user, as_user, build_areas, signed_in_client

TODAY = date(2026, 11, 22)
HEAD = ["序号", "姓名", "身份证号", "联系电话", "所属网格", "备注", "本表自留"]


@pytest.fixture
def street(context: Any) -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    add_user("clerk", "community_secretary", HOME)


def workbook() -> bytes:
    """Title, one header row, four people on coloured rows, 合计, a formula and a second sheet nobody reads."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "花名册"
    page.append(["桂花社区网格员花名册"])
    page.merge_cells("A1:G1")
    page.append(HEAD)
    for n in range(4):
        page.append([n + 1, make.NAMES[n], make.id_number(n), make.phone(n), "第一网格", f"备注{n}", f"留{n}"])
        for cell in page[n + 3]:
            cell.fill, cell.font = PatternFill("solid", fgColor="DDEEFF"), Font(name="楷体")
    page.append(["合计", "4人", None, None, None, "=COUNTA(B3:B6)"])
    book.create_sheet("说明")["A1"] = "填表说明：照实填写"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def pour() -> int:
    with as_user("sec") as actor:
        outcome = service.check("grid_workers", workbook(), file_name="花名册.xlsx", area=HOME, by=actor, today=TODAY)
        done = service.publish(outcome, by=actor, today=TODAY)
    assert done.batch is not None, (done.refusal, done.errors)
    return done.batch


def people() -> list[Any]:
    with acting_as(SYSTEM):
        model = register("grid_workers").model
        return list(db.session.execute(select(model).where(model.deleted_at.is_(None)).order_by(model.id)).scalars())


def refilled(batch: int, *, with_new: bool = False) -> Any:
    with as_user("sec") as actor:
        body = service.refilled(service.batch_of(batch, actor), with_new=with_new, by=actor, today=TODAY)
    return openpyxl.load_workbook(io.BytesIO(body))


def change_the_register() -> None:
    """The second left, the third has another telephone and a note like a formula, somebody new came."""
    _, second, third, _ = people()
    with acting_as(SYSTEM), writing() as session:
        session.get_one(type(second), second.id).deleted_at = utc_now()
    reg = register("grid_workers")
    with as_user("sec") as actor:
        rows_service.save(reg, third, {"phone": "13912345678", "note": "=1+1"}, by=actor, today=TODAY)
        rows_service.save(reg, None, {"name": "后来人", "phone": "13800001111", "area": GRID}, by=actor, today=TODAY)


def values(book: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in book["花名册"].iter_rows()]


@pytest.mark.usefixtures("street")
def test_nothing_changed_means_the_same_cells() -> None:
    batch = pour()
    assert values(refilled(batch, with_new=True)) == values(openpyxl.load_workbook(io.BytesIO(workbook())))


@pytest.mark.usefixtures("street")
def test_rows_of_today_stand_in_the_old_format() -> None:
    batch = pour()
    change_the_register()
    book = refilled(batch, with_new=True)
    found = values(book)
    assert [row[:2] for row in found[2:]] == [
        [1, make.NAMES[0]], [2, make.NAMES[2]], [3, make.NAMES[3]], [4, "后来人"], ["合计", "4人"],
    ]  # fmt: skip
    assert found[3][2:] == [make.id_number(2), "13912345678", "第一网格", "=1+1", "留2"]
    page = book["花名册"]
    assert page["F4"].data_type == "s"
    assert (page["F7"].value, page["F7"].data_type) == ("=COUNTA(B3:B6)", "f")
    assert page["B6"].fill.fgColor.rgb == page["B3"].fill.fgColor.rgb
    assert page["B6"].font.name == "楷体"
    assert book["说明"]["A1"].value == "填表说明：照实填写"


@pytest.mark.usefixtures("street")
def test_only_the_people_of_the_file_where_that_was_asked() -> None:
    batch = pour()
    change_the_register()
    found = values(refilled(batch))
    assert [row[:2] for row in found[2:]] == [
        [1, make.NAMES[0]], [2, make.NAMES[2]], [3, make.NAMES[3]], ["合计", "3人"],
    ]  # fmt: skip


@pytest.mark.usefixtures("street")
def test_a_number_that_changed_since_comes_masked() -> None:
    batch = pour()
    third = people()[2]
    values_ = {"id_number": make.id_number(30)}
    rows_service.save(register("grid_workers"), third, values_, by=SYSTEM, today=TODAY)
    cell = refilled(batch)["花名册"]["C5"].value
    assert cell != make.id_number(30)
    assert "*" in cell


@pytest.mark.usefixtures("street")
def test_an_original_whose_people_are_all_gone_is_refused_in_words() -> None:
    batch = pour()
    with acting_as(SYSTEM), writing() as session:
        for row in people():
            session.get_one(type(row), row.id).deleted_at = utc_now()
    with pytest.raises(service.CannotBeRefilled, match="没有可以导出的行"):
        refilled(batch)


def test_the_page_gives_it_to_who_brought_the_file_and_notes_it(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_areas()
        for who in ("sec", "clerk"):
            add_user(who, "community_secretary", HOME)
        batch = pour()
    client = signed_in_client(sqlite_app, "sec")
    assert "按原表导出" in client.get(f"/grid_workers/import/{batch}/result").get_data(as_text=True)
    answer = client.get(f"/grid_workers/import/{batch}/refilled?rows=all")
    assert openpyxl.load_workbook(io.BytesIO(answer.data))["花名册"]["B3"].value == make.NAMES[0]
    assert signed_in_client(sqlite_app, "clerk").get(f"/grid_workers/import/{batch}/refilled").status_code == 403
    with sqlite_app.app_context(), acting_as(SYSTEM):
        wanted = select(audit.AuditEntry.note).where(audit.AuditEntry.action == "exported")
        assert db.session.execute(wanted).scalars().all() == ["按原表导出《花名册.xlsx》4 行"]


def test_the_export_page_offers_the_last_workbook_to_who_brought_it(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_areas()
        for who in ("sec", "clerk"):
            add_user(who, "community_secretary", HOME)
    client, stranger = signed_in_client(sqlite_app, "sec"), signed_in_client(sqlite_app, "clerk")
    assert "按上次导入的原表" not in client.get("/grid_workers/export").get_data(as_text=True)
    with sqlite_app.app_context():
        batch = pour()
    assert "按上次导入的原表《花名册.xlsx》" in client.get("/grid_workers/export").get_data(as_text=True)
    assert "按上次导入的原表" not in stranger.get("/grid_workers/export").get_data(as_text=True)
    answer = client.post("/grid_workers/export", data={"format": f"original-all:{batch}"}, follow_redirects=True)
    assert openpyxl.load_workbook(io.BytesIO(answer.data))["花名册"]["A1"].value == "桂花社区网格员花名册"
    answer = stranger.post("/grid_workers/export", data={"format": f"original:{batch}"}, follow_redirects=True)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet["A1"].value == "姓名"  # an ordinary export: the workbook is not theirs


def brought(data: bytes, name: str) -> int:
    with as_user("sec") as actor:
        outcome = service.check("grid_workers", data, file_name=name, area=HOME, by=actor, today=TODAY)
        done = service.publish(outcome, by=actor, today=TODAY)
    assert done.batch is not None, (done.refusal, done.errors)
    return done.batch


@pytest.mark.parametrize("suffix", ["xls", "csv", "xlsx"])
def test_other_kinds_of_files_and_merged_grids_come_back_filled(sqlite_context: Any, suffix: str) -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    lines = [[make.NAMES[n], make.phone(n), "" if n in (1, 3) else ("第一网格", "第二网格")[n // 2]] for n in range(4)]
    if suffix == "csv":
        for line, above in ((lines[1], lines[0]), (lines[3], lines[2])):
            line[2] = above[2]
    table = [["桂花社区网格员花名册"], ["姓名", "联系电话", "网格"], *lines]
    page = make.Page("花名册", table, ((0, 0, 0, 2), (2, 2, 3, 2), (4, 2, 5, 2)))
    written = {"xls": make.xls, "xlsx": make.xlsx}
    data = make.text(table, encoding="gb18030") if suffix == "csv" else written[suffix](page)
    batch = brought(data, f"花名册.{suffix}")
    change_the_register()
    sheet = refilled(batch, with_new=True).worksheets[0]
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert table[0][0] == "桂花社区网格员花名册"
    assert [row[:2] for row in table[2:]] == [
        [make.NAMES[0], make.phone(0)], [make.NAMES[2], "13912345678"], [make.NAMES[3], make.phone(3)],
        ["后来人", "13800001111"],
    ]  # fmt: skip
    if suffix != "csv":
        assert {str(each) for each in sheet.merged_cells.ranges} >= {"A1:C1", "C4:C5"}


def test_what_the_register_does_not_touch_stays_byte_for_byte(sqlite_context: Any) -> None:
    """Picture, chart, drop-down from another sheet, comments, print setup and parts nobody knows."""
    build_areas()
    add_user("sec", "community_secretary", HOME)
    strings = samples.parts(samples.roster())["xl/sharedStrings.xml"].decode()
    named = re.sub(r"张(\d)", lambda found: "张" + "安邦成德恩芳光海家江"[int(found[1])], strings)
    data = samples.with_parts(samples.roster(), {}, changed={"xl/sharedStrings.xml": named.encode()})
    batch = brought(data, "名册.xlsx")
    with as_user("sec") as actor:
        first = people()[0]
        rows_service.save(register("grid_workers"), first, {"sex": "2"}, by=actor, today=TODAY)
        body = service.refilled(service.batch_of(batch, actor), with_new=False, by=actor, today=TODAY)
    before, after = samples.parts(data), samples.parts(body)
    assert set(after) >= set(before)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"}, changed
    assert "xl/worksheets/sheet1.xml" in changed
    for part in ("xl/media/image1.png", "xl/charts/chart1.xml", "xl/worksheets/sheet2.xml", *samples.FOREIGN):
        assert part not in changed
    old, new = (re.split(rb"(?=<row )", sheets["xl/worksheets/sheet1.xml"]) for sheets in (before, after))
    assert [number for number, (one, other) in enumerate(zip(old, new, strict=True)) if one != other] == [3]
