"""Ranking from the ledger: off unless the book says so, by grid, community and street; one's own place; what it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from sqlalchemy import event, select, text

from app.database.transactions import writing
from app.extensions import db
from app.periods.rules import Period
from app.points import paging, service
from app.points.books import shipped
from app.points.books.models import PointsBook
from app.points.books.rows import book_of, set_content
from app.points.books.rules import ZERO, Grade
from app.points.models import PointsRule
from app.points.ranking import queries
from app.points.ranking.rules import NotRanked
from app.points.rules import Matter
from app.security.actor import SYSTEM, acting_as
from app.security.models import Account
from tests.points.world import Points, build, worker
from tests.world import GRID, HOME, STREET, TODAY, add_user, signed_in_client

if TYPE_CHECKING:
    from flask import Flask

ON = date(2026, 10, 9)
OCTOBER = Period.of("month", ON)


def rank_by_the_book() -> None:
    """The shipped plain book with its ranking switched on."""
    with acting_as(SYSTEM):
        shipped.load_books(["points_basic"], area_code=STREET)
        with writing() as session:
            row = session.execute(select(PointsBook)).scalar_one()
            book = book_of(row)
            set_content(row, replace(book, terms=replace(book.terms, is_ranked=True, ranking_basis="街发〔2026〕3号")))


def give(world: Points, who: Any, code: str, words: str, on: date = ON) -> None:
    with acting_as(SYSTEM):
        of = db.session.execute(select(PointsRule).where(PointsRule.code == code)).scalar_one()
    service.award(of, who, matter=Matter.in_words(words, on=on), on=on, by=SYSTEM, today=TODAY)


@pytest.fixture
def world(context: Any) -> Points:
    return build()


def test_nobody_is_ranked_unless_the_book_says_so(world: Points) -> None:
    with acting_as(SYSTEM):
        with pytest.raises(NotRanked, match="没有开启排名"):
            queries.standing(HOME, OCTOBER, today=TODAY)
        shipped.load_books(["points_basic"], area_code=STREET)
        with pytest.raises(NotRanked, match="没有开启排名"):
            queries.standing(HOME, OCTOBER, today=TODAY)


def test_ranks_by_grid_community_and_street_and_who_came_late(world: Points) -> None:
    rank_by_the_book()
    late = worker("新来的", GRID, hired_on="2026-10-15")
    for who, count in ((world.worker, 2), (world.other, 2), (late, 1)):
        for number in range(count):
            give(world, who, "B01", f"第{number}件", on=date(2026, 10, 20))
    with acting_as(SYSTEM):
        found = queries.standing(HOME, OCTOBER, today=TODAY)
        start = found.book.start
        values = {found.people[each.score.worker].name: (each.score.value - start, each.rank) for each in found.placed}
        assert values == {
            "王小禾": (Decimal("2.0"), 1), "李小麦": (Decimal("2.0"), 1), "新来的": (Decimal("1.8"), 3),
        }  # fmt: skip
        in_grid = queries.standing(GRID, OCTOBER, today=TODAY).of(world.worker.uid)
        assert in_grid is not None
        assert (in_grid.rank, in_grid.among) == (1, 2)
        for period, ranked in (("week", 3), ("quarter", 3), ("half", 2), ("year", 2)):
            found = queries.standing(STREET, Period.of(period, date(2026, 10, 20)), today=TODAY)
            assert len(found.placed) == ranked
            # 39 of 145 days of the half-year so far: less than half of it.
            apart = [] if ranked == 3 else [late.uid]
            assert [each.worker for each in found.apart] == apart
        assert queries.points_of(STREET, Period.of("week", date(2026, 10, 20))) == queries.points_of(STREET, OCTOBER)


def test_those_with_the_same_rank_stand_in_the_order_of_grids(world: Points) -> None:
    rank_by_the_book()
    codes = (GRID, HOME + "002")
    people = [
        world.worker,
        world.other,
        *(worker(f"同分{name}", codes[number % 2]) for number, name in enumerate("甲乙丙丁戊己庚辛")),
    ]
    with acting_as(SYSTEM):
        placed = queries.standing(HOME, OCTOBER, today=TODAY).placed
    assert {each.rank for each in placed} == {1}
    order = [each.uid for each in sorted(people, key=lambda each: (each.area_code, each.id))]
    assert [each.score.worker for each in placed] == order


def test_a_quota_counts_a_community_or_the_street_whatever_one_looks_at(world: Points) -> None:
    rank_by_the_book()
    next_door = [worker(name, "320505001002001") for name in ("邻居甲", "邻居乙", "邻居丙")]
    for who, count in ((world.worker, 5), (world.other, 4), (next_door[0], 3), (next_door[1], 2), (next_door[2], 1)):
        for number in range(count):
            give(world, who, "B01", f"第{number}件")

    def best(area_code: str, quota_per: Any) -> set[str]:
        with acting_as(SYSTEM):
            with writing() as session:
                row = session.execute(select(PointsBook)).scalar_one()
                book = book_of(row)
                grades = (Grade(name="优秀", at_least=ZERO, quota=Decimal(40)), Grade(name="合格"))
                terms = replace(book.terms, quota_per=quota_per)
                set_content(row, replace(book, grades=grades, terms=terms))
            found = queries.standing(area_code, OCTOBER, today=TODAY)
            return {found.people[uid].name for uid, grade in found.grades.items() if grade.name == "优秀"}

    # 40 % of 2 is none, of 3 is one, of all 5 are two.
    assert best(STREET, "community") == {"邻居甲"}
    assert best("320505001002", "community") == best("320505001002001", "community") == {"邻居甲"}
    assert best(HOME, "community") == best(GRID, "community") == set()
    assert best(STREET, "street") == best(HOME, "street") == {"王小禾", "李小麦"}
    assert best(GRID, "street") == {"王小禾"}


def test_a_summary_reads_sums_and_no_entries(world: Points) -> None:
    rank_by_the_book()
    give(world, world.worker, "B01", "清理楼道")
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with acting_as(SYSTEM):
            assert queries.points_of(STREET, Period.numbered("year", 2026)) == {world.worker.uid: Decimal("1.0")}
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    selects = [statement for statement in seen if statement.startswith("SELECT")]
    assert len(selects) == 1
    assert "points_entries" not in selects[0]
    if db.engine.dialect.name == "sqlite":
        plan = "EXPLAIN QUERY PLAN SELECT gained FROM points_sums WHERE area_code >= :a AND area_code < :b"
        rows = db.session.execute(text(plan + " AND month IN (202601, 202602)"), {"a": STREET, "b": STREET + "~"})
        assert any("ix_points_sums_months (month=? AND area_code>" in row.detail for row in rows)


def test_pages_of_the_office_and_of_the_worker(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        world = build()
        actor = add_user("xiaohe", "grid_worker", GRID)
        with acting_as(SYSTEM), writing() as session:
            session.get(Account, actor.user_id).person_uid = world.worker.uid
    office, own = signed_in_client(sqlite_app, "shuji"), signed_in_client(sqlite_app, "xiaohe")
    off = office.get("/points/ranking/?period=2026-10").get_data(as_text=True)
    assert "没有开启排名" in off
    assert "王小禾" not in off
    assert "没有开启排名" in own.get("/points/ranking/own?period=2026-10").get_data(as_text=True)
    with sqlite_app.app_context():
        rank_by_the_book()
        give(world, world.other, "B01", "清理楼道")
    page = office.get("/points/ranking/?period=2026-10").get_data(as_text=True)
    assert "街发〔2026〕3号" in page
    assert "not-on-phones" in page
    assert page.index("李小麦") < page.index("王小禾")
    with patch.object(paging, "PAGE_SIZE", 1):
        for address in ("/points/ranking/?period=2026-10", "/points/years/?year=2026"):
            parts = [office.get(f"{address}&page={page}").get_data(as_text=True) for page in (1, 2)]
            assert [("李小麦" in part, "王小禾" in part) for part in parts] in (
                [(True, False), (False, True)], [(False, True), (True, False)],
            )  # fmt: skip
            assert "page=2" in parts[0]
            assert "第 2–2 名，共 2 名" in parts[1]
    mine = own.get("/points/ranking/own?period=2026-10").get_data(as_text=True)
    assert "第 2 名，共 2 名" in mine
    assert "李小麦" not in mine
    assert own.get("/points/ranking/").status_code in (302, 403, 404)
    for junk in ("2026-13", "9999", "x", "2026-12"):
        assert office.get(f"/points/ranking/?period={junk}&area=99").status_code == 200
