"""Rules of committees of owners, homes, people and shared checks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.registers import building_heads, buildings, dwellings, households
from app.registers.owners_committees import rules as committees
from app.registers.owners_committees.rules import Ballot, Seat
from app.registers.residents import rules as residents
from app.registers.rules import agrees_with_id, in_order
from app.registers.service_targets import rules as targets

TODAY = date(2026, 11, 22)


def seats(members: int, party: int) -> list[Seat]:
    """A committee whose first member leads it."""
    return [Seat("member" if n else "director", n < party, date(2024, 1, 1), None, f"委员{n}") for n in range(members)]


def test_seven_of_nine_are_77_8() -> None:
    assert committees.party_share(seats(9, 7), TODAY) == Decimal("77.8")
    assert committees.party_share([], TODAY) is None


def test_who_left_and_who_is_in_reserve_do_not_count() -> None:
    gone = Seat("member", True, date(2020, 1, 1), date(2026, 11, 21))
    last_day = Seat("member", True, date(2020, 1, 1), TODAY)
    reserve = Seat("reserve", True)
    assert len(committees.sitting([*seats(5, 3), gone, last_day, reserve], TODAY)) == 6


@pytest.mark.parametrize(
    ("number", "words"),
    [(5, ()), (11, ()), (4, ("5 到 11", "单数")), (13, ("5 到 11",)), (6, ("单数",)), (0, ("还没有登记",))],
)  # fmt: skip
def test_sizes_of_committees(number: int, words: tuple[str, ...]) -> None:
    found = committees.doubts(seats(number, 1), TODAY)
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_one_head_only() -> None:
    two = [*seats(4, 1), Seat("director", False)]
    assert any("2 名主任" in sentence for sentence in committees.doubts(two, TODAY))


def ballot(taking_part: int, in_favour: int, *, area_in_favour: int | None = None) -> Ballot:
    """90 owners of 100 ㎡ each."""
    area = Decimal(100)
    favour = Decimal(area_in_favour) if area_in_favour is not None else in_favour * area
    return Ballot(90, 90 * area, taking_part, taking_part * area, in_favour, favour)


@pytest.mark.parametrize(
    ("vote", "ordinary", "special"),
    [
        (ballot(59, 59), False, False),  # one short of two thirds
        (ballot(60, 30), False, False),  # half is not more than half
        (ballot(60, 31), True, False),
        (ballot(60, 45), True, True),
        (ballot(60, 45, area_in_favour=4_499), True, False),
    ],
)
def test_owners_decide_by_heads_and_by_area(vote: Ballot, ordinary: bool, special: bool) -> None:
    assert committees.is_carried(vote, is_special=False) is ordinary
    assert committees.is_carried(vote, is_special=True) is special


def test_id_numbers_speak_against_other_columns() -> None:
    values = {"id_number": "11010519491231002X", "born_on": date(1949, 12, 30), "sex": "1"}
    assert {name for name, _ in agrees_with_id(values)} == {"born_on", "sex"}
    assert list(agrees_with_id({"id_number": "11010519491231002X", "born_on": date(1949, 12, 31), "sex": "2"})) == []


def test_equal_days_pass_unless_told() -> None:
    values = {"a": TODAY, "b": TODAY}
    assert list(in_order(values, "a", "b", labels=("甲", "乙"))) == []
    assert list(in_order(values, "a", "b", labels=("甲", "乙"), same_day=False)) != []


def test_population_tells_local_from_floating() -> None:
    found = residents.population_of(
        {
            ("together", "present"): 50, ("together", "away"): 5, ("away", None): 20, ("renting", "present"): 140,
            ("without_household", None): 10, (None, "present"): 3, ("together", "deceased"): 9,
            ("renting", "moved_out"): 9,
        }
    )  # fmt: skip
    assert (found.local, found.local_present, found.floating, found.unknown) == (75, 50, 150, 3)
    assert found.living_here == 203


def test_the_last_movement_that_says_something_counts() -> None:
    assert residents.state_after(("move_in", "go_out", "come_back"), None) == "present"
    assert residents.state_after((), "away") == "away"


def test_people_do_not_live_in_empty_homes() -> None:
    assert "living_kind" in dict(residents.check({"living_kind": "vacant"}, TODAY))
    assert "resident_count" in dict(households.check({"living_kind": "vacant", "resident_count": 2}, TODAY))


def test_children_need_a_guardian() -> None:
    child = {"name": "小明", "id_number": "320505201501010019"}
    assert "guardian" in dict(targets.check(child, TODAY))
    assert "resident" in dict(targets.check({}, TODAY))


def test_a_stairwell_head_has_a_stairwell() -> None:
    assert "unit_number" in dict(building_heads.check({"post": "unit_head"}, TODAY))


def test_years_and_handing_over_must_have_come() -> None:
    assert "built_in" in dict(buildings.check({"built_in": 2030}, TODAY))
    ahead = {"handed_over_on": date(2027, 1, 1), "state": "own"}
    assert "handed_over_on" in dict(dwellings.check(ahead, TODAY))
    assert list(dwellings.check(ahead | {"state": "undelivered"}, TODAY)) == []
