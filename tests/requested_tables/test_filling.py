"""一表通: a superior's blank table is filled from the register that knows most of it, in its own format."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode import service as rows_service
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.register import register
from app.lowcode.service import REVEAL_REASONS
from app.lowcode.viewing import note_reveal
from app.requested_tables import fillings, queries
from app.requested_tables.choices import TableChoice
from app.requested_tables.models import TableFilling
from app.requested_tables.proposing import best_offer, missing_headers
from app.security.actor import SYSTEM, acting_as
from app.security.models import AuditEntry
from tests.requested_tables.world import blank_list, build_street, id_number, opened, phone, save_worker, saved
from tests.world import GRID, HOME, TODAY, as_user

TWELVE = (
    "序号",
    "街道",
    "社区",
    "网格",
    "姓名",
    "性别",
    "出生年月",
    "年龄",
    "身份证号",
    "联系电话",
    "专/兼职",
    "政治面貌",
    "是否住本社区",
)
"""Twelve columns besides 序号, of which the register of grid workers has eleven."""


@pytest.fixture
def street(app: Flask) -> Any:
    with app.test_request_context():
        build_street()
        yield


def started(data: bytes, user: str = "clerk") -> fillings.Opened:
    with as_user(user) as actor:
        row = fillings.start(data, "上级来表.xlsx", area_code=HOME, by=actor)
        found = fillings.opened(row)
        if not row.choices:
            fillings.choose(found, fillings.proposed(found.tables, HOME, actor), by=actor)
        return fillings.opened(queries.filling(row.id))


def filled(of: fillings.Opened, user: str = "clerk") -> Any:
    with as_user(user) as actor:
        return fillings.fill(of, by=actor, today=TODAY)[0]


def test_a_request_of_twelve_columns_asks_for_one(street: Any) -> None:
    found = started(blank_list(headers=TWELVE))
    table = found.tables[0]
    assert len(table.asked) == 12
    with as_user("clerk") as actor:
        offer = best_offer(table, actor)
    assert (offer.register, offer.known_count) == ("grid_workers", 11)
    assert missing_headers(table, offer.matches) == ("是否住本社区",)


def test_rows_are_as_the_superior_writes_them(street: Any) -> None:
    found = started(blank_list(headers=TWELVE))
    rows = filled(found).rows.cells
    assert [row[4] for row in rows] == ["陈六", "卫八", "褚七"]
    assert rows[0][:8] == [1, "清溪街道", "桂花社区", "第一网格", "陈六", "男性", "1981.02", 45]
    assert rows[2][3] == "第二网格"
    assert rows[0][9] == phone(1)


def test_what_the_id_number_tells_is_written_like_the_rest(street: Any) -> None:
    """Who has no 性别 in the register gets it from the ID number, in the word that the table's drop-down offers."""
    values = {"name": "沈十", "area": GRID, "id_number": id_number(5), "phone": phone(5)}
    with acting_as(SYSTEM):
        rows_service.save(register("grid_workers"), None, values, by=SYSTEM, today=TODAY)
    rows = filled(started(blank_list(headers=TWELVE))).rows.cells
    assert {row[4]: row[5] for row in rows}["沈十"] == "男性"


def test_only_rows_within_reach_are_filled(street: Any) -> None:
    found = started(blank_list(headers=TWELVE), "street")
    assert [row[4] for row in filled(found, "street").rows.cells] == ["陈六", "卫八", "褚七"]
    with as_user("street") as actor:
        fillings.choose(found, [TableChoice("grid_workers", area="320505001")], by=actor)
        everyone = fillings.opened(queries.filling(found.filling.id))
    assert [row[4] for row in filled(everyone, "street").rows.cells] == ["陈六", "卫八", "褚七", "蒋九"]
    with as_user("next_secretary"):
        assert queries.filling(found.filling.id) is None


def test_filters_choose_rows(street: Any) -> None:
    found = started(blank_list(headers=TWELVE))
    with as_user("clerk") as actor:
        fillings.choose(found, [TableChoice("grid_workers", (("sex", "2"),), HOME)], by=actor)
    again = fillings.opened(_filling(found))
    assert [row[4] for row in filled(again).rows.cells] == ["褚七"]


def _filling(found: fillings.Opened) -> TableFilling:
    with as_user("clerk"):
        return queries.filling(found.filling.id)


def test_the_workbook_keeps_its_format_and_marks_what_is_lacking(street: Any) -> None:
    for number in range(5, 13):
        save_worker(f"工{'甲乙丙丁戊己庚辛'[number - 5]}", GRID, number)
    found = started(blank_list(headers=TWELVE, lines=3))
    with as_user("clerk") as actor:
        tables = fillings.fill(found, by=actor, today=TODAY)
        page = opened(fillings.workbook(found, tables, by=actor))
    count = len(tables[0].rows.cells)
    assert count == 11
    assert page["A1"].value == "清溪街道网格员花名册"
    assert [page.cell(row, 1).value for row in range(4, 4 + count)] == list(range(1, count + 1))
    assert page.cell(4 + count, 1).value == "合计"
    assert page.cell(3 + count, 13).border.left.style == "thin"
    assert page.cell(4, 13).fill.start_color.rgb.endswith("FFE7B3")
    assert "名册里没有这一列" in page.cell(4, 13).comment.text
    assert page.cell(4, 5).fill.fill_type is None
    assert str(page.data_validations.dataValidation[0].sqref) == f"F4:F{3 + count}"


def test_numbers_need_a_reason_and_are_audited(street: Any) -> None:
    found = started(blank_list(headers=TWELVE))
    before = filled(found)
    assert before.rows.cells[0][8] == id_number(1)[:6] + "********" + id_number(1)[-4:]
    assert (before.masked_count, before.opened_count) == (3, 0)
    with as_user("clerk") as actor:
        rows_service.reveal(register("grid_workers"), reason=REVEAL_REASONS[2], area_code=HOME, by=actor)
        note_reveal("grid_workers")
        tables = fillings.fill(found, by=actor, today=TODAY)
        page = opened(fillings.workbook(found, tables, by=actor))
    assert page["I4"].value == id_number(1)
    with acting_as(SYSTEM):
        notes = db.session.execute(select(AuditEntry.note).where(AuditEntry.action == "exported")).scalars().all()
    assert "一表通“清溪街道网格员花名册” 3 条（完整号码 3 个）" in notes


def test_next_month_nothing_is_asked(street: Any) -> None:
    found = started(blank_list(headers=TWELVE))
    position = len(TWELVE) - 1
    origin = filled(found).rows.origins[0]
    with as_user("clerk") as actor:
        fillings.keep_typed(found, {(0, origin, position): "是", (0, origin, 4): "改名"}, by=actor)
        fillings.choose(found, [TableChoice("grid_workers", (("sex", "1"),), HOME)], by=actor)
        again = fillings.start(blank_list(headers=TWELVE, lines=9), "12月.xlsx", area_code=HOME, by=actor)
        assert again.choices[0]["filters"] == [["sex", "1"]]
    rows = filled(fillings.opened(again)).rows.cells
    assert [(row[4], row[position]) for row in rows] == [("陈六", "是"), ("卫八", None)]


def test_the_missing_column_becomes_one_of_the_register(street: Any) -> None:
    found = started(blank_list(headers=TWELVE), "street")
    position = len(TWELVE) - 1
    origins = filled(found, "street").rows.origins
    with as_user("street") as actor:
        fillings.keep_typed(found, {(0, origins[0], position): "是", (0, origins[1], position): "否"}, by=actor)
        title = fillings.adopt(found, 0, position, by=actor, today=TODAY)
        assert title == "网格员名册"
        again = fillings.start(blank_list(headers=TWELVE), "12月.xlsx", area_code=HOME, by=actor)
        opened_again = fillings.opened(again)
        assert missing_headers(opened_again.tables[0], best_offer(opened_again.tables[0], actor).matches) == ()
    rows = filled(opened_again, "street")
    assert [row[position] for row in rows.rows.cells] == ["是", "否", None]
    assert rows.missing == ()


def test_what_is_no_table_is_refused_in_words(street: Any) -> None:
    letter = openpyxl.Workbook()
    letter.active.append(["关于报送材料的通知，请各社区认真填写"])
    with as_user("clerk") as actor, pytest.raises(FileIsRefused, match="这个文件里没有表"):
        fillings.start(saved(letter), "通知.xlsx", area_code=HOME, by=actor)


def test_those_who_have_left_are_not_listed(street: Any) -> None:
    found = started(blank_list(headers=TWELVE))
    model = register("grid_workers").model
    with acting_as(SYSTEM), writing() as session:
        row = session.execute(select(model).where(model.name == "卫八")).scalar_one()
        row.left_on = TODAY
    assert [row[4] for row in filled(found).rows.cells] == ["陈六", "褚七"]


def test_columns_that_name_a_home_are_filled_from_the_household(street: Any) -> None:
    def save(register_name: str, **values: Any) -> Any:
        with acting_as(SYSTEM):
            return rows_service.save(register(register_name), None, values, by=SYSTEM, today=TODAY)

    save("residential_compounds", area=HOME, name="富康新村")
    building = save("buildings", area=GRID, compound="富康新村", number="3幢")
    home = save("dwellings", area=GRID, building=str(building.id), unit_number="2", room_number="501")
    family = save("households", area=GRID, dwelling=str(home.id), head="朱阿宝")
    save("residents", area=GRID, household=str(family.id), name="朱小妹", relation="女")
    heads = ("序号", "小区", "楼栋", "单元", "房号", "户主", "与户主关系", "居民姓名", "人员状态")
    found = started(blank_list(headers=heads), "secretary")
    with as_user("secretary") as actor:
        fillings.choose(found, [TableChoice("residents", area=HOME)], by=actor)
        again = fillings.opened(queries.filling(found.filling.id))
    rows = filled(again, "secretary").rows.cells
    assert rows[0][1:7] == ["富康新村", "3幢", "2单元", "501", "朱阿宝", "女"]
