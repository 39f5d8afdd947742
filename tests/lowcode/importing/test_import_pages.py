"""The four steps in the browser, and who is let in."""

from __future__ import annotations

import io
import random
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.lowcode.importing.workbooks import BOOKS, make
from tests.world import HOME, NEXT_DOOR, add_user, build_areas, signed_in_client

HEAD = ["序号", "姓名*", "身份证号", "性别", "手机", "所在网格", "个人爱好"]


def workbook() -> bytes:
    rows = [[n + 1, make.NAMES[n], make.id_number(n), "男", make.phone(n), "第一网格", "书法"] for n in range(4)]
    rows[1][3] = "不知道"
    rows[2][5] = "银杏社区"
    return make.xlsx(make.Page("名册", [["桂花社区网格员花名册"], HEAD, *rows, ["合计", 4]], ((0, 0, 0, 6),)))


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    with sqlite_app.app_context():
        build_areas()
        add_user("sec", "community_secretary", HOME)
        add_user("clerk", "community_clerk", HOME)
        add_user("next", "community_secretary", NEXT_DOOR)
        add_user("leader", "street_leader", HOME[:9])
    return signed_in_client(sqlite_app, "sec")


def send(client: FlaskClient, data: bytes, name: str = "网格员.xlsx") -> Any:
    return client.post("/grid_workers/import/", data={"file": (io.BytesIO(data), name), "kind": "additions"})


def test_upload_layout_check_write_undo(client: FlaskClient) -> None:
    assert "选择表格文件" in client.get("/grid_workers/import/").get_data(as_text=True)
    layout = send(client, workbook()).headers["Location"]
    page = client.get(layout).get_data(as_text=True)
    assert "认出 4 行数据" in page
    assert "合计行（第 7 行）" in page
    assert "名册里没有这一列" in page
    assert make.id_number(0) not in page
    rows = client.post(layout, data={"map:个人爱好": "note"}).headers["Location"]
    page = client.get(rows).get_data(as_text=True)
    assert "第 4 行" in page
    assert "银杏社区" in page
    assert make.id_number(1) not in page
    marked = client.get(rows.replace("/rows", "/marked"))
    sheet = openpyxl.load_workbook(io.BytesIO(marked.data))["名册"]
    assert sheet["D4"].comment is not None
    assert sheet["D4"].fill.start_color.rgb == "FFFFC7CE"
    assert sheet["F5"].comment is not None
    assert sheet["D3"].comment is None
    refused = client.post(rows, data={"mode": "all"})
    assert refused.status_code == 409
    assert "什么都没有写入" in refused.get_data(as_text=True)
    result = client.post(rows, data={"mode": "good"}).headers["Location"]
    page = client.get(result).get_data(as_text=True)
    assert "新增 2 条" in page
    assert "撤销这一批" in page
    assert "/marked" in page
    listed = client.get("/grid_workers/list/").get_data(as_text=True)
    assert make.NAMES[0] in listed
    assert make.NAMES[1] not in listed
    assert "网格员.xlsx" in client.get("/grid_workers/import/").get_data(as_text=True)
    client.post(result.replace("/result", "/undo"))
    page = client.get(result).get_data(as_text=True)
    assert "还原 2 条" in page
    assert "/marked" not in page
    assert make.NAMES[0] not in client.get("/grid_workers/list/").get_data(as_text=True)
    assert client.post(rows, data={"mode": "good"}).status_code == 404


def test_an_unwritten_batch_belongs_to_who_brought_it(client: FlaskClient, sqlite_app: Flask) -> None:
    layout = send(client, workbook()).headers["Location"]
    rows = client.post(layout, data={}).headers["Location"]
    for other in ("clerk", "next", "leader"):
        stranger = signed_in_client(sqlite_app, other)
        for address in (layout, rows, rows.replace("/rows", "/marked"), rows.replace("/rows", "/result")):
            assert stranger.get(address).status_code in (403, 404), (other, address)
        assert stranger.post(rows, data={"mode": "good"}).status_code in (403, 404)
    assert signed_in_client(sqlite_app, "leader").get("/grid_workers/import/").status_code == 403
    done = client.post(rows, data={"mode": "good"}).headers["Location"]
    stranger = signed_in_client(sqlite_app, "next")
    assert stranger.get(done).status_code == 404
    assert stranger.post(done.replace("/result", "/undo")).status_code == 404
    assert client.get(rows.replace("grid_workers", "community_workers")).status_code == 404


def test_whatever_is_uploaded_no_traceback_reaches_the_page(client: FlaskClient) -> None:
    assert send(client, b"").status_code == 422
    assert client.post("/grid_workers/import/", data={}).status_code == 422
    refused = send(client, b"%PDF-1.4", "名册.xlsx")
    assert refused.status_code == 422
    assert "PDF" in refused.get_data(as_text=True)
    chance = random.Random(7)
    for book in BOOKS:
        data = bytearray(book.build())
        if chance.random() < 0.5:
            data[chance.randrange(len(data))] ^= 0xFF
        answer = send(client, bytes(data), f"{book.name}.{book.suffix}")
        assert answer.status_code in (302, 422), book.name
        if answer.status_code == 302:
            layout = answer.headers["Location"]
            assert client.get(layout).status_code == 200, book.name
            checked = client.post(layout, data={})
            assert checked.status_code in (302, 422), book.name
            if checked.status_code == 302:
                assert client.get(checked.headers["Location"]).status_code == 200, book.name


def test_the_template_is_offered(client: FlaskClient) -> None:
    answer = client.get("/grid_workers/import/template")
    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames == ["网格员名册", "填表说明", "选项"]
