"""名册核对: what proves a roster right, who looks again, and the points it brings once and loses with its cause."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, delete, restore, save
from app.points import proof
from app.points.automatic.facts import subscribe_to_facts
from app.points.models import PointsEntry
from app.roster_checks import queries, rules, views
from app.roster_checks.models import RESOURCE
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Account
from tests.points.world import Points, build, rule, saved
from tests.world import GRID, HOME, TODAY, add_user, as_user, signed_in_client

OCTOBER = {"area": GRID, "roster": "households", "month": "2026-10", "checked_on": "2026-10-20"}
LOOKED = {"sampled": "5", "wrong": "0", "sampled_on": "2026-10-22"}


@pytest.fixture
def world(context: Any) -> Points:
    subscribe_to_facts()
    found = build()
    for number in range(12):
        saved("households", None, {"head": "户主" + "甲乙丙丁戊己庚辛壬癸子丑"[number], "area": GRID})
    rule("A01", "5", auto_on="roster_accurate", cap="5")
    return found


def kept(world: Points, row: Any | None = None, *, by: Actor = SYSTEM, **more: Any) -> Any:
    raw = more if row is not None else OCTOBER | {"worker": str(world.worker.id)} | more
    with acting_as(by):
        return save(register(RESOURCE), row, raw, by=by, today=TODAY)


def points() -> list[str]:
    with acting_as(SYSTEM):
        rows = db.session.execute(select(PointsEntry).order_by(PointsEntry.id)).scalars()
        return [f"{row.on} {row.points}" for row in rows]


@pytest.mark.parametrize(
    ("sampled", "wrong", "said"), [(None, None, "待抽查"), (5, 0, "准确"), (5, None, "准确"), (5, 1, "有误")]
)
def test_what_comes_out(sampled: int | None, wrong: int | None, said: str) -> None:
    assert rules.verdict(sampled, wrong) == said


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"area": HOME}, "area"),
        ({"month": date(2026, 11, 1), "checked_on": date(2026, 10, 31)}, "checked_on"),
        ({"wrong": 0}, "wrong"), ({"sampled_on": TODAY}, "sampled_on"), ({"sampled": 5, "sampled_on": TODAY}, "wrong"),
        ({"sampled": 5, "wrong": 6, "sampled_on": TODAY}, "wrong"), ({"sampled": 5, "wrong": 0}, "sampled_on"),
        ({"checked_on": TODAY, "sampled": 5, "wrong": 0, "sampled_on": date(2026, 11, 1)}, "sampled_on"),
    ],
)  # fmt: skip
def test_what_is_refused(values: dict[str, Any], column: str) -> None:
    assert [name for name, _sentence in rules.check(values, TODAY)] == [column]


def test_the_lot_is_the_same_for_all_who_ask_and_chosen_by_nobody() -> None:
    ids = list(range(100, 160))
    assert rules.draw(ids, "a") == rules.draw(ids, "a") != rules.draw(ids, "b")
    assert len(rules.draw(ids, "a")) == rules.DRAWN
    assert rules.draw([7, 9], "a") == [7, 9]


def test_a_right_roster_brings_its_points_once_and_loses_them_with_a_mistake(world: Points) -> None:
    row = kept(world)
    assert (row.name, row.counted, points()) == ("核对住户名册 2026年10月", 12, [])
    row = kept(world, row, by=world.secretary, **LOOKED)
    assert (row.sampled_by, points()) == (world.secretary.name, ["2026-10-20 5.0"])
    row = kept(world, row, by=world.street, sample_note="都对")
    assert row.sampled_by == world.secretary.name
    assert points() == ["2026-10-20 5.0"]
    row = kept(world, row, wrong="1")
    row = kept(world, row, wrong="0")
    assert points() == ["2026-10-20 5.0", "2026-10-20 -5.0", "2026-10-20 5.0"]
    with acting_as(SYSTEM):
        delete(register(RESOURCE), row, by=SYSTEM)
        assert points()[-1] == "2026-10-20 -5.0"
        restore(register(RESOURCE), row, by=SYSTEM, today=TODAY)
    assert points()[-1] == "2026-10-20 5.0"
    kept(world, row, worker=str(world.other.id))
    assert points()[-2:] == ["2026-10-20 -5.0", "2026-10-20 5.0"]
    assert proof.faults() == []


def test_a_roster_is_checked_once_a_month(world: Points) -> None:
    kept(world, **LOOKED)
    with pytest.raises(SaveRefused, match="已经有了"):
        kept(world, checked_on="2026-10-21", **LOOKED)
    kept(world, month="2026-11", checked_on="2026-11-02", **LOOKED | {"sampled_on": "2026-11-03"})
    assert len(points()) == 2


def test_a_book_without_the_switch_gives_nothing(world: Points) -> None:
    with acting_as(SYSTEM):
        saved("points_rules", db.session.execute(select(register("points_rules").model)).scalar(), {"auto_on": ""})
    kept(world, **LOOKED)
    assert points() == []


def test_who_checked_does_not_look_again(world: Points) -> None:
    own = add_user("xiaohe", "grid_worker", GRID)
    clerk = add_user("neiqin", "community_clerk", HOME)
    for who in (own, clerk):
        with acting_as(SYSTEM), writing() as session:
            account = session.get(Account, who.user_id)
            assert account is not None
            account.person_uid = world.worker.uid
    with pytest.raises(SaveRefused, match="由社区或街道来做"):
        kept(world, by=own, **LOOKED)
    row = kept(world, by=own)
    with pytest.raises(SaveRefused, match="不能自己抽查"):
        kept(world, row, by=clerk, **LOOKED)
    with pytest.raises(SaveRefused, match="至少要抽查 5 条"):
        kept(world, row, by=world.secretary, **LOOKED | {"sampled": "4"})
    with pytest.raises(SaveRefused, match="没有可抽查的"):
        kept(world, by=world.secretary, roster="residents", **LOOKED)
    assert points() == []


def test_the_drawn_rows_stand_beside_the_check_and_the_inbox_asks_for_them(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        found = build()
        for number in range(12):
            saved("households", None, {"head": "户主" + "甲乙丙丁戊己庚辛壬癸子丑"[number], "area": GRID})
        row = kept(found)
        add_user("xiaohe", "grid_worker", GRID)
        with as_user("shuji") as actor:
            assert [todo.title for todo in views.to_sample(actor, TODAY)] == ["抽查 1 次名册核对"]
            assert len(queries.drawn_rows(row)) == rules.DRAWN
        with as_user("linju") as actor:
            assert views.to_sample(actor, TODAY) == []
        address = f"/{RESOURCE}/show/{row.id}"
    shown = signed_in_client(sqlite_app, "shuji").get(address).get_data(as_text=True)
    assert shown.count("/households/show/") == rules.DRAWN
    assert "抽查名单" not in signed_in_client(sqlite_app, "xiaohe").get(address).get_data(as_text=True)
