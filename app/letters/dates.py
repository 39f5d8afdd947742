"""Dates of letters for papers: days by which signed letters ask to be answered or acted upon."""

from __future__ import annotations

from datetime import date

from app.letters.queries import answers_due
from app.lowcode.dates import Dated, DateSource, register_dates


def coming_answers(code: str, first: date, last: date) -> list[Dated]:
    """Signed letters whose day falls on these days."""
    return [
        Dated(f"{row.name}（{row.number}）", row.addressee, row.reply_by, area_code=row.area_code)
        for row in answers_due(code, first, last)
        if row.reply_by is not None
    ]


SOURCE = register_dates(DateSource("letters", "函件", coming=coming_answers, tells_areas=True))
