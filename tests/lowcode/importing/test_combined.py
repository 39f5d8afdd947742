"""Names and telephones in one cell, and rows that are struck through: read, shown, asked about, written back."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.fields.refusal import Refused
from app.lowcode import service as rows_service
from app.lowcode.importing import combined, service, sheets
from app.lowcode.importing.batches import batch_of
from app.lowcode.register import register
from app.security.actor import SYSTEM, acting_as
from tests.lowcode.importing.workbooks import make
from tests.world import GRID, HOME, TODAY, add_user, as_user, build_areas, signed_in_client

PHONES = [make.phone(number) for number in range(4)]


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("张清和 13800000000", "张清和", "13800000000"),
        ("张清和（13800000000）", "张清和", "13800000000"),
        ("张清和:138 0000 0000", "张清和", "138 0000 0000"),
        ("13800000000张清和", "张清和", "13800000000"),
        ("张清和\n电话：0512-68251234", "张清和", "0512-68251234"),
        ("阿依古丽·买买提/13800000000", "阿依古丽·买买提", "13800000000"),
        ("张清和", "张清和", ""),
        ("13800000000", "", "13800000000"),
        ("", "", ""),
    ],
)
def test_a_cell_is_taken_apart(text: str, name: str, phone: str) -> None:
    assert (combined.name_of(text), combined.phone_of(text)) == (name, phone)


def test_two_people_in_one_cell_are_refused() -> None:
    with pytest.raises(Refused, match="拆成两行"):
        combined.name_of("张清和 13800000000，李望舒 13900000000")
    assert combined.name_of("张清和 13800000000 13900000000") == "张清和"


def test_headers_that_name_two_things() -> None:
    nouns = ("网格员及电话", "联系人/联系方式", "项目经理 电话", "姓名、手机号", "负责人和联系电话", "联系电话", "姓名")
    assert [combined.whose(title) for title in nouns] == ["网格员", "联系人", "项目经理", "姓名", "负责人", "", ""]


def workbook() -> bytes:
    rows = [[f"{make.NAMES[number]} {PHONES[number]}", make.id_number(number), "第一网格"] for number in range(3)]
    page = make.Page("名册", [["网格员及电话", "身份证号", "所属网格"], *rows])
    page.struck_rows = [2]
    return make.xlsx(page)


@pytest.fixture
def street(app: Flask) -> Any:
    with app.test_request_context():
        build_areas()
        add_user("sec", "community_secretary", HOME)
        yield


def pour(data: bytes) -> Any:
    with as_user("sec") as actor:
        outcome = service.check("grid_workers", data, file_name="名册.xlsx", area=HOME, by=actor, today=TODAY)
        return service.publish(outcome, by=actor, today=TODAY)


@pytest.mark.usefixtures("street")
def test_both_are_written_and_come_back_in_one_cell() -> None:
    outcome = pour(workbook())
    assert outcome.written == 3
    assert [(remark.row, "删除线" in remark.message) for remark in outcome.warnings if remark.row] == [(3, True)]
    model = register("grid_workers").model
    with as_user("sec") as actor:
        rows = db.session.execute(select(model).order_by(model.id)).scalars().all()
        assert [(row.name, row.phone) for row in rows] == list(zip(make.NAMES[:3], PHONES[:3], strict=True))
        rows_service.save(register("grid_workers"), rows[0], {"phone": PHONES[3]}, by=actor, today=TODAY)
        rows_service.reveal(register("grid_workers"), reason=rows_service.REVEAL_REASONS[0], area_code=HOME, by=actor)
        batch = batch_of(outcome.batch_id, actor)
        data = service.refilled(batch, with_new=False, by=actor, today=TODAY)
        again = service.check("grid_workers", workbook(), file_name="下月.xlsx", area=HOME, by=actor, today=TODAY)
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    first, second = page["A2"].value, page["A3"].value
    assert first.startswith(make.NAMES[0] + " ")
    assert first[-4:] == PHONES[3][-4:]
    assert second == f"{make.NAMES[1]} {PHONES[1]}"
    # Remembered from last month, and still both.
    assert again.counts["changed"] == 1
    assert again.counts["same"] == 2


def test_the_pages_say_so_and_ask(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        build_areas()
        add_user("sec", "community_secretary", HOME)
        db.session.remove()
    client = signed_in_client(sqlite_app, "sec")
    form = {"file": (io.BytesIO(workbook()), "名册.xlsx"), "kind": "additions"}
    where = client.post("/grid_workers/import/", data=form).location
    page = client.get(where).get_data(as_text=True)
    assert "姓名和联系电话（一格拆成两项）" in page
    assert "删除线" in page
    rows = client.post(where, data={"action": "check"}).location
    assert "确认保留" in client.get(rows).get_data(as_text=True)
    client.post(rows, data={"action": "write"})
    with sqlite_app.app_context(), acting_as(SYSTEM):
        model = register("grid_workers").model
        names = db.session.execute(select(model.name).order_by(model.id)).scalars().all()
        assert names == [make.NAMES[0], make.NAMES[2]]
        db.session.remove()


def test_struck_rows_are_those_with_most_cells_struck() -> None:
    (sheet,) = sheets.read(workbook()).sheets
    assert sheet.struck == {2}
    book = openpyxl.Workbook()
    page = book.active
    page.append(["姓名", "电话", "备注"])
    page.append(["张清和", "13800000000", "已迁出"])
    page["C2"].font = openpyxl.styles.Font(strike=True)
    buffer = io.BytesIO()
    book.save(buffer)
    (sheet,) = sheets.read(buffer.getvalue()).sheets
    assert sheet.struck == frozenset()
    assert GRID
