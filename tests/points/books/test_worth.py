"""What a matter is worth: units and percents, every cap with its sentence, groups, veto, weights, golden books."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.points.books import worth
from app.points.books.rules import Book, BookRule, Grade, Group, Step, Terms
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
    assert worth.score(Book(key="b", name="b", valid_from=DAY, groups=(group,)), {"M1": Decimal(-40)}) == 0


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


def test_hecun_adds_fifty_thirty_twenty_and_ten() -> None:
    book = read_book("points_hecun")
    marks = {"H01": Decimal("46.5"), "H02": Decimal(28), "H03": Decimal(20)}
    assert worth.score(book, marks) == Decimal("94.5")
    assert worth.score(book, marks | {"H13": Decimal(8), "H12": Decimal(4)}) == Decimal("104.5")
    assert [found for _group, found in worth.group_sums(book, marks)] == [*marks.values(), 0]
    group, province = book.find("H14")  # type: ignore[misc]
    assert [each.value for each in group.rules[:4]] == [2, 4, 8, 10]
    assert worth.worth(province, group, [before("4", code="H12")], on=DAY).points == 6
    main, mark = book.find("H01")  # type: ignore[misc]
    assert worth.worth(mark, main, [], on=DAY, measured=Decimal(60)).points == 50


def test_liujiao_weighs_halves_and_scorers() -> None:
    book = read_book("points_liujiao")
    halves, scorers = book.weights
    year_end = worth.weighted(scorers, {"部门": Decimal(95), "社区": Decimal(90), "服务对象": Decimal(80)})
    assert year_end == Decimal("92.0")
    assert worth.weighted(halves, {"半年": Decimal(85), "年终": year_end}) == Decimal("89.2")
    with pytest.raises(PointsRefused, match="还没有服务对象的评分"):
        worth.weighted(scorers, {"部门": Decimal(95), "社区": Decimal(90)})
    names = {
        score: (found.name if (found := worth.grade_of(book, Decimal(score))) else None)
        for score in ("95", "94.5", "94", "80", "79", "70", "65", "60", "59.9", "0")
    }
    assert names == {
        "95": "优秀", "94.5": None, "94": "合格", "80": "合格", "79": "基本合格", "70": "基本合格", "65": None,
        "60": None, "59.9": "不合格", "0": "不合格",
    }  # fmt: skip


def test_qianan_begins_at_a_hundred_and_a_veto_ends_it() -> None:
    book = read_book("points_qianan")
    assert worth.score(book, {}) == 100
    assert worth.score(book, {"A01": Decimal(5), "C04": Decimal(-10), "F01": Decimal(-5)}) == 90
    grades = [worth.grade_of(book, Decimal(score)).name for score in ("90", "89.9", "75", "74.9", "60", "59.9")]  # type: ignore[union-attr]
    assert grades == ["优秀", "合格", "合格", "基本合格", "基本合格", "不合格"]
    assert worth.grade_of(book, Decimal(130), has_veto=True).name == "不合格"  # type: ignore[union-attr]
    assert {rule.name for _group, rule in book.rules() if rule.is_veto} == {
        "瞒报重大事故", "泄露居民信息", "违法违纪", "弄虚作假",
    }  # fmt: skip


def test_a_quota_is_never_rounded_up() -> None:
    best = Grade(name="优秀", at_least=Decimal(90), quota=Decimal(20))
    assert [worth.most_in_grade(best, count) for count in (4, 5, 9, 10, 160)] == [0, 1, 1, 2, 32]
    assert worth.most_in_grade(Grade(name="合格"), 9) is None


@pytest.mark.parametrize(
    ("rule_name", "hired", "left", "share"),
    [
        ("days", None, None, "1"), ("days", date(2026, 10, 17), None, "0.4839"), ("days", None, date(2026, 9, 1), "0"),
        ("months", date(2026, 10, 17), None, "1"), ("months", date(2026, 10, 18), None, "0"),
        ("none", date(2026, 10, 31), None, "1"),
    ],
)  # fmt: skip
def test_newcomers_count_in_proportion(rule_name: str, hired: date | None, left: date | None, share: str) -> None:
    found = worth.share_in_post(
        Terms(pro_rata=rule_name), first=date(2026, 10, 1), last=date(2026, 10, 31), hired_on=hired, left_on=left  # type: ignore[arg-type]
    )  # fmt: skip
    assert found == Decimal(share)
    year = worth.share_in_post(
        Terms(pro_rata="months"), first=date(2026, 1, 1), last=date(2026, 12, 31), hired_on=date(2026, 7, 1)
    )
    assert year == Decimal("0.5")
    assert worth.in_proportion(Decimal(30), year) == Decimal("60.0")
    assert worth.in_proportion(Decimal(30), Decimal(0)) is None


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
