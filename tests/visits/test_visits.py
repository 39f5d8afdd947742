"""Visits: what follows, who waited longest, the fact that brings points, the paper, and counts only where asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.extensions import db
from app.facts.models import Fact
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, delete, save
from app.periods.rules import parse
from app.points.models import PointsEntry
from app.security.actor import SYSTEM, acting_as
from app.settings.service import save_profile
from app.visits import queries, rules, views
from app.visits.models import RESOURCE
from reports.document import Table
from tests.world import GRID, HOME, NEXT_GRID, PROFILE, STREET, TODAY, add_user, as_user, build_areas, signed_in_client


def made(name: str, /, **raw: Any) -> Any:
    return save(register(name), None, {"area": GRID} | raw, by=SYSTEM, today=TODAY)


def visit(household: Any, day: str, **more: Any) -> Any:
    return made(RESOURCE, household=str(household.id), visited_on=day, found="都好", **more)


@pytest.fixture
def homes(context: Any) -> list[Any]:
    """Three households lived in, a vacant one, one that left, and a neighbour's."""
    build_areas()
    with acting_as(SYSTEM):
        return [
            made("households", head="甲户主"), made("households", head="乙户主"), made("households", head="丙户主"),
            made("households", head="空房主", living_kind="vacant"),
            made("households", head="搬走的", left_on="2026-05-01"), made("households", head="邻居", area=NEXT_GRID),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("follow", "by", "done", "state"),
    [
        (None, None, None, "不用跟进"), ("none", TODAY, None, "不用跟进"), ("event", None, None, "待跟进"),
        ("event", TODAY, None, "待跟进"), ("event", TODAY - timedelta(days=1), None, "已超期"),
        ("event", TODAY - timedelta(days=1), TODAY, "已办结"),
    ],
)  # fmt: skip
def test_what_follows(follow: str | None, by: date | None, done: date | None, state: str) -> None:
    assert rules.follow_state(follow, by, done, TODAY) == state


def test_who_waited_longest_stands_first_and_the_vacant_are_not_asked_for(homes: list[Any]) -> None:
    with acting_as(SYSTEM):
        visit(homes[0], "2026-05-01")
        visit(homes[0], "2026-08-01")
        visit(homes[1], "2026-11-20")
        found, count, whole = queries.unvisited((HOME,), days=90, today=TODAY)
        assert [(each.name, each.last, each.count) for each in found] == [
            ("丙户主户", None, 0), ("甲户主户", date(2026, 8, 1), 2)
        ]  # fmt: skip
        assert (count, whole) == (2, 3)
        assert queries.unvisited((HOME,), days=180, today=TODAY)[1] == 1


def test_the_list_asks_two_statements_however_many_there_are(homes: list[Any]) -> None:
    with acting_as(SYSTEM):
        for number in range(30):
            made("households", head="户主" + "甲乙丙丁戊己庚辛壬癸"[number % 10] + "一二三"[number // 10])
        asked: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if "households" in statement:
                asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            found, count, _whole = queries.unvisited((HOME,), days=90, today=TODAY, most=20)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert (len(found), count, len(asked)) == (20, 33, 2)


def test_a_visit_brings_its_points_once_and_takes_them_back(homes: list[Any]) -> None:
    with acting_as(SYSTEM):
        made("points_rules", code="ZF", name="走访", sign="plus", value="1", area=STREET, auto_on="visit_done", valid_from="2026-01-01",
             recorder="system", checker="none")  # fmt: skip
        worker = made("grid_workers", name="王敏", phone="13900000001")
        row = visit(homes[0], "2026-11-20", worker=str(worker.id))
        save(register(RESOURCE), row, {"found": "改了一个字"}, by=SYSTEM, today=TODAY)
        facts = db.session.execute(select(Fact.kind).where(Fact.record_uid == row.uid)).scalars().all()
        assert facts == ["visit_done"]
        points = select(PointsEntry.points).where(PointsEntry.worker_uid == worker.uid).order_by(PointsEntry.id)
        assert [int(each) for each in db.session.execute(points).scalars()] == [1]
        delete(register(RESOURCE), row, by=SYSTEM)
        assert sum(db.session.execute(points).scalars()) == 0


def test_what_is_to_follow_is_named_and_becomes_a_todo(homes: list[Any]) -> None:
    add_user("neiqin", "community_clerk", HOME)
    with acting_as(SYSTEM):
        with pytest.raises(SaveRefused, match="写明跟进什么事"):
            visit(homes[0], "2026-11-20", follow="event")
        visit(homes[0], "2026-11-20", follow="event", follow_what="换灯", follow_by="2026-11-24")
        visit(homes[1], "2026-11-20", follow="event", follow_what="以后再说", follow_by="2026-12-24")
    with as_user("neiqin") as clerk:
        assert [todo.title for todo in views.follow_ups(clerk, TODAY)] == ["走访要跟进：换灯"]


def test_the_ledger_counts_visits_and_households(homes: list[Any]) -> None:
    with acting_as(SYSTEM):
        visit(homes[0], "2026-11-02")
        visit(homes[0], "2026-11-20", follow="event", follow_what="换灯")
        visit(homes[5], "2026-11-20", area=NEXT_GRID)
        document = paper("visit_ledger").build(PaperRequest(HOME, parse("2026-11"), TODAY, SYSTEM))
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert table.note == "共走访2次、1户；还有1件事要跟进。"


def test_counts_of_workers_are_off_until_the_profile_asks_and_then_carry_their_warning(app: Flask) -> None:
    with app.app_context():
        build_areas()
        add_user("geyuan", "grid_worker", GRID)
        with acting_as(SYSTEM):
            home = made("households", head="甲户主")
            worker = made("grid_workers", name="王敏", phone="13900000001")
            visit(home, "2026-11-20", worker=str(worker.id))
    client = signed_in_client(app, "geyuan")
    assert "走访户数" not in client.get("/visits/unvisited").get_data(as_text=True)
    assert "走访" in client.get("/households/list/").get_data(as_text=True)
    with app.app_context(), acting_as(SYSTEM):
        save_profile(PROFILE | {"visit_counts": True})
    page = client.get("/visits/unvisited?days=30&page=0").get_data(as_text=True)
    assert "走访户数" in page
    assert "国办函〔2026〕12号" in page
