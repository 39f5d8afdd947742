"""One part of a book changed at a time; what stands elsewhere stays as it was."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.points.books.editing import with_group, with_rule, with_weights, without_group, without_rule
from app.points.books.rules import BookRefused, BookRule, Group, Weights
from app.points.books.shipped import read_book

BOOK = read_book("points_hecun")
FIRST = BOOK.groups[0]


def test_a_group_is_renamed_moved_and_keeps_its_rules() -> None:
    renamed = with_group(BOOK, FIRST.name, Group(name="新名称", cap=Decimal(5)), place=2)
    assert [each.name for each in renamed.groups[:2]] == [BOOK.groups[1].name, "新名称"]
    assert renamed.groups[1].rules == FIRST.rules
    assert renamed.groups[1].cap == 5
    assert set(renamed.groups) - {renamed.groups[1]} == set(BOOK.groups) - {FIRST}
    with pytest.raises(BookRefused, match="已经有") as refused:
        with_group(BOOK, "", Group(name=FIRST.name))
    assert refused.value.key == "name"


def test_only_an_empty_group_goes() -> None:
    with pytest.raises(BookRefused, match=f"里还有 {len(FIRST.rules)} 条规则"):
        without_group(BOOK, FIRST.name)
    emptied = BOOK
    for rule in FIRST.rules:
        emptied = without_rule(emptied, rule.code)
    assert without_group(emptied, FIRST.name).groups == BOOK.groups[1:]


def test_a_rule_stays_in_its_place_and_moves_with_its_group() -> None:
    rule = FIRST.rules[0]
    dearer = replace(rule, value=rule.value + 1)
    assert with_rule(BOOK, rule.code, dearer, group_name=FIRST.name).groups[0].rules == (dearer, *FIRST.rules[1:])
    moved = with_rule(BOOK, rule.code, dearer, group_name="另一类")
    assert moved.groups[-1] == Group(name="另一类", rules=(dearer,))
    assert dearer not in moved.groups[0].rules
    assert with_rule(BOOK, "", BookRule(code="新1", name="新", value=Decimal(1)), group_name="另一类").find("新1")


def test_weights_are_replaced_by_name() -> None:
    book = read_book("points_liujiao")
    half = Weights("考核时段", (("半年", Decimal(50)), ("年终", Decimal(50))))
    assert with_weights(book, "考核时段", half).weights[0] == half
    assert len(with_weights(book, "考核时段", None).weights) == 1
    with pytest.raises(BookRefused, match="已经有"):
        with_weights(book, "评分人", half)
