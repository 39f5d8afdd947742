"""Rules of whistles without application or database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lowcode.flow.asking import why_not
from app.lowcode.flow.rules import Case, LivePost, Person
from app.lowcode.flow.shipped import read_shipped
from app.whistles import rules
from app.whistles.rules import Answered
from tests.lowcode.flow.cases import STREET, TIME, at

NOW = at("2026-11-23 10:00")
SCORES = st.decimals(0, 100, places=2)


def answered(unit: str, score: str | None, *, in_time: bool = True) -> Answered:
    return Answered(unit, Decimal(score) if score else None, in_time, in_time, in_time, is_over=score is not None)


def test_only_the_streets_head_blows_and_twice_at_most() -> None:
    flow = read_shipped("whistle_five_steps")
    for key in ("blow", "blow_again"):
        assert flow.action(key).roles == ("street_head",)
    assert flow.action("blow_again").most == 1
    assert flow.action("blow_again").froms == ("failed",)
    assert flow.action("fail").roles == ("system",)
    assert flow.action("attend").roles == ("district_leader",)
    assert flow.action("refer").roles == ("inspector",)


def test_a_score_is_given_once_and_ends_the_call() -> None:
    flow = read_shipped("whistle_call")
    ways = [action for action in flow.actions if action.to == "scored"]
    assert {action.key for action in ways} == {"score", "score_failed"}
    assert all("not_handler" in action.relations and action.most == 1 for action in ways)
    assert flow.actions_from("scored") == ()


def test_what_the_program_does_with_a_whistle() -> None:
    assert rules.whistle_step("blown", ["called", "arrived"]) == ""
    assert rules.whistle_step("blown", ["unsigned", "arrived"]) == "fail"
    assert rules.whistle_step("failed", ["unsigned", "scored"]) == ""
    assert rules.whistle_step("second", ["unsigned", "scored"]) == "fail_again"
    assert rules.whistle_step("failed", ["scored", "scored"]) == "settle"
    assert rules.whistle_step("blown", []) == ""
    assert rules.whistle_step("answered", ["scored"]) == ""


def test_moments_of_arrival_fit_the_whistle() -> None:
    blown, now = at("2026-11-23 10:00"), at("2026-11-23 15:00")
    assert not rules.arrival_fault(at("2026-11-23 14:00"), blown, now)
    assert "早于吹哨" in rules.arrival_fault(at("2026-11-23 09:59"), blown, now)
    assert "还没到" in rules.arrival_fault(at("2026-11-23 16:00"), blown, now)


def test_kinds_have_clocks_that_can_be_read() -> None:
    good = {"sign_within": "30分钟", "arrive_within": "3工作日", "finish_within": "24小时"}
    assert list(rules.check_kind(good, date(2026, 1, 1))) == []
    assert [name for name, _text in rules.check_kind(good | {"arrive_within": "三天"}, date(2026, 1, 1))] == [
        "arrive_within"
    ]


def test_the_year_weighs_the_streets_by_half() -> None:
    lines = rules.year_of(
        [answered("城管", "90"), answered("城管", "81"), answered("公安", "95"), answered("公安", None, in_time=False)],
        {"城管": Decimal(80), "住建": Decimal(88)},
    )
    by_unit = {line.unit: line for line in lines}
    first = by_unit["城管"]
    assert (first.calls, first.over, first.streets, first.weighed, first.total) == (
        2, 2, Decimal("85.50"), Decimal("42.75"), Decimal("82.75"),
    )  # fmt: skip
    assert (by_unit["公安"].calls, by_unit["公安"].over, by_unit["公安"].signed_in_time) == (2, 1, 1)
    assert by_unit["公安"].total is None
    assert (by_unit["住建"].streets, by_unit["住建"].total) == (None, None)
    assert lines[0].unit == "城管"


@given(SCORES, SCORES, SCORES)
def test_a_score_lies_between_its_parts(response: Decimal, arrival: Decimal, effect: Decimal) -> None:
    found = rules.points(response, arrival, effect)
    assert min(response, arrival, effect) - Decimal("0.01") <= found <= max(response, arrival, effect) + Decimal("0.01")


@given(
    st.lists(st.tuples(st.sampled_from("甲乙丙"), SCORES), max_size=12),
    st.dictionaries(st.sampled_from("甲乙丁"), SCORES),
)
def test_every_call_is_counted_once(calls: list[tuple[str, Decimal]], other: dict[str, Decimal]) -> None:
    lines = rules.year_of([answered(unit, str(score)) for unit, score in calls], other)
    assert sum(line.calls for line in lines) == len(calls)
    assert {line.unit for line in lines} == {unit for unit, _score in calls} | set(other)
    for line in lines:
        if line.total is not None:
            assert line.weighed is not None
            assert line.other is not None
            assert abs(line.total - line.weighed - line.other / 2) <= Decimal("0.01")


@pytest.mark.parametrize(
    ("key", "case_state", "actions"),
    [
        ("whistle_five_steps", "drafted", ("blow",)), ("whistle_five_steps", "failed", ("blow_again",)),
        ("three_supervisions", "proposed", ("issue_first",)), ("three_supervisions", "first_late", ("issue_second",)),
        ("three_supervisions", "second_late", ("issue_third",)),
    ],
)  # fmt: skip
def test_nobody_blows_or_signs_in_anothers_place(key: str, case_state: str, actions: tuple[str, ...]) -> None:
    flow = read_shipped(key)
    case = Case(case_state, STREET, NOW)
    for action in (flow.action(each) for each in actions):
        own, borrowed = (Person(7, (LivePost("street_head", STREET, acts_for=absent),)) for absent in (None, 3))
        both = Person(7, (*borrowed.posts, *own.posts))
        assert why_not(flow, case, action, own, NOW, TIME, {}) == ""
        assert (
            why_not(flow, case, action, borrowed, NOW, TIME, {}) == f"“{action.name}”要本岗位的人自己做，不能由别人代。"
        )
        assert why_not(flow, case, action, both, NOW, TIME, {}) == ""
