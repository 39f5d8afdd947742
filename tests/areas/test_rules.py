"""Codes, names and sizes of areas; the names come from the published divisions."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.areas.rules import (
    AreaRefused,
    child_code,
    grid_code,
    is_valid_at,
    level_below,
    level_of,
    lowest_common,
    match_name,
    next_code,
    parent_of,
    path_of,
    plain_name,
    same_name,
    size_doubt,
)
from app.profiles.files import FIXTURES
from app.settings.profile import GridBounds, Level

LEVELS = (
    Level("district", "区", 6),
    Level("street", "街道", 9),
    Level("community", "社区", 12),
    Level("grid", "网格", 15),
)


def test_grid_codes() -> None:
    assert grid_code("320505003003", 7) == "320505003003007"
    for community, number in (("32050500300", 7), ("320505003003", 0), ("320505003003", 1000)):
        with pytest.raises(AreaRefused, match="12 位"):
            grid_code(community, number)


def test_level_parent_and_path_follow_from_the_code() -> None:
    assert level_of("320505003003", LEVELS).key == "community"
    assert parent_of("320505003003007", LEVELS) == "320505003003"
    assert parent_of("320505", LEVELS) is None
    assert path_of("320505003003", LEVELS) == ("320505", "320505003", "320505003003")
    assert level_below("320505003003007", LEVELS) is None
    with pytest.raises(AreaRefused, match="是 8 位"):
        level_of("32050500", LEVELS)


@pytest.mark.parametrize(
    ("taken", "is_special", "expected"),
    [
        ((), False, "001"),
        ((), True, "501"),
        (("001", "002"), False, "003"),
        (("001", "007"), False, "008"),
        (("001", "501"), False, "002"),
        (("001", "501", "504"), True, "505"),
    ],
)
def test_next_code_goes_up_and_keeps_special_grids_apart(
    taken: tuple[str, ...], is_special: bool, expected: str
) -> None:
    parent = "320505003003"
    codes = {parent + number for number in taken} | {"320505003004900"}
    assert next_code(parent, codes, LEVELS, is_special=is_special) == parent + expected


def test_numbers_that_are_used_up_are_refused() -> None:
    parent = "320505003003"
    with pytest.raises(AreaRefused, match="用完"):
        next_code(parent, {parent + "500"}, LEVELS)
    with pytest.raises(AreaRefused, match="用完"):
        next_code(parent, {parent + "999"}, LEVELS, is_special=True)
    with pytest.raises(AreaRefused, match="最低一级"):
        child_code(parent + "001", 1, LEVELS)
    with pytest.raises(AreaRefused, match="1 到 999"):
        child_code(parent, 1000, LEVELS)


@given(st.sets(st.integers(1, 400), max_size=30), st.booleans())
def test_a_code_is_never_given_twice(numbers: set[int], is_special: bool) -> None:
    parent = "320505003003"
    taken = {child_code(parent, number, LEVELS) for number in numbers}
    for _ in range(20):
        code = next_code(parent, taken, LEVELS, is_special=is_special)
        assert code not in taken
        assert parent_of(code, LEVELS) == parent
        taken.add(code)


@pytest.mark.parametrize(
    ("households", "people", "bounds", "word"),
    [
        (199, None, GridBounds(), "少于 200 户"),
        (200, None, GridBounds(), None),
        (500, None, GridBounds(), None),
        (501, None, GridBounds(), "多于 500 户"),
        (None, None, GridBounds(), None),
        (300, 1001, GridBounds(0, 300, 1000), "多于 1000 人"),
        (301, 900, GridBounds(0, 300, 1000), "多于 300 户"),
        (0, 5000, GridBounds(0, 300), None),
    ],
)
def test_sizes(households: int | None, people: int | None, bounds: GridBounds, word: str | None) -> None:
    doubt = size_doubt(households, people, bounds)
    assert doubt is None if word is None else word in (doubt or "")


@pytest.mark.parametrize(
    "name", ["西津桥社区", "西津桥社区居委会", "西津桥社区居民委员会", "西津桥居委会", "西津桥居民委员会", "西津桥"]
)
def test_one_place_under_many_endings(name: str) -> None:
    assert plain_name(name) == "西津桥"
    assert same_name(name, "西津桥社区")


@pytest.mark.parametrize("name", ["社区", "村", "居委会"])
def test_a_name_of_nothing_but_an_ending_stays_something(name: str) -> None:
    assert plain_name(name)


def test_a_name_is_matched_among_ones_own_only_and_exactly_first() -> None:
    own = {"1": "马浜社区", "2": "马浜村", "3": "龙池社区居委会"}
    assert match_name("马浜社区居委会", own) == ("1",)
    assert match_name("马浜村民委员会", own) == ("2",)
    assert match_name("马浜", own) == ("1", "2")
    assert match_name("龙池", own) == ("3",)
    assert match_name("白马涧", own) == ()


@pytest.mark.parametrize("county", ["120106", "220723", "320302", "320505", "621002"])
def test_published_names_match_themselves_within_their_street(county: str) -> None:
    with (FIXTURES / "divisions" / f"{county}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if len(row["code"]) == 12]
    for row in rows:
        street = {other["code"]: other["name"] for other in rows if other["code"][:9] == row["code"][:9]}
        assert match_name(row["name"], street) == (row["code"],)


def test_validity_includes_both_days() -> None:
    first, last = date(2026, 3, 1), date(2026, 5, 31)
    assert [is_valid_at(first, last, day) for day in (date(2026, 2, 28), first, last, date(2026, 6, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert is_valid_at(None, None, first)


def test_lowest_common_area() -> None:
    assert lowest_common(["320505003001001", "320505003002"], LEVELS) == "320505003"
    assert lowest_common(["320505003001001", "320505003001"], LEVELS) == "320505003001"
    assert lowest_common(["320505003001", "320505004001"], LEVELS) == "320505"
