"""Notices and to-dos: sent once, read by those they are meant for, most urgent first."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.database.transactions import writing
from app.extensions import db
from app.notices import sources
from app.notices.models import Notice
from app.notices.queries import notices_of, todo_count, todos_of, unread_count
from app.notices.rules import Todo, by_urgency, due_text, tone_of
from app.notices.service import NoticeIsWrong, mark_done, mark_read, notify, settle
from app.notices.sources import register_todo_source
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.models import Post
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user, build_areas

context = pytest.mark.usefixtures("context")
RECORD: Any = SimpleNamespace(__tablename__="meetings", uid="a" * 32)


@pytest.fixture(autouse=True)
def _own_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_SOURCES", {})


def _send(key: str, **values: Any) -> Notice:
    with acting_as(SYSTEM):
        return notify(**{"key": key, "kind": "resolution", "title": key, "area_code": HOME, **values})


def _titles(actor: Actor) -> list[str]:
    with acting_as(actor):
        # Computed to-dos of other rooms (报送 …) stand beside the stored ones; they have no notice.
        return [todo.title for todo in todos_of(actor, TODAY) if todo.notice_id is not None]


@context
def test_a_role_is_reached_in_its_area_only() -> None:
    build_areas()
    people = {
        "secretary": add_user("secretary", "community_secretary", HOME),
        "clerk": add_user("clerk", "community_clerk", HOME),
        "next": add_user("next", "community_secretary", NEXT_DOOR),
        "street": add_user("street", "community_secretary", STREET),
    }
    _send("A", to_role="community_secretary")
    _send("B", to_user=people["clerk"].user_id)
    _send("C", to_role="community_secretary", area_code=GRID)
    assert {name: sorted(_titles(actor)) for name, actor in people.items()} == {
        "secretary": ["A", "C"], "clerk": ["B"], "next": [], "street": ["A", "C"],
    }  # fmt: skip
    with acting_as(people["next"]):
        assert db.session.execute(select(Notice)).all() == []


@context
def test_a_line_reaches_posts_of_that_line_only() -> None:
    build_areas()
    general = add_user("general", "street_section", STREET)
    civil = add_user("civil", "street_section", STREET, line="民政")
    party = add_user("party", "street_section", STREET, line="党建")
    _send("all", to_role="street_section")
    _send("civil", to_role="street_section", line="民政")
    assert sorted(_titles(general)) == ["all"]
    assert sorted(_titles(civil)) == ["all", "civil"]
    assert sorted(_titles(party)) == ["all"]


@context
def test_the_same_key_is_one_notice_brought_up_to_date() -> None:
    build_areas()
    clerk = add_user("clerk", "community_clerk", HOME)
    first = _send("k", to_user=clerk.user_id, title="旧", due_on=TODAY)
    again = _send("k", to_user=clerk.user_id, title="新", due_on=TODAY + timedelta(days=1))
    assert again.id == first.id
    assert _titles(clerk) == ["新"]
    with acting_as(clerk):
        mark_done(first.id)
    _send("k", to_user=clerk.user_id, title="更新")
    with acting_as(SYSTEM):
        assert db.session.execute(select(func.count()).select_from(Notice)).scalar() == 1
        assert db.session.execute(select(Notice.title)).scalar() == "新"
    assert _titles(clerk) == []


@context
def test_a_notice_to_a_role_is_done_for_all_and_read_by_each() -> None:
    build_areas()
    one = add_user("one", "community_clerk", HOME)
    two = add_user("two", "community_clerk", HOME)
    other = add_user("other", "community_clerk", NEXT_DOOR)
    notice = _send("k", to_role="community_clerk")
    with acting_as(one):
        mark_read(notice.id)
        mark_read(notice.id)
        assert (unread_count(one), unread_count(two)) == (0, 1)
        assert [item.is_read for item in notices_of(one)] == [True]
        assert [item.is_read for item in notices_of(two)] == [False]
        mark_done(notice.id)
    assert _titles(two) == []
    assert [item.is_done for item in notices_of(two)] == [True]
    with acting_as(other):
        for act in (mark_done, mark_read):
            with pytest.raises(NotPermitted):
                act(notice.id)


@context
def test_a_settled_matter_asks_for_nothing_more() -> None:
    build_areas()
    clerk = add_user("clerk", "community_clerk", HOME)
    _send("a", to_user=clerk.user_id, record=RECORD, kind="resolution")
    _send("b", to_user=clerk.user_id, record=RECORD, kind="minutes")
    _send("c", to_user=clerk.user_id)
    with acting_as(clerk):
        assert settle(RECORD, kind="minutes") == 1
        assert sorted(_titles(clerk)) == ["a", "c"]
        assert settle(RECORD) == 1
        assert settle(RECORD) == 0
    assert _titles(clerk) == ["c"]


@context
def test_a_notice_sent_in_a_failed_transaction_was_never_sent() -> None:
    with acting_as(SYSTEM):
        with pytest.raises(ZeroDivisionError):
            _send_and_fail()
        assert db.session.execute(select(Notice)).all() == []


def _send_and_fail() -> None:
    with writing():
        _send("k", to_role="community_clerk")
        _ = 1 / 0


@context
@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"to_user": 1, "to_role": "community_clerk"}, {"to_role": "emperor"},
        {"to_user": 1, "url": "https://example.org/"}, {"to_user": 1, "url": "//example.org"},
        {"to_user": 1, "url": "/\\example.org"},
    ],
)  # fmt: skip
def test_a_notice_nobody_can_use_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(NoticeIsWrong):
        _send("k", **wrong)


@context
def test_computed_and_stored_todos_stand_in_one_list_most_urgent_first() -> None:
    build_areas()
    clerk = add_user("clerk", "community_clerk", HOME)
    asked: list[tuple[str, date]] = []

    def find(actor: Actor, today: date) -> list[Todo]:
        asked.append((actor.name, today))
        return [
            Todo("任期还有一月", due_on=today + timedelta(days=30)),
            Todo("议定事项超期", due_on=today - timedelta(days=2)),
            Todo("月报未报", tone="red"),
        ]

    register_todo_source("test.source", find)
    _send("今天到期", to_user=clerk.user_id, due_on=TODAY)
    _send("没有期限", to_user=clerk.user_id)
    _send("只是告知", to_user=clerk.user_id, is_todo=False)
    with acting_as(clerk):
        todos = todos_of(clerk, TODAY)
    assert [(todo.title, todo.tone) for todo in todos] == [
        ("议定事项超期", "red"), ("月报未报", "red"), ("今天到期", "amber"),
        ("任期还有一月", "grey"), ("没有期限", "grey"),
    ]  # fmt: skip
    assert asked == [("clerk同志", TODAY)]
    assert unread_count(clerk) == 3


@context
def test_the_count_is_kept_until_something_is_written(app: Flask) -> None:
    build_areas()
    clerk = add_user("clerk", "community_clerk", HOME)
    runs: list[int] = []

    def find(_actor: Actor, _today: date) -> list[Todo]:
        runs.append(1)
        return []

    register_todo_source("test.count", find)
    with acting_as(clerk):
        assert [todo_count(clerk, TODAY) for _ in range(3)] == [0, 0, 0]
        assert len(runs) == 1
        _send("k", to_user=clerk.user_id)
        assert todo_count(clerk, TODAY) == 1
    assert len(runs) == 2


def test_urgency_in_words() -> None:
    days = {-2: ("red", "已过 2 天"), 0: ("amber", "今天到期"), 3: ("amber", "还有 3 天"), 4: ("grey", "还有 4 天")}
    for offset, expected in days.items():
        due = TODAY + timedelta(days=offset)
        assert (tone_of(due, today=TODAY), due_text(due, today=TODAY)) == expected
    assert (tone_of(None, today=TODAY), due_text(None, today=TODAY)) == ("grey", "")
    assert [todo.title for todo in by_urgency([Todo("b"), Todo("a")], today=TODAY)] == ["a", "b"]


def test_a_source_has_one_name() -> None:
    def find(_actor: Actor, _today: date) -> list[Todo]:
        return []

    register_todo_source("a", find)
    register_todo_source("a", find)
    with pytest.raises(ValueError, match="'a'"):
        register_todo_source("a", lambda actor, today: [])
    assert [source.name for source in sources.todo_sources()] == ["a"]


@context
def test_a_post_that_ended_reads_no_more() -> None:
    build_areas()
    add_user("clerk", "community_clerk", HOME)
    _send("k", to_role="community_clerk")
    with as_user("clerk") as clerk:
        assert _titles(clerk) == ["k"]
    with acting_as(SYSTEM), writing() as session:
        session.delete(session.execute(select(Post)).scalar_one())
    with as_user("clerk") as clerk:
        assert _titles(clerk) == []
