"""What each paper says, from plain rows: minutes, note, sign-in, points, roster, three lists, matrix of meetings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from reports.contents import dues_arrears, meeting_matrix, minutes, points_ledger, roster, sign_in, three_lists
from reports.contents.tables import laid_out, totals
from reports.document import (
    Cell,
    Document,
    Facts,
    Heading,
    Page,
    Paragraph,
    Roll,
    SignatureLines,
    Speech,
    Table,
    TableColumn,
    numbered,
    show,
)
from tests.reports.ledger_papers import ROSTER_COLUMNS, lists, points_summary, worker_ledger, worker_roster
from tests.reports.meeting_papers import matrix, meeting_minutes, note, sign_in_sheet


def of_type(document: Document, kind: type[Any]) -> list[Any]:
    return [block for block in document.blocks if isinstance(block, kind)]


def facts(document: Document) -> dict[str, str]:
    return {label: show(value) for block in of_type(document, Facts) for label, value in block.pairs}


def test_minutes_name_all_that_minutes_must() -> None:
    document = meeting_minutes()
    head = facts(document)
    assert head["会议时间"] == "2026年10月12日 14:00—16:20"
    assert (head["应到"], head["实到"], head["请假"], head["列席"]) == ("20人", "14人", "2人", "2人")
    assert [roll.label for roll in of_type(document, Roll)] == ["出席", "请假", "缺席", "列席"]
    assert of_type(document, Roll)[1].names == ("江月（住院）", "谷雨（出差）")
    assert [speech.speaker for speech in of_type(document, Speech)] == ["田野", "宋词", "柳岸"]
    votes, resolutions = of_type(document, Table)
    assert votes.rows == (("三号楼北侧重新划线并保留消防通道", "举手表决", 12, 1, 1, "通过"),)
    assert resolutions.rows[0][2:] == ("锦程物业", "宋词", date(2026, 11, 15))
    assert resolutions.rows[1][4] == "未定"
    assert of_type(document, SignatureLines)[0].labels == ("主持人（签字）", "记录人（签字）")
    assert document.head is None
    assert document.style == "table"
    assert document.title == "桂苑社区居民议事会记录"


@pytest.mark.parametrize(
    ("kind", "title"),
    [("支部党员大会", "甲支部党员大会记录"), ("主题党日", "甲主题党日会议记录")],
)
def test_titles_of_minutes_do_not_say_meeting_twice(kind: str, title: str) -> None:
    meeting = minutes.Meeting("甲", kind, datetime(2026, 1, 1, 9), "室", "主", "记")  # noqa: DTZ001
    document = minutes.build(meeting, minutes.Attendance(0, ()), ())
    assert document.title == title
    assert "没有记录议题" in str(document.blocks)


def test_those_with_a_vote_are_counted_apart() -> None:
    began, ended = datetime(2026, 1, 1, 23), datetime(2026, 1, 2)  # noqa: DTZ001
    meeting = minutes.Meeting("甲", "支部党员大会", began, "室", "主", "记", ended_at=ended)
    document = minutes.build(meeting, minutes.Attendance(9, ("一", "二"), voters_due=8, voters_present=1), ())
    assert facts(document)["应到"] == "9人（有表决权8人）"
    assert facts(document)["实到"] == "2人（有表决权1人）"
    assert facts(document)["会议时间"] == "2026年1月1日 23:00—2026年1月2日 00:00"


def test_the_note_is_a_note_by_the_standard() -> None:
    document = note()
    assert document.style == "official"
    assert document.head is not None
    assert document.head.form == "纪要"
    assert document.head.addressee == ""
    texts = [
        block.text if isinstance(block.text, str) else "".join(run.text for run in block.text)
        for block in of_type(document, Paragraph)
    ]
    assert texts[1] == "会议听取了街道网格中心关于第三季度事件办理情况的汇报、街道应急办关于消防通道的通报。"
    assert texts[2].startswith("会议认为，")
    assert texts[-2].endswith("（责任单位：街道应急办；配合单位：各社区；完成时限：2026年11月30日）")
    assert texts[-1].endswith("人员离岗当日登记。（责任单位：街道党建办；完成时限：未定）")
    assert [prefix + block.text for block, prefix in numbered(document) if isinstance(block, Heading)] == [
        "一、消防通道排查",
        "二、名册核对",
    ]
    assert [roll.label for roll in of_type(document, Roll)] == ["出席", "请假", "列席"]


def test_sign_in_sheet_has_numbered_blank_rows_and_room_to_sign() -> None:
    table = of_type(sign_in_sheet(), Table)[0]
    assert [row[0] for row in table.rows] == list(range(1, 21))
    assert table.rows[4][1:] == ("", "", "", "", "", "")
    assert table.row_height is not None
    assert table.row_height >= 9
    assert [column.label for column in table.columns if column.group == "签名"] == ["上午", "下午"]
    plain = sign_in.build((), meeting="会", begins_at=datetime(2026, 1, 1), place="室", blank_rows=3)  # noqa: DTZ001
    assert [column.label for column in of_type(plain, Table)[0].columns] == [
        "序号",
        "姓名",
        "单位及职务",
        "联系电话",
        "签名",
        "备注",
    ]


def test_the_ledger_balances_entry_by_entry() -> None:
    table = of_type(worker_ledger(), Table)[0]
    assert [row[-1] for row in table.rows] == [Decimal(102), Decimal("103.5"), Decimal("101.5"), Decimal("101.5")]
    assert table.totals is not None
    assert table.totals[5] == Decimal("1.5")
    assert table.rows[3][5] == "（3.0）"
    assert "不计入" in table.note
    head = facts(worker_ledger())
    assert (head["期初积分"], head["本期加分"], head["本期扣分"], head["期末积分"]) == (
        "100.0",
        "3.5",
        "-2.0",
        "101.5",
    )


def test_a_ledger_without_entries_says_so() -> None:
    document = points_ledger.build(points_ledger.Worker("韦青", "第一网格"), (), period="2026年10月")
    table = of_type(document, Table)[0]
    assert table.rows == ()
    assert table.empty_text == "本期没有积分记录"
    assert facts(document)["期末积分"] == "0.0"


def test_the_summary_adds_up_and_ranks_nobody() -> None:
    table = of_type(points_summary(), Table)[0]
    assert table.totals == ("", "合计", "", Decimal("296.5"), Decimal("11.5"), Decimal(-2), Decimal(306), 8, 1)
    assert [row[1] for row in table.rows] == ["韦青", "田野", "孟晓"]
    assert not [column.label for column in table.columns if "名次" in column.label or "排" in column.label]


def test_a_roster_chooses_its_paper_by_what_it_has_to_hold() -> None:
    assert worker_roster().page == Page("A4")
    few = roster.build((TableColumn("姓名"),), (("韦青",),), title="名册")
    assert few.page == Page("A4")
    more = ROSTER_COLUMNS + tuple(TableColumn(f"联系方式{n}", kind="id") for n in range(4))
    rows = [tuple("13800000000" for _ in more)]
    assert roster.build(more, rows, title="名册").page == Page("A4", "landscape")
    most = ROSTER_COLUMNS + tuple(TableColumn(f"联系方式{n}", kind="id") for n in range(12))
    rows = [tuple("13800000000" for _ in most)]
    assert roster.build(most, rows, title="名册").page == Page("A3", "landscape")
    assert roster.build(most, rows, title="名册", page=Page("A4")).page == Page("A4")


def test_codes_get_the_width_they_need_and_text_gives_way() -> None:
    columns = (TableColumn("身份证号", kind="id"), TableColumn("住址"), TableColumn("说明", 2.0))
    rows = [("11010519491231002X", "枫叶小区三号楼二单元四百零一室", "长" * 60)] * 20
    wide, page = laid_out(columns, rows)
    assert page == Page("A4")
    assert wide[0].width >= 18 * 0.52
    assert sum(column.width for column in wide) == pytest.approx(180 * 72 / 25.4 / 9, rel=0.01)
    assert wide[2].width > wide[1].width


def test_an_empty_roster_says_so() -> None:
    document = roster.build(ROSTER_COLUMNS, (), title="网格员花名册")
    assert of_type(document, Table)[0].totals is None
    assert of_type(document, Table)[0].empty_text == "名册里还没有记录"


def test_totals_sum_only_numbers() -> None:
    columns = (
        TableColumn("序号", kind="integer"),
        TableColumn("名称"),
        TableColumn("户数", kind="integer", is_summed=True),
        TableColumn("备注"),
    )
    rows = [(1, "甲", 5, ""), (2, "乙", None, ""), (3, "丙", Cell(7, "integer"), ""), (4, "丁", "不详", "")]
    assert totals(columns, rows) == ("", "合计", 12, "")
    assert totals(columns, [(1, "甲", None, "")])[2] is None


def test_the_three_lists_take_the_names_of_the_office() -> None:
    document = lists()
    assert [block.text for block in of_type(document, Heading)] == ["服务清单", "需求清单", "项目清单"]
    assert document.title == "枫叶社区服务清单、需求清单、项目清单"
    project = of_type(document, Table)[2].rows[0]
    assert project[2:6] == ("需001", "资002", "枫叶社区居委会", "锦程物业、街道应急办")
    alone = three_lists.build(area="甲", as_of=date(2026, 10, 31), needs=())
    assert of_type(alone, Heading) == []
    assert of_type(alone, Table)[0].empty_text == "还没有登记"


@pytest.mark.parametrize(
    ("held", "due", "words"),
    [(4, 4, "已开"), (5, 4, "已开"), (3, 4, "差1次"), (0, 4, "未开"), (0, 0, "—"), (1, 0, "已开")],
)
def test_what_was_held_against_what_is_due(held: int, due: int, words: str) -> None:
    assert meeting_matrix.standing(held, due) == words


def test_the_matrix_counts_branches_that_did_enough() -> None:
    table = of_type(matrix(), Table)[0]
    assert table.columns[2].group == "支部党员大会（全年4次）"
    assert table.rows[1][1:] == ("枫叶社区第二党支部", 3, "差1次", "", "不适用", 0, "未开", 9, "差1次", 1, "已开", 3)
    assert table.totals == ("", "合计", 11, "2/3", 18, "1/2", 7, "2/3", 29, "2/3", 1, "3/3", 4)


def test_months_owed_run_together_over_the_turn_of_a_year() -> None:
    months = [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 3, 1),
        date(2026, 5, 1),
        date(2026, 6, 1),
    ]
    assert dues_arrears.spans(months) == "2025年11月—2026年1月、2026年3月、2026年5月—6月"
    assert dues_arrears.spans([]) == ""
    made = dues_arrears.build(
        [dues_arrears.Owing("赵安", "第一网格党支部", tuple(months[:3])), dues_arrears.Owing("钱成", "", (months[0],), True)],
        area="桂花社区", as_of=date(2026, 6, 30),
    )  # fmt: skip
    table = next(block for block in made.blocks if isinstance(block, Table))
    assert table.totals == ("合计", "2人", "", 4, "", "")
    assert "谈话" in str(table.rows[1][5])
    assert dues_arrears.build([], area="桂花社区", as_of=date(2026, 6, 30)).blocks[0].rows == ()  # type: ignore[union-attr]
