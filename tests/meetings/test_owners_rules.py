"""业主大会: two thirds take part and a half or three quarters agree, both by heads and by square metres."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings.owners_rules import (
    MATTERS,
    Owners,
    OwnersBallot,
    ballot_errors,
    matter_of,
    outcome,
    participation,
    percent,
)

WHOLE = Owners(300, Decimal(30000))
ORDINARY, WEIGHTY = matter_of("property_company"), matter_of("rebuild")


def _owners(count: int, area: float | str) -> Owners:
    return Owners(count, Decimal(str(area)))


@pytest.mark.parametrize(
    ("count", "area", "is_met"),
    [
        (200, "20000", True),
        (199, "30000", False),
        (300, "19999.99", False),
        (200, "19999.99", False),
        (201, "20000.01", True),
    ],
)
def test_two_thirds_of_heads_and_of_square_metres_take_part(count: int, area: str, is_met: bool) -> None:
    found = participation(WHOLE, _owners(count, area))
    assert found.is_met is is_met
    assert ("表决无效" in found.sentence) is not is_met


@pytest.mark.parametrize(
    ("yes", "yes_area", "ordinary", "weighty"),
    [
        (120, "12000", False, False),  # just a half of 240 is not more than half
        (121, "12000.01", True, False),
        (121, "12000", False, False),  # enough heads, not enough metres
        (120, "24000", False, False),
        (180, "18000", True, True),  # three quarters are enough
        (180, "17999.99", True, False),
        (179, "18000", True, False),
    ],
)
def test_half_or_three_quarters_of_those_who_took_part(yes: int, yes_area: str, ordinary: bool, weighty: bool) -> None:
    favour = _owners(yes, yes_area)
    ballot = OwnersBallot(favour, _owners(240 - yes, Decimal(24000) - favour.area))
    assert outcome(ORDINARY, WHOLE, ballot).is_met is ordinary
    assert outcome(WEIGHTY, WHOLE, ballot).is_met is weighty


def test_nothing_is_carried_where_too_few_took_part() -> None:
    found = outcome(ORDINARY, WHOLE, OwnersBallot(_owners(199, "19900")))
    assert not found.is_met
    assert "没有达到三分之二" in found.sentence
    assert "没有通过" in found.sentence


def test_just_the_three_items_of_the_code_are_weighty() -> None:
    assert [matter.key for matter in MATTERS if matter.is_weighty] == ["raise_fund", "rebuild", "change_of_use"]
    assert len(MATTERS) == 9
    assert matter_of("gone").key == "other"


def test_a_share_never_reads_as_more_than_it_is() -> None:
    assert percent(199999, 300000) == "66.66%"
    assert percent(2, 3) == "66.66%"
    assert percent(0, 0) == "—"


@pytest.mark.parametrize(
    ("whole", "ballot", "part", "word"),
    [
        (Owners(), OwnersBallot(_owners(1, 1)), "in_favour", "业主总人数"),
        (WHOLE, OwnersBallot(Owners()), "in_favour", "都是 0"),
        (WHOLE, OwnersBallot(_owners(301, 100)), "in_favour", "还多"),
        (WHOLE, OwnersBallot(_owners(200, 30001)), "in_favour_area", "还大"),
        (WHOLE, OwnersBallot(_owners(200, 20000), _owners(3, 0)), "against", "一起填写"),
        (WHOLE, OwnersBallot(_owners(200, 20000), Owners(), _owners(-1, -5)), "abstained", "小于 0"),
    ],
)
def test_counts_that_cannot_be(whole: Owners, ballot: OwnersBallot, part: str, word: str) -> None:
    found = dict(ballot_errors(whole, ballot))
    assert word in found[part]


def test_a_count_that_falls_short_still_stands() -> None:
    assert not list(ballot_errors(WHOLE, OwnersBallot(_owners(10, 900))))


@given(st.integers(1, 400), st.integers(0, 400), st.integers(0, 400), st.integers(1, 200))
def test_carried_means_enough_in_both_counts(whole: int, yes: int, no: int, metres: int) -> None:
    ballot = OwnersBallot(_owners(yes, yes * metres), _owners(no, no * metres))
    found = outcome(ORDINARY, _owners(whole, whole * metres), ballot)
    assert found.is_met == (3 * (yes + no) >= 2 * whole and 2 * yes > yes + no)
