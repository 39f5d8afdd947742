"""AB岗: who may take whose place, what he then sees and does, how it is marked, and that it ends by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.extensions import db
from app.lowcode.flow import service
from app.lowcode.flow.pages import sentence
from app.lowcode.flow.queries import running
from app.lowcode.flow.reading import read_text
from app.lowcode.flow.service import Sent, StepRefused
from app.lowcode.flow.versions import add_version, attach_flow
from app.lowcode.register import register
from app.lowcode.service import save
from app.notices.queries import todos_of
from app.notices.service import mark_done, notify
from app.security.actor import SYSTEM, acting_as, current_actor
from app.security.queries import actor_named
from app.security.substituting import (
    SubstituteRefused,
    give_back,
    possible_substitutes,
    substitutions_seen,
    take_place,
)
from tests.lowcode.flow.cases import at
from tests.lowcode.flow.test_acting import SIXTH
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

NOW = at("2026-11-23 10:00")
NEXT_WEEK = TODAY + timedelta(days=7)
PEOPLE = (
    ("boss", "community_secretary", HOME), ("clerk", "community_clerk", HOME), ("second", "grid_worker", GRID),
    ("other", "grid_worker", GRID), ("next", "community_clerk", NEXT_DOOR), ("office", "street_office", STREET),
    ("auditor", "auditor", STREET),
)  # fmt: skip


def fill() -> None:
    build_areas()
    for name, role, area in PEOPLE:
        add_user(name, role, area)
    with acting_as(SYSTEM):
        flow = read_text(SIXTH, source="第六个")
        add_version(flow)
        attach_flow(flow)


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        fill()
        yield


in_street = pytest.mark.usefixtures("inside")


def id_of(username: str) -> int:
    with acting_as(SYSTEM):
        return db.session.execute(select(User.id).where(User.username == username)).scalar_one()


def away(absent: str, substitute: str, *, by: str = "", first: date = TODAY, last: date = NEXT_WEEK) -> Any:
    with as_user(by or absent):
        return take_place(id_of(absent), id_of(substitute), first, last, today=TODAY)


def need(name: str = "路灯不亮") -> Any:
    with as_user("clerk") as clerk:
        return save(register("needs"), None, {"name": name, "area": GRID}, by=clerk, today=TODAY)


def act(row: Any, key: str, user: str, **values: str) -> Any:
    reg = register("needs")
    with as_user(user) as actor:
        standing = running(reg, db.session.get(reg.model, row.id), NOW)
        assert standing is not None
        return service.act(reg, row, key, Sent(standing.version, values, "好"), by=actor, now=NOW)


@in_street
def test_a_substitute_sees_and_acts_and_every_step_says_so() -> None:
    row = need()
    with pytest.raises(StepRefused, match="您没有这个岗位"):
        act(row, "send", "second", who="一队")
    away("clerk", "second")
    step = act(row, "send", "second", who="一队")
    assert (step.by_name, step.for_name) == ("second同志", "clerk同志")
    assert sentence(step).startswith("second同志（代 clerk同志） 派工")
    assert act(need("又一盏"), "send", "clerk", who="一队").for_name == ""


@in_street
def test_what_one_may_do_oneself_is_not_marked() -> None:
    row = need()
    act(row, "send", "clerk", who="一队")
    away("other", "second")
    assert act(row, "fix", "second").for_name == ""


@in_street
def test_a_substitute_checks_neither_his_own_work_nor_that_of_the_absent_one() -> None:
    row, mine = need(), need("又一盏")
    for each, by in ((row, "clerk"), (mine, "second")):
        act(each, "send", "clerk", who="一队")
        act(each, "fix", by)
    away("clerk", "second")
    for each in (row, mine):
        with pytest.raises(StepRefused, match="办理的人不能自己"):
            act(each, "accept", "second", day="2026-11-23")


@in_street
def test_todos_of_both_stand_in_one_list_and_tell_whose_they_are() -> None:
    need()
    with acting_as(SYSTEM):
        told = notify(key="a", kind="note", title="给内勤本人", area_code=HOME, to_user=id_of("clerk"))
    with as_user("second") as actor:
        assert [todo.title for todo in todos_of(actor, TODAY) if "路灯" in todo.title or "本人" in todo.title] == []
    away("clerk", "second")
    with as_user("second") as actor:
        found = {str(todo.title): todo.on_behalf for todo in todos_of(actor, TODAY)}
        assert found["给内勤本人"] == "clerk同志"
        assert found["“路灯不亮”等您派工"] == "clerk同志"
        assert mark_done(told.id).done_by_id == actor.user_id
    with as_user("clerk") as actor:
        assert {todo.on_behalf for todo in todos_of(actor, TODAY)} == {""}


@in_street
def test_it_begins_and_ends_by_the_day() -> None:
    away("clerk", "second", first=TODAY + timedelta(days=1))
    for days, is_there in ((0, False), (1, True), (7, True), (8, False)):
        actor = actor_named("second", today=TODAY + timedelta(days=days))
        assert actor is not None
        assert actor.covers("needs", "write", HOME) is is_there, days


@in_street
def test_it_is_given_back_at_once_by_those_concerned_or_the_office() -> None:
    for by in ("clerk", "second", "office"):
        away("clerk", "second")
        with as_user("next"), pytest.raises(SubstituteRefused, match="只有当事人"):
            give_back(id_of("clerk"), id_of("second"), today=TODAY)
        with as_user(by):
            assert give_back(id_of("clerk"), id_of("second"), today=TODAY) == 1
        with as_user("second") as actor:
            assert not actor.covers("needs", "write", HOME)


@in_street
def test_a_place_taken_over_is_not_passed_on() -> None:
    away("clerk", "second")
    with as_user("office"):
        assert {post.role for post in take_place(id_of("second"), id_of("other"), TODAY, NEXT_WEEK, today=TODAY)} == {
            "grid_worker"
        }


@in_street
@pytest.mark.parametrize(
    ("absent", "substitute", "by", "days", "said"),
    [
        ("clerk", "next", "clerk", (0, 7), "请从本社区、本街道的人里选"), ("clerk", "second", "boss", (0, 7), "只能给自己安排"),
        ("clerk", "second", "clerk", (-1, 7), "已经过去"), ("clerk", "second", "clerk", (3, 2), "早于开始"),
        ("clerk", "second", "clerk", (0, 92), "最多代 92 天"), ("clerk", "clerk", "clerk", (0, 7), "两个不同的人"),
        ("auditor", "second", "office", (0, 7), "不能由别人代"), ("clerk", "auditor", "office", (0, 7), "不能同时担任"),
        ("clerk", "office", "office", (0, 7), "不能安排自己去代别人"),
    ],
)  # fmt: skip
def test_every_refusal_says_why(absent: str, substitute: str, by: str, days: tuple[int, int], said: str) -> None:
    first, last = (TODAY + timedelta(days=each) for each in days)
    with pytest.raises(SubstituteRefused, match=said):
        away(absent, substitute, by=by, first=first, last=last)


@in_street
def test_the_same_days_are_arranged_once() -> None:
    away("clerk", "second")
    with pytest.raises(SubstituteRefused, match="已经安排过"):
        away("clerk", "second")


@in_street
def test_people_are_chosen_from_ones_own_area_and_lists_show_ones_own() -> None:
    away("clerk", "second")
    with as_user("clerk") as actor:
        assert {name for _id, name in possible_substitutes(actor, today=TODAY)} == {
            "boss同志", "second同志", "other同志", "office同志"
        }  # fmt: skip
        assert [(each.absent, each.substitute) for each in substitutions_seen(current_actor(), today=TODAY)] == [
            ("clerk同志", "second同志")
        ]
    with as_user("next") as actor:
        assert substitutions_seen(actor, today=TODAY) == []


def test_ticked_notices_are_done_and_the_rest_is_told_to_be_opened(app: Flask) -> None:
    with app.app_context():
        fill()
        need()
        with acting_as(SYSTEM):
            told = notify(key="a", kind="note", title="交走访表", area_code=HOME, to_user=id_of("clerk")).id
    clerk = signed_in_client(app, "clerk")
    assert f'value="{told}"' in clerk.get("/my_tasks/").get_data(as_text=True)
    page = clerk.post("/my_tasks/done", data={"id": [str(told), "-1"]}, follow_redirects=True).get_data(as_text=True)
    assert "已标为办完 1 件" in page
    assert "有 1 件要点开去办" in page
    assert "交走访表" not in page
    assert "路灯不亮" in page


def test_the_pages_arrange_show_and_end_it(app: Flask) -> None:
    with app.app_context():
        fill()
        need()
        ids = {name: id_of(name) for name in ("clerk", "second")}
    clerk = signed_in_client(app, "clerk")
    assert "second同志" in clerk.get("/my_tasks/substitutes/add").get_data(as_text=True)
    form = {"substitute": ids["second"], "first": TODAY.isoformat(), "last": "下周"}
    refused = clerk.post("/my_tasks/substitutes/add", data=form)
    assert (refused.status_code, "请填写从哪天到哪天" in refused.get_data(as_text=True)) == (422, True)
    clerk.post("/my_tasks/substitutes/add", data=form | {"last": NEXT_WEEK.isoformat()})
    assert "正在代" in clerk.get("/my_tasks/substitutes").get_data(as_text=True)
    second = signed_in_client(app, "second")
    inbox = second.get("/my_tasks/?whose=other").get_data(as_text=True)
    assert "“路灯不亮”等您派工" in inbox
    assert "代 clerk同志" in inbox
    assert "“路灯不亮”等您派工" not in second.get("/my_tasks/?whose=mine").get_data(as_text=True)
    words = second.get("/my_tasks/words").get_data(as_text=True)
    assert "【待办提醒】" in words
    second.post("/my_tasks/substitutes/end", data={"id": f"{ids['clerk']}-{ids['second']}"})
    assert "路灯不亮" not in second.get("/my_tasks/").get_data(as_text=True)
