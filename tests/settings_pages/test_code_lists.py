"""Code lists in the browser: values added, called otherwise, retired and taken away, and used at once everywhere."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.fields.codes import CODE_LISTS, code_list, shipped_list
from app.lowcode import code_lists, extra, service
from app.lowcode.code_lists import ListRefused
from app.lowcode.register import register
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import AuditEntry
from app.settings.code_lists import PROGRAM, STANDARD, freedom_of, listed_names
from tests.world import DISTRICT, GRID, HOME, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

NAME = "grid_worker_kind"


def _fill() -> None:
    build_areas()
    for name, role, area in (
        ("admin", "system_admin", DISTRICT), ("office", "street_office", STREET), ("clerk", "community_clerk", HOME),
        ("whole", "street_office", DISTRICT),
    ):  # fmt: skip
        add_user(name, role, area)


@pytest.fixture
def filled(context: None) -> None:
    _fill()


@pytest.fixture
def street(app: Flask) -> Flask:
    with app.app_context():
        _fill()
    return app


in_world = pytest.mark.usefixtures("filled")


def _worker(kind: str, name: str = "周安") -> object:
    with as_user("clerk") as clerk:
        values = {"name": name, "area": GRID, "kind": kind}
        return service.save(register("grid_workers"), None, values, by=clerk, today=TODAY)


def test_every_list_named_here_is_shipped() -> None:
    assert CODE_LISTS.keys() >= (STANDARD | PROGRAM)
    assert {freedom_of(name) for name in listed_names()} == {"open", "program", "standard"}
    assert freedom_of("education") == freedom_of("political_status") == "open"


@in_world
def test_an_added_value_is_read_shown_and_offered_at_once() -> None:
    with as_user("whole"):
        code = code_lists.add_value(NAME, "劳务派遣", ["派遣", "外包"])
    assert code == "own_1"
    assert ("own_1", "劳务派遣") in code_list(NAME).choices()
    row = _worker("外包")
    assert row.kind == code  # type: ignore[attr-defined]
    column = register("grid_workers").column("kind")
    assert column.type.show(code) == "劳务派遣"
    assert code in column.type.json_schema()["enum"]
    assert "劳务派遣" in column.type.hint


@in_world
def test_the_shipped_list_itself_stays_as_it_is() -> None:
    with as_user("whole"):
        code_lists.add_value(NAME, "劳务派遣")
    assert len(shipped_list(NAME).items) + 1 == len(code_list(NAME).items)
    assert "own_1" not in {item.code for item in CODE_LISTS[NAME].items}


@in_world
def test_a_value_in_use_is_retired_and_never_deleted() -> None:
    with as_user("whole"):
        code = code_lists.add_value(NAME, "劳务派遣")
    row = _worker("劳务派遣")
    assert code_lists.use_of(NAME)[code] == 1
    with as_user("whole"):
        with pytest.raises(ListRefused, match="1 条记录用着"):
            code_lists.remove_value(NAME, code)
        with pytest.raises(ListRefused, match="系统自带"):
            code_lists.remove_value(NAME, "full_time")
        code_lists.retire_value(NAME, code)
    assert code not in dict(code_list(NAME).choices())
    column = register("grid_workers").column("kind")
    assert column.type.show(row.kind) == "劳务派遣"  # type: ignore[attr-defined]
    with as_user("whole"):
        code_lists.reinstate_value(NAME, code)
        other = code_lists.add_value(NAME, "写错的")
        code_lists.remove_value(NAME, other)
        assert code_lists.add_value(NAME, "志愿者") == "own_3", "a code is never given twice"
    assert "写错的" not in {item.label for item in code_list(NAME).items}


@in_world
def test_a_new_name_is_shown_and_the_old_one_still_read() -> None:
    row = _worker("专职")
    with as_user("whole"):
        code_lists.rename_value(NAME, "full_time", "全职", [], today=TODAY)
    column = register("grid_workers").column("kind")
    assert column.type.show(row.kind) == "全职"  # type: ignore[attr-defined]
    assert column.type.parse("专职") == column.type.parse("全职") == "full_time"


@in_world
@pytest.mark.parametrize(
    ("name", "label", "why"),
    [
        ("ethnicity", "某族", "国家标准"), ("member_kind", "荣誉党员", "不能增减"), (NAME, " ", "请填写名称"),
        (NAME, "专 职", "重了"), (NAME, "长" * 31, "最多 30 个字"), ("nothing", "甲", "没有这份代码表"),
    ],
)  # fmt: skip
def test_what_cannot_be_added(name: str, label: str, why: str) -> None:
    with as_user("whole"), pytest.raises(ListRefused, match=why):
        code_lists.add_value(name, label)


@in_world
def test_lists_of_the_program_may_be_called_otherwise_but_not_shortened() -> None:
    with as_user("whole"):
        code_lists.rename_value("member_kind", "full", "正式", [], today=TODAY)
        with pytest.raises(ListRefused, match="不能增减"):
            code_lists.retire_value("member_kind", "full")
        with pytest.raises(ListRefused, match="国家标准"):
            code_lists.rename_value("sex", "1", "男士", [], today=TODAY)
    assert code_list("member_kind").label_of("full") == "正式"


@in_world
def test_the_last_value_stays() -> None:
    with as_user("whole"):
        *rest, last = [code for code, _label in code_list(NAME).choices()]
        for code in rest:
            code_lists.retire_value(NAME, code)
        with pytest.raises(ListRefused, match="最后一个"):
            code_lists.retire_value(NAME, last)


@in_world
def test_every_change_is_audited_and_others_may_not_change() -> None:
    with as_user("whole"):
        code = code_lists.add_value(NAME, "劳务派遣")
        code_lists.retire_value(NAME, code)
    with acting_as(SYSTEM):
        entries = db.session.execute(select(AuditEntry.action, AuditEntry.note)).all()
    notes = [(action, note) for action, note in entries if action.startswith("code_")]
    assert notes == [("code_added", "专/兼职：劳务派遣"), ("code_retired", "专/兼职：劳务派遣")]
    with as_user("clerk"), pytest.raises(NotPermitted):
        code_lists.add_value(NAME, "志愿者")


@in_world
def test_values_of_added_columns_and_areas_count_as_used() -> None:
    with as_user("whole"):
        extra.add_column(
            "grid_workers", name="x_mode", label="用工方式", type_key="code", options={"list_name": "visit_frequency"}
        )
        code = code_lists.add_value("visit_frequency", "每旬")
    with as_user("clerk") as clerk:
        values = {"name": "周安", "area": GRID, "x_mode": "每旬"}
        service.save(register("grid_workers"), None, values, by=clerk, today=TODAY)
    assert code_lists.use_of("visit_frequency")[code] == 1
    assert code_lists.use_of("grid_kind").total() >= 0


def test_the_pages_add_rename_and_retire_and_forms_follow(street: Flask) -> None:
    client = signed_in_client(street, "admin")
    index = client.get("/code_lists/").get_data(as_text=True)
    for word in ("专/兼职", "民族", "GB/T 3304", "国家标准，不能改", "系统使用，只能改名"):
        assert word in index
    assert client.post(f"/code_lists/{NAME}/add", data={"label": "", "synonyms": ""}).status_code == 422
    form = {"label": "劳务派遣", "synonyms": "派遣\r\n外包"}
    assert client.post(f"/code_lists/{NAME}/add", data=form).status_code == 302
    clerk = signed_in_client(street, "clerk")
    assert "劳务派遣" in clerk.get("/grid_workers/add").get_data(as_text=True)
    page = clerk.post("/grid_workers/add", data={"name": "周安", "area": GRID, "kind": "own_1", "save": "1"})
    assert page.status_code == 302
    listed = clerk.get("/grid_workers/list/?kind=own_1").get_data(as_text=True)
    assert "周安" in listed
    assert "劳务派遣" in listed
    values = client.get(f"/code_lists/{NAME}/").get_data(as_text=True)
    assert "派遣、外包" in values
    assert client.post(f"/code_lists/{NAME}/remove", data={"id": "own_1"}, follow_redirects=True).status_code == 200
    assert client.post(f"/code_lists/{NAME}/own_1", data={"label": "派遣制", "synonyms": ""}).status_code == 302
    assert client.post(f"/code_lists/{NAME}/retire", data={"id": "own_1"}).status_code == 302
    listed = clerk.get("/grid_workers/list/").get_data(as_text=True)
    assert "派遣制" in listed
    assert "派遣制" not in clerk.get("/grid_workers/add").get_data(as_text=True)


def test_a_street_looks_and_does_not_touch(street: Flask) -> None:
    client = signed_in_client(street, "office")
    status = client.get("/code_lists/").status_code
    assert status in (200, 403)
    for address in (f"/code_lists/{NAME}/add", f"/code_lists/{NAME}/retire", f"/code_lists/{NAME}/full_time"):
        assert client.post(address, data={"label": "甲", "id": "full_time"}).status_code == 403
    assert signed_in_client(street, "clerk").get(f"/code_lists/{NAME}/add").status_code == 403
    assert signed_in_client(street, "admin").get("/code_lists/nothing/").status_code == 404
