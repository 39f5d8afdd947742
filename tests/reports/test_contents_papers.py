"""One page for leaders, week, ranking, year, branches, ratings, letters, whistle, notice, household: what they say."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.contents import (
    area_ranking,
    digest_rows,
    letters,
    one_page,
    party_branches,
    property_ratings,
    public_notice,
    week_summary,
    year_summary,
)
from reports.contents.digest import stray_figures
from reports.contents.figures import Figure
from reports.document import Document, Paragraph, Table, TableColumn
from reports.renderers.pdf import render
from tests.reports import digest_papers, letter_papers

TODAY = date(2026, 11, 3)
TEXT = st.text(alphabet="街道社区网格消防通道一二三，。；A1-/", max_size=400)
FIGURE = st.builds(
    Figure, st.just("x"), TEXT, st.none() | st.integers(0, 10**9), st.just("规则"), st.sampled_from(["件", "%"]),
    st.none() | st.integers(0, 10**9),
)  # fmt: skip
LATE = st.builds(one_page.Late, TEXT, TEXT, st.none() | st.dates(date(2020, 1, 1), TODAY), st.booleans())
COMING = st.builds(one_page.Coming, st.dates(date(2026, 1, 1), date(2027, 1, 1)), TEXT, TEXT)

COUNT = st.builds(one_page.LateCount, st.sampled_from(["报表", "会议议定事项", "事件", "限时办理事项"]), st.integers(1, 99_999), st.booleans())  # fmt: skip


def pages(document: Document) -> list:
    return pdfplumber.open(io.BytesIO(render(document))).pages


@settings(max_examples=40, deadline=None)
@given(
    TEXT, st.lists(FIGURE, max_size=9), st.lists(TEXT, max_size=6), st.lists(LATE, max_size=14),
    st.lists(COMING, max_size=10), st.lists(COUNT, max_size=8),
)  # fmt: skip
def test_the_page_for_leaders_is_one_side_whatever_it_is_given(
    area: str,
    figures: list[Figure],
    problems: list[str],
    late: list[one_page.Late],
    coming: list[one_page.Coming],
    counts: list[one_page.LateCount],
) -> None:
    document = one_page.build(
        area=area, period="2026年10月", figures=figures, problems=problems, late=late, coming=coming, as_of=TODAY,
        late_counts=counts,
    )  # fmt: skip
    (page,) = pages(document)
    assert (round(page.width), round(page.height)) == (595, 842)


def test_the_fullest_page_for_leaders_is_still_one_side() -> None:
    long = "枫叶街道锦绣花园社区居民委员会消防通道" * 30
    document = one_page.build(
        area=long, period="2026年10月", figures=[Figure("x", long, 10**9, "规则", "件", 1)] * 9, problems=[long] * 5,
        late=[one_page.Late(long, long, date(2026, 10, 1))] * 20, coming=[one_page.Coming(TODAY, long, long)] * 20,
        as_of=TODAY,
    )  # fmt: skip
    note = Paragraph("注：2026年10月已经定稿，这一份不在定稿之内，按2026年11月22日的记录统计，数字可能和定稿不同。")
    (page,) = pages(replace(document, blocks=(*document.blocks, note)))
    text = "".join(page.extract_text().split())
    assert "共20项。这里列出6项，其余14项见系统。" in text
    assert "其余问题见月报。" in text
    assert "（全文见月报）" in text


def test_the_page_for_leaders_names_units_days_and_changes() -> None:
    text = "".join(pages(digest_papers.leaders_page())[0].extract_text().split())
    for words in ("上报事件1,3001,180+10.17%件", "逾期三号楼北侧重新划线，留四米消防通道锦程物业2026-10-1516天"):
        assert words in text
    for words in ("未报10月月报桂苑社区2026-10-28", "2026-11-05各社区报送10月月报各社区", "−1.00个百分点"):
        assert words in text


def test_a_quiet_month_says_so() -> None:
    document = one_page.build(
        area="枫叶街道", period="2026年10月", figures=(), problems=(), late=(), coming=(), as_of=TODAY
    )
    text = pages(document)[0].extract_text()
    for words in ("没有可以统计的数据", "没有发现需要报告的问题", "没有逾期和未报", "近期没有登记的安排"):
        assert words in text


def test_the_week_leaves_out_what_did_not_move() -> None:
    still = digest_rows.Topic(
        "静", (Figure("n", "走访", 0, "规则", "户", 0), Figure("s", "网格", 9, "规则", "个", 9, "stock"))
    )
    document = week_summary.build(
        area="枫叶街道", period="第44周", sections=(digest_rows.Section("一", (still,)),), as_of=TODAY
    )
    assert "本周没有登记的工作。" in pages(document)[0].extract_text()
    assert stray_figures(digest_papers.week()) == ()


@pytest.mark.parametrize(
    ("values", "is_high_good", "places"),
    [
        ((3, 9, 9, 1), True, [3, 1, 1, 4]),
        ((3, 9, 9, 1), False, [2, 3, 3, 1]),
        ((None, 5, Decimal("5.0")), True, [None, 1, 1]),
        ((), True, []),
    ],
)
def test_equal_figures_share_the_better_place(values: tuple, is_high_good: bool, places: list) -> None:
    assert area_ranking.places_of(values, is_high_good=is_high_good) == places


def test_the_ranking_names_front_and_moves_and_states_no_figure_of_its_own() -> None:
    document = digest_papers.ranking()
    assert stray_figures(document) == ()
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert tables[0].rows[0] == (1, "枫叶社区", Decimal("98.1"), 2, "升1位")
    assert tables[0].rows[-1] == (None, "锦程社区", None, 4, "—")
    assert [row[1] for row in tables[1].rows] == ["枫叶社区", "锦程社区", "锦绣社区", "桂苑社区"]


def test_the_year_says_that_its_words_were_drafted_and_only_as_a_draft() -> None:
    draft = "".join(page.extract_text() for page in pages(digest_papers.year()))
    assert year_summary.DRAFTED in "".join(draft.split())
    assert "办结率未达目标" in "".join(draft.split())
    final = year_summary.build(area="枫", year=2026, sections=digest_papers.sections(), counted_until=TODAY)
    assert all(year_summary.DRAFTED not in page.extract_text() for page in pages(final))


def test_who_shares_the_first_places_is_not_behind() -> None:
    def said(*values: int) -> str:
        of = area_ranking.Measure("到位率", "%", "规则", values, kind="percent", places=0)
        names = [f"{name}社区" for name in "甲乙丙丁戊己"]
        built = area_ranking.build(
            names, [of], area="某街道", period="三季度", period_before="二季度", counted_until=TODAY
        )
        return next(block.text for block in built.blocks[2:] if isinstance(block, Paragraph))  # type: ignore[return-value]

    assert said(100, 100, 100, 100, 100, 75).endswith("位次靠后的是己社区（75%）。")
    assert "靠后" not in said(100, 100, 100, 100, 100, 100)
    assert said(60, 50, 40, 30, 20, 10).endswith("位次靠后的是丁社区（30%）、戊社区（20%）、己社区（10%）。")


@pytest.mark.parametrize(
    ("branch", "said"),
    [
        (party_branches.Branch("甲", secretary="赵", full=2), "正式党员不足3人"),
        (party_branches.Branch("甲", secretary="赵", full=6), ""),
        (party_branches.Branch("甲", secretary="赵", full=7), "满7人未设支委会"),
        (party_branches.Branch("甲", secretary="赵", full=7, organiser="钱"), ""),
        (party_branches.Branch("甲", secretary="赵", full=51, organiser="钱"), "超过50人"),
        (party_branches.Branch("甲", secretary="赵", full=101, organiser="钱"), "超过100人"),
        (party_branches.Branch("甲", full=5), "书记空缺"),
        (party_branches.Branch("甲", secretary="赵", full=5, ends_on=TODAY - timedelta(1)), "已届满"),
        (party_branches.Branch("甲", secretary="赵", full=5, ends_on=TODAY), "半年内届满"),
        (party_branches.Branch("甲", secretary="赵", full=5, ends_on=TODAY + timedelta(184)), ""),
        (party_branches.Branch("甲", "党委", secretary="赵", full=151), ""),
    ],
)
def test_the_rules_speak_in_the_remarks_of_a_branch(branch: party_branches.Branch, said: str) -> None:
    assert party_branches.remark(branch, TODAY) == said


def _rated(points: str, **fields: object) -> property_ratings.Rated:
    taken = (property_ratings.Deduction("事项", Decimal(points)),)
    return property_ratings.Rated("甲", "乙", "丙", taken, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rated", "colour"),
    [
        (_rated("15"), "绿"),
        (_rated("15.1"), "黄"),
        (_rated("40"), "黄"),
        (_rated("40.1"), "红"),
        (_rated("0", vetoes=("安全事故",)), "红"),
        (_rated("20", colours_before=("黄", "黄")), "红"),
        (_rated("20", colours_before=("黄", "绿")), "黄"),
        (_rated("20", colours_before=("绿", "黄", "黄")), "红"),
        (_rated("20", colours_before=("黄",)), "黄"),
        (_rated("10", colours_before=("黄", "黄")), "绿"),
        (_rated("20", bonus=Decimal(5)), "绿"),
    ],
)
def test_the_colour_of_a_company_follows_from_its_score(rated: property_ratings.Rated, colour: str) -> None:
    assert property_ratings.colour_of(rated)[0] == colour


def test_a_score_stays_between_nothing_and_a_hundred() -> None:
    assert _rated("300").score == 0
    assert _rated("0", bonus=Decimal(9)).score == 100


def test_a_supervision_letter_counts_days_and_turns_its_list_across() -> None:
    found = pages(letter_papers.supervision())
    text = "".join("".join(page.extract_text().split()) for page in found)
    assert "（第二次督办）" in text
    assert "有2件需要督办，其中1件已经逾期（见附件1）。" in text
    assert "请于2026年11月12日前将办理结果书面（盖章）反馈我单位。" in text
    across = [page for page in found if page.width > page.height]
    assert len(across) == 1
    assert "事202610-0031" in across[0].extract_text()
    assert "督办事项办理回执" in "".join(found[-1].extract_text().split())


def test_a_supervision_letter_without_a_matter_is_refused() -> None:
    with pytest.raises(ValueError, match="至少要有一件"):
        letters.build_supervision(letter_papers.SENDER, (), addressee="区城管局", about="积水")


@pytest.mark.parametrize("text", ["证号11010519491231002X", "电话13800000000", "老证号110105491231002"])
def test_a_public_notice_refuses_whole_numbers_in_text_and_table(text: str) -> None:
    common = {
        "about": "名单", "issuer": "社区", "signed_on": TODAY, "shown_from": TODAY, "shown_until": TODAY,
        "contact": "秦", "phone": "13800000000",
    }  # fmt: skip
    with pytest.raises(public_notice.PrivateDataInNotice, match="带星号"):
        public_notice.build(paragraphs=(text,), **common)  # type: ignore[arg-type]
    with pytest.raises(public_notice.PrivateDataInNotice):
        public_notice.build(paragraphs=(), table=Table((TableColumn("甲"),), ((text,),)), **common)  # type: ignore[arg-type]
    assert public_notice.build(paragraphs=("证号110***********002X",), **common)  # type: ignore[arg-type]


def test_a_public_notice_counts_its_days_and_refuses_a_period_turned_round() -> None:
    assert "公示时间：2026年11月3日至2026年11月9日，共7天。" in "".join(
        pages(letter_papers.notice())[0].extract_text().split()
    )
    with pytest.raises(ValueError, match="早于"):
        public_notice.build(
            about="名单", paragraphs=(), issuer="社区", signed_on=TODAY, shown_from=TODAY,
            shown_until=TODAY - timedelta(1), contact="秦", phone="1",
        )  # fmt: skip


def test_what_is_not_known_of_a_whistle_stays_free_to_write() -> None:
    text = "".join(pages(letter_papers.whistle())[0].extract_text().split())
    for words in ("区城市管理局主责石磊2026-10-2810:052026-10-2908:55", "派出所配合", "效果36.5分", "已解决"):
        assert words in text
