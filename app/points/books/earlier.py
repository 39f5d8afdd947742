"""A worker's live entries as caps and replays read them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.points.books.rules import BookRule, Group
from app.points.books.worth import Given
from app.points.models import IS_FIRST_HAND, PointsEntry, PointsText
from app.points.sum_queries import exact


def live_entries(worker_uid: str, first: date, last: date, *, codes: Collection[str] | None = None) -> list[Given]:
    """Entries of some days that were not taken back, without counter-entries, in the order they were made."""
    taken_back = select(PointsEntry.reverses_id).where(
        PointsEntry.worker_uid == worker_uid, PointsEntry.reverses_id.is_not(None)
    )
    statement = (
        select(PointsEntry.rule_code, PointsEntry.on, PointsEntry.points, PointsText.measured, PointsEntry.uid)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .where(
            PointsEntry.worker_uid == worker_uid, PointsEntry.on.between(first, last),
            IS_FIRST_HAND, PointsEntry.id.not_in(taken_back),
        )
        .order_by(PointsEntry.seq)
    )  # fmt: skip
    if codes is not None:
        statement = statement.where(PointsEntry.rule_code.in_(codes))
    return [
        Given(code, on, exact(points), None if measured is None else exact(measured), uid)
        for code, on, points, measured, uid in db.session.execute(statement)
    ]


def entries_for_caps(worker_uid: str, group: Group | None, rule: BookRule, on: date) -> list[Given]:
    """Those that the caps of a rule and its group look at; nothing is read where there is no cap."""
    caps = (rule.cap_day, rule.cap_month, rule.cap_year)
    has_group_limit = group is not None and (group.cap is not None or group.floor is not None)
    if not has_group_limit and all(cap is None for cap in caps):
        return []
    codes = {rule.code, *(each.code for each in group.rules)} if has_group_limit and group else {rule.code}
    year = rule.cap_year is not None
    first = date(on.year, 1 if year else on.month, 1)
    following = date(on.year + (year or on.month == 12), 1 if year else on.month % 12 + 1, 1)
    return live_entries(worker_uid, first, date.fromordinal(following.toordinal() - 1), codes=codes)
