"""Accounts, posts, roles and audit through a browser's eyes: who may do what, and what is kept apart."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.register import register, registers
from app.security import service
from app.security.actor import SYSTEM, acting_as
from app.security.models import Account, AuditEntry, Post
from app.security.role_permissions import make_permissions, role_permissions
from tests.world import (
    DISTRICT,
    GRID,
    HOME,
    NEXT_DOOR,
    OTHER_STREET,
    PASSWORD,
    STREET,
    TODAY,
    add_user,
    build_areas,
    signed_in_client,
)  # fmt: skip


def _fill() -> None:
    build_areas()
    for name, role, area in (
        ("admin", "system_admin", DISTRICT), ("auditor", "auditor", DISTRICT), ("office", "street_office", STREET),
        ("sec", "community_secretary", HOME), ("next", "community_secretary", NEXT_DOOR),
        ("far", "street_office", OTHER_STREET), ("auditor2", "auditor", STREET),
    ):  # fmt: skip
        add_user(name, role, area)
    with acting_as(SYSTEM), writing():
        values = {"name": "张清和", "area": GRID, "phone": "13900000001"}
        rosters.save(register("grid_workers"), None, values, by=SYSTEM, today=TODAY)


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


def _id(app: Flask, username: str) -> int:
    with app.app_context(), acting_as(SYSTEM):
        return db.session.execute(select(User.id).where(User.username == username)).scalar_one()


def _posts(app: Flask, username: str) -> list[Post]:
    with app.app_context(), acting_as(SYSTEM):
        return list(
            db.session.execute(
                select(Post).join(User, User.id == Post.user_id).where(User.username == username)
            ).scalars()
        )


def _text(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


NEW = {"username": "liming", "name": "李明", "role": "community_clerk", "area": HOME, "valid_to": "2027.6.30"}


def test_an_account_is_opened_with_a_post_and_a_password_shown_once(street: Flask) -> None:
    client = signed_in_client(street, "office")
    answer = client.post("/accounts/add", data=NEW | {"line": "民政"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = re.search(r'class="password">([^<]+)<', html)
    assert password
    assert password.group(1) not in _text(client, f"/accounts/{_id(street, 'liming')}")
    (post,) = _posts(street, "liming")
    assert (post.role, post.area_code, post.line, str(post.valid_to)) == ("community_clerk", HOME, "民政", "2027-06-30")
    fresh = street.test_client()
    signed = fresh.post("/login/", data={"username": "liming", "password": password.group(1)})
    assert signed.status_code == 302
    assert fresh.get("/").location.endswith("/account/password")


def test_what_is_wrong_with_a_form_is_said_and_nothing_is_written(street: Flask) -> None:
    client = signed_in_client(street, "office")
    for change, said in (
        ({"username": "李明"}, "账号要以字母开头"),
        ({"username": "sec"}, "已经有了"),
        ({"name": " "}, "请填写姓名"),
        ({"role": "king"}, "请选择角色"),
        ({"area": "桂花"}, "请在下拉的名单里选择区域"),
        ({"area": OTHER_STREET}, "请在下拉的名单里选择区域"),
        ({"area": DISTRICT}, "只能管理本辖区内"),
        ({"line": "火星"}, "没有这个条线"),
        ({"valid_from": "2028-01-01"}, "结束日期早于开始日期"),
        ({"valid_to": "去年"}, "日期"),
        ({"role": "auditor"}, "只能由系统管理员安排"),
        ({"person": "999"}, "请在下拉的名单里选择。"),
        ({"staff": "999"}, "请在下拉的名单里选择。"),
    ):
        answer = client.post("/accounts/add", data=NEW | change)
        assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True), (change, said)
        assert "李明" in answer.get_data(as_text=True) or "name" in change or "username" in change
    assert _posts(street, "liming") == []
    with street.app_context(), acting_as(SYSTEM):
        assert db.session.execute(select(User).where(User.username == "liming")).first() is None


def test_an_account_is_linked_to_its_grid_worker_once(street: Flask) -> None:
    client = signed_in_client(street, "office")
    with street.app_context(), acting_as(SYSTEM):
        worker = db.session.execute(select(register("grid_workers").model)).scalar_one()
        worker_id, uid = worker.id, worker.uid
    form = NEW | {"role": "grid_worker", "area": GRID, "person": str(worker_id)}
    assert client.post("/accounts/add", data=form).status_code == 200
    assert "张清和" in _text(client, f"/accounts/{_id(street, 'liming')}")
    again = client.post("/accounts/add", data=form | {"username": "other"})
    assert "已经有别的账号" in again.get_data(as_text=True)
    with street.app_context(), acting_as(SYSTEM):
        assert db.session.execute(
            select(Account.person_uid).where(Account.person_uid.is_not(None))
        ).scalars().all() == [uid]
        assert db.session.execute(select(User).where(User.username == "other")).first() is None


def test_an_account_is_linked_to_a_community_worker_and_stays_so(street: Flask) -> None:
    with street.app_context(), acting_as(SYSTEM):
        grid = db.session.execute(select(register("grid_workers").model)).scalar_one().id
        row = rosters.save(
            register("community_workers"), None, {"name": "王社工", "area": HOME}, by=SYSTEM, today=TODAY
        )
        worker, uid = row.id, row.uid
    client = signed_in_client(street, "office")
    both = client.post("/accounts/add", data=NEW | {"person": str(grid), "staff": str(worker)})
    assert (both.status_code, "一个账号只关联一个人" in both.get_data(as_text=True)) == (422, True)
    assert client.post("/accounts/add", data=NEW | {"staff": str(worker)}).status_code == 200
    account = _id(street, "liming")
    assert "王社工" in _text(client, f"/accounts/{account}")

    def linked() -> str | None:
        with street.app_context(), acting_as(SYSTEM):
            return db.session.get_one(Account, account).person_uid

    assert linked() == uid
    form = _text(client, f"/accounts/{account}/edit")
    assert f'name="staff" value="{worker}"' in form
    for sent, kept in ((str(worker), uid), ("", None)):
        changed = client.post(f"/accounts/{account}/edit", data={"name": "李明", "person": "", "staff": sent})
        assert changed.status_code == 302
        assert linked() == kept


def test_posts_are_added_and_ended_and_rights_go_at_once(street: Flask) -> None:
    office, sec = signed_in_client(street, "office"), signed_in_client(street, "sec")
    account = _id(street, "sec")
    assert sec.get("/grid_workers/list/").status_code == 200
    added = office.post(f"/accounts/{account}/posts/add", data={"role": "community_clerk", "area": NEXT_DOOR})
    assert added.status_code == 302
    assert {post.area_code for post in _posts(street, "sec")} == {HOME, NEXT_DOOR}
    for post in _posts(street, "sec"):
        ended = office.post(f"/accounts/{account}/posts/{post.id}/end", data={"last_day": "2026-11-21"})
        assert ended.status_code == 302
    assert sec.get("/grid_workers/list/").status_code == 403
    page = _text(office, f"/accounts/{account}")
    assert "已结束" in page
    assert "没有岗位" in page
    wrong = office.post(f"/accounts/{account}/posts/{post.id}/end", data={"last_day": ""})
    assert wrong.status_code == 422
    assert office.get(f"/accounts/{account}/posts/999/end").status_code == 404


def test_three_persons_stay_three_persons(street: Flask) -> None:
    admin, office = signed_in_client(street, "admin"), signed_in_client(street, "office")
    both = admin.post(f"/accounts/{_id(street, 'auditor')}/posts/add", data={"role": "system_admin", "area": DISTRICT})
    assert "由两个人担任" in both.get_data(as_text=True)
    business = admin.post(
        f"/accounts/{_id(street, 'auditor')}/posts/add", data={"role": "community_clerk", "area": HOME}
    )
    assert "不能同时担任业务岗位" in business.get_data(as_text=True)
    mixed = admin.post(f"/accounts/{_id(street, 'sec')}/posts/add", data={"role": "auditor", "area": HOME})
    assert mixed.status_code == 422
    own = admin.post(f"/accounts/{_id(street, 'admin')}/posts/add", data={"role": "street_office", "area": STREET})
    assert "不能给自己增加岗位" in own.get_data(as_text=True)
    raised = office.post(f"/accounts/{_id(street, 'office')}/posts/add", data={"role": "party_office", "area": STREET})
    assert "不能给自己增加岗位" in raised.get_data(as_text=True)
    auditor2 = _id(street, "auditor2")
    assert "auditor2同志" in _text(office, "/accounts/")
    assert office.post(f"/accounts/{auditor2}/reset").status_code == 403
    assert admin.post(f"/accounts/{auditor2}/reset").status_code == 200
    assert len(_posts(street, "auditor")) == 1


def test_resetting_closing_and_signing_out_end_sessions(street: Flask) -> None:
    office = signed_in_client(street, "office")
    account = _id(street, "sec")
    for act in ("reset", "sign_out", "close"):
        with street.app_context(), acting_as(SYSTEM):
            service.set_password("sec", PASSWORD + act, must_change=True)
            service.set_active("sec", active=True)
        client = street.test_client()
        client.post("/login/", data={"username": "sec", "password": PASSWORD + act})
        assert client.get("/account/password").status_code == 200
        answer = office.post(f"/accounts/{account}/{act}")
        assert answer.status_code == (200 if act == "reset" else 302)
        assert client.get("/account/password").status_code == 302, act
    assert street.test_client().post("/login/", data={"username": "sec", "password": PASSWORD}).status_code == 401
    assert "已停用" in _text(office, f"/accounts/{account}")
    office.post(f"/accounts/{account}/reopen")
    assert "已停用" not in _text(office, f"/accounts/{account}")
    own = _id(street, "office")
    office.post(f"/accounts/{own}/close")
    assert office.get("/").status_code == 200


def test_the_list_searches_filters_and_ends_at_ones_area(street: Flask) -> None:
    office, admin = signed_in_client(street, "office"), signed_in_client(street, "admin")
    assert "共 4 个" in _text(office, "/accounts/")
    assert "共 7 个" in _text(admin, "/accounts/")
    assert "共 1 个" in _text(admin, "/accounts/?q=sec")
    assert "共 2 个" in _text(admin, "/accounts/?role=auditor")
    assert "共 1 个" in _text(admin, f"/accounts/?area={HOME}")
    assert "没有找到这样的账号" in _text(admin, "/accounts/?state=locked")
    assert "共 7 个" in _text(admin, "/accounts/?state=open&page=x")
    for stranger in ("far", "admin"):
        assert "far同志" not in _text(office, f"/accounts/?q={stranger}")
    far = _id(street, "far")
    for address in (f"/accounts/{far}", f"/accounts/{far}/edit", f"/accounts/{far}/posts/add"):
        assert office.get(address).status_code == 404
    for act in ("reset", "close", "reopen", "sign_out"):
        assert office.post(f"/accounts/{far}/{act}").status_code == 404
    for address in ("/accounts/", "/accounts/add", "/roles/", "/audit/"):
        assert signed_in_client(street, "sec").get(address).status_code == 403


def test_a_name_is_changed(sqlite_street: Flask) -> None:
    office = signed_in_client(sqlite_street, "office")
    account = _id(sqlite_street, "sec")
    assert office.post(f"/accounts/{account}/edit", data={"name": ""}).status_code == 422
    assert office.post(f"/accounts/{account}/edit", data={"name": "周敏"}).status_code == 302
    assert "周敏" in _text(office, f"/accounts/{account}")


def test_the_system_administrator_reads_no_business(sqlite_street: Flask) -> None:
    admin = signed_in_client(sqlite_street, "admin")
    with sqlite_street.app_context(), acting_as(SYSTEM):
        row_id = db.session.execute(select(register("grid_workers").model.id)).scalar_one()
    for reg in registers():
        for address in ("list/", "add", "choices", "export", "print", "bin/", f"show/{row_id}", f"edit/{row_id}"):
            assert admin.get(f"/{reg.name}/{address}").status_code == 403, (reg.name, address)
        token = admin.post("/api/v1/security/login", json={"username": "admin", "password": PASSWORD}).json
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        assert admin.get(f"/api/v1/{reg.name}/", headers=headers).status_code == 403
    assert "/grid_workers/show/" not in _text(admin, "/search/?q=张清和")
    assert "张清和" not in _text(admin, "/accounts/add")
    assert admin.get("/audit/").status_code == 403


def test_roles_are_read_by_many_and_changed_by_one(street: Flask) -> None:
    admin, office = signed_in_client(street, "admin"), signed_in_client(street, "office")
    assert "社区内勤" in _text(office, "/roles/")
    assert "/roles/community_clerk/edit" not in _text(office, "/roles/")
    assert office.get("/roles/community_clerk/edit").status_code == 403
    assert office.post("/roles/community_clerk/edit", data={}).status_code == 403
    assert admin.get("/roles/nobody/edit").status_code == 404
    sec = signed_in_client(street, "sec")
    assert sec.get("/grid_workers/list/").status_code == 200
    form: dict[str, list[str]] = {}
    with street.app_context():
        for name, permission in role_permissions()["community_secretary"]:
            form.setdefault(name, []).append(permission)
    form["grid_workers"] = []
    answer = admin.post("/roles/community_secretary/edit", data=form)
    assert answer.status_code == 302
    assert sec.get("/grid_workers/list/").status_code == 403
    assert sec.get("/residents/list/").status_code == 200
    with street.app_context():
        make_permissions()
        held = role_permissions()
    assert ("grid_workers", "read") not in held["community_secretary"]
    assert ("residents", "read") in held["community_secretary"]
    with street.app_context(), acting_as(SYSTEM):
        note = db.session.execute(select(AuditEntry.note).where(AuditEntry.action == "rights_changed")).scalar_one()
    assert "收回“网格员名册”的查看" in note


def test_separate_roles_cannot_be_widened(sqlite_street: Flask) -> None:
    admin = signed_in_client(sqlite_street, "admin")
    keep = {"accounts": ["read", "write"], "roles": ["read", "write"]}
    for role, form, said in (
        ("system_admin", keep | {"residents": ["read"]}, "不看业务数据"),
        ("system_admin", keep | {"audit": ["read"]}, "不看业务数据"),
        ("auditor", {"grid_workers": ["read"]}, "不看业务数据"),
        ("auditor", {"accounts": ["write"]}, "只看不改"),
        ("system_admin", {"accounts": ["read"]}, "必须保留"),
    ):
        answer = admin.post(f"/roles/{role}/edit", data=form)
        assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True), (role, form)
    assert admin.get("/residents/list/").status_code == 403
    assert 'name="residents"' not in _text(admin, "/roles/system_admin/edit")


def test_the_audit_is_read_filtered_checked_and_never_edited(street: Flask) -> None:
    office = signed_in_client(street, "office")
    office.post("/grid_workers/add", data={"name": "李望舒", "area": GRID, "phone": "13812345678"})
    auditor = signed_in_client(street, "auditor")
    page = _text(auditor, "/audit/")
    assert "登录" in page
    assert "网格员名册" in page
    one = _text(
        auditor, "/audit/?action=created&resource=grid_workers&person=office&on_from=2020-01-01&on_to=2099-01-01"
    )
    assert one.count("class=name") == 1
    entry = re.search(r'href="(/audit/\d+)"', one)
    assert entry
    detail = _text(auditor, entry.group(1))
    assert "李望舒" in detail
    assert "138****5678" in detail
    assert "13812345678" not in detail
    assert "桂花社区" in detail or "第一网格" in detail
    assert "没有这样的记录" in _text(auditor, "/audit/?person=没有这个人")
    assert "没有这样的记录" in _text(auditor, "/audit/?on_to=2001-01-01&page=3")
    checked = auditor.post("/audit/verify", follow_redirects=True).get_data(as_text=True)
    assert "审计链完整" in checked
    assert "校验审计链" in checked
    for user in ("admin", "office", "sec"):
        client = signed_in_client(street, user)
        assert client.get("/audit/").status_code == 403
        assert client.get(entry.group(1)).status_code == 403
        assert client.post("/audit/verify").status_code == 403
    for method in ("post", "put", "delete", "patch"):
        assert getattr(auditor, method)(entry.group(1)).status_code == 405


def test_an_auditor_sees_his_own_streets_only(sqlite_street: Flask) -> None:
    signed_in_client(sqlite_street, "far")
    signed_in_client(sqlite_street, "sec")
    html = _text(signed_in_client(sqlite_street, "auditor2"), "/audit/")
    assert "sec同志" in html
    assert "far同志" not in html
    with sqlite_street.app_context(), acting_as(SYSTEM):
        theirs = db.session.execute(select(AuditEntry.id).where(AuditEntry.user_name == "far同志")).scalars().first()
    assert signed_in_client(sqlite_street, "auditor2").get(f"/audit/{theirs}").status_code == 404


def test_a_touched_entry_is_found(sqlite_street: Flask) -> None:
    signed_in_client(sqlite_street, "sec")
    with sqlite_street.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entries SET user_name = 'x' WHERE id = 3")
    checked = signed_in_client(sqlite_street, "auditor").post("/audit/verify", follow_redirects=True)
    assert "内容被改动过" in checked.get_data(as_text=True)
