"""Solved needs and accepted projects bring points once, to whom the rosters leave no doubt about, and take them back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.facts.models import Fact
from app.lowcode import service as rosters
from app.lowcode.register import register
from app.points import proof, queries
from app.points.automatic.facts import subscribe_to_facts
from app.points.books import shipped
from app.security.actor import SYSTEM, acting_as
from app.three_lists import service
from tests.points.world import Points, build, rule, saved, worker
from tests.world import GRID, HOME, STREET, TODAY

FIRST = date(2026, 11, 3)
NEED = {"name": "楼道加装扶手", "area": GRID, "registered_on": "2026-10-05"}


@pytest.fixture
def world(context: Any) -> Points:
    subscribe_to_facts()
    return build()


def points_of(who: Any) -> list[tuple[str, Decimal]]:
    with acting_as(SYSTEM):
        lines = queries.lines_of(who.uid, date(2026, 1, 1), TODAY)
    return [(line.rule_code, line.points) for line in lines]


def told(row: Any) -> list[str]:
    with acting_as(SYSTEM):
        statement = select(Fact.kind).where(Fact.record_uid == row.uid).order_by(Fact.id)
        return list(db.session.execute(statement).scalars())


def change(name: str, row: Any, **values: Any) -> Any:
    return saved(name, row, values)


def test_a_solved_need_counts_for_the_worker_of_its_grid_and_no_longer_once_it_is_open_again(world: Points) -> None:
    rule("E03", "2", auto_on="need_solved")
    need = saved("needs", None, NEED)
    assert told(need) == []
    done = {"state": "done", "solved_on": FIRST.isoformat()}
    need = change("needs", need, **done)
    need = change("needs", need, result="居民满意")
    assert points_of(world.worker) == [("E03", Decimal("2.0"))]
    need = change("needs", need, state="listed", solved_on=None)
    assert [points for _code, points in points_of(world.worker)] == [2, -2]
    need = change("needs", need, **done)
    need = change("needs", need, area=HOME + "002")
    assert [points for _code, points in points_of(world.worker)] == [2, -2, 2, -2]
    assert points_of(world.other) == [("E03", Decimal("2.0"))]
    with acting_as(SYSTEM):
        rosters.delete(register("needs"), need, by=SYSTEM)
    assert [points for _code, points in points_of(world.other)] == [2, -2]
    with acting_as(SYSTEM):
        rosters.restore(register("needs"), need, by=SYSTEM, today=TODAY)
    assert [points for _code, points in points_of(world.other)] == [2, -2, 2]
    assert proof.faults() == []


def test_who_comes_to_the_grid_later_changes_nothing_and_two_workers_get_nothing(world: Points) -> None:
    rule("E03", "2", auto_on="need_solved")
    done = {"state": "done", "solved_on": FIRST.isoformat()}
    need = saved("needs", None, NEED | done)
    worker("新来的", GRID)
    change("needs", need, result="居民满意")
    assert told(need) == ["need_solved"]
    assert points_of(world.worker) == [("E03", Decimal("2.0"))]
    other = saved("needs", None, NEED | done | {"name": "路灯不亮"})
    assert told(other) == ["need_solved"]
    assert len(points_of(world.worker)) == 1


def test_an_accepted_project_counts_for_the_worker_who_answers_for_it(world: Points) -> None:
    rule("E04", "3", auto_on="project_accepted")
    unit = saved("units", None, {"name": "城管中队", "area": STREET})
    values = {"name": "停车位改造", "area": HOME, "lead_unit": str(unit.id), "person": "王小禾", "state": "accepting"}
    project = saved("projects", None, values)
    assert told(project) == []
    project = change("projects", project, state="done")
    closed = {"evaluator": "居民代表", "satisfaction": "98", "closed_on": "2026-11-20", "progress": "划线 12 个"}
    project = change("projects", project, state="closed", **closed)
    assert told(project) == ["project_accepted"]
    assert points_of(world.worker) == [("E04", Decimal("3.0"))]
    project = change("projects", project, person="李小麦")
    assert [points for _code, points in points_of(world.worker)] == [3, -3]
    assert points_of(world.other) == [("E04", Decimal("3.0"))]
    change("projects", project, state="returned", closed_on=None)
    assert [points for _code, points in points_of(world.other)] == [3, -3]
    stranger = saved("projects", None, values | {"name": "加装雨棚", "person": "城管队长", "state": "done"})
    assert told(stranger) == ["project_accepted"]
    assert len(points_of(world.worker)) == len(points_of(world.other)) == 2
    assert proof.faults() == []


def test_a_need_that_its_project_solves_is_told_too(world: Points) -> None:
    rule("E03", "2", auto_on="need_solved")
    need = saved("needs", None, NEED)
    unit = saved("units", None, {"name": "城管中队", "area": STREET})
    project = service.make_project(
        [need], [], {"name": "加装扶手", "area": HOME, "lead_unit": str(unit.id)}, by=SYSTEM, today=TODAY
    )
    for state in ("running", "accepting", "done"):
        project = change("projects", project, state=state)
    assert points_of(world.worker) == [("E03", Decimal("2.0"))]
    change("projects", project, state="returned")
    assert [points for _code, points in points_of(world.worker)] == [2, -2]


def test_a_book_without_the_switch_gives_nothing_and_the_shipped_ones_use_every_fact(world: Points) -> None:
    rule("E03", "2")
    need = saved("needs", None, NEED | {"state": "done", "solved_on": FIRST.isoformat()})
    assert points_of(world.worker) == []
    assert told(need) == ["need_solved"]
    for key in ("points_basic", "points_qianan"):
        used = {found.auto_on for _group, found in shipped.read_book(key).rules()}
        assert used >= {"resolution_done", "training_attended", "need_solved", "project_accepted"}
    with acting_as(SYSTEM):
        assert db.session.execute(select(func.count()).select_from(Fact)).scalar() == 1
