"""Which to-dos fit what was asked, and the words for the group: plain values."""

from __future__ import annotations

from datetime import date

from app.my_tasks.rules import MOST_PASTED, Asked, fitting, group_text, lamp_word
from app.notices.rules import Todo

TODAY = date(2026, 11, 22)
LATE = Todo("报送月报", due_on=date(2026, 11, 20), tone="red", why="王某某的事")
SOON = Todo("核对名册", due_on=date(2026, 11, 23), tone="amber", on_behalf="王敏")
QUIET = Todo("看通知", tone="blue")
ALL = (LATE, SOON, QUIET)


def test_colours_and_whose_cut_together() -> None:
    assert fitting(ALL, Asked()) == list(ALL)
    assert fitting(ALL, Asked(lamp="grey")) == [QUIET]
    assert fitting(ALL, Asked(whose="other")) == [SOON]
    assert fitting(ALL, Asked(lamp="red", whose="other")) == []
    assert fitting(ALL, Asked(whose="mine")) == [LATE, QUIET]


def test_the_lamp_says_what_its_colour_means() -> None:
    attention = Todo("换届", due_on=date(2027, 3, 15), tone="amber")
    assert [lamp_word(todo, TODAY) for todo in (*ALL, attention, Todo("停电", tone="red"))] == [
        "已逾期", "快到期", "正常", "留意", "急办"
    ]  # fmt: skip


def test_the_words_hold_what_presses_and_no_reasons() -> None:
    assert group_text(ALL, area_name="桂花社区", today=TODAY).splitlines() == [
        "【待办提醒】桂花社区 11月22日，共 2 件：", "1. 报送月报（已过 2 天）", "2. 核对名册（还有 1 天）", "请各责任人按时办理。"
    ]  # fmt: skip
    assert (
        group_text((QUIET,), area_name="桂花社区", today=TODAY)
        == "【待办提醒】桂花社区 11月22日：没有逾期和快到期的事。"
    )


def test_a_long_list_is_cut_and_says_so() -> None:
    lines = group_text((LATE,) * (MOST_PASTED + 3), area_name="桂花社区", today=TODAY).splitlines()
    assert lines[-2] == "另有 3 件，请在系统“我的待办”里看。"
    assert len(lines) == MOST_PASTED + 3
