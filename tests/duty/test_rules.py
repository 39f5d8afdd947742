"""Whose turn it is: fair by kind of day, never two days in a row, the same each time, and each with its reason."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from datetime import date, timedelta

import pikepdf
from hypothesis import given
from hypothesis import strategies as st

from app.duty import rules
from app.duty.rules import Member, Served, day_kind, plan
from app.fields.calendar import announced_calendar
from reports.contents import duty
from reports.document import Roll
from reports.rendering import render

CALENDAR = announced_calendar()
FIRST = date(2026, 9, 21)


def people(count: int, role: str = "main", **more: date) -> list[Member]:
    return [Member(number, f"w{number}", f"职工{number}", role, **more) for number in range(1, count + 1)]


def days(first: date, count: int) -> list[tuple[date, str]]:
    span = (first + timedelta(days=offset) for offset in range(count))
    return [(day, day_kind(day, CALENDAR)) for day in span]


def test_holidays_weekends_and_make_up_days_are_told_apart() -> None:
    kinds = {day.isoformat(): kind for day, kind in days(FIRST, 25)}
    assert kinds["2026-10-01"] == "holiday"
    assert kinds["2026-10-10"] == "workday", "补班"
    assert kinds["2026-10-11"] == "weekend"
    assert kinds["2026-09-21"] == "workday"


@given(st.integers(3, 7), st.integers(1, 120), st.integers(0, 300))
def test_turns_of_one_kind_differ_by_two_at_most_and_nobody_stands_two_days_running(
    count: int, length: int, later: int
) -> None:
    members = people(count)
    turns = plan(days(FIRST + timedelta(days=later), length), members, [])
    assert turns == plan(days(FIRST + timedelta(days=later), length), members, []), "the same each time"
    for kind in rules.KIND_WORDS:
        stood = [sum(turn.member == member and turn.kind == kind for turn in turns) for member in members]
        assert max(stood) - min(stood) <= 2
    assert all(one.member != next_.member for one, next_ in itertools.pairwise(turns))
    assert all(turn.why for turn in turns)


def test_months_planned_one_after_another_are_fair_together() -> None:
    members = people(4)
    first = plan(days(date(2026, 9, 1), 30), members, [])
    served = [Served(turn.on, turn.kind, turn.role, turn.member.id) for turn in first if turn.member]
    second = plan(days(date(2026, 10, 1), 31), members, served)
    together = [*first, *second]
    stood = [sum(turn.member == member and turn.kind == "holiday" for turn in together) for member in members]
    assert sum(stood) == sum(kind == "holiday" for _day, kind in days(date(2026, 9, 1), 61))
    assert max(stood) - min(stood) <= 1


def test_who_joins_later_does_not_catch_up() -> None:
    old = people(2)
    served = [Served(FIRST + timedelta(days=n), "workday", "main", 1 + n % 2) for n in range(10)]
    new = Member(9, "w9", "新来的", "main", starts_on=FIRST + timedelta(days=10))
    turns = plan([(FIRST + timedelta(days=10 + n), "workday") for n in range(9)], [*old, new], served)
    assert sum(turn.member == new for turn in turns) <= 4


def test_away_and_gone_people_are_left_out_and_the_reason_says_so() -> None:
    one, two = people(2)
    away = replace(one, away=((FIRST, FIRST),))
    (turn,) = plan([(FIRST, "workday")], [away, two], [])
    assert turn.member == two
    assert "职工1这天不排班" in turn.why
    (turn,) = plan([(FIRST, "workday")], [replace(one, ends_on=FIRST - timedelta(days=1))], [])
    assert turn.member is None
    assert "没有人能排" in turn.why


def test_one_person_stands_in_one_role_a_day_and_around_a_fixed_shift_others_do() -> None:
    both = [Member(1, "w1", "甲", "leader"), Member(2, "w1", "甲", "main"), Member(3, "w3", "乙", "main")]
    leader, main = plan([(FIRST, "workday")], both, [])
    assert (leader.member, main.member) == (both[0], both[2])
    fixed = [Served(FIRST + timedelta(days=1), "workday", "main", 1)]
    two = people(2)
    turns = plan(days(FIRST, 2), two, [], fixed)
    assert [turn.on for turn in turns] == [FIRST], "a fixed day is not planned again"
    assert turns[0].member == two[1]
    before = [Served(date(2026, 1, 5), "workday", "main", 2), Served(date(2026, 1, 6), "workday", "main", 2)]
    (turn,) = plan(days(FIRST, 1), two, before, fixed)
    assert turn.member == two[1]
    assert "职工1前后一天值班，顺延" in turn.why


def test_reasons_name_what_decided() -> None:
    one, two = people(2)
    before = [Served(FIRST - timedelta(days=9), "workday", "main", 1)]
    assert "次数最少" in plan([(FIRST, "workday")], [one, two], before)[0].why
    before.append(Served(FIRST - timedelta(days=5), "workday", "main", 2))
    (turn,) = plan([(FIRST, "workday")], [one, two], before)
    assert turn.member == one
    assert "隔得最久" in turn.why


def test_the_months_sheet_is_one_side_whatever_it_holds() -> None:
    full = [
        duty.DutyDay(date(2026, 10, day), "国庆节、中秋节", "欧阳建国华", "买买提江艾力克木", "张三", "这一天有一段很长很长的备注要写")
        for day in range(1, 32)
    ]  # fmt: skip
    phones = [(f"职工{number}", "15400000000") for number in range(40)]
    document = duty.build_month(
        full, office="一个名字很长很长很长很长的社区居民委员会", month="2026年10月", phones=phones
    )
    with pikepdf.open(io.BytesIO(render(document, "pdf"))) as file:
        assert len(file.pages) == 1
    few = duty.build_month(full, office="桂花社区", month="2026年10月", phones=phones[:13])
    assert any(isinstance(block, Roll) and "15400000000" in str(block.names) for block in few.blocks)
    with pikepdf.open(io.BytesIO(render(few, "pdf"))) as file:
        assert len(file.pages) == 1
    assert duty.build_month([], office="桂花社区", month="2026年10月").blocks


def test_records_are_counted_below_the_table() -> None:
    lines = (duty.Happened("21:40", "路灯不亮", "已报修"), duty.Happened("22:10", "井盖松动", "已围挡"))
    records = [
        duty.DutyRecord(date(2026, 10, 1), "桂花社区", "甲（主班）", "有记录", lines),
        duty.DutyRecord(date(2026, 10, 2), "桂花社区", "乙（主班）", "零报告"),
        duty.DutyRecord(date(2026, 10, 3), "桂花社区", "甲（主班）", "缺记录"),
    ]
    (table,) = duty.build_records(records, area="桂花社区", period="2026年10月").blocks
    assert len(table.rows) == 4
    assert table.note == "共3班：有记录1班，零报告1班，缺记录1班。"
