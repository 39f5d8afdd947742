"""Full years between two days: age, party age 党龄, and what follows from them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def full_years(since: date, until: date) -> int:
    """Birthdays passed from `since` to `until`. One born on 29 February is a year older on 1 March of other years.

    Raises ValueError where `until` lies before `since`.
    """
    if until < since:
        raise ValueError("截止日期早于开始日期")
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


def age_on(born_on: date | None, today: date) -> int | None:
    """周岁 on `today`; None where the birthday is unknown or lies ahead."""
    return None if born_on is None or born_on > today else full_years(born_on, today)


def party_age(confirmed_on: date | None, today: date) -> int | None:
    """党龄 in full years, counted from 转正 as the party charter says; None for a probationary member."""
    return age_on(confirmed_on, today)


def years_after(start: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February where there is none."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def months_after(start: date, months: int) -> date:
    """The same day `months` later (negative: earlier), cut to the month's last day: 31 August + 6 → 28 February."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
