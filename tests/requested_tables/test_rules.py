"""Steps of a return and the words to chase with, without an application."""

from __future__ import annotations

from datetime import date

import pytest

from app.requested_tables.rules import DRAFT, GIVEN_BACK, HANDED_IN, OPEN, Standing, StepRefused, next_state, reminder

DUE = date(2026, 12, 5)


def text(*standings: Standing, today: date = date(2026, 12, 1), office: str = "清溪街道") -> str:
    return reminder(standings, title="网格员花名册", due_on=DUE, today=today, office=office)


def test_the_reminder_names_who_has_not_returned_and_who_was_given_back() -> None:
    standings = (
        Standing("桂花社区", HANDED_IN), Standing("银杏社区", OPEN), Standing("梧桐社区", DRAFT), Standing("丹枫社区", GIVEN_BACK),
    )  # fmt: skip
    assert text(*standings) == (
        "【收表催报】“网格员花名册”请于12月5日前报齐，统计到12月1日，已报 1 家，共 4 家。\n"
        "还没报：银杏社区、梧桐社区。\n"
        "退回待重报：丹枫社区。\n"
        "请在“收表”里打开填报，已有数据系统会先填好；也可以把填好的表发来。　清溪街道"
    )


def test_the_reminder_says_when_the_day_has_passed() -> None:
    late = text(Standing("银杏社区", OPEN, is_late=True), today=date(2026, 12, 7), office="")
    assert "应于12月5日前报齐，统计到12月7日，已报 0 家，共 1 家。" in late
    assert "退回" not in late
    assert late.endswith("也可以把填好的表发来。")


def test_nobody_is_chased_when_all_have_returned() -> None:
    assert text(Standing("桂花社区", HANDED_IN)) == ""
    assert text() == ""


def test_what_was_handed_in_is_locked_until_it_is_given_back() -> None:
    assert next_state(OPEN, "save") == DRAFT
    assert next_state(GIVEN_BACK, "save") == GIVEN_BACK
    with pytest.raises(StepRefused, match="已经上报"):
        next_state(HANDED_IN, "save")
    with pytest.raises(StepRefused, match="现在是“未报”"):
        next_state(OPEN, "give_back")
    assert next_state(HANDED_IN, "give_back") == GIVEN_BACK
