"""Scores, ranks and grades as plain functions: pro rata, ties, quotas, vetoes, weights; without app and database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.points.books.rules import Grade
from app.points.books.shipped import read_book
from app.points.ranking import rules
from app.points.ranking.rules import NotRanked, Score, Stay, graded, ranked, score

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
GRADES = (
    Grade(name="优秀", at_least=Decimal(90), quota=Decimal(20)),
    Grade(name="合格", at_least=Decimal(60)),
    Grade(name="不合格"),
)
POINTS = st.decimals(-200, 200, places=1)


def plain(worker: str, value: str, *, has_veto: bool = False) -> Score:
    return Score(worker, Decimal(value), Decimal(value), "", has_veto)


@pytest.mark.parametrize(
    ("stay", "pro_rata", "expected", "words"),
    [
        (Stay(), "days", "112.0", "记录合计 +12.0，加基础分 100.0，得 112.0"),
        (Stay(hired_on=date(2026, 10, 17)), "days", "124.8", "在岗 15 天，按全期 31 天折算"),
        (Stay(hired_on=date(2026, 10, 17)), "months", "112.0", "得 112.0"),
        (Stay(left_on=date(2026, 10, 10)), "none", "112.0", "得 112.0"),
    ],
)
def test_a_month_and_those_who_came_or_left_in_it(
    stay: Stay, pro_rata: rules.ProRata, expected: str, words: str
) -> None:
    found = score("a", Decimal(12), stay, first=FIRST, last=LAST, start=Decimal(100), pro_rata=pro_rata)
    assert found is not None
    assert found.value == Decimal(expected)
    assert words in found.how


def test_who_was_not_there_is_not_scored() -> None:
    for pro_rata in ("days", "months", "none"):
        for stay in (Stay(hired_on=date(2026, 11, 1)), Stay(left_on=date(2026, 9, 30))):
            assert score("a", Decimal(3), stay, first=FIRST, last=LAST, start=Decimal(0), pro_rata=pro_rata) is None
    late = Stay(hired_on=date(2026, 10, 18))
    assert score("a", Decimal(3), late, first=FIRST, last=LAST, start=Decimal(0), pro_rata="months") is None


def of_year(
    points: str, stay: Stay, *, start: str, pro_rata: rules.ProRata = "days", least_share: Decimal = Decimal(0)
) -> Score:
    found = score(
        "a", Decimal(points), stay, first=date(2026, 1, 1), last=date(2026, 12, 31), start=Decimal(start),
        pro_rata=pro_rata, least_share=least_share,
    )  # fmt: skip
    assert found is not None
    return found


def test_a_year_is_the_mean_of_its_months_only_where_months_begin_with_points() -> None:
    assert of_year("60", Stay(), start="100").value == Decimal("105.0")
    assert of_year("60", Stay(), start="0").value == Decimal("60.0")
    half = of_year("60", Stay(hired_on=date(2026, 7, 1)), start="0", pro_rata="months")
    assert half.value == Decimal("120.0")
    assert "在岗 6 个月，按全期 12 个月折算" in half.how


@pytest.mark.parametrize(
    ("hired", "share", "value", "is_short"),
    [
        (date(2026, 12, 6), "0", "56.2", False),  # 26 days, as they are scaled without a floor
        (date(2026, 12, 6), "50", "4.0", True),
        (date(2026, 7, 3), "50", "4.0", True),  # 182 of 365 days
        (date(2026, 7, 2), "50", "8.0", False),  # 183 of 365 days
        (None, "100", "4.0", False),
    ],
)
def test_a_short_stay_is_not_scaled_up(hired: date | None, share: str, value: str, is_short: bool) -> None:
    found = of_year("4", Stay(hired_on=hired), start="0", least_share=Decimal(share))
    assert (found.value, found.is_short) == (Decimal(value), is_short)
    assert ("不折算、不排名、不评等次" in found.how) is is_short


def test_the_same_score_has_the_same_rank() -> None:
    placed = ranked([plain("a", "90"), plain("b", "95"), plain("c", "90"), plain("d", "80")])
    assert [(each.score.worker, each.rank) for each in placed] == [("b", 1), ("a", 2), ("c", 2), ("d", 4)]


def test_a_quota_is_not_exceeded_and_ties_go_together() -> None:
    placed = ranked(
        [plain(name, value) for name, value in zip("abcdefghij", ["99", "98", "98", *["91"] * 7], strict=True)]
    )
    found = {each.placed.score.worker: (each.name, each.why) for each in graded(placed, GRADES)}
    assert found["a"] == ("优秀", "")
    assert found["b"][0] == found["c"][0] == "合格"
    assert "最多占 20%（2 名）" in found["b"][1]


def test_a_veto_goes_to_the_lowest_grade() -> None:
    found = graded(ranked([plain("a", "99", has_veto=True), plain("b", "70")]), GRADES)
    assert [(each.placed.score.worker, each.name) for each in found] == [("a", "不合格"), ("b", "合格")]
    assert "一票否决" in found[0].why


def test_a_gap_of_the_printed_table_gives_no_grade_and_says_so() -> None:
    """六角 leaves 94.1–94.9, 79.1–79.9 and 60–69.9 without a grade; nobody is put a grade lower for it."""
    book = read_book("points_liujiao")
    values = ("95", "94.5", "94", "80", "79", "70", "65", "60", "59.9", "0")
    found = graded(ranked(plain(value, value) for value in values), book.grades)
    assert {each.placed.score.worker: each.name for each in found} == {
        "95": "优秀", "94.5": "未定等次", "94": "合格", "80": "合格", "79": "基本合格", "70": "基本合格",
        "65": "未定等次", "60": "未定等次", "59.9": "不合格", "0": "不合格",
    }  # fmt: skip
    why = {each.placed.score.worker: each.why for each in found if each.grade is None}
    assert why["65"] == "细则里没有 65 分的等次，请街道补全细则"
    assert why["94.5"] == "细则里没有 94.5 分的等次，请街道补全细则"
    assert [each.consequence for each in found] == [*[""] * 8, "解聘", "解聘"]


def test_the_shipped_book_of_qianan_grades_from_a_hundred() -> None:
    book = read_book("points_qianan")
    assert book.start == 100
    values = ("90", "89.9", "75", "74.9", "60", "59.9")
    found = graded(ranked([plain("v", "130", has_veto=True), *(plain(value, value) for value in values)]), book.grades)
    assert [each.name for each in found] == [
        "不合格", "优秀", "合格", "合格", "基本合格", "基本合格", "不合格",
    ]  # fmt: skip


@pytest.mark.parametrize(("is_ranked", "basis", "words"), [(False, "x", "没有开启排名"), (True, " ", "没有写依据文件")])
def test_ranking_is_off_without_switch_and_document(is_ranked: bool, basis: str, words: str) -> None:
    with pytest.raises(NotRanked, match=words):
        rules.refuse_ranking(is_ranked=is_ranked, basis=basis)
    rules.refuse_ranking(is_ranked=True, basis="街发〔2026〕3号")


@given(st.lists(POINTS, max_size=30), st.integers(0, 100), st.sets(st.integers(0, 29)))
def test_any_ranking_holds_its_rules(values: list[Decimal], quota: int, vetoes: set[int]) -> None:
    scores = [Score(f"{n:02d}", value, value, "", n in vetoes) for n, value in enumerate(values)]
    placed = ranked(reversed(scores))
    for one in placed:
        assert one.rank == 1 + sum(other.score.value > one.score.value for other in placed)
    found = graded(placed, (replace(GRADES[0], quota=Decimal(quota)), *GRADES[1:]))
    assert {each.placed.score.worker for each in found} == {each.worker for each in scores}
    best = [each for each in found if each.name == "优秀"]
    assert len(best) * 100 <= quota * len(placed)
    assert all(each.placed.score.value >= 90 and not each.placed.score.has_veto for each in best)
    by_value = {each.placed.score.value: each.name for each in found if not each.placed.score.has_veto}
    assert all(each.name == by_value[each.placed.score.value] for each in found if not each.placed.score.has_veto)


@given(POINTS, st.integers(-40, 40), st.integers(-40, 40), st.sampled_from(["days", "months", "none"]))
def test_being_there_all_the_time_changes_nothing(points: Decimal, before: int, after: int, how: rules.ProRata) -> None:
    stay = Stay(FIRST - timedelta(days=abs(before)), LAST + timedelta(days=abs(after)))
    found = score("a", points, stay, first=FIRST, last=LAST, start=Decimal(0), pro_rata=how)
    assert found is not None
    assert found.value == points
