"""The months a page offers to look at."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.language import gettext as _
from app.lowcode.page_models.parts import Option
from app.periods.rules import Period

OFFERED: Final = 13
"""A month and the twelve before: the same month of last year is the last."""


def month_options(chosen: Period, today: date) -> tuple[Option, ...]:
    """The running month and those before, and the chosen period where it is none of them."""
    rows = [Period.of("month", today)]
    while len(rows) < OFFERED:
        rows.append(rows[-1].previous())
    if chosen.key not in {each.key for each in rows}:
        rows.append(chosen)
    return tuple(Option(each.key, _(each.title), each.key == chosen.key) for each in rows)
