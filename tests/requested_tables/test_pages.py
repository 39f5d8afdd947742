"""The pages of 一表通 and 收表 as browsers get them: who may what, drafts kept while one types, numbers hidden."""

from __future__ import annotations

import io

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.requested_tables.models import Collection, TableReturn
from app.security.actor import SYSTEM, acting_as
from tests.requested_tables.world import CODES, blank_figures, blank_list, build_street, filled_list, id_number, phone
from tests.world import HOME, NEXT_DOOR, add_user, signed_in_client

BASE = "/requested_tables/collections"


@pytest.fixture
def street(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        build_street()
        add_user("worker", "grid_worker", HOME)
        add_user("leader", "street_leader", HOME[:9])
        db.session.remove()
    return sqlite_app


def upload(data: bytes, name: str = "花名册.xlsx") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def send_down(app: Flask, blank: bytes = b"") -> int:
    client = signed_in_client(app, "street")
    form = {"title": "11月花名册", "due_on": "2026.12.5", "note": "", "area": list(CODES[:2]),
            "file": upload(blank or blank_list())}  # fmt: skip
    answer = client.post(f"{BASE}/new", data=form)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return int(answer.location.rpartition("/")[2])


def part(app: Flask, id_: int, area: str = HOME) -> TableReturn:
    with app.app_context(), acting_as(SYSTEM):
        found = db.session.execute(
            select(TableReturn).where(TableReturn.collection_id == id_, TableReturn.area_code == area)
        ).scalar_one()
        db.session.expunge(found)
        return found


def test_sending_down_says_what_is_missing(street: Flask) -> None:
    client = signed_in_client(street, "street")
    for form, said in (
        ({}, "请先选要收的空表"),
        ({"file": upload(blank_list()), "due_on": "2026-12-05", "area": CODES[0]}, "起个名称"),
        ({"file": upload(blank_list()), "title": "x", "due_on": "明天", "area": CODES[0]}, "日期"),
        ({"file": upload(blank_list()), "title": "x", "due_on": "2026-11-01", "area": CODES[0]}, "已经过了"),
        ({"file": upload(blank_list()), "title": "x", "due_on": "2026-12-05"}, "至少勾选一个"),
        ({"file": upload(blank_list()), "title": "x", "due_on": "2026-12-05", "area": "320505002"}, "不在您负责的范围内"),
        ({"file": upload("一段话\n没有表\n".encode(), "x.csv"), "title": "x", "due_on": "2026-12-05", "area": CODES[0]}, "表"),
    ):  # fmt: skip
        answer = client.post(f"{BASE}/new", data=form)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)


def test_who_sees_which_page(street: Flask) -> None:
    id_ = send_down(street)
    wanted = {
        "street": {f"{BASE}/": 200, f"{BASE}/new": 200, f"{BASE}/{id_}": 200, f"{BASE}/{id_}/pile": 200,
                   f"{BASE}/{id_}/summary": 200, f"{BASE}/{id_}/{HOME}": 200, "/requested_tables/fill/": 200},
        "clerk": {f"{BASE}/": 200, f"{BASE}/new": 403, f"{BASE}/{id_}": 404, f"{BASE}/{id_}/pile": 403,
                  f"{BASE}/{id_}/summary": 404, f"{BASE}/{id_}/{HOME}": 200, f"{BASE}/{id_}/{NEXT_DOOR}": 404,
                  f"{BASE}/{id_}/blank": 200, "/requested_tables/fill/": 200},
        "worker": {f"{BASE}/": 200, f"{BASE}/{id_}/{NEXT_DOOR}": 404, "/requested_tables/fill/": 403},
        "leader": {f"{BASE}/new": 403, f"{BASE}/{id_}": 200, f"{BASE}/{id_}/summary": 200, f"{BASE}/{id_}/pile": 403},
    }  # fmt: skip
    for user, pages in wanted.items():
        client = signed_in_client(street, user)
        found = {path: client.get(path).status_code for path in pages}
        assert found == pages, user


def test_a_draft_is_kept_while_one_types(street: Flask) -> None:
    id_ = send_down(street)
    client = signed_in_client(street, "clerk")
    here = f"{BASE}/{id_}/{HOME}"
    page = client.get(here).get_data(as_text=True)
    assert "陈六" in page
    assert "开始填报" in page
    assert client.post(here + "/begin").status_code == 302
    version = part(street, id_).version
    json = {"Accept": "application/json"}
    saved = client.post(here, data={"version": version, "c-0-6": "300", "c-0-5": "1540000"}, headers=json)
    assert saved.status_code == 200
    assert "手机号应是 11 位" in saved.json["faults"]["c-0-5"]
    stale = client.post(here, data={"version": version, "c-0-6": "400"}, headers=json)
    assert stale.status_code == 409
    assert "刚刚被别人改动过" in stale.json["text"]
    version = saved.json["version"]
    assert client.post(here, data={"version": version, "add": "1"}).status_code == 302
    page = client.get(here).get_data(as_text=True)
    assert 'value="300"' in page
    assert "c-3-2" in page
    client.post(here, data={"version": part(street, id_).version, "remove": "3"})
    assert "c-3-2" not in client.get(here).get_data(as_text=True)


def test_handing_in_and_giving_back(street: Flask) -> None:
    id_ = send_down(street)
    here = f"{BASE}/{id_}/{HOME}"
    secretary, office = signed_in_client(street, "secretary"), signed_in_client(street, "street")
    rows = [("桂花社区", "来甲", "男性", id_number(40), phone(40), 100, "")]
    answer = secretary.post(here + "/upload", data={"file": upload(filled_list("桂花社区", rows))})
    assert answer.status_code == 302
    assert secretary.post(here + "/hand_in", data={"version": part(street, id_).version}).status_code == 302
    assert secretary.post(here + "/hand_in", data={"version": part(street, id_).version}).status_code == 422
    page = office.get(here).get_data(as_text=True)
    assert id_number(40) not in page
    assert id_number(40)[:6] + "********" in page
    assert office.post(here + "/give_back", data={"reason": ""}).status_code == 422
    assert office.post(here + "/give_back", data={"reason": "少人"}).status_code == 302
    assert "街道退回：少人" in secretary.get(here).get_data(as_text=True)
    assert signed_in_client(street, "clerk").post(here + "/hand_in").status_code == 403


def test_numbers_are_shown_for_a_reason(street: Flask) -> None:
    id_ = send_down(street)
    here = f"{BASE}/{id_}/{HOME}"
    client = signed_in_client(street, "street")
    rows = [("", "来甲", "男性", id_number(40), phone(40), 100, "")]
    client.post(f"{BASE}/{id_}/pile", data={"files": [upload(filled_list("桂花社区", rows), "桂花.xlsx")]})
    page = client.get(f"{BASE}/{id_}/pile").get_data(as_text=True)
    file_id = page.partition('name="id" value="')[2].partition('"')[0]
    assert client.post(f"{BASE}/{id_}/pile/take", data={"id": file_id}).status_code == 302
    summary = f"{BASE}/{id_}/summary"
    assert id_number(40) not in client.get(summary).get_data(as_text=True)
    book = openpyxl.load_workbook(io.BytesIO(client.post(summary + "/file").data))
    assert "*" in book.active["E4"].value
    assert client.post(f"{BASE}/reveal", data={"next": summary}).status_code == 200
    answer = client.post(f"{BASE}/reveal", data={"next": summary, "reason": "上级核查要求"})
    assert answer.location == summary
    assert id_number(40) in client.get(summary).get_data(as_text=True)
    book = openpyxl.load_workbook(io.BytesIO(client.post(summary + "/file").data))
    assert book.active["E4"].value == id_number(40)
    assert id_number(40) in client.get(here).get_data(as_text=True)


def test_filling_asks_once(street: Flask) -> None:
    client = signed_in_client(street, "clerk")
    answer = client.post("/requested_tables/fill/", data={"file": upload(blank_list())})
    assert answer.location.endswith("/choose")
    page = client.get(answer.location).get_data(as_text=True)
    assert "6 列里 5 列系统里有，只有“补贴金额”要补" in page
    chosen = client.post(answer.location, data={"t0-register": "grid_workers", "t0-area": HOME, "t0-f-sex": "2"})
    assert chosen.status_code == 302
    page = client.get(chosen.location).get_data(as_text=True)
    assert "褚七" in page
    assert "陈六" not in page
    again = client.post("/requested_tables/fill/", data={"file": upload(blank_list(lines=9))})
    assert "/choose" not in again.location
    other = client.post(chosen.location + "/choose", data={"t0-register": "residents"})
    assert "重新认列" in other.get_data(as_text=True)
    assert signed_in_client(street, "secretary").get(chosen.location).status_code == 404
    assert client.post(chosen.location + "/adopt", data={"table": 0, "position": 6}).status_code == 403


def test_statistics_are_typed_on_the_page(street: Flask) -> None:
    id_ = send_down(street, blank_figures())
    here = f"{BASE}/{id_}/{HOME}"
    client = signed_in_client(street, "clerk")
    client.post(here + "/begin")
    page = client.get(here).get_data(as_text=True)
    assert "30岁以下" in page
    assert "c-0-0" not in page
    answer = client.post(
        here, data={"version": part(street, id_).version, "c-0-1": "三"}, headers={"Accept": "application/json"}
    )
    assert "不是数字" in answer.json["faults"]["c-0-1"]


def test_a_closed_collection_takes_nothing_more(street: Flask) -> None:
    id_ = send_down(street)
    office, clerk = signed_in_client(street, "street"), signed_in_client(street, "clerk")
    assert office.post(f"{BASE}/{id_}/close").status_code == 302
    assert clerk.post(f"{BASE}/{id_}/{HOME}/begin").status_code == 422
    assert office.post(f"{BASE}/{id_}/close", data={"open": "1"}).status_code == 302
    assert clerk.post(f"{BASE}/{id_}/{HOME}/begin").status_code == 302
    again = office.post(f"{BASE}/{id_}/choose", data={"t0-register": ""})
    assert again.status_code == 302
    with street.app_context(), acting_as(SYSTEM):
        assert db.session.get_one(Collection, id_).choices[0]["register"] == "grid_workers"
