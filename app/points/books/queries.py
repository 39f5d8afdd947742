"""Reading rule books: versions within sight, the one in force on a day, the book behind a rule's row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.database.scope import ancestors_of
from app.extensions import db
from app.points.books.models import PUBLISHED, PointsBook
from app.points.books.rows import book_of, rule_of
from app.points.books.rules import Book, BookRule, Group
from app.security.beyond import beyond_scope


def versions(*, limit: int = 200) -> Sequence[PointsBook]:
    """All versions within the actor's sight, book by book, the newest first."""
    statement = select(PointsBook).where(PointsBook.deleted_at.is_(None))
    statement = statement.order_by(PointsBook.area_code, PointsBook.key, PointsBook.number.desc()).limit(limit)
    return db.session.execute(statement).scalars().all()


def version(book_id: int) -> PointsBook | None:
    """One version within the actor's sight."""
    statement = select(PointsBook).where(PointsBook.id == book_id, PointsBook.deleted_at.is_(None))
    return db.session.execute(statement).scalar()


def versions_of(row: PointsBook) -> Sequence[PointsBook]:
    """All versions of the same book, the newest first."""
    return [each for each in versions() if (each.area_code, each.key) == (row.area_code, row.key)]


def next_number(area_code: str, key: str) -> int:
    """The number the next version gets."""
    with beyond_scope():
        statement = select(func.max(PointsBook.number)).where(PointsBook.area_code == area_code, PointsBook.key == key)
        return (db.session.execute(statement).scalar() or 0) + 1


def books_in_force(area_code: str, on: date) -> Sequence[PointsBook]:
    """Published versions that hold in an area on a day: its own first, then those of the areas above it."""
    statement = select(PointsBook).where(
        PointsBook.deleted_at.is_(None),
        PointsBook.state == PUBLISHED,
        PointsBook.area_code.in_((*ancestors_of(area_code), area_code)),
        PointsBook.valid_from <= on,
        PointsBook.valid_to.is_(None) | (PointsBook.valid_to >= on),
    )
    found = db.session.execute(statement).scalars().all()
    return sorted(found, key=lambda row: (-len(row.area_code), row.key))


def book_in_force(area_code: str, on: date) -> Book | None:
    """The book whose grades, limits and switches count in an area on a day: the nearest; None where there is none."""
    with beyond_scope():
        found = books_in_force(area_code, on)
    return book_of(found[0]) if found else None


def rule_with_group(row: Any) -> tuple[Group | None, BookRule]:
    """Everything a book says about a rule of the register (its measure, caps, checker); `row` is a PointsRule."""
    if row.book_id is None:
        return rule_of(row, None)
    with beyond_scope():
        book_row = db.session.get(PointsBook, row.book_id)
    return rule_of(row, book_of(book_row) if book_row is not None else None)
