"""What the papers of points say: sums, words, and what a public list must never hold."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from reports.contents import points_areas, points_corrections, points_dispute, points_ranking, points_show, points_year
from reports.contents.public_notice import PrivateDataInNotice
from reports.document import Document, Facts, Paragraph, Table, show
from reports.rendering import render
from tests.reports import points_papers as papers
from tests.reports.test_same_figures import check_formulas


def only_table(document: Document) -> Table:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return table


def words(document: Document) -> str:
    return "\n".join(str(block.text) for block in document.blocks if isinstance(block, Paragraph))


def facts(document: Document) -> dict[str, str]:
    return {label: show(value) for block in document.blocks if isinstance(block, Facts) for label, value in block.pairs}


def test_the_list_to_hang_out_adds_up_and_says_until_when() -> None:
    document = papers.show()
    table = only_table(document)
    assert table.totals == ("", "合计", "", Decimal("11.5"), Decimal(-2), Decimal("9.5"), 8)
    assert "从2026年11月2日起公示，到2026年11月6日为止。按网格排列，不排名次。" in words(document)
    assert "打电话（0512-55500103）" in words(document)
    assert not [column.label for column in table.columns if "名次" in column.label or "号码" in column.label]
    assert "还没有公示" in words(points_show.build((), area="枫叶社区", period="2026年10月"))


@pytest.mark.parametrize("name", ["13800000001", "320505199001011234", "32050519900101123X"])
def test_a_public_list_holds_no_whole_number(name: str) -> None:
    worker = points_show.ShownWorker(name, "第一网格", Decimal(1), Decimal(0), 1)
    of = points_show.Show("枫叶社区", date(2026, 11, 2), date(2026, 11, 6), (worker,))
    with pytest.raises(PrivateDataInNotice):
        points_show.build([of], area="枫叶社区", period="2026年10月")
    with pytest.raises(ValueError, match="早于开始日期"):
        points_show.build([replace(of, shown_until=date(2026, 11, 1))], area="枫叶社区", period="2026年10月")


def test_a_provisional_limit_says_so() -> None:
    of = points_show.Show("枫叶社区", date(2027, 1, 4), date(2027, 1, 8), (), is_provisional=True)
    assert "（暂定，放假安排公布后重算）" in words(points_show.build([of], area="枫叶社区", period="2026年12月"))


def test_the_sheet_of_a_dispute_tells_the_whole_story() -> None:
    document = papers.dispute()
    assert facts(document)["处理结果"] == "异议成立，已更正"
    assert facts(document)["是否按时"] == "按时"
    table = only_table(document)
    assert [row[0] for row in table.rows] == ["有异议的记录", "冲正", "补记"]
    assert table.totals is not None
    assert table.totals[5] == Decimal(2)
    assert "异议成立" in words(document)


@pytest.mark.parametrize(("as_of", "said"), [(date(2026, 11, 10), "在时限内"), (date(2026, 11, 12), "超期2天")])
def test_an_open_dispute_says_until_when(as_of: date, said: str) -> None:
    of = points_dispute.Dispute(
        "韦青", "第一网格", "2026年10月", "少记了一件。", date(2026, 11, 3), date(2026, 11, 10), matter="清理楼道"
    )
    document = points_dispute.build(of, as_of=as_of)
    assert facts(document)["处理结果"] == "尚未处理"
    assert facts(document)["是否按时"] == said
    assert "认为没有记分的事项：清理楼道" in words(document)
    assert "2026年11月10日下班前" in words(document)
    late = replace(of, decision=points_dispute.Decision(False, date(2026, 11, 11), "周晓岚", "查无此事。"))
    assert facts(points_dispute.build(late, as_of=as_of))["是否按时"] == "超期1天"
    assert facts(points_dispute.build(late, as_of=as_of))["处理结果"] == "异议不成立，维持原记录"


def test_corrections_name_those_of_an_earlier_month() -> None:
    table = only_table(papers.corrections())
    assert [row[3] for row in table.rows] == ["异议冲正", "异议补记", "冲正（次月更正）"]
    assert table.totals is not None
    assert table.totals[10] == Decimal(1)
    assert "次月更正1条" in table.note
    none = only_table(points_corrections.build((), area="枫叶社区", period="2026年10月"))
    assert (none.totals, none.note, none.empty_text) == (None, "", "本期没有更正")


def test_areas_add_up_and_nobody_means_no_mean() -> None:
    document = papers.areas()
    table = only_table(document)
    assert [show(row[7], "decimal", 1) for row in table.rows] == ["4.8", "1.3", "—"]
    assert table.totals == (
        "", "合计", 5, 12, Decimal("15.5"), Decimal(-2), Decimal("13.5"), Decimal("2.7"), 1, 1,
    )  # fmt: skip
    assert document.title == "社区积分汇总表"
    assert only_table(points_areas.build((), area="枫叶街道", period="2026年10月")).totals is None


def test_the_circular_cites_its_document_and_says_what_moved_a_grade() -> None:
    document = papers.ranking()
    text = words(document)
    assert "根据《枫叶街道网格员积分考核办法》（枫街发〔2026〕3号）" in text
    assert (
        "参加排名的网格员4名，名次靠前的是田野（108.0分）、韦青（104.5分）、孟晓（104.5分）。等次为：优秀1名、合格3名。"
        in text
    )
    assert "韦青（枫叶社区第一网格）：“优秀”最多占 20%（1 名），按名次列入下一等。" in text
    assert [row[0] for row in only_table(document).rows] == [1, 2, 2, 4]
    assert "秦禾（枫叶社区第一网格）：记录合计 +4.0，在岗 26 天，不满全期 92 天的 50%，不折算、不排名" in text
    assert document.style == "official"
    none = points_ranking.build_none("现行积分细则没有开启排名。", area="枫叶街道", period="2026年第三季度")
    assert words(none) == "现行积分细则没有开启排名。"
    assert not [block for block in none.blocks if isinstance(block, Table)]


def test_a_year_tells_each_step_and_an_open_result_is_no_figure() -> None:
    document = papers.year()
    assert facts(document)["考核得分"] == "90.7"
    assert "全年 = 半年 88.0×40% + 年终 92.5×60% = 90.7。" in words(document)
    assert "按名次列入下一等。" in words(document)
    table = only_table(papers.year_list())
    assert [show(row[4], "decimal", 1) for row in table.rows] == ["90.7", "—", "55.0"]
    assert [row[6:] for row in table.rows] == [
        ("县级优秀网格员", "约谈提醒", "", ""), ("", "", "", ""), ("", "", "劝退调整", "调整岗位（沈亦舟，2027-01-12）"),
    ]  # fmt: skip
    assert table.totals is not None
    assert table.totals[3] == Decimal("114.5")
    empty = points_year.build(2026, points_year.WorkerYear("韦青", "第一网格", Decimal(0), None))
    assert facts(empty)["考核得分"] == "评分不全"
    none = only_table(points_year.build_list(2026, (), area="枫叶街道", why_unranked="现行积分细则没有开启排名。"))
    assert (none.totals, none.note) == (None, "现行积分细则没有开启排名。")


@pytest.mark.parametrize(
    ("paper", "formulas"),
    [(papers.show, 3 + 4), (papers.dispute, 1), (papers.corrections, 1), (papers.areas, 3 + 7), (papers.year_list, 1)],
)
def test_sums_are_live_in_excel(paper: Any, formulas: int) -> None:
    data = render(paper(), "xlsx")
    assert check_formulas(data) == formulas
    assert openpyxl.load_workbook(io.BytesIO(data)).active is not None
