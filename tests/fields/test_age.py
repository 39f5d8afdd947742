"""Full years at the edges of birthdays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fields import age

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        ("1990-05-20", "2026-05-19", 35),
        ("1990-05-20", "2026-05-20", 36),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2026-05-20", "2026-05-20", 0),
    ],
)
def test_full_years(born: str, today: str, years: int) -> None:
    assert age.full_years(date.fromisoformat(born), date.fromisoformat(today)) == years


def test_backwards_is_an_error() -> None:
    with pytest.raises(ValueError, match="早于"):
        age.full_years(date(2026, 1, 2), date(2026, 1, 1))


def test_unknown_or_coming_birthdays_have_no_age() -> None:
    assert age.age_on(None, date(2026, 1, 1)) is None
    assert age.age_on(date(2026, 1, 2), date(2026, 1, 1)) is None
    assert age.age_on(date(1956, 11, 22), date(2026, 11, 22)) == 70


def test_party_age_counts_from_confirmation() -> None:
    assert age.party_age(date(1976, 7, 1), date(2026, 6, 30)) == 49
    assert age.party_age(date(1976, 7, 1), date(2026, 7, 1)) == 50
    assert age.party_age(None, date(2026, 7, 1)) is None


def test_terms_end_on_the_same_day() -> None:
    assert age.years_after(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert age.years_after(date(2021, 3, 5), 3) == date(2024, 3, 5)
    assert age.months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert age.months_after(date(2026, 3, 31), -6) == date(2025, 9, 30)
    assert age.months_after(date(2026, 12, 1), 0) == date(2026, 12, 1)


@given(days, st.integers(0, 40_000))
def test_years_grow_with_time(start: date, later: int) -> None:
    end = start + timedelta(days=later)
    years = age.full_years(start, end)
    assert years <= age.full_years(start, end + timedelta(days=1)) <= years + 1
    assert age.years_after(start, years) <= end < age.years_after(start, years + 1) + timedelta(days=1)


@given(days, st.integers(-600, 600))
def test_months_come_back_to_the_same_month(start: date, months: int) -> None:
    there = age.months_after(start, months)
    assert (there.year * 12 + there.month) - (start.year * 12 + start.month) == months
    assert there.day <= start.day
