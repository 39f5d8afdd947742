"""Rules of proxy services without app and database: who turns of age, A and B, what goes in comes out, photos."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields.age import full_years
from app.fields.codes import code_list
from app.lowcode.flow.shipped import read_shipped
from app.proxy_services import rules

TODAY = date(2026, 11, 22)
births = st.dates(date(1920, 1, 1), date(2020, 12, 31))
months = st.dates(date(2024, 1, 1), date(2034, 12, 31))
papers = st.lists(st.sampled_from(["身份证", "户口簿", "照片", "社保卡"]), max_size=6)


@given(born=births, month=months, age=st.integers(1, 90))
def test_who_turns_of_age_within_a_month(born: date, month: date, age: int) -> None:
    first = month.replace(day=1)
    last = (first + timedelta(days=40)).replace(day=1) - timedelta(days=1)
    after, by = rules.born_window(age, first, last)
    is_of_age = born <= last and full_years(born, last) >= age
    was_before = born < first and full_years(born, first - timedelta(days=1)) >= age
    assert (born <= by) == is_of_age
    assert (after < born <= by) == (is_of_age and not was_before)


def test_one_born_on_the_29th_of_february_turns_in_march() -> None:
    after, by = rules.born_window(70, date(2026, 2, 1), date(2026, 2, 28))
    assert not after < date(1956, 2, 29) <= by
    after, by = rules.born_window(70, date(2026, 3, 1), date(2026, 3, 31))
    assert after < date(1956, 2, 29) <= by


@pytest.mark.parametrize(
    ("a", "b", "away", "who"),
    [
        (1, 2, set(), 1),
        (1, 2, {1}, 2),
        (1, 2, {1, 2}, 1),
        (1, None, {1}, 1),
        (None, 2, set(), 2),
        (None, None, set(), None),
    ],
)
def test_b_gets_it_while_a_is_away(a: int | None, b: int | None, away: set[int], who: int | None) -> None:
    assert rules.assigned(a, b, away) == who


@pytest.mark.parametrize(
    ("worker", "a", "b", "in_place_of", "who"),
    [
        (1, 1, 2, {1: 9}, 2), (2, 1, 2, {2: 9}, 1), (1, 1, 2, {1: 9, 2: None}, 9), (1, 1, None, {1: None}, None),
        (1, 1, 2, {1: 2, 2: 1}, None), (3, 1, 2, {3: 9}, 9), (3, None, None, {3: 9}, 9), (1, 1, 1, {1: None}, None),
    ],
)  # fmt: skip
def test_who_stands_in(
    worker: int, a: int | None, b: int | None, in_place_of: dict[int, int | None], who: int | None
) -> None:  # fmt: skip
    assert rules.stand_in(worker, a, b, in_place_of) == who


@given(came=papers, more=papers)
def test_what_goes_in_comes_out(came: list[str], more: list[str]) -> None:
    assert rules.not_returned("\n".join(came), "\n".join([*came, *more])) == ()
    for at in range(len(came)):
        left = came[:at] + came[at + 1 :]
        assert rules.not_returned("\n".join(came), "、".join(left)) == (came[at],)


def test_each_gate_has_a_photo_of_its_own() -> None:
    assert rules.same_photo({"a"}, ["b"]) == ""
    assert "另拍一张" in rules.same_photo({"a"}, ["a"])
    assert "另拍一张" in rules.same_photo(set(), ["a", "a"])


@pytest.mark.parametrize(
    ("state", "due", "delivered", "words"),
    [
        ("delivered", TODAY, TODAY, "按时"), ("followed", date(2026, 11, 21), TODAY, "超时"),
        ("opened", date(2026, 11, 21), None, "已超期"), ("resealed", TODAY, None, "今天到期"),
        ("sealed", date(2026, 11, 23), None, ""), ("asked", None, None, ""), ("paused", date(2026, 11, 1), None, ""),
    ],
)  # fmt: skip
def test_how_the_day_stands(state: str, due: date | None, delivered: date | None, words: str) -> None:
    assert rules.standing(state, due, delivered, TODAY) == words


@pytest.mark.parametrize(
    "wrong",
    [
        [{"key": "a", "name": "满70"}], [{"key": "a", "name": "满70", "age": 0, "item": "证"}], ["满70"],
        [{"key": "a", "name": "满70", "age": "七十", "item": "证"}],
        [{"key": "a", "name": "满70", "age": 70, "item": "证"}] * 2,
    ],
)  # fmt: skip
def test_rules_of_a_profile_that_cannot_be_read_are_refused(wrong: Any) -> None:
    with pytest.raises(rules.EntitlementIsWrong, match="entitlements"):
        rules.read_entitlements(wrong)


def test_the_flow_has_the_three_gates_in_order_and_speaks_of_the_same_states() -> None:
    flow = read_shipped("proxy_service_gates")
    assert {state.value for state in flow.states} == {item.code for item in code_list("proxy_state").items}
    gates = [photo.name for action in flow.actions for photo in action.photos]
    assert tuple(gates) == rules.GATES
    ways = [(action.froms, action.to) for action in flow.actions if action.photos]
    assert ways == [(("appointed",), "sealed"), (("sealed",), "opened"), (("opened",), "resealed")]


def test_an_order_names_somebody_and_its_days_are_in_order() -> None:
    assert set(dict(rules.check({}, TODAY))) == {"person"}
    late = {
        "person": "孟",
        "asked_on": date(2026, 11, 23),
        "sealed_on": date(2026, 11, 1),
        "delivered_on": date(2026, 10, 1),
    }
    assert set(dict(rules.check(late, TODAY))) == {"asked_on", "sealed_on", "delivered_on"}
    assert "person_b" in dict(rules.check_item({"person_a": 1, "person_b": 1}, TODAY))
