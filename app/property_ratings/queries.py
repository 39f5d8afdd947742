"""Reads of ratings: the series of one company in one compound, and those of a period."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.property_ratings.models import PropertyRating
from app.security.wall import within


def series_of(company_id: int, compound_id: int | None) -> list[PropertyRating]:
    """Live ratings of a company in a compound (or in none), by day."""
    statement = (
        select(PropertyRating)
        .where(
            PropertyRating.company_id == company_id,
            PropertyRating.compound_id == compound_id if compound_id else PropertyRating.compound_id.is_(None),
            PropertyRating.deleted_at.is_(None),
        )
        .order_by(PropertyRating.rated_on, PropertyRating.id)
    )
    return list(db.session.execute(statement).scalars())


def ratings_between(area_code: str, first: date, last: date) -> list[PropertyRating]:
    """Live ratings of an area within days, by day."""
    statement = (
        select(PropertyRating)
        .where(
            within(PropertyRating.area_code, (area_code,)),
            PropertyRating.deleted_at.is_(None),
            PropertyRating.rated_on.between(first, last),
        )
        .order_by(PropertyRating.rated_on, PropertyRating.id)
    )
    return list(db.session.execute(statement).scalars())


def colours_before(area_code: str, first: date) -> dict[tuple[int, int | None], list[str]]:
    """(company, compound) → colours of its ratings before a day, the oldest first."""
    statement = (
        select(PropertyRating.company_id, PropertyRating.compound_id, PropertyRating.colour)
        .where(
            within(PropertyRating.area_code, (area_code,)),
            PropertyRating.deleted_at.is_(None),
            PropertyRating.rated_on < first,
        )
        .order_by(PropertyRating.rated_on, PropertyRating.id)
    )
    found: dict[tuple[int, int | None], list[str]] = {}
    for company, compound, colour in db.session.execute(statement):
        found.setdefault((company, compound), []).append(colour)
    return found
