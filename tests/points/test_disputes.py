"""公示 → 异议 → 复核 → 核定 on both databases: when, who, what follows in the ledger, what blocks 定稿, what verify finds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.database.transactions import writing
from app.extensions import db
from app.files.queries import attachments_of
from app.periods.queries import MonthIsClosed
from app.periods.rules import Period
from app.points import proof, service, sum_queries
from app.points.checking import service as checking
from app.points.checking import standing as checking_standing
from app.points.disputes import queries as shown
from app.points.disputes import service as disputes
from app.points.disputes import standing
from app.points.disputes.views import _may_read_step
from app.points.models import PointsEntry
from app.points.rules import Matter, PointsRefused
from app.points.service import EvidenceFile
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.models import Account
from tests.points.test_checking import give, known, line, past_the_triggers
from tests.points.world import Points, build, close_month, rule
from tests.world import GRID, HOME, STREET, TODAY, add_user, signed_in_client

if TYPE_CHECKING:
    from flask import Flask

OCTOBER = Period.numbered("month", 2026, 10)
ON = date(2026, 10, 9)
BEGAN = date(2026, 11, 2)
ENDED = date(2026, 11, 9)
"""Five working days after the Monday the list went on show."""


@pytest.fixture
def world(context: Any) -> Points:
    return build()


@pytest.fixture
def own(world: Points) -> Actor:
    """The worker's own account."""
    actor = add_user("xiaohe", "grid_worker", GRID)
    with acting_as(SYSTEM), writing() as session:
        session.get(Account, actor.user_id).person_uid = world.worker.uid
    return actor


@pytest.fixture
def center(world: Points) -> Actor:
    return add_user("zhongxin", "grid_center", STREET)


def checked(world: Points, words: str) -> PointsEntry:
    """An entry recorded by the secretary and checked by the street."""
    entry = give(world, words)
    checking.verify([entry], by=world.street, today=BEGAN)
    return entry


def of(dispute_id: int) -> shown.Dispute:
    with acting_as(SYSTEM):
        found = shown.dispute(dispute_id)
    assert found is not None
    return found


def entry_with(entry_id: int | None) -> PointsEntry:
    with acting_as(SYSTEM):
        found = db.session.get(PointsEntry, entry_id)
    assert found is not None
    return found


def balance(world: Points) -> Decimal:
    with acting_as(SYSTEM):
        return (
            sum_queries.totals((world.worker.uid,), ON.replace(day=1), ON)
            .get(world.worker.uid, sum_queries.NOTHING)
            .balance
        )


def test_a_list_goes_on_show_once_all_is_checked(world: Points) -> None:
    entry = give(world, "清理楼道")
    for month, words in ((Period.of("month", TODAY), "还没有过完"), (OCTOBER, "还有 1 条积分没有核")):
        with pytest.raises(PointsRefused, match=words):
            disputes.show(HOME, month, by=world.street, today=BEGAN)
    checking.verify([entry], by=world.street, today=BEGAN)
    with pytest.raises(NotPermitted):
        disputes.show(HOME, OCTOBER, by=world.neighbour, today=BEGAN)
    step = disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
    assert (step.on, step.due_on) == (BEGAN, ENDED)
    assert [(each.worker_uid, each.gained, each.entry_count) for each in shown.shown_lines(step)] == [
        (world.worker.uid, Decimal("2.0"), 1), (world.other.uid, Decimal("0.0"), 0),
    ]  # fmt: skip
    with pytest.raises(PointsRefused, match="已从 2026-11-02 公示到 2026-11-09"):
        disputes.show(HOME, OCTOBER, by=world.secretary, today=ENDED)
    assert proof.faults() == []


def test_a_dispute_is_upheld_and_the_counter_entry_follows(world: Points, own: Actor, center: Actor) -> None:
    minus = known("F01", "-5")
    entry = service.award(
        minus, world.worker, matter=Matter.in_words("有责投诉", on=ON), on=ON, by=world.secretary, today=TODAY
    ).entry  # fmt: skip
    disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
    photo = EvidenceFile("说明.txt", "当天在医院".encode())
    step = disputes.dispute(entry, reason="当天我在住院，不在岗", by=own, today=BEGAN, files=[photo])
    assert step.due_on == ENDED
    with pytest.raises(PointsRefused, match="一条只提一次"):
        disputes.dispute(entry, reason="再提一次试试看", by=own, today=BEGAN)
    with pytest.raises(PointsRefused, match="这条是您记的，异议要由记录人和核对人之外的人来处理"):
        disputes.uphold(of(step.id), reason="查过了，确实在住院", by=world.secretary, today=BEGAN)
    with pytest.raises(PointsRefused, match="至少 5 个字"):
        disputes.uphold(of(step.id), reason="对", by=center, today=BEGAN)
    decided = disputes.uphold(of(step.id), reason="查过了，确实在住院", by=center, today=BEGAN)
    counter = entry_with(decided.counter_id)
    assert (counter.reverses_id, counter.points, balance(world)) == (entry.id, Decimal("5.0"), Decimal("0.0"))
    found = of(step.id)
    assert (found.verdict, found.decided_by, found.decision) == ("upheld", "zhongxin同志", "查过了，确实在住院")
    with pytest.raises(PointsRefused, match="已经处理过了"):
        disputes.reject(found, reason="再处理一次试试", by=center, today=BEGAN)
    # A decision is no reason to show the list again.
    assert shown.moved_since(shown.last_show(HOME, OCTOBER), OCTOBER) == ()
    assert proof.faults() == []


def test_the_checker_does_not_decide_and_a_rejected_dispute_changes_nothing(
    world: Points, own: Actor, center: Actor
) -> None:  # fmt: skip
    entry = checked(world, "清理楼道")
    step = disputes.dispute(entry, reason="这件事应当记五分", by=own, today=BEGAN)
    with pytest.raises(PointsRefused, match="这条是您核的"):
        disputes.reject(of(step.id), reason="按细则就是两分", by=world.street, today=BEGAN)
    disputes.reject(of(step.id), reason="按细则就是两分", by=center, today=BEGAN)
    assert (balance(world), line(world, 1).state) == (Decimal("2.0"), "已核")


def test_another_rule_and_a_missing_matter_are_recorded_by_the_decision(
    world: Points, own: Actor, center: Actor
) -> None:  # fmt: skip
    entry, better = checked(world, "清理楼道"), rule("C02", "5", needs_evidence="true")
    photo = EvidenceFile("照片说明.txt", "隐患消除".encode())
    step = disputes.dispute(entry, reason="消除的是重大隐患", by=own, today=BEGAN, files=[photo])
    decided = disputes.uphold(of(step.id), reason="核实是重大隐患", by=center, today=BEGAN, rule=better)
    made = entry_with(decided.made_id)
    assert (made.points, made.matter_uid, made.check_by, made.evidence_count) == (5, entry.matter_uid, None, 1)
    missing = disputes.dispute_missing("帮李奶奶修水管", on=ON, reason="社区有登记可以查", by=own, today=BEGAN)
    with pytest.raises(PointsRefused, match="正在处理"):
        disputes.dispute_missing("帮李奶奶修水管", on=ON, reason="社区有登记可以查", by=own, today=BEGAN)
    with pytest.raises(PointsRefused, match="请选按哪条规则"):
        disputes.uphold(of(missing.id), reason="登记簿上确实有", by=center, today=BEGAN)
    disputes.uphold(of(missing.id), reason="登记簿上确实有", by=center, today=BEGAN, rule=known("B01", "2"), on=ON)
    assert balance(world) == Decimal("7.0")
    assert proof.faults() == []


def test_a_disputed_counter_entry_is_undone_by_recording_its_original_again(
    world: Points, own: Actor, center: Actor
) -> None:  # fmt: skip
    counter = checking.send_back(give(world, "清理楼道"), reason="没有照片", by=world.street, today=BEGAN)
    with pytest.raises(PointsRefused, match="对第 2 号提"):
        disputes.dispute(entry_with(counter.reverses_id), reason="我确实办了这件事", by=own, today=BEGAN)
    step = disputes.dispute(counter, reason="我确实办了这件事", by=own, today=BEGAN)
    disputes.uphold(of(step.id), reason="居民可以证明办了", by=center, today=BEGAN)
    assert (balance(world), line(world, 3).matter) == (Decimal("2.0"), "清理楼道")


def test_who_may_dispute_and_until_when(world: Points, own: Actor) -> None:
    entry = checked(world, "清理楼道")
    for stranger in (world.secretary, add_user("bieren", "grid_worker", HOME + "002")):
        with pytest.raises(NotPermitted):
            disputes.dispute(entry, reason="替他提一个异议", by=stranger, today=BEGAN)
    disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
    with pytest.raises(PointsRefused, match="异议提到 2026-11-09 为止，异议期已过"):
        disputes.dispute(entry, reason="过了期限才想起来", by=own, today=date(2026, 11, 10))
    with pytest.raises(PointsRefused, match="日期还没到"):
        disputes.dispute_missing("明天的事", on=date(2026, 12, 1), reason="还没有发生呢", by=own, today=TODAY)
    disputes.dispute(entry, reason="最后一天提出来", by=own, today=ENDED)
    with acting_as(SYSTEM):
        close_month(HOME, ON)
    with pytest.raises(MonthIsClosed):
        disputes.dispute_missing("九号的另一件", on=ON, reason="社区有登记可以查", by=own, today=BEGAN)


def test_what_stands_in_the_way_of_finalising(
    world: Points, own: Actor, center: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("TODAY", BEGAN.isoformat())
    monkeypatch.setattr(standing.clock, "today", lambda: days[0])
    days = [BEGAN]
    entry = give(world, "清理楼道")
    with acting_as(SYSTEM):
        assert checking_standing.unchecked(STREET, OCTOBER) == ["桂花社区还有 1 条积分没有核"]
        assert standing.unfinished(STREET, OCTOBER) == ["桂花社区的积分还没有公示"]
    checking.verify([entry], by=world.street, today=BEGAN)
    disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
    step = disputes.dispute(entry, reason="这件事应当记五分", by=own, today=BEGAN)
    with acting_as(SYSTEM):
        assert checking_standing.unchecked(STREET, OCTOBER) == []
        assert standing.unfinished(STREET, OCTOBER) == [
            "桂花社区有 1 件积分异议没有处理", "桂花社区的积分正在公示，到 2026-11-09 为止",
        ]  # fmt: skip
    days[0] = date(2026, 11, 12)
    with acting_as(SYSTEM):
        assert standing.unfinished(HOME, OCTOBER) == ["桂花社区有 1 件积分异议没有处理，其中 1 件已超期"]
    disputes.reject(of(step.id), reason="按细则就是两分", by=center, today=days[0])
    with acting_as(SYSTEM):
        assert standing.unfinished(HOME, OCTOBER) == []
    give(world, "公示后补记", checker=None)
    with acting_as(SYSTEM):
        assert standing.unfinished(HOME, OCTOBER) == ["桂花社区有 1 名网格员的积分在公示以后又有变动，请重新公示"]
    disputes.show(HOME, OCTOBER, by=world.secretary, today=days[0])
    assert shown.last_show(HOME, OCTOBER).due_on == date(2026, 11, 19)


def test_todos_of_those_who_decide_and_of_the_worker(world: Points, own: Actor, center: Actor) -> None:
    entry = checked(world, "清理楼道")
    with acting_as(world.secretary):
        assert [todo.url for todo in standing.to_show(world.secretary, BEGAN)] == [f"/points/shows/{HOME}/2026-10"]
    disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
    step = disputes.dispute(entry, reason="这件事应当记五分", by=own, today=BEGAN)
    with acting_as(center):
        assert [(todo.url, todo.due_on) for todo in standing.to_decide(center, BEGAN)] == [
            (f"/points/disputes/{step.id}", ENDED)
        ]
    with acting_as(world.neighbour):
        assert standing.to_decide(world.neighbour, BEGAN) == []
        assert standing.to_show(world.neighbour, BEGAN) == []
    with acting_as(own):
        assert [todo.due_on for todo in standing.to_look_at(own, BEGAN)] == [ENDED]
        assert standing.to_look_at(own, date(2026, 11, 10)) == []


def test_files_of_a_dispute_are_for_the_worker_and_the_office(world: Points, own: Actor) -> None:
    entry = checked(world, "清理楼道")
    photo = EvidenceFile("说明.txt", "当天在医院".encode())
    step = disputes.dispute(entry, reason="这件事应当记五分", by=own, today=BEGAN, files=[photo])
    other = add_user("bieren", "grid_worker", GRID)
    assert [_may_read_step(who, step.uid) for who in (own, world.street, world.neighbour, other)] == [
        True, True, False, False,
    ]  # fmt: skip
    with acting_as(world.street):
        assert [item.title for item in attachments_of("points_steps", step.uid)] == ["说明.txt"]


@pytest.mark.parametrize(
    ("table", "statement", "words"),
    [
        ("points_show_lines", "UPDATE points_show_lines SET gained = 9", "公示的名单被改动过"),
        ("points_show_lines", "DELETE FROM points_show_lines WHERE gained = 2", "公示的名单被改动过"),
        ("points_steps", "UPDATE points_steps SET due_on = '2026-12-31' WHERE kind = 'shown'", "内容被改动过"),
        ("points_steps", "DELETE FROM points_steps WHERE kind = 'shown'", "末尾缺少记录"),
    ],
)
def test_a_list_that_was_tampered_with_is_found(world: Points, table: str, statement: str, words: str) -> None:
    checked(world, "清理楼道")
    disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
    with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))
    with past_the_triggers(table) as connection:
        connection.execute(text(statement))
    assert any(words in fault for fault in proof.faults()), proof.faults()


def test_what_came_after_the_list_explains_the_sum_of_now(world: Points) -> None:
    first = checked(world, "清理楼道")
    step = disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
    with acting_as(world.secretary):
        assert shown.changes_since(step, OCTOBER) == []
    service.reverse(first, reason="记错了人", by=world.secretary, today=TODAY)
    give(world, "修好水管")
    with acting_as(world.secretary):
        found = shown.changes_since(step, OCTOBER)
    assert [(each.worker_name, each.points, each.recorded_by != "") for each in found] == [
        ("王小禾", Decimal("-2.0"), True), ("王小禾", Decimal("2.0"), True),
    ]  # fmt: skip
    before = sum((line.gained + line.deducted for line in shown.shown_lines(step)), Decimal(0))
    assert before + sum((each.points for each in found), Decimal(0)) == balance(world)
    with acting_as(world.neighbour):
        assert shown.changes_since(step, OCTOBER) == []


def test_the_page_lists_them_for_the_office_only(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        world = build()
        actor = add_user("xiaohe", "grid_worker", GRID)
        with acting_as(SYSTEM), writing() as session:
            session.get(Account, actor.user_id).person_uid = world.worker.uid
        entry = checked(world, "清理楼道")
        disputes.show(HOME, OCTOBER, by=world.secretary, today=BEGAN)
        service.reverse(entry, reason="记错了人", by=world.secretary, today=TODAY)
    address = f"/points/shows/{HOME}/2026-10"
    office = signed_in_client(sqlite_app, "shuji").get(address).get_data(as_text=True)
    assert "公示以后记的，合计因此变动" in office
    assert "冲正第 1 号：清理楼道" in office
    own = signed_in_client(sqlite_app, "xiaohe").get(address)
    assert own.status_code == 200
    assert "公示以后记的" not in own.get_data(as_text=True)
