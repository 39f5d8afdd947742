"""试算: what a past month would have been under another version, worker by worker, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from app.database.scope import range_of
from app.extensions import db
from app.lowcode.register import register
from app.periods.rules import Period
from app.points.books.earlier import live_entries
from app.points.books.rules import ZERO, Book
from app.points.books.worth import Given, replay
from app.points.models import PointsSum
from app.points.sum_queries import month_number

MOST_WORKERS = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """One worker's month: the entries as they count, as the other book would have it, and why they differ."""

    name: str
    old: Decimal
    new: Decimal
    reasons: tuple[str, ...]


def try_month(book: Book, area_code: str, month: Period) -> list[Tried]:
    """Workers of an area with entries in the month (at most 200, in the order of grids), as far as the actor sees."""
    low, high = range_of(area_code)
    model = register("grid_workers").model
    made = select(PointsSum.worker_uid).where(
        PointsSum.area_code >= low, PointsSum.area_code < high, PointsSum.month == month_number(month.first)
    )
    statement = select(model.uid, model.name).where(model.uid.in_(made)).order_by(model.area_code, model.id)
    return [
        _one(book, name, live_entries(uid, date(month.year, 1, 1), month.last), month)
        for uid, name in db.session.execute(statement.limit(MOST_WORKERS)).all()
    ]


def _one(book: Book, name: str, entries: list[Given], month: Period) -> Tried:
    # From January on, since a cap of the year may be used up before the month begins.
    in_month = [each for each in replay(book, entries) if month.contains(each.given.on)]
    return Tried(
        name,
        sum((each.given.points for each in in_month), ZERO),
        sum((each.points for each in in_month), ZERO),
        tuple(
            dict.fromkeys(
                each.why or f"规则 {each.given.code} 的分值不同。"
                for each in in_month
                if each.points != each.given.points
            )
        ),
    )
