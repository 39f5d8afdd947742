"""What a clerk sees and does in the browser, from a new meeting to the printed note."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app.extensions import db
from app.meetings import attendance, service, topic_form
from app.meetings.models import Attendee, Meeting, Resolution, Topic
from app.security.actor import SYSTEM, acting_as
from app.security.models import AuditEntry
from tests.meetings import world
from tests.world import HOME, TODAY, as_user, signed_in_client


@pytest.fixture
def home(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        world.build()
        world.profile_with({})
        world.council(6)
        branch = world.branch(may_issue_papers="是", secretary="赵安")
        world.members(branch, 4)
        world.member(branch, "预备员", kind="probationary", confirmed_on="", joined_on="2026-05-01")
        world.row("units", name="清溪供电所", area=HOME, is_partner="是")
    return sqlite_app


def _picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(held, "JPEG")
    return held.getvalue()


def _text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def _one(app: Flask, model: Any, *conditions: Any) -> Any:
    with app.app_context(), acting_as(SYSTEM):
        found = db.session.execute(select(model).where(*conditions).order_by(model.id.desc()).limit(1)).scalar_one()
        db.session.expunge(found)
        return found


def _new_meeting(app: Flask, client: FlaskClient, **values: str) -> int:
    with app.app_context(), acting_as(SYSTEM):
        organization = db.session.execute(db.text("SELECT id FROM party_organizations")).scalar_one()
    form = {
        "kind": "branch_assembly", "organization": str(organization), "area": HOME, "held_on": "2026.11.10",
        "begins_at": "下午2点半", "ends_at": "16:00", "venue": "活动室", "recorder": "钱成",
    }  # fmt: skip
    answer = client.post("/meetings/add", data=form | values)
    assert answer.status_code == 302, re.findall(r'class="error[^>]*>([^<]+)', _text(answer))
    return int(answer.location.rsplit("/", 1)[1])


def _tick(app: Flask, client: FlaskClient, meeting_id: int, **statuses: str) -> Any:
    with app.app_context(), acting_as(SYSTEM):
        people = attendance.attendees_of(meeting_id)
        version = str(db.session.get(Meeting, meeting_id).version)
        form = {f"status-{person.id}": statuses.get(person.name, "present") for person in people}
        form |= {f"reason-{person.id}": "住院" for person in people if statuses.get(person.name) == "leave"}
    return client.post(f"/meetings/attendance/{meeting_id}", data=form | {"version": version})


def test_the_whole_way(home: Flask) -> None:
    client = signed_in_client(home, "clerk")
    meeting_id = _new_meeting(home, client)
    page = _text(client.get(f"/meetings/show/{meeting_id}"))
    assert "2026年11月支部党员大会" in page
    assert "2026-11-10 14:30 — 16:00" in page
    assert "未点名（5）" in page
    assert "还有 5 人没有点" in page
    sheet = client.get(f"/meetings/paper/{meeting_id}/sign_in.html")
    assert sheet.status_code == 200
    assert "预备员" in _text(sheet)

    roll = _text(client.get(f"/meetings/attendance/{meeting_id}"))
    assert "无表决权" in roll
    assert "至少要到 3 人" in roll
    assert _tick(home, client, meeting_id, 钱成="leave").status_code == 302
    guest = client.post(f"/meetings/guests/{meeting_id}", data={"guest": "韩科长", "office": "街道党建办"})
    assert guest.status_code == 302

    refused = client.post(
        f"/meetings/topic/{meeting_id}/add",
        data={"title": "年度计划", "votes-0-matter": "计划", "votes-0-in_favour": "5", "votes-0-method": "hands"},
    )
    assert refused.status_code == 422
    assert "比到会有表决权的 3 人还多" in _text(refused)
    assert 'value="5"' in _text(refused), "what was typed stays"
    with home.app_context(), acting_as(SYSTEM):
        unit = db.session.execute(db.text("SELECT id FROM units")).scalar_one()
    saved = client.post(
        f"/meetings/topic/{meeting_id}/add",
        data={
            "title": "年度计划", "proposer": "赵安", "speeches-0-speaker": "赵安", "speeches-0-text": "汇报了计划",
            "speeches-1-speaker-text": "韩科长", "speeches-1-text": "提了要求", "speeches-2-text": "",
            "votes-0-matter": "计划", "votes-0-in_favour": "3", "votes-0-against": "", "votes-0-method": "ballot",
            "resolutions-0-text": "张贴计划", "resolutions-0-unit": str(unit), "resolutions-0-person": "孙国",
            "resolutions-0-due_on": "20261120",
        },
    )  # fmt: skip
    assert saved.status_code == 302, re.findall(r'class="error[^>]*>([^<]+)', _text(saved))
    page = _text(client.get(f"/meetings/show/{meeting_id}"))
    for words in ("汇报了计划", "韩科长", "无记名投票", "通过", "张贴计划", "清溪供电所 孙国", "已过 2 天"):
        assert words in page, words
    assert client.post(f"/meetings/lock/{meeting_id}").status_code == 302
    assert client.post(f"/meetings/issue/{meeting_id}").status_code == 302
    page = _text(client.get(f"/meetings/show/{meeting_id}"))
    assert "纪要 第1期" in page
    assert "点名</a>" not in page
    for name in ("minutes", "resolutions_note", "sign_in"):
        for format_ in ("pdf", "docx", "xlsx", "html"):
            assert client.get(f"/meetings/paper/{meeting_id}/{name}.{format_}").status_code == 200
    note = _text(client.get(f"/meetings/paper/{meeting_id}/resolutions_note.html"))
    assert "第1期" in note
    assert "责任单位：清溪供电所" in note
    with home.app_context(), acting_as(SYSTEM):
        printed = db.session.execute(select(AuditEntry).where(AuditEntry.action == "printed")).scalars().all()
    assert len(printed) == 14


def test_lines_without_scripts(home: Flask) -> None:
    client = signed_in_client(home, "clerk")
    meeting_id = _new_meeting(home, client)
    _tick(home, client, meeting_id)
    url = f"/meetings/topic/{meeting_id}/add"
    page = _text(client.post(url, data={"title": "议题", "add-line": "resolutions"}))
    assert 'name="resolutions-0-text"' in page
    assert 'value="议题"' in page
    form = {"title": "议题", "resolutions-0-text": "第一件", "resolutions-1-text": "第二件"}
    assert client.post(url, data=form).status_code == 302
    topic = _one(home, Topic)
    first = _one(home, Resolution, Resolution.text == "第一件")
    second = _one(home, Resolution, Resolution.text == "第二件")
    form = {
        "title": "议题", "resolutions-0-id": str(first.id), "resolutions-0-text": "第一件，改了",
        "resolutions-1-id": str(second.id), "resolutions-1-text": "第二件", "resolutions-delete": str(second.id),
    }  # fmt: skip
    assert client.post(f"/meetings/topic/{meeting_id}/{topic.id}", data=form).status_code == 302
    assert _one(home, Resolution, Resolution.id == first.id).text == "第一件，改了"
    assert _one(home, Resolution, Resolution.id == second.id).deleted_at is not None
    wrong = client.post(
        f"/meetings/topic/{meeting_id}/{topic.id}",
        data={
            "title": "",
            "resolutions-0-text": "x",
            "resolutions-0-due_on": "等等",
            "resolutions-0-unit-text": "没有的单位",
        },
    )
    assert wrong.status_code == 422
    assert "没有“没有的单位”" in _text(wrong)
    assert client.post(f"/meetings/topic/{meeting_id}/{topic.id}/delete").status_code == 302
    assert "还没有记议题" in _text(client.get(f"/meetings/show/{meeting_id}"))


def test_attendance_says_what_is_missing_and_keeps_what_was_ticked(home: Flask) -> None:
    client = signed_in_client(home, "clerk")
    meeting_id = _new_meeting(home, client)
    person = _one(home, Attendee, Attendee.name == "孙国")
    version = str(_one(home, Meeting).version)
    form = {f"status-{person.id}": "leave", f"reason-{person.id}": "", "version": version}
    answer = client.post(f"/meetings/attendance/{meeting_id}", data=form)
    assert answer.status_code == 422
    assert "请写明原因" in _text(answer)
    assert re.search(rf'name="status-{person.id}" value="leave" checked', _text(answer))
    stale = client.post(f"/meetings/attendance/{meeting_id}", data={f"status-{person.id}": "present", "version": "0"})
    assert stale.status_code == 422
    assert "别人改过" in _text(stale)
    assert client.post(f"/meetings/guests/{meeting_id}", data={"guest": ""}).status_code == 422
    client.post(f"/meetings/guests/{meeting_id}", data={"guest": "来宾", "office": ""})
    guest = _one(home, Attendee, Attendee.name == "来宾")
    client.post(f"/meetings/guests/{meeting_id}/remove/{person.id}")
    client.post(f"/meetings/guests/{meeting_id}/remove/{guest.id}")
    with home.app_context(), acting_as(SYSTEM):
        names = [row.name for row in attendance.attendees_of(meeting_id)]
    assert "来宾" not in names
    assert "孙国" in names
    people = client.get(f"/meetings/people/{meeting_id}?q=孙").json["results"]
    assert [item["id"] for item in people] == ["孙国"]


def test_photos_follow_their_meeting(home: Flask) -> None:
    client = signed_in_client(home, "clerk")
    meeting_id = _new_meeting(home, client)
    sent = {"label": "签到表", "file": (io.BytesIO(_picture()), "IMG_1.jpg")}
    assert client.post(f"/meetings/upload/{meeting_id}", data=sent).status_code == 302
    page = _text(client.get(f"/meetings/show/{meeting_id}"))
    assert "签到表_IMG_1.jpg" in page
    file_url = re.search(r'href="(/files/\d+)"', page)
    assert file_url is not None
    opened = client.get(file_url[1])
    assert opened.status_code == 200
    opened.close()
    assert signed_in_client(home, "neighbour").get(file_url[1]).status_code == 404
    bad = {"label": "签到表", "file": (io.BytesIO(b"MZ\x90\x00program"), "virus.exe")}
    client.post(f"/meetings/upload/{meeting_id}", data=bad)
    assert "virus.exe" in _text(client.get(f"/meetings/show/{meeting_id}"))
    client.post(f"/meetings/upload/{meeting_id}", data={})
    assert "请先选择" in _text(client.get(f"/meetings/show/{meeting_id}"))


def test_a_resolution_is_done_with_its_receipt(home: Flask) -> None:
    client = signed_in_client(home, "clerk")
    meeting_id = _new_meeting(home, client)
    _tick(home, client, meeting_id)
    client.post(f"/meetings/topic/{meeting_id}/add", data={"title": "议题", "resolutions-0-text": "张贴公示"})
    row = _one(home, Resolution)
    url = f"/resolutions/show/{row.id}"
    assert "第一网格党支部" in _text(client.get(url)), "the meeting's own body sees to it"
    empty = client.post(f"/resolutions/finish/{row.id}", data={"done_on": "2026-11-21", "receipt": ""})
    assert empty.status_code == 422
    odd = client.post(f"/resolutions/finish/{row.id}", data={"done_on": "昨天下午", "receipt": "好了"})
    assert odd.status_code == 422
    form = {"done_on": "2026-11-21", "receipt": "贴好了", "file": (io.BytesIO(_picture()), "a.jpg")}
    assert client.post(f"/resolutions/finish/{row.id}", data=form).status_code == 302
    page = _text(client.get(url))
    assert "已办结" in page
    assert "贴好了" in page
    assert "回执_a.jpg" in page
    assert client.post(f"/resolutions/reopen/{row.id}").status_code == 302
    assert 'name="receipt"' in _text(client.get(url))


def test_neighbours_lookers_on_and_grid_workers(home: Flask) -> None:
    clerk = signed_in_client(home, "clerk")
    meeting_id = _new_meeting(home, clerk)
    _tick(home, clerk, meeting_id)
    clerk.post(f"/meetings/topic/{meeting_id}/add", data={"title": "议题", "resolutions-0-text": "办事"})
    topic, row = _one(home, Topic), _one(home, Resolution)
    reads = [
        f"/meetings/show/{meeting_id}", f"/meetings/people/{meeting_id}", f"/meetings/paper/{meeting_id}/minutes.pdf",
        f"/resolutions/show/{row.id}",
    ]  # fmt: skip
    forms = [f"/meetings/attendance/{meeting_id}", f"/meetings/topic/{meeting_id}/add",
             f"/meetings/topic/{meeting_id}/{topic.id}"]  # fmt: skip
    posts = [
        f"/meetings/refresh/{meeting_id}", f"/meetings/guests/{meeting_id}", f"/meetings/lock/{meeting_id}",
        f"/meetings/guests/{meeting_id}/remove/1", f"/meetings/topic/{meeting_id}/{topic.id}/delete",
        f"/meetings/reopen/{meeting_id}", f"/meetings/issue/{meeting_id}", f"/meetings/upload/{meeting_id}",
        f"/resolutions/finish/{row.id}", f"/resolutions/reopen/{row.id}", f"/resolutions/upload/{row.id}",
    ]  # fmt: skip
    neighbour, leader, worker = (signed_in_client(home, name) for name in ("neighbour", "leader", "worker"))
    for url in (*reads, *forms):
        assert neighbour.get(url).status_code == 404, url
        assert worker.get(url).status_code == 403, url
    for url in (*forms, *posts):
        assert neighbour.post(url, data={"title": "闯入"}).status_code == 404, url
        assert leader.post(url, data={"title": "闯入"}).status_code == 403, url
    for url in reads:
        assert leader.get(url).status_code == 200, url
    assert neighbour.get("/meeting_years/").status_code == 200
    assert "第一网格党支部" not in _text(neighbour.get("/meeting_years/"))


def test_the_year_of_the_branches(home: Flask) -> None:
    client = signed_in_client(home, "clerk")
    meeting_id = _new_meeting(home, client)
    page = _text(client.get("/meeting_years/"))
    assert "第一网格党支部" in page
    assert "草稿 1" in page
    _tick(home, client, meeting_id)
    client.post(f"/meetings/topic/{meeting_id}/add", data={"title": "议题"})
    client.post(f"/meetings/lock/{meeting_id}")
    page = _text(client.get("/meeting_years/"))
    assert "1，差 2" in page
    assert "不适用" in page
    assert client.get("/meeting_years/?year=1850").status_code == 200
    for format_ in ("pdf", "xlsx", "docx", "html"):
        assert client.get(f"/meeting_years/2026.{format_}").status_code == 200
    assert client.get("/meeting_years/2026.exe").status_code == 404
    assert client.get(f"/meetings/paper/{meeting_id}/minutes.exe").status_code == 404
    assert client.get(f"/meetings/paper/{meeting_id}/digest.pdf").status_code == 404


def test_pages_are_small_and_need_no_other_host(home: Flask) -> None:
    with home.app_context():
        world.council(90, start=10)
        meeting = world.meeting("residents_council")
        meeting_id = meeting.id
    client = signed_in_client(home, "clerk")
    for url in (
        f"/meetings/show/{meeting_id}",
        f"/meetings/attendance/{meeting_id}",
        f"/meetings/topic/{meeting_id}/add",
    ):
        page = client.get(url).get_data()
        assert len(page) < 100_000, (url, len(page))
        assert b"http://" not in page.replace(b"http://www.w3.org", b"")


def test_locked_minutes_offer_nothing_to_change(home: Flask) -> None:
    client = signed_in_client(home, "clerk")
    meeting_id = _new_meeting(home, client)
    _tick(home, client, meeting_id)
    client.post(f"/meetings/topic/{meeting_id}/add", data={"title": "议题"})
    with home.app_context(), as_user("clerk"):
        service.lock(meeting_id, today=TODAY)
    page = _text(client.get(f"/meetings/show/{meeting_id}"))
    for words in ("记一个议题", "修改时间地点", "按名册更新"):
        assert words not in page
    client.post(f"/meetings/topic/{meeting_id}/add", data={"title": "偷偷加的"})
    client.post(f"/meetings/refresh/{meeting_id}")
    assert "偷偷加的" not in _text(client.get(f"/meetings/show/{meeting_id}"))
    client.post(f"/meetings/reopen/{meeting_id}", data={"reason": ""})
    assert "请写明重新打开的原因" in _text(client.get(f"/meetings/show/{meeting_id}"))
    client.post(f"/meetings/reopen/{meeting_id}", data={"reason": "记错了"})
    assert "记一个议题" in _text(client.get(f"/meetings/show/{meeting_id}"))


@pytest.mark.parametrize("value", ["\x00", "9" * 30, "秘密" * 3000, "\u202e（", "' OR 1=1 --", "-1"])
def test_nonsense_is_answered_in_words(app: Flask, value: str) -> None:
    """On both databases, since PostgreSQL takes neither NUL nor text that is too long."""
    with app.app_context():
        world.build()
        branch = world.branch()
        world.members(branch, 3)
        meeting_id = world.meeting(organization=branch.id).id
    client = signed_in_client(app, "clerk")
    _tick(app, client, meeting_id)
    parts = [f"{section}-0-{part}" for section, names in topic_form.SECTIONS.items() for part in names]
    form = dict.fromkeys(["title", "proposer", "points", *parts, "votes-0-id", "resolutions-0-id"], value)
    assert client.post(f"/meetings/topic/{meeting_id}/add", data=form).status_code in (302, 422)
    assert client.post(f"/meetings/guests/{meeting_id}", data={"guest": value, "office": value}).status_code in (
        302,
        422,
    )
    version = str(_one(app, Meeting).version)
    person = _one(app, Attendee, Attendee.status == "present")
    marks = {f"status-{person.id}": "leave", f"reason-{person.id}": value, "status-x": value, "version": version}
    assert client.post(f"/meetings/attendance/{meeting_id}", data=marks).status_code in (302, 422)
    odd = {f"status-{person.id}": value, "version": version}
    assert client.post(f"/meetings/attendance/{meeting_id}", data=odd).status_code == 422
    assert client.post(f"/meetings/reopen/{meeting_id}", data={"reason": value}).status_code == 302
    client.post(f"/meetings/topic/{meeting_id}/add", data={"title": "议题", "resolutions-0-text": "办事"})
    row = _one(app, Resolution, Resolution.text == "办事")
    done = client.post(f"/resolutions/finish/{row.id}", data={"done_on": "2026-11-21", "receipt": value})
    assert done.status_code in (302, 422)
    assert client.post(f"/resolutions/finish/{row.id}", data={"done_on": value}).status_code == 422
    for url in (f"/meetings/show/{10**30}", f"/resolutions/show/{2**63}", f"/meetings/topic/{meeting_id}/{10**30}"):
        assert client.get(url).status_code == 404
    assert client.post(f"/meetings/guests/{meeting_id}/remove/{10**30}").status_code == 404
    assert client.get("/meeting_years/", query_string={"year": value, "page": value}).status_code == 200


def test_the_meeting_names_what_proofreading_finds_in_its_texts(home: Flask) -> None:
    client = signed_in_client(home, "clerk")
    untidy = _new_meeting(home, client, considered="名册更新不及时,要抓紧落实.")
    shown = _text(client.get(f"/meetings/show/{untidy}"))
    assert "校对提示" in shown
    assert "中文里用全角标点" in shown
    tidy = _new_meeting(home, client, considered="名册更新不及时，要抓紧落实。", held_on="2026.11.11")
    assert "校对提示" not in _text(client.get(f"/meetings/show/{tidy}"))
