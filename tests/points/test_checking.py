"""待核 → 已核 or 退回 on both databases: who may, once only, what counts, what verify finds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.database.transactions import writing
from app.extensions import db
from app.points import proof, queries, rule_queries, service, sum_queries
from app.points.checking import queries as checking_queries
from app.points.checking import service as checking
from app.points.models import PointsEntry
from app.points.rules import Matter, PointsRefused
from app.points.steps.models import PointsStep, PointsWaiting
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import Account
from tests.points.world import Points, build, rule
from tests.world import HOME, STREET, TODAY, add_user, as_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

OCTOBER = date(2026, 10, 9)


@pytest.fixture
def world(context: Any) -> Points:
    return build()


def give(world: Points, words: str, *, checker: str | None = "other", by: Any = None, value: str = "2") -> PointsEntry:
    """An entry of a rule that wants to be checked."""
    plain = rule_queries.plain_rule
    of = known("B01", value)
    with patch.object(rule_queries, "plain_rule", lambda row: replace(plain(row), checker=checker)):
        matter = Matter.in_words(words, on=OCTOBER)
        return service.award(
            of, world.worker, matter=matter, on=OCTOBER, by=by or world.secretary, today=TODAY
        ).entry  # fmt: skip


def known(code: str, value: str) -> Any:
    """The rule of that code, made when it is not there yet."""
    from app.points.models import PointsRule  # noqa: PLC0415

    with acting_as(SYSTEM):
        row = db.session.execute(select(PointsRule).where(PointsRule.code == code)).scalar()
    return row or rule(code, value)


def line(world: Points, number: int) -> queries.Line:
    with acting_as(SYSTEM):
        return next(each for each in queries.lines_of(world.worker.uid, OCTOBER, TODAY) if each.seq == number)


def test_an_entry_waits_counts_and_is_confirmed_by_another(world: Points) -> None:
    entry = give(world, "清理楼道")
    assert (line(world, 1).state, entry.balance) == ("待核", Decimal("2.0"))
    with acting_as(SYSTEM):
        assert (
            sum_queries.totals((world.worker.uid,), date(2026, 10, 1), date(2026, 10, 31))[world.worker.uid].balance
            == 2
        )
        assert checking_queries.waiting_points((world.worker.uid,), OCTOBER, OCTOBER) == {
            world.worker.uid: (Decimal("2.0"), 1)
        }
    with pytest.raises(PointsRefused, match="自己记的不能自己核"):
        checking.verify([entry], by=world.secretary, today=TODAY)
    assert checking.verify([entry], by=world.street, today=TODAY) == 1
    found = line(world, 1)
    assert (found.state, found.checked_by) == ("已核", "jiedao同志")
    with pytest.raises(PointsRefused, match="第 1 号已经核过"):
        checking.verify([entry], by=world.street, today=TODAY)
    with acting_as(SYSTEM):
        assert checking_queries.waiting_points((world.worker.uid,), OCTOBER, OCTOBER) == {}
    assert proof.faults() == []


def test_what_nobody_has_to_check_is_said_so(world: Points) -> None:
    entry = give(world, "清理楼道", checker=None)
    assert line(world, 1).state == "已记"
    with pytest.raises(PointsRefused, match="规则 B01 没有要求核对"):
        checking.verify([entry], by=world.street, today=TODAY)


def test_sending_back_makes_the_counter_entry(world: Points) -> None:
    first, second = give(world, "清理楼道"), give(world, "修水管")
    with pytest.raises(PointsRefused, match="请写明为什么退回"):
        checking.send_back(first, reason=" ", by=world.street, today=TODAY)
    counter = checking.send_back(first, reason="没有照片，居民说没来过", by=world.street, today=TODAY)
    assert (counter.reverses_id, counter.points, counter.balance) == (first.id, Decimal("-2.0"), Decimal("2.0"))
    assert [line(world, number).state for number in (1, 2, 3)] == ["退回", "待核", "冲正"]
    assert line(world, 3).note == "退回：没有照片，居民说没来过"
    again = give(world, "清理楼道")
    assert again.attempt == 1
    service.reverse(second, reason="记错了人", by=world.secretary, today=TODAY)
    with pytest.raises(PointsRefused, match="第 2 号已经核过、退回或冲正"):
        checking.verify([second], by=world.street, today=TODAY)
    assert proof.faults() == []


def test_all_or_none_are_confirmed(world: Points) -> None:
    entries = [give(world, f"第{number}件") for number in range(3)]
    checking.verify(entries[2:], by=world.street, today=TODAY)
    with pytest.raises(PointsRefused, match="第 3 号"):
        checking.verify(entries, by=world.street, today=TODAY)
    assert [line(world, number).state for number in (1, 2, 3)] == ["待核", "待核", "已核"]


def test_who_may_check(world: Points) -> None:
    second = add_user("fushuji", "community_secretary", HOME)
    worker = add_user("xiaohe", "grid_worker", HOME + "001")
    center = add_user("zhongxin", "grid_center", STREET)
    entry = give(world, "清理楼道", checker="street")
    for outsider in (world.neighbour, worker):
        with pytest.raises(NotPermitted):
            checking.verify([entry], by=outsider, today=TODAY)
    with pytest.raises(PointsRefused, match="规则 B01 由街道或网格中心来核"):
        checking.verify([entry], by=second, today=TODAY)
    with acting_as(SYSTEM), writing() as session:
        session.get(Account, world.street.user_id).person_uid = world.worker.uid
    with pytest.raises(PointsRefused, match="不能核自己的积分"):
        checking.verify([entry], by=world.street, today=TODAY)
    checking.verify([entry], by=center, today=TODAY)
    checking.verify([give(world, "修水管")], by=second, today=TODAY)


def test_the_list_shows_what_one_may_check(world: Points) -> None:
    give(world, "清理楼道")
    give(world, "修水管", checker="street", by=world.street)
    second = add_user("fushuji", "community_secretary", HOME)
    for actor, expected in ((world.secretary, []), (second, ["清理楼道"]), (world.street, ["清理楼道"])):
        with acting_as(actor):
            found = checking_queries.waiting_lines(actor, HOME)
            assert [each.matter for each in found if each.refusal == ""] == expected
    with as_user("linju") as actor:
        assert checking_queries.waiting_lines(actor, HOME) == []


def test_eight_at_once_check_once(app: Flask) -> None:
    with app.app_context():
        world = build()
        entry_id = give(world, "清理楼道").id
        db.session.remove()
    barrier = Barrier(8)

    def attempt(number: int) -> str:
        with app.app_context():
            with acting_as(SYSTEM):
                entry = db.session.get(PointsEntry, entry_id)
            barrier.wait()
            try:
                if number % 2:
                    checking.verify([entry], by=world.street, today=TODAY)
                else:
                    checking.send_back(entry, reason="没有办成", by=world.street, today=TODAY)
            except PointsRefused as refused:
                return str(refused)
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert answers.count("done") == 1
    assert sum("已经核过、退回或冲正" in answer for answer in answers) == 7, answers
    with app.app_context():
        assert proof.faults() == []


def test_the_database_itself_refuses_changes(world: Points) -> None:
    checking.verify([give(world, "清理楼道")], by=world.street, today=TODAY)
    for statement in ("UPDATE points_steps SET kind = 'returned'", "DELETE FROM points_steps"):
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text("TRUNCATE points_steps"))


@contextmanager
def past_the_triggers(table: str) -> Iterator[Any]:
    """As somebody with the database's password would write."""
    db.session.rollback()
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "sqlite":
            for word in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_{word}"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield connection


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE points_steps SET kind = 'verified' WHERE seq = 2", "第 2 步：内容被改动过"),
        ("DELETE FROM points_steps WHERE seq = 1", "第 2 步：前面缺少 1 步"),
        ("DELETE FROM points_steps WHERE seq = 2", "末尾缺少记录，应有 2 步"),
        ("UPDATE points_step_texts SET words = '同意' WHERE words = '没有办成'", "第 2 步：说明被改动过"),
        ("DELETE FROM points_step_texts WHERE words = '没有办成'", "第 2 步：说明不见了"),
        ("DELETE FROM points_waiting", "待核名单：记录 3 与台账不符"),
        ("UPDATE points_waiting SET check_by = 'other'", "待核名单：记录 3 与台账不符"),
    ],
)
def test_what_was_tampered_with_is_found(world: Points, statement: str, words: str) -> None:
    entries = [give(world, f"第{number}件", checker="street") for number in range(3)]
    checking.verify(entries[:1], by=world.street, today=TODAY)
    checking.send_back(entries[1], reason="没有办成", by=world.street, today=TODAY)
    assert proof.faults() == []
    with past_the_triggers("points_steps") as connection:
        connection.execute(text(statement))
    assert any(words in fault for fault in proof.faults()), proof.faults()


def test_a_step_put_in_by_hand_is_found(world: Points) -> None:
    first, _second = give(world, "清理楼道"), give(world, "修水管")
    checking.verify([first], by=world.street, today=TODAY)
    columns = [column.name for column in PointsStep.__table__.columns if column.name != "id"]
    changed = {"uid": "'forged'", "seq": "2", "entry_id": "2"}
    picked = ", ".join(changed.get(name, name) for name in columns)
    with past_the_triggers("points_steps") as connection:
        connection.execute(text(f"INSERT INTO points_steps ({', '.join(columns)}) SELECT {picked} FROM points_steps"))
    assert any("第 2 步：内容被改动过，或不是由系统记入的" in fault for fault in proof.faults())


def test_words_may_be_erased_and_the_chain_stays(world: Points) -> None:
    checking.send_back(give(world, "清理楼道"), reason="李奶奶说没来过", by=world.street, today=TODAY)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE points_step_texts SET words = NULL, matter = NULL, by_name = NULL"))
        connection.execute(text("UPDATE points_texts SET matter = NULL, note = NULL, recorded_by_name = NULL"))
    assert proof.faults() == []


def test_waiting_rows_are_few_and_found_by_area(world: Points) -> None:
    give(world, "清理楼道")
    with acting_as(SYSTEM):
        assert db.session.execute(select(PointsWaiting.month, PointsWaiting.check_by)).all() == [(202610, "other")]
        assert checking_queries.waiting_in_months(HOME, 202610, 202610) == {HOME + "001": 1}
