"""Books in the database: their rules in the register, entries under units and caps, used rules that stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from app.extensions import db
from app.lowcode.service import SaveRefused
from app.periods.rules import Period
from app.points import proof, service
from app.points.books import queries, shipped
from app.points.books import service as book_service
from app.points.books.editing import with_rule, without_rule
from app.points.books.models import PointsBook
from app.points.books.rows import book_of
from app.points.books.rules import Book, BookRefused, BookRule
from app.points.books.trying import try_month
from app.points.models import PointsRule, PointsText
from app.points.rules import Matter, PointsRefused
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.settings.profile import Profile
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


def test_an_office_that_chose_another_book_keeps_to_it(world: Points) -> None:
    def init(*books: str) -> set[str]:
        with acting_as(SYSTEM):
            shipped.load_books_of(cast("Profile", SimpleNamespace(books=books, top_code=STREET)))
            return shipped.keys_of(STREET)

    assert init("points_hecun") == {"points_hecun"}
    assert init("points_basic") == {"points_hecun"}
    assert init("points_hecun", "points_liujiao") == {"points_hecun", "points_liujiao"}


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


def test_a_new_version_leaves_april_as_it_was(world: Points) -> None:
    old = load("points_basic")
    first = give(world, "B01", "修好水管").entry
    book = book_of(old)
    groups = tuple(
        replace(g, rules=tuple(replace(r, value=Decimal(3)) if r.code == "B01" else r for r in g.rules))
        for g in book.groups
    )
    draft = book_service.add_draft(replace(book, groups=groups), area_code=STREET, by=world.street)
    assert (draft.number, draft.state) == (2, "draft")
    with acting_as(world.street):
        tried = try_month(book_of(draft), STREET, Period.of("month", OCTOBER))
    assert [(each.name, each.old, each.new) for each in tried] == [("王小禾", 1, 3)]
    assert tried[0].reasons == ("规则 B01 的分值不同。",)
    with pytest.raises(BookRefused, match="还按第 1 版记过积分，新版本最早从 2026-10-10 起用"):
        book_service.publish(draft, on=OCTOBER, by=world.street)
    with pytest.raises(NotPermitted):
        book_service.publish(draft, on=date(2026, 11, 1), by=world.secretary)
    book_service.publish(draft, on=date(2026, 11, 1), by=world.street)
    with acting_as(SYSTEM):
        rows = db.session.execute(select(PointsRule).where(PointsRule.code == "B01").order_by(PointsRule.id)).scalars()
        assert [(row.value, row.valid_from, row.valid_to) for row in rows] == [
            (1, date(2024, 1, 1), date(2026, 10, 31)), (3, date(2026, 11, 1), None),
        ]  # fmt: skip
        assert queries.book_in_force(GRID, OCTOBER) == replace(book, valid_to=date(2026, 10, 31))
        now = queries.book_in_force(GRID, date(2026, 11, 1))
        assert now is not None
        assert now.find("B01")[1].value == 3  # type: ignore[index]
    assert first.points == 1
    assert proof.faults() == []


def test_a_draft_is_changed_rule_by_rule_and_refused_while_it_has_faults(world: Points) -> None:
    draft = book_service.add_draft(shipped.read_book("points_hecun"), area_code=STREET, by=world.street)
    more = BookRule(code="X1", name="消除隐患", value=Decimal(3))

    def change(edit: Callable[[Book], Book], **more: Any) -> None:
        book_service.change_draft(draft, edit, by=world.street, **more)

    seen = draft.version
    change(lambda of: with_rule(of, "", more, group_name="附加分"))
    with pytest.raises(BookRefused, match="别人改过这份草稿"):
        change(lambda of: without_rule(of, "H15"), seen=seen)
    change(lambda of: without_rule(of, "H15"), seen=draft.version)
    moved = replace(more, cap_month=Decimal(2))
    change(lambda of: with_rule(of, "X1", moved, group_name="新的一组"))
    book = book_of(draft)
    assert book.find("H15") is None
    assert book.groups[-1].rules == (moved,)
    assert [rule.code for rule in book.groups[-2].rules] == ["H11", "H12", "H13", "H14"]
    with pytest.raises(BookRefused, match="编号 H11 已经用了"):
        change(lambda of: with_rule(of, "X1", replace(more, code="H11"), group_name="附加分"))
    with pytest.raises(BookRefused, match="还不能启用。规则 X1：每月最多 2 分"):
        book_service.publish(draft, on=date(2026, 11, 1), by=world.street)
