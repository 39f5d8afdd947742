"""Proposers of merged needs are told of a claim, the end or a refusal, and asked each for himself; on both databases."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.extensions import db
from app.lowcode import service as rosters
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.security.actor import SYSTEM, acting_as
from app.three_lists import proposers, service, todos
from app.three_lists.models import Need
from tests.world import GRID, HOME, NEXT_DOOR, TODAY, add_user, as_user, build_areas, signed_in_client


def saved(row: Need | None = None, **values: str) -> Need:
    with acting_as(SYSTEM):
        fresh = db.session.get(Need, row.id, populate_existing=True) if row is not None else None
        return rosters.save(register("needs"), fresh, values, by=SYSTEM, today=TODAY)  # type: ignore[no-any-return]


def two() -> tuple[Need, Need]:
    """A need on the list, and the same told by somebody else and put into it."""
    build_areas()
    add_user("neiqin", "community_clerk", HOME)
    add_user("linju", "community_secretary", NEXT_DOOR)
    main = saved(name="夜间停车难", area=GRID, state="listed", proposer="王大爷", registered_on="2026-10-05")
    other = saved(name="晚上没处停车", area=GRID, state="collected", proposer="张阿婆", registered_on="2026-10-06")
    return main, saved(other, state="merged", merged_into=str(main.id))


def asked(who: str = "neiqin") -> list[str]:
    with as_user(who) as actor:
        return [todo.title for todo in todos.proposers_to_tell(actor, TODAY)]


def tell(need: Need, **raw: str) -> None:
    with as_user("neiqin") as actor:
        row = db.session.get(Need, need.id, populate_existing=True)
        assert row is not None
        proposers.tell(row, raw, by=actor, today=TODAY)


def test_each_proposer_is_told_at_every_stage_and_asked_at_the_end(context: Any) -> None:
    main, other = two()
    assert asked() == [], "nobody has claimed it yet"
    with pytest.raises(SaveRefused, match="刚变过"):
        tell(other, told_of="claimed")
    saved(main, state="claimed")
    assert asked() == ["“晚上没处停车”的提出人要告诉一声：已有人认领"]
    assert asked("linju") == []
    with pytest.raises(SaveRefused, match="还没有办结"):
        tell(other, told_of="claimed", satisfaction="satisfied")
    tell(other, told_of="claimed")
    assert asked() == []
    saved(main, state="done", solved_on=date(2026, 11, 20).isoformat(), result="划了夜间车位")
    assert asked() == ["“晚上没处停车”的提出人要告诉一声：已办结"]
    tell(other, told_of="done")
    assert asked() == ["“晚上没处停车”的提出人要告诉一声：已办结"], "his return visit is his own"
    with pytest.raises(SaveRefused, match="再问他满不满意"):
        tell(other, told_of="", satisfaction="fair")
    tell(other, told_of="done", satisfaction="satisfied")
    assert asked() == []
    with acting_as(SYSTEM):
        row, first = db.session.get(Need, other.id), db.session.get(Need, main.id)
        assert row is not None
        assert first is not None
        assert (row.satisfaction, first.satisfaction, row.proposer) == ("satisfied", None, "张阿婆")


def test_a_refusal_is_told_as_well(context: Any) -> None:
    main, other = two()
    saved(main, state="unmet", result="没有场地")
    assert asked() == ["“晚上没处停车”的提出人要告诉一声：不能办"]
    tell(other, told_of="refused")
    assert asked() == []


def test_only_merged_needs_are_told_of(context: Any) -> None:
    main, other = two()
    with pytest.raises(SaveRefused, match="还没有办结"):
        saved(other, satisfaction="satisfied")
    with as_user("neiqin") as actor, pytest.raises(SaveRefused, match="没有并入别的"):
        proposers.tell(main, {"told_of": "claimed"}, by=actor, today=TODAY)


def test_the_page_tells_and_asks(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        main, other = two()
        main_id, other_id = main.id, other.id
        saved(main, state="done", solved_on="2026-11-20", result="划了夜间车位")
        db.session.remove()
    client, path = signed_in_client(sqlite_app, "neiqin"), f"/three_lists/needs/{other_id}/proposer"
    merged = client.get(f"/needs/show/{other_id}").get_data(as_text=True)
    assert path in merged
    assert "随那一条立项" in merged
    assert f"/three_lists/needs/{other_id}/match" not in merged
    assert "提出人还没有告诉：已办结" in client.get(f"/needs/show/{main_id}").get_data(as_text=True)
    shown = client.get(path).get_data(as_text=True)
    for words in ("张阿婆提的这一条，已并入“夜间停车难”", "划了夜间车位", "已告诉：已办结", "提出人满意吗"):
        assert words in shown
    wrong = client.post(path, data={"told_of": "", "satisfaction": "fair"})
    assert wrong.status_code == 422
    assert client.post(path, data={"told_of": "done", "satisfaction": "fair"}).status_code == 302
    assert "提出人还没有告诉" not in client.get(f"/needs/show/{main_id}").get_data(as_text=True)
    assert client.get(f"/three_lists/needs/{main_id}/proposer").status_code == 404
    assert signed_in_client(sqlite_app, "linju").get(path).status_code == 404


def test_a_merged_need_becomes_no_project_of_its_own(sqlite_context: Any) -> None:
    _main, other = two()
    with as_user("neiqin") as actor, pytest.raises(SaveRefused, match="已并入另一条"):
        service.make_project([other], [], {"name": "夜间车位", "area": HOME}, by=actor, today=TODAY)


def test_who_comes_second_sees_what_the_first_wrote(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        main, other = two()
        other_id = other.id
        saved(main, state="done", solved_on="2026-11-20", result="划了夜间车位")
        db.session.remove()
    client, path = signed_in_client(sqlite_app, "neiqin"), f"/three_lists/needs/{other_id}/proposer"
    opened = re.search(r'name="version" value="(\d+)"', client.get(path).get_data(as_text=True))
    assert opened is not None
    first = {"told_of": "done", "satisfaction": "satisfied", "version": opened[1]}
    assert client.post(path, data=first).status_code == 302
    second = client.post(path, data=first | {"satisfaction": "fair"})
    assert second.status_code == 409
    shown = second.get_data(as_text=True)
    assert "这条记录刚被别人改过" in shown
    assert "现在库里的" in shown
    with sqlite_app.app_context(), acting_as(SYSTEM):
        assert db.session.get_one(Need, other_id).satisfaction == "satisfied"
        db.session.remove()
    again = re.search(r'name="version" value="(\d+)"', shown)
    assert again is not None
    assert again[1] != opened[1]
    assert client.post(path, data=first | {"satisfaction": "fair", "version": again[1]}).status_code == 302
