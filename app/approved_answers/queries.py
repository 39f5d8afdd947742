"""Reads of approved answers: those offered to a reply, and those that ran out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select

from app.approved_answers import rules
from app.approved_answers.models import ApprovedAnswer
from app.database.scope import ancestors_of
from app.extensions import db
from app.security.wall import within

MOST_READ = 2000
"""An office has some hundred; more than these are not compared word by word."""


def offered(
    *, category: str = "", words: str = "", area_code: str, today: date, most: int = 5
) -> list[rules.Answer]:  # fmt: skip
    """What may be said to somebody who asks in an area: its own answers and those of the areas above it, best first.

    `category` is a code of the list answer_category, `words` what was asked, as it was said. Reads through the wall.
    """
    statement = (
        select(ApprovedAnswer)
        .where(
            ApprovedAnswer.deleted_at.is_(None), ApprovedAnswer.approved_on.is_not(None),
            or_(ApprovedAnswer.valid_until.is_(None), ApprovedAnswer.valid_until >= today),
            ApprovedAnswer.area_code.in_((*ancestors_of(area_code), area_code)),
        )
        .order_by(ApprovedAnswer.approved_on.desc(), ApprovedAnswer.id)
        .limit(MOST_READ)
    )  # fmt: skip
    rows = [
        rules.Answer(
            row.id, row.name, row.answer, row.basis or "", row.office, row.category or "", row.area_code,
            row.approved_on, row.valid_until, row.keywords or "",
        )
        for row in db.session.execute(statement).scalars()
    ]  # fmt: skip
    return rules.offered(rows, category=category, words=words, area_code=area_code, today=today, most=most)


def run_out(prefixes: tuple[str, ...], today: date, *, limit: int) -> Sequence[ApprovedAnswer]:
    """Approved answers whose last day has passed, the oldest first."""
    statement = (
        select(ApprovedAnswer)
        .where(
            within(ApprovedAnswer.area_code, prefixes), ApprovedAnswer.deleted_at.is_(None),
            ApprovedAnswer.approved_on.is_not(None), ApprovedAnswer.valid_until < today,
        )
        .order_by(ApprovedAnswer.valid_until, ApprovedAnswer.id)
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(statement).scalars().all()
