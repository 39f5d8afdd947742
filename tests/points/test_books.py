"""Rule books: the shipped ones are in order, loading twice adds nothing, a wrong one is refused in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.points import rule_queries
from app.points.books import shipped as books
from app.points.books.reading import read_book_data
from app.points.books.writing import book_data
from app.points.models import PointsRule
from app.security.actor import SYSTEM, acting_as
from tests.points.world import saved
from tests.world import GRID, STREET, add_user, as_user, build_areas

BOOK = """
key: mine
valid_from: 2026-01-01
groups:
  - name: 走访
    rules:
      - {code: A1, name: %s, value: %s}
"""


@pytest.mark.parametrize("key", books.known_books())
def test_a_shipped_book_is_in_order(key: str) -> None:
    found = books.read_book(key)
    rules = [rule for _group, rule in found.rules()]
    assert len({rule.code for rule in rules}) == len(rules) > 0
    assert all(rule.value or rule.is_veto for rule in rules)
    assert read_book_data(book_data(found), source="again") == found


def test_loading_twice_adds_nothing_and_keeps_changes(context: Any) -> None:
    build_areas()
    with acting_as(SYSTEM):
        count = books.load_books(["points_basic"], area_code=STREET)
        assert count == len(list(books.read_book("points_basic").rules()))
        rule = db.session.execute(select(PointsRule).where(PointsRule.code == "B01")).scalar_one()
    saved("points_rules", rule, {"cap": "12"})
    with acting_as(SYSTEM):
        assert books.load_books(["points_basic"], area_code=STREET) == 0
        db.session.expire_all()
        assert db.session.execute(select(PointsRule.cap).where(PointsRule.code == "B01")).scalar_one() == 12
    add_user("shuji", "community_secretary", GRID[:12])
    with as_user("shuji"):
        found = rule_queries.rules_in_force(GRID, date(2026, 10, 1))
        assert [rule.code for rule in found] == sorted(
            rule.code for _group, rule in books.read_book("points_basic").rules()
        )
        assert [rule.code for rule in rule_queries.automatic_rules("resolution_done", GRID, date(2026, 10, 1))] == [
            "E02"
        ]
        assert rule_queries.rules_in_force(GRID, date(2023, 12, 31)) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("每日登录打卡", "1", "规则 A1：不能按登录次数记分"),
        ("化解矛盾", "0", "规则 A1：分值填大于 0"),
        ("化解", "很多", "写法有误"),
    ],
)
def test_a_wrong_book_is_refused(tmp_path: Path, name: str, value: str, words: str) -> None:
    (tmp_path / "mine.yaml").write_text(BOOK % (name, value), encoding="utf-8")
    with pytest.raises(books.BookRefused, match=words):
        books.read_book("mine", tmp_path)


def test_an_unknown_book_names_those_there_are() -> None:
    with pytest.raises(books.BookRefused, match="points_basic"):
        books.read_book("no_such_book")
