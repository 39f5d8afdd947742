"""换届: states of a term around its days, and what is asked for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.registers import terms
from app.registers.terms import Term, state_of

ENDS = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 2, 27), "in_term"),
        (date(2026, 2, 28), "soon"),  # 31 August less six months is the last of February
        (ENDS, "soon"),
        (date(2026, 9, 1), "expired"),
    ],
)
def test_a_term_is_amber_six_months_before_and_red_the_day_after(today: date, state: str) -> None:
    assert state_of(Term(ENDS), today) == state


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 8, 31), "soon"),
        (date(2026, 9, 1), "extended"),
        (date(2026, 12, 31), "extended"),
        (date(2027, 1, 1), "expired"),
    ],
)
def test_an_extension_puts_red_off(today: date, state: str) -> None:
    assert state_of(Term(ENDS, date(2026, 12, 31)), today) == state


def test_no_end_is_no_term() -> None:
    assert state_of(Term(None), date(2026, 1, 1)) == "none"
    assert terms.sentence(Term(None), date(2026, 1, 1)) == ""


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(-400, 400))
def test_every_due_term_is_within_the_bound_of_the_query(today: date, days: int) -> None:
    term = Term(date.fromordinal(today.toordinal() + days))
    assert not terms.is_due(term, today) or (term.ends_on or today) <= terms.latest_due(today)


def test_sentences_name_the_day() -> None:
    assert "2026-08-31" in terms.sentence(Term(ENDS), date(2026, 9, 2))
    assert "2026-12-31" in terms.sentence(Term(ENDS, date(2026, 12, 31)), date(2026, 9, 2))


def test_five_years_end_on_the_same_day() -> None:
    assert terms.end_of(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert terms.end_of(None, 5) is None


def test_an_extension_needs_a_paper_and_an_end() -> None:
    values = {"extended_to": date(2026, 12, 31)}
    assert {name for name, _ in terms.days_in_order(values)} == {"term_ends_on", "extension_paper"}
    whole = {"term_ends_on": ENDS, "extended_to": date(2026, 12, 31), "extension_paper": "清街党〔2026〕3号"}
    assert list(terms.days_in_order(whole)) == []
    assert dict(terms.days_in_order(whole | {"extended_to": ENDS})) != {}
