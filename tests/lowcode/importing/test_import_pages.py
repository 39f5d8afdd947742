"""The four steps in the browser, and who is let in."""

from __future__ import annotations

import io
import random
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.jobs import worker
from app.lowcode.importing import undo_job
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
    assert "合计、小计行" in page
    assert "第 7 行：合计" in page
    assert "没认出" in page
    assert make.phone(0) not in page
    assert make.id_number(0) not in page
    rows = client.post(layout, data={"map:个人爱好": "note"}).headers["Location"]
    page = client.get(rows).get_data(as_text=True)
    assert "第 4 行" in page
    assert "银杏社区" in page
    assert make.id_number(1) not in page
    marked = client.get(rows.replace("/rows", "/marked"))
    sheet = openpyxl.load_workbook(io.BytesIO(marked.data))["名册"]
    assert sheet["D4"].comment is not None
    assert sheet["D4"].fill.start_color.rgb[:7] == "FFFFB3B"
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
    assert client.post(rows, data={"mode": "good"}).headers["Location"] == result


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


def test_a_wrong_header_is_put_right_on_the_page_and_the_answer_is_kept(client: FlaskClient) -> None:
    rows = [[n + 1, make.NAMES[n], make.id_number(n), make.phone(n)] for n in range(3)]
    strange = ["编号", "称呼", "证号", "怎么找他"]
    data = make.xlsx(
        make.Page("表一", [["姓名", "身份证号", "性别", "民族"], ["一", "二", "三", "四"], strange, *rows])
    )
    layout = send(client, data).headers["Location"]
    said = {"row-1": "other", "row-2": "other", "row-3": "header", "action": "again"}
    answer = client.post(layout + "?sheet=0", data=said)
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "您改过" in page
    assert '<option value="header" selected>表头</option>' in page
    assert 'name="map:称呼"' in page
    assert "恢复成自动认的样子" in page
    checked = client.post(layout, data={"map:称呼": "name", "map:怎么找他": "", "map:证号": "id_number"})
    page = client.get(checked.headers["Location"]).get_data(as_text=True)
    assert make.NAMES[0] in page
    assert '新增 <b class="green">3</b>' in page
    page = client.get(layout).get_data(as_text=True)
    assert "您选的" in page
    client.post(layout, data={"action": "reset"})
    assert "您改过" not in client.get(layout).get_data(as_text=True)


def test_header_rows_apart_from_each_other_are_refused_in_words(client: FlaskClient) -> None:
    layout = send(client, workbook()).headers["Location"]
    answer = client.post(layout, data={"row-1": "header", "row-4": "header", "row-2": "header", "action": "again"})
    assert answer.status_code == 422
    assert "相连的一至三行" in answer.get_data(as_text=True)


def test_a_sheet_may_be_left_out_or_read_without_a_header(client: FlaskClient) -> None:
    plain = [[make.NAMES[n], make.id_number(n), make.phone(n)] for n in range(3)]
    data = make.xlsx(make.Page("桂花社区", plain), make.Page("草稿", [["姓名", "联系电话"], ["多余", make.phone(9)]]))
    layout = send(client, data).headers["Location"]
    client.post(layout + "?sheet=1", data={"way": "out", "action": "again"})
    assert "您说过这张表不读" in client.get(layout + "?sheet=1").get_data(as_text=True)
    client.post(layout + "?sheet=0", data={"way": "bare", "action": "again"})
    page = client.get(layout + "?sheet=0").get_data(as_text=True)
    assert 'name="map:a列"' in page
    answers = {"map:a列": "name", "map:b列": "id_number", "map:c列": "phone", "way": "bare"}
    rows = client.post(layout + "?sheet=0", data=answers).headers["Location"]
    page = client.get(rows).get_data(as_text=True)
    assert '新增 <b class="green">3</b>' in page
    assert "多余" not in page


def test_whoever_checks_anew_elsewhere_is_not_overruled_by_an_old_window(client: FlaskClient) -> None:
    layout = send(client, workbook()).headers["Location"]
    rows = client.post(layout, data={}).headers["Location"]
    seen = re.search(r'name="seen" value="(\w+)"', client.get(rows).get_data(as_text=True))
    assert seen is not None
    client.post(layout, data={"map:手机": ""})
    late = client.post(rows, data={"mode": "good", "seen": seen[1]})
    assert late.status_code == 409
    assert "另一个窗口" in late.get_data(as_text=True)
    assert make.NAMES[0] not in client.get("/grid_workers/list/").get_data(as_text=True)


def test_a_correction_after_the_check_asks_to_check_again(client: FlaskClient) -> None:
    layout = send(client, workbook()).headers["Location"]
    rows = client.post(layout, data={}).headers["Location"]
    client.post(layout, data={"row-3": "other", "action": "again"})
    assert client.get(rows).headers["Location"] == layout
    assert client.post(rows, data={"mode": "good"}).headers["Location"] == layout


def test_missing_rows_are_ticked_and_leave(client: FlaskClient) -> None:
    first = [["姓名", "身份证号", "联系电话"]] + [[make.NAMES[n], make.id_number(n), make.phone(n)] for n in range(3)]
    rows = client.post(send(client, make.xlsx(make.Page("名册", first))).headers["Location"], data={}).headers[
        "Location"
    ]
    client.post(rows, data={"mode": "good"})
    whole = {"file": (io.BytesIO(make.xlsx(make.Page("名册", first[:2]))), "全量.xlsx"), "kind": "whole"}
    layout = client.post("/grid_workers/import/", data=whole).headers["Location"]
    rows = client.post(layout, data={}).headers["Location"]
    page = client.get(rows + "?show=missing").get_data(as_text=True)
    assert "不会删除任何人" in page
    ids = re.findall(r'name="picked" value="(\d+)"', page)
    assert len(ids) == 2
    assert make.phone(1) in page, "two people of one name are told apart before one is sent away"
    kept = client.post(
        rows + "?show=missing", data={"action": "tick", "shown": ids, "picked": ids[:1]},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert kept.get_json() == {"text": "已勾 1 行，共 2 行"}
    result = client.post(rows + "?show=same", data={"action": "write", "left_on": "2026-11-20"}).headers["Location"]
    assert "迁出 1 条" in client.get(result).get_data(as_text=True)


def test_all_batches_are_listed_for_those_who_may_see_them(client: FlaskClient, sqlite_app: Flask) -> None:
    layout = send(client, workbook(), "<b>名'册\".xlsx").headers["Location"]
    page = client.get("/imports/").get_data(as_text=True)
    assert "&lt;b&gt;名" in page
    assert "<b>名" not in page
    assert "还没核对" in page
    assert "还没有导入过" in signed_in_client(sqlite_app, "clerk").get("/imports/").get_data(as_text=True)
    rows = client.post(layout, data={}).headers["Location"]
    client.post(rows, data={"mode": "good"})
    page = signed_in_client(sqlite_app, "clerk").get("/imports/?register=grid_workers").get_data(as_text=True)
    assert "新增 2 · 退回 2" in page
    assert "还没有导入过" in signed_in_client(sqlite_app, "next").get("/imports/").get_data(as_text=True)


def test_another_communitys_rows_are_refused_by_its_name(client: FlaskClient) -> None:
    """A sheet or a title that names a community next door: its 第一网格 is not ours, though we have one too."""
    head = ["姓名", "身份证号", "所在网格"]
    people = [[make.NAMES[n], make.id_number(n), "第一网格"] for n in range(4)]
    titled = make.Page("Sheet2", [["银杏社区网格员花名册"], head, people[2]], ((0, 0, 0, 2),))
    paths = make.Page(
        "名单", [head, [*people[3][:2], "桂花社区 第一网格"], [make.NAMES[4], make.id_number(4), "银杏社区 第一网格"]]
    )
    data = make.xlsx(make.Page("桂花社区", [head, people[0]]), make.Page("银杏社区", [head, people[1]]), titled, paths)
    rows = client.post(send(client, data).headers["Location"], data={}).headers["Location"]
    page = client.get(rows + "?show=error").get_data(as_text=True)
    assert '有问题 <b class="red">3</b>' in page
    assert page.count("“银杏社区”不在您负责的范围内") == 2
    assert "“银杏社区 第一网格”不在您负责的范围内" in page
    page = client.get(rows + "?show=new").get_data(as_text=True)
    assert page.count("桂花社区 第一网格") == 2, "the path that exports write is read as well"


def test_a_marked_file_put_into_the_wrong_register_is_told(client: FlaskClient, sqlite_app: Flask) -> None:
    rows = client.post(send(client, workbook()).headers["Location"], data={}).headers["Location"]
    client.post(rows, data={"mode": "good"})
    marked = client.get(rows.replace("/rows", "/marked")).data
    file = {"file": (io.BytesIO(marked), "标注.xlsx"), "kind": "additions"}
    page = client.post("/community_workers/import/", data=file, follow_redirects=True).get_data(as_text=True)
    assert "是从“网格员名册”退回来的" in page
    page = client.get(send(client, marked).headers["Location"]).get_data(as_text=True)
    assert "退回来的" not in page
    stranger = signed_in_client(sqlite_app, "clerk")
    page = stranger.get(send(stranger, marked).headers["Location"]).get_data(as_text=True)
    assert "sec同志" in page
    assert "当作新的一批" in page


def test_a_large_batch_is_taken_back_by_the_worker(
    client: FlaskClient, sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_job, "JOB_FROM_ROWS", 2)
    rows = client.post(send(client, workbook()).headers["Location"], data={}).headers["Location"]
    result = client.post(rows, data={"mode": "good"}).headers["Location"]
    undo = result.replace("/result", "/undo")
    work = client.post(undo).headers["Location"]
    assert work.endswith("/work")
    page = client.get(work).get_data(as_text=True)
    assert "正在撤销，做完之前名册不变" in page
    assert "停止后什么都不会撤销" in page
    assert client.get(result).headers["Location"] == work, "the back button finds the batch at work"
    client.post(undo)  # clicked twice
    assert worker.run_pending(sqlite_app) == 1
    page = client.get(result).get_data(as_text=True)
    assert "还原 2 条" in page
    client.post(undo)
    worker.run_pending(sqlite_app)
    page = client.get(result).get_data(as_text=True)
    assert "还原 2 条" in page
    assert "撤销这一批" not in page


def test_a_called_off_undo_leaves_everything(
    client: FlaskClient, sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_job, "JOB_FROM_ROWS", 2)
    rows = client.post(send(client, workbook()).headers["Location"], data={}).headers["Location"]
    result = client.post(rows, data={"mode": "good"}).headers["Location"]
    work = client.post(result.replace("/result", "/undo")).headers["Location"]
    cancel = re.search(r"/jobs/\d+/cancel", client.get(work).get_data(as_text=True))
    assert cancel is not None
    client.post(cancel[0])
    worker.run_pending(sqlite_app)
    page = client.get(result).get_data(as_text=True)
    assert "撤销已经取消，名册没有变" in page
    assert make.NAMES[0] in client.get("/grid_workers/list/").get_data(as_text=True)


def test_a_batch_that_wrote_nothing_says_so_and_has_nothing_to_undo(client: FlaskClient) -> None:
    data = make.xlsx(make.Page("名册", [["姓名", "身份证号"], [make.NAMES[0], make.id_number(0)]]))
    layouts = [send(client, data).headers["Location"] for _ in range(2)]
    checked = [client.post(layout, data={}).headers["Location"] for layout in layouts]  # two at once
    results = [client.post(rows, data={"mode": "good"}).headers["Location"] for rows in checked]
    page = client.get(results[1]).get_data(as_text=True)
    assert "名册里都已经有了" in page
    assert "撤销这一批" not in page
    assert client.get("/imports/").get_data(as_text=True).count("/undo") == 1, "of the first only"
