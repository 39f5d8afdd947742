"""Rules of supervision without application or database."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.lowcode.flow.shipped import read_shipped
from app.supervision import rules

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def test_a_body_directs_those_in_its_area_and_asks_all_others() -> None:
    street, district, other = "320505001", "320505", "320505002"
    assert rules.letter_kind(street, street) == "supervision"
    assert rules.letter_kind(street, street + "001") == "supervision"
    assert rules.letter_kind(street, district) == "liaison"
    assert rules.letter_kind(street, other) == "liaison"
    assert rules.letter_kind(district, other) == "supervision"


def test_weeks_count_from_the_one_after_it_was_given_out_until_it_is_closed() -> None:
    given_out = date(2026, 11, 4)  # a Wednesday
    assert rules.missed_weeks(given_out, None, (), date(2026, 11, 15)) == []
    assert rules.missed_weeks(given_out, None, (), date(2026, 11, 16)) == [date(2026, 11, 9)]
    assert rules.missed_weeks(given_out, None, ("2026-11-09",), date(2026, 11, 24)) == [date(2026, 11, 16)]
    assert rules.missed_weeks(given_out, date(2026, 11, 17), (), date(2026, 12, 31)) == [date(2026, 11, 9)]
    assert rules.missed_weeks(None, None, (), date(2026, 12, 31)) == []
    assert rules.missed_words([date(2026, 11, 9), date(2026, 11, 16)]) == "缺2周（11-09、11-16）"
    assert rules.missed_words([]) == ""


@given(DAYS, st.integers(0, 120), st.sets(st.integers(0, 20)))
def test_a_week_is_missed_or_told_never_both_and_none_lies_ahead(begun: date, days: int, told: set[int]) -> None:
    today = begun + timedelta(days=days)
    said = {(rules.monday(begun) + timedelta(weeks=week)).isoformat() for week in told}
    missed = rules.missed_weeks(begun, None, said, today)
    assert all(week.weekday() == 0 and begun < week and week + timedelta(days=7) <= today for week in missed)
    assert not said & {week.isoformat() for week in missed}
    assert len(missed) == len(set(missed))


def test_a_batch_is_one_level_of_one_unit() -> None:
    one, two = rules.Candidate(1, 1, 7, "32"), rules.Candidate(2, 1, 7, "33")
    assert not rules.batch_fault([one, two])
    assert "先勾选" in rules.batch_fault([])
    assert "同一次督办" in rules.batch_fault([one, rules.Candidate(3, 2, 7, "32")])
    assert "一个单位" in rules.batch_fault([one, rules.Candidate(3, 1, 8, "32")])
    assert "一个单位" in rules.batch_fault([rules.Candidate(3, 1, None, "32"), rules.Candidate(4, 1, None, "33")])
    assert "不等督办" in rules.batch_fault([one, rules.Candidate(3, 0, 7, "32")])


def test_every_way_that_signs_leads_to_its_level_and_only_people_sign() -> None:
    flow = read_shipped("three_supervisions")
    for key in (*rules.ISSUES, *rules.RECORDS):
        action = flow.action(key)
        level = rules.signed_level(key)
        assert action.to == rules.STEPS[level]
        assert [rules.WAITING[state] for state in action.froms] == [level]
        assert "system" not in action.roles
        assert action.is_firm
    assert all(bool(flow.action(key).photos) == (key in rules.RECORDS) for key in (*rules.ISSUES, *rules.RECORDS))
    assert flow.action("refer").roles == ("inspector",)


def test_a_matter_has_its_days_in_order() -> None:
    today = date(2026, 11, 22)
    fine = {"assigned_on": date(2026, 11, 1), "due_on": date(2026, 11, 30), "source": "superior"}
    assert list(rules.check_item(fine, today)) == []
    wrong = {"assigned_on": date(2026, 11, 23), "due_on": date(2026, 11, 20), "source": "leader"}
    assert [name for name, _text in rules.check_item(wrong, today)] == ["assigned_on", "due_on", "leader"]
    far = fine | {"due_on": date(2028, 1, 1)}
    assert [name for name, _text in rules.check_item(far, today)] == ["due_on"]


def test_a_matter_stands_to_its_own_limit_whatever_supervision_gave_it() -> None:
    today = date(2026, 11, 22)
    assert rules.standing(date(2026, 11, 21), None, today) == "已逾期"
    assert rules.standing(date(2026, 11, 22), None, today) == "快到期"
    assert rules.standing(date(2026, 11, 25), None, today) == "快到期"
    assert rules.standing(date(2026, 11, 26), None, today) == "正常"
    assert rules.standing(date(2026, 11, 1), date(2026, 11, 20), today) == "已销号"
    assert rules.standing(None, None, today) == ""
