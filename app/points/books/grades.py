"""Grades (等次) of a book: their order, which one a score falls into, how many may have one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from app.points.books.rules import HUNDRED, ZERO, Grade


def ordered_grades(grades: Iterable[Grade]) -> tuple[Grade, ...]:
    """Grades from the highest to the lowest."""
    return tuple(sorted(grades, key=lambda grade: (grade.at_least is not None, grade.at_least or ZERO), reverse=True))


def grade_of(grades: Sequence[Grade], value: Decimal) -> Grade | None:
    """The grade of a score; `grades` go from the highest to the lowest. None in a gap of the table."""
    return next((grade for grade in grades if _holds(grade, value)), None)


def _holds(grade: Grade, value: Decimal) -> bool:
    if grade.at_least is not None and value < grade.at_least:
        return False
    if grade.below is not None and value >= grade.below:
        return False
    return grade.up_to is None or value <= grade.up_to


def most_in_grade(grade: Grade, workers: int) -> int | None:
    """How many of so many workers may have the grade: 20 % of 9 is 1, never rounded up; None without a quota."""
    return None if grade.quota is None else int(grade.quota * workers / HUNDRED)
