"""公示 that begins by itself, the days for disputes, who is told, and decisions by rules that count by units."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.notices.models import Notice
from app.periods.rules import Period
from app.points import proof, service
from app.points.books import shipped
from app.points.books.models import PointsBook
from app.points.books.rows import book_of, set_content
from app.points.books.rules import Terms
from app.points.checking import service as checking
from app.points.disputes import queries as shown
from app.points.disputes import service as disputes
from app.points.disputes.rules import is_time_to_show
from app.points.disputes.showing import show_what_is_due
from app.points.models import PointsEntry, PointsRule
from app.points.rules import Matter, PointsRefused
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Account
from tests.points.test_checking import give
from tests.points.world import Points, build
from tests.world import GRID, HOME, STREET, TODAY, add_user

OCTOBER = Period.numbered("month", 2026, 10)
ON = date(2026, 10, 9)


@pytest.fixture
def world(context: Any) -> Points:
    return build()


@pytest.fixture
def own(world: Points) -> Actor:
    actor = add_user("xiaohe", "grid_worker", GRID)
    with acting_as(SYSTEM), writing() as session:
        account = session.get(Account, actor.user_id)
        assert account is not None
        account.person_uid = world.worker.uid
    return actor


def by_the_book(key: str = "points_basic", **terms: Any) -> None:
    with acting_as(SYSTEM), writing() as session:
        shipped.load_books([key], area_code=STREET)
        row = session.execute(select(PointsBook)).scalar_one()
        book = book_of(row)
        set_content(row, replace(book, terms=replace(book.terms, **terms)))


def rule_of(code: str) -> PointsRule:
    with acting_as(SYSTEM):
        return db.session.execute(select(PointsRule).where(PointsRule.code == code)).scalar_one()


def told(user_id: int | None) -> list[str]:
    with acting_as(SYSTEM):
        found = select(Notice.title).where(Notice.user_id == user_id).order_by(Notice.id)
        return list(db.session.execute(found).scalars())


def test_the_day_of_the_following_month() -> None:
    last = date(2026, 10, 31)
    assert not is_time_to_show(None, last, date(2027, 1, 1))
    assert [is_time_to_show(3, last, date(2026, 11, day)) for day in (2, 3, 20)] == [False, True, True]


def test_a_month_goes_on_show_by_itself_also_after_days_off(world: Points, own: Actor) -> None:
    by_the_book(show_day=3)
    entry = give(world, "清理楼道")
    with acting_as(SYSTEM):
        assert show_what_is_due(date(2026, 11, 2)) == []
        assert show_what_is_due(date(2026, 11, 3)) == []  # an entry waits
    secretary = select(Notice.why).where(Notice.role == "community_secretary")
    with acting_as(SYSTEM):
        (why,) = db.session.execute(secretary).scalars()
    assert "还有 1 条积分没有核" in why
    checking.verify([entry], by=world.street, today=TODAY)
    with acting_as(SYSTEM):
        assert show_what_is_due(date(2026, 12, 7)) == [f"{HOME}:2026-10"]
        assert show_what_is_due(date(2026, 12, 7)) == []
        step = shown.last_show(HOME, OCTOBER)
    assert step is not None
    assert (step.on, step.due_on, step.by_id) == (date(2026, 12, 7), date(2026, 12, 14), None)
    assert told(own.user_id) == ["您2026年10月的积分开始公示"]
    assert proof.faults() == []


def test_without_a_day_in_the_book_nothing_begins_by_itself(world: Points) -> None:
    by_the_book()
    checking.verify([give(world, "清理楼道")], by=world.street, today=TODAY)
    with acting_as(SYSTEM):
        assert show_what_is_due(date(2026, 12, 7)) == []


def test_disputes_end_with_the_days_of_the_book_though_the_list_stays(world: Points, own: Actor) -> None:
    by_the_book(notice_days=5, dispute_days=2)
    entry = give(world, "清理楼道")
    checking.verify([entry], by=world.street, today=TODAY)
    step = disputes.show(HOME, OCTOBER, by=world.secretary, today=date(2026, 11, 2))
    assert (step.due_on, shown.last_dispute_day(step)) == (date(2026, 11, 9), date(2026, 11, 4))
    with pytest.raises(PointsRefused, match="异议提到 2026-11-04 为止"):
        disputes.dispute(entry, reason="不是这一天的事", by=own, today=date(2026, 11, 5))
    assert disputes.dispute(entry, reason="不是这一天的事", by=own, today=date(2026, 11, 4)).kind == "disputed"
    assert Terms().dispute_days == 5


def test_who_recorded_is_told_of_a_return(world: Points) -> None:
    entry = give(world, "清理楼道")
    checking.send_back(entry, reason="没有照片", by=world.street, today=TODAY)
    assert told(world.secretary.user_id) == ["您记的第 1 号积分被退回"]


def test_a_decision_counts_by_the_units_that_were_found(world: Points, own: Actor) -> None:
    by_the_book("points_hecun")
    rule = rule_of("H15")  # one point a piece

    def award(words: str, measured: int) -> PointsEntry:
        return service.award(
            rule, world.worker, matter=Matter.in_words(words, on=ON), on=ON, by=world.street, today=TODAY,
            measured=Decimal(measured),
        ).entry  # fmt: skip

    center = add_user("zhongxin", "grid_center", STREET)
    entry = award("十月的三级事件", 2)
    filed = disputes.dispute(entry, reason="应当是四件，有清单", by=own, today=TODAY)
    with acting_as(SYSTEM):
        about = shown.dispute(filed.id)
    assert about is not None
    with pytest.raises(PointsRefused, match="请填有多少件"):
        disputes.uphold(about, reason="清单核对无误", by=center, today=TODAY, rule=rule)
    decided = disputes.uphold(about, reason="清单核对无误", by=center, today=TODAY, rule=rule, measured=Decimal(4))
    with acting_as(SYSTEM):
        made = db.session.get(PointsEntry, decided.made_id)
    assert made is not None
    assert made.points == 4
    assert told(own.user_id) == ["您的积分异议已处理"]

    # A disputed counter-entry brings back what was measured at first.
    other = award("另外的三级事件", 3)
    counter = service.reverse(other, reason="以为记重了", by=world.street, today=TODAY)
    again = disputes.dispute(counter, reason="不是同一批事件", by=own, today=TODAY)
    with acting_as(SYSTEM):
        about = shown.dispute(again.id)
    assert about is not None
    restored = disputes.uphold(about, reason="查实不是同一批", by=center, today=TODAY)
    with acting_as(SYSTEM):
        back = db.session.get(PointsEntry, restored.made_id)
    assert back is not None
    assert back.points == 3
    assert proof.faults() == []
