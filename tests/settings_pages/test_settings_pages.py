"""Settings in the browser: names, bounds, the day papers are due, and columns added, retired and taken back."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode import extra, queries, service
from app.lowcode.register import register
from app.periods.rules import parse
from app.report_center.queries import deadline
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import AuditEntry
from app.settings.queries import profile
from app.settings.service import save_profile
from app.settings_pages.column_pages import TYPE_NAMES, code_name, offered_types
from tests.world import DISTRICT, GRID, HOME, PROFILE, STREET, TODAY, add_user, as_user, build_areas, signed_in_client


def _fill() -> None:
    build_areas()
    for name, role, area in (
        ("admin", "system_admin", DISTRICT), ("whole", "street_office", DISTRICT), ("office", "street_office", STREET),
        ("sec", "community_secretary", HOME),
    ):  # fmt: skip
        add_user(name, role, area)


@pytest.fixture
def street(app: Flask) -> Flask:
    with app.app_context():
        _fill()
    return app


@pytest.fixture
def sqlite_street(sqlite_app: Flask) -> Flask:
    with sqlite_app.app_context():
        _fill()
    return sqlite_app


def _text(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


FORM = {
    "office_name": "清溪街道网格中心", "menu_title": "资源服务项目", "resources_name": "资源", "resources_title": "资源清单",
    "needs_name": "服务", "needs_title": "服务清单", "projects_name": "项目", "projects_title": "项目清单",
    "households_min": "300", "households_max": "1,000", "people_max": "3000", "bounds_source": "清街发〔2026〕5号",
    "deadline_day": "8",
}  # fmt: skip


def test_settings_are_changed_and_count_at_once(street: Flask) -> None:
    client = signed_in_client(street, "admin")
    assert "试验区" in _text(client, "/settings/")
    assert client.post("/settings/edit", data=FORM).status_code == 302
    page = _text(client, "/settings/")
    for said in (
        "清溪街道网格中心",
        "服务（服务清单）",
        "300 — 1,000",
        "最多 3,000 人",
        "清街发〔2026〕5号",
        "次月 8 日",
    ):
        assert said in page
    with street.app_context():
        assert profile().list_name("needs") == "服务"
        assert profile().grid_bounds.households_max == 1000
        assert deadline(parse("2026-10")).isoformat() == "2026-11-09", "the 8th is a Sunday"
        with acting_as(SYSTEM):
            save_profile(PROFILE)
        assert profile().office_name == "清溪街道网格中心"
        with acting_as(SYSTEM):
            changed = db.session.execute(
                select(AuditEntry.user_name).where(AuditEntry.resource == "settings")
            ).scalars()
            assert "admin同志" in set(changed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"office_name": " "}, "不能空着"),
        ({"needs_name": "资源"}, "不能同名"),
        ({"households_min": "2000"}, "上限不能小于下限"),
        ({"households_max": "很多"}, "请填一个整数"),
        ({"people_max": "-1"}, "请填一个整数"),
        ({"deadline_day": "32"}, "1 到 31"),
        ({"deadline_day": ""}, "请填一个整数"),
    ],
)
def test_wrong_settings_are_refused_in_words(sqlite_street: Flask, change: dict[str, str], said: str) -> None:
    client = signed_in_client(sqlite_street, "admin")
    answer = client.post("/settings/edit", data=FORM | change)
    html = answer.get_data(as_text=True)
    assert (answer.status_code, said in html) == (422, True)
    assert "清街发〔2026〕5号" in html
    with sqlite_street.app_context():
        assert profile().office_name == "试验区"


def test_one_street_does_not_set_what_counts_for_all(street: Flask) -> None:
    office, sec = signed_in_client(street, "office"), signed_in_client(street, "sec")
    assert "这里只供查看" in _text(office, "/settings/")
    columns = "/settings/columns/grid_workers"
    assert office.get(f"{columns}/").status_code == 200
    for address in ("/settings/edit", f"{columns}/add"):
        assert office.get(address).status_code == 403
        assert office.post(address, data=FORM | {"label": "特长", "type": "text"}).status_code == 403
    for address in (f"{columns}/retire", f"{columns}/reinstate"):
        assert office.post(address, data={"id": "x_tc"}).status_code == 403
    for address in ("/settings/", "/settings/edit", f"{columns}/", f"{columns}/add"):
        assert sec.get(address).status_code == 403
    with street.app_context():
        assert profile().office_name == "试验区"
        assert extra.described("grid_workers") == []


def test_a_column_is_added_used_retired_and_taken_back(street: Flask) -> None:
    admin, sec = signed_in_client(street, "admin"), signed_in_client(street, "sec")
    form = {"label": "特长", "type": "text", "listed": "1", "searched": "1", "filtered": "1"}
    assert "还没有自加的列" in _text(admin, "/settings/columns/grid_workers/")
    assert admin.post("/settings/columns/grid_workers/add", data=form).status_code == 302
    with street.app_context():
        (name,) = [column.name for column in extra.extra_columns("grid_workers")]
    sec.post("/grid_workers/add", data={"name": "张清和", "area": GRID, name: "手语翻译"})
    assert "手语翻译" in _text(sec, "/grid_workers/list/?q=手语")
    assert "自加 1 列" in _text(admin, "/settings/")
    again = admin.post("/settings/columns/grid_workers/add", data=form)
    assert "已有“特长”这一列" in again.get_data(as_text=True)

    assert admin.post("/settings/columns/grid_workers/retire", data={"id": [name, "nonsense"]}).status_code == 302
    assert "特长" not in _text(sec, "/grid_workers/list/")
    assert f'name="{name}"' not in _text(sec, "/grid_workers/add")
    assert "已停用" in _text(admin, "/settings/columns/grid_workers/")
    refused = admin.post("/settings/columns/grid_workers/add", data=form)
    assert "请直接恢复它" in refused.get_data(as_text=True)
    with street.app_context(), as_user("sec") as actor:
        reg = register("grid_workers")
        (row,) = queries.page(reg, queries.Wish(), actor).rows
        service.save(reg, row, {"phone": "13900000001"}, by=actor, today=TODAY)
        assert queries.page(reg, queries.Wish(words="手语"), actor).count == 0

    assert admin.post("/settings/columns/grid_workers/reinstate", data={"id": name}).status_code == 302
    assert "手语翻译" in _text(sec, "/grid_workers/list/?q=手语")
    with street.app_context(), acting_as(SYSTEM):
        acts = db.session.execute(select(AuditEntry.action).where(AuditEntry.action.startswith("column_"))).scalars()
        assert list(acts) == ["column_added", "column_retired", "column_reinstated"]


def test_columns_of_every_kind_are_offered_and_work(sqlite_street: Flask) -> None:
    admin = signed_in_client(sqlite_street, "admin")
    assert set(offered_types()) == set(TYPE_NAMES)
    more = {"code": {"list_name": "sex"}, "number": {"places": "1", "unit": "元"}}
    for key in offered_types():
        form = {"label": f"试 {TYPE_NAMES[key]}", "type": key, "filtered": "1"} | more.get(key, {})
        assert admin.post("/settings/columns/residents/add", data=form).status_code == 302, key
    html = _text(admin, "/settings/columns/residents/")
    assert "小数，元" in html
    assert "从名单里选（性别）" in html
    assert signed_in_client(sqlite_street, "sec").get("/residents/add").status_code == 200


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"label": "", "type": "text"}, "请填写列名"),
        ({"label": "证件", "type": "id_number"}, "请选择类型"),
        ({"label": "甲", "type": "code"}, "哪份名单"),
        ({"label": "甲", "type": "number", "places": "9"}, "0 到 4"),
        ({"label": "姓名", "type": "text"}, "已有“姓名”这一列"),
    ],
)
def test_a_wrong_column_is_refused_in_words(sqlite_street: Flask, form: dict[str, str], said: str) -> None:
    answer = signed_in_client(sqlite_street, "admin").post("/settings/columns/grid_workers/add", data=form)
    assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True)


def test_only_settings_may_retire_and_own_columns_stay(sqlite_street: Flask) -> None:
    with sqlite_street.app_context():
        with as_user("sec"), pytest.raises(NotPermitted):
            extra.retire_column("grid_workers", "x")
        with as_user("whole"), pytest.raises(extra.ColumnRefused, match="原有的列不能停用"), writing():
            extra.retire_column("grid_workers", "phone")


def test_names_for_programs_come_from_pinyin_and_are_unique() -> None:
    first = code_name("特长", set())
    assert first.startswith("x_")
    assert code_name("特长", {first}) == first + "2"
    assert code_name("！", set()) == "x_column"
