"""The area page and the wizard through a browser's eyes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.areas.models import Area, Reorganisation
from app.areas.queries import names_of
from app.extensions import db
from app.profiles.service import init
from app.security.actor import SYSTEM, acting_as
from tests.areas.test_reorganising import GUI_HUA, STREET, YIN_XING
from tests.world import TODAY, add_user, signed_in_client

NEW = STREET + "007"


@pytest.fixture
def office(sqlite_app: Flask) -> FlaskClient:
    with sqlite_app.app_context():
        init("demo", today=TODAY)
        add_user("office", "street_office", STREET)
        add_user("clerk", "community_clerk", GUI_HUA)
    return signed_in_client(sqlite_app, "office")


def _hidden(html: str) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html):
        found.setdefault(name, []).append(value)
    return dict(found)


def test_the_page_shows_the_tree_with_counts_and_what_is_missing(office: FlaskClient) -> None:
    html = office.get(f"/areas/?at={GUI_HUA}").get_data(as_text=True)
    assert "社区 6 · 网格 27" in html
    assert "桂花社区" in html
    assert "第一商贸网格" in html
    assert "缺负责人" in html
    assert "没有负责人的区域" in html
    assert len(html.encode()) < 60_000


def test_a_neighbour_learns_nothing(office: FlaskClient, sqlite_app: Flask) -> None:
    clerk = signed_in_client(sqlite_app, "clerk")
    assert clerk.get("/areas/").status_code == 200
    assert clerk.get(f"/areas/?at={YIN_XING}").status_code == 404
    assert "银杏" not in clerk.get("/areas/").get_data(as_text=True)
    for address in (
        f"/areas/{GUI_HUA}/edit",
        f"/areas/{GUI_HUA}/add",
        f"/areas/{GUI_HUA}001/close",
        "/areas/reorganise/",
    ):
        assert clerk.get(address).status_code == 403
        assert clerk.post(address).status_code == 403


def test_without_a_session_one_signs_in_first(office: FlaskClient, sqlite_app: Flask) -> None:
    answer = sqlite_app.test_client().get("/areas/")
    assert (answer.status_code, "/login/" in answer.location) == (302, True)


def test_a_node_is_renamed_added_and_closed_on_its_pages(office: FlaskClient, sqlite_app: Flask) -> None:
    form = {"name": "金桂社区", "responsible": "李明", "on": "2026.11.22", "document": ""}
    init_day = {**form, "on": "没有"}
    refused = office.post(f"/areas/{GUI_HUA}/edit", data=init_day)
    assert refused.status_code == 422
    assert "金桂社区" in refused.get_data(as_text=True)
    assert office.post(f"/areas/{GUI_HUA}/edit", data=form).status_code == 302
    added = office.post(f"/areas/{GUI_HUA}/add", data={"name": "第九网格", "kind": "basic", "on": "2026-11-01"})
    assert added.location.endswith(GUI_HUA + "005")
    closing = office.post(f"/areas/{GUI_HUA}005/close", data={"on": "2026-11-22"})
    assert "请写明依据的文件" in closing.get_data(as_text=True)
    office.post(f"/areas/{GUI_HUA}005/close", data={"on": "2026-11-22", "document": "清街发〔2026〕5号"})
    with sqlite_app.app_context(), acting_as(SYSTEM):
        row = db.session.execute(select(Area).where(Area.code == GUI_HUA)).scalar_one()
        assert (row.name, row.responsible_name) == ("金桂社区", "李明")
        closed = db.session.execute(select(Area.valid_to).where(Area.code == GUI_HUA + "005")).scalar()
        assert str(closed) == "2026-11-21"


def test_the_wizard_previews_and_does_a_merger(office: FlaskClient, sqlite_app: Flask) -> None:
    at = {"at": STREET}
    first = office.get(f"/areas/reorganise/?at={STREET}").get_data(as_text=True)
    assert first.count('name="source"') == 6
    one = office.post("/areas/reorganise/", data={**at, "step": "choose", "kind": "merge", "source": [GUI_HUA]})
    assert "至少要勾选两个" in one.get_data(as_text=True)
    chosen = {**at, "kind": "merge", "source": [GUI_HUA, YIN_XING]}
    second = office.post("/areas/reorganise/", data={**chosen, "step": "choose"}).get_data(as_text=True)
    assert "合并后的名称" in second
    filled = {**chosen, "name0": "桂杏社区", "on": "2026-11-22", "document": ""}
    unfounded = office.post("/areas/reorganise/", data={**filled, "step": "details"})
    assert unfounded.status_code == 422
    assert "桂杏社区" in unfounded.get_data(as_text=True)
    filled["document"] = "清街发〔2026〕5号"
    third = office.post("/areas/reorganise/", data={**filled, "step": "details"}).get_data(as_text=True)
    assert "确认合并" in third
    assert NEW in third
    hidden = _hidden(third)
    assert hidden["source"] == [GUI_HUA, YIN_XING]
    back = office.post("/areas/reorganise/", data={**hidden, "back": "details"}).get_data(as_text=True)
    assert "桂杏社区" in back
    done = office.post("/areas/reorganise/", data={**hidden, "step": "preview"})
    assert done.status_code == 302
    with sqlite_app.app_context():
        assert names_of([NEW]) == {NEW: "桂杏社区"}
    again = office.post("/areas/reorganise/", data={**hidden, "step": "preview"})
    assert again.status_code == 422
    with sqlite_app.app_context(), acting_as(SYSTEM):
        assert len(db.session.execute(select(Reorganisation)).all()) == 1


def test_the_wizard_splits_and_transfers(office: FlaskClient, sqlite_app: Flask) -> None:
    paper = {"on": "2026-11-22", "document": "清街发〔2026〕6号"}
    split = {"at": STREET, "kind": "split", "source": [GUI_HUA], "name0": "东桂社区", "name1": "西桂社区", **paper}
    dealt = {f"child-{GUI_HUA}{number:03d}": "1" for number in (1, 2)}
    page = office.post("/areas/reorganise/", data={**split, **dealt, "rest": "0", "step": "details"})
    office.post("/areas/reorganise/", data={**_hidden(page.get_data(as_text=True)), "step": "preview"})
    east, west = NEW, STREET + "008"
    transfer = {"at": west, "kind": "transfer", "source": [west + "001"], "parent": east, **paper}
    early = office.post("/areas/reorganise/", data={**transfer, "step": "details"})
    assert "生效日期要在这一天之后" in early.get_data(as_text=True)
    moved = {"at": STREET + "003", "kind": "transfer", "source": [STREET + "003001"], "parent": west, **paper}
    page = office.post("/areas/reorganise/", data={**moved, "step": "details"})
    office.post("/areas/reorganise/", data={**_hidden(page.get_data(as_text=True)), "step": "preview"})
    with sqlite_app.app_context(), acting_as(SYSTEM):
        live = db.session.execute(
            select(Area.code).where(Area.code.startswith(west), Area.valid_to.is_(None))
        ).scalars()
        assert sorted(live) == [west, west + "001", west + "002", west + "003"]


@pytest.mark.parametrize(
    "junk", [{}, {"step": "preview"}, {"step": "details", "kind": "merge"}, {"kind": "drop", "source": "x"}]
)
def test_junk_is_answered_in_words(office: FlaskClient, junk: dict[str, str]) -> None:
    answer = office.post("/areas/reorganise/", data={"at": STREET, **junk})
    assert answer.status_code == 422
    assert '<div class="note red"' in answer.get_data(as_text=True)
    foreign = {"at": STREET, "kind": "split", "source": ["9"], "name0": "甲", "name1": "乙", "on": "2026-11-22",
               "document": "x", "step": "details", "rest": "x"}  # fmt: skip
    assert office.post("/areas/reorganise/", data=foreign).status_code in (403, 422)
