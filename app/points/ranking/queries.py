"""Reading a period's scores: from the monthly sums only (a week from its entries), by the book in force at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.database.scope import range_of
from app.extensions import db
from app.lowcode.register import register
from app.periods.rules import Period
from app.points import sum_queries
from app.points.books.queries import book_in_force
from app.points.books.rules import Book
from app.points.models import IS_FIRST_HAND, PointsEntry, PointsSum
from app.points.ranking.rules import (
    Graded,
    Placed,
    Score,
    Stay,
    graded,
    ranked,
    refuse_ranking,
    score,
)
from app.points.rules import ZERO
from app.security.beyond import beyond_scope

QUOTA_DIGITS = {"community": 12, "street": 9}
"""How many digits the code of the area has whose workers a quota is counted of."""


@dataclass(frozen=True, slots=True)
class Person:
    """A worker of a ranking: who and where he is."""

    id: int
    uid: str
    name: str
    area_code: str
    stay: Stay

    @property
    def place(self) -> tuple[str, int]:
        """Where he stands on every list that ranks nobody: by grid, then as in the roster."""
        return self.area_code, self.id


@dataclass(frozen=True, slots=True)
class Standing:
    """An area's period: who stands where, and with what grade (() where the book has no grades)."""

    area_code: str
    period: Period
    book: Book
    people: dict[str, Person]
    placed: tuple[Placed, ...]
    grades: dict[str, Graded]
    apart: tuple[Score, ...] = ()
    """Of those who were in post too short to be ranked, by grid."""

    def of(self, worker_uid: str) -> Placed | None:
        """The place of one worker; None for whoever is not ranked here."""
        return next((each for each in self.placed if each.score.worker == worker_uid), None)


def ranking_book(area_code: str, period: Period, *, today: date) -> Book:
    """The book that ranks an area's period. Raises NotRanked where none does."""
    book = book_in_force(area_code, min(period.last, today))
    refuse_ranking(
        is_ranked=book is not None and book.terms.is_ranked, basis=book.terms.ranking_basis if book is not None else ""
    )
    assert book is not None
    return book


def standing(area_code: str, period: Period, *, today: date) -> Standing:
    """Ranks and grades of an area's workers. Raises NotRanked where the book does not rank."""
    book = ranking_book(area_code, period, today=today)
    people = people_of(area_code, period)
    scores = scores_of(area_code, period, book, people, today=today)
    apart = tuple(
        sorted((each for each in scores.values() if each.is_short), key=lambda each: people[each.worker].place)
    )
    placed = by_grid(ranked(each for each in scores.values() if not each.is_short), people)
    if len(area_code) > (digits := QUOTA_DIGITS[book.terms.quota_per]):
        # A quota is of the whole community (or street), however small a part of it is looked at.
        with beyond_scope():
            grades = standing(area_code[:digits], period, today=today).grades
    else:
        short = {each.worker for each in apart}
        grades = grades_of(placed, book, {uid: each for uid, each in people.items() if uid not in short})
    own = {uid: grades[uid] for uid in people if uid in grades}
    return Standing(area_code, period, book, people, placed, own, apart)


def by_grid(placed: Sequence[Placed], people: Mapping[str, Person]) -> tuple[Placed, ...]:
    """Those with the same rank in the order of grids and of the roster, as on every other list."""

    def place(each: Placed) -> tuple[int, str, int]:
        return each.rank, *people[each.score.worker].place

    return tuple(sorted(placed, key=place))


def scores_of(
    area_code: str, period: Period, book: Book, people: Mapping[str, Person], *, today: date
) -> dict[str, Score]:
    """Worker → what his period comes to by the book; whoever was not in post in it is not there."""
    points = points_of(area_code, period)
    vetoes = _vetoes(tuple(people), book, period)
    last = min(period.last, today)
    found = {
        person.uid: score(
            person.uid, points.get(person.uid, ZERO), person.stay, first=period.first, last=last, start=book.start,
            pro_rata=book.terms.pro_rata, has_veto=person.uid in vetoes, least_share=book.terms.least_share,
        )
        for person in people.values()
    }  # fmt: skip
    return {uid: each for uid, each in found.items() if each is not None}


def grades_of(placed: Sequence[Placed], book: Book, people: Mapping[str, Person]) -> dict[str, Graded]:
    """Worker → his grade, quotas counted within each community or street, as the book says."""
    digits = QUOTA_DIGITS[book.terms.quota_per]
    groups: dict[str, list[Placed]] = {}
    for each in placed:
        groups.setdefault(people[each.score.worker].area_code[:digits], []).append(each)
    among = Counter(person.area_code[:digits] for person in people.values())
    return {
        each.placed.score.worker: each
        for code, group in groups.items()
        for each in graded(group, book.grades, among=among[code])
    }


def points_of(area_code: str, period: Period) -> dict[str, Decimal]:
    """Worker → his points of a period made in an area. Whole months read at most workers × months rows."""
    low, high = range_of(area_code)
    if period.kind == "week":
        statement: Any = (
            select(PointsEntry.worker_uid, func.sum(PointsEntry.points))
            .where(PointsEntry.area_code >= low, PointsEntry.area_code < high)
            .where(PointsEntry.on.between(period.first, period.last))
            .group_by(PointsEntry.worker_uid)
        )
    else:
        months, _days = sum_queries.split_days(period.first, period.last)
        statement = (
            select(PointsSum.worker_uid, func.sum(PointsSum.gained + PointsSum.deducted))
            .where(
                PointsSum.area_code >= low, PointsSum.area_code < high, PointsSum.month.in_(sum_queries.rows_of(months))
            )
            .group_by(PointsSum.worker_uid)
        )
    return {uid: sum_queries.exact(total) for uid, total in db.session.execute(statement)}


def people_of(area_code: str, period: Period) -> dict[str, Person]:
    """Worker → who he is, of those in post in the period."""
    model: Any = register("grid_workers").model
    low, high = range_of(area_code)
    statement = select(model.id, model.uid, model.name, model.area_code, model.hired_on, model.left_on).where(
        model.area_code >= low, model.area_code < high, model.deleted_at.is_(None),
        model.hired_on.is_(None) | (model.hired_on <= period.last),
        model.left_on.is_(None) | (model.left_on >= period.first),
    )  # fmt: skip
    return {
        row.uid: Person(row.id, row.uid, row.name, row.area_code, Stay(row.hired_on, row.left_on))
        for row in db.session.execute(statement)
    }


def _vetoes(worker_uids: Sequence[str], book: Book, period: Period) -> set[str]:
    """Workers with a live entry under a rule of 一票否决."""
    codes = [rule.code for _group, rule in book.rules() if rule.is_veto]
    if not codes:
        return set()
    taken_back = select(PointsEntry.reverses_id).where(PointsEntry.reverses_id.is_not(None))
    statement = select(PointsEntry.worker_uid).where(
        PointsEntry.worker_uid.in_(worker_uids), PointsEntry.rule_code.in_(codes), IS_FIRST_HAND,
        PointsEntry.on.between(period.first, period.last), PointsEntry.id.not_in(taken_back),
    )  # fmt: skip
    return set(db.session.execute(statement).scalars())
