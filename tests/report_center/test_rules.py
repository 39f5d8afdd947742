"""Rules of 报送: states, deadlines, reasons, reminders, and what differs between two papers."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from app.report_center.comparing import Difference, differences
from app.report_center.rules import (
    ACTION_NAMES,
    MISSING,
    PASSED,
    RETURNED,
    STATE_NAMES,
    SUBMITTED,
    SubmissionRefused,
    Unfinished,
    check_period,
    check_reason,
    deadline_of,
    may,
    next_state,
    reminder,
    words_of,
)
from reports.document import Document, Heading, Paragraph, Run, Table, TableColumn

ALLOWED = {
    (MISSING, "fill"): MISSING,
    (MISSING, "submit"): SUBMITTED,
    (RETURNED, "fill"): RETURNED,
    (RETURNED, "submit"): SUBMITTED,
    (SUBMITTED, "pass"): PASSED,
    (SUBMITTED, "return"): RETURNED,
    (PASSED, "return"): RETURNED,
}


@pytest.mark.parametrize(("state", "action"), list(product(STATE_NAMES, ACTION_NAMES)))
def test_every_step_from_every_state(state: str, action: str) -> None:
    assert may(state, action) is ((state, action) in ALLOWED)
    if (state, action) in ALLOWED:
        assert next_state(state, action) == ALLOWED[state, action]
    else:
        with pytest.raises(SubmissionRefused, match=STATE_NAMES[state]):
            next_state(state, action)


def test_a_paper_goes_back_with_a_reason_only() -> None:
    assert check_reason("  人数\n不符 ") == "人数 不符"
    assert len(check_reason("长" * 900)) == 300
    with pytest.raises(SubmissionRefused, match="退回原因"):
        check_reason(" \n")


@pytest.mark.parametrize(
    ("last", "day", "expected"),
    [
        (date(2026, 10, 31), 5, date(2026, 11, 5)),
        (date(2026, 12, 31), 5, date(2027, 1, 5)),
        (date(2027, 1, 31), 31, date(2027, 2, 28)),
        (date(2026, 10, 31), 0, date(2026, 11, 1)),
    ],
)
def test_the_last_day_lies_in_the_month_after(last: date, day: int, expected: date) -> None:
    assert deadline_of(last, day) == expected


def test_nothing_goes_up_before_its_period_is_over() -> None:
    check_period(date(2026, 10, 31), "2026年10月", today=date(2026, 10, 31))
    with pytest.raises(SubmissionRefused, match="10月31日起"):
        check_period(date(2026, 10, 31), "2026年10月", today=date(2026, 10, 30))


def test_the_reminder_names_who_and_what() -> None:
    late = [Unfinished("桂花社区", ("月报",)), Unfinished("银杏社区"), Unfinished("望山社区", (), ("月报",))]
    text = reminder(late, period="2026年10月", deadline=date(2026, 11, 5), today=date(2026, 11, 22), office="清溪街道")
    assert "尚未报送：桂花社区（月报）。" in text
    assert "退回待重报：望山社区（月报）。" in text
    assert "银杏社区" not in text
    assert "请抓紧报送" in text
    assert reminder([], period="", deadline=date(2026, 11, 5), today=date(2026, 11, 1), office="") == ""


def _paper(*rows: tuple[str, int], caption: str = "表1　党建引领情况") -> Document:
    columns = (TableColumn("指标"), TableColumn("本月", kind="integer"))
    return Document("月报", (Table(columns, rows, caption=caption),))


def test_differences_name_table_row_and_column() -> None:
    before, after = (
        _paper(("党员", 1203), ("支部", 4)),
        _paper(("党员", 1204), ("支部", 4), caption="表2　党建引领情况"),
    )
    assert differences(before, after) == [Difference("党建引领情况", "党员", "本月", "1,203", "1,204")]
    assert differences(before, before) == []
    gone = differences(before, _paper(("党员", 1203)))
    assert [(each.row, each.column, each.after) for each in gone] == [("支部", "指标", ""), ("支部", "本月", "")]


def test_every_word_of_a_paper_is_seen() -> None:
    document = Document("题", (Heading("一"), Paragraph((Run("二"),)), Table((TableColumn("三"),), (("四",),))))
    assert {"题", "一", "二", "三", "四"} <= set(words_of(document))
