"""What a matter is worth: units and percents, every cap with its sentence, groups, quotas, golden books."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.points.books import worth
from app.points.books.grades import most_in_grade
from app.points.books.rules import Book, BookRule, Grade, Group, Step
from app.points.books.shipped import read_book
from app.points.books.worth import Given
from app.points.rules import PointsRefused

DAY = date(2026, 10, 9)
COMPLETE = BookRule(
    code="P1", name="采集完整", value=Decimal(15), measure="steps", unit="%", otherwise=Decimal(0),
    steps=(Step(Decimal(95), Decimal(15)), Step(Decimal(90), Decimal(10)), Step(Decimal(85), Decimal(5))),
)  # fmt: skip


def rule(value: str = "2", **more: object) -> BookRule:
    return BookRule(code="R1", name="走访解决问题", value=Decimal(value), **more)  # type: ignore[arg-type]


def before(points: str, *, on: date = DAY, code: str = "R1") -> Given:
    return Given(code, on, Decimal(points))


@pytest.mark.parametrize(
    ("percent", "points"),
    [("100", 15), ("95", 15), ("94.9", 10), ("90", 10), ("89.9", 5), ("85", 5), ("84.9", 0), ("0", 0)],
)
def test_a_step_table_gives_the_step_reached(percent: str, points: int) -> None:
    found = worth.full_value(COMPLETE, Decimal(percent))
    assert found.points == points
    assert f"达到 {percent.removesuffix('.0')}%" in found.sentence


def test_units_are_multiplied_and_said() -> None:
    unknown = rule("-2", measure="per_unit", unit="户")
    found = worth.full_value(unknown, Decimal(3))
    assert (found.points, found.sentence) == (Decimal("-6.0"), "3 户 × −2 分 = −6 分。")
    with pytest.raises(PointsRefused, match="请填有多少户"):
        worth.full_value(unknown)
    with pytest.raises(PointsRefused, match="数量要大于 0"):
        worth.full_value(unknown, Decimal(0))


@pytest.mark.parametrize(
    ("caps", "earlier", "points", "words"),
    [
        ({"cap_day": Decimal(3)}, [before("2")], "1", "每天最多 3.0 分，已记 2.0 分，这一次按剩下的 1.0 分记"),
        ({"cap_day": Decimal(3)}, [before("2", on=DAY - timedelta(1))], "2", ""),
        ({"cap_month": Decimal(5)}, [before("2"), before("2", on=date(2026, 10, 1))], "1", "每月最多 5.0 分"),
        ({"cap_month": Decimal(5)}, [before("4", on=date(2026, 9, 30))], "2", ""),
        ({"cap_year": Decimal(9)}, [before("8", on=date(2026, 1, 2))], "1", "每年最多 9.0 分"),
        ({"cap_year": Decimal(9)}, [before("8", on=date(2025, 12, 31))], "2", ""),
        ({"cap_month": Decimal(5)}, [before("4", code="R2")], "2", ""),
        ({"cap_month": Decimal(5)}, [before("-4")], "2", ""),
    ],
)
def test_each_cap_cuts_and_says_so(caps: dict[str, Decimal], earlier: list[Given], points: str, words: str) -> None:
    found = worth.worth(rule(**caps), None, earlier, on=DAY)
    assert found.points == Decimal(points)
    assert words in found.sentence
    assert bool(found.sentence) == bool(words)


def test_a_used_up_cap_refuses_naming_itself() -> None:
    with pytest.raises(PointsRefused, match=r"每天最多 2\.0 分，已经记满"):
        worth.worth(rule(cap_day=Decimal(2), cap_month=Decimal(20)), None, [before("2")], on=DAY)


def test_the_groups_cap_counts_all_its_rules() -> None:
    first, second = rule("4"), BookRule(code="R2", name="化解", value=Decimal(8))
    group = Group(name="附加分", rules=(first, second), cap=Decimal(10))
    found = worth.worth(second, group, [before("4")], on=DAY)
    assert found.points == Decimal(6)
    assert "“附加分”一组加分每月最多 10.0 分" in found.sentence
    with pytest.raises(PointsRefused, match="“附加分”一组"):
        worth.worth(first, group, [before("10", code="R2")], on=DAY)


def test_deductions_stop_at_the_floor() -> None:
    unknown = BookRule(code="M1", name="不知一户", value=Decimal(-2), measure="per_unit", unit="户")
    group = Group(name="互知互晓", rules=(unknown,), base=Decimal(20), floor=Decimal(0))
    found = worth.worth(unknown, group, [before("-16", code="M1")], on=DAY, measured=Decimal(3))
    assert found.points == Decimal(-4)
    book = Book(key="b", name="b", valid_from=DAY, groups=(group,))
    assert total(book, Given("M1", DAY, Decimal(-40), Decimal(20))) == 0


# A busy machine draws slowly; that says nothing about caps.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["R1", "R2"]), st.integers(0, 40)), max_size=40), st.integers(1, 30))
def test_caps_are_never_passed_whatever_the_order(events: list[tuple[str, int]], cap: int) -> None:
    rules = {
        "R1": rule("1.5", cap_month=Decimal(6), cap_day=Decimal(3)),
        "R2": BookRule(code="R2", name="x", value=Decimal(4)),
    }
    group = Group(name="g", rules=tuple(rules.values()), cap=Decimal(cap))
    made: list[Given] = []
    for code, offset in events:
        on = date(2026, 10, 1) + timedelta(offset)
        try:
            points = worth.worth(rules[code], group, made, on=on).points
        except PointsRefused:
            continue
        made.append(Given(code, on, points))
    for month in (10, 11):
        in_month = [each for each in made if each.on.month == month]
        assert sum(each.points for each in in_month) <= cap
        assert sum(each.points for each in in_month if each.code == "R1") <= 6
    assert all(
        sum(each.points for each in made if each.on == day and each.code == "R1") <= 3 for day in {e.on for e in made}
    )


def total(book: Book, *entries: Given) -> Decimal:
    """Score of a month under a book: what everybody begins with, and the entries within all caps."""
    return book.start + sum((each.points for each in worth.replay(book, entries)), Decimal(0))


def test_hecun_adds_fifty_thirty_twenty_and_ten() -> None:
    book = read_book("points_hecun")
    marks = [
        Given(code, DAY, Decimal(0), Decimal(mark)) for code, mark in (("H01", "46.5"), ("H02", "28"), ("H03", "20"))
    ]
    assert total(book, *marks) == Decimal("94.5")
    assert total(book, *marks, before("8", code="H13"), before("4", code="H12")) == Decimal("104.5")
    group, province = book.find("H14")  # type: ignore[misc]
    assert [each.value for each in group.rules[:4]] == [2, 4, 8, 10]
    assert worth.worth(province, group, [before("4", code="H12")], on=DAY).points == 6
    main, mark = book.find("H01")  # type: ignore[misc]
    assert worth.worth(mark, main, [], on=DAY, measured=Decimal(60)).points == 50


def test_qianan_begins_at_a_hundred_and_names_what_ends_it() -> None:
    book = read_book("points_qianan")
    assert total(book) == 100
    assert {rule.name for _group, rule in book.rules() if rule.is_veto} == {
        "瞒报重大事故", "泄露居民信息", "违法违纪", "弄虚作假",
    }  # fmt: skip


def test_a_quota_is_never_rounded_up() -> None:
    best = Grade(name="优秀", at_least=Decimal(90), quota=Decimal(20))
    assert [most_in_grade(best, count) for count in (4, 5, 9, 10, 160)] == [0, 1, 1, 2, 32]
    assert most_in_grade(Grade(name="合格"), 9) is None


def test_a_replay_says_what_another_book_would_have_given() -> None:
    book = Book(
        key="b", name="b", valid_from=DAY,
        groups=(Group(name="g", rules=(rule("3", cap_month=Decimal(5)), COMPLETE)),),
    )  # fmt: skip
    entries = [
        before("2"),
        before("2"),
        before("2"),
        before("1", code="ZZ"),
        Given("P1", DAY, Decimal(10), Decimal(96)),
    ]
    found = worth.replay(book, entries)
    assert [each.points for each in found] == [3, 2, 0, 0, 15]
    assert "按剩下的 2.0 分记" in found[1].why
    assert "已经记满" in found[2].why
    assert found[3].why == "新细则没有规则 ZZ，不计分。"
    assert "原记录没有数量" in worth.replay(book, [before("10", code="P1")])[0].why
