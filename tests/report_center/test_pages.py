"""The pages of the report centre in a browser's eyes: choosing, printing, handing in, and what a neighbour gets."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.register import register
from app.report_center.models import PrintRecord
from app.security.actor import SYSTEM, acting_as
from tests.report_center.conftest import build_world
from tests.world import GRID, HOME, NEXT_DOOR, STREET, add_user, signed_in_client

PAGE = f"/reports/submissions/{HOME}/digest/2026-10"


@pytest.fixture
def street(app: Flask) -> Flask:
    """The street on each kind of database."""
    with app.app_context():
        build_world()
        db.session.remove()
    return app


def _text(client: FlaskClient, path: str) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_from_words_to_passed(street: Flask) -> None:
    clerk, secretary = signed_in_client(street, "clerk"), signed_in_client(street, "secretary")
    office = signed_in_client(street, "street")
    assert "10月31日" not in _text(clerk, PAGE)
    answer = clerk.post(PAGE + "/fill", data={"problems": "楼道堆物。", "next_steps": ""}, follow_redirects=True)
    assert "文字已保存" in answer.get_data(as_text=True)
    assert clerk.post(PAGE + "/submit").status_code == 403
    assert "已提交给街道" in secretary.post(PAGE + "/submit", follow_redirects=True).get_data(as_text=True)
    assert "已锁定" in clerk.post(PAGE + "/fill", data={}, follow_redirects=True).get_data(as_text=True)
    assert "审核通过" in _text(office, PAGE)
    refused = office.post(PAGE + "/return", data={"reason": " "}, follow_redirects=True).get_data(as_text=True)
    assert "请写明退回原因" in refused
    office.post(PAGE + "/return", data={"reason": "党员数请核对"})
    assert "党员数请核对" in _text(secretary, PAGE)
    secretary.post(PAGE + "/submit")
    assert "已审核通过" in office.post(PAGE + "/pass", follow_redirects=True).get_data(as_text=True)
    grid = _text(office, f"/reports/?area={STREET}&period=2026-10")
    assert "已审 1" in grid
    assert "未报 1" in grid
    assert "尚未报送：银杏社区（月报）" in grid
    preview = _text(office, f"/reports/preview?paper=digest&area={HOME}&period=2026-10")
    assert "楼道堆物" in preview
    assert "草稿" not in re.sub(r"<style.*?</style>", "", preview, flags=re.DOTALL)


@pytest.mark.parametrize("name", ["next_secretary", "elsewhere"])
def test_a_neighbour_gets_nothing(street: Flask, name: str) -> None:
    client = signed_in_client(street, name)
    query = f"?paper=digest&area={HOME}&period=2026-10"
    for path in (PAGE, "/reports/" + query, "/reports/preview" + query):
        assert client.get(path).status_code == 404, path
    for step in ("fill", "submit", "return", "pass"):
        assert client.post(f"{PAGE}/{step}", data={"reason": "x"}).status_code in (403, 404), step
    form = {"paper": "digest", "area": HOME, "period": "2026-10", "format": "pdf"}
    assert client.post("/reports/file", data=form).status_code == 404
    assert client.post("/reports/all", data={"papers": "digest", **form}).status_code == 404
    own = _text(client, "/reports/")
    assert "桂花社区" not in own


def test_who_has_no_post_for_it_is_refused(small_street: Flask) -> None:
    with small_street.app_context():
        add_user("walker", "grid_worker", GRID)
        add_user("boss", "street_leader", STREET)
        db.session.remove()
    assert signed_in_client(small_street, "walker").get("/reports/").status_code == 403
    boss = signed_in_client(small_street, "boss")
    assert boss.get("/reports/").status_code == 200
    assert boss.post(PAGE + "/pass").status_code == 403
    page = _text(boss, PAGE)
    assert "退回社区" not in page
    assert "保存文字" not in page


def test_one_paper_in_each_format_and_all_at_once(small_street: Flask) -> None:
    client = signed_in_client(small_street, "secretary")
    form = {"paper": "digest", "area": HOME, "period": "2026-10"}
    starts = {"pdf": b"%PDF-", "xlsx": b"PK", "docx": b"PK", "html": b"<!doctype html>"}
    for format_, start in starts.items():
        answer = client.post("/reports/file", data={**form, "format": format_})
        assert answer.data.startswith(start), format_
        assert "attachment" in answer.headers["Content-Disposition"]
    answer = client.post("/reports/file", data={**form, "format": list(starts)})
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert sorted(name.rpartition(".")[2] for name in names) == sorted(starts)
    with small_street.app_context(), acting_as(SYSTEM):
        rows = db.session.execute(select(PrintRecord).order_by(PrintRecord.id)).scalars().all()
        assert [row.formats for row in rows] == ["pdf", "xlsx", "docx", "html", "pdf,xlsx,docx,html"]
        assert {(row.user_name, row.area_code, row.is_draft, len(row.digest)) for row in rows} == {
            ("secretary同志", HOME, True, 64)
        }
    assert "打印记录" in _text(client, "/reports/")


def test_a_character_no_font_has_is_named_before_printing(small_street: Flask) -> None:
    client = signed_in_client(small_street, "clerk")
    client.post(PAGE + "/fill", data={"problems": "住户\U00031350同志反映停车难。", "next_steps": ""})
    shown = _text(client, f"/reports/preview?paper=digest&area={HOME}&period=2026-10")
    assert "U+31350" in shown
    assert "〓" in shown


def test_the_preview_names_what_proofreading_finds(small_street: Flask) -> None:
    client = signed_in_client(small_street, "clerk")
    address = f"/reports/preview?paper=digest&area={HOME}&period=2026-10"
    assert "校对提示" not in _text(client, address)
    client.post(PAGE + "/fill", data={"problems": "依据枫街办〔2026〕05号,名册更新不及时。", "next_steps": ""})
    shown = _text(client, address)
    assert "文号不编虚位" in shown
    assert "中文里用全角标点" in shown


def test_text_of_people_never_becomes_mark_up(small_street: Flask) -> None:
    client = signed_in_client(small_street, "clerk")
    client.post(PAGE + "/fill", data={"problems": "<script>alert(1)</script>", "next_steps": "<img src=x>"})
    shown = _text(client, f"/reports/preview?paper=digest&area={HOME}&period=2026-10")
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


def test_the_preview_stands_under_the_strict_policy(small_street: Flask) -> None:
    answer = signed_in_client(small_street, "secretary").get("/reports/preview?paper=digest&period=2026-10")
    text, policy = answer.get_data(as_text=True), answer.headers["Content-Security-Policy"]
    nonce = re.search(r"nonce-([\w-]+)", policy)
    assert nonce is not None
    assert f'<style nonce="{nonce[1]}">' in text
    assert '<base target="_top">' in text, "what a figure opens would stand in the frame"
    assert " style=" not in text
    assert "<script" not in text
    assert "frame-ancestors 'self'" in policy


def test_figures_changed_since_are_shown(small_street: Flask) -> None:
    secretary = signed_in_client(small_street, "secretary")
    secretary.post(PAGE + "/submit")
    assert "提交后的变化" not in _text(secretary, PAGE)
    member = register("party_members").model
    with small_street.app_context(), acting_as(SYSTEM), writing() as session:
        session.add(member(name="何八", roster="registered", area_code=GRID))
    shown = _text(secretary, PAGE)
    assert "提交后的变化" in shown
    assert "处数字和提交时不一样" in shown


def test_wrong_addresses_are_not_found(small_street: Flask) -> None:
    client = signed_in_client(small_street, "street")
    for path in (
        "/reports/?paper=nothing", "/reports/?period=gestern", "/reports/?area=999999",
        f"/reports/submissions/{STREET}/digest/2026-10", f"/reports/submissions/{HOME}/party_members/2026-10",
        f"/reports/submissions/{HOME}/digest/2026-Q3", f"/reports/preview?paper=digest&area={HOME}&number=7",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_pages_are_small_and_masks_hold(small_street: Flask) -> None:
    worker = register("grid_workers").model
    with small_street.app_context(), acting_as(SYSTEM), writing() as session:
        session.add(worker(name="尤九", area_code=GRID, phone="15412345678"))
    office, secretary = signed_in_client(small_street, "street"), signed_in_client(small_street, "secretary")
    for path in ("/reports/", PAGE):
        assert len(_text(office, path)) < 60_000
    path = f"/reports/preview?paper=grid_workers&area={HOME}&period=2026-11"
    assert "15412345678" in _text(secretary, path)
    assert "15412345678" not in _text(office, path)
    assert "154****5678" in _text(office, path)
    assert NEXT_DOOR not in _text(secretary, "/reports/")
