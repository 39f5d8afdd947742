"""Points the book gives by itself, on both databases: once, also under eight clients, and taken back with their cause."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.facts.service import happened
from app.lowcode.register import register
from app.points import proof, queries
from app.points.automatic.facts import EVENT_FACTS, subscribe_to_facts
from app.points.models import PointsEntry
from app.security.actor import SYSTEM, acting_as
from tests.points.world import Points, build, close_month, rule, saved
from tests.world import HOME, TODAY

if TYPE_CHECKING:
    from flask import Flask

ON = date(2026, 10, 9)
NOVEMBER = TODAY.replace(day=1)


@pytest.fixture
def world(context: Any) -> Points:
    subscribe_to_facts()
    return build()


def tell(kind: str, record: Any, who: Any = None, **more: Any) -> None:
    details = {"person_register": "grid_workers", "person_uid": who.uid} if who is not None else {}
    with acting_as(SYSTEM), writing():
        happened(kind, record, on=ON, details=details | more)


def points_of(who: Any) -> list[tuple[date, str, Decimal, str]]:
    with acting_as(SYSTEM):
        lines = queries.lines_of(who.uid, date(2026, 1, 1), TODAY)
    return [(line.on, line.rule_code, line.points, line.state) for line in lines]


def record(name: str = "消防知识培训") -> Any:
    return saved("units", None, {"name": name, "area": HOME})


def test_a_training_brings_points_to_each_who_was_there_and_opening_it_takes_them_back(world: Points) -> None:
    rule("P1", "1", auto_on="training_attended")
    held = record()
    tell("training_attended", held, world.worker)
    tell("training_attended", held, world.worker)
    tell("training_attended", held, world.other)
    assert points_of(world.worker) == points_of(world.other) == [(ON, "P1", Decimal("1.0"), "已记")]
    tell("meeting_reopened", held)
    tell("meeting_reopened", held)
    assert points_of(world.worker) == [(ON, "P1", Decimal("1.0"), "已冲正"), (ON, "P1", Decimal("-1.0"), "冲正")]
    tell("training_attended", held, world.worker)
    assert [points for _on, _code, points, _state in points_of(world.worker)] == [1, -1, 1]
    assert len(points_of(world.other)) == 2
    assert proof.faults() == []


def test_a_tick_taken_back_takes_its_points_back_and_nothing_else(world: Points) -> None:
    rule("E2", "2", auto_on="resolution_done")
    done, other = record("装晾衣架"), record("修路灯")
    for each in (done, other):
        tell("resolution_done", each, world.worker)
    tell("resolution_done", record("迟办的事"), world.worker, is_late=True)
    tell("resolution_reopened", done)
    assert [(points, state) for _on, _code, points, state in points_of(world.worker)] == [
        (Decimal("2.0"), "已冲正"), (Decimal("2.0"), "已记"), (Decimal("-2.0"), "冲正"),
    ]  # fmt: skip


def test_in_a_final_month_it_is_taken_back_in_the_next(world: Points) -> None:
    rule("E2", "2", auto_on="resolution_done")
    done = record()
    tell("resolution_done", done, world.worker)
    with acting_as(SYSTEM):
        close_month(HOME, ON)
    tell("resolution_reopened", done)
    assert [(on, points) for on, _code, points, _state in points_of(world.worker)] == [
        (ON, Decimal("2.0")), (TODAY, Decimal("-2.0")),
    ]  # fmt: skip


def test_a_book_without_the_switch_gives_nothing(world: Points) -> None:
    rule("P1", "1")
    tell("training_attended", record(), world.worker)
    tell("meeting_reopened", record("另一次"))
    assert points_of(world.worker) == []


def test_eight_at_once_give_one_entry(app: Flask) -> None:
    subscribe_to_facts()
    with app.app_context():
        world = build()
        rule("P1", "1", auto_on="training_attended")
        held_id, worker_id = record().id, world.worker.id
        db.session.remove()
    barrier = Barrier(8)

    def attempt(_number: int) -> None:
        with app.app_context():
            with acting_as(SYSTEM):
                held = db.session.get(register("units").model, held_id)
                who = db.session.get(register("grid_workers").model, worker_id)
            barrier.wait()
            tell("training_attended", held, who)
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(8)))
    with app.app_context():
        assert proof.faults() == []
        with acting_as(SYSTEM):
            assert db.session.execute(select(PointsEntry.points)).scalars().all() == [Decimal("1.0")]


@pytest.mark.parametrize("kind", EVENT_FACTS)
def test_an_event_brings_points_to_its_worker_once(world: Points, kind: str) -> None:
    rule("C5", "1", auto_on=kind)
    matter = record("井盖缺失")
    for _again in range(2):
        tell(kind, matter, world.worker)
    assert [(on, code, state) for on, code, _points, state in points_of(world.worker)] == [(ON, "C5", "已记")]
