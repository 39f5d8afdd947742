"""Rules of the year's assessment: plans of books, results step by step, who may mark what and when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.points.books.shipped import read_book
from app.points.rules import PointsRefused
from app.points.years import rules
from app.points.years.rules import Plan, Stage, plan_of, result

HALVES = ("考核时段", (("半年", Decimal(40)), ("年终", Decimal(60))))
RATERS = ("评分人", (("部门", Decimal(60)), ("社区", Decimal(30)), ("服务对象", Decimal(10))))
LIUJIAO = plan_of((HALVES, RATERS))


def marks(*values: int) -> dict[tuple[int, str], Decimal]:
    parts = [(stage, part) for stage in (1, 2) for part in ("部门", "社区", "服务对象")]
    return {part: Decimal(value) for part, value in zip(parts, values, strict=False)}


def test_a_plan_tells_times_of_the_year_from_those_who_mark() -> None:
    assert [(each.number, each.name) for each in LIUJIAO.stages] == [(1, "半年"), (2, "年终")]
    assert LIUJIAO.marked_parts == ("部门", "社区", "服务对象")
    assert plan_of((RATERS, HALVES)) == LIUJIAO
    assert plan_of(()) == Plan(rules.WHOLE_YEAR)
    mixed = plan_of((("评分", (("积分", Decimal(70)), ("社区", Decimal(30)))),))
    assert (mixed.stages, mixed.marked_parts) == (rules.WHOLE_YEAR, ("社区",))


def test_forty_and_sixty_of_three_who_mark() -> None:
    found = result(LIUJIAO, marks(90, 80, 100, 95, 90, 85), {1: Decimal(100), 2: Decimal(100)})
    assert found.value == Decimal("90.7")
    assert found.how == (
        "半年 = 部门 90.0×60% + 社区 80.0×30% + 服务对象 100.0×10% = 88.0",
        "年终 = 部门 95.0×60% + 社区 90.0×30% + 服务对象 85.0×10% = 92.5",
        "全年 = 半年 88.0×40% + 年终 92.5×60% = 90.7",
    )


def test_the_shipped_book_of_liujiao_is_weighed_as_printed() -> None:
    book = read_book("points_liujiao")
    plan = plan_of([(each.name, each.parts) for each in book.weights])
    assert plan == LIUJIAO
    found = result(plan, marks(85, 85, 85, 95, 90, 80), {1: Decimal(0), 2: Decimal(0)})
    assert found.how[1:] == (
        "年终 = 部门 95.0×60% + 社区 90.0×30% + 服务对象 80.0×10% = 92.0", "全年 = 半年 85.0×40% + 年终 92.0×60% = 89.2",
    )  # fmt: skip


def test_what_is_missing_is_named_and_nobody_gets_nought_for_it() -> None:
    found = result(LIUJIAO, marks(90, 80, 100, 95), {1: Decimal(100), 2: Decimal(100)})
    assert found.value is None
    assert found.missing == ("年终社区评分", "年终服务对象评分")
    assert "年终还缺社区、服务对象评分" in found.how
    early = result(LIUJIAO, marks(90, 80, 100), {1: Decimal(100)})
    assert (early.value, early.missing) == (None, ("年终得分",))


def test_whoever_came_in_july_is_judged_by_the_second_half() -> None:
    found = result(LIUJIAO, {(2, part): Decimal(80) for part in LIUJIAO.marked_parts}, {1: None, 2: Decimal(100)})
    assert found.value == Decimal("80.0")
    assert found.how[0] == "半年不在岗，不计"
    assert result(LIUJIAO, {}, {1: None, 2: None}).value is None


def test_without_those_who_mark_the_ledger_decides() -> None:
    assert result(plan_of(()), {}, {0: Decimal("87.5")}).value == Decimal("87.5")
    halves = result(plan_of((HALVES,)), {}, {1: Decimal(80), 2: Decimal(90)})
    assert (halves.value, halves.how[-1]) == (Decimal("86.0"), "全年 = 半年 80.0×40% + 年终 90.0×60% = 86.0")


@given(st.lists(st.integers(0, 100), min_size=6, max_size=6))
def test_a_result_lies_between_its_marks(values: list[int]) -> None:
    found = result(LIUJIAO, marks(*values), {1: Decimal(0), 2: Decimal(0)})
    assert found.value is not None
    assert min(values) <= found.value <= max(values)


@pytest.mark.parametrize(
    ("stage", "part", "value", "today", "said"),
    [
        (1, "部门", "90", date(2026, 5, 31), "从 2026-06-01 起"),
        (2, "部门", "90", date(2026, 11, 30), "从 2026-12-01 起"),
        (1, "部门", "100.1", date(2026, 7, 1), "0 到 100"),
        (1, "部门", "-1", date(2026, 7, 1), "0 到 100"),
        (1, "部门", "90.05", date(2026, 7, 1), "最多一位小数"),
        (0, "部门", "90", date(2026, 7, 1), "没有这一项"),
        (1, "领导", "90", date(2026, 7, 1), "没有这一项"),
    ],
)
def test_marks_that_are_refused(stage: int, part: str, value: str, today: date, said: str) -> None:
    with pytest.raises(PointsRefused, match=said):
        rules.refuse_mark(LIUJIAO, stage=stage, part=part, value=Decimal(value), year=2026, today=today)


def test_marks_that_count_and_what_a_grade_proposes() -> None:
    rules.refuse_mark(LIUJIAO, stage=1, part="部门", value=Decimal("90.5"), year=2026, today=date(2026, 6, 1))
    assert rules.proposal("劝退调整") == "劝退调整"
    assert rules.proposal("表彰奖励") == ""
    assert rules.is_marked_by_community("社区")
    assert not rules.is_marked_by_community("服务对象")
    assert Stage(0, "全年", Decimal(100)).first_and_last(2026) == (date(2026, 1, 1), date(2026, 12, 31))
    for words in ("", "  ", "太短"):
        with pytest.raises(PointsRefused, match="理由"):
            rules.refuse_reason(words)
    for title in ("", "长" * 101):
        with pytest.raises(PointsRefused):
            rules.refuse_title(title)
