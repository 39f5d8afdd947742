"""The month's paper: its sentences state no figure that its tables do not, and absent sources are left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.contents import digest
from reports.contents.figures import Figure, change, in_words
from reports.document import Document, Heading, PageBreak, Paragraph, Table, numbered, ratio, show
from tests.reports.digest_papers import figures, street_digest


def text_of(document: Document) -> str:
    parts = []
    for block, prefix in numbered(document):
        if isinstance(block, Heading):
            parts.append(prefix + block.text)
        elif isinstance(block, Paragraph):
            parts.append(block.text if isinstance(block.text, str) else "".join(run.text for run in block.text))
    return "\n".join(parts)


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def built(*topics: digest.Topic, **more: object) -> Document:
    section = digest.Section("基本情况", topics)
    given_names = {"area": "枫叶社区", "period": "2026年10月", "counted_until": date(2026, 10, 31)} | more
    return digest.build(sections=(section,), **given_names)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figure", "in_table", "words"),
    [
        (Figure("a", "上报", 9201, "", previous=9213), "−0.13%", "上报9,201件（环比下降0.13%）"),
        (Figure("a", "上报", 10, "", previous=8), "+25.00%", "上报10件（环比增长25.00%）"),
        (Figure("a", "上报", 10, "", previous=10), "持平", "上报10件（环比持平）"),
        (Figure("a", "上报", 10, "", previous=0), "无可比数据", "上报10件"),
        (Figure("a", "上报", 0, "", previous=0), "无可比数据", "上报0件"),
        (Figure("a", "上报", 10, ""), "无可比数据", "上报10件"),
        (
            Figure("a", "人房关联率", Decimal("101.88"), "", "%", Decimal("99.87")),
            "+2.01个百分点",
            "人房关联率101.88%（环比上升2.01个百分点）",
        ),
        (Figure("a", "办结率", None, "", "%", Decimal("99.87")), "无可比数据", "办结率—"),
        (Figure("a", "积分", Decimal("12.5"), "", "分", Decimal(10)), "+25.00%", "积分12.50分（环比增长25.00%）"),
    ],
)
def test_change_is_percent_of_counts_and_points_of_rates(figure: Figure, in_table: str, words: str) -> None:
    assert change(figure).in_table() == in_table
    assert in_words(figure) == words


def test_published_figures_of_a_real_monthly_report() -> None:
    # liyang.gov.cn, December 2019.
    for numerator, denominator, printed in (
        (9201, 9213, "99.87%"),
        (1871, 1883, "99.36%"),
        (1883, 9213, "20.44%"),
        (113, 9213, "1.23%"),
        (170238, 167101, "101.88%"),
    ):
        assert show(ratio(numerator, denominator), "percent") == printed


def test_text_and_tables_of_the_sample_say_the_same() -> None:
    document = street_digest()
    assert digest.stray_figures(document) == ()
    text = text_of(document)
    for sentence in (
        "一、总体情况",
        "（一）基本情况",
        "1.党建引领",
        "现有网格120个（环比持平），党组织160个（环比增长1.27%），党员3,218名；本月党组织活动166次（详见表1）。",
        "2.事件上报",
        "办结率97.31%（环比下降1.00个百分点）（详见表2、表3）。",
        "（1）普通事件",
        "（2）矛盾纠纷",
        "二、存在问题",
        "办结率未达目标。本月办结率97.31%，目标98.00%；其中未达目标的社区有桂苑社区（95.58%）。",
        "三、下步工作",
    ):
        assert sentence in text


def test_a_figure_somebody_types_that_is_in_no_table_is_found() -> None:
    typed = "上报1,300件，其中飞线充电77件，见2026年10月表1、枫网函〔2026〕8号。"
    document = built(digest.Topic("事件上报", figures()), problems=(typed,))
    assert digest.stray_figures(document) == ("77",)


COUNT = st.integers(0, 10**7)
RATE = st.decimals(0, 200, places=2)
FIGURE = st.one_of(
    st.builds(
        Figure,
        st.just("n"),
        st.sampled_from(["上报事件", "走访", "党员"]),
        st.one_of(st.none(), COUNT),
        st.just("规则"),
        st.sampled_from(["件", "名"]),
        st.one_of(st.none(), COUNT),
        st.sampled_from(["stock", "flow"]),
    ),
    st.builds(
        Figure,
        st.just("r"),
        st.just("办结率"),
        st.one_of(st.none(), RATE),
        st.just("规则"),
        st.just("%"),
        st.one_of(st.none(), RATE),
        st.sampled_from(["stock", "flow"]),
        st.one_of(st.none(), RATE),
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_drafted_sentence_states_a_figure_of_its_own(data: st.DataObject) -> None:
    topics = []
    for title in ("党建引领", "事件上报"):
        found = tuple(data.draw(st.lists(FIGURE, max_size=4)))
        lines = tuple(
            digest.AreaLine(area, tuple(data.draw(RATE) if figure.is_rate else data.draw(COUNT) for figure in found))
            for area in ("甲社区", "乙社区")
        )
        parts = (digest.Topic("普通事件", tuple(data.draw(st.lists(FIGURE, max_size=2)))),)
        topics.append(digest.Topic(title, found, lines if found and data.draw(st.booleans()) else (), parts))
    document = built(*topics, is_draft=data.draw(st.booleans()))
    assert digest.stray_figures(document) == ()


def test_what_has_no_source_is_left_out_and_never_zero() -> None:
    document = built(digest.Topic("走访服务"), digest.Topic("党建引领", figures()[:1]))
    assert "走访" not in text_of(document)
    assert "存在问题" not in text_of(document)
    assert [table.caption for table in tables(document)] == ["表1　党建引领情况", "表2　指标口径"]


def test_no_source_at_all_says_so() -> None:
    document = built(digest.Topic("走访服务"))
    assert "本期没有可以统计的数据。" in text_of(document)
    assert tables(document) == []


def test_every_figure_has_its_rule_printed_once() -> None:
    rules = tables(street_digest())[-1]
    assert rules.caption.endswith("指标口径")
    assert ("办结率", "办结事件÷上报事件") in rules.rows
    assert len(set(rules.rows)) == len(rules.rows) == 9


def test_areas_are_ranked_only_when_asked_and_equal_ones_share_a_place() -> None:
    values = {"甲": 5, "乙": 9, "丙": 5, "丁": None, "戊": 1}
    lines = tuple(digest.AreaLine(area, (value,)) for area, value in values.items())
    topic = digest.Topic("走访", (Figure("visits", "走访", 20, "规则"),), lines)
    plain = tables(built(topic))[1]
    assert [row[0] for row in plain.rows] == ["甲", "乙", "丙", "丁", "戊"]
    ranked = tables(built(replace(topic, ranked_by="visits")))[1]
    assert [row[:2] for row in ranked.rows] == [(1, "乙"), (2, "甲"), (2, "丙"), (4, "戊"), (None, "丁")]


def test_what_lies_with_the_area_itself_makes_the_table_add_up_and_has_no_place() -> None:
    lines = (digest.AreaLine("甲", (5,)), digest.AreaLine("乙", (9,)))
    found = (Figure("visits", "走访", 16, "规则", "次"),)
    topic = digest.Topic("走访", found, lines, ranked_by="visits", own=digest.AreaLine("街道本级", (2,)))
    ranked, plain = (tables(built(each))[1] for each in (topic, replace(topic, ranked_by="")))
    assert ranked.rows == ((1, "乙", 9), (2, "甲", 5), ("", "街道本级", 2))
    assert [row[:2] for row in plain.rows] == [("甲", 5), ("乙", 9), ("街道本级", 2)]
    assert ranked.columns[-1].is_summed
    assert plain.columns[-1].is_summed
    assert not tables(built(replace(topic, own=None)))[1].columns[-1].is_summed


def test_the_last_row_is_the_figure_of_the_whole_and_summed_only_if_it_is_the_sum() -> None:
    lines = (digest.AreaLine("甲", (5, Decimal("50.00"))), digest.AreaLine("乙", (6, Decimal("60.00"))))
    for total, adds_up in ((11, True), (10, False)):
        found = (Figure("p", "人员", total, "规则", "人"), Figure("r", "率", Decimal(55), "规则", "%"))
        topic = digest.Topic("人员", found, lines)
        table = tables(built(topic))[1]
        assert table.totals == ("合计", total, Decimal(55))
        assert [column.is_summed for column in table.columns] == [False, adds_up, False]


def test_wide_tables_lie_across() -> None:
    many = tuple(Figure(f"f{n}", f"第{n}项", n, "规则") for n in range(9))
    line = (digest.AreaLine("甲", tuple(range(9))),)
    document = built(digest.Topic("事件", many, line))
    assert [block.orientation for block in document.blocks if isinstance(block, PageBreak)] == [
        "portrait",
        "landscape",
        "portrait",
    ]


def test_a_draft_says_that_its_words_were_drafted_and_an_approved_paper_does_not() -> None:
    assert "由数据起草" in text_of(street_digest(is_draft=True))
    assert "由数据起草" not in text_of(street_digest(is_draft=False))
    written = built(digest.Topic("事件", figures()), problems=("个别楼栋充电不规范。",), next_steps=(), is_draft=True)
    assert "由数据起草" not in text_of(written)
    assert "下步工作" not in text_of(written)
