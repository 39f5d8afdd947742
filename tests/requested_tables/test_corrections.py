"""A blank table that was recognised wrongly is put right: header, lines to fill, statistics or list, whose column."""

from __future__ import annotations

import html
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask

from app.extensions import db
from app.lowcode.importing import sheets
from app.lowcode.importing.corrections import SheetCorrection
from app.requested_tables import correcting, queries
from app.requested_tables.blanks import BlankTable, blank_tables
from app.requested_tables.corrections import NO_COLUMN, NOTHING_SAID, BlankCorrection, key_of
from app.requested_tables.models import Collection
from app.requested_tables.piles import Upload
from app.requested_tables.rules import StepRefused
from app.security.actor import SYSTEM, acting_as
from tests.requested_tables.test_gathering import drop, send_down
from tests.requested_tables.test_pages import part, street, upload
from tests.requested_tables.test_pages import send_down as send_down_by_page
from tests.requested_tables.world import CODES, blank_list, build_street, filled_list, saved
from tests.world import as_user, signed_in_client

__all__ = ["street"]
WORDS = ("姓名", "性别", "联系电话", "备注")
BASE = "/requested_tables"


def sheet_of(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "表"
    for row in rows:
        page.append(row)
    return saved(book)


ODD = sheet_of(
    ("情况统计",),
    ("姓名", "性别", "联系电话", "备注"),
    ("填姓名全称", "填男女", "填手机", "可不填"),
    ("序号", "责任人", "报送部门", "完成时限"),
    (1, None, None, None),
    (2, None, None, None),
)


def recognised(data: bytes, **said: Any) -> tuple[BlankTable, ...]:
    return blank_tables(sheets.read(data), WORDS, BlankCorrection(**said))


def test_another_row_is_the_header() -> None:
    assert recognised(ODD)[0].header_rows == (1,)
    told = {"表": SheetCorrection(header_rows=(3,))}
    (table,) = recognised(ODD, sheets=told)
    assert (table.headers, table.rows) == (("序号", "责任人", "报送部门", "完成时限"), (4, 5))
    assert not table.is_statistics


def test_a_header_of_two_rows_is_told() -> None:
    data = sheet_of(("基本情况", None, "去向"), ("姓名", "住处", "何处"), (None, None, None))
    (table,) = recognised(data, sheets={"表": SheetCorrection(header_rows=(0, 1))})
    assert table.headers == ("基本情况/姓名", "基本情况/住处", "去向/何处")


def test_lines_with_words_become_rows_of_figures_and_back() -> None:
    data = sheet_of(("项目", "姓名", "性别"), ("甲类", "张三", "男"), ("乙类", None, None), (None, None, None))
    assert not recognised(data)[0].is_statistics
    (table,) = recognised(data, sheets={"表": SheetCorrection(data_rows=frozenset({1, 2}))})
    assert table.is_statistics
    assert table.rows == (1, 2)
    figures = sheet_of(("姓名", "性别", "联系电话"), ("范例甲", None, None), ("范例乙", None, None), (None, None, None))
    assert recognised(figures)[0].is_statistics
    (table,) = recognised(figures, sheets={"表": SheetCorrection(other_rows=frozenset({1, 2}))})
    assert not table.is_statistics
    assert 1 not in table.rows


def test_a_sheet_is_left_out_and_the_column_of_the_community_told() -> None:
    data = sheet_of(("姓名", "性别", "备注"), (None, None, None))
    assert recognised(data, sheets={"表": SheetCorrection(is_left_out=True)}) == ()
    assert recognised(data)[0].owner is None
    assert recognised(data, owners={key_of("表", 0): 2})[0].owner == 2
    named = sheet_of(("姓名", "所属社区"), (None, None))
    assert recognised(named)[0].owner == 1
    assert recognised(named, owners={key_of("表", 0): NO_COLUMN})[0].owner is None


def test_what_was_said_comes_back_from_json() -> None:
    said = BlankCorrection({"表": SheetCorrection(header_rows=(3,), data_rows=frozenset({5}))}, {key_of("表", 1): 4})
    assert BlankCorrection.from_json(said.as_json()) == said
    assert BlankCorrection.from_json(None) == NOTHING_SAID


def test_returned_lists_are_recognised_by_the_column_that_was_told(app: Flask) -> None:
    headers = ("序号", "姓名", "身份证号", "报送处")
    with app.test_request_context():
        build_street()
        collection = send_down(blank_list(headers=headers), CODES[:2])
        with as_user("street") as actor:
            wish = queries.asked(collection)
            assert wish.tables[0].owner is None
            said = BlankCorrection(owners={key_of("花名册", 0): 3})
            correcting.correct_collection(collection, wish, said, by=actor)
        rows = [("", "张甲", "", "", "", "", ""), ("", "李乙", "", "", "", "", "")]
        file = filled_list("", rows, headers=headers, cells={"报送处": "银杏社区"})
        wish, pile = drop(collection, [Upload("未命名.xlsx", file)])
        assert list(pile.proposed) == [CODES[1]]
        assert pile.proposed[CODES[1]].by == "社区一列"
        with as_user("street") as actor, pytest.raises(StepRefused, match="已经收到文件"):
            correcting.correct_collection(collection, wish, said, by=actor)
        db.session.remove()


def test_the_page_of_a_collection_puts_the_header_right(street: Flask) -> None:
    id_ = send_down_by_page(street, ODD)
    client = signed_in_client(street, "street")
    where = f"{BASE}/collections/{id_}/layout"
    assert "看看空表认得对不对" in client.get(f"{BASE}/collections/{id_}").get_data(as_text=True)
    page = client.get(where).get_data(as_text=True)
    assert '<tr class="k-header"><th scope="row">2</th>' in page
    answer = client.post(f"{where}?sheet=0", data={"row-2": "other", "row-4": "header", "action": "again"})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert '<tr class="k-header"><th scope="row">4</th>' in page
    assert "备好 2 行" in page
    assert "您改过" in page
    answer = client.post(f"{where}?sheet=0", data={"owner-0": "2", "action": "done"})
    assert answer.location == f"{BASE}/collections/{id_}"
    with street.app_context(), acting_as(SYSTEM):
        of = db.session.get_one(Collection, id_)
        (table,) = queries.asked(of).tables
        assert (table.header_rows, table.owner) == ((3,), 2)
        db.session.remove()
    client.post(f"{where}?sheet=0", data={"action": "reset"})
    with street.app_context(), acting_as(SYSTEM):
        assert queries.asked(db.session.get_one(Collection, id_)).tables[0].header_rows == (1,)
        db.session.remove()


def test_a_layout_is_not_changed_under_what_was_filled_in(street: Flask) -> None:
    id_ = send_down_by_page(street)
    clerk = signed_in_client(street, "clerk")
    assert clerk.get(f"{BASE}/collections/{id_}/layout").status_code == 403
    assert clerk.post(f"{BASE}/collections/{id_}/{CODES[0]}/begin", data={}).status_code == 302
    assert part(street, id_).state == "draft"
    client = signed_in_client(street, "street")
    assert "看看空表认得对不对" not in client.get(f"{BASE}/collections/{id_}").get_data(as_text=True)
    answer = client.post(f"{BASE}/collections/{id_}/layout?sheet=0", data={"way": "out"})
    assert answer.status_code == 422
    assert "没有认出要填的表" in answer.get_data(as_text=True)
    answer = client.post(f"{BASE}/collections/{id_}/layout?sheet=0", data={"row-4": "other"})
    assert answer.status_code == 422
    assert "已经有社区在填" in answer.get_data(as_text=True)


def test_a_filling_is_put_right_and_remembered(street: Flask) -> None:
    client = signed_in_client(street, "street")
    answer = client.post(f"{BASE}/fill/", data={"file": upload(ODD)})
    number = int(answer.location.split("/")[-2])
    where = f"{BASE}/fill/{number}"
    assert f"{where}/layout" in client.get(f"{where}/choose").get_data(as_text=True)
    assert "写社区名称的列" not in client.get(f"{where}/layout").get_data(as_text=True)
    answer = client.post(f"{where}/layout?sheet=0", data={"row-2": "other", "row-4": "header", "action": "done"})
    assert answer.location == f"{where}/choose"
    client.post(f"{where}/choose", data={"register-0": ""})
    answer = client.post(f"{BASE}/fill/", data={"file": upload(ODD, "下月.xlsx")})
    number = int(answer.location.split("/")[-2 if answer.location.endswith("choose") else -1])
    page = client.get(f"{BASE}/fill/{number}/layout").get_data(as_text=True)
    assert '<tr class="k-header"><th scope="row">4</th>' in page


UNREAD = sheet_of(
    ("关于摸底情况的表",),
    ("姓名（请写户口本上的名字，不要写小名、曾用名）", "办理的结果和下一步打算，不少于二十个字，不写空话"),
    (None, None),
    (None, None),
)


def test_a_blank_nobody_recognised_is_pointed_out_and_known_next_month(street: Flask) -> None:
    client = signed_in_client(street, "street")
    answer = client.post(f"{BASE}/fill/", data={"file": upload(UNREAD)})
    where = answer.location.removesuffix("/layout")
    assert answer.location.endswith("/layout")
    page = client.get(answer.location).get_data(as_text=True)
    assert "没有认出表头。请在表头那一行选“这是表头”" in page
    assert client.get(f"{where}/choose").location == f"{where}/layout"
    assert client.get(where).location == f"{where}/choose"
    assert client.post(f"{where}/file").status_code == 404
    answer = client.post(f"{where}/layout?sheet=0", data={"action": "done"})
    assert answer.status_code == 422
    assert "没有认出要填的表" in answer.get_data(as_text=True)
    answer = client.post(f"{where}/layout?sheet=0", data={"row-2": "header", "action": "done"})
    assert answer.location == f"{where}/choose"
    assert "从哪里取数" in client.get(answer.location).get_data(as_text=True)
    client.post(f"{where}/choose", data={"register-0": ""})
    assert "没有选名册" in client.get(where).get_data(as_text=True)
    answer = client.post(f"{BASE}/fill/", data={"file": upload(UNREAD, "下月.xlsx")})
    assert "没有选名册" in client.get(answer.location).get_data(as_text=True)
    page = client.get(f"{answer.location}/layout").get_data(as_text=True)
    assert '<tr class="k-header"><th scope="row">2</th>' in page


def test_a_blank_nobody_recognised_is_pointed_out_before_it_is_sent_down(street: Flask) -> None:
    client = signed_in_client(street, "street")
    form = {"title": "摸底", "due_on": "2026-12-05", "note": "如实填", "area": list(CODES[:2])}
    answer = client.post(f"{BASE}/collections/new", data=form | {"file": upload(UNREAD, "摸底.xlsx")})
    assert "/layout" in answer.location
    assert "在列名那一行选" in client.get(answer.location).get_data(as_text=True)
    page = client.get(answer.location).get_data(as_text=True)
    submit = re.search(r'action="([^"]*layout[^"]*)"', page)
    assert submit is not None
    back = client.post(html.unescape(submit[1]), data={"row-2": "header", "action": "done"}).location
    page = client.get(back).get_data(as_text=True)
    assert "已经选好：摸底.xlsx" in page
    assert 'value="摸底"' in page
    assert "如实填" in page
    assert len(re.findall(r'name="area" value="\d+" checked', page)) == 2
    assert signed_in_client(street, "clerk").get(back).status_code in (403, 404)
    answer = client.post(back, data=form)
    id_ = int(answer.location.rpartition("/")[2])
    with street.app_context(), acting_as(SYSTEM):
        wish = queries.asked(db.session.get_one(Collection, id_))
        assert (wish.tables[0].header_rows, len(wish.tables[0].columns)) == ((1,), 2)
        db.session.remove()
    clerk = signed_in_client(street, "clerk")
    assert clerk.post(f"{BASE}/collections/{id_}/{CODES[0]}/begin", data={}).status_code == 302
    answer = client.post(f"{BASE}/collections/new", data=form | {"file": upload(UNREAD, "再来.xlsx")})
    assert "/layout" in answer.location, "nobody filled it in here yet, so that nothing is remembered"


def test_an_address_of_anothers_blank_is_not_found(street: Flask) -> None:
    client = signed_in_client(street, "street")
    assert client.get(f"{BASE}/collections/new?filling=999999").status_code == 404
    assert client.get(f"{BASE}/collections/new?filling=x").status_code == 200
