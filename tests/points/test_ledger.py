"""The ledger on both databases: awarding, caps, once only, taking back, closed months, who may, proof."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.database.transactions import writing
from app.extensions import db
from app.files.queries import attachments_of
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.periods.queries import MonthIsClosed
from app.points import matters, proof, queries, service, sum_queries
from app.points.models import PointsEntry, PointsSum
from app.points.rules import Matter, PointsRefused
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import Account
from tests.points.world import Points, build, close_month, rule, saved
from tests.world import GRID, HOME, NEXT_GRID, TODAY, add_user, as_user

OCTOBER = date(2026, 10, 9)


@pytest.fixture
def world(context: Any) -> Points:
    return build()


def give(world: Points, of: Any, words: str, on: date = OCTOBER, **more: Any) -> service.Awarded:
    matter = more.pop("matter", None) or Matter.in_words(words, on=on)
    by = more.pop("by", world.secretary)
    return service.award(of, more.pop("worker", world.worker), matter=matter, on=on, by=by, today=TODAY, **more)


def test_an_entry_is_numbered_signed_and_summed(world: Points) -> None:
    visit = rule("B01", "1.5")
    first = give(world, visit, "帮独居老人修水管").entry
    second = give(world, visit, "调换楼道灯", on=date(2026, 10, 20), note="居民表示满意").entry
    assert (first.seq, second.seq) == (1, 2)
    assert first.area_code == GRID
    with as_user("shuji"):
        lines = queries.lines_of(world.worker.uid, date(2026, 10, 1), date(2026, 10, 31))
        assert [(line.seq, line.matter, line.points, line.recorded_by) for line in lines] == [
            (1, "帮独居老人修水管", Decimal("1.5"), "shuji同志"),
            (2, "调换楼道灯", Decimal("1.5"), "shuji同志"),
        ]
        total = sum_queries.totals((world.worker.uid,), date(2026, 10, 1), date(2026, 10, 31))[world.worker.uid]
        assert (total.gained, total.deducted, total.entry_count) == (Decimal("3.0"), Decimal("0.0"), 2)
    assert proof.faults() == []


def test_one_matter_one_rule_one_worker_once(world: Points) -> None:
    visit, council = rule("B01", "1"), rule("E01", "3")
    give(world, visit, "清理楼道")
    with pytest.raises(PointsRefused, match="已经按规则 B01 给王小禾记过（第 1 号，2026-10-09），一件事只记一次"):
        give(world, visit, "清理 楼道")
    give(world, council, "清理楼道")
    give(world, visit, "清理楼道", worker=world.other)
    assert proof.faults() == []


def test_the_cap_is_per_month_and_counts_what_stands(world: Points) -> None:
    visit = rule("B01", "2", cap="5")
    entries = [give(world, visit, f"第{number}件") for number in range(3)]
    assert [each.entry.points for each in entries] == [Decimal("2.0"), Decimal("2.0"), Decimal("1.0")]
    assert "按剩下的 1.0 分记" in entries[2].sentence
    with pytest.raises(PointsRefused, match="已经记满"):
        give(world, visit, "第四件")
    assert give(world, visit, "下个月的事", on=date(2026, 11, 2)).entry.points == Decimal("2.0")
    service.reverse(entries[0].entry, reason="记错了人", by=world.secretary, today=TODAY)
    assert give(world, visit, "第四件").entry.points == Decimal("2.0")
    assert proof.faults() == []


def test_an_entry_is_taken_back_by_a_counter_entry(world: Points) -> None:
    visit = rule("B01", "2")
    entry = give(world, visit, "清理楼道").entry
    with pytest.raises(PointsRefused, match="请写明为什么"):
        service.reverse(entry, reason=" ", by=world.secretary, today=TODAY)
    counter = service.reverse(entry, reason="记错了人", by=world.secretary, today=TODAY)
    assert (counter.points, counter.on, counter.reverses_id) == (Decimal("-2.0"), OCTOBER, entry.id)
    with pytest.raises(PointsRefused, match="已经由第 2 号冲正"):
        service.reverse(entry, reason="再来一次", by=world.secretary, today=TODAY)
    with pytest.raises(PointsRefused, match="本身就是冲正"):
        service.reverse(counter, reason="再来一次", by=world.secretary, today=TODAY)
    again = give(world, visit, "清理楼道").entry
    assert again.attempt == 1
    with as_user("shuji"):
        lines = queries.lines_of(world.worker.uid, OCTOBER, OCTOBER)
        assert [(line.state, line.reversed_by) for line in lines] == [("已冲正", 2), ("冲正", None), ("已记", None)]
        assert "冲正第 1 号：清理楼道" in lines[1].matter
        assert lines[1].note == "记错了人"
    assert proof.faults() == []


def test_a_closed_month_refuses_and_corrections_go_to_today(world: Points) -> None:
    visit = rule("B01", "2")
    entry = give(world, visit, "清理楼道").entry
    with acting_as(SYSTEM):
        close_month(HOME, OCTOBER)
    with pytest.raises(MonthIsClosed, match="2026年10月已经定稿"):
        give(world, visit, "另一件")
    counter = service.reverse(entry, reason="记错了人", by=world.secretary, today=TODAY)
    assert counter.on == TODAY
    with acting_as(SYSTEM):
        close_month(HOME, TODAY)
    late = give(world, rule("X", "1"), "九月的事", on=date(2026, 9, 1)).entry
    service.reverse(late, reason="也记错了", by=world.secretary, today=TODAY)
    assert proof.faults() == []


def test_who_may_record(world: Points) -> None:
    visit, street_only = rule("B01", "1"), rule("C02", "5", recorder="street")
    add_user("neiqin", "community_clerk", HOME)
    for username in ("linju", "neiqin"):
        with as_user(username) as actor, pytest.raises(NotPermitted):
            give(world, visit, "清理楼道", by=actor)
    with pytest.raises(PointsRefused, match="由街道或网格中心来记"):
        give(world, street_only, "消除隐患")
    assert give(world, street_only, "消除隐患", by=world.street).entry.points == 5
    with acting_as(SYSTEM), writing() as session:
        account = session.get(Account, world.secretary.user_id)
        account.person_uid = world.worker.uid
    with pytest.raises(PointsRefused, match="不能给自己记分"):
        give(world, visit, "清理楼道")


def test_a_rule_of_another_area_does_not_apply(world: Points) -> None:
    next_door = rule("Z01", "1", area=NEXT_GRID[:12])
    with pytest.raises(PointsRefused, match="不适用于王小禾所在的网格"):
        give(world, next_door, "清理楼道", by=world.street)


def test_evidence_follows_its_entry(world: Points) -> None:
    wants = rule("D01", "5", needs_evidence="true")
    with pytest.raises(PointsRefused, match="要有佐证"):
        give(world, wants, "化解邻里纠纷")
    file = service.EvidenceFile("调解协议.txt", "双方同意和好".encode())
    entry = give(world, wants, "化解邻里纠纷", evidence=[file]).entry
    assert entry.evidence_count == 1
    assert len(entry.evidence_digest) == 64
    with as_user("shuji"):
        assert [item.title for item in attachments_of("points_entries", entry.uid)] == ["调解协议.txt"]
    with as_user("linju"):
        assert attachments_of("points_entries", entry.uid) == []
    assert give(world, wants, "", matter=Matter("projects", "b" * 32, "加装扶手")).entry.evidence_count == 0


def test_the_grid_is_that_of_the_day(world: Points) -> None:
    visit, long_ago = rule("B01", "1"), date(2025, 6, 1)
    saved("grid_workers", world.worker, {"area": HOME + "002"})
    with as_user("shuji"):
        moved = db.session.get(register("grid_workers").model, world.worker.id, populate_existing=True)
    late = give(world, visit, "补记以前的事", on=long_ago, worker=moved).entry
    assert late.area_code == GRID
    assert queries.grid_on(moved, date(2999, 1, 1)) == HOME + "002"


def test_the_database_itself_refuses_changes(world: Points) -> None:
    entry = give(world, rule("B01", "1"), "清理楼道").entry
    for statement in (
        f"UPDATE points_entries SET points = 100 WHERE id = {entry.id}",
        "UPDATE points_entries SET seq = seq",
        f"DELETE FROM points_entries WHERE id = {entry.id}",
    ):
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text("TRUNCATE points_entries"))
    with as_user("jiedao"), pytest.raises((NotPermitted, DatabaseError)), writing() as session:
        session.get(PointsEntry, entry.id).points = Decimal(100)


def _tamper(*statements: str) -> None:
    """As somebody with the database's password would, past the triggers."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    db.session.rollback()
    with db.engine.begin() as connection:
        if is_sqlite:
            for word in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS points_entries_{word}"))
        else:
            connection.execute(text("ALTER TABLE points_entries DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE points_entries SET points = 9 WHERE seq = 2", "第 2 号：内容被改动过"),
        ("UPDATE points_entries SET happened_on = '2026-10-01' WHERE seq = 3", "第 3 号：内容被改动过"),
        ("DELETE FROM points_entries WHERE seq = 2", "第 3 号：前面缺少 1 条"),
        ("DELETE FROM points_entries WHERE seq = 3", "末尾缺少记录，应有 3 条"),
        ("UPDATE points_texts SET matter = '换了一件' WHERE matter = '第1件'", "第 2 号：事项内容被改动过"),
        ("UPDATE points_sums SET gained = 99", "与明细不符"),
    ],
)
def test_what_was_tampered_with_is_found(world: Points, statement: str, words: str) -> None:
    visit = rule("B01", "1")
    for number in range(3):
        give(world, visit, f"第{number}件")
    assert proof.faults() == []
    _tamper(statement)
    assert any(words in fault for fault in proof.faults()), proof.faults()


def test_a_row_put_in_by_hand_is_found(world: Points) -> None:
    entry = give(world, rule("B01", "1"), "清理楼道").entry
    columns = [column.name for column in PointsEntry.__table__.columns if column.name != "id"]
    changed = {"uid": "'forged'", "seq": "2", "matter_uid": "'other'", "points": "50"}
    picked = ", ".join(changed.get(name, name) for name in columns)
    _tamper(
        f"INSERT INTO points_entries ({', '.join(columns)}) SELECT {picked} FROM points_entries WHERE id = {entry.id}"
    )
    found = proof.faults()
    assert any("第 2 号：内容被改动过，或不是由系统记入的" in fault for fault in found)


def test_words_may_be_erased_and_the_sums_stay(world: Points) -> None:
    give(world, rule("B01", "1"), "帮李奶奶修水管")
    _tamper("UPDATE points_texts SET matter = NULL, note = NULL, recorded_by_name = NULL")
    assert proof.faults() == []
    with as_user("shuji"):
        assert queries.lines_of(world.worker.uid, OCTOBER, OCTOBER)[0].matter == queries.ERASED


def test_eight_at_once_give_one_entry(app: Flask) -> None:
    with app.app_context():
        world = build()
        rule_id, worker_id = rule("B01", "1").id, world.worker.id
        db.session.remove()
    barrier = Barrier(8)

    def attempt(number: int) -> str:
        with app.app_context():
            of = _row("points_rules", rule_id)
            worker = _row("grid_workers", worker_id)
            barrier.wait()
            try:
                same = service.award(of, worker, matter=Matter.in_words("同一件事", on=OCTOBER), on=OCTOBER,
                                     by=world.street, today=TODAY)  # fmt: skip
                answer = f"made {same.entry.seq}"
            except PointsRefused as refused:
                answer = str(refused)
            own = Matter.in_words(f"各自的事{number}", on=OCTOBER)
            service.award(of, worker, matter=own, on=OCTOBER, by=world.street, today=TODAY)
            db.session.remove()
            return answer

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert sum(answer.startswith("made") for answer in answers) == 1
    assert sum("一件事只记一次" in answer for answer in answers) == 7
    with app.app_context():
        assert proof.faults() == []
        with acting_as(SYSTEM):
            seqs = db.session.execute(select(PointsEntry.seq).order_by(PointsEntry.seq)).scalars().all()
            assert seqs == list(range(1, 10))
            sums = db.session.execute(select(PointsSum.month, PointsSum.entry_count).order_by(PointsSum.month)).all()
            assert sums == [(202600, 9), (202610, 9)]


def _row(name: str, row_id: int) -> Any:
    with acting_as(SYSTEM):
        return db.session.get(register(name).model, row_id)


def test_a_used_rule_keeps_its_value(world: Points) -> None:
    visit = rule("B01", "1")
    give(world, visit, "清理楼道")
    with pytest.raises(SaveRefused, match="不能再改"):
        saved("points_rules", visit, {"value": "2"})
    saved("points_rules", visit, {"valid_to": "2026-10-31"})
    newer = rule("B01", "2", valid_from="2026-11-01")
    with pytest.raises(PointsRefused, match="只用到 2026-10-31"):
        give(world, _row("points_rules", visit.id), "十一月的事", on=date(2026, 11, 2))
    assert give(world, newer, "十一月的事", on=date(2026, 11, 2)).entry.points == 2


def test_matters_come_from_registers_within_scope(world: Points) -> None:
    units = register("units")
    source = matters.from_register(units, address=lambda row_id: f"/units/show/{row_id}")
    matters.register_matter_source(source)
    try:
        row = saved("units", None, {"name": "清溪卫生院", "area": HOME})
        with as_user("shuji") as actor:
            assert [title for _key, title, _hint in matters.choices("卫生", actor)] == ["清溪卫生院"]
            assert matters.matter_of(f"units:{row.uid}") == Matter("units", row.uid, "清溪卫生院")
            assert matters.address_of("units", row.uid) == f"/units/show/{row.id}"
        with as_user("linju") as actor:
            assert matters.choices("卫生", actor) == []
            assert matters.matter_of(f"units:{row.uid}") is None
    finally:
        matters._SOURCES.pop("units")
