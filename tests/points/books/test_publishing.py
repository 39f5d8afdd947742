"""Books in the database: their rules in the register, entries under units and caps, used rules that stay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.lowcode.service import SaveRefused
from app.points import proof, service
from app.points.books import queries, shipped
from app.points.books.models import PointsBook
from app.points.books.rows import book_of
from app.points.models import PointsRule, PointsText
from app.points.rules import Matter, PointsRefused
from app.security.actor import SYSTEM, acting_as
from tests.points.world import Points, build, rule, saved
from tests.world import GRID, STREET, TODAY

OCTOBER = date(2026, 10, 9)


@pytest.fixture
def world(context: Any) -> Points:
    return build()


def load(key: str) -> PointsBook:
    with acting_as(SYSTEM):
        shipped.load_books([key], area_code=STREET)
        return db.session.execute(select(PointsBook).where(PointsBook.key == key)).scalar_one()


def rule_row(code: str) -> PointsRule:
    with acting_as(SYSTEM):
        return db.session.execute(select(PointsRule).where(PointsRule.code == code)).scalar_one()


def give(world: Points, code: str, words: str, on: date = OCTOBER, **more: Any) -> service.Awarded:
    return service.award(
        rule_row(code), world.worker, matter=Matter.in_words(words, on=on), on=on, by=world.street, today=TODAY, **more
    )


def test_units_and_group_caps_reach_the_ledger(world: Points) -> None:
    load("points_hecun")
    with pytest.raises(PointsRefused, match="请填有多少分"):
        give(world, "H01", "十月评分")
    marked = give(world, "H01", "十月评分", measured=Decimal("46.5"), note="第一次评")
    assert (marked.entry.points, marked.entry.rule_value) == (Decimal("46.5"), Decimal("46.5"))
    paper = [service.EvidenceFile("通报.txt", "采纳通报".encode())]
    assert give(world, "H13", "被市里采纳", evidence=paper).entry.points == 8
    province = give(world, "H14", "被省里采纳", evidence=paper)
    assert province.entry.points == 2
    assert province.entry.rule_value == 10
    assert "“附加分”一组加分每月最多 10.0 分，已记 8.0 分" in province.sentence
    with pytest.raises(PointsRefused, match="“附加分”一组"):
        give(world, "H12", "被县里采纳", evidence=paper)
    with acting_as(SYSTEM):
        text = db.session.get(PointsText, marked.entry.uid)
        assert text is not None
        assert text.measured == Decimal("46.5")
        assert text.note == "第一次评\n46.5 分 × +1 分 = +46.5 分。"
    assert proof.faults() == []


def test_the_book_in_force_is_found_with_its_terms(world: Points) -> None:
    load("points_qianan")
    with acting_as(world.secretary):
        book = queries.book_in_force(GRID, OCTOBER)
        assert book is not None
        assert (book.base, book.terms.notice_days, book.grades[0].name) == (100, 5, "优秀")
        group, rule_found = queries.rule_with_group(rule_row("V01"))
        assert rule_found.is_veto
        assert rule_found.checker == "street"
        assert group is not None
        assert group.name == "一票否决"
        assert queries.book_in_force(GRID, date(2023, 1, 1)) is None


def test_changing_a_rule_in_the_register_changes_its_book_until_it_is_used(world: Points) -> None:
    row = load("points_basic")
    saved("points_rules", rule_row("B01"), {"cap": "12", "name": "走访解决问题"})
    with acting_as(SYSTEM):
        book = book_of(db.session.get(PointsBook, row.id, populate_existing=True))
    found = book.find("B01")
    assert found is not None
    assert (found[1].cap_month, found[1].name) == (12, "走访解决问题")
    give(world, "B01", "修好水管")
    with pytest.raises(SaveRefused, match="出一个新版本"):
        saved("points_rules", rule_row("B01"), {"cap": "15"})
    with pytest.raises(SaveRefused, match="编号不能改"):
        saved("points_rules", rule_row("C01"), {"code": "C99"})
    saved("points_rules", rule_row("B01"), {"note": "解决一个记一次"})
    assert rule_row("B01").cap == 12


def test_rules_of_older_databases_join_their_book_as_the_office_left_them(world: Points) -> None:
    rule("A01", "4", name="名册核对", valid_from="2024-01-01", group_name="基础信息", cap="4")
    row = load("points_basic")
    assert rule_row("A01").book_id == row.id
    found = book_of(row).find("A01")
    assert found is not None
    assert (found[1].value, found[1].name, found[1].cap_month) == (4, "名册核对", 4)
    with acting_as(SYSTEM):
        assert shipped.load_books(["points_qianan"], area_code=STREET) == 0


def test_what_the_system_gives_people_do_not(world: Points) -> None:
    own = rule("Z1", "1", recorder="system", auto_on="resolution_done")
    with pytest.raises(PointsRefused, match="只由系统自动记"):
        service.award(
            own, world.worker, matter=Matter.in_words("x", on=OCTOBER), on=OCTOBER, by=world.street, today=TODAY
        )
