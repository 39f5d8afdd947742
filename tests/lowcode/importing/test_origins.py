"""The history beside a record names the file an import came from, and its being taken back."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.lowcode.importing.workbooks import make
from tests.world import HOME, add_user, build_areas, signed_in_client

HEAD = ["姓名", "身份证号", "联系电话", "所属网格", "备注"]


def workbook(note: str) -> bytes:
    row = [make.NAMES[0], make.id_number(0), make.phone(0), "第一网格", note]
    return make.xlsx(make.Page("名册", [HEAD, row]))


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    with sqlite_app.app_context():
        build_areas()
        add_user("sec", "community_secretary", HOME)
        add_user("leader", "street_leader", HOME[:9])
    return signed_in_client(sqlite_app, "sec")


def pour(client: FlaskClient, data: bytes, name: str) -> str:
    """The address of the result."""
    sent = client.post("/grid_workers/import/", data={"file": (io.BytesIO(data), name), "kind": "additions"})
    rows = client.post(sent.headers["Location"], data={}).headers["Location"]
    return client.post(rows, data={"mode": "all"}).headers["Location"]


def history(client: FlaskClient) -> list[str]:
    page = client.get("/grid_workers/show/1").get_data(as_text=True)
    panel = page[page.index("修改记录") :]
    return re.findall(r"<li>(.*?)</li>", panel[: panel.index("</ul>")])


def test_history_says_who_imported_it_from_which_file(client: FlaskClient, sqlite_app: Flask) -> None:
    pour(client, workbook("旧"), "六月名册.xlsx")
    data = workbook("新")
    second = pour(client, data, "七月名册.xlsx")
    changed, made = history(client)
    assert "sec同志 导入《六月名册.xlsx》时 新增了这条记录" in made
    assert "sec同志 导入《七月名册.xlsx》时 把 备注 从 旧 改为 新" in changed
    assert f"文件校验值 {hashlib.sha256(data).hexdigest()[:12]}" in changed
    assert f'href="{second}"' in changed
    # Who may not import reads the name of the file, and has no way to the batch.
    for line in history(signed_in_client(sqlite_app, "leader")):
        assert "名册.xlsx》" in line
        assert "href" not in line


def test_history_says_that_an_import_was_taken_back(client: FlaskClient) -> None:
    pour(client, workbook("旧"), "六月名册.xlsx")
    second = pour(client, workbook("新"), "七月名册.xlsx")
    client.post(second.replace("/result", "/undo"))
    back, changed, _made = history(client)
    assert "撤销导入《七月名册.xlsx》时 把 备注 从 新 改为 旧" in back
    assert "撤销" not in changed


def test_a_corrected_file_says_which_batch_it_goes_on_with(client: FlaskClient) -> None:
    bad = make.xlsx(
        make.Page("名册", [
            HEAD, [make.NAMES[0], make.id_number(0), make.phone(0), "第一网格", ""], [make.NAMES[1], "123", "", "第一网格", ""],
        ])
    )  # fmt: skip
    sent = client.post("/grid_workers/import/", data={"file": (io.BytesIO(bad), "名册.xlsx"), "kind": "additions"})
    rows = client.post(sent.headers["Location"], data={}).headers["Location"]
    assert "接着做第" not in client.get(rows).get_data(as_text=True)
    result = client.post(rows, data={"mode": "good"}).headers["Location"]
    marked = client.get(result.replace("/result", "/marked")).data
    again = client.post("/grid_workers/import/", data={"file": (io.BytesIO(marked), "名册.xlsx"), "kind": "additions"})
    rows = client.post(again.headers["Location"], data={}).headers["Location"]
    assert "接着做第 1 批" in client.get(rows).get_data(as_text=True)
